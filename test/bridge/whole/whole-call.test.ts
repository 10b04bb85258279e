import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { type Audio, readWav, rms, speechStretches, windowOf } from '#test/support/audio.ts';
import { type CallsRig, openCallsRig } from '#test/support/calls-rig.ts';

const people = {
  interested: '+12125550111',
  optsOut: '+13125550112',
  voicemail: '+14155550113',
  wantsHuman: '+12065550115',
  invalid: '+13035550116',
  interrupts: '+13125550122',
  hangsUp: '+16175550124',
  busyLine: '+12065550125',
} as const;
type Role = keyof typeof people;

/**
 * Somebody speaks in the recording when the line had it: the two clocks differ by webhooks and timers, not by more. What this machine was
 * late with its own timers comes on top, lest the test measure its neighbours.
 */
const apartMs = (carrier: CarrierName) => 40 + simOf(carrier).stats().pacer.lateMaxMs;

const carriers = ['twilio', 'plivo'] as const;
const rigs = new Map<CarrierName, CallsRig>();
const calls = new Map<string, Promise<Call>>();

const rigOf = (carrier: CarrierName): CallsRig => rigs.get(carrier) as CallsRig;
const callOf = (carrier: CarrierName, role: Role): Promise<Call> => calls.get(`${carrier} ${role}`) as Promise<Call>;
const simOf = (carrier: CarrierName) => rigOf(carrier).world[carrier];
const simCallOf = (carrier: CarrierName, role: Role): SimCall =>
  simOf(carrier)
    .calls()
    .find(({ to, direction }) => to === people[role] && direction === 'outbound-api') as SimCall;

const reached = (call: Call) => call.hops.map(({ name }) => name);
const said = (call: Call, speaker: string) => call.transcript.filter((segment) => segment.speaker === speaker).map(({ text }) => text);
const hopAtMs = (call: Call, name: string) => Date.parse(call.hops.find((hop) => hop.name === name)?.at ?? '');

function recordingOf(carrier: CarrierName, call: Call): Audio {
  return readWav(readFileSync(rigOf(carrier).calls.recordingPath(call.id) ?? ''));
}

/** What the line carried in one direction and what the recording has of it, put on the recording's clock. */
function onOneClock(call: Call, sim: SimCall, recorded: Int16Array | undefined, line: Uint8Array | null) {
  const shiftMs = (sim.answeredAtMs ?? 0) - Date.parse(call.answeredAt ?? '');
  return { recorded: recorded ?? new Int16Array(), line: decodeMulaw(line ?? new Uint8Array()), shiftMs };
}

/** By how much a stretch of the line stands elsewhere in the recording; null when it is not there. */
function lagOf(sound: { recorded: Int16Array; line: Int16Array; shiftMs: number }, fromMs: number, toMs: number): number | null {
  const piece = windowOf(sound.line, fromMs, toMs);
  const expectedAt = Math.round((fromMs + sound.shiftMs) * 8);
  for (let lag = 0; lag <= 400 * 8; lag += 1) {
    for (const at of [expectedAt + lag, expectedAt - lag]) {
      if (at >= 0 && piece.every((sample, index) => sound.recorded[at + index] === sample)) return (at - expectedAt) / 8;
    }
  }
  return null;
}

beforeAll(async () => {
  for (const carrier of carriers) rigs.set(carrier, await openCallsRig({ keepAudio: true }));
  // All calls at once: they last as long as people speak.
  for (const carrier of carriers) {
    for (const role of Object.keys(people) as Role[]) {
      const call = rigOf(carrier).callThrough(people[role], { carrier, input: { answeringMachine: 'hang-up' } });
      call.catch(() => undefined);
      calls.set(`${carrier} ${role}`, call);
    }
  }
}, 60_000);

afterAll(async () => {
  await Promise.all([...rigs.values()].map((rig) => rig.close()));
  for (const [carrier, { world }] of rigs) {
    expect(world[carrier].violations()).toEqual([]);
    // A cancel and the end of an answer may cross on the way; the service says so and nothing comes of it.
    expect(world.openai.violations().filter(({ harmless }) => !harmless)).toEqual([]);
  }
});

