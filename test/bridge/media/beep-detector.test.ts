import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BeepDetector } from '#bridge/media/beep-detector.ts';
import { dtmfTones } from '#bridge/media/dtmf.ts';
import { decodeMulaw, encodeMulaw, SAMPLE_RATE_HZ } from '#bridge/media/g711.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { evenly, noise, noiseNames } from '#test/support/noises.ts';
import { silence, tone } from '#test/support/tones.ts';

let voices: Voices;
beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());

function heardIn(audio: Uint8Array, pieceBytes = 160) {
  const beeps: { atMs: number; hz: number; noticedMs: number }[] = [];
  const faxes: number[] = [];
  let givenMs = 0;
  const detector = new BeepDetector({ beep: (atMs, hz) => beeps.push({ atMs, hz, noticedMs: givenMs }), fax: (atMs) => faxes.push(atMs) });
  for (let at = 0; at < audio.length; at += pieceBytes) {
    const piece = audio.subarray(at, at + pieceBytes);
    givenMs = (at + piece.length) / 8;
    detector.hear(piece, at / 8);
  }
  return { beeps, faxes };
}

const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const later = (audio: Uint8Array, offsetMs = 507) => joined(silence(offsetMs), audio, silence(600));

/** Several tones at once. */
function chord(frequencies: readonly number[], ms: number, peak = 0.3): Uint8Array {
  return encodeMulaw(
    Int16Array.from({ length: (ms * SAMPLE_RATE_HZ) / 1000 }, (_, at) => {
      const sum = frequencies.reduce((total, hz) => total + Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE_HZ), 0);
      return (32_767 * peak * sum) / frequencies.length;
    }),
  );
}

/** White noise over some audio. @param dbfs its loudness */
function noisy(audio: Uint8Array, dbfs: number): Uint8Array {
  const random = evenly(3);
  const amplitude = 32_767 * 10 ** (dbfs / 20) * 1.7;
  const samples = decodeMulaw(audio);
  return encodeMulaw(Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, sample + amplitude * random()))));
}

describe('the beep of an answering machine', () => {
  it('is heard at every frequency and length that machines use, within a tenth of a second of its end', () => {
    for (const hz of [440, 700, 850, 1_000, 1_250, 1_400, 1_500, 1_700, 2_000]) {
      for (const ms of [120, 250, 400, 700, 1_200]) {
        const { beeps } = heardIn(later(tone(hz, ms)));
        expect(beeps, `${hz} Hz for ${ms} ms`).toHaveLength(1);
        const [beep] = beeps;
        expect(Math.abs((beep?.hz ?? 0) - hz)).toBeLessThan(12);
        expect(Math.abs((beep?.atMs ?? 0) - 507 - ms)).toBeLessThanOrEqual(40);
        expect((beep?.noticedMs ?? 0) - 507 - ms).toBeLessThanOrEqual(120);
      }
    }
  });

  it('is heard quietly, and in noise 20 dB below it', () => {
    expect(heardIn(later(tone(1_000, 400, 0.03))).beeps).toHaveLength(1);
    expect(heardIn(noisy(later(tone(1_400, 400, 0.3)), -36)).beeps).toHaveLength(1);
  });

  it('is heard whatever the pieces are in which the line brings it', () => {
    for (const bytes of [33, 160, 400, 1_600]) expect(heardIn(later(tone(1_000, 400)), bytes).beeps).toHaveLength(1);
  });

  it('is not a tone that goes on into speech, nor one that never ends, nor a click', async () => {
    const words = await voices.render('Hello, this is Bob.', 'rms');
    expect(heardIn(joined(silence(300), tone(1_000, 300), words)).beeps).toHaveLength(0);
    expect(heardIn(later(tone(1_000, 4_000))).beeps).toHaveLength(0);
    expect(heardIn(later(tone(1_000, 40))).beeps).toHaveLength(0);
  });

  it('is not a key, a busy tone, ringback, or the announcement of a number that does not exist', () => {
    expect(heardIn(later(dtmfTones('1234567890*#'))).beeps).toHaveLength(0);
    expect(heardIn(later(chord([480, 620], 500))).beeps).toHaveLength(0);
    expect(heardIn(later(chord([440, 480], 1_500))).beeps).toHaveLength(0);
    expect(heardIn(later(chord([400, 450], 400))).beeps).toHaveLength(0);
    const sit = joined(tone(914, 380), tone(1_371, 276), tone(1_777, 380));
    expect(heardIn(later(sit)).beeps).toHaveLength(0);
  });

  it('is not music: chords and noises of a line', () => {
    for (const frequencies of [
      [262, 330, 392],
      [440, 554, 659],
      [523, 659, 784],
      [349, 440, 523, 659],
      [600, 900],
      [800, 1_000, 1_200],
    ])
      expect(heardIn(joined(...[1, 2, 3, 4].map(() => later(chord(frequencies, 500), 100)))).beeps, frequencies.join()).toHaveLength(0);
    for (const name of noiseNames.filter((one) => one !== 'a melody'))
      for (const dbfs of [-40, -20]) expect(heardIn(noise(name, { dbfs, ms: 10_000 })).beeps, name).toHaveLength(0);
  });

  it('is not in what people and machines say', { timeout: 60_000 }, async () => {
    const texts = [
      'You have reached the Miller family. We cannot come to the phone right now. Please leave a message after the tone.',
      'Hello? Who is this? I do not know you. Oh no, no, no.',
      'Who are you, and how did you get my number? Please do not call me any more, thank you very much.',
      'Peep. Beep. Ooh. Eee. Mmm. Hmm.',
    ];
    for (const text of texts)
      for (const voice of ['rms', 'awb', 'kal16', 'slt'] as const) {
        const { beeps, faxes } = heardIn(joined(await voices.render(text, voice), silence(500)));
        expect(beeps, `${voice}: ${text}`).toHaveLength(0);
        expect(faxes).toHaveLength(0);
      }
  });
});

describe('the tone of a fax', () => {
  it('is heard when a machine calls and when one answers', () => {
    const calling = joined(tone(1_100, 500), silence(3_000), tone(1_100, 500));
    expect(heardIn(later(calling)).faxes).toHaveLength(1);
    expect(heardIn(later(calling)).faxes[0]).toBeCloseTo(507, -2);
    expect(heardIn(later(tone(2_100, 3_000))).faxes).toHaveLength(1);
  });

  it('is not a short beep near by', () => {
    expect(heardIn(later(tone(1_100, 300))).faxes).toHaveLength(0);
    expect(heardIn(later(tone(1_000, 500))).faxes).toHaveLength(0);
    expect(heardIn(later(tone(2_100, 500))).faxes).toHaveLength(0);
  });
});

describe('a frame', () => {
  it('costs a small part of a thousandth of a second', () => {
    const detector = new BeepDetector({ beep: () => undefined, fax: () => undefined });
    const audio = noise('pink noise', { dbfs: -20, ms: 20_000 });
    const from = performance.now();
    detector.hear(audio, 0);
    expect((performance.now() - from) / 1_000).toBeLessThan(0.2);
  });
});
