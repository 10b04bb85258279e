import type { WebSocket } from 'ws';
import type {
  CallDocument,
  CallLinks,
  Carrier,
  DialAccepted,
  DialRequest,
  LegRecord,
  LegRef,
  MediaHandlers,
  MediaStream,
} from '#bridge/carriers/carrier.ts';
import { twilioMirror } from '#bridge/carriers/twilio/mirror.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CarrierName } from '#bridge/contract/words.ts';

/** A phone company that does what a test says. */
export class ScriptedCarrier implements Carrier {
  readonly name: CarrierName;
  readonly webhooks = [];
  readonly mirror = twilioMirror('AC00000000000000000000000000000001', 'test_token_1');
  readonly dials: DialRequest[] = [];
  readonly hangUps: LegRef[] = [];
  readonly redirects: { readonly document: CallDocument; readonly links: CallLinks }[] = [];
  readonly streams: ScriptedStream[] = [];
  readonly #clock: Clock;
  /** Told at the moment of a hang-up request. */
  onHangUp: () => void = () => undefined;
  lookUpFinds: LegRecord | null = null;
  lookUps = 0;
  /** How long after the ear has heard it a checkpoint is confirmed; null for never. */
  confirmsAfterMs: number | null = 40;

  constructor(name: CarrierName, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  dial(request: DialRequest): Promise<DialAccepted> {
    this.dials.push(request);
    return Promise.resolve({ requestId: 'request', carrierCallId: 'leg', queueMs: null });
  }

  hangUp(leg: LegRef): Promise<void> {
    this.hangUps.push(leg);
    this.onHangUp();
    return Promise.resolve();
  }

  redirect(_leg: LegRef, document: CallDocument, links: CallLinks): Promise<void> {
    this.redirects.push({ document, links });
    return Promise.resolve();
  }

  record(): Promise<void> {
    return Promise.resolve();
  }

  sendDigits(): Promise<void> {
    return Promise.resolve();
  }

  lookUp(): Promise<LegRecord | null> {
    this.lookUps += 1;
    return Promise.resolve(this.lookUpFinds);
  }

  async inspect() {
    return { record: await this.lookUp(), notes: [] };
  }

  find(): Promise<readonly LegRecord[]> {
    return Promise.resolve([]);
  }

  testCredentials(): Promise<{ readonly accountName: string | null }> {
    return Promise.resolve({ accountName: null });
  }

  ownedNumbers(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  account(): Promise<never> {
    return Promise.reject(new Error('this carrier has no books'));
  }

  isVerified(): Promise<boolean> {
    return Promise.resolve(false);
  }

  isSigned(): boolean {
    return true;
  }

  isUpgradeSigned(): string | null {
    return 'scripted';
  }

  openMedia(_socket: WebSocket, handlers: MediaHandlers): ScriptedStream {
    const stream = new ScriptedStream(handlers, this.#clock, () => this.confirmsAfterMs);
    this.streams.push(stream);
    return stream;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Heard {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** A media socket with an ear at its far end: plays what it gets in order, in real time, and drops the rest at a clear. */
export class ScriptedStream implements MediaStream {
  readonly handlers: MediaHandlers;
  bufferedBytes = 0;
  readonly clears: number[] = [];
  readonly keys: string[] = [];
  readonly #clock: Clock;
  readonly #confirmsAfterMs: () => number | null;
  #frames: Heard[] = [];
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #marks: { readonly name: string; readonly cancel: () => void }[] = [];
  closedBecause: string | null = null;

  constructor(handlers: MediaHandlers, clock: Clock, confirmsAfterMs: () => number | null) {
    this.handlers = handlers;
    this.#clock = clock;
    this.#confirmsAfterMs = confirmsAfterMs;
  }

  send(frame: Uint8Array): void {
    if (this.closedBecause !== null) return;
    const atMs = Math.max(this.#clock.monotonicMs(), this.#endsAtMs);
    this.#frames.push({ atMs, bytes: Uint8Array.from(frame) });
    this.#endsAtMs = atMs + frame.length / 8;
  }

  checkpoint(name: string): void {
    const afterMs = this.#confirmsAfterMs();
    if (this.closedBecause !== null || afterMs === null) return;
    const mark = {
      name,
      cancel: this.#clock.after(Math.max(0, this.#endsAtMs - this.#clock.monotonicMs()) + afterMs, () => {
        this.#marks = this.#marks.filter((other) => other !== mark);
        this.handlers.checkpoint(name);
      }),
    };
    this.#marks.push(mark);
  }

  clear(): void {
    if (this.closedBecause !== null) return;
    const nowMs = this.#clock.monotonicMs();
    this.clears.push(nowMs);
    this.#drop(nowMs);
    this.#endsAtMs = Math.min(this.#endsAtMs, nowMs);
    // As Twilio does: all that wait come back at once.
    for (const { name, cancel } of this.#marks.splice(0)) {
      cancel();
      this.handlers.checkpoint(name);
    }
  }

  sendDigits(digits: string): boolean {
    this.keys.push(digits);
    return true;
  }

  close(reason: string): void {
    if (this.closedBecause !== null) return;
    this.#end(reason);
    this.handlers.closed(reason);
  }

  /** The socket is gone, or the carrier ended the stream. */
  cut(reason = 'the socket is gone'): void {
    if (this.closedBecause !== null) return;
    this.#end(reason);
    this.handlers.closed(reason);
  }

  /** First byte of what the ear hears at this moment; null for silence. */
  heardAt(atMs: number): number | null {
    return this.#frames.find((frame) => frame.atMs <= atMs && atMs < frame.atMs + frame.bytes.length / 8)?.bytes[0] ?? null;
  }

  /** How long the ear has heard something from one moment to another. */
  heardMs(fromMs = 0, toMs = Number.POSITIVE_INFINITY): number {
    return this.#frames.reduce(
      (sum, { atMs, bytes }) => sum + Math.max(0, Math.min(atMs + bytes.length / 8, toMs) - Math.max(atMs, fromMs)),
      0,
    );
  }

  /** When the ear begins to hear the first sound of this kind; null when it never did. */
  firstMs(byte?: number): number | null {
    return this.#frames.find(({ bytes }) => byte === undefined || bytes[0] === byte)?.atMs ?? null;
  }

  /** What the ear has not heard by then it never will. */
  #drop(atMs: number): void {
    this.#frames = this.#frames
      .filter((frame) => frame.atMs < atMs)
      .map((frame) => ({ ...frame, bytes: frame.bytes.subarray(0, Math.round((atMs - frame.atMs) * 8)) }));
  }

  #end(reason: string): void {
    this.closedBecause = reason;
    this.#drop(this.#clock.monotonicMs());
    for (const { cancel } of this.#marks.splice(0)) cancel();
  }
}
