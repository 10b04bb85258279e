import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { rms, toneShare } from '#test/support/audio.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until, voiceHeardBy } from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 90_000 });

const carriers = ['twilio', 'plivo'] as const;
const leadHz = 1_100;
const colleagueHz = 700;
const listen: Move = { kind: 'listen', pauseMs: 900 };

/** Somebody who hears the greeting, and then how it goes on. */
const lead = (...moves: readonly Move[]): ShortPerson => ({ moves: [{ kind: 'say', text: 'Hello?' }, listen, ...moves] });
const patientLead = lead({ kind: 'wait', ms: 60_000 });
const beep = (hz: number): Move => ({ kind: 'beep', hz, ms: 1_500 });

interface Story {
  readonly lead: ShortPerson;
  readonly colleague: ShortPerson;
}

const stories = {
  accepts: {
    // Speaks when the colleague has been quiet for a while.
    lead: lead({ kind: 'say', text: 'Can I speak to a real person, please?' }, listen, { kind: 'listen', pauseMs: 2_600 }, beep(leadHz), {
      kind: 'wait',
      ms: 40_000,
    }),
    colleague: {
      moves: [
        listen,
        { kind: 'press', digits: '1' },
        { kind: 'wait', ms: 3_500 },
        beep(colleagueHz),
        { kind: 'wait', ms: 5_000 },
        { kind: 'hang-up' },
      ],
    },
  },
  declines: { lead: patientLead, colleague: { moves: [listen, { kind: 'press', digits: '2' }, { kind: 'wait', ms: 30_000 }] } },
  'no answer': { lead: patientLead, colleague: { ringing: { kind: 'no-answer' } } },
  busy: { lead: patientLead, colleague: { ringing: { kind: 'busy', afterMs: 800 } } },
  voicemail: {
    lead: patientLead,
    colleague: {
      machine: { kind: 'machine', afterMs: 2_500, beepAtMs: null },
      moves: [
        { kind: 'say', text: 'Please leave a message after the tone.' },
        { kind: 'wait', ms: 30_000 },
      ],
    },
  },
  'hangs up during the briefing': {
    lead: patientLead,
    colleague: { moves: [{ kind: 'wait-to-interrupt', intoMs: 1_500 }, { kind: 'hang-up' }] },
  },
  'lead hangs up meanwhile': {
    lead: lead({ kind: 'wait', ms: 9_000 }, { kind: 'hang-up' }),
    colleague: { moves: [{ kind: 'wait', ms: 30_000 }] },
  },
  'cold answered': {
    lead: patientLead,
    colleague: { moves: [beep(colleagueHz), { kind: 'wait', ms: 6_000 }, { kind: 'hang-up' }] },
  },
  'cold not answered': { lead: patientLead, colleague: { ringing: { kind: 'no-answer' } } },
  'cold busy': { lead: patientLead, colleague: { ringing: { kind: 'busy', afterMs: 800 } } },
} as const satisfies Record<string, Story>;
type StoryName = keyof typeof stories;

interface Told {
  readonly call: Call;
  /** As it was when the transfer was no longer under way. */
  readonly meanwhile: Call;
  readonly leadLeg: SimCall;
  readonly colleagueLeg: SimCall;
}

let rig: BridgeRig;
const told = new Map<string, Promise<Told>>();
const nextLead = numbersFrom(300);
const nextColleague = numbersFrom(400);

