import type { CallDocument, DocumentMoment } from '../carriers/carrier.ts';
import type { FlowState } from '../domain/call-flow.ts';
import { documentAfterStream } from '../domain/call-flow.ts';
import type { CallScript } from './call-script.ts';

/** A stream that broke off while it was needed is opened again this often; then something is wrong that another try does not mend. */
const maxStreams = 4;

export interface DocumentFacts {
  readonly over: boolean;
  readonly flow: FlowState;
  /** The AI session of this call is up. */
  readonly voiceAlive: boolean;
  readonly streams: number;
  /** The lead has been in conversation with us. */
  readonly hasConversed: boolean;
  /** They know who is calling. */
  readonly heardUs: boolean;
  readonly optedOut: boolean;
  /** They have pressed the key for it. */
  readonly wantsCallback: boolean;
  /** How often an announcement was spoken again after a key. */
  readonly saidAgain: number;
}

/** Whoever presses a key that stands for nothing meant another: the announcement is spoken again, so often. A machine may press for ever. */
const maxAgain = 2;

/** What the answer leads to in place of a stream. */
const withoutStream: ReadonlySet<FlowState['kind']> = new Set(['announcing', 'closing', 'transferring']);

/** Somebody of ours has the lead again whom a dial did not reach. */
const comesBack: ReadonlySet<FlowState['kind']> = new Set(['talking', 'disclosing', 'held']);

/** What the leg shall run now. Pure, and from memory: somebody stands at the phone. */
export function documentFor(moment: DocumentMoment, facts: DocumentFacts, script: CallScript): CallDocument {
  const byCarrier = byCarrierOf(facts, script);
  if (facts.over) return { kind: 'hang-up' };
  switch (moment.kind) {
    case 'answered':
      // Carriers ask again when an answer was lost on the way; by then the flow may have gone on.
      return withoutStream.has(facts.flow.kind) ? afterStream(facts, script, byCarrier) : streamOf(script);
    case 'fallback':
      return { kind: 'say-and-hang-up', ...script.notReached };
    case 'digits':
      if (facts.optedOut) return { kind: 'say-and-hang-up', ...script.optedOut };
      if (facts.wantsCallback)
        return script.callbackOffer ? { kind: 'say-and-hang-up', ...script.callbackOffer.noted } : { kind: 'hang-up' };
      return moment.digits !== '' && facts.saidAgain < maxAgain ? byCarrier : { kind: 'hang-up' };
    case 'dial-ended':
      if (facts.flow.kind === 'announcing') return byCarrier;
      return comesBack.has(facts.flow.kind) ? again(facts, script, byCarrier) : { kind: 'hang-up' };
    case 'stream-ended':
    case 'said':
    case 'waited':
    case 'relay-ended':
      return afterStream(facts, script, byCarrier);
  }
}

/** What the carrier's own voice says when no AI can talk any more. */
function byCarrierOf({ hasConversed, heardUs }: DocumentFacts, { callbackOffer, brokeOff, announcement }: CallScript): CallDocument {
  if (callbackOffer) return { kind: 'announce', ...(hasConversed || heardUs ? callbackOffer.later : callbackOffer.first) };
  // Who has been talking with us is owed an apology, not an announcement from the beginning.
  return hasConversed ? { kind: 'say-and-hang-up', ...brokeOff } : { kind: 'announce', ...announcement };
}

function afterStream(facts: DocumentFacts, script: CallScript, byCarrier: CallDocument): CallDocument {
  switch (documentAfterStream(facts.flow)) {
    case 'hang-up':
      return { kind: 'hang-up' };
    case 'announce':
      return byCarrier;
    case 'transfer':
      return facts.flow.kind === 'transferring'
        ? {
            kind: 'dial',
            number: facts.flow.target.number,
            callerId: script.callerId,
            ringTimeoutMs: 25_000,
            sayFirst: facts.flow.target.sayFirst ?? null,
            language: script.announcement.language,
          }
        : byCarrier;
    case 'stream':
      return again(facts, script, byCarrier);
  }
}

/** The AI, or a person, still has the call, so the leg gets a new stream. */
function again(facts: DocumentFacts, script: CallScript, byCarrier: CallDocument): CallDocument {
  return facts.streams < maxStreams && (facts.voiceAlive || facts.flow.kind === 'held') ? streamOf(script) : byCarrier;
}

function streamOf({ brokeOff }: CallScript): CallDocument {
  return { kind: 'stream', apology: brokeOff };
}
