import type { FlowState, Opening } from '../../domain/call-flow.ts';
import { promptFor } from '../voice/speech.ts';
import type { Voice } from '../voice/voice.ts';
import type { CallTalkEvents } from './call-talk-parts.ts';
import type { CallTurns } from './call-turns.ts';

/** Whoever has the call then, the AI may get it back. */
const mayBeTold: ReadonlySet<FlowState['kind']> = new Set(['talking', 'disclosing', 'transferring']);

export interface TalkHandOverParts {
  readonly voice: Voice;
  readonly turns: CallTurns;
  readonly language: string | null;
  readonly events: Pick<CallTalkEvents, 'handOver' | 'broke'>;
  state(): FlowState;
  isLeadSpeaking(): boolean;
}

/** The AI gets the call back from a person: it goes on when it knows what it has missed, and until then says nothing. */
export class TalkHandOver {
  readonly #parts: TalkHandOverParts;
  /** Counts how often the call was taken or given back. */
  #hands = 0;
  /** The lead has spoken while the AI was still being told what has happened. */
  #leadWaits = false;

  constructor(parts: TalkHandOverParts) {
    this.#parts = parts;
  }

  /** The call was taken or given back: what was under way before is stale. */
  changedHands(): void {
    this.#hands += 1;
  }

  leadStopped(): void {
    this.#leadWaits = true;
  }

  /** @param open how the AI begins; null when it has begun already */
  begin(open: Opening | null): void {
    const { events } = this.#parts;
    const hands = this.#hands;
    this.#leadWaits = false;
    events
      .handOver()
      .then((context) => {
        if (hands === this.#hands) this.#tell(context, open);
      })
      .catch((error: unknown) => events.broke(error));
  }

  #tell(context: string, open: Opening | null): void {
    const { voice, turns, language, state, isLeadSpeaking } = this.#parts;
    // Below the streams, whoever exchanges words with the carrier has to know it.
    if (state().kind === 'turns') turns.knows(context, open === 'bridge' ? promptFor(language, 'bridge') : null);
    if (!mayBeTold.has(state().kind)) return;
    voice.addContext(context);
    if (open === null) return;
    voice.setAutoAnswer(true);
    if (open === 'bridge') voice.prompt(promptFor(language, 'bridge'));
    else if (this.#leadWaits && !isLeadSpeaking()) voice.prompt(null);
  }
}
