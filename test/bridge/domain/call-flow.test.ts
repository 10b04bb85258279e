import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  documentAfterStream,
  type FlowEffect,
  type FlowEnding,
  type FlowEvent,
  type FlowState,
  firstFlowState,
  holderOf,
  type Person,
  stepFlow,
} from '#bridge/domain/call-flow.ts';

function following(...events: readonly FlowEvent[]): { state: FlowState; effects: FlowEffect[]; last: readonly FlowEffect[] } {
  const effects: FlowEffect[] = [];
  let state = firstFlowState;
  let last: readonly FlowEffect[] = [];
  for (const event of events) {
    [state, last] = stepFlow(state, event);
    effects.push(...last);
  }
  return { state, effects, last };
}

const answered: FlowEvent = { type: 'answered', route: 'stream', because: '' };
const opened: readonly FlowEvent[] = [answered, { type: 'media.opened' }, { type: 'voice.ready' }];
const talking: readonly FlowEvent[] = [...opened, { type: 'disclosure.played' }, { type: 'greeting.played' }];
const target = { name: 'Dana', number: '+12025550199' };
const byAi: FlowEnding = { by: 'ai', reason: 'done', disposition: 'interested' };
const operator: Person = { kind: 'operator', name: 'Dana' };
const says = (effects: readonly FlowEffect[]) => effects.flatMap((effect) => (effect.type === 'say' ? [effect.what] : []));

