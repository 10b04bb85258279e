import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rung } from '#bridge/contract/words.ts';
import { beginLadder, responsibleFor, stepLadder } from '#bridge/domain/ladder.ts';
import { maxClimbs } from '#bridge/domain/ladder-moves.ts';
import { planOf, type Step, stepTraits } from '#bridge/domain/ladder-plan.ts';
import type { LadderEffect, LadderEvent, LadderState, LadderTimer } from '#bridge/domain/ladder-state.ts';

const all: readonly Rung[] = ['realtime', 'live', 'cascade', 'relay', 'turn-based', 'announcement'];

/** Runs the machine by hand, timers included. */
class Ladder {
  state: LadderState;
  nowMs = 0;
  readonly effects: LadderEffect[] = [];
  readonly timers = new Map<LadderTimer, number>();

  constructor(options: { rungs?: readonly Rung[]; usable?: readonly Step[]; ringHuman?: boolean; budgetMicros?: number | null } = {}) {
    const steps: Step[] = [...(options.rungs ?? all), ...(options.ringHuman ? (['human'] as const) : [])];
    const plan = planOf(steps, options.budgetMicros ?? null);
    const [state, effects] = beginLadder(plan, options.usable ?? plan.order);
    this.state = state;
    this.#note(effects);
  }

  on(event: LadderEvent): readonly LadderEffect[] {
    const [state, effects] = stepLadder(this.state, event, this.nowMs);
    this.state = state;
    this.#note(effects);
    return effects;
  }

  /** @returns what happened meanwhile */
  pass(ms: number): readonly LadderEffect[] {
    const untilMs = this.nowMs + ms;
    const from = this.effects.length;
    for (;;) {
      const next = [...this.timers].filter(([, atMs]) => atMs <= untilMs).sort((one, other) => one[1] - other[1])[0];
      if (!next) break;
      this.timers.delete(next[0]);
      this.nowMs = next[1];
      this.on({ type: 'timer', name: next[0] });
    }
    this.nowMs = untilMs;
    return this.effects.slice(from);
  }

  get at(): Step | null {
    return this.state.kind === 'live' || this.state.kind === 'waiting' ? this.state.at : null;
  }

  #note(effects: readonly LadderEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === 'timer.start') this.timers.set(effect.name, this.nowMs + effect.ms);
      if (effect.type === 'timer.cancel') this.timers.delete(effect.name);
    }
  }
}

function talking(options?: ConstructorParameters<typeof Ladder>[0]): Ladder {
  const ladder = new Ladder(options);
  const { at } = ladder;
  if (at) ladder.on({ type: 'rung.ready', step: at });
  ladder.on({ type: 'answered' });
  ladder.on({ type: 'speech.began' });
  ladder.on({ type: 'speech.ended' });
  return ladder;
}

const floors = (effects: readonly LadderEffect[]) => effects.filter((effect) => effect.type === 'floor');
const phrases = (effects: readonly LadderEffect[]) => effects.filter((effect) => effect.type === 'phrase');

