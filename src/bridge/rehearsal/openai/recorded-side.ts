import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as giveWay, setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { encodeMulaw, FRAME_BYTES, SAMPLE_RATE_HZ } from '#bridge/media/g711.ts';
import { pcm16 } from '../carriers/wav.ts';
import type { Voices } from '../person.ts';
import type { ServiceFaults } from '../services/faults.ts';
import type { Chance } from './chance.ts';
import { errorBody } from './rest.ts';
import { errorFromIssues } from './wire.ts';
import { type HeardFrame, wordsHeard } from './words-heard.ts';

/** What one request has brought. */
export interface RecordedRequest {
  readonly model: string;
  readonly seconds: number;
  readonly text: string;
}

export interface RecordedSideOptions {
  readonly voices: Voices;
  readonly chance: Chance;
  readonly faults: ServiceFaults;
  /** From the last byte of the file to the words, between these. */
  readonly wordsMs: readonly [number, number];
  readonly records: RecordedRequest[];
  violation(what: string): void;
}

const path = '/v1/audio/transcriptions';
/** As the service's own limit. */
const mostBytes = 25 * 1024 * 1024;
const shortestSeconds = 0.1;
const recordsKept = 500;

/** Models for recordings at the time of writing. Those named `4o` and `whisper-1` stop on 2027-02-26. */
const models: readonly string[] = [
  'gpt-transcribe',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'gpt-4o-mini-transcribe-2025-12-15',
  'whisper-1',
];
/** Are paid for by the second; the others by tokens. */
const bySecond: readonly string[] = ['gpt-transcribe', 'whisper-1'];

const fields = z.strictObject({
  file: z.instanceof(File),
  model: z.string().min(1),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional(),
  prompt: z.string().optional(),
  response_format: z.enum(['json']).optional(),
  temperature: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/)
    .optional(),
});

/** @returns whether the request is one for the words of a recording */
export function isRecordedSide(method: string | undefined, pathname: string): boolean {
  return method === 'POST' && pathname === path;
}

/** Answer `POST /v1/audio/transcriptions`, whose key was found right: 8 kHz linear WAV files only, which is what a telephone bridge has. */
export async function answerRecordedSide(request: IncomingMessage, response: ServerResponse, options: RecordedSideOptions): Promise<void> {
  const { faults, chance, records } = options;
  if (faults.take('refuse', path)) {
    request.socket.destroy();
    return;
  }
  if (faults.take('hang', path)) return;
  const scripted = faults.take('status', path);
  if (scripted) {
    refuse(response, scripted.status, scripted.code, 'Scripted fault.');
    return;
  }
  const wrong = (status: number, code: string, message: string, param: string | null = null): void => {
    options.violation(message);
    refuse(response, status, code, message, param);
  };
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data;.*boundary=/i.test(type)) {
    wrong(400, 'invalid_content_type', `Unsupported content type: '${type}'. This API method only accepts 'multipart/form-data' requests.`);
    return;
  }
  const given = await formOf(request, type);
  if (given === null) {
    wrong(400, 'invalid_multipart', 'Could not parse multipart form.');
    return;
  }
  const parsed = fields.safeParse(given);
  if (!parsed.success) {
    const error = errorFromIssues(parsed.error.issues, given);
    wrong(400, error.code, error.message, error.param);
    return;
  }
  const { file, model } = parsed.data;
  if (!models.includes(model)) {
    wrong(404, 'model_not_found', `The model '${model}' does not exist or you do not have access to it.`);
    return;
  }
  const samples = file.name.endsWith('.wav') ? samplesOf(Buffer.from(await file.arrayBuffer())) : null;
  if (samples === null) {
    wrong(400, 'invalid_value', 'Audio file might be corrupted or unsupported.', 'file');
    return;
  }
  const seconds = samples.length / SAMPLE_RATE_HZ;
  if (seconds < shortestSeconds) {
    wrong(400, 'audio_too_short', 'Audio file is too short. Minimum audio length is 0.1 seconds.', 'file');
    return;
  }
  const text = await wordsIn(encodeMulaw(samples), options.voices);
  await sleep(chance.between(options.wordsMs) + (faults.take('slow', path)?.ms ?? 0));
  if (faults.take('garbage', path)) {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":');
    return;
  }
  records.push({ model, seconds, text });
  if (records.length > recordsKept) records.shift();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ text, usage: usageOf(model, seconds, text) }));
}

