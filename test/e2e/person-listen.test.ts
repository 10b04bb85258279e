import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { until } from '#test/support/bridge-rig.ts';
import { type Heard, loudspeaker, tapLoudspeaker } from '#test/support/e2e/console-ear.ts';
import { openListeners } from '#test/support/e2e/listeners.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { pitchSteps, stepMs, stepOf } from '#test/support/e2e/pitch-steps.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

/** Somebody who tells the time by pitch: a step higher every 240 ms, for 20 s. */
const ladder: readonly Move[] = pitchSteps(80);

describe('listening in the browser', () => {
  let stage: PersonStage;
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, 1_320) });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(() => stage.clear());

  /** When each step of the lead's began at the console's ear, epoch ms; a step that was heard in passing only is none. */
  const steps = (heard: readonly Heard[]): ReadonlyMap<number, number> => {
    const found = new Map<number, number>();
    let last: number | null = null;
    for (const { side, rms, hz, atMs } of heard) {
      if (side !== 1) continue;
      const step = rms > 0.02 ? stepOf(hz) : null;
      // Twice in a row: the window between two steps holds neither.
      if (step !== null && step === last && !found.has(step)) found.set(step, atMs);
      last = step;
    }
    return found;
  };
  /** How far behind the lead's mouth each step is heard, ms. The first one may have begun before anybody listened. */
  const behind = (call: Call, heard: readonly Heard[]): number[] => {
    const { answeredAtMs } = stage.leg(call.to);
    return [...steps(heard)].slice(1).map(([step, atMs]) => atMs - (answeredAtMs + step * stepMs));
  };
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

  it.each(['twilio', 'plivo'] as const)(
    'hears a call over %s that has long begun at once, goes back, catches up and falls into live',
    async (carrier) => {
      await using operator = await OperatorPage.open(stage, tapLoudspeaker);
      const { page, open } = operator;
      const call = await stage.dial(carrier, { moves: ladder });
      const { answeredAtMs } = stage.leg(call.to);
      await operator.openCall(call);
      await until('six seconds of the call', () => Date.now() - answeredAtMs > 6_000);
      await operator.acts(/Listen/);
      const pressedMs = await operator.press('l');
      await until('the lead’s voice', async () => steps(await loudspeaker(page)).size > 4);
      const joined = await loudspeaker(page);
      const first = joined.find(({ side, rms, hz }) => side === 1 && rms > 0.02 && stepOf(hz) !== null);
      const waitedMs = (first?.atMs ?? Number.NaN) - pressedMs;
      const lateMs = median(behind(call, joined));
      process.stdout.write(
        `listening over ${carrier}: heard ${Math.round(waitedMs)} ms after the key, ${Math.round(lateMs)} ms behind the mouth\n`,
      );
      // Under 300 and 150 ms where nothing else runs.
      expect(waitedMs).toBeLessThan(1_500);
      expect(lateMs).toBeLessThan(1_000);

      // Back: the pitch of five seconds ago.
      const soughtMs = await operator.press('ArrowLeft');
      await open.getByText(/behind/).waitFor();
      await until('the past', async () => steps(await loudspeaker(page, soughtMs + 600)).size > 2);
      const past = median(behind(call, await loudspeaker(page, soughtMs + 600)));
      expect(past - lateMs).toBeGreaterThan(4_300);
      expect(past - lateMs).toBeLessThan(6_000);

      // Half as fast again until there is nothing left to catch up with.
      const fastMs = await operator.press('.');
      await open
        .getByRole('status')
        .filter({ hasText: /^Live$/ })
        .waitFor({ timeout: 20_000 });
      const caughtUpMs = Date.now();
      const fast = await loudspeaker(page, fastMs + 400);
      const [began, ...others] = steps(fast);
      const last = others.findLast(([, atMs]) => atMs < caughtUpMs - 400);
      const speed = (((last?.[0] ?? 0) - (began?.[0] ?? 0)) * stepMs) / ((last?.[1] ?? 0) - (began?.[1] ?? 0));
      expect(speed).toBeGreaterThan(1.3);
      expect(speed).toBeLessThan(1.7);
      await until('the live sound', async () => steps(await loudspeaker(page, caughtUpMs + 200)).size > 2);
      expect(median(behind(call, await loudspeaker(page, caughtUpMs + 200)))).toBeLessThan(lateMs + 300);

      const over = await stage.over(call);
      expect(over.involvements.map(({ action }) => action)).toContain('listened');
      expect(operator.complaints).toEqual([]);
    },
  );

  it('follows the call that is open: silence while nobody has answered it, and no sound once the key was pressed again', async () => {
    await using operator = await OperatorPage.open(stage, tapLoudspeaker);
    const { page, open } = operator;
    const listening = open.getByRole('button', { name: /^Listening/, pressed: true });
    /** How loud the loudspeaker is at most for a while from a moment on. */
    const loudest = async (fromMs: number, forMs: number) => {
      await page.waitForTimeout(forMs);
      return Math.max(...(await loudspeaker(page, fromMs)).map(({ rms }) => rms));
    };
    const openRinging = async (carrier: CarrierName) => {
      const answered = stage.dial(carrier, { moves: ladder, ringing: { kind: 'answers', afterMs: 6_000 } });
      const call = await until('it rings', async () =>
        (await stage.ringside.invoke('calls.list', { live: true })).find(({ state }) => state === 'ringing'),
      );
      await operator.openCall(call);
      return { answered };
    };
    await operator.openCall(await stage.dial('twilio', { moves: ladder }));
    await operator.acts(/Listen/);
    await operator.press('l');
    await until('the lead’s voice', async () => steps(await loudspeaker(page)).size > 2);

    const { answered } = await openRinging('plivo');
    await listening.waitFor();
    expect(await loudest(Date.now() + 400, 1_500)).toBeLessThan(1e-4);
    const second = await answered;
    const { answeredAtMs } = stage.leg(second.to);
    await until('the second lead’s voice', async () => steps(await loudspeaker(page, answeredAtMs)).size > 2);

    const third = await openRinging('twilio');
    await listening.waitFor();
    await operator.press('l');
    await listening.waitFor({ state: 'detached' });
    await third.answered;
    expect(await loudest(Date.now(), 2_500)).toBeLessThan(1e-4);
    await operator.press('l');
    await listening.waitFor();
    const againMs = Date.now();
    await until('the third lead’s voice', async () => steps(await loudspeaker(page, againMs)).size > 2);
    await stage.clear();
    expect(operator.complaints).toEqual([]);
  });

  it('is heard by thirty: one window and twenty-nine more sockets', async () => {
    await using operator = await OperatorPage.open(stage, tapLoudspeaker);
    const call = await stage.dial('twilio', { moves: ladder });
    await operator.openCall(call);
    using crowd = await openListeners(stage.ringside, call.id, 29);
    await operator.acts(/Listen/);
    await operator.press('l');
    await until('five seconds of everybody', () => crowd.frames().every((count) => count > 200));
    const list = await stage.view(call);
    expect(list.listeners).toHaveLength(30);
    await until('the lead’s voice', async () => steps(await loudspeaker(operator.page)).size > 8);
    expect(median(behind(call, await loudspeaker(operator.page)))).toBeLessThan(1_000);
    const [most, least] = [Math.max(...crowd.frames()), Math.min(...crowd.frames())];
    expect(most - least).toBeLessThan(100);
    await stage.over(call);
    expect(stage.violations()).toEqual([]);
  });
});
