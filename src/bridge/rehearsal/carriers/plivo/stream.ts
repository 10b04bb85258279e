import { decodeMulaw, encodeMulaw, FRAME_BYTES, FRAME_MS } from '#bridge/media/g711.ts';
import type { Params } from '../exchange.ts';
import type { Leg } from '../leg.ts';
import { decodeAudio, hasFileHeader, type LineEnd, MediaLine, type MediaWords, type OpenResult, openSocket } from '../media-line.ts';
import { Scope } from '../scope.ts';
import { type Address, isLoopback, parseAddress } from '../urls.ts';
import { pcm16 } from '../wav.ts';
import { bare, type PlivoCall } from './plivo-call.ts';
import type { PlivoWorld } from './world.ts';

/** A stream as a document or the API asks for it. */
export interface StreamRequest {
  readonly url: string;
  readonly isBidirectional: boolean;
  readonly contentType: string;
  readonly timeoutMs: number;
  readonly extraHeaders: string;
  readonly statusUrl: string | null;
  readonly statusMethod: 'GET' | 'POST';
}

/** What Plivo keeps of audio that has not been played yet; more is dropped. */
const MAX_QUEUED_MS = 60_000;
const UPGRADE_TRIES = 3;

type Happening = 'start' | 'stop' | 'drop' | 'degrade';
const STATUS_WORDS: Readonly<Record<'classic' | 'guide', Readonly<Record<Happening, string>>>> = {
  classic: { start: 'StartStream', stop: 'StopStream', drop: 'DroppedStream', degrade: 'DegradedStream' },
  guide: { start: 'started', stop: 'stopped', drop: 'failed', degrade: 'degraded' },
};

/**
 * Open the media socket, signed, and carry audio until one side ends it. The upgrade is tried three times.
 * @returns `failed` when no stream came to be
 */
export async function runStream(
  world: PlivoWorld,
  call: PlivoCall,
  leg: Leg,
  request: StreamRequest,
  outer: Scope,
): Promise<LineEnd | 'failed'> {
  const { exchange } = world;
  const streamId = exchange.random.uuid();
  const tell = (what: Happening, extra: Params = {}): void => tellStatus(world, call, request, streamId, what, extra);
  const address = checkAddress(world, call, request.url);
  if (!address) {
    tell('drop', { StatusReason: 'connection_failed' });
    return 'failed';
  }
  if (call.stream) {
    exchange.violate(call, 'stream.second', 'a call has one stream only');
    return 'failed';
  }
  const scope = new Scope(outer);
  call.stream = { id: streamId, serviceUrl: request.url, startedAtMs: exchange.clock.nowMs(), stop: () => scope.end() };
  const faults = exchange.faults.takeAll('socket', call.to).map((fault) => fault.act);
  const opened = faults.includes('never-opens')
    ? await neverOpened(world, scope)
    : await upgrade(world, address, scope, faults.includes('wrong-signature') ? 1 : UPGRADE_TRIES, !faults.includes('wrong-signature'));
  if ('failure' in opened) {
    call.stream = null;
    if (opened.failure === 'stopped') return 'carrier';
    exchange.note(call, { kind: 'note', what: `stream dropped: ${opened.failure} ${opened.status ?? ''}` });
    tell('drop', { StatusReason: 'connection_failed' });
    return 'failed';
  }
  tell('start');
  const line = new MediaLine(exchange, call, leg, opened.socket, scope, faults, (ready) => words(world, ready, request, streamId));
  line.onBacklog = () => tell('degrade');
  scope.after(exchange.clock, request.timeoutMs, () => scope.end());
  for (const act of faults) {
    if (typeof act !== 'object' || !('secondAfterMs' in act)) continue;
    scope.after(exchange.clock, act.secondAfterMs, () => exchange.run(() => visit(world, call, address, scope)));
  }
  const beganMs = exchange.clock.nowMs();
  const end = await line.ended;
  scope.end();
  call.stream = null;
  const reason = end === 'cut' ? 'connection_failed' : 'completed';
  tell(end === 'cut' ? 'drop' : 'stop', { StatusReason: reason, Duration: String(Math.round((exchange.clock.nowMs() - beganMs) / 1000)) });
  // A stream that ended by its own time limit or by the API leaves the call to its next verb.
  return end === 'carrier' && !outer.ended ? 'bridge' : end;
}

function checkAddress(world: PlivoWorld, call: PlivoCall, url: string): Address | null {
  const address = parseAddress(url);
  const isPlain = address?.scheme === 'ws' && isLoopback(address.authority.replace(/:\d+$/, ''));
  if (!address || !(address.scheme === 'wss' || isPlain) || url.length > 2048) {
    world.exchange.violate(call, 'stream.url', url.slice(0, 200));
    return null;
  }
  return address;
}

