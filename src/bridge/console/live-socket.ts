import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Calls, Session } from '#bridge/calls/calls.ts';
import type { Duty } from '#bridge/calls/person/duty.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import { assertNever } from '#bridge/contract/assert-never.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError, type ErrorBody, invalidInput } from '#bridge/contract/errors.ts';
import { type FeedReply, type FeedRequest, feedRequest } from '#bridge/contract/feed.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import { type Dispatch, errorOf, fieldProblems, tooLarge } from './dispatch.ts';
import { isLarge, smallInputMaxBytes } from './input-limits.ts';
import { LiveAudio } from './live-audio.ts';
import type { FeedAttachment, LiveFeed } from './live-feed.ts';
import type { LivePipe } from './live-pipe.ts';
import { LiveSpeech } from './live-speech.ts';
import { sessionOf } from './session.ts';
import type { ConsoleSettingsKeeper } from './setup-handlers.ts';

/** A console that comes back asks for what it missed in its first message; who has not asked by then gets a snapshot. */
const resumeGraceMs = 250;
/** Operations of one socket at once; a screen has a few. */
const operationsMax = 64;

export interface LiveSocketDeps {
  readonly feed: LiveFeed;
  readonly dispatch: Dispatch;
  readonly calls: Calls;
  readonly campaigns: Campaigns;
  readonly duty: Pick<Duty, 'set'>;
  readonly settings: ConsoleSettingsKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One console on its pipe: the feed, operations, and audio of the calls that it listens to. Nothing it sends can throw. */
export class LiveSocket {
  readonly #pipe: LivePipe;
  readonly #deps: LiveSocketDeps;
  readonly #attachment: FeedAttachment;
  readonly #audio: LiveAudio;
  readonly #speech: LiveSpeech;
  /** Channels on which this console only speaks. */
  readonly #speechOnly = new Map<number, CallId>();
  readonly #onClosed: () => void;
  readonly #session: Session;
  #cancelGrace: () => void;
  #operations = 0;
  #toldAboutMicrophone = false;

  constructor(pipe: LivePipe, deps: LiveSocketDeps, onClosed: () => void) {
    this.#pipe = pipe;
    this.#deps = deps;
    this.#onClosed = onClosed;
    this.#session = sessionOf(`console_${randomUUID()}`, deps.settings);
    this.#audio = new LiveAudio({
      pipe,
      calls: deps.calls,
      clock: deps.clock,
      hearer: this.#session,
      onEnded: (channel, callId) => this.#reply({ type: 'audio.closed', callId, channel }),
    });
    this.#speech = new LiveSpeech({
      calls: deps.calls,
      session: this.#session,
      onEnded: (channel) => {
        const callId = this.#speechOnly.get(channel);
        if (this.#speechOnly.delete(channel) && callId) this.#reply({ type: 'audio.closed', callId, channel });
      },
    });
    this.#cancelGrace = deps.clock.after(resumeGraceMs, () => this.#attachment.start());
    this.#attachment = deps.feed.attach(
      {
        get waitingBytes() {
          return pipe.bufferedBytes;
        },
        send: (text) => pipe.send(text),
        batch: (write) => pipe.batch(write),
        failed: (error) => {
          deps.log.error({ err: error }, 'No snapshot could be made');
          pipe.terminate('no snapshot');
        },
      },
      () => ({ calls: [...deps.calls.live()], campaigns: [...deps.campaigns.list()] }),
    );
    pipe.onDrain(() => this.#attachment.drained());
    pipe.onClose(() => this.#letGo());
    pipe.onMessage((data) => this.#receive(data));
  }

  /** End it at once, with everything that it holds. */
  terminate(): void {
    this.#letGo();
    this.#pipe.terminate();
  }

  #letGo(): void {
    this.#cancelGrace();
    this.#attachment.detach();
    this.#speechOnly.clear();
    this.#speech.closeAll();
    this.#audio.closeAll();
    this.#deps.duty.set(this.#session.id, false);
    // Whoever speaks on a call must be there.
    this.#deps.calls.sessionGone(this.#session);
    this.#onClosed();
  }

  #receive(data: string | Uint8Array): void {
    if (typeof data !== 'string') {
      // A microphone sends 50 a second: one answer is enough.
      if (this.#speech.receive(data) || this.#toldAboutMicrophone) return;
      this.#toldAboutMicrophone = true;
      this.#fail(null, { code: 'state/conflict', message: 'Speaking needs a call that this console has taken over.' });
      return;
    }
    const text = data;
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
        this.#openAudio(request);
        return;
      case 'audio.close': {
        const callId = this.#closeAudio(request.channel);
        if (callId) this.#reply({ type: 'audio.closed', callId, channel: request.channel });
        else this.#fail('audio.close', noChannel(request.channel));
        return;
      }
      case 'invoke':
        void this.#invoke(request.id, request.operation, request.input, length);
        return;
      case 'audio.seek': {
        const sought = this.#audio.seek(request.channel, request.backMs);
        if (sought) this.#reply({ type: 'audio.sought', channel: request.channel, ...sought });
        else this.#fail('audio.seek', noChannel(request.channel));
        return;
      }
      case 'audio.rate':
        if (!this.#audio.setRate(request.channel, request.rate)) this.#fail('audio.rate', noChannel(request.channel));
        return;
      case 'talk.ping':
        if (!this.#speech.ping(request.channel)) this.#fail('talk.ping', noChannel(request.channel));
        return;
      case 'duty':
        this.#deps.duty.set(this.#session.id, request.isOnDuty);
        return;
      default:
        assertNever(request);
    }
  }

  #openAudio({ callId, listen, speak, levelsOnly }: Extract<FeedRequest, { type: 'audio.open' }>): void {
    try {
      if (!listen && !speak)
        throw new BridgeError('input/invalid', 'Nothing to open: ask to listen, or to speak.', {
          details: [{ field: 'listen', message: 'must be true, unless speak is' }],
        });
      const microphone = speak ? this.#speech.open(callId) : null;
      const opened = (channel: number) => {
        microphone?.(channel);
        if (!listen) this.#speechOnly.set(channel, callId);
        this.#reply({ type: 'audio.opened', callId, channel });
      };
      try {
        if (listen) this.#audio.open(callId, opened, { levelsOnly });
        else opened(this.#audio.takeNumber());
      } catch (error) {
        microphone?.(null);
        throw error;
      }
    } catch (error) {
      this.#fail('audio.open', errorOf(error, 'audio.open', this.#deps.log), callId);
    }
  }

  /** @returns the call of the channel, or null when there is no such channel */
  #closeAudio(channel: number): CallId | null {
    const spokenOn = this.#speechOnly.get(channel) ?? null;
    this.#speechOnly.delete(channel);
    this.#speech.close(channel);
    return this.#audio.close(channel) ?? spokenOn;
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
      this.#reply({ type: 'answer', id, error: tooLarge });
      return;
    }
    this.#operations += 1;
    // The dispatcher never throws.
    const answer = await this.#deps.dispatch(operation, input ?? {}, this.#session);
    this.#operations -= 1;
    this.#reply({ type: 'answer', id, ...answer });
  }

  #fail(request: string | null, error: ErrorBody, callId?: CallId): void {
    this.#reply({ type: 'error', request, ...(callId === undefined ? {} : { callId }), error });
  }

  #reply(reply: FeedReply): void {
    this.#pipe.send(JSON.stringify(reply));
  }
}

function noChannel(channel: number): ErrorBody {
  return { code: 'not-found', message: `There is no open channel ${channel} on this socket.` };
}

function typeOf(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  return typeof message.type === 'string' ? message.type.slice(0, 80) : null;
}
