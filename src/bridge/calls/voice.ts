import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { World } from '#bridge/contract/words.ts';
import type { Engine, EngineFailure, EngineHandlers, EngineSession, SessionRequest, UsageLine } from '../engines/engine.ts';
import type { Playout } from '../media/playout.ts';
import type { Clip, ClipShelf } from './clip-shelf.ts';
import { ClipStudio } from './clip-studio.ts';
import { exactly, type FixedSpeech, type Speeches } from './speech.ts';
import type { TranscriptKeeper } from './transcript.ts';
import { TurnClock } from './turn-clock.ts';

/** A session that nobody has used yet is kept this long while the phone rings; then it is closed, and opened again at the answer. */
const warmMs = 30_000;
/** From the answer on, the AI has this long to be ready. */
const readyLimitMs = 3_000;

export interface VoiceEvents {
  /** The first words can be said. */
  ready(): void;
  failed(failure: EngineFailure): void;
  /** @param confirmed the carrier has confirmed that the ear received it; false when it stayed silent about it */
  fixedPlayed(what: FixedSpeech, confirmed: boolean): void;
  /** A fixed sentence has reached the ear, by our own clock; comes before `fixedPlayed`. */
  fixedHeard(what: FixedSpeech): void;
  /** Nothing is being said, nothing is on its way, and no answer is in the making. */
  fellSilent(): void;
  thinking(): void;
  leadStartedSpeaking(): void;
  leadStoppedSpeaking(): void;
  leadSaid(text: string): void;
  toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  usage(lines: readonly UsageLine[]): void;
  turn(latency: { readonly endOfSpeechAtMs: number; readonly firstAudioAtMs: number }): void;
  connected(): void;
  sessionReady(model: string): void;
  firstAudio(): void;
}

export interface VoiceParts {
  readonly engine: Engine;
  readonly request: SessionRequest;
  readonly speeches: Speeches;
  readonly shelf: ClipShelf;
  readonly playout: Playout;
  readonly transcript: TranscriptKeeper;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: VoiceEvents;
  readonly world: World;
  /** Milliseconds since the answer, from a monotonic moment. */
  sinceAnswerMs(monotonicMs: number): number;
}

/**
 * The AI's side of one call: an engine session, the sentences rendered before, and what becomes of both when somebody speaks over them.
 */
export class Voice {
  readonly #parts: VoiceParts;
  readonly #turns: TurnClock;
  readonly #studio: ClipStudio;
  readonly #fixed = new Map<string, FixedSpeech>();
  readonly #known = new Set<string>();
  readonly #abort = new AbortController();
  #session: EngineSession | null = null;
  #generation = 0;
  #sessionReady = false;
  #toldReady = false;
  #failed = false;
  #closed = false;
  #answering = false;
  #restricted = false;
  readonly #refused = new Set<string>();
  #expecting: FixedSpeech | null = null;
  #clips = 0;
  #autoAnswer = false;
  #timers: (() => void)[] = [];
  #spokenUtterances = 0;

  constructor(parts: VoiceParts) {
    this.#parts = parts;
    this.#turns = new TurnClock(parts.clock);
    const { shelf, speeches, request, world, log } = parts;
    this.#studio = new ClipStudio({ shelf, speeches, log, keyOf: (text) => shelf.key(text, request.voice, request.model, world) });
  }

  /** The phone rings, or somebody has answered: have everything at hand. */
  prepare(): void {
    if (this.#session || this.#closed || this.#failed) return;
    this.#openSession();
    this.#after(warmMs, () => {
      if (this.#turns.anyAudio || this.#closed) return;
      this.#parts.log.debug('the warmed AI session was not used and is closed');
      this.#dropSession();
    });
  }

