import type { Call } from '#bridge/contract/calls.ts';
import { operatorFileOf } from '../store/operator-file.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { LiveCall } from './live-call.ts';

/** A call with all that is known of it. @param live the call in memory, while it goes on */
export function callView(store: Store, record: AttemptRecord, live: LiveCall | null): Call {
  const { attempts, transcripts } = store;
  return {
    ...(live ? live.summary() : attempts.summary(record)),
    hops: [...attempts.hops(record.id)],
    transcript: [...transcripts.list(record.id)],
    toolCalls: [...attempts.toolCalls(record.id)],
    turns: [...attempts.turns(record.id)],
    marks: [...attempts.marks(record.id)],
    nudges: [...attempts.nudges(record.id)],
    involvements: [...attempts.involvements(record.id)],
    costs: [...attempts.costs(record.id)],
    rungChanges: [...attempts.rungChanges(record.id)],
    disclosurePlayedAt: record.disclosurePlayedAtMs === null ? null : new Date(record.disclosurePlayedAtMs).toISOString(),
    ...recordingOf(store, record),
    note: record.note,
    legalHold: record.legalHold,
    ...(record.talk === null ? {} : { talk: record.talk }),
    ...(record.answerReason === null ? {} : { answerReason: record.answerReason }),
  };
}

function recordingOf({ recordings }: Store, { recordingFile, callId }: AttemptRecord): Pick<Call, 'recording'> {
  const durationMs = recordingFile === null ? null : recordings.durationMs(recordingFile);
  if (recordingFile === null || durationMs === null) return {};
  const hasOperator = recordings.durationMs(operatorFileOf(recordingFile)) !== null;
  const url = `/recordings/${callId}.wav`;
  return { recording: { durationMs, channels: 2, url, ...(hasOperator ? { operatorUrl: operatorFileOf(url) } : {}) } };
}
