import type { Segment } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { flag } from './columns.ts';
import type { Sql } from './sql.ts';
import type { TranscriptTable } from './store.ts';

interface SegmentRow {
  readonly id: Segment['id'];
  readonly speaker: Segment['speaker'];
  readonly text: string;
  readonly heard_text: string | null;
  readonly heard_estimated: number | null;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly final: number;
  readonly interrupted: number | null;
}

/** Triggers of the schema keep the search index in step with final segments. */
export function transcriptTable(sql: Sql): TranscriptTable {
  return {
    save: (attempt, segment) => {
      const saved = sql.run(
        `INSERT INTO segments (id, attempt, speaker, text, heard_text, heard_estimated, start_ms, end_ms, final, interrupted)
         SELECT @id, seq, @speaker, @text, @heardText, @heardEstimated, @startMs, @endMs, @final, @interrupted FROM attempts WHERE id = @attempt
         ON CONFLICT (id, attempt) DO UPDATE SET speaker = excluded.speaker, text = excluded.text, heard_text = excluded.heard_text,
           heard_estimated = excluded.heard_estimated,
           start_ms = excluded.start_ms, end_ms = excluded.end_ms, final = excluded.final, interrupted = excluded.interrupted`,
        {
          id: segment.id,
          attempt,
          speaker: segment.speaker,
          text: segment.text,
          heardText: segment.heardText ?? null,
          heardEstimated: segment.heardEstimated === undefined ? null : flag(segment.heardEstimated),
          startMs: segment.startMs,
          endMs: segment.endMs,
          final: flag(segment.final),
          interrupted: segment.interrupted === undefined ? null : flag(segment.interrupted),
        },
      );
      if (saved === 0) throw new BridgeError('not-found', `There is no attempt ${attempt}.`);
    },

    list: (attempt) =>
      sql
        .all<SegmentRow>('SELECT * FROM segments WHERE attempt = (SELECT seq FROM attempts WHERE id = ?) ORDER BY start_ms, seq', attempt)
        .map(toSegment),

    erase: (attempt) => {
      const erased = sql.run('DELETE FROM segments WHERE attempt = (SELECT seq FROM attempts WHERE id = ?)', attempt);
      sql.checkpoint();
      return erased;
    },
  };
}

function toSegment(row: SegmentRow): Segment {
  return {
    id: row.id,
    speaker: row.speaker,
    text: row.text,
    ...(row.heard_text === null ? {} : { heardText: row.heard_text }),
    ...(row.heard_estimated === null ? {} : { heardEstimated: row.heard_estimated === 1 }),
    startMs: row.start_ms,
    endMs: row.end_ms,
    final: row.final === 1,
    ...(row.interrupted === null ? {} : { interrupted: row.interrupted === 1 }),
  };
}
