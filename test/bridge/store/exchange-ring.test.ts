import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { NotedExchange } from '#bridge/contract/diagnosis.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { ExchangeRing } from '#bridge/store/exchange-ring.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { temporaryFolder } from '#test/support/store.ts';

const log = pino({ level: 'silent' });
const attempt = (number: number) => `att_${number}` as AttemptId;
const noted = (number: number, more: Partial<NotedExchange> = {}): NotedExchange => ({
  attempt: attempt(number),
  atMs: 1_000 + number,
  way: 'in',
  kind: 'webhook',
  name: 'status',
  content: { CallStatus: 'ringing', To: '+15550100001' },
  ...more,
});

describe('the exchange of calls', () => {
  it('is kept in order, redacted, in a file for this user alone, and is there after a restart', async () => {
    await using folder = await temporaryFolder();
    const clock = new ManualClock();
    const ring = await ExchangeRing.open(folder.path, clock, log);
    ring.note(noted(1));
    ring.note(noted(1, { atMs: 2_000, way: 'out', kind: 'document', name: 'answer', content: '<Response><Say>Hello</Say></Response>' }));
    ring.close();
    expect((await stat(join(folder.path, 'exchanges.db'))).mode & 0o777).toBe(0o600);
    const again = await ExchangeRing.open(folder.path, clock, log);
    const kept = again.list(attempt(1));
    again.close();
    expect(kept.map(({ kind, name, way }) => [kind, name, way])).toEqual([
      ['webhook', 'status', 'in'],
      ['document', 'answer', 'out'],
    ]);
    expect(JSON.stringify(kept)).not.toMatch(/5550100001|Hello/);
  });

  it('is kept of the newest two hundred calls', async () => {
    const ring = await ExchangeRing.open(':memory:', new ManualClock(), log);
    for (let number = 0; number < 230; number += 1) ring.note(noted(number));
    expect(ring.attempts(1_000)).toHaveLength(200);
    expect(ring.list(attempt(29))).toEqual([]);
    expect(ring.list(attempt(30))).toHaveLength(1);
    ring.close();
  });

  it('counts what was kept before a restart', async () => {
    await using folder = await temporaryFolder();
    const before = await ExchangeRing.open(folder.path, new ManualClock(), log);
    for (let number = 0; number < 150; number += 1) before.note(noted(number));
    for (let message = 0; message < 300; message += 1) before.note(noted(149));
    before.close();
    const ring = await ExchangeRing.open(folder.path, new ManualClock(), log);
    for (let message = 0; message < 300; message += 1) ring.note(noted(149));
    expect(ring.list(attempt(149))).toHaveLength(400);
    for (let number = 150; number < 230; number += 1) ring.note(noted(number));
    expect(ring.attempts(1_000)).toHaveLength(200);
    expect(ring.list(attempt(29))).toEqual([]);
    expect(ring.list(attempt(30))).toHaveLength(1);
    ring.close();
  });

  it('does not let one call fill it, and is written by itself', async () => {
    const clock = new ManualClock();
    const ring = await ExchangeRing.open(':memory:', clock, log);
    for (let message = 0; message < 1_000; message += 1) ring.note(noted(1));
    clock.advance(1_100);
    expect(ring.list(attempt(1))).toHaveLength(400);
    ring.close();
    ring.note(noted(2));
  });

  it('goes on in memory when its file cannot be read', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'exchanges.db'), 'this is not a database, it is a text that somebody put there');
    const ring = await ExchangeRing.open(folder.path, new ManualClock(), log);
    ring.note(noted(1));
    expect(ring.list(attempt(1))).toHaveLength(1);
    ring.close();
  });
});
