import type { Migration } from '../migrate.ts';

/**
 * `seq` columns count in order of creation and are what rows inside the file refer to; `id` is what the outside knows. An attempt is
 * open in every phase but `ended`, so that a phase added later holds its lead and number too until somebody decides otherwise.
 */
const agents = `
CREATE TABLE agents (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE agent_versions (
  agent_id TEXT NOT NULL REFERENCES agents(id),
  version INTEGER NOT NULL,
  recipe TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (agent_id, version)
) STRICT;

CREATE TRIGGER agent_versions_stay BEFORE UPDATE ON agent_versions
BEGIN SELECT RAISE(ABORT, 'a version of an agent never changes'); END;
`;

const campaigns = `
CREATE TABLE campaigns (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  state_reason TEXT,
  name TEXT NOT NULL,
  agent_id TEXT NOT NULL REFERENCES agents(id),
  carrier TEXT NOT NULL,
  world TEXT NOT NULL CHECK (world IN ('real', 'rehearsal')),
  from_numbers TEXT NOT NULL,
  ladder TEXT NOT NULL,
  lines INTEGER NOT NULL,
  calls_per_second REAL NOT NULL,
  calling_window TEXT NOT NULL,
  retry TEXT NOT NULL,
  budget_micros INTEGER,
  answering_machine TEXT NOT NULL,
  ring_seconds INTEGER NOT NULL,
  max_call_seconds INTEGER NOT NULL,
  compliance TEXT NOT NULL,
  countries TEXT NOT NULL,
  record_at_carrier INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  started_at_ms INTEGER,
  ended_at_ms INTEGER
) STRICT;

-- Running counts, kept by triggers in the transaction of what they count, so that no screen or gate has to scan a big campaign.
CREATE TABLE tallies (
  campaign_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('lead', 'attempts', 'outcome', 'disposition', 'spent', 'refusal')),
  name TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, kind, name)
) STRICT, WITHOUT ROWID;
`;

const leads = `
CREATE TABLE leads (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  campaign_id TEXT NOT NULL REFERENCES campaigns(id),
  phone TEXT NOT NULL,
  country TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ready', 'dialling', 'waiting', 'done', 'suppressed', 'unknown')),
  state_reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_outcome TEXT,
  disposition TEXT,
  next_attempt_at_ms INTEGER,
  time_zones TEXT NOT NULL,
  fields TEXT NOT NULL,
  consent TEXT,
  -- The refusal that was counted last; the same one is not counted again while it stands.
  refusal TEXT,
  created_at_ms INTEGER NOT NULL,
  UNIQUE (phone, campaign_id)
) STRICT;
CREATE INDEX leads_by_campaign ON leads(campaign_id);
CREATE INDEX leads_by_state ON leads(campaign_id, state);
CREATE INDEX leads_waiting ON leads(campaign_id, next_attempt_at_ms) WHERE state = 'waiting';

CREATE TABLE suppressions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL,
  world TEXT NOT NULL CHECK (world IN ('real', 'rehearsal')),
  reason TEXT NOT NULL,
  source TEXT,
  created_at_ms INTEGER NOT NULL,
  UNIQUE (number, world)
) STRICT;

CREATE TABLE suppression_removals (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  number TEXT NOT NULL,
  world TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT,
  created_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER NOT NULL,
  removed_because TEXT NOT NULL
) STRICT;
`;

