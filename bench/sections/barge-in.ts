import { wait } from '../load/clock.ts';
import { type Summary, summaryOf } from '../load/samples.ts';
import { ms, type Row, type Section, times } from '../report.ts';
import { startFloor } from '../rig/floor.ts';
import type { AiReport, CarrierReport } from '../rig/loads.ts';
import { startRingside } from '../rig/ringside.ts';
import type { Subject } from '../rig/subject.ts';

interface Barges {
  clearMs: number[];
  slippedMs: number[];
  errorMs: number[];
  barges: number;
  /** The local ear had cleared before the AI told of speech, and nothing followed. */
  ahead: number;
  /** Barge-ins without a clear. */
  unanswered: number;
  notTruncated: number;
}

const calls = 30;

/** Every answer is spoken into, at a random place; what then still sounds, and what the conversation is told of it. */
export const bargeIn: Section = {
  name: 'barge-in',
  run: async ({ loads, quick, rounds, say }) => {
    const windowMs = quick ? 9_000 : 14_000;
    const turns = quick ? 1 : Math.min(2, rounds);
    const all: Record<Subject['name'], Barges> = { floor: none(), Ringside: none() };
    for (let i = 0; i < turns; i++) {
      for (const start of [startFloor, startRingside]) {
        const subject = await start(loads);
        await loads.planCalls();
        await loads.planAi({ bargeIn: true, answerMs: [7_000, 9_000] });
        await subject.addCalls(calls);
        await wait(2_500);
        await loads.reset();
        await wait(windowMs);
        // Whoever was spoken into a moment ago shall have had the time to react.
        await loads.planAi({ bargeIn: false });
        await wait(1_000);
        const { heard, ai } = await loads.report();
        join(all[subject.name], heard, ai);
        await subject.endCalls();
        await subject.stop();
      }
    }
    await loads.planAi();
    say(`barge-in: ${all.Ringside.barges} at Ringside, ${all.floor.barges} at the floor`);
    return rows(all.floor, all.Ringside);
  },
};

function counted({ barges, ahead, unanswered }: Barges): string {
  const early = ahead === 0 ? '' : `, ${ahead} of ${barges} by the local ear before`;
  return unanswered === 0 ? early : `${early}, ${unanswered} of ${barges} never`;
}

function none(): Barges {
  return { clearMs: [], slippedMs: [], errorMs: [], barges: 0, ahead: 0, unanswered: 0, notTruncated: 0 };
}

/** What the AI told, what the carrier was told, and what the AI was told, belong together by call and utterance. */
function join(into: Barges, heard: CarrierReport, ai: AiReport): void {
  const key = ({ call, utterance }: { call: number; utterance: number }) => `${call}/${utterance}`;
  const cuts = Map.groupBy(heard.cuts, key);
  const truncations = new Map(ai.truncations.map((truncation) => [key(truncation), truncation]));
  for (const barge of ai.barges) {
    into.barges += 1;
    const own = cuts.get(key(barge)) ?? [];
    const after = own.find(({ atMs }) => atMs >= barge.atMs);
    // What the ear held and let go on was not cut for good.
    const cut = after ?? own.findLast(({ slippedMs }) => slippedMs === 0);
    if (!cut) {
      into.unanswered += 1;
      continue;
    }
    if (after) {
      into.clearMs.push(after.atMs - barge.atMs);
      into.slippedMs.push(after.slippedMs);
    } else into.ahead += 1;
    const truncation = truncations.get(key(barge));
    if (truncation) into.errorMs.push(Math.abs(truncation.audioEndMs - cut.playedMs));
    else into.notTruncated += 1;
  }
}

function rows(floor: Barges, ours: Barges): readonly Row[] {
  const pair = ({ n, p50, p95 }: Summary) => (n === 0 ? 'none' : `${ms(p50)} / ${ms(p95)}`);
  const [floorClear, ourClear] = [summaryOf(floor.clearMs), summaryOf(ours.clearMs)];
  const [floorSlip, ourSlip] = [summaryOf(floor.slippedMs), summaryOf(ours.slippedMs)];
  const error = summaryOf(ours.errorMs);
  return [
    {
      figure: 'barge-in: speech started to carrier clear, p50/p95',
      floor: pair(floorClear),
      ringside: `${pair(ourClear)}${counted(ours)}`,
      compared: times(ourClear.p50 / floorClear.p50),
      target: 'at most 1 / 3 ms',
      met: ours.unanswered === 0 && ourClear.n > 0 && ourClear.p50 <= 1 && ourClear.p95 <= 3,
    },
    {
      figure: 'AI audio that slips out after the clear, at most',
      floor: ms(floorSlip.max),
      ringside: ms(ourSlip.max),
      compared: '',
      target: '0 ms',
      met: ourSlip.n > 0 && ourSlip.max === 0,
    },
    {
      figure: 'error of the truncation point, p50/p95',
      floor: floor.errorMs.length === 0 ? 'none sent' : pair(summaryOf(floor.errorMs)),
      ringside: `${pair(error)}${ours.notTruncated === 0 ? '' : `, ${ours.notTruncated} of ${ours.barges} not sent`}`,
      compared: '',
      target: 'at most 20 ms p95',
      met: error.n > 0 && error.p95 <= 20 && ours.notTruncated === 0,
    },
  ];
}
