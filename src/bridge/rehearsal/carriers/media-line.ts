import { WebSocket } from 'ws';
import { FRAME_BYTES } from '#bridge/media/g711.ts';
import type { CallRecord } from './call-record.ts';
import type { Exchange } from './exchange.ts';
import type { SocketFault } from './faults.ts';
import type { Leg } from './leg.ts';
import { Playout } from './playout.ts';
import type { Scope } from './scope.ts';
import { type Address, localTarget, type Routes } from './urls.ts';

/** What differs between the carriers on a media socket: the words. */
export interface MediaWords {
  /** Messages that open the stream, in order. `callId` is what it claims to carry. */
  opening(callId: string): readonly object[];
  /** A frame of the person's voice as it goes over the socket. */
  media(voice: Buffer): string;
  key(digit: string): object;
  /** Playing has reached a named position. */
  reached(name: string): object;
  /** The last message before the carrier closes; null when it has none. */
  stopping(): object | null;
  /** A message of the bridge, parsed. */
  receive(message: Readonly<Record<string, unknown>>): void;
}

/** How a stream ended: the bridge closed it, it was cut, or what ran on the call was replaced or is over. */
export type LineEnd = 'bridge' | 'cut' | 'carrier';

/** 40 s of messages: a carrier keeps no more for a bridge that does not read. */
const MAX_BACKLOG_BYTES = 640 * 1024;
/** A bridge that does not close its side in this time is cut off. */
const CLOSE_PATIENCE_MS = 2_000;
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export type OpenResult =
  | { readonly socket: WebSocket }
  | { readonly failure: 'refused' | 'timeout' | 'not-loopback' | 'stopped'; readonly status: number | null };

/**
 * Upgrade to a media socket as the carrier does. Never rejects. The socket is paused: what the bridge says at once is kept until somebody
 * listens and resumes it.
 */
