import { describe, expect, it } from 'vitest';
import { AfterStream } from '#bridge/carriers/after-stream.ts';
import type { CallDocument, LegRef } from '#bridge/carriers/carrier.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { attempt, linksFor, RecordingHandlers, StageHost, silentLog, streamDocument } from '#test/support/carrier-stage.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const leg: LegRef = { carrierCallId: 'call-1', requestId: null };

function stage() {
  const clock = new ManualClock();
  const host = new StageHost(linksFor('twilio'));
  const given: CallDocument[] = [];
  let trouble: Error | null = null;
  const after = new AfterStream({
    host,
    clock,
    log: silentLog,
    redirect: (to, document) => {
      expect(to).toEqual(leg);
      given.push(document);
      return trouble === null ? Promise.resolve() : Promise.reject(trouble);
    },
  });
  const open = () => {
    const watched = after.watch(new RecordingHandlers());
    watched.started({ carrierCallId: 'call-1', streamId: 'stream-1' });
    return watched;
  };
  return {
    clock,
    host,
    given,
    after,
    open,
    fails: (error: Error | null) => {
      trouble = error;
    },
    pass: async (ms: number) => {
      clock.advance(ms);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    },
  };
}

describe('what a leg gets after its stream', () => {
  it('comes at once when we leave the stream, and once', async () => {
    const { open, pass, given } = stage();
    const stream = open();
    stream.leaving?.();
    await pass(0);
    stream.closed('left', 'us');
    await pass(5_000);
    expect(given).toEqual([streamDocument]);
  });

  it('comes after a moment when the stream broke off: the call may be over', async () => {
    const { open, pass, given, host } = stage();
    open().closed('gone', 'nobody');
    await pass(200);
    expect(host.moments).toEqual([]);
    await pass(200);
    expect(given).toEqual([streamDocument]);
  });

  it('is nothing when the carrier ended the stream, or the call is ended anyway', async () => {
    const { open, pass, given, host } = stage();
    open().closed('stop', 'carrier');
    host.document = { kind: 'hang-up' };
    open().leaving?.();
    await pass(5_000);
    expect(given).toEqual([]);
  });

  it('is not asked for by a stream that another has replaced, that never began, or that was not ours', async () => {
    const { after, open, pass, given, host } = stage();
    const old = open();
    const current = open();
    old.leaving?.();
    old.closed('replaced', 'us');
    await pass(5_000);
    current.closed('stop', 'carrier');
    after.watch(new RecordingHandlers()).closed('never began', 'us');
    const handlers = new RecordingHandlers();
    handlers.accept = false;
    const stranger = after.watch(handlers);
    stranger.started({ carrierCallId: 'call-2', streamId: 'stream-2' });
    stranger.leaving?.();
    stranger.closed('not ours', 'us');
    await pass(5_000);
    expect(given).toEqual([]);
    expect(host.moments).toEqual([]);
  });

  it('comes once for a stream that could not be opened, whoever tells of it and how often', async () => {
    const { after, open, pass, given, clock } = stage();
    after.failed(attempt, leg);
    after.failed(attempt, leg);
    expect(given).toHaveLength(1);
    await pass(20_000);
    const stream = open();
    after.failed(attempt, leg);
    stream.closed('gone', 'nobody');
    after.failed(attempt, leg);
    await pass(1_000);
    expect(given).toHaveLength(2);
    after.close();
    expect(clock.pending).toBe(0);
  });

  it('is given once more when the carrier does not take it, but not to a leg that is gone', async () => {
    const { open, pass, given, fails } = stage();
    fails(new BridgeError('carrier/unreachable', 'There is no network.'));
    open().leaving?.();
    await pass(0);
    await pass(600);
    await pass(5_000);
    expect(given).toHaveLength(2);
    fails(new BridgeError('carrier/gone', 'It is over.'));
    open().leaving?.();
    await pass(0);
    await pass(5_000);
    expect(given).toHaveLength(3);
  });

  it('is no matter any more when the adapter is closed', async () => {
    const { after, open, pass, given, clock } = stage();
    const stream = open();
    stream.leaving?.();
    after.close();
    stream.closed('left', 'us');
    await pass(5_000);
    expect(given).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
