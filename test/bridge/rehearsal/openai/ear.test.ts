import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ear, type HeardTurn } from '#bridge/rehearsal/openai/ear.ts';
import { type HeardFrame, wordSpans, wordsHeard } from '#bridge/rehearsal/openai/words-heard.ts';

const clipOf = (clip: string, frames: number): HeardFrame[] =>
  Array.from({ length: frames }, (_, frameIndex) => ({ clip, frameIndex, frames }));
const sentence = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));

describe('the words in what arrived', () => {
  it('are all of them when all arrived, whatever lies between the clips', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sentence, fc.integer({ min: 60, max: 300 })), { maxLength: 4 }), (clips) => {
        const heard = clips.flatMap(([text, frames]) => [...clipOf(text, frames), null, null]);
        expect(wordsHeard(heard)).toBe(clips.map(([text]) => text).join(' '));
      }),
    );
  });

  it('are a beginning of the text when its end was cut, and never more for less audio', () => {
    fc.assert(
      fc.property(sentence, fc.integer({ min: 60, max: 300 }), fc.nat(), fc.nat(), (text, frames, one, two) => {
        const [less, more] = [one % (frames + 1), two % (frames + 1)].sort((a, b) => a - b) as [number, number];
        const short = wordsHeard(clipOf(text, frames).slice(0, less));
        const long = wordsHeard(clipOf(text, frames).slice(0, more));
        expect(text.startsWith(long)).toBe(true);
        expect(long.startsWith(short)).toBe(true);
      }),
    );
  });

  it('are there twice when a clip was said twice', () => {
    expect(wordsHeard([...clipOf('yes please', 30), ...clipOf('yes please', 30)])).toBe('yes please yes please');
  });

  it('cover the whole length without a gap', () => {
    fc.assert(
      fc.property(sentence, fc.double({ min: 1, max: 1000, noNaN: true }), (text, length) => {
        const spans = wordSpans(text, length);
        expect(spans[0]?.from).toBe(0);
        expect(spans.at(-1)?.to).toBeCloseTo(length);
        for (const [index, span] of spans.entries()) if (index > 0) expect(span.from).toBeCloseTo(spans[index - 1]!.to);
      }),
    );
  });
});

describe('the ear', () => {
  /** One byte 0x00 in a frame makes it loud; recognition names frames by their second byte. */
  function listen(detection: { silence_duration_ms: number; prefix_padding_ms: number } | null): {
    ear: Ear;
    started: number[];
    turns: HeardTurn[];
  } {
    const started: number[] = [];
    const turns: HeardTurn[] = [];
    const ear = new Ear(
      { isSpeech: (samples) => samples[0] !== 0, setFloor: () => undefined, close: () => undefined },
      (frame) => (frame[0] === 0 ? { clip: 'word', frameIndex: frame[1] ?? 0, frames: 10 } : null),
      { speechStarted: (startMs) => started.push(startMs), speechStopped: (_endMs, turn) => turns.push(turn) },
    );
    ear.configure(
      { type: 'audio/pcmu' },
      detection && {
        type: 'server_vad',
        threshold: 0.5,
        create_response: true,
        interrupt_response: true,
        idle_timeout_ms: null,
        ...detection,
      },
    );
    return { ear, started, turns };
  }
  const silence = (frames: number): Uint8Array => new Uint8Array(frames * 160).fill(0xff);
  const speech = (frames: number): Uint8Array => {
    const audio = silence(frames);
    for (let frame = 0; frame < frames; frame++) audio.set([0, frame], frame * 160);
    return audio;
  };

  it('hears the same turns, however the audio was cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const audio = Buffer.concat([silence(20), speech(10), silence(30), speech(10), silence(30)]);
        const whole = listen({ silence_duration_ms: 400, prefix_padding_ms: 100 });
        whole.ear.append(audio);
        const pieces = listen({ silence_duration_ms: 400, prefix_padding_ms: 100 });
        for (let at = 0, index = 0; at < audio.length; index++) {
          const size = sizes[index % sizes.length]!;
          pieces.ear.append(audio.subarray(at, at + size));
          at += size;
        }
        expect(pieces.turns).toEqual(whole.turns);
        expect(pieces.started).toEqual(whole.started);
        expect(pieces.ear.totalMs).toBeCloseTo(2_000);
      }),
    );
  });

  it('puts the padding before a turn and the silence into it, and counts all audio of the session', () => {
    const { ear, started, turns } = listen({ silence_duration_ms: 400, prefix_padding_ms: 100 });
    ear.append(Buffer.concat([silence(50), speech(10), silence(20)]));
    expect(started[0]).toBeGreaterThanOrEqual(860);
    expect(started[0]).toBeLessThanOrEqual(1_000);
    expect(turns).toMatchObject([{ endMs: 1_600, words: 'word' }]);
    expect(ear.bufferedMs).toBe(0);
  });

  it('takes a breath for part of the turn, and a click for none', () => {
    const { ear, started, turns } = listen({ silence_duration_ms: 400, prefix_padding_ms: 100 });
    ear.append(Buffer.concat([silence(10), speech(2), silence(30)]));
    expect(started).toEqual([]);
    ear.append(Buffer.concat([speech(10), silence(15), speech(10), silence(20)]));
    expect(turns).toHaveLength(1);
    expect(turns[0]?.words).toBe('word word');
  });

  it('keeps everything until it is committed when it does not listen for turns', () => {
    const { ear, started } = listen(null);
    ear.append(Buffer.concat([speech(10), silence(100)]));
    expect(started).toEqual([]);
    expect(ear.bufferedMs).toBe(2_200);
    expect(ear.commit()).toMatchObject({ startMs: 0, endMs: 2_200, words: 'word' });
    ear.append(speech(5));
    ear.clear();
    expect(ear.bufferedMs).toBe(0);
  });
});
