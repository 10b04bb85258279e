import type { EngineSession } from '../../engines/engine.ts';
import type { Playout } from '../../media/playout.ts';
import { soFarText } from '../person/hand-over.ts';
import type { AiUtterances } from './ai-utterances.ts';
import type { AnswerDue } from './answer-due.ts';
import type { CarriedContext } from './carried-context.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import type { FixedSpeaker } from './fixed-speaker.ts';
import type { FixedUtterances } from './fixed-utterances.ts';
import type { LeadTurns } from './lead-turns.ts';
import type { SpeechCut } from './speech-cut.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { TurnClock } from './turn-clock.ts';
import type { Unfinished } from './unfinished.ts';
import type { LadderMoves, VoiceLadder } from './voice-ladder.ts';
import type { VoiceEvents } from './voice-parts.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface VoiceSuccessionParts {
  readonly ai: Pick<VoiceLadder, 'current' | 'note'>;
  readonly playout: Pick<Playout, 'speaking'>;
  readonly context: CarriedContext;
  readonly unfinished: Unfinished;
  readonly turnClock: TurnClock;
  readonly leadTurns: LeadTurns;
  readonly due: AnswerDue;
  readonly utterances: AiUtterances;
  readonly fixed: FixedUtterances;
  readonly expected: ExpectedSpeech;
  readonly speaker: FixedSpeaker;
  readonly cut: SpeechCut;
  readonly tools: ToolMemory;
  readonly may: VoicePermission;
  readonly events: Pick<VoiceEvents, 'turnLost'>;
  /** The AI is asked for something to say. */
  prompt(instructions: string | null): void;
}

/** One voice follows another in mid-call: what the first leaves behind is settled, and the next one takes it up. */
export class VoiceSuccession implements Pick<LadderMoves, 'left' | 'opened' | 'floor' | 'phrase'> {
  readonly #parts: VoiceSuccessionParts;

  constructor(parts: VoiceSuccessionParts) {
    this.#parts = parts;
  }

  /** The one that spoke is gone. What it had said to its end is heard; what it had begun is cut off here, and owed. */
  left(): void {
    const { unfinished, expected, speaker, tools, utterances, may, due, fixed, cut, leadTurns } = this.#parts;
    const wasComing = expected.what;
    speaker.voiceChanged();
    tools.voiceChanged();
    utterances.lost();
    if (!may.isHeld) unfinished.owed ??= wasComing;
    const asked = due.takeAsked();
    if (asked && !may.isHeld) unfinished.ask(asked.instructions);
    if (unfinished.inAir.size > 0) {
      for (const utterance of unfinished.inAir) {
        const what = fixed.get(utterance);
        if (what !== undefined && what !== 'one-moment') unfinished.owed = what;
        else if (!may.isHeld) {
          unfinished.isCut = true;
          due.owes();
        }
      }
      cut.drop();
    }
    leadTurns.breakOff();
  }

  opened(session: EngineSession, how: 'new' | 'climbed' | 'fallen-on'): void {
    const { unfinished, context, turnClock, may, due, events } = this.#parts;
    for (const earlier of unfinished.takeEarlier()) events.turnLost(earlier, false);
    // Whoever is climbed from may not have found the lead's last turn to be over yet.
    const hearsTurn = how !== 'climbed' || due.isDue;
    const again = (hearsTurn ? unfinished.handOnTurn() : null) ?? unfinished.handOnVoice(context.leadSpeaks);
    const hearsAgain = hearsTurn || again !== null;
    const meanwhile = how === 'new' ? [] : context.saidSince();
    if (meanwhile.length > 0) session.addContext(soFarText(meanwhile));
    if (!turnClock.anyAudio) return;
    // Before it hears: whoever is to stay silent until later does not answer what it is about to hear.
    if (may.autoAnswer && hearsAgain) session.setAutoAnswer(true);
    turnClock.restart(again?.againMs ?? 0);
    again?.replay((frame) => {
      turnClock.heard(frame.length);
      session.hear(frame);
    });
  }

  floor(answerNow: boolean): void {
    const { ai, unfinished, context, may, due, speaker, prompt } = this.#parts;
    const session = ai.current;
    if (!session) return;
    for (const fact of unfinished.takeFacts()) session.addContext(fact);
    if (may.isHeld) return;
    const owed = unfinished.takeOwed();
    const wish = unfinished.takePrompt();
    // What is being said now is answered, when it is over.
    const isHeardAgain = unfinished.hasTurn || (context.leadSpeaks && unfinished.hasVoice(true));
    const owes = unfinished.isCut || due.isDue;
    unfinished.isCut = false;
    if (owed !== null) speaker.say(owed);
    else if (wish) prompt(wish.instructions);
    else if (answerNow && owes && !isHeardAgain && may.autoAnswer) session.answer(null);
    else if (!isHeardAgain) ai.note({ type: 'speech.off' });
  }

  phrase(): void {
    const { unfinished, fixed, due, expected, playout, speaker } = this.#parts;
    // In the middle of a sentence that goes on, or when nobody waits for one, it would only be odd.
    const isOwed = unfinished.isCut || unfinished.owed !== null || fixed.isOpening;
    const isWaited = isOwed || due.isDue || expected.what !== null;
    if (isWaited && !playout.speaking) speaker.bridge();
  }
}
