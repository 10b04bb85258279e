import { describe, expect, it } from 'vitest';
import type { SocketFault } from '#bridge/rehearsal/carriers/faults.ts';
import { twilioSignature } from '#bridge/rehearsal/carriers/twilio/signature.ts';
import { counts, hangsUpAfter, type MediaEnd, pause, person, presses, spoken, until, xml } from './bridge-double.ts';
import { ACCOUNT, type Rig, rig, TOKEN } from './twilio-rig.ts';

const SILENCE = 0xff;

function streamOf(bridge: Rig['bridge'], inner = '', attributes = ''): string {
  const connect = `<Connect action="${bridge.url}/after"><Stream url="${bridge.wsUrl}/ws/token" statusCallback="${bridge.url}/stream" ${attributes}>`;
  return xml(`${connect}${inner}</Stream></Connect>`);
}

async function streaming(
  rigged: Rig,
  inner?: string,
  attributes?: string,
): Promise<{ end: MediaEnd; sid: string; call: Awaited<ReturnType<Rig['dial']>> }> {
  const { bridge, dial } = rigged;
  bridge.answer('/answer', streamOf(bridge, inner, attributes));
  bridge.answer('/after', xml('<Hangup/>'));
  const call = await dial();
  await until('the stream', () => (bridge.sockets[0]?.messages.length ?? 0) > 1);
  const [end] = bridge.sockets;
  if (!end) throw new Error('no socket');
  const start = end.events('start')[0] ?? {};
  return { end, sid: String(start.streamSid), call };
}

const media = (streamSid: string, audio: Uint8Array): object => ({
  event: 'media',
  streamSid,
  media: { payload: Buffer.from(audio).toString('base64') },
});
const mark = (streamSid: string, name: string): object => ({ event: 'mark', streamSid, mark: { name } });

