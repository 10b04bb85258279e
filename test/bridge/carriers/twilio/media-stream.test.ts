import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TwilioMediaStream } from '#bridge/carriers/twilio/media-stream.ts';
import { RecordingHandlers, silentLog, socketPair } from '#test/support/carrier-stage.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

describe('audio on its way to Twilio', () => {
  let pair: Awaited<ReturnType<typeof socketPair>>;
  let handlers: RecordingHandlers;
  let stream: TwilioMediaStream;
  let received: Record<string, unknown>[];
  const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { interval: 5, timeout: 5_000 });
  const frame = (n: number) => new Uint8Array(160).fill(n);
  const payloads = () =>
    received.map(({ event, media }) => (event === 'media' ? Buffer.from((media as { payload: string }).payload, 'base64') : event));

  beforeEach(async () => {
    pair = await socketPair();
    handlers = new RecordingHandlers();
    received = [];
    pair.theirs.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as Record<string, unknown>));
    stream = new TwilioMediaStream({ socket: pair.ours, handlers, clock: new ManualClock(), log: silentLog });
    pair.theirs.send(JSON.stringify({ event: 'start', streamSid: 'MZ1', start: { streamSid: 'MZ1', callSid: 'CA1' } }));
    await until(() => handlers.starts.length === 1);
  });

  afterEach(() => pair.close());

  it('leaves as one message for all frames of one moment', async () => {
    for (const n of [1, 2, 3]) stream.send(frame(n));
    expect(stream.bufferedBytes).toBe(480);
    await until(() => received.length === 1);
    stream.send(frame(4));
    await until(() => received.length === 2);
    expect(payloads()).toEqual([Buffer.concat([frame(1), frame(2), frame(3)]), Buffer.from(frame(4))]);
    expect(stream.bufferedBytes).toBe(0);
  });

  it('stands before the checkpoint that follows it', async () => {
    stream.send(frame(1));
    stream.checkpoint('end');
    stream.send(frame(2));
    await until(() => received.length === 3);
    expect(payloads()).toEqual([Buffer.from(frame(1)), 'mark', Buffer.from(frame(2))]);
  });

  it('is dropped by a clear of the same moment', async () => {
    stream.send(frame(1));
    stream.clear();
    stream.send(frame(2));
    await until(() => received.length === 2);
    expect(payloads()).toEqual(['clear', Buffer.from(frame(2))]);
  });

  it('is not held back by its amount', async () => {
    const frames = Array.from({ length: 40 }, (_, n) => frame(n));
    for (const one of frames) stream.send(one);
    await until(() => received.length === 3);
    expect(Buffer.concat(payloads() as Buffer[])).toEqual(Buffer.concat(frames));
  });
});