describe('going down', () => {
  it('begins with the best step that is usable', () => {
    expect(new Ladder({ usable: ['cascade', 'announcement'] }).at).toBe('cascade');
  });

  it('waits for a step no longer than its limit after the answer', () => {
    const ladder = new Ladder();
    ladder.on({ type: 'answered' });
    ladder.pass(stepTraits.realtime.readyMs + 1);
    expect(ladder.at).toBe('live');
    expect(ladder.effects).toContainEqual({
      type: 'changed',
      from: 'realtime',
      to: 'live',
      because: 'realtime speech was not ready in time',
    });
  });

  it('lets whoever picks up hear something within two seconds, whatever is not ready', () => {
    const ladder = new Ladder();
    ladder.on({ type: 'answered' });
    expect(phrases(ladder.pass(2_000))).toHaveLength(1);
  });

  it('says a bridging phrase at once when a voice dies in mid-sentence, and its successor goes on with the answer', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.began' });
    const effects = ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'no credit' });
    expect(phrases(effects)).toEqual([{ type: 'phrase', phrase: 'one-moment' }]);
    expect(floors(ladder.on({ type: 'rung.ready', step: 'live' }))).toEqual([{ type: 'floor', to: 'live', answerNow: true }]);
  });

  it('does not speak over a lead who is speaking', () => {
    const ladder = talking();
    ladder.on({ type: 'lead.started-speaking' });
    expect(phrases(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' }))).toEqual([]);
    ladder.on({ type: 'lead.stopped-speaking' });
    ladder.on({ type: 'speech.due' });
    expect(floors(ladder.on({ type: 'rung.ready', step: 'live' }))).toEqual([{ type: 'floor', to: 'live', answerNow: true }]);
  });

  it('gives a socket one second to come back', () => {
    const ladder = talking();
    ladder.on({ type: 'rung.lost', step: 'realtime', cause: 'cut' });
    ladder.pass(900);
    expect(floors(ladder.on({ type: 'rung.ready', step: 'realtime' }))).toHaveLength(1);
    expect(ladder.at).toBe('realtime');
    ladder.on({ type: 'rung.lost', step: 'realtime', cause: 'cut' });
    ladder.pass(1_001);
    expect(ladder.at).toBe('live');
  });

  it('bridges a silence before it leaves the silent step', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(2_000))).toHaveLength(1);
    expect(ladder.at).toBe('realtime');
    expect(phrases(ladder.pass(3_000))).toHaveLength(0);
    expect(ladder.at).toBe('live');
  });

  it('waits longer for a voice behind which nobody converses, but as long again only when it has answered meanwhile', () => {
    const ladder = talking({ rungs: ['realtime', 'announcement'] });
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(2_000))).toHaveLength(1);
    ladder.pass(3_300);
    expect(ladder.at).toBe('realtime');
    // The lead says something else, and there is no answer to that either.
    ladder.on({ type: 'lead.started-speaking' });
    ladder.on({ type: 'lead.stopped-speaking' });
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(2_100))).toHaveLength(0);
    expect(ladder.at).toBe('realtime');
    ladder.pass(200);
    expect(ladder.at).toBe('announcement');

    const other = talking({ rungs: ['realtime', 'announcement'] });
    other.on({ type: 'speech.due' });
    other.pass(3_000);
    other.on({ type: 'speech.began' });
    other.on({ type: 'speech.ended' });
    other.on({ type: 'speech.due' });
    other.pass(5_400);
    expect(other.at).toBe('realtime');
    other.pass(200);
    expect(other.at).toBe('announcement');
  });

  it('takes nobody for silent who speaks, though the lead waits for something else; the silence begins behind it', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.began' });
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(7_000))).toEqual([]);
    expect(ladder.at).toBe('realtime');
    ladder.on({ type: 'speech.ended' });
    expect(phrases(ladder.pass(2_000))).toHaveLength(1);
    ladder.pass(stepTraits.realtime.silenceMs - 1_900);
    expect(ladder.at).toBe('live');
  });

  it('waits for no word of a voice that hears while it speaks, and speaks', () => {
    const ladder = talking({ rungs: ['live', 'announcement'] });
    ladder.on({ type: 'speech.began' });
    ladder.on({ type: 'speech.due' });
    ladder.pass(10_000);
    expect(ladder.at).toBe('live');
    ladder.on({ type: 'speech.ended' });
    ladder.on({ type: 'speech.due' });
    ladder.pass(6_000);
    expect(ladder.at).toBe('announcement');
  });

  it('counts a silence from the last word of the lead, however late their turn was found to be over', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.due', agoMs: 900 });
    expect(phrases(ladder.pass(900))).toHaveLength(0);
    expect(phrases(ladder.pass(200))).toHaveLength(1);
    ladder.pass(stepTraits.realtime.silenceMs - 900 - 1_100);
    expect(ladder.at).toBe('live');
  });

  it('asks nobody for a moment twice, though the voice that came next said a few words before it fell silent as well', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(2_000))).toHaveLength(1);
    ladder.on({ type: 'speech.began' });
    expect(phrases(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'it stopped' }))).toEqual([]);
    ladder.on({ type: 'rung.ready', step: 'live' });
    expect(phrases(ladder.pass(4_000))).toEqual([]);
    ladder.on({ type: 'speech.began' });
    ladder.pass(4_000);
    ladder.on({ type: 'speech.ended' });
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(2_000))).toEqual([{ type: 'phrase', phrase: 'one-moment' }]);
  });

  it('asks for a moment again when the lead has said something new since the phrase that bridged a change of voice', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.began' });
    expect(phrases(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' }))).toHaveLength(1);
    ladder.on({ type: 'lead.started-speaking' });
    ladder.on({ type: 'rung.ready', step: 'live' });
    ladder.pass(800);
    ladder.on({ type: 'lead.stopped-speaking' });
    ladder.on({ type: 'speech.due' });
    expect(phrases(ladder.pass(1_800))).toEqual([]);
    expect(phrases(ladder.pass(200))).toHaveLength(1);
    expect(ladder.at).toBe('live');
  });

  it('asks for a moment again when there is still no word six seconds later, whichever voice is silent or not there yet', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.due' });
    ladder.pass(stepTraits.realtime.silenceMs);
    expect(ladder.at).toBe('live');
    ladder.on({ type: 'rung.ready', step: 'live' });
    expect(phrases(ladder.pass(1_900 + 6_000 - stepTraits.realtime.silenceMs - 100))).toEqual([]);
    expect(phrases(ladder.pass(200))).toHaveLength(1);

    const other = talking();
    other.on({ type: 'speech.due' });
    other.pass(stepTraits.realtime.silenceMs + stepTraits.live.readyMs);
    expect(other.at).toBe('cascade');
    expect(phrases(other.pass(stepTraits.cascade.readyMs - 100))).toHaveLength(1);
    expect(other.at).toBe('cascade');
  });

  it('leaves a step sooner that lets the lead speak a second time without a word', () => {
    const ladder = talking();
    ladder.on({ type: 'speech.due' });
    ladder.pass(2_500);
    ladder.on({ type: 'lead.started-speaking' });
    ladder.pass(1_000);
    ladder.on({ type: 'lead.stopped-speaking' });
    ladder.on({ type: 'speech.due' });
    ladder.pass(1_800);
    expect(ladder.at).toBe('realtime');
    ladder.pass(200);
    expect(ladder.at).toBe('live');
  });

  it('has the carrier thank whoever was asked for a moment already', () => {
    const ladder = talking({ rungs: ['realtime', 'turn-based', 'announcement'] });
    ladder.on({ type: 'speech.due' });
    ladder.pass(2_000);
    expect(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' })).toContainEqual({
      type: 'redirect',
      to: 'turn-based',
      phrase: 'thanks',
    });
  });

  it('leaves a step with too many faults in a short time, and forgives them over a long one', () => {
    const ladder = talking();
    for (let fault = 0; fault < 5; fault++) {
      ladder.on({ type: 'rung.error', step: 'realtime', cause: 'an answer failed' });
      ladder.nowMs += 20_000;
    }
    expect(ladder.at).toBe('realtime');
    for (let fault = 0; fault < 3; fault++) ladder.on({ type: 'rung.error', step: 'realtime', cause: 'an answer failed' });
    expect(ladder.at).toBe('live');
  });

  it('goes on with something cheaper when the money is spent, and stays there', () => {
    const ladder = talking({ budgetMicros: 100_000 });
    ladder.on({ type: 'spent', micros: 100_001 });
    expect(ladder.at).toBe('live');
    ladder.on({ type: 'rung.ready', step: 'live' });
    ladder.pass(120_000);
    expect(ladder.at).toBe('live');
    ladder.on({ type: 'spent', micros: 151_000 });
    expect(ladder.at).toBe('cascade');
  });

  it('lets nobody be cut off over money', () => {
    const ladder = talking({ budgetMicros: 100_000 });
    ladder.on({ type: 'speech.due' });
    ladder.on({ type: 'spent', micros: 100_001 });
    ladder.on({ type: 'speech.began' });
    ladder.on({ type: 'spent', micros: 110_000 });
    expect(ladder.at).toBe('realtime');
    expect(ladder.on({ type: 'speech.ended' })).toContainEqual({
      type: 'changed',
      from: 'realtime',
      to: 'live',
      because: 'the budget of this call is spent',
    });
  });

  it('does not end a conversation because money is short', () => {
    const ladder = talking({ rungs: ['realtime', 'announcement'], ringHuman: true, budgetMicros: 1 });
    ladder.on({ type: 'spent', micros: 100_001 });
    expect(ladder.at).toBe('realtime');
  });

  it('redirects the leg when a step needs another medium, and has the carrier say the phrase', () => {
    const ladder = talking({ rungs: ['realtime', 'turn-based', 'announcement'] });
    expect(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' })).toContainEqual({
      type: 'redirect',
      to: 'turn-based',
      phrase: 'one-moment',
    });
  });

  it('rings a person before the announcement, where that was chosen', () => {
    const ladder = talking({ rungs: ['realtime', 'announcement'], ringHuman: true });
    ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' });
    expect(ladder.at).toBe('human');
    ladder.on({ type: 'rung.failed', step: 'human', cause: 'nobody picked up' });
    expect(ladder.at).toBe('announcement');
  });

  it('leaves the last word to the carrier when nothing is left', () => {
    const ladder = talking({ rungs: ['realtime'] });
    expect(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' })).toContainEqual({ type: 'apologise', because: 'gone' });
    expect(responsibleFor(ladder.state)).toBe('apology');
  });
});

