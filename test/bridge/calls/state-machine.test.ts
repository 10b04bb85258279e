import { describe, expect, it } from 'vitest';
import { StateMachine } from '#bridge/calls/state-machine.ts';

describe('a state machine that runs', () => {
  it('lets an event that comes in the middle of another wait for its turn', () => {
    const done: string[] = [];
    const machine: StateMachine<number, string, string> = new StateMachine({
      first: 0,
      step: (state: number, event: string) => [state + 1, [`${event} begins`, `${event} ends`]] as const,
      perform: (effect: string) => {
        done.push(effect);
        if (effect === 'first begins') expect(machine.dispatch('second')).toBe(false);
      },
      stepped: (state, before) => done.push(`${before} to ${state}`),
    });
    expect(machine.dispatch('first')).toBe(true);
    expect(done).toEqual(['first begins', 'first ends', '0 to 1', 'second begins', 'second ends', '1 to 2']);
  });

  it('goes on after an effect that threw, without what waited behind it', () => {
    const done: string[] = [];
    const machine: StateMachine<number, string, string> = new StateMachine({
      first: 0,
      step: (state: number, event: string) => [state + 1, [event]] as const,
      perform: (effect: string) => {
        if (effect === 'broken') {
          machine.dispatch('waiting');
          throw new Error('broken');
        }
        done.push(effect);
      },
    });
    expect(() => machine.dispatch('broken')).toThrow('broken');
    machine.dispatch('next');
    expect(done).toEqual(['next']);
  });
});
