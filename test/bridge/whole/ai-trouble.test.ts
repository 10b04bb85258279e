import { describe, expect, it, vi } from 'vitest';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Fault } from '#bridge/rehearsal/openai/faults.ts';
import {
  longestSilenceMs,
  longestWaitMs,
  numbersFrom,
  openBridgeRig,
  type ShortPerson,
  until,
  voiceHeardBy,
} from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 8 });

const number = numbersFrom(100);
/** Says hello and listens for so long, whatever comes. */
const listensFor = (ms: number): ShortPerson => ({
  ringing: { kind: 'answers', afterMs: 1_500 },
  moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms }, { kind: 'hang-up' }],
});
/** Longer than whoever hangs up at once, and shorter than an announcement that is spoken twice. */
const listens = listensFor(10_000);
/** Takes part in the conversation, so that the AI has to think of an answer. */
const talks: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait', ms: 7_000 },
    { kind: 'hang-up' },
  ],
};

async function callWith(
  carrier: CarrierName,
  fault: Fault | null,
  person: ShortPerson,
  env: Record<string, string> = {},
  input: object = {},
) {
  await using rig = await openBridgeRig({ people: () => person, env });
  if (fault) rig.world.openai.fault({ fault });
  const to = number();
  const call = await rig.callThrough(to, carrier, input);
  const [leg, ...more] = rig.ringsAt(to);
  expect(more).toEqual([]);
  expect(rig.violations()).toEqual([]);
  const alerts = rig.feed.flatMap(({ type, message }) => (type === 'alert' ? [String(message)] : []));
  return { call, leg, alerts, voice: voiceHeardBy(leg), sessions: rig.world.openai.sessions().length };
}

describe.concurrent('an AI that cannot be had at the answer', () => {
  const opening: readonly [CarrierName, Fault][] = [
    ['twilio', { kind: 'refuse' }],
    ['plivo', { kind: 'refuse' }],
    ['twilio', { kind: 'hang-upgrade' }],
    ['plivo', { kind: 'hang-upgrade' }],
    ['twilio', { kind: 'upgrade-status', status: 401 }],
    ['plivo', { kind: 'upgrade-status', status: 429 }],
    ['twilio', { kind: 'upgrade-status', status: 500 }],
    ['plivo', { kind: 'never-updated' }],
  ];
  it.for(opening)('leaves the first word to the voice of %s: %o', async ([carrier, fault]) => {
    const { call, voice, alerts } = await callWith(carrier, fault, listens);
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', rung: 'announcement', disposition: 'announcement-heard' });
    expect(call.rungChanges).toMatchObject([
      { from: 'realtime', to: 'announcement', because: expect.stringMatching(/AI|realtime speech/) },
    ]);
    expect(voice[0]?.startMs).toBeLessThan(longestWaitMs);
    expect(longestSilenceMs(voice, call.talkMs - 500)).toBeLessThan(longestWaitMs);
    expect(call.transcript.map(({ text }) => text).join(' ')).toContain('a short message');
    expect(call.transcript.map(({ text }) => text).join(' ')).toContain('press 9');
    if (fault.kind === 'upgrade-status' && fault.status === 401) expect(alerts.join(' ')).toContain('does not accept the key');
  });

  it.for(['twilio', 'plivo'] as const)('because there is no key opens no session, and %s speaks at once', async (carrier) => {
    const { call, voice, sessions } = await callWith(carrier, null, listens, { OPENAI_API_KEY: '' });
    expect(call).toMatchObject({ outcome: 'completed', rung: 'announcement', disposition: 'announcement-heard' });
    expect(voice[0]?.startMs).toBeLessThan(2_000);
    expect(sessions).toBe(0);
  });

  it.for(['twilio', 'plivo'] as const)('because realtime is switched off opens no session, and %s speaks at once', async (carrier) => {
    const { call, voice, sessions } = await callWith(carrier, null, listens, {}, { ladder: ['announcement'] });
    expect(call).toMatchObject({ outcome: 'completed', rung: 'announcement', disposition: 'announcement-heard' });
    expect(call).toMatchObject({ endedBy: 'lead', disclosurePlayedAt: null });
    expect(voice[0]?.startMs).toBeLessThan(2_000);
    expect(sessions).toBe(0);
  });

  it.for(['twilio', 'plivo'] as const)('is told by %s that the announcement was spoken to its end', async (carrier) => {
    const { call, voice } = await callWith(carrier, null, listensFor(55_000), {}, { ladder: ['announcement'] });
    expect(call).toMatchObject({
      outcome: 'completed',
      disposition: 'announcement-heard',
      endedBy: 'bridge',
      endedReason: 'the announcement was over',
      disclosurePlayedAt: expect.any(String),
    });
    // The last word lies before the time for a key, and the call ends with that.
    expect(call.talkMs - (voice.at(-1)?.endMs ?? 0)).toBeGreaterThan(4_500);
    expect(call.talkMs).toBeLessThan(55_000);
  });
});