describe('climbing', () => {
  it('climbs only when nobody speaks, nothing is due and no tool runs', () => {
    const ladder = talking({ rungs: ['realtime', 'cascade'], usable: ['cascade'] });
    ladder.on({ type: 'usable.changed', steps: ['realtime', 'cascade'] });
    expect(ladder.pass(16_000)).toContainEqual({ type: 'open', step: 'realtime', beside: true });
    ladder.on({ type: 'speech.began' });
    ladder.on({ type: 'rung.ready', step: 'realtime' });
    expect(ladder.at).toBe('cascade');
    expect(floors(ladder.on({ type: 'speech.ended' }))).toEqual([{ type: 'floor', to: 'realtime', answerNow: false }]);
    expect(ladder.at).toBe('realtime');
  });

  it('climbs silently', () => {
    const ladder = talking({ rungs: ['realtime', 'cascade'], usable: ['cascade'] });
    ladder.on({ type: 'usable.changed', steps: ['realtime', 'cascade'] });
    ladder.pass(16_000);
    expect(phrases(ladder.on({ type: 'rung.ready', step: 'realtime' }))).toEqual([]);
    expect(ladder.at).toBe('realtime');
  });

  it('falls onto the step that was being made ready, when that is there already', () => {
    const ladder = talking({ rungs: ['realtime', 'cascade', 'announcement'], usable: ['cascade', 'announcement'] });
    ladder.on({ type: 'usable.changed', steps: ['realtime', 'cascade', 'announcement'] });
    ladder.pass(16_000);
    ladder.on({ type: 'speech.due' });
    ladder.on({ type: 'rung.ready', step: 'realtime' });
    const effects = ladder.on({ type: 'rung.failed', step: 'cascade', cause: 'gone' });
    expect(ladder.at).toBe('realtime');
    // It is not opened a second time, and says at once what is owed.
    expect(effects.filter(({ type }) => type === 'open')).toEqual([]);
    expect(floors(effects)).toEqual([{ type: 'floor', to: 'realtime', answerNow: true, hearsAgain: true }]);
    expect(ladder.timers.has('silent')).toBe(true);
  });

  it('climbs twice at the most', () => {
    const ladder = talking({ rungs: ['realtime', 'live', 'cascade'], usable: ['cascade'] });
    ladder.on({ type: 'usable.changed', steps: ['live', 'cascade'] });
    ladder.pass(20_000);
    ladder.on({ type: 'rung.ready', step: 'live' });
    ladder.on({ type: 'usable.changed', steps: ['realtime', 'live', 'cascade'] });
    ladder.pass(20_000);
    ladder.on({ type: 'rung.ready', step: 'realtime' });
    ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' });
    ladder.on({ type: 'rung.ready', step: 'live' });
    expect(ladder.pass(120_000).filter(({ type }) => type === 'open')).toEqual([]);
  });
});

