import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMulaw, encodeMulaw } from '#bridge/media/g711.ts';
import { loadVoiceDetector, type VoiceDetector } from '#bridge/media/voice-activity.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { evenly, noise, noiseNames } from '#test/support/noises.ts';
import { silence } from '#test/support/tones.ts';

let voices: Voices;
let openDetector: Awaited<ReturnType<typeof loadVoiceDetector>>;
beforeAll(async () => {
  voices = await createVoices();
  openDetector = await loadVoiceDetector();
});
afterAll(() => voices.close());

/** What a detector notices in some audio, and when. */
function heardIn(audio: Uint8Array, pieceBytes = 160) {
  const told: { what: 'started' | 'stopped'; atMs: number; noticedMs: number }[] = [];
  let givenMs = 0;
  const detector: VoiceDetector = openDetector({
    started: (atMs) => told.push({ what: 'started', atMs, noticedMs: givenMs }),
    stopped: (atMs) => told.push({ what: 'stopped', atMs, noticedMs: givenMs }),
  });
  for (let at = 0; at < audio.length; at += pieceBytes) {
    const piece = audio.subarray(at, at + pieceBytes);
    givenMs = (at + piece.length) / 8;
    detector.hear(piece, at / 8);
  }
  const { figures, speaking } = detector;
  detector.close();
  return { told, figures, speaking, started: told.filter(({ what }) => what === 'started') };
}

const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A sentence after two seconds of the noise that every line has. @returns where its first sound is */
async function sentence(text: string, voice: 'rms' | 'awb' | 'kal16' | 'slt', noiseDbfs: number) {
  const clip = decodeMulaw(await voices.render(text, voice));
  const random = evenly(7);
  const amplitude = 32_767 * 10 ** (noiseDbfs / 20) * 1.7;
  const samples = Int16Array.from({ length: 16_000 + clip.length + 8000 }, (_, at) => amplitude * random() + (clip[at - 16_000] ?? 0));
  let first = 0;
  const loud = (from: number) => Math.sqrt(clip.subarray(from, from + 80).reduce((sum, sample) => sum + sample ** 2, 0) / 80) > 330;
  while (first < clip.length && !loud(first)) first += 40;
  return { audio: encodeMulaw(samples), firstMs: (16_000 + first) / 8 };
}

describe('the detector of voices', () => {
  it('takes no noise of a line for a voice, but in less than one second of a hundred', () => {
    let [seconds, wrong] = [0, 0];
    for (const name of noiseNames) {
      for (const dbfs of [-50, -35, -20]) {
        const { started } = heardIn(noise(name, { dbfs, ms: 20_000 }));
        seconds += 20;
        wrong += started.length;
        expect(started.length, `${name} at ${dbfs} dBFS`).toBeLessThanOrEqual(1);
      }
    }
    expect(wrong / seconds).toBeLessThan(0.01);
  });

  it('hears the beginning of a sentence within 100 ms, in 95 of 100 cases', { timeout: 60_000 }, async () => {
    const texts = [
      'Hello, who is this?',
      'Yes.',
      'No, thank you.',
      'Stop calling me.',
      'Is this a robot?',
      'Please take me off your list.',
    ];
    const more = ['How much does it cost?', 'Fine.', 'I already told you twice.', 'What is the price of that?', 'Can we meet on Tuesday?'];
    const latencies: number[] = [];
    for (const voice of ['rms', 'awb', 'kal16', 'slt'] as const) {
      for (const text of [...texts, ...more]) {
        const { audio, firstMs } = await sentence(text, voice, -70);
        const { started } = heardIn(audio);
        expect(started[0], `${voice}: ${text}`).toBeDefined();
        latencies.push((started[0]?.noticedMs ?? 0) - firstMs);
      }
    }
    latencies.sort((a, b) => a - b);
    expect(latencies[0]).toBeGreaterThanOrEqual(0);
    expect(latencies[Math.floor(latencies.length * 0.95)]).toBeLessThanOrEqual(100);
    expect(latencies[Math.floor(latencies.length * 0.5)]).toBeLessThanOrEqual(80);
  });

  it('tells where a voice began and ended, and how much of the call it was', async () => {
    const clip = await voices.render('I already told you twice.', 'slt');
    const { told, figures, speaking } = heardIn(joined(silence(1000), clip, silence(1500)));
    expect(told.map(({ what }) => what)).toEqual(['started', 'stopped']);
    const [start, stop] = told;
    expect(start?.atMs).toBeGreaterThanOrEqual(900);
    expect(start?.atMs).toBeLessThan(1200);
    expect(stop?.atMs).toBeLessThanOrEqual(1000 + clip.length / 8 + 100);
    expect((stop?.noticedMs ?? 0) - (stop?.atMs ?? 0)).toBe(300);
    const spokenMs = (stop?.atMs ?? 0) - (start?.atMs ?? 0);
    expect(figures.voicedMs).toBe(spokenMs);
    expect(figures.talkRatio).toBeCloseTo(spokenMs / figures.heardMs, 3);
    expect(figures.silentMs).toBe(figures.heardMs - (stop?.atMs ?? 0));
    expect(figures.longestSilenceMs).toBe(figures.silentMs);
    expect(speaking).toBe(false);
  });

  it('goes on hearing one voice through the gaps between its words', async () => {
    const clip = await voices.render('Sorry, I am driving right now. Please call me back on Tuesday.', 'rms');
    const { told } = heardIn(joined(silence(500), clip, silence(1000)));
    expect(told.filter(({ what }) => what === 'started').length).toBeLessThanOrEqual(3);
    expect(told.at(-1)?.what).toBe('stopped');
  });

  it('hears the same in pieces of any length', async () => {
    const clip = await voices.render('No, thank you.', 'awb');
    const audio = joined(silence(600), clip, silence(800));
    const whole = heardIn(audio).told.map(({ what, atMs }) => [what, atMs]);
    expect(whole).toHaveLength(2);
    for (const pieceBytes of [1, 77, 320, 5000])
      expect(heardIn(audio, pieceBytes).told.map(({ what, atMs }) => [what, atMs])).toEqual(whole);
  });

  it('hears a voice again over a noise that has been there for a while', async () => {
    const clip = decodeMulaw(await voices.render('Please take me off your list.', 'rms'));
    const hum = decodeMulaw(noise('pink noise', { dbfs: -40, ms: 8000 }));
    const both = hum.map((sample, at) => sample + (clip[at - 32_000] ?? 0));
    const { started } = heardIn(encodeMulaw(both));
    expect(started.length).toBeGreaterThanOrEqual(1);
    expect(started[0]?.atMs).toBeGreaterThan(3900);
  });

  it('tells nothing after it was closed', () => {
    const detector = openDetector({ started: () => expect.fail('closed'), stopped: () => expect.fail('closed') });
    detector.close();
    detector.hear(noise('white noise', { dbfs: -10, ms: 1000 }), 0);
    expect(detector.figures).toEqual({ heardMs: 0, voicedMs: 0, talkRatio: 0, silentMs: 0, longestSilenceMs: 0 });
  });
});