async function tell(carrier: CarrierName, name: StoryName, from: string, to: string): Promise<Told> {
  const agentId = await rig.agent({ tools: { endCall: true, callback: true, optOut: true, transferTo: [{ name: 'Dana', number: to }] } });
  const { id } = await rig.dial(from, carrier, { agentId, answeringMachine: 'off', maxCallSeconds: 80 });
  if (name !== 'accepts') await transfer(id, to, name.startsWith('cold') ? 'cold' : 'warm');
  const settled = await until(
    `the transfer of ${carrier}, ${name}`,
    async () => {
      const call = await rig.invoke('calls.get', { id });
      const goesOn = ['ringing', 'briefing', 'accepted'].includes(call.transfer?.state ?? 'ringing');
      return goesOn ? null : call;
    },
    60_000,
  );
  if (settled.transfer?.state !== 'connected' && settled.state !== 'ended') {
    // The AI has the lead again, and says what became of it.
    await until('the explanation', async () => explanation(await rig.invoke('calls.get', { id })), 20_000);
    await rig.ask('calls.hangUp', { id });
  }
  if (name === 'accepts') {
    await until('the AI has it again', async () => (await rig.invoke('calls.get', { id })).holder?.kind === 'ai', 30_000);
    await new Promise((resume) => setTimeout(resume, 3_000));
    await rig.ask('calls.hangUp', { id });
  }
  const call = await rig.over(id, 60_000);
  await until('the end of the second leg', () => rig.ringsAt(to).every(({ endedAtMs }) => endedAtMs !== null), 20_000);
  return { call, meanwhile: settled, leadLeg: rig.ringsAt(from)[0] as SimCall, colleagueLeg: rig.ringsAt(to)[0] as SimCall };
}

/** As soon as the AI has introduced itself. */
async function transfer(id: CallId, to: string, kind: 'cold' | 'warm'): Promise<void> {
  await until('a call that can be handed over', async () => {
    const { status } = await rig.ask('calls.transfer', { id, to, kind, holdSound: true });
    return status === 200;
  });
}

const explanation = (call: Call) =>
  call.transcript.find(({ speaker, text }) => speaker === 'ai' && /nobody is free|call you back/i.test(text)) ?? null;