describe('a person in the call', () => {
  it('is not disturbed when the voice behind them dies', () => {
    const ladder = talking();
    ladder.on({ type: 'operator.took-over' });
    const effects = ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' });
    expect(phrases(effects)).toEqual([]);
    expect(effects.filter(({ type }) => type === 'redirect')).toEqual([]);
    expect(ladder.at).toBe('live');
    expect(responsibleFor(ladder.state)).toBe('operator');
  });

  it('keeps the stream when no voice is left for it, and gives back to whatever there is', () => {
    const ladder = talking({ rungs: ['realtime', 'turn-based', 'announcement'] });
    ladder.on({ type: 'operator.took-over' });
    expect(ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'gone' }).some(({ type }) => type === 'redirect')).toBe(false);
    ladder.on({ type: 'usable.changed', steps: ['turn-based', 'announcement'] });
    expect(ladder.on({ type: 'operator.gave-back' })).toContainEqual({ type: 'redirect', to: 'turn-based', phrase: 'one-moment' });
  });

  it('gets a stream when the call has none', () => {
    const ladder = talking({ rungs: ['relay', 'announcement'] });
    expect(ladder.on({ type: 'operator.took-over' })).toContainEqual({ type: 'redirect', to: 'operator', phrase: null });
  });
});

const step = fc.constantFrom<Step>('realtime', 'live', 'cascade', 'relay', 'turn-based', 'announcement', 'human');
const anyEvent: fc.Arbitrary<LadderEvent> = fc.oneof(
  fc.record({ type: fc.constant('rung.ready' as const), step }),
  fc.record({ type: fc.constantFrom('rung.failed' as const, 'rung.lost' as const, 'rung.error' as const), step, cause: fc.constant('x') }),
  fc.record({
    type: fc.constantFrom(
      'answered' as const,
      'speech.due' as const,
      'speech.began' as const,
      'speech.ended' as const,
      'lead.started-speaking' as const,
      'lead.stopped-speaking' as const,
      'tool.called' as const,
      'tool.answered' as const,
      'operator.took-over' as const,
      'operator.gave-back' as const,
      'human.asked' as const,
    ),
  }),
  fc.record({ type: fc.constant('spent' as const), micros: fc.nat(1_000_000) }),
  fc.record({ type: fc.constant('usable.changed' as const), steps: fc.uniqueArray(step) }),
);
const script = fc.array(fc.oneof({ weight: 3, arbitrary: anyEvent }, { weight: 2, arbitrary: fc.nat(20_000) }), { maxLength: 120 });
const options = fc.record({
  rungs: fc.shuffledSubarray([...all], { minLength: 1 }),
  ringHuman: fc.boolean(),
  budgetMicros: fc.option(fc.nat(500_000)),
});