  answered(): void {
    if (this.#closed) return;
    if (!this.#session) this.#openSession();
    this.#after(readyLimitMs, () => {
      if (!this.#sessionReady)
        this.#fail({ kind: 'retryable', cause: 'the AI voice was not ready three seconds after the answer', cure: null });
    });
    // What was ready while the phone rang is told again: only now does it matter.
    this.#toldReady = false;
    this.#tellReady();
  }

  /** 20 ms of the callee, on the audio path. */
  hear(bytes: Uint8Array, base64: string): void {
    this.#turns.heard(bytes.length);
    this.#session?.hear(bytes, base64);
  }

  /** Say a fixed sentence: from its clip, from one that is being made, or by the session itself. What is null counts as said. */
  say(what: FixedSpeech): void {
    const text = this.#parts.speeches[what];
    const clip = this.#studio.get(what);
    if (text === null) this.#said(what);
    else if (clip) this.#play(what, clip);
    else if (!this.#playWhileMade(what, text)) {
      if (!this.#sessionReady) this.#said(what);
      else {
        this.#expecting = what;
        this.#session?.answer(exactly(text));
      }
    }
  }

  prompt(instructions: string): void {
    this.#session?.answer(instructions);
  }

  addContext(text: string): void {
    this.#session?.addContext(text);
  }

  setAutoAnswer(on: boolean): void {
    this.#autoAnswer = on;
    this.#session?.setAutoAnswer(on);
  }

  toolResult(id: string, result: string, thenAnswer: boolean): void {
    this.#session?.toolResult(id, result, thenAnswer);
  }

  /** Drop all that was not heard yet and stop the answer in progress. @param keepUninterruptible leave a sentence alone that must be heard */
  clear(keepUninterruptible: boolean): void {
    const cuts = this.#parts.playout.clear({ keepUninterruptible });
    for (const { utterance, heardMs, receivedMs, cut } of cuts) {
      const complete = this.#parts.playout.position(utterance)?.finished ?? true;
      const fixed = this.#fixed.get(utterance);
      if (!cut) continue;
      const heard = this.#parts.transcript.aiCut(utterance, { heardMs, receivedMs, complete });
      if (utterance.startsWith('clip-')) {
        if (heard.length > 0) this.#session?.noteSpoken(heard);
      } else this.#session?.interrupt(utterance, heardMs);
      if (fixed) this.#fixed.delete(utterance);
    }
    const stopped = cuts.some(({ utterance, cut }) => cut && !utterance.startsWith('clip-'));
    if (!keepUninterruptible && !stopped && this.#answering) this.#session?.interrupt(null, 0);
  }

  /** The line is dead: what was on its way to the ear did not arrive. */
  cutOff(): void {
    for (const { utterance, heardMs, receivedMs, cut } of this.#parts.playout.clear()) {
      const complete = this.#parts.playout.position(utterance)?.finished ?? true;
      if (cut) this.#parts.transcript.aiCut(utterance, { heardMs, receivedMs, complete });
    }
  }

  /** From now on only fixed sentences are spoken; an answer that the AI had begun is not. */
  restrict(): void {
    this.#restricted = true;
  }

  /** The playout has sent the first frame of an utterance that the ear will begin to hear at this moment. */
  begun(utterance: string, playAtMs: number): void {
    this.#parts.transcript.aiStarted(utterance, this.#parts.sinceAnswerMs(playAtMs));
    const latency = this.#turns.answered(playAtMs);
    // A fixed sentence answers nobody; it comes when its time has come.
    if (latency && !this.#fixed.has(utterance)) this.#parts.events.turn(latency);
  }

  /** The playout's word that an utterance was heard to its end, by our clock. */
  heardOut(utterance: string, endAtMs: number): void {
    this.#parts.transcript.aiEnded(utterance, this.#parts.sinceAnswerMs(endAtMs));
    const what = this.#fixed.get(utterance);
    if (!what) return;
    const text = this.#parts.speeches[what];
    if (utterance.startsWith('clip-') && text) this.#session?.noteSpoken(text);
    this.#parts.events.fixedHeard(what);
  }

  /** The playout's word that the carrier confirmed an utterance, or that its time ran out. */
  played(utterance: string, confirmed: boolean): void {
    const what = this.#fixed.get(utterance);
    if (what) this.#parts.events.fixedPlayed(what, confirmed);
  }

  /** The playout has nothing left. */
  idle(): void {
    if (!this.#answering && this.#expecting === null) this.#parts.events.fellSilent();
  }

  get busy(): boolean {
    return this.#answering || this.#expecting !== null || this.#parts.playout.speaking;
  }

  get hasSession(): boolean {
    return this.#sessionReady;
  }

  /** How many utterances were spoken so far; tells whether a response said anything before it called a tool. */
  get spokenUtterances(): number {
    return this.#spokenUtterances;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropSession();
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
    this.#abort.abort();
  }

  #openSession(): void {
    const availability = this.#parts.engine.availability();
    if (!availability.ok) {
      this.#fail({ kind: 'fatal', cause: availability.reason, cure: null });
      return;
    }
    this.#generation += 1;
    this.#session = this.#parts.engine.open(this.#parts.request, this.#handlers(this.#generation));
    this.#tellReady();
  }

  #dropSession(): void {
    this.#generation += 1;
    this.#session?.close();
    this.#session = null;
    this.#sessionReady = false;
    this.#answering = false;
  }

  #fail(failure: EngineFailure): void {
    if (this.#failed || this.#closed) return;
    this.#failed = true;
    this.#expecting = null;
    this.#dropSession();
    this.#parts.events.failed(failure);
  }

  #tellReady(): void {
    if (this.#toldReady || this.#closed || this.#failed) return;
    const first: FixedSpeech = this.#parts.speeches.disclosure === null ? 'greeting' : 'disclosure';
    if (!this.#sessionReady && !this.#studio.get(first)) return;
    this.#toldReady = true;
    this.#parts.events.ready();
  }

  /** Once somebody listens, only what they have not heard yet is worth making. */
  #mayNeed(what: FixedSpeech): boolean {
    if (!this.#turns.anyAudio) return true;
    return (what === 'disclosure' || what === 'greeting') && ![...this.#fixed.values()].includes(what);
  }

  /** There is nothing to say, or nobody to say it. */
  #said(what: FixedSpeech): void {
    this.#parts.events.fixedHeard(what);
    this.#parts.events.fixedPlayed(what, false);
  }

  #play(what: FixedSpeech, clip: Clip): void {
    const utterance = this.#beginClip(what, clip.text, true);
    this.#parts.playout.push(utterance, clip.audio);
    this.#parts.playout.finish(utterance);
  }

  /** Half a clip is enough to begin with: it is made faster than it is spoken. @returns false when there is not even that */
  #playWhileMade(what: FixedSpeech, text: string): boolean {
    const { playout, transcript } = this.#parts;
    let utterance: string | null = null;
    return this.#studio.follow(what, {
      audio: (bytes) => {
        utterance ??= this.#beginClip(what, text, false);
        playout.push(utterance, bytes);
      },
      done: (spoken) => {
        if (utterance === null || this.#closed) return;
        transcript.aiText(utterance, spoken ?? text, true, this.#nowMs());
        playout.finish(utterance);
      },
    });
  }

  #beginClip(what: FixedSpeech, text: string, final: boolean): string {
    this.#clips += 1;
    const utterance = `clip-${this.#clips}`;
    this.#fixed.set(utterance, what);
    this.#begin(utterance);
    this.#parts.transcript.aiText(utterance, text, final, this.#nowMs());
    this.#parts.events.firstAudio();
    return utterance;
  }

  /** @returns false when this utterance is not to be spoken */
  #begin(utterance: string): boolean {
    if (this.#known.has(utterance)) return !this.#refused.has(utterance);
    this.#known.add(utterance);
    if (this.#restricted && this.#expecting === null && !this.#fixed.has(utterance)) {
      this.#refused.add(utterance);
      this.#session?.interrupt(utterance, 0);
      return false;
    }
    this.#spokenUtterances += 1;
    if (this.#expecting !== null && !this.#fixed.has(utterance)) {
      this.#fixed.set(utterance, this.#expecting);
      this.#expecting = null;
    }
    const what = this.#fixed.get(utterance);
    this.#parts.playout.begin(utterance, { interruptible: what === undefined || what === 'greeting' });
    return true;
  }

  #handlers(generation: number): EngineHandlers {
    const { events, transcript, playout } = this.#parts;
    const current = () => generation === this.#generation && !this.#closed;
    /** What a session that was given up still says is not for this call. */
    const live =
      <Arguments extends readonly unknown[]>(handle: (...args: Arguments) => void) =>
      (...args: Arguments) => {
        if (current()) handle(...args);
      };
    return {
      connected: live(() => events.connected()),
      ready: live(({ model }) => {
        this.#sessionReady = true;
        events.sessionReady(model);
        if (this.#autoAnswer) this.#session?.setAutoAnswer(true);
        this.#tellReady();
        const session = this.#session;
        if (session)
          void this.#studio.make(
            session,
            this.#abort.signal,
            (what) => this.#mayNeed(what),
            () => this.#tellReady(),
          );
      }),
      audio: live((utterance, bytes) => {
        if (!this.#begin(utterance)) return;
        events.firstAudio();
        playout.push(utterance, bytes);
      }),
      utteranceText: live((utterance, text, final) => {
        if (this.#begin(utterance)) transcript.aiText(utterance, text, final, this.#nowMs());
      }),
      audioDone: live((utterance) => playout.finish(utterance)),
      answering: live(() => {
        this.#answering = true;
        events.thinking();
      }),
      answered: live(({ status, detail }) => {
        this.#answering = false;
        if (status === 'failed') this.#parts.log.warn({ detail }, 'an answer of the AI failed');
        if (this.#expecting !== null) {
          const what = this.#expecting;
          this.#expecting = null;
          events.fixedHeard(what);
          events.fixedPlayed(what, false);
        }
        if (!playout.speaking) events.fellSilent();
      }),
      speechStarted: live((turn, sessionAudioMs) => {
        transcript.leadStarted(turn, this.#turns.callMs(sessionAudioMs, this.#parts.sinceAnswerMs));
        if (this.#autoAnswer || this.#interruptibleNow()) this.clear(true);
        this.#turns.started();
        events.leadStartedSpeaking();
      }),
      speechStopped: live((turn, sessionAudioMs) => {
        transcript.leadStopped(turn, this.#turns.callMs(sessionAudioMs, this.#parts.sinceAnswerMs));
        this.#turns.stopped(sessionAudioMs);
        events.leadStoppedSpeaking();
      }),
      turnCommitted: live(() => undefined),
      turnText: live((turn, text, final) => {
        transcript.leadText(turn, text, final, this.#nowMs());
        if (final && text.length > 0) events.leadSaid(text);
      }),
      toolCalled: live((call) => events.toolCalled(call)),
      usage: (lines) => events.usage(lines),
      expiresAt: () => undefined,
      failed: live((failure) => this.#fail(failure)),
      trouble: live((detail) => this.#parts.log.warn({ detail }, 'trouble with the AI session')),
    };
  }

  #interruptibleNow(): boolean {
    const current = this.#parts.playout.current;
    return current !== null && this.#fixed.get(current) === 'greeting';
  }

  #nowMs(): number {
    return this.#parts.sinceAnswerMs(this.#parts.clock.monotonicMs());
  }

  #after(ms: number, callback: () => void): void {
    this.#timers.push(this.#parts.clock.after(ms, callback));
  }
}
