import type { Nudge } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { NudgeId, SegmentId } from '#bridge/contract/ids.ts';
import { newId } from '../new-id.ts';

/** Hints that wait at once; who has more to say takes the call over. */
const waitingAtMost = 20;

export interface NudgesParts {
  /** Wall clock. */
  now(): number;
  /** @returns false when there is no AI that could be told now */
  tell(name: string, text: string): boolean;
  takeBack(name: string): void;
  segmentOf(utterance: string): SegmentId | null;
  /** Keep it and tell everybody. */
  changed(nudge: Nudge): void;
}

interface Kept {
  /** What the AI session knows it by. */
  readonly name: string;
  nudge: Nudge;
  sent: boolean;
  /** How many answers the AI had begun when it held the hint. */
  afterAnswers: number;
}

/** The hints of one call, from the operator's keyboard to the sentence that used them. */
export class Nudges {
  readonly #parts: NudgesParts;
  readonly #kept: Kept[] = [];

  constructor(parts: NudgesParts) {
    this.#parts = parts;
  }

  /** @throws {BridgeError} `state/conflict` when too many wait */
  add(text: string, by: string): Nudge {
    if (this.#kept.filter(({ nudge }) => isWaiting(nudge)).length >= waitingAtMost)
      throw new BridgeError('state/conflict', 'The AI has not used the last hints yet. Withdraw some of them first.');
    const nudge: Nudge = { id: newId<NudgeId>('nudge'), text, state: 'queued', at: new Date(this.#parts.now()).toISOString(), by };
    const kept: Kept = { name: `nudge-${this.#kept.length + 1}`, nudge, sent: false, afterAnswers: 0 };
    this.#kept.push(kept);
    this.#parts.changed(nudge);
    this.#send(kept);
    return kept.nudge;
  }

  /** @throws {BridgeError} `not-found`, `state/conflict` when it was used already */
  withdraw(id: NudgeId): Nudge {
    const kept = this.#kept.find(({ nudge }) => nudge.id === id);
    if (!kept) throw new BridgeError('not-found', 'There is no such hint on this call.');
    if (kept.nudge.state === 'withdrawn') return kept.nudge;
    if (!isWaiting(kept.nudge)) throw new BridgeError('state/conflict', 'The AI has used this hint already.');
    if (kept.sent) this.#parts.takeBack(kept.name);
    return this.#become(kept, { state: 'withdrawn' });
  }

  /** There is a session of the AI, perhaps a new one that knows of nothing. */
  aiReady(): void {
    for (const kept of this.#kept) if (isWaiting(kept.nudge)) this.#send(kept);
  }

  /** The AI holds it. @param answersBegun so far */
  arrived(name: string, answersBegun: number): void {
    const kept = this.#kept.find((candidate) => candidate.name === name);
    if (!kept || !isWaiting(kept.nudge)) return;
    kept.afterAnswers = answersBegun;
    if (kept.nudge.state === 'queued') this.#become(kept, { state: 'in-context' });
  }

  /** The AI has given an answer. @param ordinal which one, from 1 */
  answered(utterances: readonly string[], ordinal: number): void {
    const [first] = utterances;
    const usedIn = first === undefined ? null : this.#parts.segmentOf(first);
    for (const kept of this.#kept) {
      if (kept.nudge.state !== 'in-context' || ordinal <= kept.afterAnswers) continue;
      this.#become(kept, { state: 'used', ...(usedIn === null ? {} : { usedIn }) });
    }
  }

  /** The call is over. */
  close(): void {
    for (const kept of this.#kept) if (isWaiting(kept.nudge)) this.#become(kept, { state: 'missed' });
  }

  #send(kept: Kept): void {
    const { text } = kept.nudge;
    kept.sent = this.#parts.tell(kept.name, framed(text));
  }

  #become(kept: Kept, change: Pick<Nudge, 'state'> & Partial<Nudge>): Nudge {
    kept.nudge = { ...kept.nudge, ...change };
    this.#parts.changed(kept.nudge);
    return kept.nudge;
  }
}

function isWaiting({ state }: Nudge): boolean {
  return state === 'queued' || state === 'in-context';
}

/** It stays in the conversation, so it says for how long it counts. */
function framed(text: string): string {
  return `A hint from your supervisor, who listens in. The person on the phone does not hear it. Use it in your next answer, in your own words, and do not mention it: ${text}`;
}