describe('a media stream of the simulated Twilio', () => {
  it('opens signed over its public address and speaks in strings', async () => {
    const rigged = await rig(person({ tick: counts }));
    const { end, sid, call } = await streaming(rigged, '<Parameter name="callId" value="c_1"/>');
    const [upgrade] = rigged.bridge.upgrades;
    expect(upgrade?.headers['x-twilio-signature']).toBe(twilioSignature(TOKEN, `${rigged.bridge.wsUrl}/ws/token`));
    expect(upgrade?.headers['sec-websocket-protocol']).toBeUndefined();
    await until('frames', () => end.events('media').length >= 10);
    expect(end.messages[0]).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    expect(end.messages[1]).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid: sid,
      start: {
        accountSid: ACCOUNT,
        callSid: call.id,
        streamSid: sid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { callId: 'c_1' },
      },
    });
    expect(sid).toMatch(/^MZ[0-9a-f]{32}$/);
    end.events('media').forEach((message, index) => {
      const frame = message.media as Record<string, string>;
      expect(message).toMatchObject({ sequenceNumber: String(index + 2), streamSid: sid });
      expect(frame).toMatchObject({ track: 'inbound', chunk: String(index + 1), timestamp: String((index + 1) * 20) });
      expect(Buffer.from(frame.payload ?? '', 'base64')).toHaveLength(160);
    });
    expect(rigged.sim.violations()).toEqual([]);
  });

  it('signs the public address behind a tunnel, without its query, and reaches the local one', async () => {
    const rigged = await rig(person(), { routes: {} });
    const { bridge } = rigged;
    const tunnelled = await rig(person(), { routes: { 'https://tunnel.example': bridge.url } });
    bridge.answer('/answer', xml('<Connect><Stream url="wss://tunnel.example/ws/t?x=1"/></Connect>'));
    await tunnelled.dial([
      ['Url', 'https://tunnel.example/answer'],
      ['StatusCallback', ''],
    ]);
    await until('the upgrade', () => bridge.upgrades.length === 1);
    expect(bridge.upgrades[0]?.url).toBe('/ws/t');
    expect(bridge.upgrades[0]?.headers.host).toBe('tunnel.example');
    expect(bridge.upgrades[0]?.headers['x-twilio-signature']).toBe(twilioSignature(TOKEN, 'wss://tunnel.example/ws/t'));
    expect(bridge.to('/answer')[0]?.headers['x-twilio-signature']).toBe(
      twilioSignature(TOKEN, 'https://tunnel.example/answer', bridge.to('/answer')[0]?.form),
    );
    expect(tunnelled.sim.violations().map(({ rule }) => rule)).toEqual(['stream.query']);
  });

  it('plays to the frame what it is sent, and echoes marks where the playing is', async () => {
    const rigged = await rig();
    const { end, sid, call } = await streaming(rigged);
    end.send(mark(sid, 'idle'));
    await until('the idle mark', () => end.events('mark').length === 1);
    const audio = new Uint8Array(160 * 10 + 80);
    audio.forEach((_byte, at) => {
      audio[at] = (at % 100) + 1;
    });
    end.send(media(sid, audio.subarray(0, 1_000)));
    end.send(media(sid, audio.subarray(1_000)));
    end.send(mark(sid, 'end'));
    const sentAt = end.messages.length;
    await until('the mark', () => end.events('mark').length === 2);
    const between = end.messages.slice(sentAt, end.messages.indexOf(end.events('mark')[1] ?? {}));
    expect(between.filter((message) => message.event === 'media').length).toBeGreaterThanOrEqual(9);
    expect(end.events('mark').map((message) => (message.mark as { name: string }).name)).toEqual(['idle', 'end']);
    const heard = Buffer.from(call.heard ?? []);
    const from = heard.findIndex((byte) => byte !== SILENCE);
    expect(from % 160).toBe(0);
    expect(Buffer.compare(heard.subarray(from, from + audio.length), audio)).toBe(0);
    expect(heard.subarray(from + audio.length).every((byte) => byte === SILENCE)).toBe(true);
    expect(call.heard?.length).toBe(call.said?.length);
    expect(call.media).toMatchObject({ framesFromBridge: 2, bytesFromBridge: audio.length });
  });

  it('echoes every pending mark at a clear and plays nothing more', async () => {
    const rigged = await rig();
    const { end, sid, call } = await streaming(rigged);
    end.send(media(sid, new Uint8Array(80_000).fill(7)));
    end.send(mark(sid, 'a'));
    end.send(mark(sid, 'b'));
    await until('some of it', () => (call.heard?.filter((byte) => byte === 7).length ?? 0) > 480);
    end.send({ event: 'clear', streamSid: sid });
    await until('the marks', () => end.events('mark').length === 2);
    const heard = call.heard?.filter((byte) => byte === 7).length ?? 0;
    await pause(80);
    expect(heard).toBeLessThan(40_000);
    expect(call.heard?.filter((byte) => byte === 7).length).toBe(heard);
  });

  it('tells keys, one by one', async () => {
    const rigged = await rig(person({ tick: presses('1#', 30) }));
    const { end, sid } = await streaming(rigged);
    await until('the keys', () => end.events('dtmf').length === 2);
    expect(end.events('dtmf')[0]).toMatchObject({ streamSid: sid, dtmf: { track: 'inbound_track', digit: '1' } });
  });

  it('says stop and closes when the person hangs up', async () => {
    const rigged = await rig(person({ tick: hangsUpAfter(40) }));
    const { end, sid, call } = await streaming(rigged);
    await until('the close', () => end.closeCode !== null);
    expect(end.closeCode).toBe(1000);
    expect(end.messages.at(-1)).toMatchObject({ event: 'stop', streamSid: sid, stop: { accountSid: ACCOUNT, callSid: call.id } });
    await until('the status', () => rigged.bridge.to('/stream').length === 2);
    expect(rigged.bridge.to('/stream').map(({ form }) => form.StreamEvent)).toEqual(['stream-started', 'stream-stopped']);
    expect(rigged.bridge.to('/after')).toHaveLength(0);
  });

  it('asks the action when the bridge closes, with the call still up', async () => {
    const rigged = await rig();
    const { end, call } = await streaming(rigged);
    end.socket.close(1000);
    await until('the action', () => rigged.bridge.to('/after').length === 1);
    expect(rigged.bridge.to('/after')[0]?.form.CallStatus).toBe('in-progress');
    await until('the end', () => call.endedAtMs !== null);
    expect(end.events('stop')).toHaveLength(0);
  });

  it('ends when the call is redirected, and the new document runs', async () => {
    const rigged = await rig();
    const { end, call } = await streaming(rigged);
    const answer = await rigged.rest('POST', `/Calls/${call.id}.json`, [['Twiml', xml('<Say>new</Say>')]]);
    expect(answer.status).toBe(200);
    await until('the end', () => call.endedAtMs !== null);
    await until('the close', () => end.closeCode !== null);
    expect(end.events('stop')).toHaveLength(1);
    expect(spoken(call.heard)).toBe('new');
    expect(rigged.bridge.to('/after')).toHaveLength(0);
    expect(await rigged.rest('POST', `/Calls/${call.id}.json`, [['Twiml', xml('')]])).toMatchObject({ status: 400, json: { code: 21220 } });
    expect(await rigged.rest('POST', `/Calls/CA${'0'.repeat(32)}.json`, [['Twiml', xml('')]])).toMatchObject({
      status: 404,
      json: { code: 20404 },
    });
  });

  it('goes on with the action when the upgrade is refused', async () => {
    const rigged = await rig();
    const { bridge, dial, sim } = rigged;
    bridge.refuseUpgrade = 403;
    bridge.answer('/answer', streamOf(bridge));
    bridge.answer('/after', xml('<Say>x</Say>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    await until('the callback', () => bridge.to('/stream').length > 0);
    expect(bridge.to('/stream')[0]?.form).toMatchObject({ StreamEvent: 'stream-error', StreamError: expect.stringContaining('31920') });
    expect(spoken(call.heard)).toBe('x');
    expect(sim.violations()).toEqual([]);
  });

  it.each(['ws://tunnel.example/x', 'http://127.0.0.1/x', 'wss:/nowhere'])('does not open %s', async (url) => {
    const { bridge, dial, sim } = await rig();
    bridge.answer('/answer', xml(`<Connect><Stream url="${url}"/></Connect>`));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(sim.violations()).toHaveLength(1);
  });

  it.each([
    ['media.wrong-stream-sid', { event: 'media', streamSid: 'MZ0', media: { payload: '/w==' } }],
    ['media.wrong-stream-sid', { event: 'clear' }],
    ['media.payload', { event: 'media', media: { payload: 'not base64!' } }],
    ['media.payload', { event: 'media', media: {} }],
    ['media.payload', { event: 'media', media: { payload: '' } }],
    ['media.file-header', { event: 'media', media: { payload: Buffer.from('RIFF....WAVE').toString('base64') } }],
    ['mark.name', { event: 'mark', mark: {} }],
    ['stream.unknown-event', { event: 'playAudio', media: { payload: '/w==' } }],
    ['stream.unknown-event', {}],
  ])('notes %s for %o', async (rule, message) => {
    const rigged = await rig();
    const { end, sid } = await streaming(rigged);
    end.send({ ...(rule.includes('sid') ? {} : { streamSid: sid }), ...message });
    await until('the violation', () => rigged.sim.violations().length > 0);
    expect(rigged.sim.violations().map((violation) => violation.rule)).toEqual([rule]);
  });

  it('notes binary messages and what is no JSON, and goes on', async () => {
    const rigged = await rig();
    const { end, sid } = await streaming(rigged);
    end.socket.send(Buffer.alloc(160));
    end.socket.send('{');
    end.socket.send('[1]');
    end.send(mark(sid, 'alive'));
    await until('the mark', () => end.events('mark').length === 1);
    expect(rigged.sim.violations().map(({ rule }) => rule)).toEqual(['socket.binary', 'socket.not-json', 'socket.not-an-object']);
  });
});

