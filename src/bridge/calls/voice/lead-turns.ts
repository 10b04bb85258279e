import type { AnswerDue } from './answer-due.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { TurnClock } from './turn-clock.ts';
import type { Unfinished } from './unfinished.ts';
import type { VoiceLadder } from './voice-ladder.ts';
import type { VoiceEvents, VoiceParts } from './voice-parts.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface LeadTurnsParts extends Pick<VoiceParts, 'clock' | 'transcript' | 'sinceAnswerMs'> {
  readonly events: Pick<VoiceEvents, 'leadStartedSpeaking' | 'leadStoppedSpeaking' | 'leadSaid'>;
  readonly ai: Pick<VoiceLadder, 'at' | 'note'>;
  readonly turnClock: TurnClock;
  readonly unfinished: Unfinished;
  readonly due: AnswerDue;
  readonly tools: ToolMemory;
  readonly may: VoicePermission;
  /** The lead speaks over the AI, as far as that is for them to cut off. */
  bargeIn(): void;
}

const statementEnd = /[.!…。！।][)\]"'”’»]*$/u;
const questionEnd = /[?？؟][)\]"'”’»]*$/u;

/** The turns of the lead, as the sessions of a call hear them: under one name each, on the clock of the call, answered or not. */
export class LeadTurns {
  readonly #parts: LeadTurnsParts;
  /** What a turn is called in the transcript, when a later session heard the rest of it. */
  readonly #names = new Map<string, string>();
  #open: string | null = null;

  constructor(parts: LeadTurnsParts) {
    this.#parts = parts;
  }

  /** The lead has begun a turn and not ended it. */
  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** @param name as the session that hears it calls it @param sessionAudioMs where in the audio that it was given */
  started(name: string, sessionAudioMs: number): void {
    const { ai, turnClock, unfinished, due, tools, transcript, sinceAnswerMs, events, bargeIn } = this.#parts;
    const turn = unfinished.resumed(name);
    if (turn !== name) this.#names.set(name, turn);
    unfinished.turnBegan(turn, turnClock.agoMs(sessionAudioMs));
    // A new voice hears again what was said: the lead is silent by now, and waits.
    if (turn !== name && this.#open === null) return;
    if (turn === name) tools.newWords();
    due.turnBegan();
    ai.note({ type: 'lead.started-speaking' });
    this.#open = turn;
    // Before everything else: every millisecond of our voice is now one too many.
    bargeIn();
    transcript.leadStarted(turn, turnClock.callMs(sessionAudioMs, sinceAnswerMs));
    turnClock.started();
    events.leadStartedSpeaking();
  }

  stopped(name: string, sessionAudioMs: number): void {
    const { turnClock, transcript, sinceAnswerMs, events } = this.#parts;
    this.#open = null;
    transcript.leadStopped(this.#nameOf(name), turnClock.callMs(sessionAudioMs, sinceAnswerMs));
    turnClock.stopped(sessionAudioMs);
    this.#expectAnswer(turnClock.agoMs(sessionAudioMs));
    events.leadStoppedSpeaking();
  }

  text(name: string, text: string, final: boolean): void {
    const { transcript, events } = this.#parts;
    const turn = this.#nameOf(name);
    if (final) this.#understood(turn, text);
    const words = transcript.leadText(turn, text, final, this.#nowMs());
    if (final) events.leadSaid(turn, words);
  }

  /** Whoever heard the turn is gone, and nobody hears the rest of it. @param isForGood nobody hears its beginning again, either */
  breakOff(isForGood = false): void {
    const { unfinished, transcript, events } = this.#parts;
    if (this.#open === null || (unfinished.hasTurn && !isForGood)) return;
    const turn = this.#open;
    this.#open = null;
    transcript.leadStopped(turn, this.#nowMs());
    events.leadStoppedSpeaking();
  }

  /** Who comes hears nothing again: words that might still have changed are taken as they are, where the lead has stopped speaking. */
  settle(): void {
    const { transcript, unfinished, events } = this.#parts;
    for (const { turn, text } of transcript.unsettled) {
      if (turn === this.#open) continue;
      unfinished.turnUnderstood(turn);
      events.leadSaid(turn, transcript.leadText(turn, text, true, this.#nowMs()));
    }
  }

  #expectAnswer(agoMs: number): void {
    const { ai, due, may } = this.#parts;
    ai.note({ type: 'lead.stopped-speaking' });
    if (!may.autoAnswer || may.isHeld || may.isRestricted) return;
    due.turnOver(agoMs);
    // A voice that hears while it speaks decides by itself whether a sound wants an answer.
    if (ai.at !== 'live') due.expectWord(agoMs);
  }

  #understood(turn: string, text: string): void {
    const { ai, due, unfinished } = this.#parts;
    unfinished.turnUnderstood(turn);
    const words = text.trim();
    if (!due.isDue) return;
    // It was no word: nobody waits for an answer, unless they did before.
    if (words === '' && !due.isOwed) due.nothing();
    else if (ai.at === 'live' && (this.#isMoreThanNod(words) || due.isOwed)) due.expectWordSinceTurn();
  }

  #isMoreThanNod(words: string): boolean {
    return words.split(/\s+/u).length > 2 || questionEnd.test(words) || this.#awaitsWord;
  }

  /** After a question a short word is an answer, not a nod; and whoever hears a sentence stop in the middle waits for the rest. */
  get #awaitsWord(): boolean {
    const last = this.#parts.transcript.lastAiWords?.text.trim() ?? '';
    return last !== '' && !statementEnd.test(last);
  }

  #nameOf(name: string): string {
    return this.#names.get(name) ?? name;
  }

  #nowMs(): number {
    const { clock, sinceAnswerMs } = this.#parts;
    return sinceAnswerMs(clock.monotonicMs());
  }
}
