import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { type Audio, readWav, rms, type Stretch, speechStretches } from '#test/support/audio.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Everybody takes turns with the AI, with pauses in between, so that it is plain who speaks when. */
const scripts: readonly ShortPerson[] = [
  {
    moves: [
      { kind: 'wait', ms: 300 },
      { kind: 'say', text: 'Hello?' },
      { kind: 'listen', pauseMs: 1_000 },
      { kind: 'say', text: 'Yes, that sounds good.' },
      { kind: 'listen', pauseMs: 1_000 },
      { kind: 'say', text: 'Tuesday at ten would work for me.' },
      { kind: 'listen', pauseMs: 1_000 },
      { kind: 'hang-up' },
    ],
  },
  {
    moves: [
      { kind: 'listen', pauseMs: 1_000 },
      { kind: 'say', text: 'No, thank you. Not interested.' },
      { kind: 'listen', pauseMs: 2_500 },
      { kind: 'hang-up' },
    ],
  },
  {
    moves: [
      { kind: 'say', text: 'Hello?' },
      { kind: 'listen', pauseMs: 1_000 },
      { kind: 'say', text: 'Who is this, please?' },
      { kind: 'wait-to-interrupt', intoMs: 1_200 },
      { kind: 'say', text: 'Hold on, hold on. I am not interested, thank you.' },
      { kind: 'wait', ms: 4_000 },
      { kind: 'hang-up' },
    ],
  },
  { moves: [{ kind: 'wait', ms: 7_000 }, { kind: 'hang-up' }] },
];
const toleranceMs = 60;

