import { describe, expect, it } from 'vitest';
import { decodeMulaw } from '#bridge/media/g711.ts';
import { plivoV3, plivoV3Base } from '#bridge/rehearsal/carriers/plivo/signature.ts';
import type { PlivoSimOptions } from '#bridge/rehearsal/carriers/plivo/world.ts';
import type { Person } from '#bridge/rehearsal/person.ts';
import { counts, hangsUpAfter, type MediaEnd, pause, person, presses, spoken, until, xml } from './bridge-double.ts';
import { AUTH, type Rig, rig, TOKEN } from './plivo-rig.ts';

const MULAW = 'contentType="audio/x-mulaw;rate=8000"';

interface Streaming extends Rig {
  readonly end: MediaEnd;
  readonly streamId: string;
  readonly call: Awaited<ReturnType<Rig['dial']>>;
}

async function streaming(
  someone: Person = person(),
  options: Partial<PlivoSimOptions> = {},
  attributes = `bidirectional="true" keepCallAlive="true" ${MULAW}`,
  after = '<Hangup/>',
): Promise<Streaming> {
  const rigged = await rig(someone, options);
  const { bridge, dial } = rigged;
  const stream = `<Stream ${attributes} statusCallbackUrl="${bridge.url}/stream">\n  ${bridge.wsUrl}/ws/token?a=1&amp;b=2\n</Stream>`;
  bridge.answer('/answer', xml(`${stream}<Redirect>${bridge.url}/after</Redirect>`));
  bridge.answer('/after', xml(after));
  const call = await dial();
  await until('the stream', () => (bridge.sockets[0]?.messages.length ?? 0) > 0);
  const [end] = bridge.sockets;
  if (!end) throw new Error('no socket');
  const start = end.messages.find((message) => message.event === 'start')?.start as { streamId: string } | undefined;
  return { ...rigged, end, call, streamId: start?.streamId ?? '' };
}

const play = (audio: Uint8Array, more: object = {}): object => ({
  event: 'playAudio',
  media: { contentType: 'audio/x-mulaw', sampleRate: 8000, payload: Buffer.from(audio).toString('base64'), ...more },
});
const frameOf = (byte: number, length = 160): Uint8Array => new Uint8Array(length).fill(byte);

