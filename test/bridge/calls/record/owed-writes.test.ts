import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { OwedWrites } from '#bridge/calls/record/owed-writes.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function desk() {
  const logged: string[] = [];
  const alerts: string[] = [];
  const disk = { full: false, has: [] as string[] };
  const writes = new OwedWrites({
    callId: 'call_1' as CallId,
    clock: new ManualClock(),
    log: pino({ level: 'error' }, { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) }),
    publish: (event) => {
      if (event.type === 'alert') alerts.push(event.message);
    },
  });
  const put = (what: string) => () => {
    if (disk.full) throw new BridgeError('store/unavailable', 'The disk is full.', { retryable: true });
    disk.has.push(what);
  };
  return { writes, disk, put, logged, alerts };
}

describe('what a call owes the store', () => {
  it('is written once and in its order, also when a write brings another one with it', () => {
    const { writes, disk, put } = desk();
    writes.keep(
      () => {
        put('first')();
        writes.keep(put('second'));
      },
      () => writes.keep(put('third')),
    );
    expect(disk.has).toEqual(['first', 'second', 'third']);
    expect(writes.pay()).toBe(true);
  });

  it('is told of when it is in the store, and not before', () => {
    const { writes, disk, put } = desk();
    const told: string[] = [];
    disk.full = true;
    writes.keep(put('words'), () => told.push(...disk.has));
    expect(told).toEqual([]);
    disk.full = false;
    expect(writes.pay()).toBe(true);
    expect(told).toEqual(['words']);
  });

  it('counts as stored although whoever is told of it fails', () => {
    const { writes, disk, put, logged, alerts } = desk();
    writes.keep(put('words'), () => {
      throw new Error('a listener of ours is broken');
    });
    writes.keep(put('more words'));
    expect(disk.has).toEqual(['words', 'more words']);
    expect(logged).toEqual(['what was stored of this call could not be told']);
    expect(alerts).toEqual([]);
  });

  it('is never more than five thousand writes, and that more are not kept is logged once', () => {
    const { writes, disk, put, logged } = desk();
    disk.full = true;
    for (let index = 0; index < 5_003; index += 1) writes.keep(put(`${index}`));
    const dropped = () => logged.filter((line) => line.startsWith('too much of this call waits'));
    expect(dropped()).toHaveLength(1);
    disk.full = false;
    writes.keep(put('too late'));
    expect(disk.has).toHaveLength(5_000);
    writes.keep(put('in time'));
    expect(disk.has.at(-1)).toBe('in time');
    expect(dropped()).toHaveLength(1);
  });
});
