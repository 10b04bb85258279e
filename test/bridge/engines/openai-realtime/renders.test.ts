import { afterEach, describe, expect, it } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import { RenderMismatch } from '#bridge/engines/openai-realtime/renders.ts';
import { wordsApart } from '#bridge/engines/openai-realtime/same-words.ts';
import { sound } from '#test/support/realtime-server.ts';
import { Talk } from '#test/support/realtime-talk.ts';

let talk: Talk;
afterEach(async () => {
  await talk?.stop();
});

const never = new AbortController().signal;

/** The service speaks the rendering that was asked for last. @returns its response */
async function speak(text: string, ms = 300): Promise<string> {
  const create = await talk.peer.next('response.create');
  const response = talk.peer.created(create, true);
  const item = talk.peer.beginItem(response);
  talk.peer.words(response, item, text);
  talk.peer.audio(response, item, sound(ms, 1).subarray(0, 1_001));
  talk.peer.audio(response, item, sound(ms, 1).subarray(1_001));
  talk.peer.endItem(response, item, text);
  talk.peer.done(response);
  return response;
}

describe('rendering a text', () => {
  it('is asked for beside the conversation, with an empty context and no tools', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    const rendering = talk.session.render('Hello, this is an AI assistant.', never);
    const create = await talk.peer.next('response.create');
    expect(create.response).toMatchObject({ conversation: 'none', input: [], tools: [], output_modalities: ['audio'] });
    expect(create.response.instructions).toContain('<<<Hello, this is an AI assistant.>>>');
    talk.session.close();
    await expect(rendering).rejects.toThrow();
  });

  it('gives the sound and the words, and never a sound to the callee', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    const rendering = talk.session.render('Hello! This is an A.I. assistant; press 9 to stop.', never);
    await speak('hello this is an AI assistant, press nine to stop');
    const rendered = await rendering;
    expect(Buffer.from(rendered.audio).equals(sound(300, 1))).toBe(true);
    expect(rendered.text).toBe('hello this is an AI assistant, press nine to stop');
    expect(talk.heard.utterances).toEqual([]);
    expect(talk.heard.log).not.toContain('answering');
    expect(talk.heard.log.some((what) => what.startsWith('answered'))).toBe(false);
    expect(talk.heard.costs.map(({ kind }) => kind)).toEqual(['realtime-clip-in', 'realtime-clip-out']);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('is tried once more when the words came out different, then rejected by numbers alone', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    const rendering = talk.session.render('We call about your appointment.', never);
    rendering.catch(() => {});
    await speak('Sure! We call about your appointment.');
    await speak('Hi there, we are calling about it.');
    const error: unknown = await rendering.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RenderMismatch);
    expect(error).toMatchObject({ code: 'engine/refused', expectedWords: 5, wordsApart: 6 });
    expect(JSON.stringify([error instanceof BridgeError ? [error.message, error.details] : '', talk.lines])).not.toContain('appointment');
    expect(talk.peer.all('response.create')).toHaveLength(2);
  });

  it('runs one at a time, in order, and beside an answer', async () => {
    talk = await Talk.start({ creates: false });
    const session = talk.begin();
    const first = session.render('One.', never);
    const second = session.render('Two.', never);
    const peer = await talk.server.peer();
    await talk.heard.until(() => talk.heard.log.includes('ready'));
    const create = await peer.next('response.create');
    session.answer(null);
    const answer = await peer.next('response.create');
    expect(answer.response.conversation).toBeUndefined();
    expect(peer.all('response.create')).toHaveLength(2);
    const spoken = peer.created(answer);
    const beside = peer.created(create, true);
    const heardItem = peer.beginItem(spoken);
    const clipItem = peer.beginItem(beside);
    peer.audio(beside, clipItem, sound(40, 2));
    peer.audio(spoken, heardItem, sound(40, 3));
    peer.endItem(beside, clipItem, 'One.');
    peer.done(beside);
    expect(Buffer.from((await first).audio).equals(sound(40, 2))).toBe(true);
    await peer.next('response.create');
    const third = peer.created(peer.received.at(-1) ?? null, true);
    peer.say(third, 'Two.', sound(60, 4));
    expect((await second).text).toBe('Two.');
    expect(talk.heard.utterances).toEqual([heardItem]);
  });

  it('can be given up before and while it runs', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    const running = new AbortController();
    const queued = new AbortController();
    const early = new AbortController();
    early.abort(new Error('not wanted'));
    const one = talk.session.render('One.', running.signal);
    const two = talk.session.render('Two.', queued.signal);
    const three = talk.session.render('Three.', never);
    await expect(talk.session.render('Four.', early.signal)).rejects.toThrow('not wanted');
    queued.abort(new Error('hung up'));
    await expect(two).rejects.toThrow('hung up');
    const create = await talk.peer.next('response.create');
    const response = talk.peer.created(create, true);
    await talk.settle();
    running.abort(new Error('hung up'));
    await expect(one).rejects.toThrow('hung up');
    expect(await talk.peer.next('response.cancel')).toMatchObject({ response_id: response });
    await speak('Three.');
    expect((await three).text).toBe('Three.');
  });

  it('does not wait for ever, and stops one that begins after it was given up', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    const rendering = talk.session.render('One.', never);
    rendering.catch(() => {});
    const create = await talk.peer.next('response.create');
    talk.clock.advance(30_000);
    await expect(rendering).rejects.toMatchObject({ code: 'engine/unreachable' });
    const response = talk.peer.created(create, true);
    expect(await talk.peer.next('response.cancel')).toMatchObject({ response_id: response });
  });

  it('is rejected when the service refuses it twice or the session is lost', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    const rendering = talk.session.render('One.', never);
    const other = talk.session.render('Two.', never);
    rendering.catch(() => {});
    other.catch(() => {});
    for (let tries = 0; tries < 2; tries += 1) {
      const create = await talk.peer.next('response.create');
      talk.peer.error('invalid_value', { event_id: create.event_id });
    }
    await expect(rendering).rejects.toMatchObject({ code: 'engine/refused' });
    await talk.peer.next('response.create');
    talk.peer.socket.terminate();
    await expect(other).rejects.toMatchObject({ code: 'engine/unreachable', retryable: true });
  });
});

describe('comparing words', () => {
  it.each([
    ['Hello, Ann!', 'hello ann', 0],
    ['It’s nine o’clock.', "its 9 o'clock", 0],
    ['Pulse nueve, por favor.', 'pulse 9 por favor', 0],
    ['Drücken Sie die neun.', 'Drücken Sie die 9', 0],
    ['नमस्ते, नौ दबाएँ।', 'नमस्ते 9 दबाएँ', 0],
    ['voice mail', 'voicemail', 0],
    ['We will call you.', 'We will not call you.', 1],
    ['', 'Hello', 1],
  ])('%s / %s are %i words apart', (one, other, apart) => {
    expect(wordsApart(one, other)).toBe(apart);
    expect(wordsApart(other, one)).toBe(apart);
  });
});
