import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eraseNumber } from '#bridge/calls/record/erase-number.ts';
import { RetentionJob } from '#bridge/retention-job.ts';
import { operatorFileOf } from '#bridge/store/operator-file.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import {
  addAttempt,
  addCampaign,
  addLead,
  ending,
  leadChange,
  openTestStore,
  phoneNumber,
  segment,
  silentLog,
  temporaryFolder,
} from '#test/support/store.ts';

const dayMs = 86_400_000;
type Days = { recordingDays: number | null; transcriptDays: number | null; personalDays: number | null };

let clock: ManualClock;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Store;
let days: Days;
beforeEach(async () => {
  clock = new ManualClock();
  folder = await temporaryFolder();
  store = await openTestStore({ dataDir: folder.path, clock });
  days = { recordingDays: null, transcriptDays: null, personalDays: null };
});
afterEach(async () => {
  await store.close();
  await folder[Symbol.asyncDispose]();
});

async function addCall(index: number, endedDaysAgo: number, fields: { readonly isOpen?: boolean } = {}): Promise<AttemptRecord> {
  const campaign = addCampaign(store);
  const lead = addLead(store, campaign, phoneNumber(index), { fields: { firstName: `Zanzibar${index}` } });
  const attempt = addAttempt(store, { lead, campaign });
  const file = `rehearsal/2026-11/${attempt.callId}.wav`;
  store.attempts.update(attempt.id, { recordingFile: file });
  for (const path of [file, operatorFileOf(file)].map((one) => store.recordings.path(one))) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'sound');
  }
  store.transcripts.save(attempt.id, segment(`the secret word is quux${index}`));
  if (!fields.isOpen) store.attempts.end(attempt.id, ending({ endedAtMs: clock.nowMs() - endedDaysAgo * dayMs }), leadChange());
  return attempt;
}

const recordingOf = ({ callId }: AttemptRecord) => store.recordings.path(`rehearsal/2026-11/${callId}.wav`);
const wordsOf = ({ id }: AttemptRecord) => store.transcripts.list(id).map(({ text }) => text);

const hold = ({ id }: AttemptRecord): void =>
  store.attempts.update(id, { legalHold: { since: new Date(clock.nowMs()).toISOString(), by: 'Ann', reason: 'a dispute' } });

async function filesHolding(word: string): Promise<string[]> {
  const holding: string[] = [];
  for (const file of await readdir(folder.path, { recursive: true, withFileTypes: true })) {
    if (file.isFile() && (await readFile(join(file.parentPath, file.name))).includes(word)) holding.push(file.name);
  }
  return holding;
}

/** Runs the job until it has deleted everything, through however many batches; for a moment where there is nothing to delete. */
async function enforce(deletes = true): Promise<void> {
  const settled = vi.spyOn(store.erasure, 'settle');
  const job = new RetentionJob({ store, settings: () => days, clock, log: silentLog });
  job.run();
  clock.advance(60_000);
  for (let round = 0; round < (deletes ? 5_000 : 50) && settled.mock.calls.length === 0; round += 1) {
    await new Promise((resume) => setTimeout(resume, 1));
    clock.advance(200);
  }
  await job.close();
  expect(settled).toHaveBeenCalledTimes(deletes ? 1 : 0);
}

