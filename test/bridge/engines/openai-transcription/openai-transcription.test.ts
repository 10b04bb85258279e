import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenAiTranscription } from '#bridge/engines/openai-transcription/openai-transcription.ts';
import type { Transcriber } from '#bridge/engines/transcriber.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { RealtimeServer, sound } from '#test/support/realtime-server.ts';
import { TranscriberRecorder } from '#test/support/transcriber-recorder.ts';

let server: RealtimeServer;
let told: TranscriberRecorder;
let transcriber: Transcriber;

beforeEach(() => {
  told = new TranscriberRecorder();
});
afterEach(async () => {
  transcriber.close();
  await server.stop();
});

const someone = { language: 'en-GB', safetyIdentifier: 'operator-1', world: 'rehearsal' } as const;

async function open({
  apiKey = 'sk-test' as string | null,
  ...options
}: NonNullable<Parameters<typeof RealtimeServer.start>[0]> & { apiKey?: string | null } = {}) {
  server = await RealtimeServer.start(options);
  openMore(apiKey);
}

function openMore(apiKey: string | null = 'sk-test') {
  const log = pino({ level: 'silent' });
  const transcription = new OpenAiTranscription({ apiKey, baseUrl: server.baseUrl, clock: systemClock, log });
  transcriber = transcription.openTranscriber(someone, told);
}

/** @param ms heard as frames of 20 ms */
function hear(ms: number, seed = 1): Uint8Array {
  const bytes = sound(ms, seed);
  for (let at = 0; at < bytes.length; at += 160) transcriber.hear(bytes.subarray(at, at + 160));
  return bytes;
}

const givenBack = (payloads: readonly string[]) => Buffer.concat(payloads.map((payload) => Buffer.from(payload, 'base64')));

