import type { CallFacts } from '../domain/attention.ts';
import type { Dismissals } from '../domain/attention-tuning.ts';
import { type FlowState, holderOf, isConversing } from '../domain/call-flow.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { CallBook } from './record/call-book.ts';

/** What can be seen of a call at this moment by whoever asks if it needs a person. */
export function factsOf({
  conversation,
  book,
  over,
  wasRestarted,
  isTransferring,
}: {
  readonly conversation: Conversation;
  readonly book: CallBook;
  readonly over: boolean;
  /** Another run of this program has made the first of its way: what is absent here may have been there. */
  readonly wasRestarted: boolean;
  /** Somebody is rung for the lead, who stays on our stream meanwhile. */
  readonly isTransferring: boolean;
}): Omit<CallFacts, 'budget'> {
  const { flow, voiceProblem, floor, optedOut } = conversation;
  const converses = !over && isConversing(flow);
  const hadVoice = voiceProblem !== null || book.hops.has('ai-open');
  return {
    isConversing: converses,
    floor,
    isTransferring: isTransferring || flow.kind === 'transferring',
    rungFell: flow.kind === 'announcing' && hadVoice ? (voiceProblem ?? brokenLine(book) ?? flow.because) : null,
    rungBelow: over ? null : book.rungBelow,
    aiLost: over || flow.kind === 'announcing' || flow.kind === 'closing' || flow.kind === 'ended' ? null : voiceProblem,
    hasOptedOut: optedOut,
    isHeld: holderOf(flow) !== null,
    answerType: book.answerType,
    answeredAtMs: book.answeredAtMs,
    missingHop: over || wasRestarted ? null : missingHop(flow, converses, book),
  };
}

/** An AI that waits in vain for a line is not to blame. */
function brokenLine({ hops }: CallBook): string | null {
  return hops.missing('first-frame-in')?.text ?? null;
}

/** Whose voice speaks decides how far the way must have been gone. */
function missingHop(flow: FlowState, converses: boolean, { hops }: CallBook): CallFacts['missingHop'] {
  if (flow.kind === 'waiting') return hops.missing('ringing');
  if (flow.kind === 'announcing') return hops.missing('document-served');
  return converses ? hops.missing('first-audio-played') : null;
}

/** What the campaign of a call has spent of what it may; null when it has no limit, or there is none. */
export function budgetOf(store: Store, { campaignId }: AttemptRecord): CallFacts['budget'] {
  const limitMicros = campaignId === null ? undefined : store.campaigns.get(campaignId)?.budgetMicros;
  if (campaignId === null || !limitMicros) return null;
  return { spentMicros: store.campaigns.totals(campaignId).spentMicros, limitMicros };
}

/** Which rules nobody needed in the campaign of a call, and how often. */
export function dismissalsOf(store: Store, { campaignId }: AttemptRecord): Dismissals {
  return campaignId === null ? {} : store.attention.dismissals(campaignId);
}

/** What goes on without us: the carrier's own voice speaks, or the lead was put through to a person. */
export function isWithCarrier({ transfer, rung, answeredAtMs }: AttemptRecord): boolean {
  if (answeredAtMs === null) return false;
  return rung === 'announcement' || (transfer?.kind === 'cold' && (transfer.state === 'ringing' || transfer.state === 'connected'));
}
