import type { Call, Segment } from '#bridge/contract/calls.ts';
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
    transcript: live ? withUnfinished(transcripts.list(record.id), live.unfinishedWords) : [...transcripts.list(record.id)],
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

/** Whoever opens a call in the middle of a sentence reads it as well. */
function withUnfinished(stored: readonly Segment[], unfinished: readonly Segment[]): Segment[] {
  return [...stored, ...unfinished].sort((a, b) => a.startMs - b.startMs);
}

function recordingOf({ recordings }: Store, { recordingFile, callId }: AttemptRecord): Pick<Call, 'recording'> {
  const durationMs = recordingFile === null ? null : recordings.durationMs(recordingFile);
  if (recordingFile === null || durationMs === null) return {};
  const hasOperator = recordings.durationMs(operatorFileOf(recordingFile)) !== null;
  const url = `/recordings/${callId}.wav`;
  return { recording: { durationMs, channels: 2, url, ...(hasOperator ? { operatorUrl: operatorFileOf(url) } : {}) } };
}
