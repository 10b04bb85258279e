import { describe, expect, it } from 'vitest';
import type { CallClip } from '#bridge/contract/calls.ts';
import { placeClips } from '#renderer/features/review/call/placed-clips.ts';

const clip = (id: string, fromMs: number, toMs: number, note: string | null = null) => ({ id: id as CallClip['id'], fromMs, toMs, note });
const placed = (...clips: ReturnType<typeof clip>[]) => placeClips(clips, 0.1, 1_000);

describe('the clips under the waveform', () => {
  it('stand where they were cut, by their notes, the first one first', () => {
    const found = placed(clip('b', 5_000, 6_000), clip('a', 1_000, 3_000, 'A good opening'));
    expect(found.map(({ words, x, widthPx }) => [words, x, widthPx])).toEqual([
      ['A good opening', 100, 200],
      ['Clip', 500, 100],
    ]);
  });

  it('have labels that may be wider than they are, and end before the next one begins', () => {
    expect(placed(clip('a', 1_000, 1_500)).map(({ labelPx }) => labelPx)).toEqual([160]);
    expect(placed(clip('a', 1_000, 1_500), clip('b', 2_000, 9_000)).map(({ labelPx }) => labelPx)).toEqual([92, 700]);
  });

  it('have no label where there is no room, between others and at the end', () => {
    expect(placed(clip('a', 1_000, 3_000), clip('b', 1_200, 2_000)).map(({ labelPx }) => labelPx)).toEqual([null, 160]);
    expect(placed(clip('a', 9_700, 9_900)).map(({ labelPx }) => labelPx)).toEqual([null]);
  });
});
