import type { CallDocument, DocumentMoment } from '../carriers/carrier.ts';
import type { FlowState } from '../domain/call-flow.ts';
import { documentAfterStream } from '../domain/call-flow.ts';
import type { CallScript } from './call-script.ts';

/** A stream that broke off while it was needed is opened again this often; then something is wrong that another try does not mend. */
const maxStreams = 4;

export interface DocumentFacts {
  readonly over: boolean;
  readonly flow: FlowState;
  /** A realtime voice can be had, so far as we know. */
  readonly wantsStream: boolean;
  /** The AI session of this call is up. */
  readonly voiceAlive: boolean;
  readonly streams: number;
  /** The lead has heard something from us on a stream. */
  readonly hasSpoken: boolean;
  readonly optedOut: boolean;
}

/** What the leg shall run now. Pure, and from memory: somebody stands at the phone. */
export function documentFor(moment: DocumentMoment['kind'], facts: DocumentFacts, script: CallScript): CallDocument {
  const sorry: CallDocument = { kind: 'say-and-hang-up', ...script.brokeOff };
  if (facts.over) return { kind: 'hang-up' };
  switch (moment) {
    case 'answered':
      return facts.wantsStream ? { kind: 'stream' } : { kind: 'announce', ...script.announcement };
    case 'fallback':
      return { kind: 'say-and-hang-up', ...script.notReached };
    case 'digits':
      return facts.optedOut ? { kind: 'say-and-hang-up', ...script.optedOut } : { kind: 'hang-up' };
    case 'dial-ended':
      return facts.flow.kind === 'talking' ? again(facts, sorry) : { kind: 'hang-up' };
    case 'stream-ended':
      return afterStream(facts, script, sorry);
  }
}

function afterStream(facts: DocumentFacts, script: CallScript, sorry: CallDocument): CallDocument {
  switch (documentAfterStream(facts.flow)) {
    case 'hang-up':
      return { kind: 'hang-up' };
    case 'announce':
      // Who has been talking with us is owed an apology, not an announcement from the beginning.
      return facts.hasSpoken ? sorry : { kind: 'announce', ...script.announcement };
    case 'transfer':
      return facts.flow.kind === 'transferring'
        ? {
            kind: 'dial',
            number: facts.flow.target.number,
            callerId: script.callerId,
            ringTimeoutMs: 25_000,
            sayFirst: null,
            language: script.announcement.language,
          }
        : sorry;
    case 'stream':
      return again(facts, sorry);
  }
}

/** The AI still has the call, so the leg gets a new stream. */
function again(facts: DocumentFacts, sorry: CallDocument): CallDocument {
  return facts.streams < maxStreams && facts.voiceAlive ? { kind: 'stream' } : sorry;
}
