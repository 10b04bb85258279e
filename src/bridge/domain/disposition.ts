import type { AnswerType, Disposition, Outcome, Party } from '#bridge/contract/words.ts';

/** A human who leaves sooner than this has refused softly; it counts as a conversation only beyond it. */
const earlyMs = 10_000;

const byOutcome: Readonly<Record<Exclude<Outcome, 'completed'>, Disposition>> = {
  'no-answer': 'no-answer',
  busy: 'busy',
  rejected: 'rejected',
  'invalid-number': 'invalid-number',
  'barred-destination': 'invalid-number',
  'blocked-by-network': 'failed',
  congestion: 'failed',
  'carrier-error': 'failed',
  'our-error': 'failed',
  cancelled: 'failed',
  unknown: 'unknown',
};

/** What a finished attempt meant for the business. What was decided on the call wins over what can be guessed from its end. */
export function dispositionOf(call: {
  readonly outcome: Outcome;
  readonly optedOut: boolean;
  readonly decided: Disposition | null;
  readonly answerType: AnswerType | null;
  readonly announced: boolean;
  readonly talkMs: number;
  readonly endedBy: Party;
}): Disposition {
  if (call.optedOut) return 'do-not-call';
  if (call.decided !== null) return call.decided;
  if (call.outcome !== 'completed') return byOutcome[call.outcome];
  if (call.answerType === 'machine' || call.answerType === 'fax') return 'voicemail-no-message';
  if (call.endedBy === 'lead' && call.talkMs < earlyMs) return 'hung-up-early';
  return call.announced ? 'announcement-heard' : 'talked';
}
