import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { until } from '#test/support/bridge-rig.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { speechHeardMs, toneWindows } from '#test/support/ear.ts';

const operatorHz = 1_320;
const desks = 3;
const count = 10;
const patient: readonly Move[] = [
  { kind: 'say', text: 'Hello?' },
  { kind: 'wait', ms: 90_000 },
];

describe('three consoles and ten calls', () => {
  let stage: PersonStage;
  const operators: OperatorPage[] = [];
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, operatorHz) });
    for (let desk = 0; desk < desks; desk += 1) {
      const operator = await OperatorPage.open(stage);
      await operator.goOnDuty();
      operators.push(operator);
    }
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  it('take them over three at a time, each heard by the lead they are with, and by no other', async () => {
    const calls = await Promise.all(
      Array.from({ length: count }, (_, at) => stage.dial(at % 2 === 0 ? 'twilio' : 'plivo', { moves: patient })),
    );
    const leads = calls.map((call) => ({ call, leg: stage.leg(call.to) }));
    await Promise.all(leads.map(({ leg }) => until('the AI', () => speechHeardMs(leg.heard, 0) > 300)));
    const latencies: number[] = [];
    for (let from = 0; from < count; from += desks) {
      const round = leads.slice(from, from + desks);
      // Nobody is heard on a call before it is taken.
      for (const { leg } of leads.slice(from)) expect(toneWindows(leg.heard, operatorHz)).toEqual([]);
      const taken = await Promise.all(
        round.map(async ({ call, leg }, desk) => {
          const operator = operators[desk] as OperatorPage;
          await operator.openCall(call);
          // From the second round on this gives the call before back to the AI.
          return { leg, takenMs: (await operator.takeOver()) - leg.answeredAtMs };
        }),
      );
      for (const { leg, takenMs } of taken)
        latencies.push((await until('the operator', () => toneWindows(leg.heard, operatorHz, takenMs - 20)[0])) - takenMs);
      const held = await Promise.all(round.map(async ({ call }) => (await stage.view(call)).holder?.console));
      expect(new Set(held).size).toBe(round.length);
      for (const { call } of leads.slice(Math.max(0, from - desks), from))
        await until('the AI', async () => (await stage.view(call)).holder?.kind === 'ai' || from + desks > count);
    }
    const sorted = latencies.toSorted((a, b) => a - b).map(Math.round);
    process.stdout.write(`ten calls: the lead's ear after ${sorted[4]} ms (median), ${sorted.at(-1)} ms at most\n`);
    expect(sorted).toHaveLength(count);
    expect(sorted.at(-1)).toBeLessThan(3_000);
    await Promise.all(calls.map((call) => stage.over(call)));
    expect(operators.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });
});
