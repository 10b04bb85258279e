import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMulaw, encodeMulaw } from '#bridge/media/g711.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';

const SENTENCE = 'Hello, this is Anna speaking. Who is calling, please?';

let voices: Voices;
beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());

const frames = (clip: Uint8Array): Uint8Array[] =>
  Array.from({ length: clip.length / 160 }, (_, index) => clip.subarray(index * 160, index * 160 + 160));

describe('the offline voices', () => {
  it('speak whole frames of mu-law with no silence around the words and the same loudness in each voice', async () => {
    for (const voice of ['slt', 'rms', 'awb', 'kal16'] as const) {
      const clip = await voices.render(SENTENCE, voice);
      expect(clip.length % 160).toBe(0);
      expect(clip.length / 8000).toBeGreaterThan(2);
      expect(clip.length / 8000).toBeLessThan(6);
      const samples = decodeMulaw(clip);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(peak).toBeGreaterThan(19_000);
      expect(peak).toBeLessThan(21_500);
      expect(samples.subarray(0, 400).some((sample) => Math.abs(sample) > 150)).toBe(true);
      expect(samples.subarray(-600).some((sample) => Math.abs(sample) > 150)).toBe(true);
    }
  });

  it('give the same bytes for the same words, also in another instance', async () => {
    const other = await createVoices();
    try {
      expect(Buffer.compare(await other.render(SENTENCE, 'rms'), await voices.render(SENTENCE, 'rms'))).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('render once and keep the clip', async () => {
    const [one, two] = await Promise.all([voices.render('Only once.', 'slt'), voices.render('Only once.', 'slt')]);
    expect(one).toBe(two);
    expect(voices.cached('Only once.', 'slt')).toBe(one);
    expect(voices.cached('Only once.', 'rms')).toBeNull();
    expect(voices.cached('Never said.', 'slt')).toBeNull();
  });

  it('name the clip and the place of each frame, also between clips that share their words', async () => {
    const texts = ['Yes, please.', 'Yes, please. On Tuesday.', 'No, thank you.', SENTENCE];
    for (const voice of ['rms', 'awb'] as const) {
      for (const text of texts) {
        const clip = await voices.render(text, voice);
        for (const [frameIndex, frame] of frames(clip).entries()) {
          expect(voices.recognise(Uint8Array.from(frame))).toEqual({ clip: text, frameIndex, frames: clip.length / 160 });
        }
      }
    }
  });

  it('know a frame again that was linear on its way, which has one zero only', async () => {
    const clip = await voices.render(SENTENCE, 'rms');
    expect(clip).toContain(0x7f);
    for (const frame of frames(encodeMulaw(decodeMulaw(clip))))
      expect(voices.recognise(Uint8Array.from(frame))).toMatchObject({ clip: SENTENCE });
  });

  it('recognise nothing in silence, in foreign audio and in a frame off the grid', async () => {
    const clip = await voices.render(SENTENCE, 'rms');
    expect(voices.recognise(new Uint8Array(160).fill(0xff))).toBeNull();
    expect(voices.recognise(new Uint8Array(160).fill(0x55))).toBeNull();
    expect(voices.recognise(clip.subarray(1601, 1761))).toBeNull();
    expect(voices.recognise(clip.subarray(0, 80))).toBeNull();
  });

  it('say nothing for a text without words', async () => {
    for (const text of ['', '   ', '…', '😀']) expect(await voices.render(text, 'slt')).toHaveLength(0);
  });

  it('read typographic signs and accents, and take a dash for words', async () => {
    expect((await voices.render('“Café” — it’s open…', 'slt')).length).toBeGreaterThan(8000);
    expect((await voices.render('-voice kal', 'slt')).length).toBeGreaterThan(4000);
  });

  it('let the clip go that was not asked for longest', async () => {
    const few = await createVoices({ mostClips: 2 });
    try {
      const one = await few.render('One.', 'slt');
      const two = await few.render('Two.', 'slt');
      few.cached('One.', 'slt');
      await few.render('Three.', 'slt');
      expect(few.cached('Two.', 'slt')).toBeNull();
      expect(few.recognise(two.subarray(0, 160))).toBeNull();
      expect(few.recognise(one.subarray(0, 160))).toMatchObject({ clip: 'One.', frameIndex: 0 });
      expect(Buffer.compare(await few.render('Two.', 'slt'), two)).toBe(0);
    } finally {
      await few.close();
    }
  });

  it('refuse work once closed, and let what waits fail', async () => {
    const other = await createVoices();
    const late = other.render('This is cut off.', 'slt');
    const failed = expect(late).rejects.toThrow('closed');
    await other.close();
    await failed;
    await expect(other.render('Hello.', 'slt')).rejects.toThrow('closed');
    await other.close();
  });
});
