import type { TransferInfo, TransferRequest } from '#bridge/contract/calls.ts';
import type { Person } from '../../domain/call-flow.ts';
import type { Asker, TransferEnding } from '../../domain/transfer-state.ts';
import type { UsageLine } from '../../engines/engine.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { CallScript } from '../call-script.ts';

/** Who wanted a transfer: a person, by name, or the AI; and the person who allowed the AI to. */
export interface AskedBy {
  readonly kind: 'ai' | 'operator';
  readonly name: string | null;
}

/** What a transfer needs of the call that is handed over. The lead stays on its stream all the time. */
export interface TransferableCall {
  readonly record: AttemptRecord;
  readonly script: CallScript;
  /** Why nobody can be given it at this moment, in words; null when somebody can. */
  readonly obstacle: string | null;
  /** Who speaks for us now. */
  readonly holder: Asker | 'colleague';
  /** The session of the operator who holds it; null when nobody does. */
  readonly holderSession: string | null;
  /** Of whoever holds it; null while the AI does. */
  readonly holderName: string | null;
  /** The last words are being said, or the line is dead. */
  readonly isEnding: boolean;
  /** The last words of the lead; null when there are none. */
  readonly lastLeadWords: string | null;
  /** The AI says this to the lead as soon as there is a gap; nothing while a person speaks for us. */
  tellLead(text: string): void;
  holdSound(on: boolean): void;
  /** The AI asks the lead to wait, while it waits for an operator's word. */
  tellWaiting(): void;
  /** 20 ms of the lead as they come, on the audio path; valid during the call. @returns a function that stops it */
  hearLead(listener: (bytes: Uint8Array) => void): () => void;
  /** The line itself rings somebody, and leaves our stream for it. @returns false when it cannot at this moment */
  dialOn(target: { readonly name: string; readonly number: string }, askedBy: AskedBy): boolean;
  /** No stream of ours carries it: only the line itself can ring somebody. */
  readonly isInTurns: boolean;
  /** The line itself rings somebody, or is about to. */
  readonly isDialledOn: boolean;
  /** The lead comes back from whom the line itself rings. Nothing happens when it rings nobody. */
  cancelDial(cause: string): void;
  /** From now on this person speaks for us, and the AI only listens. @returns where their voice goes */
  handTo(person: Person): PersonVoice;
  /**
   * This person speaks with the lead as well as the operator who has the call. When the operator leaves it, it is this person's alone.
   * @returns where their voice goes
   */
  join(person: Person, ears: ColleagueEars): PersonVoice;
  /** They have left the operator who has the call. Nothing happens when they had not joined one. */
  part(): void;
  /** The AI has the call again after a person had it. @param note what it must know, and say */
  handBack(person: Person, note: string): void;
  /** The AI, which has had the call all the time, tells the lead that nothing came of it. */
  explain(ending: TransferEnding): void;
  /** Somebody took the call: it was transferred, whatever comes. */
  wasTaken(person: Person, askedBy: AskedBy): void;
  /** For the transcript. */
  note(text: string): void;
  report(info: TransferInfo): void;
  request(request: TransferRequest | null): void;
  /** A second leg was up for so long. */
  charge(ms: number): void;
  usage(lines: readonly UsageLine[]): void;
}

/** What a colleague is given who joins an operator. */
export interface ColleagueEars {
  /** 20 ms of the lead and the operator, on the audio path; valid during the call. */
  hears(bytes: Uint8Array): void;
  /** The operator has left: from now on it is as after `handTo`. @param voice where their own voice goes */
  alone(voice: PersonVoice): void;
}

/** The voice of a person on its way to the lead. */
export interface PersonVoice {
  /** 20 ms of mu-law, on the audio path; valid during the call. */
  frame(bytes: Uint8Array): void;
}
