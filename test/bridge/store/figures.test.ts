import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { addAttempt, addCampaign, ending, openTestStore, phoneNumber, segment } from '../../support/store.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

const clock = new ManualClock();
let store: Store;
let dataDir: string;
beforeEach(async () => {
  dataDir = (await folderForTest()).path;
  store = await openTestStore({ dataDir, clock });
});
afterEach(() => store.close());

/** Stereo PCM16 at 8 kHz: this many milliseconds with these highest samples on each side. */
function audio(ms: number, lead: number, ours: number): Buffer {
  const bytes = Buffer.alloc(ms * 8 * 4);
  for (let at = 0; at < bytes.length; at += 4) {
    bytes.writeInt16LE(at % 8 === 0 ? lead : 0, at);
    bytes.writeInt16LE(at % 8 === 0 ? -ours : 0, at + 2);
  }
  return bytes;
}

describe('the picture of a recording', () => {
  it('has the highest sample of each bucket and side', async () => {
    const writer = store.recordings.open('call_a' as never, 'rehearsal');
    writer.append(audio(20, 0, 32_767));
    writer.append(audio(20, 12_800, 128));
    writer.append(audio(10, 127, 32_768));
    await writer.close();
    expect(await store.figures.peaks({ file: writer.file, bucketMs: 20 })).toEqual({
      durationMs: 50,
      bucketMs: 20,
      lead: Uint8Array.of(0, 100, 0),
      ours: Uint8Array.of(255, 1, 255),
    });
    expect(await store.figures.peaks({ file: writer.file, bucketMs: 1_000 })).toMatchObject({
      lead: Uint8Array.of(100),
      ours: Uint8Array.of(255),
    });
  });

  it('grows with the file, and the bucket that was not full is drawn again', async () => {
    const folder = join(dataDir, 'recordings', 'rehearsal', '2026-11');
    const [file, path] = ['rehearsal/2026-11/call_b.wav', join(folder, 'call_b.wav')];
    await mkdir(folder, { recursive: true });
    const header = Buffer.alloc(44);
    const look = async () => (await store.figures.peaks({ file, bucketMs: 20 }))?.lead;
    await writeFile(path, header);
    expect(await look()).toEqual(Uint8Array.of());
    await writeFile(path, Buffer.concat([header, audio(30, 6_400, 0)]));
    expect(await look()).toEqual(Uint8Array.of(50, 50));
    await writeFile(path, Buffer.concat([header, audio(30, 6_400, 0), audio(10, 25_600, 0), audio(20, 0, 0)]));
    expect(await look()).toEqual(Uint8Array.of(50, 200, 0));
    await truncate(path, 44 + 20 * 32);
    expect(await look()).toEqual(Uint8Array.of(50));
  });

  it('is none when there is no file', async () => {
    expect(await store.figures.peaks({ file: 'rehearsal/2026-11/call_c.wav', bucketMs: 20 })).toBeNull();
    expect(() => store.figures.peaks({ file: '../../etc/passwd', bucketMs: 20 })).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('what a campaign has cost', () => {
  it('is told for each moment, oldest first, and never in more than 200 points', async () => {
    const campaign = addCampaign(store);
    expect(await store.figures.spending(campaign.id)).toEqual([]);
    for (let index = 0; index < 450; index += 1) {
      const attempt = addAttempt(store, { campaign, to: phoneNumber(index), createdAtMs: clock.nowMs() + index * 1_000 });
      store.attempts.end(attempt.id, ending({ endedAtMs: clock.nowMs() + index * 1_000 + 500, costMicros: 10 }), null);
    }
    const points = await store.figures.spending(campaign.id);
    expect(points.length).toBeGreaterThan(150);
    expect(points.length).toBeLessThanOrEqual(200);
    expect(points[0]?.costMicros).toBe(0);
    expect(points.at(-1)).toEqual({ at: new Date(clock.nowMs() + 449_500).toISOString(), costMicros: 4_500 });
    for (const [index, point] of points.entries()) {
      if (index > 0) expect(point.costMicros).toBeGreaterThan(points[index - 1]!.costMicros);
    }
  });
});

describe('the figures of a day', () => {
  it('count the calls of one world that were dialled since then', async () => {
    const since = clock.nowMs();
    const call = (index: number, world: 'real' | 'rehearsal', createdAtMs: number, answered: boolean) => {
      const attempt = addAttempt(store, { to: phoneNumber(index), world, createdAtMs });
      if (answered) store.attempts.update(attempt.id, { answeredAtMs: createdAtMs + 5_000 });
      store.attempts.end(attempt.id, ending({ talkMs: answered ? 1_000 : 0, costMicros: 7 }), null);
    };
    call(1, 'real', since, true);
    call(2, 'real', since + 1, false);
    call(3, 'real', since - 1, true);
    call(4, 'rehearsal', since, true);
    expect(await store.figures.day({ world: 'real', sinceMs: since })).toEqual({ calls: 2, answered: 1, talkMs: 1_000, spentMicros: 14 });
    expect(await store.figures.day({ world: 'rehearsal', sinceMs: since + 9 })).toEqual({
      calls: 0,
      answered: 0,
      talkMs: 0,
      spentMicros: 0,
    });
  });
});

describe('what the data folder takes', () => {
  it('is told with what is in it, and looked up anew after some seconds', async () => {
    const attempt = addAttempt(store);
    store.transcripts.save(attempt.id, segment('Hello.'));
    const before = await store.figures.usage();
    expect(before).toMatchObject({ calls: 1, segments: 1, leads: 0, recordings: { bytes: 0, files: 0 } });
    expect(before.databaseBytes).toBeGreaterThan(50_000);
    expect(before.freeBytes).toBeGreaterThan(0);
    const writer = store.recordings.open('call_d' as never, 'real');
    writer.append(audio(1_000, 1, 1));
    await writer.close();
    expect(await store.figures.usage()).toBe(before);
    clock.advance(10_000);
    expect((await store.figures.usage()).recordings).toEqual({ bytes: 44 + 32_000, files: 1 });
  });
});
