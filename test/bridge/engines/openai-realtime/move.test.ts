import { afterEach, describe, expect, it } from 'vitest';
import { History } from '#bridge/engines/openai-realtime/history.ts';
import { type RealtimePeer, sound } from '#test/support/realtime-server.ts';
import { Talk } from '#test/support/realtime-talk.ts';

let talk: Talk;
afterEach(async () => {
  await talk?.stop();
});

/** A session that ends an hour after it began. */
async function hourLong(): Promise<void> {
  talk = await Talk.start({ expiresAtSeconds: Date.parse('2026-11-23T16:00:00.000Z') / 1000 });
  await talk.ready();
}

/** Let real sockets and then the manual clock do their work until this holds. */
async function pass(test: () => boolean, peers: readonly RealtimePeer[] = []): Promise<void> {
  for (let round = 0; round < 200 && !test(); round += 1) {
    for (const peer of peers) await peer.settle();
    await new Promise((resolve) => setTimeout(resolve, 2));
    talk.clock.advance(50);
  }
  expect(test()).toBe(true);
}

/** The client hears of the end of a socket a moment after the service. */
async function nothingLeft(): Promise<void> {
  await expect.poll(() => talk.clock.pending).toBe(0);
}

/** Minutes in which nothing happens but the pings. */
async function minutesPass(minutes: number, ...peers: readonly RealtimePeer[]): Promise<void> {
  for (let seconds = 0; seconds < minutes * 60; seconds += 20) {
    talk.clock.advance(20_000);
    for (const peer of peers) await peer.settle();
  }
}

async function successor(): Promise<RealtimePeer> {
  await minutesPass(50, talk.peer);
  talk.server.options = {};
  talk.clock.advance(1_000);
  const next = await talk.server.peer();
  await next.next('session.update');
  await next.settle();
  return next;
}

/** Items that a session was told, as role and words. */
function told(peer: RealtimePeer): readonly string[] {
  return peer.all('conversation.item.create').map(({ item }) => `${item.role}: ${item.content[0].text}`);
}

async function answerWith(text: string, ms: number): Promise<string> {
  talk.session.answer(null);
  await talk.peer.next('response.create');
  const item = talk.peer.say(talk.peer.active ?? '', text, sound(ms));
  const answers = talk.heard.answers.length;
  await talk.heard.until(() => talk.heard.answers.length > answers);
  return item;
}

