import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { Attention, Segment, ToolCall, TurnLatency } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { AnswerType } from '#bridge/contract/words.ts';
import { type AttentionEvent, type CallFacts, stepAttention } from '../../domain/attention.ts';
import { calm, gravest, type Need } from '../../domain/attention-needs.ts';
import type { Dismissals } from '../../domain/attention-tuning.ts';
import { Timers } from '../timers.ts';

/** How often a call is looked at: what is missing is not told by anybody. */
const lookEveryMs = 1_000;
/** Money is counted from the store, and moves slowly. */
const looksPerCount = 15;

export interface CallAttentionParts {
  readonly callId: CallId;
  readonly clock: Clock;
  readonly publish: Publish;
  /** What can be seen at this moment, but for the money. */
  facts(): Omit<CallFacts, 'budget'>;
  budget(): CallFacts['budget'];
  /** Of the campaign. */
  dismissals(): Dismissals;
  /** Sentences that the AI has to say, so that it does not repeat itself with them. */
  readonly fixed: readonly (string | null)[];
  changed(): void;
}

/** Watches one call for what needs a person, and tells when that changes. Never on the audio path. */
export class CallAttention {
  readonly #parts: CallAttentionParts;
  readonly #timers: Timers<'look'>;
  #state = calm;
  #told: Need | null = null;
  #looks = 0;
  #budget: CallFacts['budget'] = null;
  #closed = false;

  constructor(parts: CallAttentionParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#state = stepAttention(calm, { type: 'tuned', dismissals: parts.dismissals() });
    this.#lookLater();
  }

  get current(): Attention | null {
    const need = this.#told;
    if (need === null) return null;
    const { rule, level, reason, sinceMs, segmentId } = need;
    return { rule, level, reason, since: new Date(sinceMs).toISOString(), ...(segmentId === null ? {} : { segmentId }) };
  }

  /** A piece of transcript is new or has changed. */
  segment({ id, speaker, text, final, interrupted }: Segment): void {
    if (!final) return;
    const words = { atMs: this.#nowMs(), segmentId: id, text };
    if (speaker === 'lead') {
      this.#step({ type: 'lead.spoke', ...words });
      this.#soon({ type: 'lead.said', ...words });
    }
    // Whoever was interrupted may say it again.
    if (speaker === 'ai' && !interrupted && !this.#parts.fixed.includes(text)) this.#soon({ type: 'ai.said', ...words });
  }

  tool({ name, result }: Pick<ToolCall, 'name' | 'result'>): void {
    this.#step({ type: 'tool.answered', atMs: this.#nowMs(), name, ok: isOk(result) });
  }

  turn({ latencyMs }: TurnLatency): void {
    this.#step({ type: 'ai.replied', atMs: this.#nowMs(), latencyMs });
  }

  /** Something has happened on the call. */
  look(): void {
    this.#step({ type: 'seen', atMs: this.#nowMs(), facts: { ...this.#parts.facts(), budget: this.#budget } });
  }

  /** Somebody has taken the call in hand. */
  personActed(): void {
    this.#step({ type: 'person.acted' });
  }

  /** What it shows now is not needed, nor anything more of that rule. @returns the rule; null when it shows nothing */
  notNeeded(): AttentionRule | null {
    const rule = this.#told?.rule ?? null;
    if (rule !== null) this.#step({ type: 'not-needed', rule });
    return rule;
  }

  /** Read again what was not needed in the campaign. */
  tune(): void {
    this.#step({ type: 'tuned', dismissals: this.#parts.dismissals() });
  }

  /** The carrier tells who picked up. */
  carrierSays(answerType: AnswerType): void {
    this.#step({ type: 'carrier.said', answerType });
  }

  /** A person has said who picked up: there is no doubt left. */
  pickUpKnown(): void {
    this.#step({ type: 'not-needed', rule: 'voicemail' });
  }

  /** The AI has got the call back by itself. @param reason in words */
  returned(reason: string): void {
    this.#step({ type: 'returned', atMs: this.#nowMs(), reason });
  }

  /** The AI waits for an operator's word on a transfer. @param reason in words; null when it waits no more */
  transferAsked(reason: string | null): void {
    this.#step({ type: 'transfer.asked', atMs: this.#nowMs(), reason });
  }

  /** The call is over; nobody is needed any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clear();
    this.#tell(null);
  }

  #lookLater(): void {
    this.#timers.start('look', lookEveryMs, () => {
      if (this.#looks % looksPerCount === 0) this.#budget = this.#parts.budget();
      this.#looks += 1;
      this.#lookLater();
      this.look();
    });
  }

  /** Hundreds of expressions are looked for in words, and nobody waits for what they find: the frames of other calls go first. */
  #soon(event: AttentionEvent): void {
    this.#parts.clock.after(0, () => this.#step(event));
  }

  #step(event: AttentionEvent): void {
    if (this.#closed) return;
    this.#state = stepAttention(this.#state, event);
    this.#tell(gravest(this.#state));
  }

  #tell(need: Need | null): void {
    if (need === this.#told) return;
    this.#told = need;
    const rank = need === null ? 0 : need.level === 'look' ? 1 : 2;
    this.#parts.publish({
      type: 'call.attention',
      callId: this.#parts.callId,
      reason: need?.reason ?? null,
      rank,
      ...(need && { rule: need.rule }),
    });
    this.#parts.changed();
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }
}

/** What a tool is answered is ours: an object that says whether it was done. */
function isOk(result: string): boolean {
  return !/^\s*\{\s*"ok"\s*:\s*false\b/.test(result);
}
