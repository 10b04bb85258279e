import type { FlowEvent, FlowState, TransferTarget } from '../../domain/call-flow.ts';
import { transferPhrases } from '../transfer/transfer-texts.ts';
import { promptFor } from '../voice/speech.ts';
import type { Voice } from '../voice/voice.ts';
import type { CallTalkParts } from './call-talk-parts.ts';
import type { CallTurns } from './call-turns.ts';

export interface TalkTransferParts extends Pick<CallTalkParts, 'request' | 'speeches' | 'events'> {
  readonly voice: Voice;
  readonly turns: CallTurns;
  state(): FlowState;
  dispatch(event: FlowEvent): void;
  /** The AI says these words, now. @returns false when it cannot */
  sayExactly(text: string): boolean;
}

/** What the conversation has to do with somebody else who is rung: the words before it, the dial by the line itself, and what came of it. */
export class TalkTransfer {
  readonly #parts: TalkTransferParts;

  constructor(parts: TalkTransferParts) {
    this.#parts = parts;
  }

  /** Nothing came of it; the AI has had the call all the time. */
  explain(cause: string): void {
    const { state, voice, request } = this.#parts;
    if (state().kind !== 'talking') return;
    voice.prompt(`${promptFor(request.language, 'transfer-failed')} (${cause})`);
  }

  /** The line itself rings somebody, as soon as these words were heard. @returns false when it cannot at this moment */
  dialOn(target: TransferTarget, text: string): boolean {
    const { state, turns, events, dispatch, sayExactly } = this.#parts;
    const { kind } = state();
    if (kind === 'turns') {
      const { isRelay } = turns;
      dispatch({ type: 'transfer.requested', target: { ...target, sayFirst: text } });
      // A relay that has ended asks for the next document by itself.
      if (!isRelay) events.comeBack();
      return state().kind === 'transferring';
    }
    if (kind !== 'talking' && kind !== 'held') return false;
    const says = kind === 'talking' && sayExactly(text);
    dispatch({ type: 'transfer.requested', target });
    if (!says) dispatch({ type: 'farewell.played' });
    return state().kind === 'transferring';
  }

  /** No AI can talk: a person of ours is rung. @returns false when nobody is free */
  ringPerson(because: string): boolean {
    const { events, request, speeches, voice, turns, state, dispatch } = this.#parts;
    const person = events.personFor();
    if (person === null) {
      events.voiceFailed(because, false);
      dispatch({ type: 'voice.failed', cause: because });
      return false;
    }
    const connecting = transferPhrases(request.language).connecting(person.name);
    const sayFirst = voice.disclosureHeard ? connecting : `${speeches.disclosure ?? ''} ${connecting}`.trim();
    events.personRung(person.name, because);
    const isInTurns = state().kind === 'turns';
    dispatch({ type: 'person.rung', target: { ...person, sayFirst } });
    if (isInTurns) turns.comeBack();
    return true;
  }
}