const number = numbersFrom(100);
const people = { twilio: scripts.map(number), plivo: scripts.map(number) };
let rig: BridgeRig;
beforeAll(async () => {
  const byNumber = new Map([...people.twilio, ...people.plivo].map((to, index) => [to, scripts[index % scripts.length]]));
  rig = await openBridgeRig({ people: (to) => byNumber.get(to) ?? null });
  await rig.warmUp();
  const campaigns = await Promise.all(
    (['twilio', 'plivo'] as const).map((carrier) =>
      rig.campaign(carrier, people[carrier], { retry: { 'hung-up-early': { delaysMinutes: [], maxAttempts: 1 } } }),
    ),
  );
  for (const id of campaigns) await rig.invoke('campaigns.start', { id });
  for (const id of campaigns) {
    await until('the end of the campaign', async () => (await rig.invoke('campaigns.get', { id })).state === 'completed', 70_000);
  }
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

interface Recorded {
  readonly call: Call;
  readonly leg: SimCall;
  readonly wav: Audio;
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** The call with a number, and its recording, fetched in three parts as a player does. */
async function recorded(to: string): Promise<Recorded> {
  const [leg] = rig.ringsAt(to);
  const summary = (await rig.invoke('calls.list', { limit: 100 })).find((call) => call.to === to);
  if (!leg || !summary) throw new Error(`nobody was called at ${to}`);
  const call = await rig.over(summary.id);
  const url = call.recording?.url ?? '';
  const whole = await rig.http(url);
  expect({ status: whole.status, ranges: whole.headers.get('accept-ranges') }).toEqual({ status: 200, ranges: 'bytes' });
  const bytes = Buffer.from(await whole.arrayBuffer());
  const cuts = [0, 5_000, Math.floor(bytes.length / 2), bytes.length];
  const parts: Buffer[] = [];
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const [from, last] = [cuts[at] ?? 0, (cuts[at + 1] ?? 0) - 1];
    const part = await rig.http(url, { headers: { range: `bytes=${from}-${last}` } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${last}/${bytes.length}`]);
    parts.push(Buffer.from(await part.arrayBuffer()));
  }
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  const wav = readWav(bytes);
  expect({ rate: wav.sampleRateHz, channels: wav.channels.length }).toEqual({ rate: 8_000, channels: 2 });
  const [left, right] = wav.channels;
  if (!left || !right) throw new Error('a side is missing');
  return { call, leg, wav, left, right };
}

const windowMs = 10;

/** Loudness of each 10 ms. */
function envelope(samples: Int16Array): Float64Array {
  const step = (8_000 * windowMs) / 1_000;
  return Float64Array.from({ length: Math.floor(samples.length / step) }, (_, index) =>
    rms(samples.subarray(index * step, (index + 1) * step)),
  );
}

/** By how much a stretch of one track lies later in another, at best likeness; up to a second either way. */
function shiftOf(stretch: Stretch, track: Float64Array, other: Float64Array): number {
  const [from, to] = [Math.floor(stretch.startMs / windowMs), Math.ceil(stretch.endMs / windowMs)];
  let best = { shift: Number.NaN, likeness: -1 };
  for (let shift = -100; shift <= 100; shift += 1) {
    let [both, one, two] = [0, 0, 0];
    for (let at = from; at < to; at += 1) {
      const [here, there] = [track[at] ?? 0, other[at + shift] ?? 0];
      both += here * there;
      one += here * here;
      two += there * there;
    }
    const likeness = both / Math.sqrt(one * two || 1);
    if (likeness > best.likeness) best = { shift: shift * windowMs, likeness };
  }
  expect(best.likeness).toBeGreaterThan(0.8);
  return best.shift;
}

/** How much later each piece of speech of one track is in another. */
function shiftsBetween(ours: Int16Array, theirs: Int16Array): readonly number[] {
  const [track, other] = [envelope(ours), envelope(theirs)];
  // What was on its way when somebody hung up was sent, and not heard.
  const untilMs = other.length * windowMs - 500;
  return speechStretches(ours, { leastMs: 300 }).flatMap((stretch) => (stretch.endMs < untilMs ? [shiftOf(stretch, track, other)] : []));
}

/** When a busy machine held up the simulated phone's own beat, its ear and mouth were late by as much, and tell no better. */
function tolerance(carrier: CarrierName): number {
  const { lateMaxMs } = rig.sim(carrier).stats().pacer;
  return toleranceMs + (lateMaxMs > 40 ? lateMaxMs : 0);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe.each(['twilio', 'plivo'] as const)('a campaign over %s', (carrier) => {
  it('leaves a recording of each call that holds what was said on the left and what was heard on the right, on one clock', async () => {
    const apart: number[] = [];
    const between: number[] = [];
    for (const to of people[carrier]) {
      const { leg, wav, left, right, call } = await recorded(to);
      const heard = decodeMulaw(leg.heard ?? new Uint8Array());
      const said = decodeMulaw(leg.said ?? new Uint8Array());
      const ears = shiftsBetween(right, heard);
      const mouths = shiftsBetween(left, said);
      expect(ears.length, to).toBeGreaterThan(0);
      expect(mouths.length > 0, to).toBe(speechStretches(said).length > 0);
      if (mouths.length === 0) expect(rms(left), to).toBeLessThan(0.002);
      else between.push(median(mouths) - median(ears));
      apart.push(...[ears, mouths].flatMap((shifts) => shifts.map((shift) => Math.abs(shift - median(shifts)))));
      expect(Math.abs(wav.durationMs - call.talkMs), to).toBeLessThan(1_000);
    }
    // One clock: what ear and mouth did at the same moment stands beside each other.
    const clockMs = tolerance(carrier);
    expect(Math.abs(median(between)), `left against right: ${between.join(', ')} ms`).toBeLessThanOrEqual(clockMs);
    expect(apart.filter((ms) => ms <= clockMs).length / apart.length, `off by ${apart.join(', ')} ms`).toBeGreaterThanOrEqual(0.7);
    expect(Math.max(...apart, ...between.map(Math.abs))).toBeLessThan(400 + clockMs);
  });

  it('tells in its transcripts when each of our sentences was heard', async () => {
    const slackMs = tolerance(carrier);
    for (const to of people[carrier]) {
      const { right, call } = await recorded(to);
      const sentences = call.transcript.filter(({ speaker }) => speaker === 'ai');
      const ours = sentences.filter(({ heardText }) => heardText !== '');
      expect(ours.length, to).toBeGreaterThan(0);
      for (const { startMs, endMs, text } of ours) {
        expect(rms(right, startMs, endMs), `${to}: ${text}`).toBeGreaterThan(0.01);
        // A voice begins with a breath of silence, so sound starts a little after its segment and never before.
        const isFirst = !ours.some((other) => other.startMs < startMs && other.endMs > startMs - 400);
        if (!isFirst) continue;
        const quiet = rms(right, Math.max(0, startMs - 350), Math.max(0, startMs - slackMs));
        expect(quiet, `before ${text}`).toBeLessThan(0.002);
        expect(rms(right, startMs, startMs + 450), `at the beginning of ${text}`).toBeGreaterThan(0.005);
      }
      for (const sound of speechStretches(right, { joinMs: 30, leastMs: 30 })) {
        // When somebody hangs up, a moment of what was on its way is recorded still.
        if (sound.endMs > call.talkMs - 300) continue;
        const owner = sentences.some(({ startMs, endMs }) => startMs - slackMs <= sound.startMs && sound.endMs <= endMs + slackMs);
        const spansTwo = sentences.filter(({ startMs, endMs }) => endMs > sound.startMs && startMs < sound.endMs).length > 1;
        expect(owner || spansTwo, `${to}: sound from ${sound.startMs} to ${sound.endMs} ms belongs to no sentence`).toBe(true);
      }
    }
  });

  it("tells in its transcripts when the lead's words were said", async () => {
    const slackMs = tolerance(carrier);
    for (const to of people[carrier]) {
      const { left, call } = await recorded(to);
      const spoken = speechStretches(left);
      const segments = call.transcript.filter(({ speaker }) => speaker === 'lead');
      for (const { startMs, endMs, text } of segments) {
        const [sound, ...more] = spoken.filter((stretch) => stretch.startMs < endMs && stretch.endMs > startMs);
        expect({ text, more }).toEqual({ text, more: [] });
        // The service hears from a little before the first sound to the end of the pause that ends a turn.
        expect(sound?.startMs, text).toBeGreaterThanOrEqual(startMs - slackMs);
        expect(sound?.startMs, text).toBeLessThanOrEqual(startMs + 500 + slackMs);
        expect(sound?.endMs, text).toBeLessThanOrEqual(endMs + slackMs);
        expect(sound?.endMs, text).toBeGreaterThanOrEqual(endMs - 900 - slackMs);
      }
      expect(segments.length, to).toBeGreaterThanOrEqual(spoken.length > 0 ? 1 : 0);
    }
  });

  it('shows what was cut off by the lead, and the recording ends where the ear did', async () => {
    const slackMs = tolerance(carrier);
    const to = people[carrier][2] ?? '';
    const { call, right, left } = await recorded(to);
    const cut = call.transcript.find(({ speaker, interrupted }) => speaker === 'ai' && interrupted);
    if (!cut) throw new Error('nothing was cut off');
    expect(cut.text.startsWith(cut.heardText ?? '-')).toBe(true);
    expect(cut.heardText?.length).toBeLessThan(cut.text.length);
    // From the cut to the next of our sentences the right side is silent, while the lead is heard on the left.
    const next = call.transcript.find(({ speaker, startMs }) => speaker === 'ai' && startMs > cut.startMs);
    const quietUntilMs = Math.min(next?.startMs ?? call.talkMs, cut.endMs + 1_500) - slackMs;
    expect(rms(right, cut.endMs + slackMs, quietUntilMs)).toBeLessThan(0.002);
    expect(rms(left, cut.endMs - 300, cut.endMs + 1_000)).toBeGreaterThan(0.01);
  });

  it('keeps to the protocols', () => {
    expect(rig.violations()).toEqual([]);
  });
});
