import { describe, expect, it } from 'vitest';
import {
  boundsOf,
  clipFileName,
  draggedTo,
  keyedTo,
  moveEnd,
  preciseTime,
  readTime,
  stretchAt,
  stretchWords,
  timeProblem,
  writeEnd,
} from '#renderer/features/review/call/stretch.ts';
import type { Row } from '#renderer/features/review/call/transcript-rows.ts';

const durationMs = 60_040;
const spoken = (id: string, atMs: number, endMs: number): Row => ({
  kind: 'spoken',
  id,
  atMs,
  endMs,
  speaker: 'lead',
  name: 'Lead',
  heard: 'Yes',
  unheard: '',
  isEstimate: false,
  isFinal: true,
});
const rows = [spoken('a', 1_230, 4_510), spoken('b', 20_000, 20_040), spoken('c', 58_000, 61_000)];

describe('a time that somebody writes', () => {
  it.each([
    ['0:00', 0],
    ['1:02', 62_000],
    ['1:02.5', 62_500],
    [' 12:05 ', 725_000],
    ['75:00', 4_500_000],
    ['1:02:03.4', 3_723_400],
  ])('is read: %s', (text, ms) => {
    expect(readTime(text)).toBe(ms);
  });

  it.each(['', '12', '1:2', '1:60', '1:02.55', '1:02.', '-1:02', '1:62:03', 'a:bc', '1:02,5'])('is not read: "%s"', (text) => {
    expect(readTime(text)).toBeNull();
  });

  it('is told why it is none, and where the call ends', () => {
    expect(timeProblem('1:2', durationMs)).toBe('Write it as 1:02 or 1:02.5');
    expect(timeProblem('1:00.1', durationMs)).toBe('The call ends at 1:00.0');
    expect(timeProblem('1:00', durationMs)).toBeNull();
  });

  it('reads as it is shown', () => {
    for (const ms of [0, 900, 12_300, 3_723_400]) expect(readTime(preciseTime(ms))).toBe(ms);
    expect(preciseTime(12_399)).toBe('0:12.3');
    expect(stretchWords({ fromMs: 12_300, toMs: 75_000 })).toBe('0:12.3\u20131:15.0');
  });
});

describe('the stretch that is cut out first', () => {
  it('is the line under the playhead, to the tenth and nothing of it cut off', () => {
    expect(stretchAt(rows, 2_000, durationMs)).toEqual({ fromMs: 1_200, toMs: 4_600 });
  });

  it('is five seconds before and after the playhead in a silence', () => {
    expect(stretchAt(rows, 10_000, durationMs)).toEqual({ fromMs: 5_000, toMs: 15_000 });
  });

  it('stays inside of the call', () => {
    expect(stretchAt([], 1_000, durationMs)).toEqual({ fromMs: 0, toMs: 6_000 });
    expect(stretchAt([], durationMs, durationMs)).toEqual({ fromMs: 55_000, toMs: durationMs });
    expect(stretchAt(rows, 59_000, durationMs)).toEqual({ fromMs: 58_000, toMs: durationMs });
  });

  it('is long enough to be kept, also where the line is not', () => {
    expect(stretchAt(rows, 20_010, durationMs)).toEqual({ fromMs: 20_000, toMs: 20_200 });
    expect(stretchAt([spoken('end', 60_030, 60_100)], 60_035, durationMs)).toEqual({ fromMs: 59_840, toMs: durationMs });
  });
});

describe('an end that is pushed', () => {
  const stretch = { fromMs: 10_000, toMs: 12_000 };

  it('goes by tenths and leaves the other where it is', () => {
    expect(moveEnd(stretch, 'fromMs', 9_876, durationMs)).toEqual({ fromMs: 9_900, toMs: 12_000 });
    expect(moveEnd(stretch, 'toMs', 13_000, durationMs)).toEqual({ fromMs: 10_000, toMs: 13_000 });
  });

  it('stops at the ends of the call, and shortly before the other one', () => {
    expect(moveEnd(stretch, 'fromMs', -500, durationMs).fromMs).toBe(0);
    expect(moveEnd(stretch, 'toMs', 99_000, durationMs).toMs).toBe(durationMs);
    expect(moveEnd(stretch, 'fromMs', 20_000, durationMs)).toEqual({ fromMs: 11_800, toMs: 12_000 });
    expect(moveEnd(stretch, 'toMs', 0, durationMs)).toEqual({ fromMs: 10_000, toMs: 10_200 });
    expect(boundsOf(stretch, 'toMs', durationMs)).toEqual({ leastMs: 10_200, mostMs: durationMs });
  });

  it('keeps its distance to the pointer that drags it', () => {
    const grip = { ms: 10_000, x: 400 };
    expect(draggedTo(grip, 400, 0.02)).toBe(10_000);
    expect(draggedTo(grip, 410, 0.02)).toBe(10_500);
    expect(draggedTo(grip, 360, 0.02)).toBe(8_000);
  });

  it('goes a tenth by a key, a second with Shift, and as far as it can with Home and End', () => {
    const by = (key: string, isLarge = false) => keyedTo(stretch, 'fromMs', key, isLarge, durationMs);
    expect([by('ArrowLeft'), by('ArrowRight'), by('ArrowUp', true), by('ArrowDown', true)]).toEqual([9_900, 10_100, 11_000, 9_000]);
    expect([by('Home'), by('End'), by('a')]).toEqual([0, 11_800, null]);
  });
});

describe('an end that is written', () => {
  const stretch = { fromMs: 10_000, toMs: 12_000 };

  it('leaves the other where it is while it does not pass it', () => {
    expect(writeEnd(stretch, 'fromMs', 5_500, durationMs)).toEqual({ fromMs: 5_500, toMs: 12_000 });
  });

  it('takes the other along where it would pass it', () => {
    expect(writeEnd(stretch, 'fromMs', 30_000, durationMs)).toEqual({ fromMs: 30_000, toMs: 32_000 });
    expect(writeEnd(stretch, 'toMs', 5_000, durationMs)).toEqual({ fromMs: 3_000, toMs: 5_000 });
  });

  it('makes it shorter where the call has no room', () => {
    expect(writeEnd(stretch, 'fromMs', 59_000, durationMs)).toEqual({ fromMs: 59_000, toMs: durationMs });
    expect(writeEnd(stretch, 'fromMs', 60_000, durationMs)).toEqual({ fromMs: 59_840, toMs: durationMs });
    expect(writeEnd(stretch, 'toMs', 0, durationMs)).toEqual({ fromMs: 0, toMs: 200 });
  });
});

describe('the file of a clip', () => {
  it('is called by the lead and where it begins', () => {
    expect(clipFileName('Gloria Tennant', 12_300)).toBe('call-Gloria-Tennant-0m12s.wav');
    expect(clipFileName('+15205550122', 61_000)).toBe('call-15205550122-1m01s.wav');
    expect(clipFileName('Zoë / ../O’Hara', 0)).toBe('call-Zoë-O-Hara-0m00s.wav');
    expect(clipFileName('***', 0)).toBe('call-lead-0m00s.wav');
  });
});
