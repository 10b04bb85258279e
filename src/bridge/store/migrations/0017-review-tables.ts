import type { Migration } from '../migrate.ts';

const tables = `
-- Labels that people put on calls: few beside all calls, so that those with one of them are looked up by row.
CREATE TABLE call_tags (
  tag TEXT NOT NULL COLLATE NOCASE,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  PRIMARY KEY (tag, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_tags_by_attempt ON call_tags(attempt);

-- What people answered by the scorecard, with the questions as they were then.
CREATE TABLE call_scores (
  attempt INTEGER PRIMARY KEY REFERENCES attempts(seq) ON DELETE CASCADE,
  -- Null while an answer is missing, or when no question applies.
  points INTEGER,
  items TEXT NOT NULL,
  scored_by TEXT NOT NULL,
  scored_at_ms INTEGER NOT NULL
) STRICT;

-- Stretches of a recording that people cut out; the sound stays where it is.
CREATE TABLE call_clips (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  note TEXT,
  made_by TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX call_clips_by_attempt ON call_clips(attempt);
`;

export const reviewTables: Migration = {
  id: 17,
  name: 'review tables',
  up: (sql) => sql.script(tables),
};