/** What the clips of the rehearsal's voices that came through say; the recording may begin anywhere in a frame. */
async function wordsIn(audio: Uint8Array, voices: Voices): Promise<string> {
  for (let shift = 0; shift < FRAME_BYTES; shift += 1) {
    const places: (HeardFrame | null)[] = [];
    for (let at = shift; at + FRAME_BYTES <= audio.length; at += FRAME_BYTES)
      places.push(voices.recognise(audio.subarray(at, at + FRAME_BYTES)));
    const words = wordsHeard(places);
    if (words !== '') return words;
    // Whoever else runs on this thread has sound to send every 20 ms.
    await giveWay();
  }
  return '';
}

function usageOf(model: string, seconds: number, text: string): object {
  if (bySecond.includes(model)) return { type: 'duration', seconds: Math.ceil(seconds) };
  const audio_tokens = Math.ceil(seconds * 10);
  const output_tokens = Math.ceil(text.length / 4);
  return {
    type: 'tokens',
    input_tokens: audio_tokens,
    input_token_details: { audio_tokens, text_tokens: 0 },
    output_tokens,
    total_tokens: audio_tokens + output_tokens,
  };
}

/** 16-bit linear, 8 kHz, one channel; null when it is anything else. */
function samplesOf(wav: Buffer): Int16Array | null {
  if (wav.length < 12 || wav.toString('latin1', 0, 4) !== 'RIFF' || wav.toString('latin1', 8, 12) !== 'WAVE') return null;
  if (wav.readUInt32LE(4) !== wav.length - 8) return null;
  let isTelephone = false;
  for (let at = 12; at + 8 <= wav.length; ) {
    const name = wav.toString('latin1', at, at + 4);
    const size = wav.readUInt32LE(at + 4);
    const from = at + 8;
    if (from + size > wav.length) return null;
    if (name === 'fmt ' && size >= 16)
      isTelephone =
        wav.readUInt16LE(from) === 1 &&
        wav.readUInt16LE(from + 2) === 1 &&
        wav.readUInt32LE(from + 4) === SAMPLE_RATE_HZ &&
        wav.readUInt16LE(from + 14) === 16;
    if (name === 'data') {
      if (!isTelephone || size % 2 !== 0) return null;
      return pcm16(wav.subarray(from, from + size));
    }
    at = from + size + (size % 2);
  }
  return null;
}

async function formOf(request: IncomingMessage, type: string): Promise<Record<string, unknown> | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    const chunk = piece as Buffer;
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    pieces.push(chunk);
  }
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  return partsOf(Buffer.concat(pieces), boundary?.[1] ?? boundary?.[2] ?? '');
}

/** The parts of a form: files where a file name is given, else text. @see RFC 7578 */
function partsOf(body: Buffer, boundary: string): Record<string, unknown> | null {
  const limit = `--${boundary}`;
  if (boundary === '' || body.indexOf(limit) !== 0) return null;
  const parts: Record<string, unknown> = {};
  for (let at = limit.length; ; ) {
    if (body.toString('latin1', at, at + 2) === '--') return parts;
    const headersEnd = body.indexOf('\r\n\r\n', at);
    const end = body.indexOf(`\r\n${limit}`, headersEnd);
    if (headersEnd < 0 || end < 0) return null;
    const headers = body.toString('utf8', at, headersEnd);
    const name = /;\s*name="([^"]*)"/i.exec(headers)?.[1];
    if (name === undefined || Object.hasOwn(parts, name)) return null;
    const content = body.subarray(headersEnd + 4, end);
    const fileName = /;\s*filename="([^"]*)"/i.exec(headers)?.[1];
    parts[name] = fileName === undefined ? content.toString('utf8') : new File([new Uint8Array(content)], fileName);
    at = end + 2 + limit.length;
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string, param: string | null = null): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '1' } : {}) })
    .end(JSON.stringify(errorBody(code, message, param)));
}