beforeAll(async () => {
  const people = new Map<string, ShortPerson>();
  const numbers = carriers.flatMap((carrier) =>
    (Object.keys(stories) as StoryName[]).map((name) => {
      const [from, to] = [nextLead(), nextColleague()];
      people.set(from, stories[name].lead).set(to, stories[name].colleague);
      return { carrier, name, from, to };
    }),
  );
  rig = await openBridgeRig({ people: (number) => people.get(number) ?? null });
  await rig.invoke('settings.update', { operatorName: 'Sam' });
  await rig.warmUp();
  // One carrier after the other: a test machine has its hands full with the people on ten calls.
  let before: Promise<unknown> = Promise.resolve();
  for (const carrier of carriers) {
    const tellings = numbers
      .filter((number) => number.carrier === carrier)
      .map(({ name, from, to }) => {
        const telling = before.then(() => tell(carrier, name, from, to));
        telling.catch(() => undefined);
        told.set(`${carrier} ${name}`, telling);
        return telling;
      });
    before = Promise.allSettled(tellings);
  }
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const of = (carrier: CarrierName, name: StoryName) => told.get(`${carrier} ${name}`) as Promise<Told>;

/** When an ear heard a tone, in milliseconds since they picked up; none when it never did. */
function toneHeardMs(leg: SimCall, hz: number): number[] {
  const samples = decodeMulaw(leg.heard ?? new Uint8Array());
  const found: number[] = [];
  for (let atMs = 0; atMs + 200 <= samples.length / 8; atMs += 100)
    if (rms(samples, atMs, atMs + 200) > 0.02 && toneShare(samples, hz, atMs, atMs + 200) > 0.8) found.push(atMs);
  return found;
}

const keyAtMs = (leg: SimCall) => leg.history.find((event) => event.kind === 'key')?.atMs ?? Number.NaN;

describe.each(carriers)('a warm transfer over %s', (carrier) => {
  it('that a colleague takes connects the two, and gives the lead back when they have hung up', async () => {
    const { call, leadLeg, colleagueLeg } = await of(carrier, 'accepts');
    expect(call).toMatchObject({ disposition: 'transferred', personInvolved: true });
    expect(call.transfer).toMatchObject({ kind: 'warm', state: 'connected', requestedBy: 'ai', toName: 'Dana' });
    expect(toneHeardMs(leadLeg, colleagueHz).length).toBeGreaterThan(8);
    expect(toneHeardMs(colleagueLeg, leadHz).length).toBeGreaterThan(8);
    // The briefing was for the colleague's ear alone, and nobody was connected before the key.
    const [spoken] = voiceHeardBy(colleagueLeg);
    expect(spoken?.startMs).toBeLessThan(keyAtMs(colleagueLeg) - (colleagueLeg.answeredAtMs ?? 0));
    expect(toneHeardMs(leadLeg, colleagueHz)[0]).toBeGreaterThan(keyAtMs(colleagueLeg) - (leadLeg.answeredAtMs ?? 0));
    expect(call.involvements.map(({ action }) => action)).toEqual(expect.arrayContaining(['took-over', 'transferred', 'reclaimed']));
    expect(call.involvements.find(({ action }) => action === 'transferred')).toMatchObject({ who: 'Mia (AI)', detail: 'to Dana' });
    // The AI is there again for whoever is still on the line.
    const leftAtMs = (colleagueLeg.endedAtMs ?? 0) - (leadLeg.answeredAtMs ?? 0);
    expect(voiceHeardBy(leadLeg).some(({ endMs }) => endMs > leftAtMs)).toBe(true);
    expect(call.costs.find(({ kind }) => kind === 'transfer')?.micros).toBeGreaterThan(0);
  });

  it.each([
    ['declines', 'declined'],
    ['no answer', 'no-answer'],
    ['busy', 'busy'],
    ['voicemail', 'voicemail'],
    ['hangs up during the briefing', 'declined'],
  ] as const)('gives the lead back to the AI, which explains and offers a callback: %s', async (name, state) => {
    const { call, leadLeg } = await of(carrier, name);
    expect(call.transfer).toMatchObject({ kind: 'warm', state, requestedBy: 'operator', cause: expect.any(String) });
    expect(explanation(call)).not.toBeNull();
    // The lead's leg had one stream from beginning to end, and no silence in which nobody was there.
    expect(leadLeg.history.filter((event) => event.kind === 'verb' && /Stream|Connect/.test(event.verb))).toHaveLength(1);
  });

  it('tells a colleague that the lead has hung up, and ends their leg', async () => {
    const { call, colleagueLeg } = await of(carrier, 'lead hangs up meanwhile');
    expect(call).toMatchObject({ endedBy: 'lead', transfer: { state: 'abandoned' } });
    const last = voiceHeardBy(colleagueLeg).at(-1);
    expect(last?.endMs).toBeGreaterThan(Date.parse(call.endedAt ?? '') - (colleagueLeg.answeredAtMs ?? 0));
  });
});

describe.each(carriers)('a cold transfer over %s', (carrier) => {
  it('puts the line itself through', async () => {
    const { call, meanwhile, leadLeg } = await of(carrier, 'cold answered');
    // The carrier tells of the answer while the two talk.
    expect(meanwhile).toMatchObject({ state: 'transferring', transfer: { kind: 'cold', state: 'connected' } });
    expect(call).toMatchObject({ disposition: 'transferred', transfer: { kind: 'cold', state: 'connected' } });
    expect(call.involvements).toContainEqual(expect.objectContaining({ who: 'Sam', action: 'transferred' }));
    expect(toneHeardMs(leadLeg, colleagueHz).length).toBeGreaterThan(8);
  });

  it.each([
    ['cold not answered', 'no-answer'],
    ['cold busy', 'busy'],
  ] as const)('comes back to the AI on a new stream: %s', async (name, state) => {
    const { call } = await of(carrier, name);
    expect(call.transfer).toMatchObject({ kind: 'cold', state, cause: expect.any(String) });
    expect(explanation(call)).not.toBeNull();
  });
});

it('breaks no rule of a carrier or of the AI', async () => {
  await Promise.allSettled(told.values());
  expect(rig.violations()).toEqual([]);
});
