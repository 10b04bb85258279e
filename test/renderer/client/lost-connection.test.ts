import { describe, expect, it } from 'vitest';
import { knownUntilMs, lostNext } from '#renderer/client/lost-connection.ts';

describe('what a window says that hears nothing of Ringside', () => {
  it('waits at first, and then says what to do', () => {
    expect(lostNext(9_999)).toBe('Calls go on. Reconnecting.');
    expect(lostNext(10_000)).toContain('start it again');
  });
});

describe('the time that calls are counted by', () => {
  it('goes on while Ringside is heard, and stands still from the loss on', () => {
    expect(knownUntilMs({ state: 'open' }, 9_000)).toBe(9_000);
    expect(knownUntilMs({ state: 'connecting' }, 9_000)).toBe(9_000);
    expect(knownUntilMs({ state: 'lost', sinceMs: 5_000, tries: 3 }, 9_000)).toBe(5_000);
    // The clock on screen moves once a second, and is behind by that much.
    expect(knownUntilMs({ state: 'lost', sinceMs: 5_000, tries: 1 }, 4_900)).toBe(5_000);
  });
});
