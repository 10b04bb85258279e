import type { Manner } from '../load/carrier-call.ts';
import { wait } from '../load/clock.ts';
import { ms, type Section } from '../report.ts';
import { startRingside } from '../rig/ringside.ts';
import { measureWindow, undisturbed, type Window } from './window.ts';

const calls = 40;
const manners: readonly (readonly [Exclude<Manner, 'well'>, string])[] = [
  ['flood', 'sends a thousand messages a second'],
  ['slow-reader', 'reads nothing'],
  ['stall', 'sends nothing'],
  ['garbage', 'sends nonsense between its frames'],
];
/** What one bad call does to forty good ones. */
export const isolation: Section = {
  name: 'isolation',
  run: async ({ loads, quick, say }) => {
    const windowMs = quick ? 2_000 : 5_000;
    const subject = await startRingside(loads);
    await loads.planCalls();
    await loads.planAi();
    await subject.addCalls(calls + 1);
    await wait(3_000);
    const behave = async (manner: Manner) => {
      const call = await loads.carrier.ask<number>('behave', { manner });
      await loads.ai.ask('exclude', { call });
    };
    await behave('well');
    const quiet: Window[] = [];
    const bad: Window[] = [];
    const tried = quick ? manners.slice(0, 2) : manners;
    for (const [manner] of tried) {
      quiet.push(await measureWindow(loads, subject, calls, windowMs));
      await behave(manner);
      await wait(1_000);
      bad.push(await measureWindow(loads, subject, calls, windowMs));
      await behave('well');
      await wait(1_500);
    }
    quiet.push(await measureWindow(loads, subject, calls, windowMs));
    await subject.endCalls();
    await subject.stop();
    say(`isolation: quiet p99 ${quiet.map(({ ai }) => ms(ai.latency.p99)).join(', ')}`);
    // Each is held against the quiet before it and after it.
    return tried.map(([, what], at) =>
      undisturbed(`one of ${calls + 1} calls ${what}: p99 of the others, to AI / late`, bad.slice(at, at + 1), quiet.slice(at, at + 2)),
    );
  },
};