describe('whatever happens', () => {
  it('somebody is responsible for the next word as long as the lead is on the line', () => {
    fc.assert(
      fc.property(options, script, (chosen, events) => {
        const ladder = new Ladder(chosen);
        ladder.on({ type: 'answered' });
        for (const event of events) {
          if (typeof event === 'number') ladder.pass(event);
          else ladder.on(event);
          expect(responsibleFor(ladder.state)).not.toBeNull();
        }
        ladder.on({ type: 'leg.ended' });
        expect(ladder.state.kind).toBe('ended');
        expect([...ladder.timers.keys()]).toEqual([]);
      }),
    );
  });

  it('opens no more than it closes, and comes to rest', () => {
    fc.assert(
      fc.property(options, script, (chosen, events) => {
        const ladder = new Ladder(chosen);
        ladder.on({ type: 'answered' });
        for (const event of events) {
          if (typeof event === 'number') ladder.pass(event);
          else ladder.on(event);
        }
        const falls = ladder.effects.filter(
          (effect) => effect.type === 'changed' && effect.because !== 'the call was given back to the AI',
        );
        // Each fall breaks a step or spends money, each step breaks twice, and each climb gives a few more.
        expect(falls.length).toBeLessThanOrEqual(7 * 2 * (maxClimbs + 1) + 12);
        ladder.on({ type: 'leg.ended' });
        const open = new Map<Step, number>();
        for (const effect of ladder.effects) {
          if (effect.type === 'open') {
            expect(open.get(effect.step) ?? 0).toBe(0);
            open.set(effect.step, 1);
          }
          if (effect.type === 'close') open.set(effect.step, 0);
        }
        expect([...open.values()].every((count) => count === 0)).toBe(true);
      }),
    );
  });

  it('never climbs in the middle of a sentence', () => {
    fc.assert(
      fc.property(options, script, (chosen, events) => {
        const ladder = new Ladder(chosen);
        ladder.on({ type: 'answered' });
        for (const event of events) {
          if (typeof event === 'number') {
            ladder.pass(event);
            continue;
          }
          const before = ladder.state;
          const climbed = ladder.on(event).some((effect) => effect.type === 'changed' && effect.because === 'a better voice is back');
          if (climbed && before.kind === 'live') {
            expect(before.leadSpeaks).toBe(false);
            expect(before.aiSpeaks && event.type !== 'speech.ended').toBe(false);
          }
        }
      }),
    );
  });
});

describe('a ladder with one step that converses', () => {
  const rungs: readonly Rung[] = ['realtime', 'announcement'];

  it('tries it again while the phone rings, and nobody else', () => {
    const ladder = new Ladder({ rungs });
    ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'refused' });
    expect(ladder.at).toBe('realtime');
    expect(ladder.pass(1_100)).toContainEqual({ type: 'open', step: 'realtime', beside: false });
    ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'refused' });
    expect(ladder.pass(1_900)).toEqual([]);
    expect(ladder.pass(200)).toContainEqual({ type: 'open', step: 'realtime', beside: false });
  });

  it('leaves it at once when no further try would help', () => {
    const ladder = new Ladder({ rungs });
    ladder.on({ type: 'rung.failed', step: 'realtime', cause: 'no credit', lasting: true });
    expect(ladder.at).toBe('announcement');
  });

  it('gives it longer to speak than one behind which somebody else could', () => {
    const ladder = talking({ rungs });
    ladder.on({ type: 'speech.due' });
    ladder.pass(stepTraits.realtime.silenceMs + 900);
    expect(ladder.at).toBe('realtime');
    ladder.pass(200);
    expect(ladder.at).toBe('announcement');
  });
});
