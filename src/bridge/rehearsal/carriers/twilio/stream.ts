import type { Leg } from '../leg.ts';
import { decodeAudio, hasFileHeader, type LineEnd, MediaLine, type MediaWords, openSocket } from '../media-line.ts';
import type { Scope } from '../scope.ts';
import { isLoopback, parseAddress } from '../urls.ts';
import { elementsOf, type XmlElement } from '../xml.ts';
import type { TwilioCall } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

/** Name and value of a `<Parameter>` together. */
const MAX_PARAMETER_CHARS = 500;

/**
 * Run `<Connect><Stream>`: open the socket, signed, and carry audio both ways until one side ends it.
 * @returns `failed` when no stream came to be
 */
export async function runStream(
  world: TwilioWorld,
  call: TwilioCall,
  leg: Leg,
  element: XmlElement,
  scope: Scope,
): Promise<LineEnd | 'failed'> {
  const { exchange } = world;
  const streamSid = world.sid('MZ');
  const tell = (event: string, extra: Readonly<Record<string, string>> = {}): void => {
    const url = element.attributes.statusCallback;
    if (url === undefined) return;
    const params = {
      StreamSid: streamSid,
      StreamName: element.attributes.name ?? streamSid,
      StreamEvent: event,
      Timestamp: new Date(exchange.clock.nowMs()).toISOString(),
      ...extra,
    };
    const method = element.attributes.statusCallbackMethod === 'GET' ? 'GET' : 'POST';
    exchange.run(() => world.askBare(call, { name: `stream:${event}`, method, url, params }));
  };
  const url = element.attributes.url ?? '';
  const fail = (code: number, detail: string): 'failed' => {
    exchange.note(call, { kind: 'note', what: `error ${code}: ${detail}` });
    tell('stream-error', { StreamError: `${code} ${detail}` });
    return 'failed';
  };
  const address = parseAddress(url);
  if (!address) {
    exchange.violate(call, 'stream.url', url);
    return fail(31923, 'malformed URL');
  }
  const isPlain = address.scheme === 'ws' && isLoopback(address.authority.replace(/:\d+$/, ''));
  if (address.scheme !== 'wss' && !isPlain) {
    exchange.violate(call, 'stream.scheme', url);
    return fail(31922, 'scheme is not wss');
  }
  if (address.target.includes('?')) exchange.violate(call, 'stream.query', 'a query string on the address of a stream is not supported');
  const bare = parseAddress(address.text.replace(/\?.*$/, '')) ?? address;
  const parameters = readParameters(world, call, element);
  const faults = exchange.faults.takeAll('socket', call.to).map((fault) => fault.act);
  const headers = (isGenuine: boolean): Record<string, string> => ({
    'user-agent': 'TwilioMediaStreams/1.0',
    'x-twilio-signature': world.sign(bare.text, {}, isGenuine),
  });
  if (faults.includes('never-opens')) {
    if (!(await scope.sleep(exchange.clock, exchange.timing.handshakeMs))) return 'carrier';
    return fail(31901, 'connection timed out');
  }
  const opened = await openSocket(exchange, bare, headers(!faults.includes('wrong-signature')), scope);
  if ('failure' in opened) {
    if (opened.failure === 'stopped') return 'carrier';
    if (opened.failure === 'timeout') return fail(31901, 'connection timed out');
    return opened.status === null ? fail(31902, opened.failure) : fail(31920, `handshake answered with ${opened.status}`);
  }
  if (opened.socket.protocol !== '') exchange.violate(call, 'stream.subprotocol', opened.socket.protocol);
  tell('stream-started');
  const line = new MediaLine(exchange, call, leg, opened.socket, scope, faults, (ready) => words(world, ready, streamSid, parameters));
  for (const act of faults) {
    if (typeof act !== 'object' || !('secondAfterMs' in act)) continue;
    scope.after(exchange.clock, act.secondAfterMs, () =>
      exchange.run(async () => {
        const second = await openSocket(exchange, bare, headers(true), scope);
        exchange.note(call, {
          kind: 'note',
          what: 'socket' in second ? 'second socket opened' : `second socket refused: ${second.status}`,
        });
        if ('socket' in second) second.socket.terminate();
      }),
    );
  }
  const end = await line.ended;
  tell(end === 'cut' ? 'stream-error' : 'stream-stopped', end === 'cut' ? { StreamError: '31921 closed abnormally' } : {});
  return end;
}

function readParameters(world: TwilioWorld, call: TwilioCall, element: XmlElement): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const { attributes } of elementsOf(element)) {
    const { name = '', value = '' } = attributes;
    if (name.length + value.length >= MAX_PARAMETER_CHARS) world.exchange.violate(call, 'stream.parameter-too-long', name);
    parameters[name] = value;
  }
  return parameters;
}

/** @see https://www.twilio.com/docs/voice/media-streams/websocket-messages : every number is a string, but for two in `mediaFormat` */
function words(
  world: TwilioWorld,
  line: MediaLine<TwilioCall>,
  streamSid: string,
  customParameters: Readonly<Record<string, string>>,
): MediaWords {
  let sequence = 0;
  let chunk = 0;
  const mediaHead = `{"event":"media","sequenceNumber":"`;
  const mediaMiddle = `","streamSid":"${streamSid}","media":{"track":"inbound","chunk":"`;
  return {
    opening: (callSid) => [
      { event: 'connected', protocol: 'Call', version: '1.0.0' },
      {
        event: 'start',
        sequenceNumber: String(++sequence),
        start: {
          accountSid: world.accountSid,
          streamSid,
          callSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters,
        },
        streamSid,
      },
    ],
    media: (voice) =>
      `${mediaHead}${++sequence}${mediaMiddle}${++chunk}","timestamp":"${chunk * 20}","payload":"${voice.toString('base64')}"}}`,
    key: (digit) => ({ event: 'dtmf', streamSid, sequenceNumber: String(++sequence), dtmf: { track: 'inbound_track', digit } }),
    reached: (name) => ({ event: 'mark', sequenceNumber: String(++sequence), streamSid, mark: { name } }),
    stopping: () => ({
      event: 'stop',
      sequenceNumber: String(++sequence),
      streamSid,
      stop: { accountSid: world.accountSid, callSid: line.call.id },
    }),
    receive(message) {
      const { event } = message;
      if (event !== 'media') line.noteReceived(message);
      if (event !== 'media' && event !== 'mark' && event !== 'clear') {
        line.violate('stream.unknown-event', JSON.stringify(event) ?? 'none');
        return;
      }
      if (message.streamSid !== streamSid) {
        line.violate('media.wrong-stream-sid', `${event}: ${JSON.stringify(message.streamSid)}`);
        return;
      }
      if (event === 'media') receiveMedia(line, message.media);
      else if (event === 'mark') receiveMark(line, message.mark);
      else for (const name of line.playout.clear()) if (!line.hidesMarks) line.tell(this.reached(name));
    },
  };
}

function receiveMedia(line: MediaLine<TwilioCall>, media: unknown): void {
  const audio = decodeAudio(field(media, 'payload'));
  if (!audio) {
    line.violate('media.payload', 'not base64');
    return;
  }
  if (hasFileHeader(audio)) line.violate('media.file-header', 'the payload begins with a WAV header');
  line.play(audio);
}

function receiveMark(line: MediaLine<TwilioCall>, mark: unknown): void {
  const name = field(mark, 'name');
  if (typeof name === 'string' && name !== '') line.playout.mark(name);
  else line.violate('mark.name', 'missing');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