describe('what is kept for so many days', () => {
  it('is kept for ever unless somebody has said otherwise', async () => {
    const old = await addCall(1, 4_000);
    await enforce(false);
    expect(existsSync(recordingOf(old))).toBe(true);
    expect(wordsOf(old)).toHaveLength(1);
  });

  it('is deleted when its days are over, each class by its own', async () => {
    const [old, middle, young] = [await addCall(1, 40), await addCall(2, 20), await addCall(3, 1)];
    days = { recordingDays: 10, transcriptDays: 30, personalDays: null };
    await enforce();
    expect([old, middle, young].map((call) => existsSync(recordingOf(call)))).toEqual([false, false, true]);
    expect(existsSync(operatorFileOf(recordingOf(old)))).toBe(false);
    expect([old, middle, young].map((call) => wordsOf(call).length)).toEqual([0, 1, 1]);
    expect(store.attempts.get(old.id)).toMatchObject({ recordingFile: null, to: old.to });
    expect(await filesHolding('quux1')).toEqual([]);
  });

  it('is deleted in many small batches, and once', async () => {
    const calls = await Promise.all(Array.from({ length: 24 }, (_, index) => addCall(index + 1, 40)));
    days = { ...days, recordingDays: 10 };
    await enforce();
    expect(calls.filter((call) => existsSync(recordingOf(call)))).toEqual([]);
    expect(store.erasure.due('audio', clock.nowMs(), 100)).toEqual([]);
  });

  it('is gone with name and number; when it was and what it cost stays', async () => {
    const old = await addCall(1, 40);
    days = { ...days, personalDays: 30 };
    await enforce();
    expect(store.attempts.get(old.id)).toMatchObject({
      leadName: 'Erased',
      to: '+10000000000',
      leadId: null,
      variables: {},
      costMicros: 31_000,
    });
    expect(existsSync(recordingOf(old))).toBe(false);
    expect(await filesHolding('quux1')).toEqual([]);
  });

  it('stays under a legal hold', async () => {
    const held = await addCall(1, 400);
    hold(held);
    days = { recordingDays: 1, transcriptDays: 1, personalDays: 30 };
    await enforce(false);
    expect(existsSync(recordingOf(held))).toBe(true);
    expect(wordsOf(held)).toHaveLength(1);
    expect(store.attempts.get(held.id)).toMatchObject({ to: held.to, legalHold: { by: 'Ann', reason: 'a dispute' } });
  });

  it('goes as everything else when the legal hold is over', async () => {
    const held = await addCall(1, 400);
    hold(held);
    store.attempts.update(held.id, { legalHold: null });
    days = { recordingDays: 1, transcriptDays: 1, personalDays: 30 };
    await enforce();
    expect(existsSync(recordingOf(held))).toBe(false);
    expect(await filesHolding('quux1')).toEqual([]);
  });
});

describe('erasing a number', () => {
  it('leaves nothing of whoever had it in any file', async () => {
    const [one, other] = [await addCall(1, 3), await addCall(2, 3)];
    expect(await eraseNumber(store, one.to)).toEqual({ calls: 1, recordings: 1, leads: 1, held: 0 });
    for (const word of [one.to, 'Zanzibar1', 'quux1']) expect(await filesHolding(word), word).toEqual([]);
    expect(existsSync(recordingOf(one))).toBe(false);
    expect(wordsOf(other)).toHaveLength(1);
    expect(await filesHolding('Zanzibar2')).not.toEqual([]);
    expect(await eraseNumber(store, one.to)).toEqual({ calls: 0, recordings: 0, leads: 0, held: 0 });
  });

  it('keeps what is under a legal hold, and says so', async () => {
    const held = await addCall(1, 3);
    hold(held);
    expect(await eraseNumber(store, held.to)).toEqual({ calls: 0, recordings: 0, leads: 0, held: 1 });
    expect(wordsOf(held)).toHaveLength(1);
  });

  it('says beforehand what it would be, and touches nothing', async () => {
    const [free, held] = [await addCall(1, 3), await addCall(2, 3)];
    hold(held);
    expect(await eraseNumber(store, free.to, true)).toEqual({ calls: 1, recordings: 1, leads: 1, held: 0 });
    expect(await eraseNumber(store, held.to, true)).toEqual({ calls: 0, recordings: 0, leads: 0, held: 1 });
    expect([wordsOf(free), wordsOf(held)].map((words) => words.length)).toEqual([1, 1]);
    expect(existsSync(recordingOf(free))).toBe(true);
    expect(await eraseNumber(store, free.to)).toEqual({ calls: 1, recordings: 1, leads: 1, held: 0 });
  });

  it('is refused while the number is being called', async () => {
    const open = await addCall(1, 0, { isOpen: true });
    await expect(eraseNumber(store, open.to)).rejects.toMatchObject({ code: 'state/conflict' });
    expect(wordsOf(open)).toHaveLength(1);
  });
});
