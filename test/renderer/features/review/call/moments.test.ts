import { describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { type Moment, moments, placeMoments } from '#renderer/features/review/call/moments.ts';

const call = {
  answeredAt: '2026-11-21T10:00:00.000Z',
  disclosurePlayedAt: '2026-11-21T10:00:11.000Z',
  transcript: [
    { id: 'a', speaker: 'ai', text: 'Hello', startMs: 0, endMs: 900, final: true, interrupted: true },
    { id: 'b', speaker: 'operator', text: 'Hi', startMs: 20_000, endMs: 21_000, final: true },
    { id: 'c', speaker: 'lead', text: 'Oh', startMs: 21_000, endMs: 22_000, final: true },
    { id: 'd', speaker: 'operator', text: 'Yes', startMs: 23_000, endMs: 24_000, final: true },
  ],
  toolCalls: [
    { name: 'mark_opt_out', arguments: '{}', result: '{}', atMs: 30_000 },
    { name: 'end_call', arguments: '{}', result: '{}', atMs: 31_000 },
  ],
  involvements: [],
  marks: [{ id: 'mark_1', at: '2026-11-21T10:00:05.000Z', offsetMs: 5_000, note: null }],
} as unknown as Call;

describe('the moments of a call', () => {
  it('are told in their order, and a person only when they come in', () => {
    expect(moments(call).map(({ atMs, kind, words }) => `${atMs} ${kind}: ${words}`)).toEqual([
      '900 cut-off: Cut off',
      '5000 mark: Mark',
      '11000 disclosure: Disclosure heard',
      '20000 person: A person speaks',
      '30000 opt-out: Asked to stop',
      '31000 tool: Ended the call',
    ]);
  });
});

describe('the moments at which a call changed hands', () => {
  const involvements = [
    { id: 'i1', who: 'Dana', action: 'listened', startMs: 2_000 },
    { id: 'i2', who: 'Dana', action: 'took-over', startMs: 19_000 },
    { id: 'i3', who: 'Dana', action: 'gave-back', startMs: 26_000 },
  ] as unknown as Call['involvements'];

  it('stand in place of the first words of a person', () => {
    const told = moments({ ...call, involvements }).filter(({ kind }) => kind === 'person');
    expect(told.map(({ atMs, words }) => `${atMs} ${words}`)).toEqual(['19000 Taken over', '26000 Given back']);
  });
});

describe('the labels of moments', () => {
  const moment = (key: string, kind: Moment['kind'], atMs: number): Moment => ({ key, kind, atMs, words: key });
  const labels = (all: readonly Moment[], endX = 1_000) =>
    placeMoments(
      all,
      (ms) => ms,
      () => 100,
      endX,
    ).map(({ key, label }) => `${key} ${label}`);

  it('stand at the right of their lines', () => {
    expect(labels([moment('a', 'tool', 0), moment('b', 'mark', 500)])).toEqual(['a right', 'b right']);
  });

  it('go to the left where there is no room, and give way to weightier ones', () => {
    expect(labels([moment('a', 'tool', 450), moment('b', 'mark', 500)])).toEqual(['a left', 'b right']);
    expect(labels([moment('a', 'tool', 20), moment('b', 'mark', 50)])).toEqual(['a null', 'b right']);
    expect(labels([moment('end', 'tool', 950)])).toEqual(['end left']);
  });

  it('keep clear of the lines of others, also of those that have no label', () => {
    expect(labels([moment('planned', 'tool', 500), moment('ended', 'tool', 560)])).toEqual(['planned left', 'ended right']);
    expect(labels([moment('a', 'tool', 450), moment('b', 'tool', 500), moment('c', 'mark', 550)])).toEqual(['a left', 'b null', 'c right']);
  });

  it('stand before a line where one is near on either side', () => {
    expect(labels([moment('a', 'tool', 440), moment('b', 'mark', 500), moment('c', 'tool', 560)])).toEqual(['a left', 'b right', 'c null']);
  });
});