describe('a media stream of the simulated Plivo', () => {
  it('begins with start and speaks in numbers', async () => {
    const { end, streamId, call, sim } = await streaming(person({ tick: counts }));
    await until('frames', () => end.events('media').length >= 10);
    expect(end.messages[0]).toEqual({
      event: 'start',
      sequenceNumber: 1,
      start: {
        callId: call.id,
        streamId,
        accountId: AUTH,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000 },
      },
      extra_headers: '',
    });
    end.events('media').forEach((message, index) => {
      const media = message.media as Record<string, unknown>;
      expect(message).toMatchObject({
        sequenceNumber: index + 2,
        streamId,
        extra_headers: '',
        media: { track: 'inbound', chunk: index + 1 },
      });
      expect(media.timestamp).toMatch(/^\d{13}$/);
      expect(Buffer.from(String(media.payload), 'base64')).toHaveLength(160);
    });
    expect(sim.violations()).toEqual([]);
  });

  it.each([
    [{}, 'http', ''],
    [{ upgradeForm: 'ws' }, 'ws', ''],
    [{ upgradeSuffix: true }, 'http', '/websocket'],
  ] as const)('is signed with %o', async (options, scheme, suffix) => {
    const { bridge } = await streaming(person(), options);
    const headers = bridge.upgrades[0]?.headers ?? {};
    const base = plivoV3Base('GET', `${scheme}://127.0.0.1:${bridge.port}/ws/token${suffix}?a=1&b=2`);
    expect(bridge.upgrades[0]?.url).toBe('/ws/token?a=1&b=2');
    expect(String(headers['x-plivo-signature-v3']).split(',')).toContain(
      plivoV3(TOKEN, String(headers['x-plivo-signature-v3-nonce']), base),
    );
  });

  it('plays in order and reports checkpoints where the playing is', async () => {
    const { end, streamId, call, sim } = await streaming();
    for (let frame = 0; frame < 10; frame++) end.send(play(frameOf(frame + 1), frame % 2 ? { sampleRate: '8000' } : {}));
    end.send({ event: 'checkpoint', streamId, name: 'end' });
    await until('the checkpoint', () => end.events('playedStream').length === 1);
    expect(end.events('playedStream')[0]).toMatchObject({ streamId, name: 'end' });
    const heard = Buffer.from(call.heard ?? []);
    const from = heard.indexOf(1);
    expect([...heard.subarray(from, from + 1600)].filter((_byte, at) => at % 160 === 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(sim.violations()).toEqual([]);
  });

  it('forgets checkpoints at a clear and says clearedAudio', async () => {
    const { end, streamId, call } = await streaming();
    for (let frame = 0; frame < 250; frame++) end.send(play(frameOf(5)));
    end.send({ event: 'checkpoint', streamId, name: 'never' });
    await until('some of it', () => call.heard?.includes(5) ?? false);
    end.send({ event: 'clearAudio', streamId });
    await until('the answer', () => end.events('clearedAudio').length === 1);
    end.send({ event: 'checkpoint', streamId, name: 'idle' });
    await until('the idle one', () => end.events('playedStream').length > 0);
    await pause(60);
    expect(end.events('playedStream').map((message) => message.name)).toEqual(['idle']);
  });

  it('drops what goes beyond a minute of queued audio', async () => {
    const { end, sim, call, streamId } = await streaming(person(), { strict160: false });
    const long = frameOf(5, 40_000);
    // Five seconds each; where the first frame is played before the thirteenth comes, that one is within the minute.
    for (let count = 0; count < 14; count++) end.send(play(long));
    end.send({ event: 'clearAudio', streamId });
    await until('the clear', () => end.events('clearedAudio').length > 0);
    expect(new Set(sim.violations().map(({ rule }) => rule))).toEqual(new Set(['playAudio.queue-full']));
    expect([480_000, 520_000]).toContain(call.media.bytesFromBridge);
  });

  it('takes linear audio in place of mu-law', async () => {
    const { end, streamId, call } = await streaming();
    const samples = Buffer.alloc(320);
    for (let at = 0; at < 160; at++) samples.writeInt16LE(8_000, at * 2);
    end.send({ event: 'playAudio', media: { contentType: 'audio/x-l16', sampleRate: 8000, payload: samples.toString('base64') } });
    end.send({ event: 'checkpoint', streamId, name: 'x' });
    await until('the end', () => end.events('playedStream').length === 1);
    const byte = (call.heard ?? []).find((value) => value !== 0xff) ?? 0;
    expect(Math.abs((decodeMulaw(Uint8Array.of(byte))[0] ?? 0) - 8_000)).toBeLessThan(300);
  });

  it('sends linear audio when the document says nothing else, and notes it', async () => {
    const { end, sim } = await streaming(person({ tick: counts }), {}, 'bidirectional="true" keepCallAlive="true"');
    await until('a frame', () => end.events('media').length > 0);
    expect(Buffer.from(String((end.events('media')[0]?.media as Record<string, unknown> | undefined)?.payload), 'base64')).toHaveLength(
      320,
    );
    expect(end.messages[0]).toMatchObject({ start: { mediaFormat: { encoding: 'audio/x-l16', sampleRate: 8000 } } });
    expect(sim.violations().map(({ rule }) => rule)).toEqual(['stream.content-type']);
  });

  it.each([
    ['playAudio.content-type', { media: { contentType: 'audio/x-mulaw;rate=8000', sampleRate: 8000, payload: '/w==' } }],
    ['playAudio.sample-rate', { media: { contentType: 'audio/x-mulaw', payload: '/w==' } }],
    ['playAudio.sample-rate', { media: { contentType: 'audio/x-mulaw', sampleRate: 16000, payload: '/w==' } }],
    ['playAudio.payload', { media: { contentType: 'audio/x-mulaw', sampleRate: 8000, payload: '%%' } }],
    ['playAudio.content-type', {}],
    ['playAudio.too-long', play(frameOf(1, 161))],
    ['stream.media-event', { event: 'media', media: { payload: '/w==' } }],
  ])('refuses with incorrectPayload and notes %s for %o', async (rule, message) => {
    const { end, sim, call } = await streaming();
    end.send({ event: 'playAudio', ...message });
    await until('the refusal', () => end.events('error').length === 1);
    expect(end.events('error')[0]?.reason).toBe('incorrectPayload');
    expect(sim.violations().map((violation) => violation.rule)).toEqual([rule]);
    expect(call.media.framesFromBridge).toBe(0);
  });

  it.each([
    ['checkpoint.name', { event: 'checkpoint' }],
    ['stream.wrong-stream-id', { event: 'clearAudio', streamId: 'other' }],
    ['sendDTMF.dtmf', { event: 'sendDTMF', dtmf: '12x' }],
    ['stream.unknown-event', { event: 'mark', mark: { name: 'x' } }],
  ])('notes %s for %o', async (rule, message) => {
    const { end, sim, streamId } = await streaming();
    end.send({ streamId, ...message });
    await until('the violation', () => sim.violations().length > 0);
    expect(sim.violations().map((violation) => violation.rule)).toEqual([rule]);
  });

  it('hears no answer on a stream of one direction', async () => {
    const { end, sim } = await streaming(person(), {}, MULAW, '<Wait length="60"/>');
    end.send(play(frameOf(1)));
    await until('the violation', () => sim.violations().length > 0);
    expect(sim.violations()[0]?.rule).toBe('playAudio.one-way');
  });

  it('runs the next verb when the bridge closes, and at once without keepCallAlive', async () => {
    const { end, bridge, call } = await streaming();
    await pause(60);
    expect(bridge.to('/after')).toHaveLength(0);
    end.socket.close(1000);
    await until('the next verb', () => bridge.to('/after').length === 1);
    await until('the end', () => call.endedAtMs !== null);
    // The verb waits, lest the call be over before its stream has opened.
    const short = await streaming(person(), {}, `bidirectional="true" ${MULAW}`, '<Wait length="60"/>');
    await until('the next verb', () => short.bridge.to('/after').length === 1);
  });

  it('ends with the call: the socket closes, both callbacks come; a stop message only where it is switched on', async () => {
    const { end, bridge } = await streaming(person({ tick: (frame) => presses('5', 30)(frame) ?? hangsUpAfter(45)(frame) }));
    await until('the close', () => end.closeCode === 1000);
    expect(end.events('dtmf')[0]).toMatchObject({ dtmf: { track: 'inbound', digit: '5' } });
    expect(end.events('stop')).toHaveLength(0);
    await until('the callbacks', () => bridge.to('/stream').length === 2 && bridge.to('/hangup').length === 1);
    expect(bridge.to('/stream').map(({ form }) => form.Event)).toEqual(['StartStream', 'StopStream']);
    const other = await streaming(person({ tick: hangsUpAfter(40) }), { sendsStop: true, streamWords: 'guide' });
    await until('the close', () => other.end.closeCode === 1000);
    expect(other.end.events('stop')).toHaveLength(1);
    await until('the callbacks', () => other.bridge.to('/stream').length === 2);
    expect(other.bridge.to('/stream').map(({ form }) => form.Event)).toEqual(['started', 'stopped']);
  });

  it('tries a refused upgrade three times, then runs the next verb', async () => {
    const { bridge, dial } = await rig();
    bridge.refuseUpgrade = 403;
    bridge.answer(
      '/answer',
      xml(`<Stream bidirectional="true" keepCallAlive="true" ${MULAW}>${bridge.wsUrl}/ws</Stream><Speak>sorry</Speak>`),
    );
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.upgrades).toHaveLength(3);
    expect(spoken(call.heard)).toBe('sorry');
  });

  it('opens once more at the hangup when there is no address for it', async () => {
    const { bridge, dial } = await rig(person({ tick: hangsUpAfter(40) }));
    bridge.answer('/answer', xml(`<Stream bidirectional="true" keepCallAlive="true" ${MULAW}>${bridge.wsUrl}/ws</Stream>`));
    await dial({ hangup_url: undefined });
    await until('the second socket', () => bridge.upgrades.length === 2);
  });

  it('is listed and stopped by the API, which leaves the call to its next verb', async () => {
    const { bridge, call, rest, streamId } = await streaming();
    expect((await rest('GET', `/Call/${call.id}/Stream/`)).json.objects).toMatchObject([{ stream_id: streamId }]);
    expect((await rest('DELETE', `/Call/${call.id}/Stream/`)).status).toBe(204);
    await until('the next verb', () => bridge.to('/after').length === 1);
  });

  it('says that the bridge reads too slowly when that is scripted', async () => {
    const { bridge } = await streaming(person(), { faults: [{ on: 'socket', act: { backlogAfterMs: 20 } }] });
    await until('the callback', () => bridge.to('/stream').some(({ form }) => form.Event === 'DegradedStream'));
  });

  it('is cut by a scripted fault: the bridge sees 1006, the next verb runs', async () => {
    const { end, bridge } = await streaming(person(), { faults: [{ on: 'socket', act: { cutAfterMs: 40 } }] });
    await until('the cut', () => end.closeCode === 1006);
    await until('the next verb', () => bridge.to('/after').length === 1);
  });
});
