import { describe, expect, it } from 'vitest';
import { CallStage } from '../../support/call-stage.ts';
import { ben, dana, eventsOf, talks } from '../../support/person.ts';

const statesOf = (stage: CallStage) => eventsOf(stage, 'call.nudge').map(({ nudge }) => nudge.state);

describe('a hint to the AI', () => {
  it('goes from the queue into its context and into the sentence that uses it, and the lead hears nothing of it', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    const fromMs = stage.clock.monotonicMs();
    const nudge = stage.call.people.coach(dana, 'Offer the Tuesday.');
    expect(nudge).toMatchObject({ text: 'Offer the Tuesday.', state: 'queued', by: 'Dana' });
    const [told] = stage.session.all('nudge');
    expect(told?.text).toContain('Offer the Tuesday.');
    expect(told?.id.length).toBeLessThanOrEqual(32);
    // An answer that was begun before it arrived does not use it.
    stage.session.begins();
    stage.session.on.nudged?.(told?.id ?? '');
    stage.session.utters('What day would suit you?', 600);
    stage.session.ends();
    await stage.pass(1_000);
    expect(statesOf(stage)).toEqual(['queued', 'in-context']);
    stage.session.answers('We could come on Tuesday.', 800);
    await stage.pass(1_000);
    const used = stage.view.transcript.find(({ text }) => text === 'We could come on Tuesday.');
    expect(stage.view.nudges).toMatchObject([{ id: nudge.id, state: 'used', usedIn: used?.id }]);
    expect(stream.heardMs(fromMs)).toBe(1_400);
    expect(() => stage.call.people.withdraw(nudge.id)).toThrow(expect.objectContaining({ code: 'state/conflict' }));
    expect(stage.view).toMatchObject({
      personInvolved: true,
      involvements: [{ who: 'Dana', action: 'coached', detail: 'Offer the Tuesday.' }],
    });
  });

  it('is not used by an answer that was cut off, nor by words that the AI was told to say', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.coach(dana, 'Offer the Tuesday.');
    stage.session.on.nudged?.(stage.session.all('nudge')[0]?.id ?? '');
    stage.session.begins();
    stage.session.utters('What I would', 300);
    stage.session.ends('cancelled');
    stage.session.answers('Exactly this.', 300, 'Say exactly <<<Exactly this.>>>');
    await stage.pass(1_000);
    expect(statesOf(stage)).toEqual(['queued', 'in-context']);
  });

  it('can be taken back before it is used', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const { id } = stage.call.people.coach(dana, 'Offer the Tuesday.');
    const name = stage.session.all('nudge')[0]?.id;
    expect(stage.call.people.withdraw(id).state).toBe('withdrawn');
    expect(stage.session.all('withdraw')).toEqual([{ what: 'withdraw', id: name }]);
    stage.session.on.nudged?.(name ?? '');
    stage.session.answers('We could come on Tuesday.', 300);
    await stage.pass(500);
    expect(statesOf(stage)).toEqual(['queued', 'withdrawn']);
  });

  it('waits for an AI that is not there yet, and is told to a new one', async () => {
    await using stage = await CallStage.open();
    stage.engine.opening = { readyAfterMs: 4_000 };
    await stage.connect(500);
    stage.call.people.coach(dana, 'Be quick.');
    expect(stage.session.all('nudge')).toEqual([]);
    await stage.pass(2_000);
    await stage.pass(3_000);
    if (stage.engine.sessions.length > 0) expect(statesOf(stage)[0]).toBe('queued');
  });

  it('is used after a person had the call, by the AI that was opened anew', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.coach(dana, 'Offer the Tuesday.');
    stage.session.on.nudged?.('nudge-1');
    stage.call.people.takeOver(dana);
    stage.session.fail();
    await stage.pass(500);
    stage.call.people.giveBack(dana, { note: null, open: 'wait' });
    await stage.pass(500);
    expect(stage.engine.sessions).toHaveLength(2);
    expect(stage.session.all('nudge')).toMatchObject([{ id: 'nudge-1' }]);
    stage.session.on.nudged?.('nudge-1');
    stage.session.answers('We could come on Tuesday.', 300);
    await stage.pass(500);
    expect(stage.view.nudges).toMatchObject([{ state: 'used' }]);
  });

  it('is missed when the call ends first', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.coach(dana, 'Offer the Tuesday.');
    stage.end();
    await stage.pass(5_000);
    await stage.gone();
    expect(stage.view.nudges).toMatchObject([{ state: 'missed' }]);
  });
});

describe('words that the AI is told to say', () => {
  it('are said at once when nobody speaks', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.say(dana, 'It is free of charge.', 'gap');
    expect(stage.session.all('answer')).toEqual([{ what: 'answer', instructions: expect.stringContaining('<<<It is free of charge.>>>') }]);
    expect(stage.view.involvements).toMatchObject([{ who: 'Dana', action: 'said', detail: 'It is free of charge.' }]);
  });

  it('wait for the end of what is being said', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.answers('One of our plumbers could come by.', 1_000);
    stage.call.people.say(dana, 'It is free of charge.', 'gap');
    await stage.pass(500);
    expect(stage.session.all('answer')).toEqual([]);
    await stage.pass(700);
    expect(stage.session.all('answer')).toHaveLength(1);
  });

  it('or cut it short', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    const utterance = stage.session.answers('One of our plumbers could come by.', 1_000);
    await stage.pass(500);
    stage.call.people.say(dana, 'It is free of charge.', 'now');
    expect(stream.clears).toHaveLength(1);
    expect(stage.session.all('interrupt')).toMatchObject([{ utterance, heardMs: 500 }]);
    expect(stage.session.all('answer')).toHaveLength(1);
  });

  it('are not said over a person, nor without an AI', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    expect(() => stage.call.people.say(ben, 'Hello.', 'now')).toThrow('Dana has the call');
    stage.session.fail({ kind: 'fatal' });
    stage.engine.missing = 'no key is set';
    expect(() => stage.call.people.coach(ben, 'Hello.')).toThrow(expect.objectContaining({ code: 'state/no-ai' }));
  });
});

describe('the record of who had a hand in a call', () => {
  it('has who listened, from when to when, but nobody who only looks at levels', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const ears = { frame: () => undefined, ended: () => undefined };
    const stop = stage.call.listen(ears, dana);
    const again = stage.call.listen(ears, dana);
    stage.call.listen(ears, null);
    await stage.pass(2_000);
    stop();
    expect(stage.view.involvements).toMatchObject([{ who: 'Dana', action: 'listened', endMs: null }]);
    again();
    const [listened] = stage.view.involvements;
    expect((listened?.endMs ?? 0) - (listened?.startMs ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(stage.view.personInvolved).toBe(false);
  });

  it('ends with the call whatever was going on', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.listen({ frame: () => undefined, ended: () => undefined }, ben);
    stage.call.people.takeOver(dana);
    await talks(
      stage,
      stage.call.people.microphone(dana, () => undefined),
      300,
    );
    stage.end();
    await stage.pass(5_000);
    await stage.gone();
    expect(stage.view.involvements).toHaveLength(2);
    expect(stage.view.involvements.every(({ endMs }) => endMs !== null)).toBe(true);
    const told = eventsOf(stage, 'call.involvement').map(({ involvement }) => involvement);
    expect(stage.view.involvements.every((kept) => told.some((one) => JSON.stringify(one) === JSON.stringify(kept)))).toBe(true);
  });
});