describe('a call longer than a session may last', () => {
  it('moves to a second session in a moment of silence, with what was said, and nobody notices', async () => {
    await hourLong();
    talk.session.setAutoAnswer(true);
    talk.session.noteSpoken('Hello, this is an AI assistant.');
    talk.session.addContext('Ann is a customer.');
    await talk.settle();
    talk.peer.turn('item_u1', 100, 900, null);
    talk.peer.transcript('item_u1', 'Who is this?');
    await talk.heard.until(() => talk.heard.turns.get('item_u1')?.final === true);
    talk.clock.advance(2_000);
    await answerWith('It is Mia of Northside Dental.', 1_000);
    for (let index = 0; index < 50; index += 1) talk.hear(sound(20, index));
    const next = await successor();
    const told1 = talk.heard.log.length;
    await pass(() => next.all('conversation.item.create').length > 0, [talk.peer, next]);
    await next.next('session.update');
    expect(told(next)).toEqual([
      expect.stringContaining('system: The call is going on'),
      'assistant: Hello, this is an AI assistant.',
      'system: Ann is a customer.',
      'user: Who is this?',
      'assistant: It is Mia of Northside Dental.',
    ]);
    expect(next.all('session.update')[1]?.session.audio.input.turn_detection.create_response).toBe(true);
    expect(next.received.map(({ type }) => type).lastIndexOf('conversation.item.create')).toBeLessThan(
      next.received.map(({ type }) => type).lastIndexOf('session.update'),
    );
    await pass(() => talk.server.openSockets === 1);

    talk.hear(sound(20, 99));
    await next.settle();
    expect(next.heard).toEqual([Buffer.from(sound(20, 99)).toString('base64')]);
    expect(talk.peer.heard).toHaveLength(50);
    next.turn('item_u2', 0, 20, null);
    await talk.heard.until(() => talk.heard.speech.length === 4);
    expect(talk.heard.speech.at(-1)).toEqual({ turn: 'item_u2', atMs: 1_020, began: false });
    expect(talk.heard.log.slice(told1).filter((what) => ['connected', 'ready', 'failed'].includes(what))).toEqual([]);
    expect([...talk.peer.refusals, ...next.refusals, ...talk.heard.troubles]).toEqual([]);
    talk.session.close();
    await next.closed;
    await nothingLeft();
  });

  it('does not move while the callee speaks, an answer is made, one is still playing, or a tool is at work', async () => {
    await hourLong();
    const next = await successor();
    const stays = async () => {
      for (let round = 0; round < 10; round += 1) {
        await talk.peer.settle();
        await next.settle();
        talk.clock.advance(250);
      }
      expect(told(next)).toEqual([]);
      expect(talk.server.openSockets).toBe(2);
    };
    talk.session.addContext('Something to be told.');
    talk.peer.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_u', audio_start_ms: 0 });
    await talk.heard.until(() => talk.heard.speech.length === 1);
    await stays();
    talk.session.answer('Interrupt.');
    await talk.peer.next('response.create');
    const response = talk.peer.active ?? '';
    talk.peer.send({ type: 'input_audio_buffer.speech_stopped', item_id: 'item_u', audio_end_ms: 300 });
    await talk.heard.until(() => talk.heard.speech.length === 2);
    await stays();
    talk.peer.call(response, 'call_1', 'end_call', {});
    talk.peer.done(response);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    await stays();
    talk.session.toolResult('call_1', '{}', false);
    await answerWith('A long goodbye.', 10_000);
    await stays();
    await pass(() => told(next).length > 0, [talk.peer, next]);
  });

  it('moves in mid-sentence when the end is near, lets the sentence finish, and tells the new session of it', async () => {
    talk = await Talk.start({ expiresAtSeconds: Date.parse('2026-11-23T15:01:00.000Z') / 1000 });
    await talk.ready();
    talk.session.addContext('Something to be told.');
    talk.session.answer(null);
    await talk.peer.next('response.create');
    const response = talk.peer.active ?? '';
    const item = talk.peer.beginItem(response);
    const speakOn = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 2) {
        talk.peer.audio(response, item, sound(20));
        await talk.settle();
        talk.clock.advance(2_000);
      }
    };
    await speakOn(50);
    talk.server.options = {};
    talk.clock.advance(100);
    const next = await talk.server.peer();
    talk.peer.words(response, item, 'I will note ');
    talk.peer.turn('item_u', 10, 400, null);
    await talk.heard.until(() => talk.heard.turns.has('item_u'));
    await pass(() => next.all('session.update').length > 0, [talk.peer, next]);
    expect(told(next)).toEqual([]);
    await speakOn(8);
    await pass(() => told(next).length === 2, [talk.peer, next]);
    talk.hear(sound(20));
    await next.settle();
    expect(next.heard).toHaveLength(1);
    expect(talk.server.openSockets).toBe(2);
    talk.peer.audio(response, item, sound(500));
    await talk.heard.until(() => talk.heard.audioOf(item).length === 8_640);
    talk.session.interrupt(item, 700);
    await talk.peer.next('conversation.item.truncate');
    talk.peer.endItem(response, item, 'I will note that.');
    talk.peer.transcript('item_u', 'Tuesday, please.');
    await pass(() => talk.server.openSockets === 1, [next]);
    expect(told(next).slice(2).sort()).toEqual(['assistant: I will…', 'user: Tuesday, please.']);
    expect(talk.heard.turns.get('item_u')?.text).toBe('Tuesday, please.');
    expect(talk.heard.failure).toBeNull();
  });

  it('tries again when the second session fails, and the call goes on meanwhile', async () => {
    await hourLong();
    talk.server.refusal = { status: 500 };
    await minutesPass(50, talk.peer);
    talk.clock.advance(1_000);
    await talk.heard.until(() => talk.heard.troubles.length === 1);
    expect(talk.heard.failure).toBeNull();
    talk.session.addContext('Something to be told.');
    talk.server.refusal = null;
    await minutesPass(1, talk.peer);
    const next = await talk.server.peer();
    await pass(() => told(next).length > 0, [next]);
  });

  it('takes its open second session along when the first breaks or the call ends', async () => {
    await hourLong();
    const next = await successor();
    talk.peer.socket.terminate();
    await talk.heard.until(() => talk.heard.failure !== null);
    await next.closed;
    expect(talk.heard.failures).toHaveLength(1);
    await nothingLeft();
  });
});

describe('the conversation so far', () => {
  it('keeps the last twenty turns, in the order of their places', () => {
    const history = new History();
    for (let index = 0; index < 100; index += 1) history.note(index % 2 ? 'ai' : 'callee', `line ${index}`);
    history.begin('callee', 'u1');
    history.note('ai', 'later');
    history.setText('u1', 'earlier');
    expect(history.recent().map(({ text }) => text)).not.toContain('earlier');
    history.settle('u1');
    const recent = history.recent().map(({ text }) => text);
    expect(recent).toHaveLength(20);
    expect(recent.slice(-2)).toEqual(['earlier', 'later']);
  });

  it('holds of a cut sentence what was heard of it, by its share, and nothing that came after', () => {
    const history = new History();
    history.begin('ai', 'a1');
    history.setText('a1', 'one two three four');
    history.begin('ai', 'a2');
    history.setText('a2', 'never heard');
    history.settle('a2');
    history.cut('a1', 0.5);
    history.setText('a1', 'one two three four five');
    expect(history.recent()).toMatchObject([{ role: 'ai', text: 'one two…' }]);
    history.cut('a9', 0.5);
    history.begin('ai', 'a3');
    history.setText('a3', 'gone');
    history.cut('a3', 0);
    expect(history.recent()).toHaveLength(1);
  });
});
