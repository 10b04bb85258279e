import { describe, expect, it } from 'vitest';
import { meanParts, slowestPart } from '#renderer/ui/replies.ts';
import { changeWords, fallOf, isFall } from '#renderer/ui/rung-change.ts';

describe('where the time of replies goes', () => {
  const parts = { endpointMs: 500, thinkMs: 300, sendMs: 20, playMs: 80 };

  it('is averaged over the replies of which it is known', () => {
    expect(meanParts([{ parts }, {}, { parts: { ...parts, thinkMs: 900 } }])).toEqual({ ...parts, thinkMs: 600 });
    expect(meanParts([{}])).toBeNull();
  });

  it('names the hop that takes the most', () => {
    expect(slowestPart(parts)).toEqual({ hop: 'endpointMs', share: 500 / 900 });
    expect(slowestPart({ ...parts, playMs: 2_000 })?.hop).toBe('playMs');
    expect(slowestPart({ endpointMs: 0, thinkMs: 0, sendMs: 0, playMs: 0 })).toBeNull();
  });
});

describe('another voice on a call', () => {
  const at = '2026-11-21T10:00:00.000Z';
  const fall = { at, from: 'realtime', to: 'cascade', because: 'the socket was cut' } as const;

  it('is a fall when it is further down the ladder, and only while it speaks', () => {
    expect(fallOf({ rung: 'cascade', rungChange: fall })).toEqual(fall);
    expect(fallOf({ rung: 'realtime', rungChange: fall })).toBeNull();
    expect(fallOf({ rung: 'realtime' })).toBeNull();
    expect(fallOf({ rung: 'realtime', rungChange: { ...fall, from: 'cascade', to: 'realtime' } })).toBeNull();
    expect(isFall({ from: null, to: 'cascade' })).toBe(false);
    expect(isFall({ from: 'turn-based', to: 'announcement' })).toBe(true);
  });

  it('is told with its reason', () => {
    expect(changeWords(fall)).toBe('Realtime to Cascade: the socket was cut');
    expect(changeWords({ ...fall, from: null })).toBe('Cascade: the socket was cut');
  });
});
