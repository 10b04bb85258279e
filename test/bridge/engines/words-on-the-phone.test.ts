import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { turnDocument } from '#bridge/calls/talk/turn-documents.ts';
import type { CallDocument, CallLinks, Carrier, CarrierHost, DocumentMoment, LegEvent } from '#bridge/carriers/carrier.ts';
import { PlivoCarrier } from '#bridge/carriers/plivo/plivo-carrier.ts';
import type { RelayStream } from '#bridge/carriers/relay.ts';
import { TwilioCarrier } from '#bridge/carriers/twilio/twilio-carrier.ts';
import { RelayTalk } from '#bridge/engines/relay-talk.ts';
import type { TextMind } from '#bridge/engines/text-mind.ts';
import { type TurnStep, TurnTalk } from '#bridge/engines/turn-talk.ts';
import { startPlivoSim } from '#bridge/rehearsal/carriers/plivo/plivo-sim.ts';
import type { CarrierSim } from '#bridge/rehearsal/carriers/sim.ts';
import { startTwilioSim } from '#bridge/rehearsal/carriers/twilio/twilio-sim.ts';
import type { PersonAction, Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { attempt, silentLog } from '#test/support/carrier-stage.ts';
import { SmallIngress } from '#test/support/small-ingress.ts';
import { person, speech, spoken } from '../rehearsal/carriers/bridge-double.ts';

const to = '+15550100002';
const from = '+15550100001';
const twilioKeys = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'test_token_1' };
const plivoKeys = { authId: 'MA00000000000000000001', authToken: 'test_token_1' };

let voices: Voices;
let lines: readonly Uint8Array[];
let ingress: SmallIngress;
let sim: CarrierSim;
let carrier: Carrier;
const heard: string[] = [];
const events: LegEvent[] = [];

/** Says one line after the other, each when it has been quiet for a while after something was said. */
function talker(): (frame: number, ear: Uint8Array, out: Uint8Array) => PersonAction | null {
  let line = 0;
  let at = -1;
  let quiet = 0;
  let hasHeard = false;
  return (_frame, ear, out) => {
    const isQuiet = ear.every((byte) => byte === 0xff);
    quiet = isQuiet ? quiet + 1 : 0;
    hasHeard ||= !isQuiet;
    const clip = lines[line];
    if (at < 0 && clip && hasHeard && quiet > 20) at = 0;
    if (at >= 0 && clip) {
      if (at + 160 <= clip.length) out.set(clip.subarray(at, at + 160));
      at += 160;
      if (at >= clip.length) {
        at = -1;
        line += 1;
        hasHeard = false;
      }
    }
    return null;
  };
}

/** Answers at once, by rule. */
const mind: TextMind = {
  async reply(request, onText) {
    const last = request.items.findLast((item) => item.kind === 'said');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const text = last?.kind === 'said' && /who is this/i.test(last.text) ? 'Northside Plumbing here.' : 'I see.';
    for (const word of text.split(/(?= )/)) onText(word);
    return { text, calls: [], usage: [] };
  },
};
const talkParts = {
  mind,
  clock: systemClock,
  instructions: '',
  tools: [],
  safetyIdentifier: 'x',
  history: [],
  runTool: () => Promise.resolve({ result: '', thenAnswer: true }),
  usage: () => undefined,
};
const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 10, timeout: 12_000 });

beforeAll(async () => {
  voices = await createVoices();
  lines = await Promise.all(['Hello, who is this?', 'Please take me off your list.'].map((text) => voices.render(text, 'rms')));
});
afterAll(() => voices.close());
beforeEach(async () => {
  heard.length = 0;
  events.length = 0;
  ingress = await new SmallIngress().open();
});
afterEach(async () => {
  await carrier.close();
  await sim.close();
  await ingress.close();
});

async function call(name: 'twilio' | 'plivo', documentFor: (moment: DocumentMoment) => CallDocument): Promise<void> {
  const links: CallLinks = {
    webhookBase: `${ingress.origin}/carrier/${name}`,
    ticket: 'TICKET1',
    mediaUrl: `${ingress.origin.replace('http', 'ws')}/media/relay/T`,
  };
  const host: CarrierHost = {
    attemptOf: () => attempt,
    documentFor: (_attempt, moment) => ({ document: documentFor(moment), links }),
    onLegEvent: (event) => events.push(event),
    publicOrigin: () => ingress.origin,
  };
  const options = {
    numbers: [from],
    directory: () => person({ tick: talker() }),
    speech,
    recognise: (frame: Uint8Array) => voices.recognise(frame),
    seed: 1,
    callsPerSecond: 1_000,
    keepAudio: true,
    timing: { ringAfterMs: 10 },
  };
  const parts = { host, clock: systemClock, log: silentLog };
  if (name === 'twilio') {
    sim = await startTwilioSim({ ...options, credentials: twilioKeys });
    carrier = new TwilioCarrier({ ...parts, baseUrl: sim.baseUrl, credentials: twilioKeys });
  } else {
    sim = await startPlivoSim({ ...options, credentials: plivoKeys });
    carrier = new PlivoCarrier({ ...parts, baseUrl: sim.baseUrl, credentials: plivoKeys });
  }
  ingress.carrier = carrier;
  const fallback: CallDocument = { kind: 'hang-up' };
  const dial = {
    attempt,
    to,
    from,
    links,
    fallback,
    ringTimeoutMs: 25_000,
    maxCallMs: 60_000,
    detectMachine: false,
    recordAtCarrier: false,
  };
  await carrier.dial(dial, new AbortController().signal);
}