describe('a session that only listens', () => {
  it('is opened for transcription, without a model, and asks for words of mu-law and nothing else', async () => {
    await open();
    const peer = await server.peer();
    const update = await peer.next('session.update');
    expect(update.session).toEqual({
      type: 'transcription',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'near_field' },
          transcription: { model: 'gpt-transcribe', language: 'en' },
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
        },
      },
    });
    expect(server.lastRequest?.url).toBe('/v1/realtime?intent=transcription');
    expect(server.lastRequest?.headers).toMatchObject({ authorization: 'Bearer sk-test', 'openai-safety-identifier': 'operator-1' });
    await told.until(() => told.readies === 1);
    expect(peer.refusals).toEqual([]);
  });

  it('keeps what is said before it is ready, and then gives all of it in order', async () => {
    await open();
    const first = hear(200, 1);
    const peer = await server.peer();
    await told.until(() => told.readies === 1);
    const second = hear(100, 2);
    await peer.settle();
    expect(givenBack(peer.heard)).toEqual(Buffer.concat([first, second]));
  });

  it('tells turns with their places, their words as they come, and what they cost', async () => {
    await open();
    const peer = await server.peer();
    await told.until(() => told.readies === 1);
    hear(2000);
    peer.turn('item_1', 340, 1900, null);
    peer.send({ type: 'conversation.item.input_audio_transcription.delta', item_id: 'item_1', content_index: 0, delta: 'Good' });
    await told.until(() => told.turns.get('item_1')?.text === 'Good');
    expect(transcriber.isBusy).toBe(true);
    peer.transcript('item_1', 'Good morning.');
    await told.until(() => told.words.length === 1);
    expect(told.turns.get('item_1')).toEqual({ startMs: 340, endMs: 1900, text: 'Good morning.', final: true });
    expect(told.costs).toEqual([{ kind: 'transcription', micros: 150, detail: 'gpt-transcribe: 2.0 s', estimated: false }]);
    expect(transcriber.isBusy).toBe(false);
  });

  it('settles a turn without words when the service could not make any', async () => {
    await open();
    const peer = await server.peer();
    peer.turn('item_1', 0, 500, null);
    peer.send({ type: 'conversation.item.input_audio_transcription.failed', item_id: 'item_1', content_index: 0, error: { code: 'x' } });
    await told.until(() => told.words.length === 1);
    expect(told.turns.get('item_1')).toMatchObject({ text: '', final: true });
  });

  it('lets the service hear silence when the microphone is let go of in the middle of a turn, and counts it out of the places', async () => {
    await open();
    const peer = await server.peer();
    await told.until(() => told.readies === 1);
    hear(1000);
    peer.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_1', audio_start_ms: 100 });
    await told.until(() => told.turns.has('item_1'));
    const bytes = () => givenBack(peer.heard).length;
    while (bytes() < 13_000) await peer.settle();
    expect(
      givenBack(peer.heard)
        .subarray(8000)
        .every((byte) => byte === 0xff),
    ).toBe(true);
    const paddedMs = (bytes() - 8000) / 8;
    peer.send({ type: 'input_audio_buffer.speech_stopped', item_id: 'item_1', audio_end_ms: 1000 + paddedMs });
    peer.send({ type: 'input_audio_buffer.committed', item_id: 'item_1', previous_item_id: null });
    await told.until(() => told.turns.get('item_1')?.endMs != null);
    expect(told.turns.get('item_1')).toMatchObject({ startMs: 100, endMs: 1000 });
    hear(500);
    await peer.settle();
    const padded = bytes() - 12_000;
    peer.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_2', audio_start_ms: 1000 + padded / 8 + 200 });
    await told.until(() => told.turns.has('item_2'));
    expect(told.turns.get('item_2')?.startMs).toBe(1200);
  });

  it('waits at its end for the words that are still to come, and tells nothing after that', async () => {
    await open();
    const peer = await server.peer();
    await told.until(() => told.readies === 1);
    hear(600);
    peer.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_1', audio_start_ms: 100 });
    await told.until(() => told.turns.has('item_1'));
    const finished = transcriber.finish(5000);
    peer.send({ type: 'input_audio_buffer.speech_stopped', item_id: 'item_1', audio_end_ms: 600 });
    peer.send({ type: 'input_audio_buffer.committed', item_id: 'item_1', previous_item_id: null });
    peer.transcript('item_1', 'See you on Tuesday.');
    await finished;
    expect(told.words).toEqual(['See you on Tuesday.']);
    expect(await peer.closed).toBe(1000);
    expect(told.failures).toEqual([]);
  });

  it('does not wait longer for words than it was told', async () => {
    await open();
    const peer = await server.peer();
    await told.until(() => told.readies === 1);
    peer.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_1', audio_start_ms: 0 });
    await told.until(() => told.turns.has('item_1'));
    await transcriber.finish(100);
    expect(told.words).toEqual([]);
    expect(await peer.closed).toBe(1000);
  });

  it('opens a lost session anew, settles what was lost, and goes on with the places', async () => {
    await open();
    const first = await server.peer();
    await told.until(() => told.readies === 1);
    hear(400);
    first.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_1', audio_start_ms: 100 });
    await told.until(() => told.turns.has('item_1'));
    first.socket.terminate();
    await told.until(() => told.words.length === 1);
    expect(told.turns.get('item_1')).toEqual({ startMs: 100, endMs: 400, text: '', final: true });
    const later = hear(300, 7);
    const second = await server.peer();
    await told.until(() => told.readies === 2);
    await second.settle();
    expect(givenBack(second.heard)).toEqual(Buffer.from(later));
    second.turn('item_2', 40, 240, null);
    second.transcript('item_2', 'Still here.');
    await told.until(() => told.words.length === 2);
    expect(told.turns.get('item_2')).toEqual({ startMs: 440, endMs: 640, text: 'Still here.', final: true });
    expect(told.failures).toEqual([]);
  });

  it('fails at once, for good and with a cure, when the key is refused, and says so when there is none', async () => {
    await open({ key: 'another' });
    await told.until(() => told.failures.length === 1);
    expect(told.failures[0]).toMatchObject({ kind: 'fatal', cause: 'OpenAI does not accept the key' });
    expect(server.peers).toHaveLength(0);
    told = new TranscriberRecorder();
    openMore(null);
    await told.until(() => told.failures.length === 1);
    expect(told.failures[0]).toMatchObject({ kind: 'fatal', cause: 'OPENAI_API_KEY is not set' });
  });

  it('fails when the service hears something else than mu-law', async () => {
    await open({ format: { type: 'audio/pcm', rate: 24_000 } });
    await told.until(() => told.failures.length === 1);
    expect(told.failures[0]).toMatchObject({ kind: 'fatal' });
  });

  it('survives what it does not understand', async () => {
    await open();
    const peer = await server.peer();
    await told.until(() => told.readies === 1);
    peer.socket.send('no json');
    peer.send({ type: 'input_audio_buffer.speech_started' });
    peer.send({ type: 'session.something_new' });
    peer.send({ type: 'response.created', response: { id: 'resp_1' } });
    peer.error('server_error', { type: 'server_error' });
    peer.turn('item_1', 0, 100, null);
    peer.transcript('item_1', 'All well.');
    await told.until(() => told.words.length === 1);
    expect(told.words).toEqual(['All well.']);
    expect(told.troubles).toHaveLength(3);
  });
});
