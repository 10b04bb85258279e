import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { until } from '#test/support/bridge-rig.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { otherSoundMs, speechHeardMs, toneWindows } from '#test/support/ear.ts';
import { OperatorConsole } from '#test/support/operator-console.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';
import { tone } from '#test/support/tones.ts';

const count = 10;
/** As many browsers as two cores carry beside ten calls; the other consoles are sockets with a microphone. */
const pages = 4;
/** Each console has a tone of its own, which no other has. */
const hzOf = (desk: number) => 750 + desk * 130;
const patient: readonly Move[] = [
  { kind: 'say', text: 'Hello?' },
  { kind: 'wait', ms: 120_000 },
];

/** Somebody at a console of their own. */
interface Desk {
  /** Everything up to the key. */
  ready(call: Call): Promise<void>;
  /** @returns when the key went down, epoch ms */
  press(call: Call): Promise<number>;
}

/** A board that draws sixty times a second costs a third of a core, and nobody looks at these. */
function drawSeldom(): void {
  window.requestAnimationFrame = (draw) => window.setTimeout(() => draw(performance.now()), 1_000);
  window.cancelAnimationFrame = (id) => window.clearTimeout(id);
}

const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe('ten consoles and ten calls', () => {
  let stage: PersonStage;
  const desks: Desk[] = [];
  const operators: OperatorPage[] = [];
  const consoles: OperatorConsole[] = [];
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, 440) });
    const { consoleUrl: url, token } = stage.ringside;
    for (let desk = 0; desk < count; desk += 1)
      desks.push(await (desk < pages ? openPage(hzOf(desk)) : openConsole({ console: { url }, token }, hzOf(desk))));
  }, 180_000);
  afterAll(async () => {
    for (const one of consoles) one[Symbol.dispose]();
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(() => stage.clear());

  async function openPage(hz: number): Promise<Desk> {
    const operator = await OperatorPage.open(stage, undefined, hz);
    await operator.goOnDuty();
    await operator.page.evaluate(drawSeldom);
    operators.push(operator);
    return {
      async ready(call) {
        await operator.openCall(call);
        await operator.acts(/Take over/);
      },
      press: () => operator.press('t'),
    };
  }

  async function openConsole(bridge: Parameters<typeof OperatorConsole.open>[0]['bridge'], hz: number): Promise<Desk> {
    const operator = await OperatorConsole.open({ bridge });
    consoles.push(operator);
    operator.hears(tone(hz, 2_000));
    return { ready: () => Promise.resolve(), press: (call) => operator.takeOver(call.id) };
  }

  it('take all of them over at once, each heard by the lead they are with, and by nobody else', { timeout: 180_000 }, async () => {
    const calls = await Promise.all(
      desks.map((_, desk) => stage.dial(desk % 2 === 0 ? 'twilio' : 'plivo', { moves: patient }, { maxCallSeconds: 150 })),
    );
    const lines = desks.map((desk, at) => {
      const call = calls[at] as Call;
      return { desk, call, hz: hzOf(at), leg: stage.leg(call.to) };
    });
    await Promise.all(lines.map(({ leg }) => until('the AI', () => speechHeardMs(leg.heard, 0) > 300)));
    await Promise.all(lines.map(({ desk, call }) => desk.ready(call)));
    // Nobody is heard before the key.
    for (const { leg, hz } of lines) expect(toneWindows(leg.heard, hz)).toEqual([]);
    const pressed = await Promise.all(lines.map(({ desk, call }) => desk.press(call)));
    const spreadMs = Math.max(...pressed) - Math.min(...pressed);
    const heard = await Promise.all(
      lines.map(async ({ leg, hz }, at) => {
        const takenMs = (pressed[at] as number) - leg.answeredAtMs;
        return { takenMs, firstMs: await until(`${hz} Hz`, () => toneWindows(leg.heard, hz, takenMs - 20)[0], 20_000) };
      }),
    );
    const latencies = heard.map(({ takenMs, firstMs }) => Math.round(firstMs - takenMs)).toSorted((a, b) => a - b);
    process.stdout.write(
      `ten keys within ${Math.round(spreadMs)} ms: the lead's ear after ${latencies[4]} ms (median), ${latencies.at(-1)} ms at most\n`,
    );
    expect(spreadMs).toBeLessThan(5_000);
    await Promise.all(operators.map(({ strip }) => strip.getByText(/You are live with/).waitFor()));
    await sleep(3_000);
    const views = await Promise.all(lines.map(({ call }) => stage.view(call)));
    expect(views.map(({ holder }) => holder?.kind)).toEqual(lines.map(() => 'operator'));
    expect(new Set(views.map(({ holder }) => holder?.console)).size).toBe(count);
    for (const [at, { leg, hz }] of lines.entries()) {
      const { takenMs, firstMs } = heard[at] as (typeof heard)[number];
      const answers = views[at]?.transcript.filter(({ speaker, startMs }) => speaker === 'ai' && startMs > takenMs + 1_000);
      expect(answers).toEqual([]);
      const own = toneWindows(leg.heard, hz, firstMs).length * 20;
      expect(own).toBeGreaterThan(1_000);
      // What the machine cannot carry leaves holes with clicks at their ends; a voice would fill them.
      expect(otherSoundMs(leg.heard, hz, firstMs + 200, leg.heard.length / 8)).toBeLessThan(own / 4);
      for (const { hz: othersHz } of lines) if (othersHz !== hz) expect(toneWindows(leg.heard, othersHz)).toEqual([]);
    }
    await Promise.all(calls.map((call) => stage.over(call)));
    expect(operators.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });
});
