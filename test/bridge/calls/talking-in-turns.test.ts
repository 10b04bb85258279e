import { describe, expect, it } from 'vitest';
import { CallStage } from '../../support/call-stage.ts';
import { ScriptedMind } from '../../support/scripted-mind.ts';

const session = { id: 'console', name: 'Sam', role: 'owner' } as const;

/** A call whose only stream voice has just failed, and the leg asks what comes next. */
async function inTurns(mind: ScriptedMind, carrier: 'twilio' | 'plivo' = 'plivo'): Promise<CallStage> {
  const stage = await CallStage.open({ mind, attempt: { carrier, ladder: ['realtime', 'turn-based', 'announcement'] } });
  const stream = await stage.talk();
  await stage.leadSays('What does it cost?');
  stage.session.fail();
  while (stream.closedBecause === null) await stage.pass(20);
  return stage;
}

function said(stage: CallStage, words: string, digits = '') {
  return stage.ask({ kind: 'said', words, confidence: 0.9, digits });
}

describe('a call without a stream voice', () => {
  it('goes on in turns with what was said, and answers what was asked', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    expect(stage.afterStream()).toMatchObject({ kind: 'wait' });
    expect(mind.requests.at(-1)?.items.map((item) => (item.kind === 'said' ? item.text : ''))).toContain('What does it cost?');
    await mind.finish('Nothing at all. Shall we come by?');
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: 'Nothing at all. Shall we come by?' });
    expect(stage.view).toMatchObject({ rung: 'turn-based', state: 'live', rungChanges: [{ from: 'realtime', to: 'turn-based' }] });
    expect(said(stage, 'Yes, do.')).toMatchObject({ kind: 'wait' });
    await mind.finish('See you then.');
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: 'See you then.' });
    expect(stage.view.transcript.slice(-2).map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual([
      'lead: Yes, do.',
      'ai: See you then.',
    ]);
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'completed' });
  });

  it.each([
    ['words', 'Never call me again, take me off your list.', ''],
    ['the key', '', '9'],
  ])('takes the number off by %s', async (_by, words, digits) => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    expect(said(stage, words, digits)).toMatchObject({ kind: 'say-and-hang-up' });
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).toEqual({ reason: 'opt-out' });
    stage.end();
    expect(stage.view).toMatchObject({ disposition: 'do-not-call' });
  });

  it('takes leave when the AI ends it', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Goodbye then.', [{ id: 'call-1', name: 'end_call', arguments: '{"reason":"refused"}' }]);
    await stage.settled();
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'say-and-hang-up' });
    stage.end();
    expect(stage.view).toMatchObject({ disposition: 'not-interested' });
  });

  it('gives up when the text model fails, and apologises', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.fail();
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'say-and-hang-up' });
  });

  it('is put on a stream when a person takes it, and goes back to a voice when they give it back', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    stage.call.people.takeOver(session);
    expect(stage.carrier.redirects.at(-1)?.document).toMatchObject({ kind: 'stream' });
    expect(stage.view.heldBy).toBe('Sam');
    stage.call.people.giveBack(session, { note: null, open: 'wait' });
    await stage.pass(500);
    expect(stage.engine.sessions).toHaveLength(2);
    expect(stage.session.request.history?.map(({ text }) => text)).toContain('Nothing at all.');
    expect(stage.view).toMatchObject({ rung: 'realtime', heldBy: null });
  });
});
