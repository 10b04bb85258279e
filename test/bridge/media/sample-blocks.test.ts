import { describe, expect, it } from 'vitest';
import { borrowSamples, giveBackSamples } from '#bridge/media/sample-blocks.ts';

const bytesOf = (samples: Int16Array) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);

describe('memory for samples', () => {
  it('is used again when it is given back, and is silent then', () => {
    const first = borrowSamples(8_000).fill(7);
    giveBackSamples(bytesOf(first));
    const second = borrowSamples(100);
    expect(second.buffer).toBe(first.buffer);
    expect(second.every((sample) => sample === 0)).toBe(true);
  });

  it('is never lent twice at a time', () => {
    const first = borrowSamples(10);
    giveBackSamples(bytesOf(first));
    giveBackSamples(bytesOf(first).subarray(4));
    expect(borrowSamples(10).buffer).not.toBe(borrowSamples(10).buffer);
  });

  it('takes nothing that was not borrowed', () => {
    const strange = Buffer.alloc(20_480, 9);
    giveBackSamples(strange);
    const large = borrowSamples(100_000);
    expect(large).toHaveLength(100_000);
    giveBackSamples(bytesOf(large));
    for (let i = 0; i < 100; i++) expect(borrowSamples(1).buffer).not.toBe(strange.buffer);
  });
});