describe.concurrent('an AI that breaks in mid-call', () => {
  const breaking: readonly [CarrierName, Fault][] = [
    ['twilio', { kind: 'close', code: 1006, afterMs: 3_500 }],
    ['plivo', { kind: 'close', code: 1006, afterMs: 3_500 }],
    ['twilio', { kind: 'drop-in-answer', afterDeltas: 12 }],
    ['plivo', { kind: 'drop-in-answer', afterDeltas: 12 }],
    ['twilio', { kind: 'error', code: 'insufficient_quota', type: 'insufficient_quota', afterMs: 3_000, close: 1000 }],
    ['plivo', { kind: 'error', code: 'insufficient_quota', type: 'insufficient_quota', afterMs: 3_000, close: 1000 }],
  ];
  it.for(breaking)('hands the callee to the voice of %s: %o', async ([carrier, fault]) => {
    const { call, voice } = await callWith(carrier, fault, listens);
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed' });
    // A voice from the first second to the last: what was being said, then the carrier's own.
    const lastMs = voice.at(-1)?.endMs ?? 0;
    expect(longestSilenceMs(voice, lastMs)).toBeLessThan(longestWaitMs);
    expect(lastMs).toBeGreaterThan(4_500);
  });

  it.for(['twilio', 'plivo'] as const)('in the middle of an answer hands the callee of %s over within three seconds', async (carrier) => {
    await using rig = await openBridgeRig({ people: () => talks });
    const to = number();
    const { id } = await rig.dial(to, carrier);
    const [leg] = rig.ringsAt(to);
    // Everything that is said word for word has been made by now: the next audio of the AI is its answer to the callee.
    await until('the greeting to be heard', () => (voiceHeardBy(leg).at(-1)?.endMs ?? 0) > 4_800);
    rig.world.openai.fault({ fault: { kind: 'drop-in-answer', afterDeltas: 12 } });
    const call = await rig.over(id);
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', disclosurePlayedAt: expect.any(String) });
    const cut = call.transcript.find(({ speaker, interrupted }) => speaker === 'ai' && interrupted);
    expect(cut?.startMs).toBeGreaterThan(4_000);
    const voice = voiceHeardBy(leg);
    // The callee spoke in between; from our answer's beginning on there is a voice until the last word.
    const answered = voice.filter(({ endMs }) => endMs > (cut?.startMs ?? 0));
    const gaps = answered.slice(1).map(({ startMs }, index) => startMs - (answered[index]?.endMs ?? 0));
    expect(answered.length).toBeGreaterThan(0);
    expect(Math.max(0, ...gaps)).toBeLessThan(longestWaitMs);
    expect((answered.at(-1)?.endMs ?? 0) - (cut?.endMs ?? 0), 'the carrier spoke after the cut').toBeGreaterThan(1_500);
    expect(rig.violations()).toEqual([]);
  });

  it.for(['twilio', 'plivo'] as const)('with an error that is none of the call over %s goes on talking', async (carrier) => {
    const fault: Fault = { kind: 'error', code: 'server_error', type: 'server_error', afterMs: 3_000 };
    const { call } = await callWith(carrier, fault, talks);
    expect(call).toMatchObject({ outcome: 'completed', rung: 'realtime', endedBy: 'lead' });
    expect(call.transcript.filter(({ speaker }) => speaker === 'ai').length).toBeGreaterThan(2);
  });
});