describe('the flow of a call', () => {
  it('says the disclosure, then the greeting, then listens', () => {
    const { state, effects } = following(...talking);
    expect(says(effects)).toEqual(['disclosure', 'greeting']);
    expect(state).toEqual({ kind: 'talking', silences: 0 });
    expect(effects).toContainEqual({ type: 'auto-answer', on: true });
  });

  it('waits for whichever of media and voice comes last', () => {
    expect(says(following(answered, { type: 'voice.ready' }).effects)).toEqual([]);
    expect(says(following(answered, { type: 'voice.ready' }, { type: 'media.opened' }).effects)).toEqual(['disclosure']);
  });

  it("falls to the carrier's voice when the AI is not ready three seconds after the answer", () => {
    const { state, effects } = following(answered, { type: 'media.opened' }, { type: 'timer', name: 'opening' });
    expect(effects).toContainEqual({ type: 'timer.start', name: 'opening', ms: 3_000 });
    expect(state.kind).toBe('announcing');
    expect(effects).toContainEqual({ type: 'leave-stream' });
    expect(documentAfterStream(state)).toBe('announce');
    expect(state).toMatchObject({ because: 'the AI voice was not ready three seconds after the answer' });
  });

  it('says of whichever is missing after three seconds that it is: without a stream the carrier’s', () => {
    const { state } = following(answered, { type: 'voice.ready' }, { type: 'timer', name: 'opening' });
    expect(state).toEqual({ kind: 'announcing', because: 'the carrier opened no media stream within three seconds of the answer' });
  });

  it('does not let the lead cut the disclosure off, but the greeting', () => {
    expect(following(...opened, { type: 'lead.started-speaking' }).state.kind).toBe('disclosing');
    expect(following(...opened, { type: 'disclosure.played' }, { type: 'lead.started-speaking' }).state.kind).toBe('talking');
  });

  it('ends with a fixed sentence when the lead opts out, in any part of the conversation', () => {
    for (const before of [opened, [...opened, { type: 'disclosure.played' } as const], talking]) {
      const { state, last } = following(...before, { type: 'opt-out.heard' });
      expect(state).toMatchObject({ kind: 'closing', ending: { disposition: 'do-not-call' } });
      expect(says(last)).toEqual(['opt-out-farewell']);
      const start = last.find((effect) => effect.type === 'timer.start' && effect.name === 'farewell');
      expect(start).toMatchObject({ ms: 4_500 });
    }
  });

  it('keeps an opt-out that comes while the goodbye is being said', () => {
    const { state } = following(...talking, { type: 'end.requested', ending: byAi, spoken: true }, { type: 'opt-out.heard' });
    expect(state).toMatchObject({ ending: { disposition: 'do-not-call' } });
  });

  it('hangs up when the goodbye was heard, or when it takes too long', () => {
    for (const event of [{ type: 'farewell.played' } as const, { type: 'timer', name: 'farewell' } as const]) {
      const { last } = following(...talking, { type: 'end.requested', ending: byAi, spoken: false }, event);
      expect(last).toContainEqual({ type: 'hang-up', ending: byAi });
    }
  });

  it('asks twice whether somebody is there, then says goodbye', () => {
    const silence: FlowEvent = { type: 'timer', name: 'silence' };
    const { state, effects } = following(...talking, silence, silence, silence);
    expect(effects.filter((effect) => effect.type === 'prompt')).toHaveLength(2);
    expect(says(effects)).toEqual(['disclosure', 'greeting', 'farewell']);
    expect(state.kind).toBe('closing');
  });

  it('begins to count silence anew when the lead speaks', () => {
    const silence: FlowEvent = { type: 'timer', name: 'silence' };
    expect(following(...talking, silence, silence, { type: 'lead.started-speaking' }).state).toEqual({ kind: 'talking', silences: 0 });
  });

  it('silences the AI before anything else when a person takes the call, whatever it was doing', () => {
    const befores: readonly (readonly FlowEvent[])[] = [
      [answered],
      opened,
      [...opened, { type: 'disclosure.played' }],
      talking,
      [...talking, { type: 'transfer.requested', target }],
      [...opened, { type: 'machine.detected', policy: 'leave-message' }],
    ];
    for (const before of befores) {
      const { state, last } = following(...before, { type: 'person.took', by: operator });
      expect(state).toMatchObject({ kind: 'held', by: operator });
      expect(last[0]).toEqual({ type: 'hold' });
      expect(last).not.toContainEqual({ type: 'come-back' });
    }
  });

  it('brings the leg back when a person takes a call that rings somebody else', () => {
    const { last } = following(
      ...talking,
      { type: 'transfer.requested', target },
      { type: 'farewell.played' },
      { type: 'person.took', by: operator },
    );
    expect(last).toContainEqual({ type: 'come-back' });
  });

  it('does not give a person a call that ends, or that the carrier speaks on', () => {
    const befores: readonly (readonly FlowEvent[])[] = [
      [],
      [...talking, { type: 'end.requested', ending: byAi, spoken: true }],
      [{ type: 'answered', route: 'announce', because: 'off' }],
      [...talking, { type: 'leg.ended' }],
    ];
    for (const before of befores) expect(following(...before, { type: 'person.took', by: operator }).last).toEqual([]);
  });

  it('lets neither silence, nor the AI, nor an opt-out end a call that a person has; the time limit does', () => {
    const held: readonly FlowEvent[] = [...talking, { type: 'person.took', by: operator }];
    for (const event of [
      { type: 'timer', name: 'silence' },
      { type: 'end.requested', ending: byAi, spoken: false },
      { type: 'opt-out.heard' },
      { type: 'machine.detected', policy: 'hang-up' },
      { type: 'voice.failed', cause: 'cut' },
    ] as const)
      expect(following(...held, event).state.kind).toBe('held');
    expect(following(...held, { type: 'timer', name: 'limit' }).state.kind).toBe('closing');
  });

  it('gives the call back without a greeting, with a sentence that leads over or in silence', () => {
    const held: readonly FlowEvent[] = [...talking, { type: 'person.took', by: operator }];
    for (const open of ['bridge', 'wait'] as const) {
      const { state, last, effects } = following(...held, { type: 'person.left', open, hasAi: true, because: '' });
      expect(state).toEqual({ kind: 'talking', silences: 0 });
      expect(last).toContainEqual({ type: 'release', open });
      expect(says(effects)).toEqual(['disclosure', 'greeting']);
    }
  });

  it('says the disclosure after a person when it was not said before, and no greeting', () => {
    const { state, effects } = following(
      answered,
      { type: 'media.opened' },
      { type: 'person.took', by: operator },
      { type: 'person.left', open: 'bridge', hasAi: true, because: '' },
      { type: 'disclosure.played' },
    );
    expect(says(effects)).toEqual(['disclosure']);
    expect(effects).toContainEqual({ type: 'prompt', about: 'bridge', detail: null });
    expect(state.kind).toBe('talking');
  });

  it("falls to the carrier's voice when the person leaves and there is no AI", () => {
    const { state } = following(
      ...talking,
      { type: 'person.took', by: operator },
      { type: 'person.left', open: 'bridge', hasAi: false, because: 'the AI is gone' },
    );
    expect(state).toEqual({ kind: 'announcing', because: 'the AI is gone' });
  });

  describe('that a person has put through', () => {
    const rung: readonly FlowEvent[] = [...talking, { type: 'person.took', by: operator }, { type: 'transfer.requested', target }];

    it('is theirs again when nobody answers, or when they call it off', () => {
      expect(following(...rung).state).toMatchObject({ kind: 'transferring', stage: 'ringing', by: operator });
      const failed = following(...rung, { type: 'transfer.ended', answered: false, cause: 'busy' });
      expect(failed.state).toEqual({ kind: 'held', by: operator, disclosed: true });
      expect(failed.last).toEqual([]);
      const cancelled = following(...rung, { type: 'transfer.cancelled', cause: 'Sam called it off' });
      expect(cancelled.state).toEqual({ kind: 'held', by: operator, disclosed: true });
      expect(cancelled.last).toContainEqual({ type: 'come-back' });
    });

    it("is the AI's when they are gone by then, and it says what became of it", () => {
      const gone = following(...rung, { type: 'person.left', open: 'bridge', hasAi: true, because: '' });
      expect(gone.state).toMatchObject({ kind: 'transferring', by: null });
      expect(gone.last).toEqual([
        { type: 'release', open: null },
        { type: 'auto-answer', on: false },
      ]);
      const { state, last } = following(
        ...rung,
        { type: 'person.left', open: 'bridge', hasAi: true, because: '' },
        { type: 'transfer.ended', answered: false, cause: 'busy' },
      );
      expect(state.kind).toBe('talking');
      expect(last).toContainEqual({ type: 'prompt', about: 'transfer-failed', detail: 'busy' });
    });

    it('is over for them when somebody has answered', () => {
      const { state, last } = following(...rung, { type: 'transfer.ended', answered: true, cause: '' });
      expect(state).toMatchObject({ kind: 'closing', ending: { disposition: 'transferred' } });
      expect(last).toContainEqual({ type: 'release', open: null });
    });

    it('is introduced by the AI that never did so before', () => {
      const { last, effects } = following(
        answered,
        { type: 'media.opened' },
        { type: 'person.took', by: operator },
        { type: 'transfer.requested', target },
        { type: 'person.left', open: 'bridge', hasAi: true, because: '' },
        { type: 'transfer.ended', answered: false, cause: 'busy' },
      );
      expect(last).toEqual([{ type: 'say', what: 'disclosure' }]);
      expect(says(effects)).toEqual(['disclosure']);
    });
  });

  it('gives the call back to the AI when nobody takes a transfer', () => {
    const { state, last } = following(
      ...talking,
      { type: 'transfer.requested', target },
      { type: 'farewell.played' },
      { type: 'transfer.ended', answered: false, cause: 'no-answer' },
    );
    expect(state.kind).toBe('talking');
    expect(last).toContainEqual({ type: 'prompt', about: 'transfer-failed', detail: 'no-answer' });
  });

  it('hangs up on a machine, or leaves a message when it has stopped talking', () => {
    expect(following(...opened, { type: 'machine.detected', policy: 'hang-up' }).last).toContainEqual(
      expect.objectContaining({ type: 'hang-up' }),
    );
    const { effects, state } = following(
      ...opened,
      { type: 'machine.detected', policy: 'leave-message' },
      { type: 'timer', name: 'message' },
    );
    expect(says(effects)).toEqual(['disclosure', 'voicemail']);
    expect(stepFlow(state, { type: 'message.played' })[1]).toContainEqual(expect.objectContaining({ type: 'hang-up' }));
  });

  it('leaves its message right behind the beep, and talks to a person who comes to the machine', () => {
    const atMachine = [...opened, { type: 'machine.detected', policy: 'leave-message' }, { type: 'beep.heard' }] as const;
    expect(following(...atMachine).last).toContainEqual({ type: 'timer.start', name: 'message', ms: 300 });
    const speaking = [...atMachine, { type: 'timer', name: 'message' }] as const;
    expect(says(following(...speaking).last)).toEqual(['voicemail']);
    const { state, last } = following(...speaking, { type: 'person.detected' });
    expect(state).toEqual({ kind: 'disclosing' });
    expect(last).toContainEqual({ type: 'clear' });
    expect(says(last)).toEqual(['disclosure']);
    // What was cut off was not left.
    expect(stepFlow(state, { type: 'message.played' })[1]).toEqual([]);
  });

  it('tells a call screener once who calls, when it has stopped asking, and waits for a person', () => {
    const asked = [...opened, { type: 'screener.detected' }, { type: 'lead.stopped-speaking' }] as const;
    expect(following(...asked).last).toEqual([{ type: 'timer.start', name: 'message', ms: 700 }]);
    const told = following(...asked, { type: 'timer', name: 'message' });
    expect(told.last).toContainEqual({ type: 'prompt', about: 'screening', detail: null });
    expect(told.last).toContainEqual({ type: 'timer.start', name: 'message', ms: 45_000 });
    expect(stepFlow(told.state, { type: 'lead.stopped-speaking' })[1]).toEqual([]);
    expect(says(stepFlow(told.state, { type: 'person.detected' })[1])).toEqual(['disclosure']);
    const [end, effects] = stepFlow(told.state, { type: 'timer', name: 'message' });
    expect(end).toMatchObject({ kind: 'closing', ending: { by: 'bridge', disposition: null } });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'hang-up' }));
  });

  it('does not leave a message with a menu or a fax', () => {
    const menu = following(...opened, { type: 'machine.detected', policy: 'hang-up', found: 'menu' });
    expect(menu.state).toMatchObject({ kind: 'closing', ending: { reason: 'a phone menu picked up', disposition: null } });
  });

  const event: fc.Arbitrary<FlowEvent> = fc.constantFrom<FlowEvent>(
    answered,
    { type: 'answered', route: 'announce', because: 'off' },
    { type: 'answered', route: 'turns', because: '' },
    { type: 'media.opened' },
    { type: 'media.lost' },
    { type: 'voice.ready' },
    { type: 'voice.failed', cause: 'cut' },
    { type: 'disclosure.played' },
    { type: 'greeting.played' },
    { type: 'lead.started-speaking' },
    { type: 'lead.stopped-speaking' },
    { type: 'ai.fell-silent' },
    { type: 'machine.detected', policy: 'hang-up' },
    { type: 'machine.detected', policy: 'leave-message' },
    { type: 'machine.detected', policy: 'hang-up', found: 'menu' },
    { type: 'beep.heard' },
    { type: 'screener.detected' },
    { type: 'person.detected' },
    { type: 'message.played' },
    { type: 'opt-out.heard' },
    { type: 'end.requested', ending: byAi, spoken: false },
    { type: 'farewell.played' },
    { type: 'transfer.requested', target },
    { type: 'transfer.ended', answered: true, cause: '' },
    { type: 'transfer.ended', answered: false, cause: 'busy' },
    { type: 'transfer.cancelled', cause: 'called off' },
    { type: 'streams.spent', disclosed: true },
    { type: 'streams.spent', disclosed: false },
    { type: 'person.took', by: operator },
    { type: 'person.took', by: { kind: 'colleague', name: 'Ben' } },
    { type: 'person.left', open: 'bridge', hasAi: true, because: '' },
    { type: 'person.left', open: 'wait', hasAi: true, because: '' },
    { type: 'person.left', open: 'bridge', hasAi: false, because: 'no AI' },
    { type: 'timer', name: 'opening' },
    { type: 'timer', name: 'silence' },
    { type: 'timer', name: 'farewell' },
    { type: 'timer', name: 'message' },
    { type: 'timer', name: 'limit' },
  );

  it('never leaves an answered lead with nobody responsible for what comes next', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const running = new Set<string>();
        let state = firstFlowState;
        let hungUp = false;
        let person: Person | null = null;
        let isMuted = false;
        for (const next of events) {
          if (next.type === 'timer') running.delete(next.name);
          const [to, effects] = stepFlow(state, next);
          for (const effect of effects) {
            if (effect.type === 'timer.start') running.add(effect.name);
            if (effect.type === 'timer.cancel') running.delete(effect.name);
            if (effect.type === 'hang-up') hungUp = true;
            if (effect.type === 'hold') isMuted = true;
            if (effect.type === 'release') isMuted = false;
            // Whatever is wanted of the AI is wanted of one that may speak.
            if (effect.type === 'say' || effect.type === 'prompt') expect(isMuted).toBe(false);
          }
          if (next.type === 'person.took' && to.kind === 'held') person = next.by;
          // What nobody answers goes back to whoever had the call, and to nobody else.
          if (state.kind === 'transferring' && (next.type === 'transfer.cancelled' || (next.type === 'transfer.ended' && !next.answered)))
            expect(holderOf(to)).toEqual(state.by);
          // A lead who hears a ring tone is brought back when somebody else is to speak.
          if (state.kind === 'transferring' && state.stage === 'ringing' && to.kind === 'held' && next.type !== 'transfer.ended')
            expect(effects).toContainEqual({ type: 'come-back' });
          if (next.type === 'person.left') person = null;
          // The carrier's own voice needs no AI; that one is closed.
          if (to.kind === 'announcing') isMuted = false;
          // Only while a person has the call is the AI mute, and it is never held by nobody.
          if (holderOf(to) !== null) {
            expect(holderOf(to)).toEqual(person);
            expect([...running].filter((name) => name !== 'limit')).toEqual([]);
          }
          expect(isMuted).toBe(holderOf(to) !== null);
          if (to.kind === 'talking' && state.kind === 'held') expect(running.has('silence')).toBe(true);
          if (to.kind === 'announcing' && state.kind !== 'announcing' && state.kind !== 'waiting')
            expect(effects).toContainEqual({ type: 'leave-stream' });
          // Whatever must not last for ever has a clock on it, or has been ended.
          if (to.kind === 'closing') expect(hungUp || running.has('farewell')).toBe(true);
          if (to.kind === 'opening') expect(running.has('opening') || next.type === 'timer').toBe(true);
          if (to.kind === 'transferring' && to.stage === 'saying') expect(running.has('farewell')).toBe(true);
          if (to.kind === 'leaving-message' && !to.speaking) expect(running.has('message')).toBe(true);
          if (to.kind === 'screened') expect(running.has('message')).toBe(true);
          state = to;
        }
        const [end, effects] = stepFlow(state, { type: 'leg.ended' });
        expect(end).toEqual({ kind: 'ended' });
        if (state.kind !== 'ended') for (const effect of effects) expect(effect.type).toBe('timer.cancel');
      }),
    );
  });
});