const attempts = `
CREATE TABLE attempts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  call_id TEXT NOT NULL UNIQUE,
  campaign_id TEXT REFERENCES campaigns(id),
  lead_id TEXT REFERENCES leads(id),
  lead_name TEXT,
  agent_id TEXT NOT NULL,
  agent_version INTEGER NOT NULL,
  world TEXT NOT NULL CHECK (world IN ('real', 'rehearsal')),
  carrier TEXT NOT NULL,
  to_number TEXT NOT NULL,
  from_number TEXT NOT NULL,
  ladder TEXT NOT NULL,
  variables TEXT NOT NULL,
  compliance TEXT NOT NULL,
  consent TEXT,
  ring_timeout_ms INTEGER NOT NULL,
  max_call_ms INTEGER NOT NULL,
  answering_machine TEXT NOT NULL,
  record_at_carrier INTEGER NOT NULL,
  reserved_micros INTEGER NOT NULL,
  deadline_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('intent', 'submitting', 'accepted', 'ringing', 'answered', 'unknown', 'ended')),
  request_id TEXT,
  carrier_call_id TEXT,
  submitted_at_ms INTEGER,
  ringing_at_ms INTEGER,
  answered_at_ms INTEGER,
  ended_at_ms INTEGER,
  rung TEXT,
  outcome TEXT,
  disposition TEXT,
  answer_type TEXT,
  hangup_cause TEXT,
  ended_by TEXT,
  ended_reason TEXT,
  talk_ms INTEGER NOT NULL DEFAULT 0,
  cost_micros INTEGER NOT NULL DEFAULT 0,
  disclosure_played_at_ms INTEGER,
  recording_file TEXT,
  note TEXT,
  -- Retention: when each class of data may be deleted, set when the attempt ends. A legal hold stops all of it.
  audio_until_ms INTEGER,
  transcript_until_ms INTEGER,
  detail_until_ms INTEGER,
  legal_hold INTEGER NOT NULL DEFAULT 0,
  CHECK ((phase = 'ended') = (ended_at_ms IS NOT NULL))
) STRICT;

-- Never two dials at once, whoever asks: these refuse the second one even when two processes race.
CREATE UNIQUE INDEX one_open_attempt_per_lead ON attempts(lead_id) WHERE phase <> 'ended' AND lead_id IS NOT NULL;
CREATE UNIQUE INDEX one_open_attempt_per_number ON attempts(to_number, world) WHERE phase <> 'ended';

-- The few open ones, with what the gate sums up at each dial.
CREATE INDEX attempts_open ON attempts(created_at_ms, campaign_id, world, reserved_micros) WHERE phase <> 'ended';
CREATE INDEX attempts_by_number ON attempts(to_number, world, created_at_ms);
CREATE INDEX attempts_by_lead ON attempts(lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX attempts_by_time ON attempts(created_at_ms);
CREATE INDEX attempts_by_campaign ON attempts(campaign_id, created_at_ms);
CREATE INDEX attempts_by_world ON attempts(world, created_at_ms);
-- Partial, so that the write before a dial touches as few pages as it can.
CREATE INDEX attempts_by_outcome ON attempts(outcome, created_at_ms) WHERE outcome IS NOT NULL;
CREATE INDEX attempts_by_disposition ON attempts(disposition, created_at_ms) WHERE disposition IS NOT NULL;
CREATE INDEX attempts_by_rung ON attempts(rung, created_at_ms) WHERE rung IS NOT NULL;
CREATE INDEX attempts_by_campaign_outcome ON attempts(campaign_id, outcome, created_at_ms) WHERE outcome IS NOT NULL;
CREATE INDEX attempts_by_campaign_disposition ON attempts(campaign_id, disposition, created_at_ms) WHERE disposition IS NOT NULL;
CREATE INDEX attempts_audio_until ON attempts(audio_until_ms) WHERE audio_until_ms IS NOT NULL;
CREATE INDEX attempts_transcript_until ON attempts(transcript_until_ms) WHERE transcript_until_ms IS NOT NULL;
`;

const details = `
CREATE TABLE hops (
  seq INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  name TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  since_dial_ms REAL NOT NULL,
  detail TEXT
) STRICT;
CREATE INDEX hops_by_attempt ON hops(attempt);

CREATE TABLE marks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  at_ms INTEGER NOT NULL,
  offset_ms INTEGER NOT NULL,
  note TEXT
) STRICT;
CREATE INDEX marks_by_attempt ON marks(attempt);

CREATE TABLE cost_lines (
  seq INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  micros INTEGER NOT NULL,
  detail TEXT NOT NULL,
  estimated INTEGER NOT NULL
) STRICT;
CREATE INDEX cost_lines_by_attempt ON cost_lines(attempt);

CREATE TABLE tool_calls (
  seq INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  name TEXT NOT NULL,
  arguments TEXT NOT NULL,
  result TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX tool_calls_by_attempt ON tool_calls(attempt);

CREATE TABLE turns (
  seq INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  end_of_speech_ms INTEGER NOT NULL,
  first_audio_ms INTEGER NOT NULL,
  latency_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX turns_by_attempt ON turns(attempt);
`;

