import type { Clock } from '#bridge/contract/clock.ts';
import type { AnswerType } from '#bridge/contract/words.ts';
import { type AnswerEvidence, type AnswerVerdict, beginVerdict, verdictDueMs, weigh } from '../domain/answer-verdict.ts';
import { BeepDetector } from '../media/beep-detector.ts';
import { FRAME_MS } from '../media/g711.ts';
import { type TalkFigures, TalkMeter } from '../media/talk-figures.ts';
import type { VoiceDetector, VoiceHandlers } from '../media/voice-activity.ts';
import { Timers } from './timers.ts';

/** Opens a detector of voices for one call. */
export type OpenVoiceDetector = (on: VoiceHandlers) => Pick<VoiceDetector, 'hear' | 'close' | 'speaking'>;

/** Tones are listened for this long after the answer, and as long as it is a machine; who turned out to be a person makes none. */
const tonesMs = 60_000;
const tonesOfPeopleMs = 15_000;
/** A beep stands behind a greeting. */
const greetingMs = 1_000;
/** A stream that is left for a document was heard until a moment ago. */
const justNowMs = 1_500;

export interface CallEarEvents {
  /** A voice began at this moment, a little before it was noticed. On the audio path. */
  onset(): void;
  beep(): void;
  verdict(verdict: AnswerVerdict): void;
}

export interface CallEarParts {
  readonly clock: Clock;
  readonly language: string | null;
  /** Without it, only words, tones and the carrier tell who picked up. */
  readonly openDetector: OpenVoiceDetector | undefined;
  readonly events: CallEarEvents;
  sinceAnswerMs(): number;
}

/** What this machine hears on one call by itself: whether somebody speaks, tones, and from all that who picked up. */
export class CallEar {
  readonly #parts: CallEarParts;
  readonly #timers: Timers<'due'>;
  readonly #voice: ReturnType<OpenVoiceDetector> | null;
  readonly #tones: BeepDetector;
  readonly #meter = new TalkMeter();
  #state;
  #heardMs = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #voicedMs = 0;
  #closed = false;

  constructor(parts: CallEarParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#state = beginVerdict(parts.language);
    this.#voice =
      parts.openDetector?.({
        started: () => {
          parts.events.onset();
          this.#weigh({ type: 'voice.started', atMs: this.#nowMs });
        },
        stopped: () => this.#weigh({ type: 'voice.stopped', atMs: this.#nowMs }),
      }) ?? null;
    this.#tones = new BeepDetector({
      beep: () => {
        if (this.#voice !== null && this.#voicedMs < greetingMs) return;
        this.#weigh({ type: 'beep', atMs: this.#nowMs });
        parts.events.beep();
      },
      fax: () => this.#weigh({ type: 'fax', atMs: this.#nowMs }),
    });
  }

  /** Null when nobody listened for voices. */
  get figures(): TalkFigures | null {
    return this.#voice === null ? null : this.#meter.figures;
  }

  /** A voice was heard when anything was heard last, and that was just now. */
  get leadSpeaks(): boolean {
    return (this.#voice?.speaking ?? false) && this.#parts.clock.monotonicMs() - this.#lastAtMs < justNowMs;
  }

  /** Somebody is there: from now on silence counts. */
  answered(): void {
    this.#wait();
  }

  /** 20 ms of the lead, on the audio path. @param number of the frame in the recording */
  hear(bytes: Uint8Array, number: number): void {
    if (this.#closed) return;
    this.#lastAtMs = this.#parts.clock.monotonicMs();
    this.#voice?.hear(bytes, this.#heardMs);
    const isVoice = this.#voice?.speaking ?? false;
    this.#heardMs += FRAME_MS;
    if (isVoice) this.#voicedMs += FRAME_MS;
    this.#meter.lead(number, isVoice);
    const { answerType } = this.#state.verdict;
    const listensMs = answerType === 'human' ? tonesOfPeopleMs : tonesMs;
    if (this.#heardMs < listensMs || answerType === 'machine' || answerType === 'screener') this.#tones.hear(bytes, this.#heardMs);
  }

  /** 20 ms of ours that will be heard at this place of the recording. */
  ours(bytes: Uint8Array, number: number): void {
    this.#meter.ours(bytes, number);
  }

  words(turn: string, text: string, final: boolean): void {
    this.#weigh({ type: 'words', turn, text, final, atMs: this.#nowMs });
  }

  carrier(says: AnswerType): void {
    this.#weigh({ type: 'carrier', says });
  }

  correct(answerType: AnswerType): void {
    this.#weigh({ type: 'corrected', answerType });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clear();
    this.#voice?.close();
  }

  get #nowMs(): number {
    return Math.max(0, Math.round(this.#parts.sinceAnswerMs()));
  }

  #weigh(evidence: AnswerEvidence): void {
    if (this.#closed) return;
    const before = this.#state.verdict;
    this.#state = weigh(this.#state, evidence);
    this.#wait();
    if (this.#state.verdict !== before) this.#parts.events.verdict(this.#state.verdict);
  }

  #wait(): void {
    const dueMs = verdictDueMs(this.#state);
    if (dueMs === null) this.#timers.cancel('due');
    else
      this.#timers.start('due', Math.max(0, dueMs - this.#nowMs), () =>
        this.#weigh({ type: 'clock', atMs: Math.max(dueMs, this.#nowMs), heardMs: this.#heardMs }),
      );
  }
}
