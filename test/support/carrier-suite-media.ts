import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { Carrier } from '#bridge/carriers/carrier.ts';
import { RecordingHandlers, socketPair } from './carrier-stage.ts';
import type { CarrierDialect, SuiteStage } from './carrier-suite-stage.ts';
import type { ManualClock } from './manual-clock.ts';

/** The media socket: both directions, its limits, and its one end. */
export function mediaSuite(stage: SuiteStage, dialect: CarrierDialect): void {
  let clock: ManualClock;
  let carrier: Carrier;
  beforeEach(() => {
    ({ clock, carrier } = stage);
  });

  describe('a media socket', () => {
    let pair: { ours: WebSocket; theirs: WebSocket; close(): Promise<void> };
    let handlers: RecordingHandlers;
    const callId = dialect.leg.carrierCallId;
    const streamId = 'stream-1';
    const frame = (n: number) => Buffer.from(Uint8Array.from({ length: 160 }, (_, i) => (i * 7 + n) & 255));
    const tell = (...messages: (object | string | Buffer)[]) => {
      for (const one of messages) pair.theirs.send(typeof one === 'string' || Buffer.isBuffer(one) ? one : JSON.stringify(one));
    };
    const begin = () => tell(...dialect.media.opening(callId, streamId));
    const media = (n: number, id = streamId) => dialect.media.frame(id, frame(n).toString('base64'), n);
    const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 5, timeout: 5_000 });
    const hear = async (count: number) => {
      const messages: Record<string, unknown>[] = [];
      const onMessage = (data: Buffer) => messages.push(JSON.parse(data.toString()) as Record<string, unknown>);
      pair.theirs.on('message', onMessage);
      await until(() => messages.length >= count);
      pair.theirs.off('message', onMessage);
      return messages.map((message) => dialect.media.read(message, streamId));
    };

    beforeEach(async () => {
      pair = await socketPair();
      handlers = new RecordingHandlers();
    });

    afterEach(async () => {
      await pair.close();
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends).toHaveLength(1);
      await carrier.close();
      expect(clock.pending).toBe(0);
    });

    it('hands on the callee byte by byte, in order, with digits and checkpoints', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(media(1), media(2), dialect.media.digit(streamId, '5'), dialect.media.played(streamId, 'turn-3'), media(3));
      await until(() => handlers.frames.length === 3);
      expect(handlers.starts).toEqual([{ carrierCallId: callId, streamId }]);
      expect(handlers.frames.map(({ bytes }) => Buffer.from(bytes))).toEqual([frame(1), frame(2), frame(3)]);
      expect((handlers.frames[2]?.timestampMs ?? 0) - (handlers.frames[0]?.timestampMs ?? 0)).toBe(40);
      expect(handlers.digits).toEqual(['5']);
      expect(handlers.checkpoints).toEqual(['turn-3']);
      expect(handlers.troubles).toEqual([]);
    });

    it('sends audio, checkpoints and clears in the order of the calls', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      const heard = hear(3);
      stream.send(frame(9));
      stream.checkpoint('end "of" turn');
      stream.clear();
      expect(await heard).toEqual([{ audio: frame(9).toString('base64') }, { checkpoint: 'end "of" turn' }, { clear: true }]);
      expect(stream.bufferedBytes).toBe(0);
    });

    it('sends a long piece of audio whole, in as many messages as the carrier wants', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      const long = Buffer.from(Uint8Array.from({ length: 5_050 }, (_, i) => i & 255));
      const parts: Buffer[] = [];
      pair.theirs.on('message', (data: Buffer) => {
        const part = dialect.media.read(JSON.parse(data.toString()) as Record<string, unknown>, streamId);
        if ('audio' in part) parts.push(Buffer.from(part.audio, 'base64'));
      });
      stream.send(long);
      await until(() => Buffer.concat(parts).length === long.length);
      expect(Buffer.concat(parts)).toEqual(long);
    });

    it('says nothing before start and after the end', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      const messages: unknown[] = [];
      pair.theirs.on('message', (data: Buffer) => messages.push(data.toString()));
      const useAll = () => {
        stream.send(frame(1));
        stream.checkpoint('x');
        stream.clear();
        expect(stream.sendDigits('1')).toBe(false);
        expect(stream.bufferedBytes).toBe(0);
      };
      useAll();
      begin();
      await until(() => handlers.starts.length > 0);
      pair.theirs.close(1000);
      await until(() => handlers.ends.length > 0);
      useAll();
      stream.close('again');
      expect(messages).toEqual([]);
    });

    it('presses keys where the carrier can', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      const heard = dialect.media.canPressKeys ? hear(1) : Promise.resolve(null);
      expect(stream.sendDigits('12#')).toBe(dialect.media.canPressKeys);
      expect(await heard).toEqual(dialect.media.canPressKeys ? [{ digits: '12#' }] : null);
    });

    it('of a call that is not ours is closed', async () => {
      handlers.accept = false;
      carrier.openMedia(pair.ours, handlers);
      begin();
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1008);
      tell(media(1));
      expect(handlers.frames).toEqual([]);
    });

    it('closes in good order on our word, and tells so once', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      stream.close('the call is over');
      stream.close('again');
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1000);
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends).toEqual(['the call is over']);
    });

    it('is cut when the other end does not answer our close', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      pair.theirs.pause();
      stream.close('the call is over');
      expect(handlers.ends).toEqual([]);
      clock.advance(2_000);
      await until(() => handlers.ends.length > 0);
      pair.theirs.resume();
    });

    it('tells of a cut', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      pair.theirs.terminate();
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends[0]).toContain('1006');
    });

    it('ends with the stop of the carrier', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell({ event: 'stop', streamSid: streamId, streamId, stop: {} });
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends).toEqual(['the carrier ended the stream']);
    });

    it('goes on after messages that make no sense, and tells each kind once', async () => {
      carrier.openMedia(pair.ours, handlers);
      tell(media(1));
      begin();
      const half = JSON.stringify(media(1)).slice(0, 100);
      tell('garbage', half, '[]', 'null', '7', Buffer.from([1, 2, 3]), '{}', '{"event":5}', media(2, 'other-stream'));
      tell({ ...media(3), media: null }, { ...media(3), media: { payload: 7 } }, dialect.media.frame(streamId, 'not base64!', 3));
      tell(`{"event":"media","pad":"${'x'.repeat(70_000)}"}`);
      begin();
      tell({ event: 'brand-new' }, 'garbage', 'garbage', media(4));
      await until(() => handlers.frames.length > 0);
      expect(handlers.frames.map(({ bytes }) => Buffer.from(bytes))).toEqual([frame(4)]);
      expect(handlers.ends).toEqual([]);
      expect(new Set(handlers.troubles).size).toBe(handlers.troubles.length);
      for (const part of [
        'before start',
        'not JSON',
        'JSON object',
        'binary',
        'event is missing',
        'another stream',
        'not base64',
        '64 KiB',
        'twice',
        'not known',
      ]) {
        expect(handlers.troubles.join('\n')).toContain(part);
      }
    });

    it.each([
      ['garbage', 'garbage', 1008],
      ['binary frames', Buffer.from([0]), 1003],
    ])('is closed after fifty messages of %s', async (_name, message, expected) => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(...new Array<string | Buffer>(49).fill(message), media(1));
      await until(() => handlers.frames.length === 1);
      expect(handlers.ends).toEqual([]);
      tell(message);
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(expected);
    });

    it('is closed when it is flooded', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(...new Array<object>(4_100).fill(media(1)));
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1008);
      expect(handlers.frames.length).toBeLessThan(4_001);
    });

    it('that never starts is closed', async () => {
      carrier.openMedia(pair.ours, handlers);
      clock.advance(10_000);
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1008);
      expect(handlers.troubles).toHaveLength(1);
    });

    it('is pinged every 20 s, and a gap in its audio is told', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      clock.advance(4_000);
      tell(media(1));
      await until(() => handlers.frames.length === 1);
      clock.advance(4_000);
      expect(handlers.troubles).toEqual([]);
      const pinged = once(pair.theirs, 'ping');
      clock.advance(1_000);
      expect(handlers.troubles).toEqual(['no audio from the carrier for 5 s']);
      clock.advance(11_000);
      await pinged;
    });

    it('survives a listener that throws', async () => {
      handlers.frame = () => {
        throw new Error('ours');
      };
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(media(1), dialect.media.digit(streamId, '1'));
      await until(() => handlers.digits.length === 1);
    });
  });
}
