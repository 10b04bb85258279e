import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonAction, Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { person, presses, spoken, until, xml } from './bridge-double.ts';
import { rig } from './twilio-rig.ts';

let voices: Voices;
let words: Uint8Array;
beforeAll(async () => {
  voices = await createVoices();
  words = await voices.render('Who is this?', 'rms');
});
afterAll(() => voices.close());

const recognise = (frame: Uint8Array) => voices.recognise(frame);
const saysAt =
  (from: number) =>
  (frame: number, _heard: Uint8Array, out: Uint8Array): PersonAction | null => {
    const at = (frame - from) * 160;
    if (at >= 0 && at + 160 <= words.length) out.set(words.subarray(at, at + 160));
    return null;
  };
const document = (socket: string, more = '') =>
  xml(`<Connect action="/done"><ConversationRelay url="${socket}/relay" dtmfDetection="true"${more}/></Connect>`);
const ofType = (messages: readonly Readonly<Record<string, unknown>>[], type: string) =>
  messages.filter((message) => message.type === type);

describe('the relay of the simulated Twilio', () => {
  it('sets up, tells what was said, speaks our words, and ends with what we hand over', async () => {
    const { sim, bridge, dial } = await rig(person({ tick: saysAt(60) }), { recognise });
    bridge.answer('/answer', document(bridge.url.replace('http', 'ws'), ' welcomeGreeting="Hi"'));
    bridge.answer('/done', xml('<Hangup/>'));
    const call = await dial();
    await until('a socket', () => bridge.sockets.length === 1);
    const [end] = bridge.sockets;
    await until('the words', () => ofType(end?.messages ?? [], 'prompt').length === 1);
    expect(end?.messages[0]).toMatchObject({ type: 'setup', callSid: call.id });
    expect(ofType(end?.messages ?? [], 'prompt')[0]).toMatchObject({ voicePrompt: 'Who is this?', last: true });
    end?.send({ type: 'text', token: 'Northside', last: false });
    end?.send({ type: 'text', token: ' Plumbing.', last: true });
    await until('our words', () => spoken(call.heard).includes('Northside Plumbing.'));
    end?.send({ type: 'end', handoffData: '{"why":"done"}' });
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/done')[0]?.form).toMatchObject({ SessionStatus: 'ended', HandoffData: '{"why":"done"}' });
    expect(spoken(call.heard)).toMatch(/^Hi/);
    expect(sim.violations()).toEqual([]);
  });

  it('is silenced by who speaks over it, and tells how far it came', async () => {
    const { bridge, dial } = await rig(person({ tick: saysAt(60) }), { recognise });
    bridge.answer('/answer', document(bridge.url.replace('http', 'ws'), ` welcomeGreeting="${'many words '.repeat(40).trim()}"`));
    bridge.answer('/done', xml('<Hangup/>'));
    await dial();
    await until('an interruption', () => ofType(bridge.sockets[0]?.messages ?? [], 'interrupt').length === 1);
    const [told] = ofType(bridge.sockets[0]?.messages ?? [], 'interrupt');
    expect(String(told?.utteranceUntilInterrupt)).toMatch(/^many words/);
    expect(String(told?.utteranceUntilInterrupt).length).toBeLessThan(400);
    expect(Number(told?.durationUntilInterruptMs)).toBeGreaterThan(500);
    bridge.sockets[0]?.send({ type: 'end' });
  });

  it('refuses what is not in its protocol and goes on', async () => {
    const { sim, bridge, dial } = await rig(person({ tick: presses('7', 40) }), { recognise });
    bridge.answer('/answer', document(bridge.url.replace('http', 'ws')));
    bridge.answer('/done', xml('<Hangup/>'));
    // With the very packet that accepts the socket: not even that is missed.
    bridge.onSocket = (end) => end.send({ type: 'ping' });
    const call = await dial();
    await until('the refusal', () => ofType(bridge.sockets[0]?.messages ?? [], 'error').length === 1);
    await until('a key', () => ofType(bridge.sockets[0]?.messages ?? [], 'dtmf').length === 1);
    expect(ofType(bridge.sockets[0]?.messages ?? [], 'error')).toHaveLength(1);
    expect(sim.violations()).toMatchObject([{ rule: 'relay.message' }]);
    bridge.sockets[0]?.send({ type: 'end' });
    await until('the end', () => call.endedAtMs !== null);
  });

  it('fails when nobody takes the socket, or the account may not use it', async () => {
    const { sim, bridge, dial } = await rig(person(), { recognise });
    sim.amend({ mayRelay: false });
    bridge.answer('/answer', document(bridge.url.replace('http', 'ws')));
    bridge.answer('/done', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/done')[0]?.form).toMatchObject({ SessionStatus: 'failed' });
    expect(bridge.sockets).toEqual([]);
  });
});