/** What a carrier tells of a socket that it could not open in time. */
async function neverOpened(world: PlivoWorld, scope: Scope): Promise<Extract<OpenResult, { failure: unknown }>> {
  const { clock, timing } = world.exchange;
  return { failure: (await scope.sleep(clock, timing.handshakeMs)) ? 'timeout' : 'stopped', status: null };
}

async function upgrade(world: PlivoWorld, address: Address, scope: Scope, tries: number, isGenuine: boolean): Promise<OpenResult> {
  const { exchange, options } = world;
  const scheme = options.upgradeForm === 'ws' ? address.scheme : address.scheme === 'wss' ? 'https' : 'http';
  const [path = '', query] = address.target.split(/\?(.*)/s);
  const signed = `${scheme}://${address.authority}${path}${options.upgradeSuffix ? '/websocket' : ''}${query === undefined ? '' : `?${query}`}`;
  for (let count = 1; ; count++) {
    const headers = { 'user-agent': 'Plivo', ...world.sign('GET', signed, {}, isGenuine) };
    const opened = await openSocket(exchange, address, headers, scope);
    if ('socket' in opened || opened.failure === 'stopped' || opened.failure === 'not-loopback' || count >= tries) return opened;
    if (!(await scope.sleep(exchange.clock, options.upgradeRetryMs ?? 200))) return { failure: 'stopped', status: null };
  }
}

/** A socket that nobody asked for: opened, and closed again. */
async function visit(world: PlivoWorld, call: PlivoCall, address: Address, scope: Scope): Promise<void> {
  const second = await upgrade(world, address, scope, 1, true);
  world.exchange.note(call, {
    kind: 'note',
    what: 'socket' in second ? 'second socket opened' : `second socket refused: ${second.status}`,
  });
  if ('socket' in second) second.socket.terminate();
}

/** What happens to a call without an address for its hangup: its stream is opened once more. */
export async function visitAtHangup(world: PlivoWorld, call: PlivoCall, url: string): Promise<void> {
  const address = parseAddress(url);
  if (address) await visit(world, call, address, world.exchange.scope);
}

function tellStatus(world: PlivoWorld, call: PlivoCall, request: StreamRequest, streamId: string, what: Happening, extra: Params): void {
  const { statusUrl } = request;
  if (statusUrl === null) return;
  const { exchange, options } = world;
  const vocabulary = options.streamWords ?? 'classic';
  const params = {
    Event: STATUS_WORDS[vocabulary][what],
    CallUUID: call.id,
    StreamID: streamId,
    From: bare(call.from),
    To: bare(call.to),
    ...(vocabulary === 'guide' ? { Timestamp: new Date(exchange.clock.nowMs()).toISOString(), Direction: 'outbound', ...extra } : {}),
  };
  exchange.run(() => world.askBare(call, { name: `stream:${what}`, url: statusUrl, method: request.statusMethod, params }));
}

