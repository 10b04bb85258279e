import { describe, expect, it } from 'vitest';
import { CallStage, type StageOptions } from '../../support/call-stage.ts';

const ladder = ['realtime', 'human', 'announcement'] as const;

function open(options: StageOptions = {}): Promise<CallStage> {
  return CallStage.open({ ...options, attempt: { ladder: [...ladder], ...options.attempt } });
}

describe('a person as the last step of the ladder', () => {
  it('is rung by the line itself when no AI is left, and the carrier says so first', async () => {
    await using stage = await open();
    await stage.talk();
    await stage.leadSays('What does it cost?');
    stage.session.fail();
    await stage.pass(100);
    expect(stage.afterStream()).toMatchObject({
      kind: 'dial',
      number: '+12025550199',
      sayFirst: 'I am connecting you to Dana now. One moment.',
    });
    expect(stage.view).toMatchObject({
      state: 'transferring',
      transfer: { kind: 'cold', toName: 'Dana', state: 'ringing', requestedBy: 'ai' },
      rungChanges: [{ from: 'realtime', to: 'human', because: 'the socket was cut' }],
    });
    expect(stage.view.transcript.at(-1)).toMatchObject({ speaker: 'ai', text: 'I am connecting you to Dana now. One moment.' });
    stage.dialEnded('answered');
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'transferred', transfer: { state: 'connected' } });
  });

  it('who does not answer leaves the lead with an offer to call back, which a key takes', async () => {
    await using stage = await open();
    await stage.talk();
    stage.session.fail();
    await stage.pass(100);
    stage.afterStream();
    const document = stage.dialEnded('no-answer');
    expect(document).toMatchObject({ kind: 'announce', text: expect.stringContaining('Press 1, and we will call you back.') });
    expect(stage.view).toMatchObject({
      rung: 'announcement',
      rungChanges: [
        { from: 'realtime', to: 'human', because: 'the socket was cut' },
        { from: 'human', to: 'announcement' },
      ],
    });
    expect(stage.press('1')).toMatchObject({ kind: 'say-and-hang-up', text: expect.stringContaining('We will call you back') });
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'callback-requested' });
  });

  it('who is not there is not rung: the offer comes at once', async () => {
    await using stage = await open({ agent: { tools: { endCall: true } } });
    await stage.talk();
    stage.session.fail();
    await stage.pass(100);
    expect(stage.afterStream()).toMatchObject({ kind: 'announce', text: expect.stringContaining('nobody is free') });
  });

  it('is rung at the answer when no AI can be had by then, and the lead is told who calls', async () => {
    await using stage = await open();
    stage.engine.opening = { failsAfterMs: 50, failure: { kind: 'retryable', cause: 'OpenAI answered 503', cure: null } };
    stage.ring();
    await stage.pass(1_000);
    const { disclosure } = stage.call.script.speeches;
    const document = stage.answer();
    expect(document).toMatchObject({ kind: 'dial', sayFirst: `${disclosure} I am connecting you to Dana now. One moment.` });
  });
});

describe('the budget of a call', () => {
  it('has a cheaper voice go on in the next pause, and not before', async () => {
    await using stage = await CallStage.open({
      attempt: { ladder: ['realtime', 'live', 'announcement'], callBudgetMicros: 50_000 },
    });
    await stage.talk();
    await stage.leadSays('What does it cost?');
    stage.session.begins();
    stage.session.utters('It is free of charge.', 1_500);
    stage.session.on.usage([{ kind: 'audio', micros: 90_000, detail: 'an answer', estimated: false }]);
    await stage.pass(700);
    expect(stage.view.rung).toBe('realtime');
    stage.session.ends();
    await stage.pass(1_500);
    expect(stage.view).toMatchObject({
      rung: 'live',
      rungChanges: [{ from: 'realtime', to: 'live', because: 'the budget of this call is spent' }],
    });
    const said = stage.view.transcript.find(({ text }) => text === 'It is free of charge.');
    expect(said?.interrupted).toBeUndefined();
  });
});
