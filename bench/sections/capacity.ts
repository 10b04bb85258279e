import { wait } from '../load/clock.ts';
import { median } from '../load/samples.ts';
import { ms, percent, type Section, times } from '../report.ts';
import { startFloor } from '../rig/floor.ts';
import type { Loads } from '../rig/loads.ts';
import { startRingside } from '../rig/ringside.ts';
import type { Subject } from '../rig/subject.ts';
import { measureWindow } from './window.ts';

const firstRung = 120;
const step = 40;
const lastRung = 400;
const limitMs = 20;
/** Others use the machine too: a rung is too high only when it was too high every time. */
const tries = 3;

/** How many calls one machine takes before somebody notices. */
export const capacity: Section = {
  name: 'capacity',
  run: async ({ loads, quick, rounds, say }) => {
    const turns = quick ? 1 : Math.min(rounds, 2);
    const top = quick ? firstRung : lastRung;
    const most: Record<Subject['name'], number[]> = { floor: [], Ringside: [] };
    for (let i = 0; i < turns; i++) {
      for (const start of [startFloor, startRingside]) {
        const subject = await start(loads);
        most[subject.name].push(await climb(loads, subject, top, 3_000, say));
        await subject.stop();
      }
    }
    const [floor, ours] = [median(most.floor), median(most.Ringside)];
    const print = (value: number) => `${value}${value >= top ? ' or more' : ''}`;
    return [
      {
        figure: 'calls at once with p99 under 20 ms both ways',
        floor: print(floor),
        ringside: print(ours),
        compared: times(ours / floor),
        target: 'at least 0.8x and 200',
        met: ours >= 0.8 * floor && ours >= 200,
      },
    ];
  },
};

/** @returns the last rung at which both directions were in time; 80 when not even the first was */
async function climb(loads: Loads, subject: Subject, top: number, windowMs: number, say: (text: string) => void): Promise<number> {
  await loads.planCalls();
  await loads.planAi();
  let reached = firstRung - step;
  let calls = 0;
  for (let rung = firstRung; rung <= top; rung += step) {
    try {
      await subject.addCalls(rung - calls);
    } catch (error) {
      say(`capacity, ${subject.name}: ${rung} calls could not be begun (${error instanceof Error ? error.message : error})`);
      break;
    }
    calls = rung;
    await wait(2_500);
    let ok = false;
    for (let attempt = 0; !ok && attempt < tries; attempt++) {
      const { heard, ai, waitedShare } = await measureWindow(loads, subject, rung, windowMs);
      ok = ai.latency.p99 < limitMs && heard.late.p99 < limitMs && ai.frames > 0 && heard.blocks > 0;
      const figures = `callee to AI p99 ${ms(ai.latency.p99)}, AI late p99 ${ms(heard.late.p99)}`;
      say(`capacity, ${subject.name}: ${rung} calls, ${figures}, without a processor ${percent(waitedShare)}${ok ? '' : ': too late'}`);
    }
    if (!ok) break;
    reached = rung;
  }
  await subject.endCalls();
  return reached;
}
