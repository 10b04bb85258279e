import type { CostLine, TransferInfo, TransferRequest } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { TransferId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { DialResult } from '../../carriers/carrier.ts';
import type { Person, TransferTarget } from '../../domain/call-flow.ts';
import { carrierRates } from '../../domain/rates.ts';
import type { TransferEnding, TransferStage } from '../../domain/transfer-state.ts';
import type { UsageLine } from '../../engines/engine.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import type { CallScript } from '../call-script.ts';
import type { Conversation } from '../conversation.ts';
import { newId } from '../new-id.ts';
import type { CallPeople } from '../person/call-people.ts';
import type { CallAttention } from '../record/call-attention.ts';
import type { CallBook } from '../record/call-book.ts';
import { transferMessage, transferPhrases } from './transfer-texts.ts';
import type { AskedBy, ColleagueEars, PersonVoice, TransferableCall } from './transferable-call.ts';

export interface CallTransferParts {
  readonly record: AttemptRecord;
  readonly script: CallScript;
  readonly book: CallBook;
  readonly store: Store;
  readonly attention: CallAttention;
  readonly people: CallPeople;
  readonly clock: Clock;
  readonly publish: Publish;
  conversation(): Conversation;
  /** Why no person can have the call at this moment; null when one can. */
  whyNot(): string | null;
  isOver(): boolean;
  changed(): void;
}

/** One call as a transfer sees it, and what is told of its transfers. */
export class CallTransfer implements TransferableCall {
  readonly #parts: CallTransferParts;
  #info: TransferInfo | null;
  #request: TransferRequest | null = null;
  #coldAskedBy: AskedBy = { kind: 'operator', name: null };

  constructor(parts: CallTransferParts) {
    this.#parts = parts;
    this.#info = parts.record.transfer;
  }

  get record(): AttemptRecord {
    return this.#parts.record;
  }

  get script(): CallScript {
    return this.#parts.script;
  }

  /** The transfer that goes on, or the last one. */
  get info(): TransferInfo | null {
    return this.#info;
  }

  /** What the AI waits for. */
  get asked(): TransferRequest | null {
    return this.#request;
  }

  /** Somebody is being rung for this lead. */
  get isRinging(): boolean {
    return this.#info?.kind === 'warm' && ringing.has(this.#info.state);
  }

  /** The lead waits for somebody to be found or to come. */
  get isAwaited(): boolean {
    return this.isRinging || this.#request !== null;
  }

  get obstacle(): string | null {
    const { whyNot, conversation } = this.#parts;
    const why = whyNot();
    if (why !== null) return why;
    const { flow, hasStream } = conversation();
    if (flow.kind === 'transferring') return 'This call is being put through already.';
    if (flow.kind === 'turns') return null;
    if (flow.kind !== 'talking' && flow.kind !== 'held') return 'The AI has not introduced itself yet.';
    return hasStream ? null : 'The audio of this call is interrupted.';
  }

  get holder(): 'ai' | 'operator' | 'colleague' {
    return this.#parts.people.holder?.kind ?? 'ai';
  }

  get holderSession(): string | null {
    return this.#parts.people.holder?.console ?? null;
  }

  get holderName(): string | null {
    return this.#parts.people.holder?.name ?? null;
  }

  get isEnding(): boolean {
    const { kind } = this.#parts.conversation().flow;
    return this.#parts.isOver() || kind === 'closing' || kind === 'announcing' || kind === 'ended';
  }

  get lastLeadWords(): string | null {
    return this.#parts.book.transcript.said(0).findLast(({ speaker }) => speaker === 'lead')?.text ?? null;
  }

  tellLead(text: string): void {
    if (this.holder === 'ai') this.#parts.conversation().sayExactly(text, 'gap');
  }

  tellWaiting(): void {
    this.tellLead(transferPhrases(this.script.agent.language ?? null).asking);
  }

  holdSound(on: boolean): void {
    this.#parts.conversation().sound.holdSound(on);
  }

  hearLead(listener: (bytes: Uint8Array) => void): () => void {
    return this.#parts.conversation().sound.hearLead(listener);
  }

  dialOn(target: TransferTarget, askedBy: AskedBy): boolean {
    this.#coldAskedBy = askedBy;
    const text = transferPhrases(this.script.agent.language ?? null).connecting(target.name);
    return this.#parts.conversation().dialOn(target, text);
  }

  /** The line is about to ring somebody because no AI is left to have the call. */
  aiLeaves(): void {
    this.#coldAskedBy = { kind: 'ai', name: null };
  }

  get isInTurns(): boolean {
    return this.#parts.conversation().flow.kind === 'turns';
  }

  get isDialledOn(): boolean {
    return this.#parts.conversation().flow.kind === 'transferring';
  }

  cancelDial(cause: string): void {
    this.#parts.conversation().cancelDial(cause);
  }

  handTo(person: Person): PersonVoice {
    this.#parts.people.handTo(person.name);
    return this.#parts.conversation().sound.lane;
  }

  join(person: Person, { hears, alone }: ColleagueEars): PersonVoice {
    const { people, conversation } = this.#parts;
    return people.join(person.name, hears, () => alone(conversation().sound.lane));
  }

  part(): void {
    this.#parts.people.part();
  }

  handBack(person: Person, note: string): void {
    this.#parts.people.reclaim(`${person.name} is not on the line any more`, 'bridge', note);
  }

  explain({ cause }: TransferEnding): void {
    this.#parts.conversation().explainTransfer(cause);
  }

  wasTaken(person: Person, askedBy: AskedBy): void {
    const { conversation, changed } = this.#parts;
    this.#noteTransfer(person.name, askedBy);
    conversation().transferred();
    changed();
  }

  note(text: string): void {
    const { book } = this.#parts;
    book.transcript.note('ai', text, book.nowSinceAnswerMs());
  }

  report(info: TransferInfo): void {
    const { book, store, record, publish, isOver, changed } = this.#parts;
    this.#info = info;
    book.patch({ transfer: info });
    if (isOver()) publish({ type: 'call.changed', call: store.attempts.summary(record) });
    else changed();
  }

  request(request: TransferRequest | null): void {
    const { attention, changed } = this.#parts;
    this.#request = request;
    attention.transferAsked(request && (request.targetName === null ? 'Wants to transfer' : `Wants to transfer to ${request.targetName}`));
    changed();
  }

  charge(ms: number): void {
    this.#parts.book.usage(legCost(this.record.carrier, ms));
  }

  usage(lines: readonly UsageLine[]): void {
    for (const line of lines) this.#parts.book.usage(line);
  }

  /** The line itself rings somebody now. */
  coldRinging(target: TransferTarget): void {
    this.#tellCold(target, 'ringing', null);
  }

  /** They have picked up and talk with the lead. */
  coldAnswered(target: TransferTarget): void {
    if (this.isDialTaken) return;
    this.#tellCold(target, 'connected', null);
    this.#noteTransfer(target.name, this.#coldAskedBy);
  }

  /** The line has come back, or is over. @param cause the carrier's own word, where it says one */
  coldEnded(target: TransferTarget, result: DialResult, cause: string): void {
    // Not every carrier tells of the answer before the end.
    if (result === 'answered') this.coldAnswered(target);
    else this.#tellCold(target, result, cause);
  }

  /** Whom the line itself rang has picked up. */
  get isDialTaken(): boolean {
    return this.#info?.kind === 'cold' && this.#info.state === 'connected';
  }

  /** Whoever wanted it did it; whoever has the call now is named beside them. */
  #noteTransfer(toName: string, { kind, name }: AskedBy): void {
    const who = name ?? (kind === 'ai' ? `${this.script.agent.name} (AI)` : 'Operator');
    this.#parts.people.note(who, 'transferred', kind === 'ai' && name !== null ? `to ${toName}, as the AI asked` : `to ${toName}`);
  }

  #tellCold(target: TransferTarget, stage: TransferStage, cause: string | null): void {
    const { clock } = this.#parts;
    const isOpen = this.#info?.state === 'ringing' || (this.#info?.state === 'connected' && stage !== 'ringing');
    const goesOn = this.#info?.kind === 'cold' && isOpen ? this.#info.id : null;
    this.report({
      id: goesOn ?? newId<TransferId>('transfer'),
      kind: 'cold',
      toName: target.name,
      toNumber: target.number,
      state: stage,
      message: transferMessage(stage, target.name),
      requestedBy: this.#coldAskedBy.kind,
      ...(this.#coldAskedBy.name === null ? {} : { requestedByName: this.#coldAskedBy.name }),
      since: new Date(clock.nowMs()).toISOString(),
      ...(cause === null ? {} : { cause }),
    });
  }
}

const ringing: ReadonlySet<TransferStage> = new Set(['ringing', 'briefing', 'accepted']);

/** What a second leg with two-way audio costs, by started minute. */
function legCost(carrier: CarrierName, ms: number): CostLine {
  const { perMinuteMicros, streamPerMinuteMicros, machineDetectionMicros } = carrierRates[carrier];
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return {
    kind: 'transfer',
    micros: minutes * (perMinuteMicros + streamPerMinuteMicros) + machineDetectionMicros,
    detail: `${minutes} started ${minutes === 1 ? 'minute' : 'minutes'} of the second leg`,
    estimated: true,
  };
}
