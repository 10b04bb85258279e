import type { Manner } from '../load/carrier-call.ts';
import { wait } from '../load/clock.ts';
import { median } from '../load/samples.ts';
import { alone, ms, type Row, type Section, signed } from '../report.ts';
import { startRingside } from '../rig/ringside.ts';
import { measureWindow, type Window } from './window.ts';

const calls = 40;
const manners: readonly (readonly [Exclude<Manner, 'well'>, string])[] = [
  ['flood', 'sends a thousand messages a second'],
  ['slow-reader', 'reads nothing'],
  ['stall', 'sends nothing'],
  ['garbage', 'sends nonsense between its frames'],
];
/** What two quiet windows of one run differ by on a machine that others use too. */
const noiseMs = 1.5;

/** What one bad call does to forty good ones. */
export const isolation: Section = {
  name: 'isolation',
  run: async ({ loads, quick, say }) => {
    const windowMs = quick ? 3_000 : 6_000;
    const subject = await startRingside(loads);
    await loads.planCalls();
    await loads.planAi();
    await subject.addCalls(calls + 1);
    await wait(5_000);
    const behave = async (manner: Manner) => {
      const call = await loads.carrier.ask<number>('behave', { manner });
      await loads.ai.ask('exclude', { call });
    };
    await behave('well');
    const quiet: Window[] = [];
    const bad: Window[] = [];
    for (const [manner] of manners) {
      quiet.push(await measureWindow(loads, subject, calls, windowMs));
      await behave(manner);
      await wait(1_000);
      bad.push(await measureWindow(loads, subject, calls, windowMs));
      await behave('well');
      await wait(1_500);
    }
    await subject.endCalls();
    await subject.stop();
    say(`isolation: quiet p99 ${quiet.map(({ ai }) => ms(ai.latency.p99)).join(', ')}`);
    const toAi = median(quiet.map(({ ai }) => ai.latency.p99));
    const late = median(quiet.map(({ heard }) => heard.late.p99));
    return manners.map(([, what], at): Row => {
      const window = bad[at] as Window;
      const [toAiMore, lateMore] = [window.ai.latency.p99 - toAi, window.heard.late.p99 - late];
      return alone(
        `one of ${calls + 1} calls ${what}: p99 of the others, to AI / late`,
        `${ms(window.ai.latency.p99)} / ${ms(window.heard.late.p99)}`,
        `within ${noiseMs} ms of quiet`,
        toAiMore <= noiseMs && lateMore <= noiseMs,
        `${signed(toAiMore, ms)} / ${signed(lateMore, ms)}`,
      );
    });
  },
};
