import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AttemptId, LeadId } from '#bridge/contract/ids.ts';
import type { AttemptPhase } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { openTestStore } from '../../support/store.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

type Line =
  | { readonly kind: 'lead'; readonly id: LeadId }
  | { readonly kind: 'attempt'; readonly id: AttemptId; readonly phase: AttemptPhase }
  | { readonly kind: 'segment'; readonly attempt: AttemptId; readonly id: string }
  | { readonly kind: 'recorded'; readonly file: string; readonly durationMs: number };

const order: readonly AttemptPhase[] = ['intent', 'submitting', 'accepted', 'ringing', 'answered', 'ended'];

/** Lets the child write until it has said so many lines after its recording reached the disk, then kills it without warning. */
async function writeUntilKilled(dataDir: string, round: number, lines: number): Promise<Line[]> {
  const entry = fileURLToPath(new URL('./write-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, dataDir, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const said: Line[] = [];
  let recordedAt: number | null = null;
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      // The last line may have been cut by the kill.
      if (!text.endsWith('}')) continue;
      const line = JSON.parse(text) as Line;
      said.push(line);
      if (line.kind === 'recorded' && line.durationMs > 0) recordedAt ??= said.length;
      if (recordedAt !== null && said.length - recordedAt >= lines) child.kill('SIGKILL');
    }
  } finally {
    child.kill('SIGKILL');
  }
  await gone;
  expect(child.signalCode).toBe('SIGKILL');
  return said;
}

function expectKept(store: Store, said: readonly Line[]): void {
  const reached = new Map<AttemptId, AttemptPhase>();
  for (const line of said) {
    if (line.kind === 'lead') expect(store.leads.get(line.id)).not.toBeNull();
    if (line.kind === 'attempt') reached.set(line.id, line.phase);
  }
  for (const [id, phase] of reached) {
    const found = store.attempts.get(id)?.phase ?? 'ended';
    expect(store.attempts.get(id)).not.toBeNull();
    // It may have come one step further than it could tell.
    expect(order.indexOf(found)).toBeGreaterThanOrEqual(order.indexOf(phase));
    const lines = said.filter((line) => line.kind === 'segment' && line.attempt === id);
    const kept = store.transcripts.list(id).map((segment) => segment.id as string);
    expect(kept).toEqual(expect.arrayContaining(lines.map((line) => (line.kind === 'segment' ? line.id : ''))));
  }
}

async function expectPlayable(store: Store, said: readonly Line[]): Promise<void> {
  const told = said.findLast((line) => line.kind === 'recorded');
  if (told?.kind !== 'recorded') throw new Error('nothing was recorded');
  const bytes = await readFile(store.recordings.path(told.file));
  expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
  expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  expect(store.recordings.durationMs(told.file)).toBeGreaterThanOrEqual(told.durationMs);
  for (let at = 44, sample = 0; at < bytes.length; at += 4, sample += 1) {
    if (bytes.readUInt32LE(at) !== Math.floor(sample / 160)) throw new Error(`sample ${sample} is not what was recorded`);
  }
}

describe('a process that is killed while it writes', () => {
  it('loses nothing that the store had returned as done, and leaves playable recordings', { timeout: 60_000 }, async () => {
    const folder = await folderForTest();
    const everything: Line[] = [];
    for (const [round, lines] of [1, 40, 150, 333].entries()) {
      const said = await writeUntilKilled(folder.path, round, lines);
      everything.push(...said);
      const store = await openTestStore({ dataDir: folder.path });
      expectKept(store, everything);
      await store.recordings.repair();
      await expectPlayable(store, said);
      const open = store.attempts.open();
      expect(open.length).toBeGreaterThan(0);
      expect(new Set(open.map(({ leadId }) => leadId)).size).toBe(open.length);
      const totals = store.campaigns.totals(store.campaigns.list()[0]!.id);
      expect(totals.openAttempts).toBe(open.length);
      await store.close();
    }
  });
});