/** @see https://docs.plivo.com/docs/voice/xml/audiostream : numbers are numbers here, but for the timestamp */
function words(world: PlivoWorld, line: MediaLine<PlivoCall>, request: StreamRequest, streamId: string): MediaWords {
  const { clock } = world.exchange;
  const [encoding = '', rate = ''] = request.contentType.split(';rate=');
  const encode = encoderOf(encoding, Number(rate));
  const extra = JSON.stringify(request.extraHeaders);
  let sequence = 0;
  let chunk = 0;
  // The time of the audio, which comes every 20 ms; when it is sent is another matter.
  const startedAtMs = Math.floor(clock.nowMs());
  const middle = `,"streamId":"${streamId}","media":{"track":"inbound","timestamp":"`;
  return {
    opening: (callId) => [
      {
        event: 'start',
        sequenceNumber: ++sequence,
        start: {
          callId,
          streamId,
          accountId: world.options.credentials.authId,
          tracks: ['inbound'],
          mediaFormat: { encoding, sampleRate: Number(rate) },
        },
        extra_headers: request.extraHeaders,
      },
    ],
    media: (voice) =>
      `{"event":"media","sequenceNumber":${++sequence}${middle}${startedAtMs + ++chunk * FRAME_MS}","chunk":${chunk},"payload":"${encode(voice)}"},"extra_headers":${extra}}`,
    key: (digit) => ({
      event: 'dtmf',
      sequenceNumber: ++sequence,
      streamId,
      dtmf: { track: 'inbound', digit, timestamp: String(Math.floor(clock.nowMs())) },
      extra_headers: request.extraHeaders,
    }),
    reached: (name) => ({ event: 'playedStream', sequenceNumber: ++sequence, streamId, name }),
    stopping: () => (world.options.sendsStop ? { event: 'stop', sequenceNumber: ++sequence, streamId, reason: 'call_ended' } : null),
    receive(message) {
      const { event } = message;
      if (event === 'playAudio') {
        receiveAudio(world, line, request, streamId, message);
        return;
      }
      line.noteReceived(message);
      switch (event) {
        case 'checkpoint':
          checkStreamId(line, streamId, message);
          if (typeof message.name === 'string' && message.name !== '') line.playout.mark(message.name);
          else line.violate('checkpoint.name', 'missing');
          return;
        case 'clearAudio':
          checkStreamId(line, streamId, message);
          line.playout.clear();
          line.tell({ event: 'clearedAudio', sequenceNumber: ++sequence, streamId });
          return;
        case 'sendDTMF':
          if (typeof message.dtmf !== 'string' || !/^[0-9*#A-DwW]+$/.test(message.dtmf))
            line.violate('sendDTMF.dtmf', JSON.stringify(message.dtmf) ?? 'none');
          return;
        case 'media':
          refuse(line, 'stream.media-event', 'audio goes to Plivo as playAudio');
          return;
        default:
          line.violate('stream.unknown-event', JSON.stringify(event) ?? 'none');
      }
    },
  };
}

function checkStreamId(line: MediaLine<PlivoCall>, streamId: string, message: Readonly<Record<string, unknown>>): void {
  if (message.streamId !== streamId)
    line.violate('stream.wrong-stream-id', `${String(message.event)}: ${JSON.stringify(message.streamId)}`);
}

/** The audio is not played, and Plivo says so. */
function refuse(line: MediaLine<PlivoCall>, rule: string, detail: string): void {
  line.violate(rule, detail);
  line.tell({ event: 'error', reason: 'incorrectPayload' });
}

function receiveAudio(
  world: PlivoWorld,
  line: MediaLine<PlivoCall>,
  request: StreamRequest,
  streamId: string,
  message: Readonly<Record<string, unknown>>,
): void {
  const media = typeof message.media === 'object' && message.media !== null ? (message.media as Readonly<Record<string, unknown>>) : {};
  const { contentType, sampleRate } = media;
  const rate = Number(sampleRate);
  const isMulaw = contentType === 'audio/x-mulaw';
  const audio = decodeAudio(media.payload);
  const frameBytes = isMulaw ? FRAME_BYTES : FRAME_BYTES * 2 * (rate / 8000);
  const isRate = (typeof sampleRate === 'number' || typeof sampleRate === 'string') && (rate === 8000 || (rate === 16_000 && !isMulaw));
  if (!request.isBidirectional) line.violate('playAudio.one-way', 'the stream is not bidirectional');
  else if (message.streamId !== undefined && message.streamId !== streamId) line.violate('stream.wrong-stream-id', 'playAudio');
  else if (!isMulaw && contentType !== 'audio/x-l16') refuse(line, 'playAudio.content-type', JSON.stringify(contentType) ?? 'none');
  else if (!isRate) refuse(line, 'playAudio.sample-rate', JSON.stringify(sampleRate) ?? 'none');
  else if (!audio) refuse(line, 'playAudio.payload', 'not base64');
  else if ((world.options.strict160 ?? true) && audio.length > frameBytes) refuse(line, 'playAudio.too-long', `${audio.length} bytes`);
  else if (line.playout.queuedMs >= MAX_QUEUED_MS) line.violate('playAudio.queue-full', 'more than 60 s are queued');
  else {
    if (hasFileHeader(audio)) line.violate('media.file-header', 'the payload begins with a WAV header');
    line.play(isMulaw ? audio : fromLinear(audio, rate));
  }
}

function fromLinear(audio: Buffer, rate: number): Uint8Array {
  const samples = pcm16(audio);
  return encodeMulaw(rate === 8000 ? samples : samples.filter((_sample, at) => at % 2 === 0));
}

/** How the person's voice goes into a message. The simulated line has no more than 8 kHz to give: a wider stream repeats each sample. */
function encoderOf(encoding: string, rate: number): (voice: Buffer) => string {
  if (encoding === 'audio/x-mulaw') return (voice) => voice.toString('base64');
  const repeat = rate / 8000;
  return (voice) => {
    const samples = decodeMulaw(voice);
    const bytes = Buffer.alloc(samples.length * repeat * 2);
    for (let at = 0; at < samples.length * repeat; at++) bytes.writeInt16LE(samples[Math.floor(at / repeat)] ?? 0, at * 2);
    return bytes.toString('base64');
  };
}
