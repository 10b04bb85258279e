import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallDocument, Carrier } from '../carriers/carrier.ts';
import type { FrameTurns } from '../media/frame-turns.ts';
import type { Pacer } from '../media/pacer.ts';
import type { Playout } from '../media/playout.ts';
import type { RecordingWriter } from '../store/store.ts';
import { CallMedia } from './call-media.ts';
import type { AudioListener } from './calls.ts';
import { OperatorTape } from './person/operator-tape.ts';
import type { RecordingPump } from './record/recorder.ts';
import { Timers } from './timers.ts';

/** A stream that was promised has this long to bring its first audio before the call is given up. */
const noMediaMs = 15_000;
/** When a stream is over, the carrier asks for the next document at once, or says that the call is over. */
const afterStreamMs = 8_000;
/** A stream that is not wanted any more before it opened may still open, and then be left in good order. */
const leaveMs = 700;

export interface CallLineEvents {
  opened(streamId: string): void;
  firstFrameIn(): void;
  firstFrameOut(): void;
  firstFramePlayed(): void;
  /** On the audio path. */
  heard(bytes: Uint8Array): void;
  digit(digit: string): void;
  /** The stream broke off. */
  lost(): void;
  /** The leg has to be given its next document: it will not ask for it. */
  stuck(): void;
  /** The stream is over and the leg does not ask for anything. */
  stranded(): void;
  /** No audio ever came. */
  silent(): void;
}

export interface CallLineParts {
  readonly attempt: AttemptId;
  readonly carrier: Carrier;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly turns: FrameTurns;
  readonly pump: RecordingPump;
  readonly log: Logger;
  readonly events: CallLineEvents;
  isOurs(carrierCallId: string): boolean;
  openRecording(): RecordingWriter;
}

/** The audio of one call over all its streams: who may open one, what is missing when none does, and the tape beside it. */
export class CallLine {
  readonly #parts: CallLineParts;
  readonly #media: CallMedia;
  readonly #timers: Timers<'no-media' | 'after-stream' | 'leave'>;
  #streams = 0;
  #hasFrames = false;
  #expectsStream = false;
  #operatorTape: OperatorTape | null = null;
  #endRecording: (() => Promise<void>) | null = null;
  #recordingEnded: Promise<void> = Promise.resolve();

  constructor(parts: CallLineParts) {
    this.#parts = parts;
    const { clock, pacer, turns, events, log } = parts;
    this.#timers = new Timers(clock);
    this.#media = new CallMedia({
      attempt: parts.attempt,
      clock,
      pacer,
      turns,
      isOurs: (carrierCallId) => parts.isOurs(carrierCallId),
      events: {
        opened: (streamId) => this.#opened(streamId),
        firstFrameIn: () => {
          this.#hasFrames = true;
          this.#timers.cancel('no-media');
          events.firstFrameIn();
        },
        firstFrameOut: () => events.firstFrameOut(),
        firstFramePlayed: () => events.firstFramePlayed(),
        heard: (bytes) => events.heard(bytes),
        digit: (digit) => events.digit(digit),
        lost: (reason, wasOpen) => {
          log.info({ reason }, 'the media stream is over');
          events.lost();
          // Nobody but us knows to which leg a socket belongs that has not named it.
          if (wasOpen || !this.#expectsStream) this.#awaitNext();
          else this.#timers.start('leave', 0, () => events.stuck());
        },
        trouble: (detail) => log.warn({ detail }, 'trouble on the media stream'),
      },
    });
  }

  get playout(): Playout {
    return this.#media.playout;
  }

  get open(): boolean {
    return this.#media.open;
  }

  /** How many streams were opened so far. */
  get streams(): number {
    return this.#streams;
  }

  attach(socket: WebSocket, underlying: Duplex): void {
    this.#media.attach(this.#parts.carrier, socket, underlying);
  }

  /** The leg has been given something to run. */
  served(document: CallDocument['kind']): void {
    this.#timers.clear();
    this.#expectsStream = false;
    if (document === 'stream') this.expectStream();
  }

  /** Audio is to come. */
  expectStream(): void {
    this.#expectsStream = true;
    this.#timers.start('no-media', noMediaMs, () => this.#parts.events.silent());
  }

  /** What comes next needs no stream. When none is open, one may be on its way: it is left as soon as it opens. */
  leave(): void {
    if (this.#media.open) {
      this.#media.leave('the conversation goes on elsewhere');
      this.#awaitNext();
    } else this.#timers.start('leave', leaveMs, () => this.#parts.events.stuck());
  }

  /** Zero of the recording. @param answeredAtMs monotonic */
  record(answeredAtMs: number): string | null {
    if (this.#endRecording) return null;
    const writer = this.#parts.openRecording();
    this.#media.timeline.start(answeredAtMs);
    const { clock, pump, log } = this.#parts;
    this.#endRecording = pump.add(this.#media.timeline, writer);
    this.#operatorTape = new OperatorTape({
      zeroAtMs: answeredAtMs,
      clock,
      pump,
      openFile: () => writer.beside(),
      onTrouble: (error) => log.error({ err: error }, "the operator's own track cannot be written"),
    });
    return writer.file;
  }

  /** Where the operator's voice is kept apart; null while nothing is recorded. */
  get operatorTape(): OperatorTape | null {
    return this.#operatorTape;
  }

  /** 20 ms of people who speak for us, on the audio path. @param operator what of it is the operator's voice; null when nothing is */
  speak(frame: Uint8Array, operator: Uint8Array | null): void {
    const playAtMs = this.#media.speak(frame);
    if (playAtMs !== null && operator !== null) this.#operatorTape?.frame(operator, playAtMs);
  }

  sendDigits(digits: string): void {
    this.#media.sendDigits(digits);
  }

  listen(listener: AudioListener): () => void {
    return this.#media.listen(listener);
  }

  /** The call is over: the tape ends here. */
  close(): void {
    this.#timers.clear();
    this.#media.close();
    const end = this.#endRecording;
    if (!end) return;
    this.#recordingEnded = this.#endTapes(end);
    this.#recordingEnded.catch((error: unknown) =>
      this.#parts.log.error({ error: error instanceof Error ? error.message : 'unknown' }, 'the recording could not be closed'),
    );
  }

  /** Resolves when the recording's file is closed, or could not be. */
  async filed(): Promise<void> {
    await this.#recordingEnded.catch(() => undefined);
  }

  async #endTapes(end: () => Promise<void>): Promise<void> {
    await Promise.all([end(), this.#operatorTape?.close()]);
  }

  #opened(streamId: string): void {
    this.#streams += 1;
    this.#timers.cancel('after-stream');
    this.#timers.cancel('leave');
    if (this.#hasFrames) this.#timers.cancel('no-media');
    this.#parts.events.opened(streamId);
  }

  #awaitNext(): void {
    this.#timers.start('after-stream', afterStreamMs, () => this.#parts.events.stranded());
  }
}
