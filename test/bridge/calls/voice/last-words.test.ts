import { describe, expect, test } from 'vitest';
import { LastWords } from '#bridge/calls/voice/last-words.ts';

/** Every frame is filled with its number. */
function hear(words: LastWords, from: number, count: number, length = 160): void {
  for (let n = from; n < from + count; n++) words.hear(new Uint8Array(length).fill(n % 251));
}

const numbers = (sound: Uint8Array) => Array.from({ length: sound.length / 160 }, (_, place) => sound[place * 160]);
const upTo = (end: number, count: number) => Array.from({ length: count }, (_, place) => (end - count + place) % 251);

describe('the last words of a lead', () => {
  test('are nothing while nobody speaks', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 500);
    expect(words.pendingMs).toBe(0);
    expect(words.pending).toHaveLength(0);
    words.replay(() => expect.fail('nobody spoke'));
  });

  test('begin a little before the sentence was noticed, and go on to now', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 500);
    words.began(300);
    hear(words, 500, 100);
    // 300 ms, half a second before that, and the two seconds since.
    expect(words.pendingMs).toBe(2_800);
    expect(numbers(words.pending)).toEqual(upTo(600, 140));
    const again: number[] = [];
    words.replay((frame) => again.push(frame[0] ?? -1));
    expect(again).toEqual(upTo(600, 140));
  });

  test('are there from the beginning when it is told late', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 1_000);
    words.began(1_500);
    expect(words.pendingMs).toBe(2_000);
    expect(numbers(words.pending)).toEqual(upTo(1_000, 100));
  });

  test('of a long sentence are known from its middle on', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 100);
    words.began(0);
    hear(words, 100, 2_000);
    expect(words.pendingMs).toBe(12_000);
    expect(numbers(words.pending)).toEqual(upTo(2_100, 600));
  });

  test('may be a voice that nobody has called a sentence, while it is there or was there just now', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 500);
    expect(words.hasVoice(true)).toBe(false);
    words.voiceBegan();
    hear(words, 500, 40);
    // A second voice soon behind it is the same sentence.
    words.voiceBegan();
    hear(words, 540, 10);
    expect(words.pendingMs).toBe(0);
    expect(words.voiceMs).toBe(1_300);
    const again: number[] = [];
    words.replayVoice((frame) => again.push(frame[0] ?? -1));
    expect(again).toEqual(upTo(550, 65));
    hear(words, 550, 50);
    expect(words.hasVoice(true)).toBe(true);
    expect(words.hasVoice(false)).toBe(false);
  });

  test('are no such voice any more when somebody has called it a sentence', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 100);
    words.voiceBegan();
    hear(words, 100, 20);
    words.voiceTold();
    expect(words.hasVoice(true)).toBe(false);
    words.replayVoice(() => expect.fail('it was told of'));
  });

  test('are forgotten when they are understood', () => {
    const words = new LastWords(12_000);
    hear(words, 0, 100);
    words.began(0);
    words.understood();
    expect(words.pendingMs).toBe(0);
    hear(words, 100, 200);
    words.began(100);
    expect(numbers(words.pending)).toEqual(upTo(300, 30));
  });

  test('come in whole frames, of whatever length they were heard', () => {
    const words = new LastWords(12_000);
    words.began(0);
    for (let at = 0; at < 1_000; at++) words.hear(Uint8Array.of(at % 251));
    expect(words.pendingMs).toBe(Math.floor(1_000 / 160) * 20);
    const { pending } = words;
    expect([pending[0], pending.at(-1)]).toEqual([(1_000 - pending.length) % 251, 999 % 251]);
  });
});