describe('a media stream with a scripted fault', () => {
  async function faulty(act: SocketFault['act']): Promise<Rig & Awaited<ReturnType<typeof streaming>>> {
    const rigged = await rig(person({ tick: counts }), { faults: [{ on: 'socket', act }] });
    return { ...rigged, ...(await streaming(rigged)) };
  }

  it('is cut: the bridge sees 1006, the call goes on with the action', async () => {
    const { end, bridge } = await faulty({ cutAfterMs: 50 });
    await until('the cut', () => end.closeCode !== null);
    expect(end.closeCode).toBe(1006);
    await until('the action', () => bridge.to('/after').length === 1);
  });

  it('acknowledges no marks', async () => {
    const { end, sid, call } = await faulty('no-checkpoints');
    end.send(media(sid, new Uint8Array(160)));
    end.send(mark(sid, 'x'));
    end.send({ event: 'clear', streamSid: sid });
    end.send(mark(sid, 'y'));
    await until(
      'everything was read',
      () => call.history.filter((event) => event.kind === 'socket' && event.direction === 'from-bridge').length === 3,
    );
    await pause(60);
    expect(end.events('mark')).toHaveLength(0);
  });

  it('sends media before start', async () => {
    const { end } = await faulty('media-before-start');
    expect(end.messages[0]?.event).toBe('media');
    expect(end.messages[1]?.event).toBe('connected');
  });

  it('names another call', async () => {
    const { end, call } = await faulty('wrong-call');
    expect(end.events('start')[0]).toMatchObject({ start: { callSid: expect.stringMatching(/^CA[0-9a-f]{32}$/) } });
    expect(end.events('start')[0]).not.toMatchObject({ start: { callSid: call.id } });
  });

  it.each([
    ['garbage', (raw: string) => raw.startsWith('this is')],
    ['truncated', (raw: string) => raw.startsWith('{"event":"media"') && !raw.endsWith('}')],
    ['oversized', (raw: string) => raw.length > 1_900_000],
    ['binary', (raw: string) => raw === '(binary)'],
  ] as const)('sends a %s frame in the midst of good ones', async (send, isIt) => {
    const { end } = await faulty({ send, afterMs: 60 });
    await until('the frame', () => end.raw.some(isIt));
    const at = end.raw.findIndex(isIt);
    await until('more', () => end.raw.length > at + 3);
    expect(at).toBeGreaterThan(2);
  });

  it('opens a second socket to the same address', async () => {
    const { bridge } = await faulty({ secondAfterMs: 40 });
    await until('the second', () => bridge.upgrades.length === 2);
    expect(bridge.upgrades[1]?.url).toBe('/ws/token');
  });

  it('opens and never speaks', async () => {
    const { bridge, dial } = await rig(person(), { faults: [{ on: 'socket', act: 'silent' }] });
    bridge.answer('/answer', streamOf(bridge));
    await dial();
    await until('the socket', () => bridge.sockets.length === 1);
    await pause(100);
    expect(bridge.sockets[0]?.raw).toEqual([]);
  });

  it('carries a wrong signature', async () => {
    const { bridge, dial } = await rig(person(), { faults: [{ on: 'socket', act: 'wrong-signature' }] });
    bridge.answer('/answer', streamOf(bridge));
    await dial();
    await until('the upgrade', () => bridge.upgrades.length === 1);
    expect(bridge.upgrades[0]?.headers['x-twilio-signature']).not.toBe(twilioSignature(TOKEN, `${bridge.wsUrl}/ws/token`));
  });

  it('does not read for a while', async () => {
    const { end, sid, call } = await faulty({ stallAfterMs: 10, forMs: 1_000 });
    await pause(60);
    end.send(mark(sid, 'late'));
    await pause(60);
    expect(end.events('mark')).toHaveLength(0);
    await until('the mark', () => end.events('mark').length === 1);
    expect(call.endedAtMs).toBeNull();
  });
});
