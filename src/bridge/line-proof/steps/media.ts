import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Carrier } from '../../carriers/carrier.ts';
import type { Finding } from '../../domain/line-proof.ts';
import type { LineParts, ProvenWorld } from '../line-parts.ts';
import type { Probe } from '../probes.ts';
import { bad, seconds } from '../run-steps.ts';

const frameBytes = 160;
const frameMs = 20;
/** Half a second of sound, which both carriers would send in as many messages. */
const frames = 25;
/** A conversation that adds this much on the way there and back feels like talking over each other. */
const slowMs = 600;

/** A media socket as the carrier opens it, through the public address, with an echo at our end. */
export class MediaSteps {
  readonly #world: ProvenWorld;
  readonly #carrier: Carrier;
  readonly #parts: LineParts;
  #probe: Probe | null = null;
  #socket: WebSocket | null = null;
  readonly #call = randomUUID();
  readonly #stream = randomUUID();

  constructor(world: ProvenWorld, carrier: Carrier, parts: LineParts) {
    this.#world = world;
    this.#carrier = carrier;
    this.#parts = parts;
  }

  async upgrade(signal: AbortSignal): Promise<Finding> {
    const { clock, probes } = this.#parts;
    const started = Promise.withResolvers<void>();
    const probe = probes.open({
      carrier: this.#carrier,
      media: (stream) => ({
        started: ({ carrierCallId }) => {
          started.resolve();
          return carrierCallId === this.#call;
        },
        frame: (bytes) => stream()?.send(bytes),
        checkpoint: () => {},
        digit: () => {},
        closed: () => {},
        trouble: () => {},
      }),
    });
    this.#probe = probe;
    const origin = this.#world.publicOrigin() ?? '';
    const url = `${origin.replace(/^http/, 'ws')}/media/${this.#carrier.name}/${probe.mediaToken()}`;
    const beganMs = clock.monotonicMs();
    const opened = await openSocket(url, this.#carrier.mirror.upgradeHeaders(url), signal);
    if (!('socket' in opened)) return refused(opened, probe.wasAskedFor);
    const { socket } = opened;
    this.#socket = socket;
    const openMs = clock.monotonicMs() - beganMs;
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    for (const message of this.#carrier.mirror.opening(this.#call, this.#stream)) socket.send(message);
    const ended = await Promise.race([started.promise.then(() => null), closed]);
    if (ended !== null) {
      const cause = 'Something on the way lets the socket open and closes it again.';
      return bad(
        `The socket opens and closes again (${ended}).`,
        cause,
        'Look for a limit on WebSockets in the tunnel or proxy, then restart it.',
      );
    }
    return { kind: 'good', result: `The carrier’s handshake passes in ${seconds(openMs)}, and its first messages are understood.` };
  }

  async audio(signal: AbortSignal): Promise<Finding> {
    const socket = this.#socket;
    if (!socket || socket.readyState !== socket.OPEN)
      return bad('The socket is gone.', 'It was closed on the way.', 'Prove again; if it stays so, look at the tunnel or proxy.');
    const echo = new Echo(socket, this.#carrier, this.#stream, this.#parts.clock);
    const { missing, worstMs, middleMs } = await echo.run(signal);
    if (missing === frames) {
      return bad(
        'No audio came back.',
        'Messages go one way only, or are held back on the way.',
        'Look for a proxy that buffers WebSockets.',
      );
    }
    if (missing > 0)
      return bad(
        `${missing} of ${frames} pieces of audio did not come back.`,
        'Messages are lost or held back on the way.',
        'Use a steadier network or another tunnel.',
        false,
      );
    if (middleMs > slowMs) {
      return bad(
        `Audio takes ${seconds(middleMs)} there and back.`,
        'The way through the tunnel is long or full.',
        'Choose a tunnel region near you, or a wired network.',
        false,
      );
    }
    return { kind: 'good', result: `${seconds(middleMs)} there and back, ${seconds(worstMs)} at worst.` };
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      const last = this.#carrier.mirror.ending(this.#call, this.#stream);
      if (socket.readyState === socket.OPEN) {
        if (last !== null) socket.send(last);
        socket.close(1000);
      }
      const cancel = this.#parts.clock.after(1_000, () => socket.terminate());
      socket.once('close', cancel);
    }
    this.#probe?.close();
    this.#probe = null;
  }
}

/** Sends a sound that is different in each piece, and looks at what comes back. */
class Echo {
  readonly #socket: WebSocket;
  readonly #carrier: Carrier;
  readonly #stream: string;
  readonly #clock: Clock;

  constructor(socket: WebSocket, carrier: Carrier, stream: string, clock: Clock) {
    this.#socket = socket;
    this.#carrier = carrier;
    this.#stream = stream;
    this.#clock = clock;
  }

  async run(signal: AbortSignal): Promise<{ missing: number; middleMs: number; worstMs: number }> {
    const clock = this.#clock;
    const sentMs: number[] = [];
    const tripsMs: number[] = [];
    const done = Promise.withResolvers<void>();
    const onMessage = (data: unknown) => {
      const audio = this.#carrier.mirror.audioIn(String(data));
      if (!audio) return;
      // The place of each piece stands in its first byte, so that a lost one is not taken for a slow one.
      for (let at = 0; at + frameBytes <= audio.length; at += frameBytes) {
        const sent = sentMs[audio[at] ?? frames];
        if (sent !== undefined) tripsMs.push(clock.monotonicMs() - sent);
      }
      if (tripsMs.length >= frames) done.resolve();
    };
    this.#socket.on('message', onMessage);
    this.#socket.once('close', () => done.resolve());
    const stop = { cancel: () => {} };
    const send = (index: number) => {
      if (index >= frames || this.#socket.readyState !== this.#socket.OPEN) {
        stop.cancel = clock.after(2_000, done.resolve);
        return;
      }
      const bytes = new Uint8Array(frameBytes).fill(0xff);
      bytes[0] = index;
      sentMs[index] = clock.monotonicMs();
      this.#socket.send(this.#carrier.mirror.frame(this.#stream, index, bytes));
      stop.cancel = clock.after(frameMs, () => send(index + 1));
    };
    signal.addEventListener('abort', () => done.resolve(), { once: true });
    send(0);
    await done.promise;
    stop.cancel();
    this.#socket.off('message', onMessage);
    const sorted = tripsMs.toSorted((a, b) => a - b);
    return { missing: Math.max(0, frames - sorted.length), middleMs: sorted[sorted.length >> 1] ?? 0, worstMs: sorted.at(-1) ?? 0 };
  }
}

type Opened = { readonly socket: WebSocket } | { readonly status: number | null; readonly why: string };

function openSocket(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Opened> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false, followRedirects: false, maxPayload: 64 * 1024 });
    const giveUp = () => socket.terminate();
    const give = (opened: Opened) => {
      signal.removeEventListener('abort', giveUp);
      if (!('socket' in opened)) socket.terminate();
      resolve(opened);
    };
    socket.on('error', (error) =>
      give({ status: null, why: 'code' in error && typeof error.code === 'string' ? error.code : error.message }),
    );
    socket.once('open', () => give({ socket }));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      give({ status: response.statusCode ?? null, why: '' });
    });
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** @param wasSeen whether our own door has seen the request */
function refused({ status, why }: { status: number | null; why: string }, wasSeen: boolean): Finding {
  if (wasSeen && status !== null) {
    const cause = 'The upgrade reaches us, and its signature does not fit: its address or headers are changed on the way.';
    return bad(`The upgrade was refused here (HTTP ${status}).`, cause, 'Let the proxy pass path and headers on unchanged.');
  }
  const cause = 'HTTPS passes and the WebSocket upgrade does not: the tunnel or proxy in between does not carry WebSockets.';
  const cure = 'Switch WebSockets on in the proxy (Upgrade and Connection headers), or use the tunnel of Ringside.';
  return bad(
    status === null ? `The upgrade broke off (${why.slice(0, 80)}).` : `The upgrade was answered with HTTP ${status}.`,
    cause,
    cure,
  );
}
