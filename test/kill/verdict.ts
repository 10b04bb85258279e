import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Segment } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { CreateRequest } from './carrier-door.ts';

/** A call whose audio was flowing when the bridge was killed. */
export interface CutRecording {
  readonly carrierCallId: string;
  readonly to: string;
  /** Epoch milliseconds of the first and the last frame that the carrier had sent by then. */
  readonly firstFrameAtMs: number;
  readonly lastFrameAtMs: number;
}

/** All that the outside saw, to be compared with what the bridge has on its disk. */
export interface Evidence {
  readonly dataDir: string;
  readonly calls: readonly SimCall[];
  readonly creates: readonly CreateRequest[];
  readonly published: ReadonlyMap<CallId, ReadonlyMap<string, Segment>>;
  readonly cut: readonly CutRecording[];
  readonly violations: readonly string[];
}

export interface Verdict {
  readonly problems: readonly string[];
  readonly attempts: number;
  readonly creates: number;
  readonly placed: number;
  readonly duplicates: number;
  readonly segments: number;
  readonly lostSegments: number;
  readonly recordings: number;
  readonly cutRecordings: number;
  /** The most audio that a kill took from the end of a recording. */
  readonly worstLossMs: number;
  readonly unknown: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * Every recording is to be playable to its last second. A machine that is busy with other things may run the bridge's timers late by
 * this half of one more; the table tells the figure.
 */
const lossLimitMs = 1_500;
const headerBytes = 44;
const bytesPerMs = 32;

interface AttemptRow {
  readonly id: string;
  readonly call_id: CallId;
  readonly lead_id: string;
  readonly to_number: string;
  readonly phase: string;
  readonly outcome: string | null;
  readonly carrier_call_id: string | null;
  readonly answered_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly recording_file: string | null;
}

/** Judge a data folder that no bridge uses any more. */
export function judge(evidence: Evidence): Verdict {
  const db = new Database(join(evidence.dataDir, 'ringside.db'));
  try {
    const problems: string[] = [];
    const attempts = db.prepare<[], AttemptRow>('SELECT * FROM attempts').all();
    checkFile(db, problems);
    const duplicates = checkDials(evidence, problems);
    checkFates(db, attempts, evidence, problems);
    const lostSegments = checkSegments(db, evidence, problems);
    const { recordings, cutRecordings, worstLossMs } = checkRecordings(attempts, evidence, problems);
    problems.push(...new Set(evidence.violations.map((violation) => `protocol: ${violation}`)));
    const outcomes: Record<string, number> = {};
    for (const { outcome, phase } of attempts) outcomes[outcome ?? phase] = (outcomes[outcome ?? phase] ?? 0) + 1;
    return {
      problems,
      attempts: attempts.length,
      creates: evidence.creates.length,
      placed: evidence.calls.length,
      duplicates,
      segments: [...evidence.published.values()].reduce((sum, segments) => sum + segments.size, 0),
      lostSegments,
      recordings,
      cutRecordings,
      worstLossMs,
      unknown: attempts.filter(({ phase, outcome }) => phase === 'unknown' || outcome === 'unknown').length,
      outcomes,
    };
  } finally {
    db.close();
  }
}

function checkFile(db: Database.Database, problems: string[]): void {
  const integrity = db.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') problems.push(`database: ${String(integrity)}`);
  const broken = db.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) problems.push(`database: ${broken.length} references to nothing`);
  try {
    db.exec(`INSERT INTO segment_index(segment_index, rank) VALUES ('integrity-check', 1)`);
  } catch (error) {
    problems.push(`search index: ${error instanceof Error ? error.message : String(error)}`);
  }
  const counted = db.prepare<[], { name: string; amount: number }>(
    `SELECT name, sum(amount) AS amount FROM tallies WHERE kind = 'lead' GROUP BY name HAVING sum(amount) <> 0 ORDER BY name`,
  );
  const real = db.prepare<[], { name: string; amount: number }>(
    'SELECT state AS name, count(*) AS amount FROM leads GROUP BY state ORDER BY state',
  );
  if (JSON.stringify(counted.all()) !== JSON.stringify(real.all())) problems.push('database: the running counts of leads are wrong');
}

/** With one attempt for each lead, no number may be asked for twice, unless the carrier said for certain that it did not place the call. */
function checkDials({ calls, creates }: Evidence, problems: string[]): number {
  const asked = new Map<string, number>();
  for (const { to, status } of creates) {
    const refused = status !== null && status >= 400 && status < 500 && status !== 408;
    if (!refused) asked.set(to, (asked.get(to) ?? 0) + 1);
  }
  const rung = new Map<string, number>();
  for (const { to } of calls) rung.set(to, (rung.get(to) ?? 0) + 1);
  const twice = new Set([...asked, ...rung].filter(([, times]) => times > 1).map(([to]) => to));
  for (const to of twice) problems.push(`${to} was dialled twice: asked for ${asked.get(to)} times, rung ${rung.get(to)} times`);
  return twice.size;
}