describe.each(carriers)('a call over %s', (carrier) => {
  it('climbs the whole path, talks, books and ends', async () => {
    const call = await callOf(carrier, 'interested');
    expect(call).toMatchObject({ state: 'ended', outcome: 'completed', disposition: 'interested', rung: 'realtime', endedBy: 'ai' });
    expect(reached(call)).toEqual(
      expect.arrayContaining([
        'dialled',
        'accepted',
        'ringing',
        'answered',
        'document-served',
        'media-open',
        'first-frame-in',
        'ai-open',
        'ai-ready',
        'first-audio-sent',
        'first-audio-played',
        'disclosure-played',
        'ended',
      ]),
    );
    expect(call.disclosurePlayedAt).not.toBeNull();
    expect(said(call, 'lead').join(' ')).toContain('Tuesday at ten would work for me.');
    expect(said(call, 'ai')[0]).toContain('an AI assistant calling for Northside Plumbing');
    expect(call.transcript.map(({ startMs }) => startMs)).toEqual([...call.transcript.map(({ startMs }) => startMs)].sort((a, b) => a - b));
    expect(call.turns.length).toBeGreaterThan(2);
    expect(call.costs.map(({ kind }) => kind)).toContain('carrier');
  }, 120_000);

  it('begins to speak within 60 ms of the media socket, when the phone rang long enough', async () => {
    const roles = ['interested', 'optsOut', 'interrupts', 'wantsHuman'] as const;
    const waits = await Promise.all(
      roles.map(async (role) => {
        const call = await callOf(carrier, role);
        const { history, media } = simCallOf(carrier, role);
        const opened = history.find((event) => event.kind === 'socket' && event.direction === 'to-bridge');
        expect(hopAtMs(call, 'first-audio-sent')).toBeGreaterThanOrEqual(hopAtMs(call, 'media-open'));
        return (media.firstFrameFromBridgeAtMs ?? Number.POSITIVE_INFINITY) - (opened?.atMs ?? 0);
      }),
    );
    // All calls begin at the same moment in this one process; the quickest shows what the way takes.
    expect(Math.min(...waits)).toBeLessThanOrEqual(60);
  }, 120_000);

  it.each(['interested', 'optsOut', 'interrupts'] as const)(
    'records both sides as the line had them: %s',
    async (role) => {
      const call = await callOf(carrier, role);
      const { channels, durationMs } = recordingOf(carrier, call);
      expect(durationMs).toBeGreaterThan(call.talkMs - 300 - apartMs(carrier));
      expect(durationMs).toBeLessThan(call.talkMs + 300 + apartMs(carrier));
      const sim = simCallOf(carrier, role);
      for (const [side, line] of [
        [0, sim.said],
        [1, sim.heard],
      ] as const) {
        const sound = onOneClock(call, sim, channels[side], line);
        // Words that were spoken before the carrier had opened the stream are nobody's.
        const openMs = hopAtMs(call, 'media-open') - Date.parse(call.answeredAt ?? '') + apartMs(carrier);
        const heard = speechStretches(sound.line).filter(({ startMs }) => startMs + sound.shiftMs > openMs);
        const stretches = heard.filter(({ startMs, endMs }) => endMs - startMs >= 300);
        expect(stretches.length).toBeGreaterThan(0);
        for (const { startMs, endMs } of stretches) {
          // A hiccup of the line stands in both; one piece of each stretch that has none is enough.
          const lag = [0.3, 0.5, 0.7].reduce<number | null>((found, share) => {
            const atMs = startMs + share * (endMs - startMs);
            return found ?? lagOf(sound, atMs - 30, atMs + 30);
          }, null);
          expect(lag, `side ${side}, ${startMs} to ${endMs} ms`).not.toBeNull();
          expect(Math.abs(lag ?? 0), `side ${side}, ${startMs} to ${endMs} ms`).toBeLessThanOrEqual(apartMs(carrier));
        }
        // Nothing is recorded that the line did not have, counted on both from the moment when the stream was open:
        // the first words begin at that very moment, so a stretch is counted by its part, never as a whole.
        const spokenMs = (all: readonly { startMs: number; endMs: number }[], fromMs: number) =>
          all.reduce((sum, one) => sum + Math.max(0, one.endMs - Math.max(fromMs, one.startMs)), 0);
        const recordedMs = spokenMs(speechStretches(sound.recorded), openMs);
        const lineMs = spokenMs(speechStretches(sound.line), openMs - sound.shiftMs);
        expect(Math.abs(recordedMs - lineMs)).toBeLessThan(200 + apartMs(carrier));
      }
    },
    120_000,
  );

  it('tells in the transcript when each side was heard', async () => {
    const call = await callOf(carrier, 'interested');
    const { channels } = recordingOf(carrier, call);
    for (const { speaker, text, startMs, endMs } of call.transcript) {
      const channel = channels[speaker === 'lead' ? 0 : 1] ?? new Int16Array();
      expect(rms(channel, startMs, endMs), text).toBeGreaterThan(0.01);
      // The service names the beginning of a turn with some padding before it, and its end with the silence that proved it.
      const begins = speechStretches(channel).some((stretch) => Math.abs(stretch.startMs - startMs) < 400 || stretch.startMs < startMs);
      expect(begins, text).toBe(true);
    }
  }, 120_000);

  it('suppresses a number whose owner says so, before the call ends, and says goodbye', async () => {
    const call = await callOf(carrier, 'optsOut');
    const rig = rigOf(carrier);
    expect(call).toMatchObject({ outcome: 'completed', disposition: 'do-not-call', endedBy: 'lead' });
    expect(rig.store.suppressions.has(people.optsOut, 'rehearsal')).toMatchObject({ reason: 'opt-out' });
    const { createdAt } = rig.store.suppressions.list({ limit: 1 })[0] ?? { createdAt: '' };
    expect(Date.parse(createdAt)).toBeLessThan(Date.parse(call.endedAt ?? ''));
    expect(said(call, 'ai').at(-1)).toBe("Understood, you're removed. Goodbye.");
    await expect(rig.dial(people.optsOut, { carrier })).rejects.toMatchObject({
      code: 'gate/refused',
      details: { refusal: 'suppressed' },
    });
  }, 120_000);

  it('tells what the ear received when the lead talks over the AI, and is silent at once', async () => {
    const call = await callOf(carrier, 'interrupts');
    const cut = call.transcript.find(({ interrupted }) => interrupted);
    expect(cut?.speaker).toBe('ai');
    expect(cut?.text.startsWith(cut.heardText ?? 'nothing')).toBe(true);
    expect(cut?.heardText?.length).toBeLessThan(cut?.text.length ?? 0);
    expect(call.disposition).toBe('not-interested');

    const sim = simCallOf(carrier, 'interrupts');
    const clears = sim.history.filter(
      (event) => event.kind === 'socket' && event.direction === 'from-bridge' && /"clear/.test(JSON.stringify(event.message)),
    );
    expect(clears.length).toBeGreaterThan(0);
    const ours = recordingOf(carrier, call).channels[1] ?? new Int16Array();
    const nextAi = call.transcript.find(({ speaker, startMs }) => speaker === 'ai' && startMs > (cut?.endMs ?? 0));
    const clearMs =
      (clears.find(({ atMs }) => atMs >= Date.parse(call.answeredAt ?? '') + (cut?.startMs ?? 0))?.atMs ?? 0) -
      Date.parse(call.answeredAt ?? '');
    expect(Math.abs(clearMs - (cut?.endMs ?? 0))).toBeLessThan(20 + apartMs(carrier));
    expect(rms(ours, clearMs + 20, (nextAi?.startMs ?? call.talkMs) - 20)).toBe(0);
    const heard = decodeMulaw(sim.heard ?? new Uint8Array());
    const simMs = clearMs - ((sim.answeredAtMs ?? 0) - Date.parse(call.answeredAt ?? ''));
    expect(rms(heard, simMs + apartMs(carrier), simMs + (nextAi?.startMs ?? call.talkMs) - clearMs - apartMs(carrier))).toBe(0);
  }, 120_000);

  it('puts the lead through to a colleague', async () => {
    const call = await callOf(carrier, 'wantsHuman');
    expect(call).toMatchObject({ outcome: 'completed', disposition: 'transferred' });
    expect(call.toolCalls.map(({ name }) => name)).toContain('transfer_to_human');
  }, 120_000);

  it.each([
    ['busyLine', 'busy', 'busy'],
    ['invalid', 'invalid-number', 'invalid-number'],
    ['hangsUp', 'completed', 'hung-up-early'],
    ['voicemail', 'completed', 'voicemail-no-message'],
  ] as const)(
    'ends as it does with %s: %s',
    async (role, outcome, disposition) => {
      expect(await callOf(carrier, role)).toMatchObject({ outcome, disposition });
    },
    120_000,
  );
});
