import type { CallSummary, Holder } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CallState, Floor } from '#bridge/contract/words.ts';
import type { AttemptState } from '../domain/attempt.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { Conversation } from './conversation.ts';
import type { CallPeople } from './person/call-people.ts';
import type { Hearers } from './person/hearers.ts';
import type { CallAttention } from './record/call-attention.ts';
import type { CallBook } from './record/call-book.ts';
import { Since } from './since.ts';
import type { CallTransfer } from './transfer/call-transfer.ts';

export interface LiveViewParts {
  readonly record: AttemptRecord;
  readonly clock: Clock;
  readonly book: CallBook;
  readonly attention: CallAttention;
  readonly people: CallPeople;
  readonly transfer: CallTransfer;
  readonly hearers: Hearers;
  readonly conversation: Conversation;
  attempt(): AttemptState['kind'];
}

/** One call as whoever watches sees it: what it does at this moment, since when, and who speaks for us. */
export class LiveView {
  readonly #parts: LiveViewParts;
  readonly #holderSince: Since<string>;
  readonly #stateSince: Since<CallState>;
  readonly #speakingSince: Since<Floor | 'thinking' | null>;

  constructor(parts: LiveViewParts) {
    this.#parts = parts;
    const { answeredAtMs, ringingAtMs, submittedAtMs, createdAtMs } = parts.record;
    const nowMs = parts.clock.nowMs();
    this.#stateSince = new Since(answeredAtMs ?? ringingAtMs ?? submittedAtMs ?? createdAtMs);
    this.#speakingSince = new Since(nowMs);
    this.#holderSince = new Since(nowMs);
  }

  summary(): CallSummary {
    const { book, hearers, attention, transfer, attempt } = this.#parts;
    const { rung, rungChange, talkMs, costMicros } = book;
    const base = { ...book.stored, ...(rungChange === null ? {} : { rungChange }) };
    if (attempt() === 'ended') return base;
    const { state, stateSinceMs, speaking, thinking, speakingSinceMs } = this.look();
    const { line: lastLine, speaker: lastSpeaker } = book.last ?? { line: base.lastLine, speaker: base.lastSpeaker };
    const holder = this.#isTalking ? this.#holder() : null;
    return {
      ...base,
      holder,
      heldBy: holder?.kind === 'ai' ? null : (holder?.name ?? null),
      transfer: transfer.info,
      transferRequest: transfer.asked,
      state,
      stateSince: new Date(stateSinceMs).toISOString(),
      speaking,
      thinking,
      speakingSince: speaking === null ? null : new Date(speakingSinceMs).toISOString(),
      listeners: hearers.names,
      attention: attention.current,
      rung,
      talkMs,
      costMicros,
      lastLine,
      lastSpeaker,
    };
  }

  /** What it does at this moment, and since when, epoch milliseconds. To be called at each change, or the times are wrong. */
  look() {
    const { clock, conversation } = this.#parts;
    const nowMs = clock.nowMs();
    const state = this.#state();
    const speaking = this.#isTalking ? conversation.floor : null;
    const thinking = this.#isTalking && conversation.thinking;
    const speakingSinceMs = this.#speakingSince.see(thinking ? 'thinking' : speaking, nowMs);
    return { state, stateSinceMs: this.#stateSince.see(state, nowMs), speaking, thinking, speakingSinceMs };
  }

  get #isTalking(): boolean {
    return this.#parts.attempt() === 'answered';
  }

  /** Who speaks for us: a person, or else the AI, be it with the carrier's own voice. */
  #holder(): Holder {
    const { people, clock } = this.#parts;
    const person = people.holder;
    const sinceMs = this.#holderSince.see(person ? `${person.kind} ${person.since}` : 'ai', clock.nowMs());
    return person ?? { kind: 'ai', name: null, console: null, since: new Date(sinceMs).toISOString() };
  }

  #state(): CallState {
    const { attempt, conversation, transfer } = this.#parts;
    const kind = attempt();
    switch (kind) {
      case 'ended':
      case 'ringing':
        return kind;
      case 'answered': {
        const flow = conversation.flow.kind;
        if (flow === 'transferring' || transfer.isRinging) return 'transferring';
        return flow === 'waiting' || flow === 'opening' ? 'answered' : 'live';
      }
      default:
        return 'dialling';
    }
  }
}