describe.each(['twilio', 'plivo'] as const)('a conversation in turns on the phone, by %s', (name) => {
  it('understands, answers, and takes who wants no more calls off the list', async () => {
    const talk = new TurnTalk({
      ...talkParts,
      language: 'en-US',
      optOutDigit: '9',
      isOptOut: (words) => /off your list/i.test(words),
      optedOutText: 'You have been removed.',
      on: {
        heard: (words) => heard.push(words),
        spoke: () => undefined,
        optedOut: (quote) => heard.push(`opted out: ${quote}`),
        key: () => false,
        fellSilent: () => heard.push('silent'),
        answered: () => undefined,
      },
    });
    const step = (moment: DocumentMoment): TurnStep => {
      if (moment.kind === 'said') return talk.said(moment);
      return moment.kind === 'waited' ? talk.waited() : talk.open('Hello from Northside.');
    };
    await call(name, (moment) => {
      const next = step(moment);
      return next.kind === 'give-up' || next.kind === 'climbed' ? { kind: 'hang-up' } : turnDocument(next, 'en-US', ['Northside']);
    });
    await until(() => sim.calls()[0]?.endedAtMs != null);
    expect(heard).toEqual(['Hello, who is this?', 'Please take me off your list.', 'opted out: Please take me off your list.']);
    const text = spoken(sim.calls()[0]?.heard ?? null);
    expect(text).toContain('Hello from Northside.');
    expect(text).toContain('Northside Plumbing here.');
    expect(text).toContain('You have been removed.');
    expect(sim.violations()).toEqual([]);
    expect(ingress.refused).toEqual([]);
    talk.close();
  }, 30_000);
});

describe('a relay on the phone', () => {
  it('understands, answers, and hands the call to its next document', async () => {
    let stream: RelayStream | null = null;
    const moments: DocumentMoment[] = [];
    const talk = new RelayTalk({
      ...talkParts,
      voice: { say: (words, last, interruptible) => stream?.say(words, last, interruptible), end: (handoff) => stream?.end(handoff) },
      on: {
        heard: (words) => {
          heard.push(words);
          if (/off your list/i.test(words)) talk.leave('opt-out');
        },
        spoke: () => undefined,
        cut: () => undefined,
        thinking: () => undefined,
        answered: () => undefined,
        failed: (because) => heard.push(because),
      },
    });
    talk.setAutoAnswer(true);
    ingress.onSocket = (socket) => {
      stream =
        carrier.openRelay?.(socket, {
          attempt,
          started: () => true,
          said: (words, _language, final) => talk.said(words, final),
          interrupted: (words) => talk.interrupted(words),
          digit: () => undefined,
          closed: (reason) => heard.push(`closed: ${reason}`),
          trouble: (detail) => heard.push(`trouble: ${detail}`),
        }) ?? null;
    };
    await call('twilio', (moment) => {
      moments.push(moment);
      if (moment.kind === 'relay-ended') return { kind: 'say-and-hang-up', text: 'Removed.', language: 'en-US' };
      const apology = { text: 'Sorry.', language: 'en-US' };
      return { kind: 'relay', greeting: 'Hello from Northside.', language: 'en-US', voice: null, hints: [], apology };
    });
    await until(() => sim.calls()[0]?.endedAtMs != null);
    expect(heard.filter((line) => !line.startsWith('closed'))).toEqual(['Hello, who is this?', 'Please take me off your list.']);
    expect(moments.at(-1)).toEqual({ kind: 'relay-ended', handoff: 'opt-out', problem: null });
    const text = spoken(sim.calls()[0]?.heard ?? null);
    expect(text).toContain('Northside Plumbing here.');
    expect(text).toContain('Removed.');
    expect(sim.violations()).toEqual([]);
  }, 30_000);

  it('tells why it failed where the account may not use it, and the call goes on', async () => {
    const moments: DocumentMoment[] = [];
    await call('twilio', (moment) => {
      moments.push(moment);
      if (moment.kind === 'relay-ended') return { kind: 'hang-up' };
      // The account is looked at when the relay begins.
      sim.amend({ mayRelay: false });
      return { kind: 'relay', greeting: 'Hi', language: 'en-US', voice: null, hints: [], apology: { text: 'Sorry.', language: 'en-US' } };
    });
    await until(() => sim.calls()[0]?.endedAtMs != null);
    expect(moments.at(-1)).toMatchObject({ kind: 'relay-ended', problem: expect.stringContaining('accepted the AI terms') });
    expect(events.some((event) => event.type === 'leg.stream-trouble')).toBe(true);
  }, 30_000);

  it('is no possibility of Plivo', () => {
    const parts = { host: {} as CarrierHost, clock: systemClock, log: silentLog };
    const plivo: Carrier = new PlivoCarrier({ ...parts, baseUrl: 'http://127.0.0.1:1', credentials: plivoKeys });
    expect(plivo.openRelay).toBeUndefined();
    return plivo.close();
  });
});
