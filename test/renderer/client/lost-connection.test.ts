import { describe, expect, it } from 'vitest';
import { lostNext } from '#renderer/client/lost-connection.ts';

describe('what a window says that hears nothing of Ringside', () => {
  it('waits at first, and then says what to do', () => {
    expect(lostNext(9_999)).toBe('Calls go on. Reconnecting.');
    expect(lostNext(10_000)).toContain('start it again');
  });
});
