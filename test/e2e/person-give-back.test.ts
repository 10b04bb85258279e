import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { until } from '#test/support/bridge-rig.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { singsWords, sungFile } from '#test/support/e2e/sung-words.ts';
import { speechHeardMs } from '#test/support/ear.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const operatorWords = 'We can come on Tuesday morning with a second plumber.';
const leadWords = 'Tuesday morning is fine with me.';

describe('giving a call back in the browser', () => {
  let stage: PersonStage;
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: sungFile, understands: singsWords(operatorWords) });
    await stage.ringside.invoke('settings.update', { operatorName: 'Dana' });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(() => stage.clear());

  const said = async (call: Call, by: string) =>
    (await stage.view(call)).transcript.filter(({ speaker, final }) => speaker === by && final);

  it.each(['twilio', 'plivo'] as const)('leaves the AI both people’s words over %s, and it does not greet again', async (carrier) => {
    await using operator = await OperatorPage.open(stage);
    await operator.goOnDuty();
    const call = await stage.dial(carrier, {
      moves: [
        { kind: 'say', text: 'Hello?' },
        // Answers when the operator has been quiet for a moment.
        { kind: 'listen', pauseMs: 900 },
        { kind: 'listen', pauseMs: 900 },
        { kind: 'say', text: leadWords },
        { kind: 'wait', ms: 60_000 },
      ],
    });
    const leg = stage.leg(call.to);
    await operator.openCall(call);
    // The disclosure was heard, so there is no need to say it again.
    await until('the greeting', async () => (await said(call, 'ai')).some(({ text }) => text.includes('free check')));
    const known = stage.world.openai.sessions().length;
    await operator.takeOver();
    await until('the words of both', async () => {
      const [ours, theirs] = [await said(call, 'operator'), await said(call, 'lead')];
      return ours.some(({ text }) => text === operatorWords) && theirs.some(({ text }) => text === leadWords);
    });
    await operator.page.keyboard.press('n');
    await operator.page.keyboard.type('Book Tuesday.');
    await operator.page.keyboard.press('Enter');
    await operator.strip.waitFor({ state: 'detached' });
    const backMs = Date.now() - leg.answeredAtMs;
    await until('a sentence that leads over', () => speechHeardMs(leg.heard, backMs + 100) > 500);
    const items = JSON.stringify(
      stage.world.openai
        .sessions()
        .slice(0, known + 1)
        .flatMap(({ items: all }) => all),
    );
    expect(items).toContain(`Dana: ${operatorWords}`);
    expect(items).toContain(`The person on the phone: ${leadWords}`);
    expect(items).toContain('A note for you from Dana: Book Tuesday.');
    await operator.page.waitForTimeout(1_500);
    const { transcript } = await stage.over(call);
    const ours = transcript.filter(({ speaker }) => speaker === 'ai').map(({ text }) => text);
    expect(ours.filter((text) => text.includes('this is Mia'))).toHaveLength(1);
    expect(ours.filter((text) => text.includes('Would that interest you'))).toHaveLength(1);
    expect(operator.complaints).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });
});
