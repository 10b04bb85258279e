import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Calls } from '#bridge/calls/calls.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import { assertNever } from '#bridge/contract/assert-never.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError, type ErrorBody } from '#bridge/contract/errors.ts';
import { type FeedReply, type FeedRequest, feedRequest } from '#bridge/contract/feed.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import { type Dispatch, errorOf, fieldProblems, invalidInput } from './dispatch.ts';
import { isLarge, smallInputMaxBytes } from './input-limits.ts';
import { LiveAudio } from './live-audio.ts';
import type { FeedAttachment, LiveFeed } from './live-feed.ts';

/** A console that comes back asks for what it missed in its first message; who has not asked by then gets a snapshot. */
const resumeGraceMs = 250;
/** Operations of one socket at once; a screen has a few. */
const operationsMax = 64;
const pingMs = 30_000;

export interface LiveSocketDeps {
  readonly feed: LiveFeed;
  readonly dispatch: Dispatch;
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One console on the live socket: the feed, operations, and audio of the calls that it listens to. Nothing it sends can throw. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #deps: LiveSocketDeps;
  readonly #attachment: FeedAttachment;
  readonly #audio: LiveAudio;
  readonly #onClosed: () => void;
  #cancelGrace: () => void;
  #cancelPing: () => void;
  #isAlive = true;
  #operations = 0;
  #toldAboutMicrophone = false;

  constructor(socket: WebSocket, underlying: Duplex, deps: LiveSocketDeps, onClosed: () => void) {
    this.#socket = socket;
    this.#deps = deps;
    this.#audio = new LiveAudio(socket, deps.calls, (channel, callId) => this.#reply({ type: 'audio.closed', callId, channel }));
    socket.on('error', (error: Error) => {
      deps.log.info({ problem: error.message }, 'A live socket failed');
      socket.terminate();
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#letGo());
    underlying.on('drain', () => this.#attachment.drained());
    this.#onClosed = onClosed;
    this.#cancelGrace = deps.clock.after(resumeGraceMs, () => this.#attachment.start());
    this.#cancelPing = deps.clock.after(pingMs, () => this.#ping());
    this.#attachment = deps.feed.attach(
      {
        get waitingBytes() {
          return socket.bufferedAmount;
        },
        send: (text) => socket.send(text),
        batch: (write) => {
          underlying.cork();
          try {
            write();
          } finally {
            underlying.uncork();
          }
        },
        failed: (error) => {
          deps.log.error({ err: error }, 'No snapshot could be made');
          socket.close(1011, 'no snapshot');
        },
      },
      () => ({ calls: [...deps.calls.list({ live: true, limit: 1_000 })], campaigns: [...deps.campaigns.list()] }),
    );
  }

  /** End it at once, with everything that it holds. */
  terminate(): void {
    this.#letGo();
    this.#socket.terminate();
  }

  #letGo(): void {
    this.#cancelGrace();
    this.#cancelPing();
    this.#attachment.detach();
    this.#audio.closeAll();
    this.#onClosed();
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
    this.#cancelPing = this.#deps.clock.after(pingMs, () => this.#ping());
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (isBinary) {
      // A microphone sends 50 a second: one answer is enough.
      if (this.#toldAboutMicrophone) return;
      this.#toldAboutMicrophone = true;
      this.#fail(null, { code: 'state/conflict', message: 'Speaking needs a call that this console has taken over.' });
      return;
    }
    const text = data.toString();
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#fail(null, invalidInput([{ field: '', message: 'is not JSON' }]));
      return;
    }
    const parsed = feedRequest.safeParse(message);
    if (!parsed.success) {
      this.#fail(typeOf(message), invalidInput(fieldProblems(parsed.error)));
      return;
    }
    this.#do(parsed.data, text.length);
  }

  #do(request: FeedRequest, length: number): void {
    switch (request.type) {
      case 'resume':
        this.#cancelGrace();
        this.#attachment.resume(request.seq, request.run);
        return;
      case 'audio.open':
        this.#openAudio(request.callId, request.listen, request.speak);
        return;
      case 'audio.close': {
        const callId = this.#audio.close(request.channel);
        if (callId) this.#reply({ type: 'audio.closed', callId, channel: request.channel });
        else this.#fail('audio.close', { code: 'not-found', message: `There is no open channel ${request.channel} on this socket.` });
        return;
      }
      case 'invoke':
        void this.#invoke(request.id, request.operation, request.input, length);
        return;
      default:
        assertNever(request);
    }
  }

  #openAudio(callId: CallId, listen: boolean, speak: boolean): void {
    try {
      if (speak) throw new BridgeError('state/conflict', 'Speaking needs a call that this console has taken over.');
      if (!listen)
        throw new BridgeError('input/invalid', 'Nothing to open: ask to listen.', {
          details: [{ field: 'listen', message: 'must be true' }],
        });
      this.#audio.open(callId, (channel) => this.#reply({ type: 'audio.opened', callId, channel }));
    } catch (error) {
      this.#fail('audio.open', errorOf(error, 'audio.open', this.#deps.log), callId);
    }
  }

  async #invoke(id: string | number, operation: string, input: unknown, length: number): Promise<void> {
    if (this.#operations >= operationsMax) {
      this.#reply({
        type: 'answer',
        id,
        error: { code: 'unavailable', message: 'Too many operations at once on this socket. Wait for answers.' },
      });
      return;
    }
    if (length > smallInputMaxBytes && !isLarge(operation)) {
      this.#reply({ type: 'answer', id, error: invalidInput([{ field: '', message: 'is too large for this operation' }]) });
      return;
    }
    this.#operations += 1;
    // The dispatcher never throws.
    const answer = await this.#deps.dispatch(operation, input ?? {});
    this.#operations -= 1;
    this.#reply({ type: 'answer', id, ...answer });
  }

  #fail(request: string | null, error: ErrorBody, callId?: CallId): void {
    this.#reply({ type: 'error', request, ...(callId === undefined ? {} : { callId }), error });
  }

  #reply(reply: FeedReply): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(reply));
  }
}

function typeOf(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  return typeof message.type === 'string' ? message.type.slice(0, 80) : null;
}
