import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { toneWindows } from '#test/support/ear.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const colleagueHz = 700;
const listen: Move = { kind: 'listen', pauseMs: 900 };
/** Waits for the AI to introduce itself and for whatever comes then. */
const lead: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'wait', ms: 170_000 },
  ],
  giveUpMs: 170_000,
};
const answers = {
  accepts: {
    moves: [
      listen,
      { kind: 'press', digits: '1' },
      { kind: 'wait', ms: 3_500 },
      { kind: 'beep', hz: colleagueHz, ms: 4_000 },
      { kind: 'wait', ms: 30_000 },
    ],
  },
  declines: { moves: [listen, { kind: 'press', digits: '2' }, { kind: 'wait', ms: 30_000 }] },
  'does not answer': { ringing: { kind: 'no-answer' } },
} as const satisfies Record<string, ShortPerson>;
type Answer = keyof typeof answers;

const cases = (['twilio', 'plivo'] as const).flatMap((carrier) =>
  (Object.keys(answers) as Answer[]).map((answer) => ({ carrier, answer })),
);

interface Begun {
  readonly call: Call;
  readonly colleague: string;
}

describe('a warm transfer from the browser', () => {
  let stage: PersonStage;
  let operator: OperatorPage;
  const begun = new Map<string, Promise<Begun>>();
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, 1_320) });
    operator = await OperatorPage.open(stage);
    // One dialog after the other; the phones ring and people listen meanwhile.
    let before: Promise<unknown> = Promise.resolve();
    for (const { carrier, answer } of cases) {
      const beginning = before.then(() => begin(carrier, answer));
      beginning.catch(() => undefined);
      begun.set(`${carrier} ${answer}`, beginning);
      before = beginning.catch(() => undefined);
    }
  });
  afterAll(async () => {
    await Promise.allSettled(begun.values());
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await Promise.allSettled(begun.values());
    await operator[Symbol.asyncDispose]();
    operator = await OperatorPage.open(stage);
  });

  async function begin(carrier: CarrierName, answer: Answer): Promise<Begun> {
    const colleague = stage.number(answers[answer]);
    const call = await stage.dial(carrier, lead, { maxCallSeconds: 180 });
    await operator.openCall(call);
    const said = async () => (await stage.view(call)).transcript.filter(({ speaker, final }) => speaker === 'ai' && final);
    await until('the greeting', async () => (await said()).some(({ text }) => text.includes('free check')), 40_000);
    await operator.transferTo(colleague, 'warm');
    await until('the ringing', () => stage.rings(colleague)[0]?.ringingAtMs);
    return { call, colleague };
  }

  const settled = (call: Call, state: string) => until(state, async () => (await stage.view(call)).transfer?.state === state, 60_000);
  const explained = (call: Call) =>
    until('the explanation', async () =>
      (await stage.view(call)).transcript.some(({ speaker, text }) => speaker === 'ai' && /nobody is free|call you back/i.test(text)),
    );

  it.each(cases)('over $carrier to somebody who $answer', async ({ carrier, answer }) => {
    // The page goes from call to call until then.
    await Promise.allSettled(begun.values());
    const beginning = begun.get(`${carrier} ${answer}`) ?? begin(carrier, answer);
    // Its second try needs a call of its own.
    begun.delete(`${carrier} ${answer}`);
    const { call, colleague } = await beginning;
    const leg = stage.leg(call.to);
    if (answer === 'accepts') {
      await settled(call, 'connected');
      await until('the colleague at the ear of the lead', () => toneWindows(leg.heard, colleagueHz).length > 50);
      await operator.openCall(call);
      await operator.open
        .getByText(/transferred the call/)
        .first()
        .waitFor();
      expect(await stage.view(call)).toMatchObject({ holder: { kind: 'colleague' }, transfer: { kind: 'warm', requestedBy: 'operator' } });
      // They have heard what it is about before they took it.
      expect(stage.leg(colleague).heard.length).toBeGreaterThan(8_000);
    } else {
      await settled(call, answer === 'declines' ? 'declined' : 'no-answer');
      await explained(call);
      await operator.openCall(call);
      // The AI has the lead, and anybody may take them again.
      await operator.open.getByRole('button', { name: /Take over/ }).waitFor();
      expect(await stage.view(call)).toMatchObject({ state: 'live', holder: { kind: 'ai' }, transfer: { cause: expect.any(String) } });
    }
    await stage.over(call);
    await until('the end of the second leg', () => stage.rings(colleague).every(({ endedAtMs }) => endedAtMs !== null));
  });

  it('breaks no rule of a carrier, of the AI or of the page', () => {
    expect(stage.violations()).toEqual([]);
    expect(operator.complaints).toEqual([]);
  });
});
