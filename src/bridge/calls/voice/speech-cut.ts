import type { EngineSession } from '../../engines/engine.ts';
import type { Playout } from '../../media/playout.ts';
import type { ClearedUtterance } from '../../media/utterance.ts';
import type { TranscriptKeeper } from '../record/transcript.ts';
import type { AiUtterances } from './ai-utterances.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import { type FixedUtterances, isClip } from './fixed-utterances.ts';
import type { StarvationWatch } from './starvation-watch.ts';
import type { Unfinished } from './unfinished.ts';
import type { VoiceLadder } from './voice-ladder.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface SpeechCutParts {
  readonly playout: Pick<Playout, 'clear' | 'position' | 'current' | 'speaking'>;
  readonly transcript: Pick<TranscriptKeeper, 'aiCut'>;
  readonly ai: Pick<VoiceLadder, 'current' | 'own' | 'note'>;
  readonly utterances: AiUtterances;
  readonly fixed: FixedUtterances;
  readonly expected: ExpectedSpeech;
  readonly unfinished: Unfinished;
  readonly starvation: StarvationWatch;
  readonly may: VoicePermission;
}

/** Cuts off what the AI says, at what was heard of it: in the ear, in the session that goes on talking, and in the transcript. */
export class SpeechCut {
  readonly #parts: SpeechCutParts;
  /** The lead speaks over something that may be cut, behind something that must be heard. */
  #owesClear = false;

  constructor(parts: SpeechCutParts) {
    this.#parts = parts;
  }

  /** Whoever speaks now may cut off what is being said, if that is for them to cut off. */
  get isAllowed(): boolean {
    return this.#parts.may.autoAnswer || this.#isGreeting;
  }

  /** The lead speaks over the AI. */
  bargeIn(): void {
    if (this.isAllowed) this.#clearForLead();
  }

  /** The lead is silent, or a person has the call: nothing is to be cut off any more. */
  owesNothing(): void {
    this.#owesClear = false;
  }

  /** An utterance was played to its end; what comes behind it may be cut. */
  played(): void {
    if (this.#owesClear) this.#clearForLead();
  }

  /**
   * Drop all that was not heard yet and stop the answer in progress.
   * @param keepUninterruptible leave a sentence alone that must be heard
   * @param silence is done when nothing is heard any more, and before the service is told to stop
   * @returns milliseconds of what was there and is not heard
   */
  clear(keepUninterruptible: boolean, silence: (() => void) | null = null): number {
    const { playout, ai, fixed, unfinished, starvation } = this.#parts;
    const cuts = playout.clear({ keepUninterruptible }).filter(({ cut }) => cut);
    if (cuts.length > 0) starvation.cancel();
    // An end of speech that is on its way would have the service answer once more, behind the one that is stopped.
    silence?.();
    const session = ai.current;
    // The service first: it goes on talking until it is told, and the disk may take its time.
    this.#stop(session, cuts, keepUninterruptible);
    for (const cut of cuts) {
      const { utterance } = cut;
      const heard = this.#writeCut(cut);
      if (isClip(utterance) && heard.length > 0) session?.noteSpoken(heard);
      fixed.delete(utterance);
      unfinished.inAir.delete(utterance);
    }
    if (cuts.length > 0) ai.note({ type: 'speech.ended' });
    return Math.round(cuts.reduce((sum, { heardMs, receivedMs }) => sum + Math.max(0, receivedMs - heardMs), 0));
  }

  /** Everything that is on its way to the ear ends here, and nobody is told but the transcript. Fixed sentences are owed from now on. */
  drop(): void {
    const { playout, ai, fixed, unfinished, starvation, may } = this.#parts;
    starvation.cancel();
    for (const cleared of playout.clear()) {
      if (!cleared.cut) continue;
      const { utterance } = cleared;
      this.#writeCut(cleared);
      const what = fixed.get(utterance);
      if (what !== undefined && what !== 'one-moment' && !may.isHeld) unfinished.owed ??= what;
      fixed.delete(utterance);
    }
    unfinished.inAir.clear();
    this.#owesClear = false;
    ai.note({ type: 'speech.ended' });
  }

  /** The line is dead: what was on its way to the ear did not arrive, and an answer in progress is for nobody. */
  lineEnded(): void {
    const { playout, ai, utterances } = this.#parts;
    for (const cleared of playout.clear()) if (cleared.cut) this.#writeCut(cleared);
    if (utterances.answering) ai.current?.interrupt(null, 0);
  }

  get #isGreeting(): boolean {
    const { playout, expected, fixed } = this.#parts;
    const { current } = playout;
    return expected.what === 'greeting' || (current !== null && fixed.get(current) === 'greeting');
  }

  #clearForLead(): void {
    this.clear(true);
    this.#owesClear = this.#parts.playout.speaking;
  }

  #stop(session: EngineSession | null, cuts: readonly ClearedUtterance[], keepUninterruptible: boolean): void {
    const { ai, utterances, expected } = this.#parts;
    let stopped = false;
    for (const { utterance, heardMs } of cuts) {
      if (isClip(utterance) || !utterances.knows(utterance)) continue;
      const own = ai.own(utterance);
      if (own === null) continue;
      stopped = true;
      session?.interrupt(own, heardMs);
    }
    if (expected.what !== null && (!keepUninterruptible || expected.what === 'greeting')) {
      expected.forget();
      if (!stopped) session?.interrupt(null, 0);
    } else if (!keepUninterruptible && !stopped && utterances.answering) session?.interrupt(null, 0);
  }

  /** The transcript has it only as far as it was heard. @returns these words */
  #writeCut({ utterance, heardMs, receivedMs }: ClearedUtterance): string {
    const { playout, transcript } = this.#parts;
    const complete = playout.position(utterance)?.finished ?? true;
    return transcript.aiCut(utterance, { heardMs, receivedMs, complete, words: this.#heardWords(utterance, heardMs) });
  }

  /** Without a guess; null when nobody can tell. */
  #heardWords(utterance: string, heardMs: number): string | null {
    const { ai } = this.#parts;
    const own = isClip(utterance) ? null : ai.own(utterance);
    return own === null ? null : (ai.current?.heardWords?.(own, heardMs) ?? null);
  }
}
