import { describe, expect, it } from 'vitest';
import { AnswerDue } from '#bridge/calls/voice/answer-due.ts';
import type { LadderEvent } from '#bridge/domain/ladder-state.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

function open() {
  const clock = new ManualClock();
  const told: LadderEvent[] = [];
  return { clock, told, due: new AnswerDue({ clock, isLineOpen: () => true, note: (event) => told.push(event) }) };
}

describe('an answer that is due', () => {
  it('is owed still when the lead goes on before it came, and no more when it is being said', () => {
    const { due } = open();
    due.turnBegan();
    expect(due.isOwed).toBe(false);
    due.turnOver(300);
    due.turnBegan();
    expect({ isDue: due.isDue, isOwed: due.isOwed }).toEqual({ isDue: false, isOwed: true });
    due.turnOver(300);
    due.turnBegan();
    expect(due.isOwed).toBe(true);
    due.settle();
    expect(due.isOwed).toBe(false);
  });

  it('is waited for from the last word of the lead', () => {
    const { clock, told, due } = open();
    due.turnOver(400);
    clock.advance(600);
    due.expectWordSinceTurn();
    expect(told).toEqual([{ type: 'speech.due', agoMs: 1_000 }]);
  });

  it('is due still when what was said held no word, unless the lead has spoken since or nothing was due', () => {
    const { clock, told, due } = open();
    due.settle();
    due.saidNothing();
    due.turnOver(400);
    due.settle();
    due.turnBegan();
    due.saidNothing();
    expect([told, due.isDue]).toEqual([[], false]);
    due.turnOver(400);
    due.settle();
    clock.advance(600);
    due.saidNothing();
    expect([told, due.isDue]).toEqual([[{ type: 'speech.due', agoMs: 1_000 }], true]);
    due.settle();
    due.settle();
    due.saidNothing();
    expect(told).toHaveLength(1);
  });
});
