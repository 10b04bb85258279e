import { holdPrefix } from '../person/hold-player.ts';
import type { AiUtterances } from './ai-utterances.ts';
import type { AnswerDue } from './answer-due.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import { type FixedUtterances, isClip } from './fixed-utterances.ts';
import type { SpeechCut } from './speech-cut.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { TurnClock } from './turn-clock.ts';
import type { VoiceLadder } from './voice-ladder.ts';
import type { VoiceEvents, VoiceParts } from './voice-parts.ts';

export interface SpeechProgressParts extends Pick<VoiceParts, 'transcript' | 'speeches' | 'sinceAnswerMs' | 'playout'> {
  readonly events: Pick<VoiceEvents, 'turn' | 'fixedHeard' | 'fixedPlayed' | 'fellSilent'>;
  readonly ai: Pick<VoiceLadder, 'at' | 'current' | 'note'>;
  readonly utterances: AiUtterances;
  readonly fixed: FixedUtterances;
  readonly expected: ExpectedSpeech;
  readonly due: AnswerDue;
  readonly tools: Pick<ToolMemory, 'told'>;
  readonly turnClock: TurnClock;
  readonly cut: SpeechCut;
}

/** How far what the AI says has come: begun, heard to its end by our clock, confirmed by the carrier. */
export class SpeechProgress {
  readonly #parts: SpeechProgressParts;
  /** What the AI said last in words of its own. */
  #last: string | null = null;

  constructor(parts: SpeechProgressParts) {
    this.#parts = parts;
  }

  begun(utterance: string, playAtMs: number): void {
    if (utterance.startsWith(holdPrefix)) return;
    const { transcript, sinceAnswerMs, fixed, due, tools, ai, turnClock, events } = this.#parts;
    transcript.aiStarted(utterance, sinceAnswerMs(playAtMs));
    // What bridges a wait does not end it: the answer is still due, and its time is still counted.
    if (fixed.get(utterance) === 'one-moment') return;
    due.settle();
    ai.note({ type: 'speech.began' });
    const latency = turnClock.answered(playAtMs);
    const isFixed = fixed.has(utterance);
    this.#last = isFixed ? null : utterance;
    // A fixed sentence answers nobody; it comes when its time has come.
    if (isFixed) return;
    tools.told();
    if (latency) events.turn(latency);
  }

  heardOut(utterance: string, endAtMs: number): void {
    const { transcript, sinceAnswerMs, speeches, fixed, ai, events } = this.#parts;
    transcript.aiEnded(utterance, sinceAnswerMs(endAtMs));
    const what = fixed.get(utterance);
    if (what === undefined || what === 'one-moment') return;
    const text = speeches[what];
    if (isClip(utterance) && text) ai.current?.noteSpoken(text);
    fixed.heard(what);
    events.fixedHeard(what);
  }

  played(utterance: string, confirmed: boolean): void {
    const { fixed, events, cut } = this.#parts;
    const what = fixed.get(utterance);
    if (what && what !== 'one-moment') events.fixedPlayed(what, confirmed);
    cut.played();
  }

  idle(): void {
    const { ai, utterances, expected, due, transcript, events } = this.#parts;
    ai.note({ type: 'speech.ended' });
    // Who hears while it speaks tells of no answer that broke off: a sound without a word was none.
    if (ai.at === 'live' && this.#last !== null && !transcript.hasAiWords(this.#last)) due.saidNothing();
    this.#last = null;
    if (!utterances.answering && expected.what === null) events.fellSilent();
  }

  /** The line is dead. A confirmation may come when its time has run out; it counts all the same. */
  creditLateConfirmation(): void {
    const { fixed, playout, events } = this.#parts;
    for (const [utterance, what] of fixed.all())
      if (what === 'disclosure' && playout.position(utterance)?.confirmed) events.fixedPlayed(what, true);
  }
}