const segments = `
CREATE TABLE segments (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  attempt INTEGER NOT NULL REFERENCES attempts(seq) ON DELETE CASCADE,
  speaker TEXT NOT NULL,
  text TEXT NOT NULL,
  heard_text TEXT,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  final INTEGER NOT NULL,
  interrupted INTEGER
) STRICT;
CREATE UNIQUE INDEX segments_by_id ON segments(id, attempt);
CREATE INDEX segments_by_time ON segments(attempt, start_ms);

-- Only what will not change any more can be found. The index keeps no text of its own: it reads it through this view.
CREATE VIEW final_segments AS SELECT seq, text FROM segments WHERE final = 1;
CREATE VIRTUAL TABLE segment_index USING fts5(
  text, content = 'final_segments', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
-- Without it, words of deleted rows stay readable in the index's pages.
INSERT INTO segment_index(segment_index, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER segments_added AFTER INSERT ON segments WHEN new.final = 1
BEGIN INSERT INTO segment_index(rowid, text) VALUES (new.seq, new.text); END;
CREATE TRIGGER segments_deleted AFTER DELETE ON segments WHEN old.final = 1
BEGIN INSERT INTO segment_index(segment_index, rowid, text) VALUES ('delete', old.seq, old.text); END;
CREATE TRIGGER segments_changed AFTER UPDATE OF text, final ON segments BEGIN
  INSERT INTO segment_index(segment_index, rowid, text) SELECT 'delete', old.seq, old.text WHERE old.final = 1;
  INSERT INTO segment_index(rowid, text) SELECT new.seq, new.text WHERE new.final = 1;
END;
`;

const rest = `
CREATE TABLE clips (
  key TEXT NOT NULL PRIMARY KEY,
  audio BLOB NOT NULL,
  text TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  used_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX clips_by_use ON clips(used_at_ms, bytes);

-- Recordings that are being written. A row that is still here at the next start names a file whose writer was killed.
CREATE TABLE open_recordings (
  file TEXT NOT NULL PRIMARY KEY,
  opened_at_ms INTEGER NOT NULL
) STRICT;
`;

const count = (campaign: string, kind: string, name: string, amount: string) =>
  `INSERT INTO tallies VALUES (${campaign}, '${kind}', ${name}, ${amount}) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;`;

const tallies = `
CREATE TRIGGER leads_counted AFTER INSERT ON leads BEGIN ${count('new.campaign_id', 'lead', 'new.state', '1')} END;
CREATE TRIGGER leads_recounted AFTER UPDATE OF state ON leads WHEN new.state <> old.state BEGIN
  ${count('old.campaign_id', 'lead', 'old.state', '-1')}
  ${count('new.campaign_id', 'lead', 'new.state', '1')}
END;
CREATE TRIGGER leads_uncounted AFTER DELETE ON leads BEGIN ${count('old.campaign_id', 'lead', 'old.state', '-1')} END;

CREATE TRIGGER attempts_counted AFTER INSERT ON attempts WHEN new.campaign_id IS NOT NULL BEGIN
  ${count('new.campaign_id', 'attempts', "''", '1')}
END;
CREATE TRIGGER attempts_uncounted AFTER DELETE ON attempts WHEN old.campaign_id IS NOT NULL BEGIN
  ${count('old.campaign_id', 'attempts', "''", '-1')}
  ${count('old.campaign_id', 'spent', "''", '-old.cost_micros')}
END;
CREATE TRIGGER cost_recounted AFTER UPDATE OF cost_micros ON attempts
WHEN new.campaign_id IS NOT NULL AND new.cost_micros <> old.cost_micros BEGIN
  ${count('new.campaign_id', 'spent', "''", 'new.cost_micros - old.cost_micros')}
END;
${['outcome', 'disposition']
  .map(
    (kind) => `
CREATE TRIGGER ${kind}_counted AFTER UPDATE OF ${kind} ON attempts
WHEN new.campaign_id IS NOT NULL AND new.${kind} IS NOT NULL AND new.${kind} IS NOT old.${kind} BEGIN
  ${count('new.campaign_id', kind, `new.${kind}`, '1')}
END;
CREATE TRIGGER ${kind}_uncounted AFTER UPDATE OF ${kind} ON attempts
WHEN new.campaign_id IS NOT NULL AND old.${kind} IS NOT NULL AND new.${kind} IS NOT old.${kind} BEGIN
  ${count('old.campaign_id', kind, `old.${kind}`, '-1')}
END;
CREATE TRIGGER ${kind}_deleted AFTER DELETE ON attempts WHEN old.campaign_id IS NOT NULL AND old.${kind} IS NOT NULL BEGIN
  ${count('old.campaign_id', kind, `old.${kind}`, '-1')}
END;`,
  )
  .join('')}
`;

export const firstTables: Migration = {
  id: 1,
  name: 'first tables',
  up: (sql) => sql.script([agents, campaigns, leads, attempts, details, segments, rest, tallies].join('\n')),
};
