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

  it.each([
    ['a model that failed on other calls as well', [], 'the text model failed: no credit'],
    ['but not one that has answered meanwhile', ['Nothing at all.'], null],
  ])('spares other calls a text model: %s', async (_which, answers, reason) => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    for (let call = 0; call < 2; call += 1) stage.health.failed('openai-text', 'no credit', false);
    stage.afterStream();
    for (const answer of answers) {
      await mind.finish(answer);
      stage.ask({ kind: 'waited' });
      said(stage, 'I see.');
    }
    await mind.fail();
    stage.ask({ kind: 'waited' });
    expect(stage.health.look('turn-based')).toEqual(reason === null ? { ok: true } : { ok: false, reason });
  });

  it('does not hold it against the carrier when it understands one lead badly', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    for (let call = 0; call < 2; call += 1) stage.health.failed('carrier-recogniser', 'it is gone', false);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    for (let turn = 0; turn < 3; turn += 1) stage.ask({ kind: 'said', words: 'mumble', confidence: 0.1, digits: '' });
    expect(stage.view.rung).toBe('announcement');
    expect(stage.health.look('turn-based')).toEqual({ ok: true });
  });

  it('counts a carrier that has understood a lead as one that works', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    for (let call = 0; call < 2; call += 1) stage.health.failed('carrier-recogniser', 'it is gone', false);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    said(stage, 'Yes, do.');
    stage.health.failed('carrier-recogniser', 'it is gone', false);
    expect(stage.health.look('turn-based')).toEqual({ ok: true });
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

describe('a call in turns', () => {
  it('climbs back to a stream when the better voice works again, with the lead’s next turn', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all. Shall we come by?');
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather' });
    stage.engine.opening = { readyAfterMs: 100 };
    await stage.pass(22_000);
    // It is ready, and waits: the carrier's voice is not cut off.
    expect(stage.view.rung).toBe('turn-based');
    expect(said(stage, 'Yes, on Monday.')).toMatchObject({ kind: 'stream' });
    await stage.pass(100);
    stage.openMedia();
    await stage.pass(300);
    const { session } = stage;
    expect(session.all('answer')).toEqual([{ what: 'answer', instructions: null }]);
    expect(JSON.stringify([session.request.history, session.all('context')])).toContain('Yes, on Monday.');
    expect(stage.view).toMatchObject({
      rung: 'realtime',
      rungChanges: [
        { from: 'realtime', to: 'turn-based' },
        { from: 'turn-based', to: 'realtime', because: 'a better voice is back' },
      ],
    });
  });

  it('goes on over a stream when nobody thinks of an answer any more and the better voice is there already', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all. Shall we come by?');
    stage.ask({ kind: 'waited' });
    stage.engine.opening = { readyAfterMs: 100 };
    await stage.pass(8_000);
    said(stage, 'Yes, on Monday.');
    while (stage.engine.sessions.length === 1) await stage.pass(100);
    await stage.pass(500);
    expect(stage.view.rung).toBe('turn-based');
    await mind.fail();
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'stream' });
    await stage.pass(100);
    stage.openMedia();
    await stage.pass(300);
    expect(stage.engine.sessions).toHaveLength(2);
    expect(stage.view).toMatchObject({ rung: 'realtime' });
    expect(stage.session.all('answer')).toEqual([{ what: 'answer', instructions: null }]);
    expect(JSON.stringify([stage.session.request.history, stage.session.all('context')])).toContain('Yes, on Monday.');
  });

  it('goes on in turns when the stream of the better voice never opens', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    stage.engine.opening = { readyAfterMs: 100 };
    await stage.pass(22_000);
    expect(said(stage, 'Yes, on Monday.')).toMatchObject({ kind: 'stream' });
    await stage.pass(8_000);
    expect(stage.view.rung).toBe('turn-based');
    expect(stage.carrier.redirects.at(-1)?.document).toMatchObject({ kind: 'wait' });
  });

  it('has a hint read with its next answer, and takes one back before that', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    stage.call.people.coach(session, 'Offer Tuesday.');
    const other = stage.call.people.coach(session, 'Mention the discount.');
    stage.call.people.withdraw(other.id);
    expect(stage.view.nudges.map(({ state }) => state)).toEqual(['in-context', 'withdrawn']);
    said(stage, 'When could you come?');
    const told = JSON.stringify(mind.requests.at(-1)?.items);
    expect(told).toContain('Offer Tuesday.');
    expect(told).not.toContain('discount');
    await mind.finish('On Tuesday.');
    stage.ask({ kind: 'waited' });
    expect(stage.view.nudges[0]).toMatchObject({ state: 'used' });
  });

  it('puts the lead through by the line itself when the AI asks for a person, and goes on when nobody answers', async () => {
    const mind = new ScriptedMind();
    await using stage = await inTurns(mind);
    stage.afterStream();
    await mind.finish('Nothing at all.');
    stage.ask({ kind: 'waited' });
    said(stage, 'Can I talk to a person?');
    await mind.finish('', [{ id: 'call-1', name: 'transfer_to_human', arguments: '{"reason":"wants a person"}' }]);
    await stage.settled();
    const dial = { kind: 'dial', number: '+12025550199', sayFirst: 'I am connecting you to Dana now. One moment.' };
    expect(stage.carrier.redirects.at(-1)?.document).toMatchObject(dial);
    expect(stage.view).toMatchObject({ state: 'transferring', transfer: { kind: 'cold', requestedBy: 'ai', state: 'ringing' } });
    expect(stage.dialEnded('no-answer')).toMatchObject({ kind: 'gather', text: expect.stringContaining('nobody is free right now') });
    said(stage, 'Yes, please.');
    await mind.finish('We will call you tomorrow.');
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: 'We will call you tomorrow.' });
  });
});
