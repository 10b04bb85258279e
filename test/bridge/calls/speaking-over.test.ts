import { describe, expect, it } from 'vitest';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';
import type { ScriptedSession, Told } from '../../support/scripted-engine.ts';

const told = (session: ScriptedSession, since: number): readonly Told[] => session.told.slice(since);

describe('a lead who speaks over us', () => {
  it('silences the AI at once, and the conversation keeps no more than they heard', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.session.begins();
    const first = stage.session.utters('One of our plumbers could come by for a free check.', 2_000, { byte: 0x31 });
    const second = stage.session.utters('What day and time would suit you?', 1_500, { byte: 0x32 });
    stage.session.ends();
    await stage.pass(1_000);
    const before = stage.session.told.length;
    const order: string[] = [];
    const clear = stream.clear.bind(stream);
    stream.clear = () => {
      order.push('clear');
      clear();
    };
    const interrupt = stage.session.interrupt.bind(stage.session);
    stage.session.interrupt = (utterance, heardMs) => {
      order.push('interrupt');
      interrupt(utterance, heardMs);
    };
    stage.session.hears();
    expect(order).toEqual(['clear', 'interrupt', 'interrupt']);
    expect(told(stage.session, before)).toEqual([
      { what: 'interrupt', utterance: first, heardMs: 1_000 },
      { what: 'interrupt', utterance: second, heardMs: 0 },
    ]);
    const atMs = stage.clock.monotonicMs();
    // What still comes of it is not spoken.
    stage.session.on.audio(second, new Uint8Array(8_000).fill(0x32));
    stage.session.on.utteranceText(second, 'What day and time would suit you? Any day is fine.', true);
    await stage.pass(1_000);
    expect(stream.heardMs(atMs)).toBe(0);
    stage.end();
    expect(stage.view.transcript.filter(({ interrupted }) => interrupted)).toMatchObject([
      { text: 'One of our plumbers could come by for a free check.', heardText: 'One of our plumbers could', endMs: expect.any(Number) },
      { text: 'What day and time would suit you?', heardText: '' },
    ]);
  });

  it('does not silence the disclosure, which the greeting follows', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(1_000);
    const turn = stage.session.hears();
    await stage.pass(500);
    stage.session.heardEnd(turn);
    await stage.pass(clipMs.disclosure + clipMs.greeting);
    expect(stream.clears).toEqual([]);
    expect(stream.heardMs()).toBe(clipMs.disclosure + clipMs.greeting);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
  });

  it('has the greeting cut, and the word', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(clipMs.disclosure + 900);
    expect(stage.session.all('auto')).toEqual([]);
    stage.session.hears();
    const atMs = stage.clock.monotonicMs();
    await stage.pass(500);
    expect(stream.heardMs(atMs)).toBe(0);
    expect(stage.session.all('auto')).toEqual([{ what: 'auto', on: true }]);
    expect(stage.session.all('spoken').at(-1)?.text).toMatch(/^Hello Grace/);
    expect(stage.session.all('spoken').at(-1)?.text.length).toBeLessThan('Hello Grace, do you have a minute?'.length);
  });

  it('has the greeting cut as soon as the carrier has confirmed the disclosure before it', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    // The greeting begins; the confirmation of the disclosure is still on its way.
    while (stream.heardAt(stage.clock.monotonicMs()) !== clipBytes.greeting) stage.clock.advance(1);
    stage.session.hears();
    expect(stream.clears).toEqual([]);
    stage.clock.advance(50);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
    expect(stream.clears).toHaveLength(1);
    const atMs = stage.clock.monotonicMs();
    await stage.pass(1_000);
    expect(stream.heardMs(atMs)).toBe(0);
  });

  it('does not hear a greeting that the AI was still to say itself', async () => {
    await using stage = await CallStage.open({ clips: ['disclosure'] });
    const stream = await stage.connect();
    await stage.pass(clipMs.disclosure + 100);
    const asked = stage.session.all('answer').at(-1)?.instructions ?? null;
    expect(asked).toContain('<<<Hello Grace');
    stage.session.hears();
    const atMs = stage.clock.monotonicMs();
    expect(stage.session.all('interrupt')).toEqual([{ what: 'interrupt', utterance: null, heardMs: 0 }]);
    await stage.pass(6_000);
    expect(stream.heardMs(atMs)).toBe(0);
    expect(stage.call.talking).toBe(true);
    expect(stage.view.rung).toBe('realtime');
  });

  it('does not silence a goodbye', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    const atMs = stage.clock.monotonicMs();
    stage.session.begins();
    stage.session.utters('Thank you. Goodbye.', 1_500);
    stage.session.callsTool('end_call', { reason: 'refused' });
    stage.session.ends();
    await stage.pass(500);
    stage.session.hears();
    await stage.pass(1_100);
    expect(stream.heardMs(atMs)).toBe(1_500);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });

  it('is not asked whether they are still there for as long as they speak', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.answers('Would a free check interest you?', 3_000);
    await stage.pass(1_000);
    const turn = stage.session.hears();
    // The answer that was cut is over now; that is no silence.
    stage.session.ends('cancelled');
    await stage.pass(25_000);
    expect(stage.session.all('answer')).toEqual([]);
    stage.session.heardEnd(turn);
    // It was no word, and nobody answers it.
    stage.session.understands(turn, '');
    await stage.pass(9_100);
    expect(stage.session.all('answer')).toHaveLength(1);
  });
});

describe('the first audio of an answer', () => {
  it('is measured from the end of the lead’s speech to the ear', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(1_000);
    // The service tells of the end half a second later, and names its place in what it heard.
    const endMs = stage.session.heardMs;
    await stage.pass(500);
    stage.session.on.speechStopped(turn, endMs);
    await stage.pass(200);
    stage.session.answers('Yes.', 600);
    await stage.pass(700);
    expect(stage.view.turns).toMatchObject([{ latencyMs: 700 }]);
    // Nothing is measured for what nobody asked.
    stage.session.answers('And another thing.', 600);
    await stage.pass(1_000);
    expect(stage.view.turns).toHaveLength(1);
  });
});
