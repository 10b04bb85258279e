import { describe, expect, it } from 'vitest';
import { choices, nextWords, type Surroundings } from '#renderer/features/picked-up/picked-up-words.ts';

const around = (change: Partial<Surroundings> & { readonly on?: Partial<Surroundings['call']> } = {}): Surroundings => ({
  machines: 'leave-message',
  hasMessage: true,
  agent: 'Maya',
  ...change,
  call: { state: 'live', heldBy: null, rung: 'realtime', agentName: 'Maya', answerType: 'human', ...change.on },
});

describe('what happens when a person corrects who picked up', () => {
  it('follows what the campaign does with machines', () => {
    expect(nextWords('machine', around())).toBe('Maya stops, waits for the beep, leaves the message, and ends the call.');
    expect(nextWords('machine', around({ hasMessage: false }))).toBe('The call ends now: Maya has no words for a machine.');
    expect(nextWords('machine', around({ machines: 'hang-up' }))).toBe('The call ends now, and no message is left.');
    expect(nextWords('machine', around({ machines: 'off' }))).toMatch(/goes on talking/);
    expect(nextWords('machine', around({ machines: null }))).toBe('Maya does with it what was set for this call.');
  });

  it('leaves no message with a phone menu, and answers a screener once', () => {
    expect(nextWords('menu', around())).toMatch(/^The call ends now/);
    expect(nextWords('menu', around({ machines: 'off' }))).toMatch(/goes on talking/);
    expect(nextWords('screener', around({ machines: 'off' }))).toMatch(/waits up to 45 s/);
  });

  it('begins with a person who was taken for a machine, and goes on with one who was not', () => {
    expect(nextWords('human', around({ on: { answerType: 'machine' } }))).toMatch(/says who is calling/);
    expect(nextWords('human', around())).toMatch(/goes on talking with them/);
  });

  it('changes nothing but the record of a call that a person has, that is over, or that is announced', () => {
    const still: readonly Partial<Surroundings['call']>[] = [
      { heldBy: 'Dana' },
      { state: 'ended' },
      { state: 'transferring' },
      { rung: 'announcement' },
    ];
    for (const on of still) for (const { value } of choices) expect(nextWords(value, around({ on })), value).toMatch(/record/);
  });
});
