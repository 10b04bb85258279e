import { afterEach, describe, expect, it } from 'vitest';
import { sound } from '#test/support/realtime-server.ts';
import { Talk } from '#test/support/realtime-talk.ts';

let talk: Talk;
afterEach(async () => {
  await talk?.stop();
});

describe('a realtime session', () => {
  it('asks for mu-law both ways in the GA dialect and is ready when the service has agreed', async () => {
    talk = await Talk.start();
    await talk.ready();
    const update = await talk.peer.next('session.update');
    expect(update.session).toEqual({
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'You are Mia of Northside Dental.',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'near_field' },
          transcription: { model: 'gpt-transcribe', language: 'en' },
          turn_detection: {
            type: 'server_vad',
            threshold: 0.6,
            prefix_padding_ms: 300,
            silence_duration_ms: 600,
            idle_timeout_ms: null,
            create_response: false,
            interrupt_response: false,
          },
        },
        output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
      },
      reasoning: { effort: 'low' },
      tools: [{ type: 'function', name: 'end_call', description: 'Hang up.', parameters: { type: 'object', properties: {} } }],
      tool_choice: 'auto',
      max_output_tokens: 1024,
      truncation: { type: 'retention_ratio', retention_ratio: 0.8 },
    });
    expect(talk.heard.log.slice(0, 2)).toEqual(['connected', 'ready']);
    expect(talk.heard.info).toEqual({ model: 'gpt-realtime-2.1', sessionId: 'sess_1' });
    expect(talk.server.lastRequest?.url).toBe('/v1/realtime?model=gpt-realtime-2.1');
    expect(talk.server.lastRequest?.headers).toMatchObject({ authorization: 'Bearer sk-test', 'openai-safety-identifier': 'callee-1' });
    expect(talk.peer.refusals).toEqual([]);
  });

  it('asks no effort of a model that does not reason, and takes the agent’s own voice and turn settings', async () => {
    talk = await Talk.start();
    await talk.ready({
      model: 'gpt-realtime-1.5',
      voice: 'voice_abc',
      language: null,
      turnDetection: { type: 'semantic_vad', eagerness: 'low' },
    });
    const { session } = await talk.peer.next('session.update');
    expect(session.reasoning).toBeUndefined();
    expect(session.audio.output.voice).toEqual({ id: 'voice_abc' });
    expect(session.audio.input.transcription).toEqual({ model: 'gpt-transcribe' });
    expect(session.audio.input.turn_detection).toEqual({
      type: 'semantic_vad',
      eagerness: 'low',
      create_response: false,
      interrupt_response: false,
    });
    expect(talk.heard.info?.model).toBe('gpt-realtime-1.5');
  });

  it('fails rather than send noise when the service did not take mu-law', async () => {
    talk = await Talk.start({ format: { type: 'audio/pcm', rate: 24_000 } });
    await talk.open();
    await talk.heard.until(() => talk.heard.failure !== null);
    expect(talk.heard.failure).toMatchObject({ kind: 'fatal' });
    expect(talk.heard.failure?.cause).toContain('mu-law');
    expect(talk.heard.log).not.toContain('ready');
    await talk.peer.closed;
  });

  it('fails when the service leaves mu-law later, and not when it does not mention it', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.send({ type: 'session.updated', session: { type: 'realtime', instructions: '' } });
    await talk.settle();
    expect(talk.heard.failure).toBeNull();
    talk.peer.send({ type: 'session.updated', session: { type: 'realtime', audio: { output: { format: { type: 'audio/pcm' } } } } });
    await talk.heard.until(() => talk.heard.failure !== null);
  });

  it('keeps the callee’s first words and sends them in order, then each frame at once with the carrier’s own base64', async () => {
    talk = await Talk.start({ configures: false });
    talk.begin();
    const frames = Array.from({ length: 60 }, (_, index) => sound(20, index));
    for (const frame of frames.slice(0, 50)) talk.hear(frame);
    const peer = await talk.server.peer();
    await peer.next('session.update');
    await peer.settle();
    expect(peer.heard).toEqual([]);
    peer.send({ type: 'session.updated', session: peer.session });
    await talk.heard.until(() => talk.heard.log.includes('ready'));
    for (const frame of frames.slice(50)) talk.hear(frame);
    await peer.settle();
    expect(peer.heard).toEqual(frames.map((frame) => Buffer.from(frame).toString('base64')));
  });

  it('keeps the last 30 s of a callee who waits longer, and places later speech by all that was said', async () => {
    talk = await Talk.start({ configures: false });
    talk.begin();
    for (let index = 0; index < 1_600; index += 1) talk.hear(sound(20, index));
    const peer = await talk.server.peer();
    await peer.next('session.update');
    peer.send({ type: 'session.updated', session: peer.session });
    await talk.heard.until(() => talk.heard.log.includes('ready'));
    await peer.settle();
    expect(peer.heard).toHaveLength(1_500);
    expect(peer.heard[0]).toBe(Buffer.from(sound(20, 100)).toString('base64'));
    expect(talk.heard.troubles).toHaveLength(1);
    peer.turn('item_u', 1_000, 2_000, null);
    await talk.heard.until(() => talk.heard.speech.length === 2);
    expect(talk.heard.speech.map(({ atMs }) => atMs)).toEqual([3_000, 4_000]);
  });

  it('tells an answer in order: thinking, sound whole and in place, words, end, cost', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer('Greet Ann.');
    const create = await talk.peer.next('response.create');
    expect(create.response.instructions).toContain('You are Mia of Northside Dental.');
    expect(create.response.instructions).toContain('Greet Ann.');
    const response = talk.peer.active ?? '';
    const spoken = sound(1_234);
    const item = talk.peer.say(response, 'Hello Ann.', spoken);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    expect(talk.heard.audioOf(item).equals(spoken)).toBe(true);
    expect(talk.heard.texts.get(item)).toEqual({ text: 'Hello Ann.', final: true });
    expect(talk.heard.log.filter((what, index, all) => what !== all[index - 1]).slice(2)).toEqual([
      'answering',
      `text ${item}`,
      `audio ${item}`,
      `audio done ${item}`,
      `text ${item}`,
      'usage',
      'answered completed',
    ]);
    expect(talk.heard.costs.map(({ kind, micros, estimated }) => ({ kind, micros, estimated }))).toEqual([
      { kind: 'realtime-in', micros: Math.round(34 * 4 + 576 * 0.4 + 292 * 32 + 448 * 0.4), estimated: false },
      { kind: 'realtime-out', micros: 60 * 24 + 200 * 64, estimated: false },
    ]);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('keeps several items of one answer apart and grows their words', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer(null);
    await talk.peer.next('response.create');
    const response = talk.peer.active ?? '';
    const first = talk.peer.beginItem(response);
    talk.peer.words(response, first, 'One ');
    talk.peer.words(response, first, 'moment.');
    talk.peer.audio(response, first, sound(40, 1));
    await talk.heard.until(() => talk.heard.texts.get(first)?.text === 'One moment.');
    expect(talk.heard.texts.get(first)?.final).toBe(false);
    talk.peer.endItem(response, first, 'One moment.');
    const second = talk.peer.say(response, 'Tuesday is free.', sound(60, 2));
    await talk.heard.until(() => talk.heard.answers.length === 1);
    expect(talk.heard.utterances).toEqual([first, second]);
    expect(talk.heard.audioOf(first).equals(sound(40, 1))).toBe(true);
    expect(talk.heard.audioOf(second).equals(sound(60, 2))).toBe(true);
  });

  it('tells the callee’s turns in their order although the words come late, in pieces or not at all', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.turn('item_1', 100, 900, null);
    talk.peer.turn('item_2', 2_000, 2_500, 'item_1');
    talk.peer.turn('item_3', 4_000, 4_500, 'item_2');
    const words = 'conversation.item.input_audio_transcription';
    talk.peer.send({ type: `${words}.delta`, item_id: 'item_2', content_index: 0, delta: 'Not ' });
    talk.peer.send({ type: `${words}.delta`, item_id: 'item_2', content_index: 0, delta: 'now' });
    await talk.heard.until(() => talk.heard.turns.get('item_2')?.text === 'Not now');
    talk.peer.transcript('item_2', 'Not now.');
    talk.peer.send({ type: `${words}.failed`, item_id: 'item_3', content_index: 0, error: { code: 'audio_unintelligible' } });
    talk.peer.transcript('item_1', 'Who is this?');
    talk.peer.transcript('item_1', 'Who is this?');
    await talk.heard.until(() => talk.heard.troubles.length === 1);
    expect([...talk.heard.turns]).toEqual([
      ['item_1', { text: 'Who is this?', final: true, after: null }],
      ['item_2', { text: 'Not now.', final: true, after: 'item_1' }],
      ['item_3', { text: '', final: true, after: 'item_2' }],
    ]);
    expect(talk.heard.costs).toEqual([
      { kind: 'transcription', micros: 150, detail: 'gpt-transcribe: 2.0 s', estimated: false },
      { kind: 'transcription', micros: 150, detail: 'gpt-transcribe: 2.0 s', estimated: false },
    ]);
  });

  it('settles a turn without words when they do not come', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.turn('item_1', 100, 900, null);
    await talk.heard.until(() => talk.heard.turns.has('item_1'));
    talk.clock.advance(30_000);
    expect(talk.heard.turns.get('item_1')).toEqual({ text: '', final: true, after: null });
  });

  it('lets the service answer by itself only while it is told to', async () => {
    talk = await Talk.start();
    await talk.ready();
    await talk.peer.next('session.update');
    talk.session.setAutoAnswer(true);
    talk.session.setAutoAnswer(true);
    const on = await talk.peer.next('session.update');
    expect(on.session.audio.input.turn_detection).toMatchObject({ type: 'server_vad', create_response: true, interrupt_response: true });
    talk.session.setAutoAnswer(false);
    const off = await talk.peer.next('session.update');
    expect(off.session.audio.input.turn_detection).toMatchObject({ create_response: false, interrupt_response: false });
    await talk.settle();
    expect(talk.peer.all('session.update')).toHaveLength(3);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('tells the conversation what we said and what it should know, in order, also before it is ready', async () => {
    talk = await Talk.start();
    const session = talk.begin();
    session.noteSpoken('Hello, this is an AI assistant.');
    session.addContext('Ann is a customer since 2019.');
    session.answer('Ask whether it is a good time.');
    session.setAutoAnswer(true);
    const peer = await talk.server.peer();
    await peer.next('response.create');
    expect(peer.received.map(({ type }) => type)).toEqual([
      'session.update',
      'conversation.item.create',
      'conversation.item.create',
      'response.create',
    ]);
    expect(peer.received[0]?.session.audio.input.turn_detection.create_response).toBe(true);
    expect(peer.received[1]?.item).toEqual({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello, this is an AI assistant.' }],
    });
    expect(peer.received[2]?.item).toMatchObject({ role: 'system', content: [{ type: 'input_text' }] });
    expect(peer.refusals).toEqual([]);
  });

  it('asks for an answer right behind its settings, and lets nobody hear it before the service has agreed to them', async () => {
    talk = await Talk.start({ configures: false, creates: false });
    await talk.open();
    await talk.peer.next('session.update');
    talk.session.answer(null);
    await talk.peer.next('response.create');
    expect(talk.heard.log).not.toContain('ready');
    const response = { id: 'resp_1', status: 'in_progress' };
    const delta = (name: string) => ({
      type: 'response.output_audio.delta',
      response_id: 'resp_1',
      item_id: 'item_1',
      content_index: 0,
      delta: btoa(name),
    });
    talk.peer.send({ type: 'response.created', response });
    talk.peer.send(delta('noise'));
    talk.peer.send({ type: 'session.updated', session: talk.peer.session });
    talk.peer.send(delta('voice'));
    await talk.heard.until(() => talk.heard.audioOf('item_1').length > 0);
    expect(talk.heard.audioOf('item_1').toString()).toBe('voice');
  });

  it('keeps a refusal of an answer apart from a refusal of its settings', async () => {
    talk = await Talk.start({ configures: false, creates: false });
    await talk.open();
    await talk.peer.next('session.update');
    talk.session.answer(null);
    const { event_id } = await talk.peer.next('response.create');
    talk.peer.error('invalid_value', { code: 'invalid_value', event_id });
    await talk.settle();
    expect(talk.heard.failure).toBeNull();
    talk.peer.send({ type: 'session.updated', session: talk.peer.session });
    await talk.heard.until(() => talk.heard.log.includes('ready'));
  });

  it('passes by what it does not know and what is broken, and goes on', async () => {
    talk = await Talk.start();
    await talk.ready();
    const before = talk.heard.log.length;
    talk.peer.socket.send('this is not JSON');
    talk.peer.socket.send('[]');
    talk.peer.socket.send('{"type":7}');
    talk.peer.socket.send(Buffer.from([1, 2, 3]));
    talk.peer.send({ type: 'response.audio.delta', delta: 'AAAA' });
    talk.peer.send({ type: 'response.created' });
    talk.peer.send({ type: 'response.output_audio.delta', response_id: 'resp_x', item_id: 'item_x', content_index: 0, delta: 'AAAA' });
    talk.peer.send({ type: 'response.output_audio.delta', response_id: 5, item_id: 'item_x', delta: 'AAAA' });
    talk.peer.send({ type: 'response.done', response: { id: 'resp_x' } });
    talk.peer.send({ type: '__proto__' });
    talk.peer.send({ type: 'constructor' });
    await talk.settle();
    expect(talk.heard.log.slice(before).every((what) => what === 'trouble')).toBe(true);
    expect(talk.heard.troubles.some((trouble) => trouble.includes('response.created: response'))).toBe(true);
    expect(talk.heard.failure).toBeNull();
    talk.session.answer(null);
    await talk.peer.next('response.create');
  });

  it('leaves nothing behind when it is closed, twice and at any time', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer(null);
    await talk.peer.next('response.create');
    const rendering = talk.session.render('Hello.', new AbortController().signal);
    talk.session.close();
    talk.session.close();
    await expect(rendering).rejects.toThrow('The call is over.');
    expect(await talk.peer.closed).toBe(1000);
    await expect.poll(() => talk.clock.pending).toBe(0);
    await expect.poll(() => talk.server.openSockets).toBe(0);
    const told = talk.heard.log.length;
    talk.session.answer(null);
    talk.hear(sound(20));
    await expect(talk.session.render('Hello.', new AbortController().signal)).rejects.toThrow('over');
    expect(talk.heard.log).toHaveLength(told);
    expect(talk.heard.failure).toBeNull();
  });

  it('can be closed while it opens', async () => {
    talk = await Talk.start();
    talk.server.refusal = { status: 0, hang: true };
    const session = talk.begin();
    session.answer(null);
    session.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(talk.heard.log).toEqual([]);
    await expect.poll(() => talk.clock.pending).toBe(0);
  });
});
