import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { MediaTarget } from '#bridge/calls/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';

/** Twice the lines that campaigns may have at once; each costs about a third of a megabyte. */
const socketsMax = 400;
/** Carriers speak within a few milliseconds of the upgrade. */
const firstMessageMs = 10_000;
/** Both carriers send audio without a break, silence too; Plivo itself gives up a stream after 60 s without any. */
const idleMs = 60_000;
/** A relay brings words only: nobody may speak for a while, and a person may hold the call. */
const relayIdleMs = 10 * 60_000;
const sweepMs = 1_000;
const pingEverySweeps = 25;
/**
 * Within one second. A call sends 50 messages of 300 bytes; after a hiccup of the network half a minute of them may come at once, which
 * stays below both.
 */
const messagesMaxPerSweep = 2_500;
const bytesMaxPerSweep = 4 * 1024 * 1024;

interface Watched {
  readonly socket: WebSocket;
  readonly underlying: Duplex;
  readonly attempt: string;
  readonly openedAtMs: number;
  readonly idleMs: number;
  lastMessageAtMs: number | null;
  /** Messages and bytes since the last sweep. */
  messages: number;
  bytes: number;
}

/** The open media sockets: ends those that never speak, fall silent or flood; keeps the others awake; lets no error out. */
export class MediaSockets {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #open = new Set<Watched>();
  #cancelSweep: (() => void) | null = null;
  #sweeps = 0;
  #nowMs: number;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.#nowMs = clock.monotonicMs();
  }

  get size(): number {
    return this.#open.size;
  }

  get isFull(): boolean {
    return this.#open.size >= socketsMax;
  }

  /** Watch a socket that was just upgraded, and hand it to its call. */
  take(socket: WebSocket, underlying: Duplex, target: MediaTarget): void {
    const watched: Watched = {
      socket,
      underlying,
      attempt: target.attempt,
      openedAtMs: this.#clock.monotonicMs(),
      idleMs: target.kind === 'relay' ? relayIdleMs : idleMs,
      lastMessageAtMs: null,
      messages: 0,
      bytes: 0,
    };
    this.#open.add(watched);
    socket.on('error', (error: Error) => {
      this.#log.warn({ attempt: watched.attempt, problem: error.message }, 'A media socket failed');
      socket.terminate();
    });
    socket.on('close', () => this.#forget(watched));
    // Frames come 50 times a second and call: the time is that of the last sweep, not read anew for each.
    socket.on('message', (data: RawData) => {
      watched.lastMessageAtMs = this.#nowMs;
      watched.messages += 1;
      watched.bytes += sizeOf(data);
      if (watched.messages > messagesMaxPerSweep || watched.bytes > bytesMaxPerSweep) this.#end(watched, 'flood');
    });
    this.#scheduleSweep();
    try {
      target.accept(socket, underlying);
    } catch (error) {
      this.#log.error({ attempt: watched.attempt, err: error }, 'A call could not take its media socket');
      socket.terminate();
    }
  }

  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    for (const watched of this.#open) watched.socket.terminate();
    this.#open.clear();
  }

  #forget(watched: Watched): void {
    this.#open.delete(watched);
    if (this.#open.size > 0) return;
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  #end(watched: Watched, why: 'flood' | 'never spoke' | 'idle'): void {
    this.#log.warn({ attempt: watched.attempt, why }, 'A media socket was closed');
    watched.socket.terminate();
  }

  #scheduleSweep(): void {
    this.#nowMs = this.#clock.monotonicMs();
    this.#cancelSweep ??= this.#clock.after(sweepMs, () => {
      this.#cancelSweep = null;
      this.#sweep();
      if (this.#open.size > 0) this.#scheduleSweep();
    });
  }

  #sweep(): void {
    this.#nowMs = this.#clock.monotonicMs();
    this.#sweeps += 1;
    const pings = this.#sweeps % pingEverySweeps === 0;
    for (const watched of this.#open) {
      watched.messages = 0;
      watched.bytes = 0;
      if (watched.lastMessageAtMs === null) {
        if (this.#nowMs - watched.openedAtMs >= firstMessageMs) this.#end(watched, 'never spoke');
      } else if (this.#nowMs - watched.lastMessageAtMs >= watched.idleMs) this.#end(watched, 'idle');
      else if (pings && watched.socket.readyState === watched.socket.OPEN) watched.socket.ping();
    }
  }
}

function sizeOf(data: RawData): number {
  if (Array.isArray(data)) return data.reduce((sum, part) => sum + part.byteLength, 0);
  return data.byteLength;
}