export function openSocket(
  exchange: { readonly clock: Exchange<CallRecord>['clock']; readonly timing: { readonly handshakeMs: number }; readonly routes: Routes },
  address: Address,
  headers: Readonly<Record<string, string>>,
  scope: Scope,
): Promise<OpenResult> {
  const target = localTarget(address, exchange.routes);
  if (!target) return Promise.resolve({ failure: 'not-loopback', status: null });
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${host}:${target.port}${address.target}`, {
      headers: { host: address.authority, ...headers },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    let isSettled = false;
    const settle = (result: OpenResult): void => {
      if (isSettled) return;
      isSettled = true;
      leave();
      cancel();
      if ('failure' in result) socket.terminate();
      resolve(result);
    };
    socket.on('error', () => settle({ failure: 'refused', status: null }));
    socket.once('open', () => {
      socket.pause();
      settle({ socket });
    });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      settle({ failure: 'refused', status: response.statusCode ?? null });
    });
    const cancel = exchange.clock.after(exchange.timing.handshakeMs, () => settle({ failure: 'timeout', status: null }));
    let leave: () => void = () => undefined;
    leave = scope.onEnd(() => settle({ failure: 'stopped', status: null }));
  });
}

/** An open media socket between a leg and the bridge, until either ends it. */
export class MediaLine<Call extends CallRecord> {
  readonly call: Call;
  readonly exchange: Exchange<Call>;
  readonly playout: Playout;
  readonly ended: Promise<LineEnd>;
  readonly #socket: WebSocket;
  readonly #leg: Leg;
  readonly #words: MediaWords;
  readonly #faults: readonly SocketFault['act'][];
  /** A scripted fault: the bridge is never told that anything was played. */
  readonly hidesMarks: boolean;
  #end: (end: LineEnd) => void = () => undefined;
  #isOver = false;
  #isStalled = false;
  #backlogNoted = 0;
  /** The bridge reads too slowly: percent of the carrier's patience used up, told once at 30, 60 and 90. */
  onBacklog: (percent: number) => void = () => undefined;

  constructor(
    exchange: Exchange<Call>,
    call: Call,
    leg: Leg,
    socket: WebSocket,
    scope: Scope,
    faults: readonly SocketFault['act'][],
    makeWords: (line: MediaLine<Call>) => MediaWords,
  ) {
    this.exchange = exchange;
    this.call = call;
    this.#leg = leg;
    this.#socket = socket;
    this.#faults = faults;
    this.hidesMarks = faults.includes('no-checkpoints');
    this.playout = new Playout((name) => {
      if (!this.hidesMarks) this.tell(this.#words.reached(name));
    });
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#words = makeWords(this);
    exchange.mediaSockets++;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      this.#note('state', { closed: code, reason: reason.toString() });
      this.#over(code === 1006 ? 'cut' : 'bridge');
    });
    socket.resume();
    this.#begin(scope);
  }

  /** Send a message and keep it in the history. */
  tell(message: object): void {
    if (this.#isOver) return;
    this.#note('to-bridge', message);
    this.#socket.send(JSON.stringify(message));
  }

  /** The bridge broke the protocol. */
  violate(rule: string, detail: string): void {
    this.exchange.violate(this.call, rule, detail);
  }

  /** Audio of the bridge, decoded, checked by the carrier's words. */
  play(audio: Uint8Array): void {
    const { media } = this.call;
    media.framesFromBridge++;
    media.bytesFromBridge += audio.length;
    media.firstFrameFromBridgeAtMs ??= this.exchange.clock.nowMs();
    this.playout.push(audio);
  }

  /** Close in good order, the last message first. */
  close(): void {
    if (this.#isOver) return;
    const last = this.#words.stopping();
    if (last) this.tell(last);
    this.#over('carrier');
  }

  #begin(scope: Scope): void {
    const acts = this.#faults;
    const isSilent = acts.includes('silent');
    if (acts.length > 0) this.exchange.note(this.call, { kind: 'fault', what: `media socket: ${JSON.stringify(acts)}` });
    if (acts.includes('media-before-start')) this.#socket.send(this.#words.media(Buffer.alloc(FRAME_BYTES, 0x55)));
    if (!isSilent) {
      for (const message of this.#words.opening(acts.includes('wrong-call') ? another(this.call.id) : this.call.id)) this.tell(message);
    }
    this.#leg.source = this.playout;
    if (!isSilent) {
      this.#leg.tap = (voice) => this.#sendVoice(voice);
      this.call.keySink = (digit) => this.tell(this.#words.key(digit));
    }
    const leave = scope.onEnd(() => {
      if (this.exchange.scope.ended) this.#over('carrier');
      else this.close();
    });
    void this.ended.then(leave);
    for (const act of acts) if (typeof act === 'object') this.#script(act, scope);
  }

  #script(act: Extract<SocketFault['act'], object>, scope: Scope): void {
    const { clock } = this.exchange;
    if ('cutAfterMs' in act) scope.after(clock, act.cutAfterMs, () => this.#socket.terminate());
    if ('backlogAfterMs' in act) scope.after(clock, act.backlogAfterMs, () => this.onBacklog(30));
    if ('stallAfterMs' in act) {
      scope.after(clock, act.stallAfterMs, () => {
        this.#socket.pause();
        scope.after(clock, act.forMs, () => this.#socket.resume());
      });
    }
    if ('send' in act) {
      scope.after(clock, act.afterMs, () => {
        if (this.#isOver) return;
        const frame = this.#words.media(Buffer.alloc(FRAME_BYTES, 0x55));
        if (act.send === 'garbage') this.#socket.send('this is {no JSON');
        if (act.send === 'truncated') this.#socket.send(frame.slice(0, frame.length >> 1));
        if (act.send === 'oversized') this.#socket.send(this.#words.media(Buffer.alloc(1_500_000, 0x55)));
        if (act.send === 'binary') this.#socket.send(Buffer.alloc(FRAME_BYTES, 0x55));
      });
    }
  }

  #sendVoice(voice: Buffer): void {
    const { media } = this.call;
    const backlog = this.#socket.bufferedAmount;
    if (backlog > 0) this.#watchBacklog(backlog);
    if (this.#isStalled || this.#isOver) return;
    media.framesToBridge++;
    media.firstFrameToBridgeAtMs ??= this.exchange.clock.nowMs();
    this.#socket.send(this.#words.media(voice));
  }

  #watchBacklog(bytes: number): void {
    const percent = (bytes / MAX_BACKLOG_BYTES) * 100;
    this.#isStalled = percent >= 100;
    for (const step of [30, 60, 90]) {
      if (percent < step || this.#backlogNoted >= step) continue;
      this.#backlogNoted = step;
      this.violate('socket.slow-reader', `the bridge lets ${step} % of the carrier's buffer fill up`);
      this.onBacklog(step);
    }
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isOver) return;
    if (isBinary) {
      this.violate('socket.binary', `${data.length} bytes in a binary message`);
      return;
    }
    let message: unknown;
    try {
      message = JSON.parse(data.toString('utf8'));
    } catch {
      this.violate('socket.not-json', data.toString('utf8', 0, 80));
      return;
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.violate('socket.not-an-object', data.toString('utf8', 0, 80));
      return;
    }
    if (data.length > 64 * 1024) this.violate('socket.message-too-large', `${data.length} bytes`);
    this.#words.receive(message as Readonly<Record<string, unknown>>);
  }

  /** Keep a control message of the bridge in the history; audio is only counted. */
  noteReceived(message: unknown): void {
    this.#note('from-bridge', message);
  }

  #note(direction: 'to-bridge' | 'from-bridge' | 'state', message: unknown): void {
    this.exchange.note(this.call, { kind: 'socket', direction, message });
  }

  #over(end: LineEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { media } = this.call;
    media.holes += this.playout.holes;
    media.maxQueuedMs = Math.max(media.maxQueuedMs, this.playout.maxQueuedMs);
    if (this.#leg.source === this.playout) this.#leg.source = null;
    this.#leg.tap = null;
    this.call.keySink = null;
    if (this.exchange.scope.ended) this.#socket.terminate();
    else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.close(1000);
      const cancel = this.exchange.scope.after(this.exchange.clock, CLOSE_PATIENCE_MS, () => this.#socket.terminate());
      const leave = this.exchange.scope.onEnd(() => this.#socket.terminate());
      this.#socket.once('close', () => {
        cancel();
        leave();
      });
    }
    this.#end(end);
  }
}

/** An id of the same form that is nobody's. */
function another(id: string): string {
  return id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Standard, padded base64 of at least one byte. @returns null for anything else */
export function decodeAudio(payload: unknown): Buffer | null {
  if (typeof payload !== 'string' || payload.length % 4 !== 0 || !BASE64.test(payload)) return null;
  return Buffer.from(payload, 'base64');
}

/** A file header in front of the samples would be heard as noise. */
export function hasFileHeader(audio: Buffer): boolean {
  return audio.length >= 4 && audio.toString('latin1', 0, 4) === 'RIFF';
}