function checkFates(db: Database.Database, attempts: readonly AttemptRow[], evidence: Evidence, problems: string[]): void {
  const byNumber = new Map(evidence.calls.map((call) => [call.to, call]));
  const attempted = new Map<string, AttemptRow>();
  const asked = new Map<string, number>();
  for (const { to } of evidence.creates) asked.set(to, (asked.get(to) ?? 0) + 1);
  const written = new Map<string, number>();
  for (const { to_number: to } of attempts) written.set(to, (written.get(to) ?? 0) + 1);
  for (const attempt of attempts) {
    // Taken back between the intent and the request (its campaign was paused just then): nothing left, and the lead is free again. There are
    // fewer requests for the number than attempts, or it would be no such thing.
    const to = attempt.to_number;
    const isTakenBack = attempt.outcome === 'cancelled' && attempt.answered_at_ms === null && (asked.get(to) ?? 0) < (written.get(to) ?? 0);
    if (isTakenBack) continue;
    if (attempted.has(attempt.to_number)) problems.push(`${attempt.to_number} has two attempts`);
    attempted.set(attempt.to_number, attempt);
    const call = byNumber.get(attempt.to_number);
    if (attempt.phase !== 'ended' && attempt.phase !== 'unknown') problems.push(`${attempt.id} never ended: ${attempt.phase}`);
    if (attempt.phase === 'unknown' && call) problems.push(`${attempt.id} is unknown, though the carrier knows its call ${call.id}`);
    if (attempt.phase !== 'ended' || !call) continue;
    if (!call.endedAtMs) problems.push(`${attempt.id} has ended, its call ${call.id} goes on (${call.status})`);
    const answered = attempt.answered_at_ms !== null;
    if (answered !== (call.answeredAtMs !== null)) {
      problems.push(`${attempt.id} ${answered ? 'was' : 'was not'} answered, its call ${call.id} tells otherwise (${attempt.outcome})`);
    }
  }
  for (const { to } of evidence.creates) if (!attempted.has(to)) problems.push(`${to} was dialled and has no attempt`);
  const leads = db.prepare<[], { id: string; phone: string; state: string }>('SELECT id, phone, state FROM leads').all();
  for (const { id, phone, state } of leads) {
    const attempt = attempted.get(phone);
    if (state === 'dialling' && attempt?.phase !== 'unknown') problems.push(`${id} is stuck in dialling (${attempt?.phase})`);
    if (attempt && (state === 'ready' || state === 'waiting')) problems.push(`${id} is ${state} again after its only attempt`);
  }
}

function checkSegments(db: Database.Database, { published }: Evidence, problems: string[]): number {
  const find = db.prepare<[string, string], { text: string; final: number }>(
    'SELECT s.text, s.final FROM segments s JOIN attempts a ON a.seq = s.attempt WHERE a.call_id = ? AND s.id = ?',
  );
  let lost = 0;
  for (const [call, segments] of published) {
    for (const segment of segments.values()) {
      const kept = find.get(call, segment.id);
      if (kept?.final === 1 && kept.text === segment.text) continue;
      lost += 1;
      problems.push(`${call}: "${segment.text}" was published and is ${kept ? `"${kept.text}" (final ${kept.final})` : 'lost'}`);
    }
  }
  return lost;
}

function checkRecordings(attempts: readonly AttemptRow[], { dataDir, cut }: Evidence, problems: string[]) {
  const folder = join(dataDir, 'recordings');
  const durations = new Map<string, number>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.wav')) continue;
    const bytes = readFileSync(join(folder, file));
    const sound = playable(bytes);
    if (sound === null) problems.push(`${file} is not playable (${bytes.length} bytes)`);
    durations.set(file, sound ?? 0);
  }
  let worstLossMs = 0;
  let checked = 0;
  const byCarrierId = new Map(attempts.map((attempt) => [attempt.carrier_call_id, attempt]));
  for (const { carrierCallId, to, firstFrameAtMs, lastFrameAtMs } of cut) {
    const attempt = byCarrierId.get(carrierCallId);
    if (attempt?.answered_at_ms == null) {
      problems.push(`${to} was talking at a kill, and no attempt of it was answered`);
      continue;
    }
    const shouldMs = lastFrameAtMs - attempt.answered_at_ms;
    const isMs = attempt.recording_file === null ? 0 : (durations.get(attempt.recording_file) ?? 0);
    // From the answer to the first frame there is nothing to lose.
    const lossMs = Math.min(shouldMs - isMs, lastFrameAtMs - firstFrameAtMs);
    checked += 1;
    worstLossMs = Math.max(worstLossMs, lossMs);
    if (lossMs > lossLimitMs) problems.push(`the recording of ${attempt.call_id} lost its last ${lossMs} ms of ${shouldMs} ms at a kill`);
  }
  return { recordings: durations.size, cutRecordings: checked, worstLossMs };
}

/** @returns length in milliseconds of a stereo PCM16 WAV at 8 kHz whose header tells the truth about its file; null for anything else */
function playable(bytes: Buffer): number | null {
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 16) !== 'WAVEfmt ')
    return null;
  const isOurs = bytes.readUInt16LE(20) === 1 && bytes.readUInt16LE(22) === 2 && bytes.readUInt32LE(24) === 8_000;
  const isWhole = bytes.readUInt32LE(4) === bytes.length - 8 && bytes.readUInt32LE(40) === bytes.length - headerBytes;
  return isOurs && isWhole && bytes.length % 4 === 0 ? Math.round((bytes.length - headerBytes) / bytesPerMs) : null;
}
