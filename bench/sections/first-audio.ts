import { wait } from '../load/clock.ts';
import { type Summary, summaryOf } from '../load/samples.ts';
import { ms, type Row, type Section, times } from '../report.ts';
import { startFloor } from '../rig/floor.ts';
import { startRingside } from '../rig/ringside.ts';
import type { Subject } from '../rig/subject.ts';

interface Beginning {
  readonly firstAudio: Summary;
  readonly lost: Summary;
  readonly calls: number;
}

/** Ten calls begin at about the same time; until each has been talked to for a good three seconds. */
const callsEach = 10;
const settledMs = 4_500;

/** How the call begins when the AI is 75 ms away: the first words of both sides. */
export const firstAudio: Section = {
  name: 'first-audio',
  run: async ({ loads, quick, rounds, say }) => {
    await loads.planAi({ converse: false });
    const floor = await startFloor(loads, { far: true });
    const ringside = await startRingside(loads, { far: true, byName: true });
    const collected: Record<'floor' | 'rang' | 'silent', { first: number[]; lost: number[] }> = {
      floor: { first: [], lost: [] },
      rang: { first: [], lost: [] },
      silent: { first: [], lost: [] },
    };
    const begin = async (subject: Subject, into: { first: number[]; lost: number[] }) => {
      await loads.reset();
      await subject.addCalls(callsEach);
      await wait(settledMs);
      const { heard, ai } = await loads.report();
      into.first.push(...heard.firstAudioMs);
      into.lost.push(...ai.lostMs);
      await subject.endCalls();
    };
    for (let i = 0; i < (quick ? 1 : Math.min(rounds, 2)); i++) {
      await begin(floor, collected.floor);
      await loads.planCalls({ ringMs: 1_500 });
      await begin(ringside, collected.rang);
      await loads.planCalls({ ringMs: null });
      await begin(ringside, collected.silent);
    }
    await loads.planCalls();
    await floor.stop();
    await ringside.stop();
    const summary = ({ first, lost }: { first: number[]; lost: number[] }): Beginning => ({
      firstAudio: summaryOf(first),
      lost: summaryOf(lost),
      calls: first.length,
    });
    const [base, rang, silent] = [summary(collected.floor), summary(collected.rang), summary(collected.silent)];
    say(`first audio after ringing p95 ${ms(rang.firstAudio.p95)}, without ${ms(silent.firstAudio.p50)}, floor ${ms(base.firstAudio.p50)}`);
    return rows(base, rang, silent);
  },
};

function rows(floor: Beginning, rang: Beginning, silent: Beginning): readonly Row[] {
  const pair = ({ p50, p95 }: Summary) => `${ms(p50)} / ${ms(p95)}`;
  const ratio = silent.firstAudio.p50 / floor.firstAudio.p50;
  const lostMs = Math.max(rang.lost.max, silent.lost.max);
  const complete = (beginning: Beginning) => beginning.lost.n === beginning.calls;
  return [
    {
      figure: 'media socket to first AI audio, rang 1.5 s, p50/p95',
      floor: pair(floor.firstAudio),
      ringside: pair(rang.firstAudio),
      compared: times(rang.firstAudio.p95 / floor.firstAudio.p95),
      target: 'at most 20 ms p95',
      met: rang.firstAudio.n > 0 && rang.firstAudio.p95 <= 20,
    },
    {
      figure: 'media socket to first AI audio, did not ring, p50/p95',
      floor: pair(floor.firstAudio),
      ringside: pair(silent.firstAudio),
      compared: times(ratio),
      target: 'at most 1.1x',
      met: silent.firstAudio.n > 0 && ratio <= 1.1,
    },
    {
      figure: "callee's first words lost or misread, at most",
      floor: ms(floor.lost.max),
      ringside: ms(lostMs),
      compared: '',
      target: '0 ms',
      met: lostMs === 0 && complete(rang) && complete(silent),
    },
  ];
}
