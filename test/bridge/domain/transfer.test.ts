import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginTransfer, stepTransfer } from '#bridge/domain/transfer.ts';
import {
  type Asker,
  responsibleFor,
  type TransferEffect,
  type TransferEvent,
  type TransferState,
  type TransferTimer,
} from '#bridge/domain/transfer-state.ts';

function following(asker: Asker, ...events: readonly TransferEvent[]) {
  let [state, last] = beginTransfer(asker);
  const effects: TransferEffect[] = [...last];
  for (const event of events) {
    [state, last] = stepTransfer(state, event);
    effects.push(...last);
  }
  return { state, effects, last };
}

const types = (effects: readonly TransferEffect[]) => effects.map(({ type }) => type);
const ringing: readonly TransferEvent[] = [{ type: 'place.accepted' }, { type: 'leg.ringing' }];
const briefed: readonly TransferEvent[] = [...ringing, { type: 'leg.answered' }, { type: 'media.opened' }, { type: 'briefing.played' }];
const accepted: readonly TransferEvent[] = [...briefed, { type: 'key', digit: '1' }];
const connected: readonly TransferEvent[] = [...accepted, { type: 'introduction.played' }];
const legEnded = (outcome: Extract<TransferEvent, { type: 'leg.ended' }>['outcome']): TransferEvent => ({
  type: 'leg.ended',
  outcome,
  cause: 'the carrier could not do it',
});

describe('a warm transfer', () => {
  it('tells the lead and rings the colleague at the same moment', () => {
    const { effects, state } = following('ai');
    expect(effects).toContainEqual({ type: 'tell-lead', what: 'getting-them' });
    expect(effects).toContainEqual({ type: 'place-leg' });
    expect(state).toEqual({ kind: 'placing', asker: 'ai' });
  });

  it('rings for well over two rings before it gives up', () => {
    const ring = following('ai').effects.find((effect) => effect.type === 'timer.start' && effect.name === 'ring');
    expect(ring).toMatchObject({ ms: 40_000 });
  });

  it('briefs the colleague when there is audio, and connects nobody before the key', () => {
    const { effects, state } = following('ai', ...briefed);
    expect(types(effects)).toContain('brief');
    expect(effects).not.toContainEqual({ type: 'patch', on: true });
    expect(state.kind).toBe('asking');
  });

  it('lets both hear each other at the key, introduces them, and then leaves', () => {
    expect(types(following('ai', ...accepted).last)).toEqual(expect.arrayContaining(['patch', 'introduce']));
    const { state, last } = following('ai', ...connected);
    expect(types(last)).toContain('hand-over');
    expect(responsibleFor(state)).toBe('colleague');
  });

  it("waits for the stream until the carrier's own voice has said the briefing", () => {
    const { state, last } = following('ai', ...ringing, { type: 'leg.answered' }, { type: 'carrier.briefs' });
    expect(state.kind).toBe('answered');
    expect(last).toContainEqual({ type: 'timer.start', name: 'stream', ms: 50_000 });
  });

  it('takes the key in the middle of the briefing', () => {
    const { state } = following('ai', ...ringing, { type: 'media.opened' }, { type: 'key', digit: '1' });
    expect(state.kind).toBe('introducing');
  });

  it('gives the call to the AI when the colleague has gone', () => {
    const { state, last } = following('ai', ...connected, legEnded('completed'));
    expect(last).toContainEqual({ type: 'hand-back', to: 'ai', ending: { end: 'connected', cause: 'the colleague hung up' } });
    expect(responsibleFor(state)).toBe('ai');
  });

  it('leaves the operator who had the call on the line, who has it again when the colleague has gone', () => {
    const on = following('operator', ...connected);
    expect(on.state).toEqual({ kind: 'connected', withOperator: true });
    expect(responsibleFor(on.state)).toBe('operator');
    for (const gone of [legEnded('completed'), { type: 'media.lost' } as const]) {
      const [state, effects] = stepTransfer(on.state, gone);
      expect(effects).toContainEqual({ type: 'patch', on: false });
      expect(effects).toContainEqual(expect.objectContaining({ type: 'hand-back', to: 'operator' }));
      expect(responsibleFor(state)).toBe('operator');
    }
  });

  it('lets the colleague go when the operator who is on the line with them calls it off, and leaves the operator the call', () => {
    const { state, last } = following('operator', ...connected, { type: 'cancel', cause: 'Sam let them go' });
    expect(state).toEqual({ kind: 'ended', ending: { end: 'connected', cause: 'Sam let them go' }, to: 'operator' });
    expect(last).toContainEqual({ type: 'patch', on: false });
    expect(last).toContainEqual({ type: 'end-leg' });
    expect(last).toContainEqual({ type: 'report', stage: 'connected', cause: 'Sam let them go' });
    // The lead was the colleague's alone: whoever takes them from there has called the transfer off.
    expect(following('ai', ...connected, { type: 'cancel', cause: 'so' }).state).toMatchObject({ ending: { end: 'cancelled' }, to: 'ai' });
  });

  it('is the colleague’s alone when the operator steps back, and parts nobody then', () => {
    const { state, last } = following('operator', ...connected, { type: 'asker.left' });
    expect(responsibleFor(state)).toBe('colleague');
    expect(types(last)).toEqual(['report']);
    expect(stepTransfer(state, legEnded('completed'))[1]).toContainEqual(expect.objectContaining({ type: 'hand-back', to: 'ai' }));
  });

  it('keeps an operator on the line who took the call while the phone rang, and none who comes after the key', () => {
    const came: TransferEvent = { type: 'operator.came' };
    const rest = connected.slice(ringing.length);
    expect(following('ai', ...ringing, came, ...rest).state).toEqual({ kind: 'connected', withOperator: true });
    expect(following('ai', ...accepted, came, { type: 'introduction.played' }).state).toEqual({ kind: 'connected', withOperator: false });
    expect(following('ai', ...ringing, came, { type: 'asker.left' }, ...rest).state).toEqual({ kind: 'connected', withOperator: false });
  });

  it('plays the lead nothing beside an operator who takes the call while the phone rings, and again when the AI has it back', () => {
    const on: TransferEffect = { type: 'hold-sound', on: true };
    const off: TransferEffect = { type: 'hold-sound', on: false };
    expect(following('ai', ...ringing, { type: 'operator.came' }).last).toEqual([off]);
    expect(following('ai', ...ringing, { type: 'operator.came' }, { type: 'asker.left' }).last).toEqual([on]);
    // Both are put together already.
    expect(following('operator', ...accepted, { type: 'asker.left' }).last).toEqual([]);
  });

  it.each<[string, readonly TransferEvent[], string]>([
    ['no answer', [...ringing, legEnded('no-answer')], 'no-answer'],
    ['no word of the carrier at all', [{ type: 'timer', name: 'ring' }], 'no-answer'],
    ['a busy line', [...ringing, legEnded('busy')], 'busy'],
    ['a rejected call', [...ringing, legEnded('rejected')], 'declined'],
    ['a carrier that refuses', [{ type: 'place.failed', cause: 'no credit' }], 'failed'],
    ['a carrier that fails', [...ringing, legEnded('failed')], 'failed'],
    ['the second key', [...briefed, { type: 'key', digit: '2' }], 'declined'],
    ['nobody at the keys', [...briefed, { type: 'timer', name: 'key' }], 'voicemail'],
    ['an answering machine', [...ringing, { type: 'leg.answered' }, { type: 'leg.machine' }], 'voicemail'],
    ['a hang-up in the briefing', [...ringing, { type: 'media.opened' }, legEnded('completed')], 'declined'],
    ['no audio', [...ringing, { type: 'leg.answered' }, { type: 'timer', name: 'stream' }], 'failed'],
    ['audio that breaks off', [...briefed, { type: 'media.lost' }, { type: 'timer', name: 'stream' }], 'failed'],
    ['audio that ends because they hung up', [...briefed, { type: 'media.lost' }, legEnded('completed')], 'declined'],
    ['an operator who calls it off', [...ringing, { type: 'cancel', cause: 'called off' }], 'cancelled'],
  ])('hands the call back to whoever asked, with the cause: %s', (_what, events, end) => {
    for (const asker of ['ai', 'operator'] as const) {
      const { last, state } = following(asker, ...events);
      expect(last).toContainEqual({ type: 'hand-back', to: asker, ending: { end, cause: expect.any(String) } });
      expect(responsibleFor(state)).toBe(asker);
    }
  });

  it('ends a leg that is still up when nothing comes of it', () => {
    for (const events of [[...briefed, { type: 'key', digit: '2' } as const], [{ type: 'timer', name: 'ring' } as const]])
      expect(types(following('ai', ...events).last)).toContain('end-leg');
  });

  it('tells a colleague who is on the line that the lead has gone, then ends their leg', () => {
    const left = following('ai', ...briefed, { type: 'lead.left' });
    expect(left.last).toContainEqual({ type: 'take-leave', because: 'lead-left' });
    expect(types(left.last)).not.toContain('hand-back');
    expect(types(stepTransfer(left.state, { type: 'leave.taken' })[1])).toContain('end-leg');
  });

  it('ends a phone that still rings at once when the lead has gone', () => {
    const { last, state } = following('ai', ...ringing, { type: 'lead.left' });
    expect(types(last)).toContain('end-leg');
    expect(state).toMatchObject({ kind: 'ended', ending: { end: 'abandoned' } });
  });

  it('gives the call to the AI when the operator who asked for it is gone', () => {
    const { last } = following('operator', ...ringing, { type: 'asker.left' }, legEnded('busy'));
    expect(last).toContainEqual(expect.objectContaining({ type: 'hand-back', to: 'ai' }));
  });

  const event: fc.Arbitrary<TransferEvent> = fc.oneof(
    fc.constantFrom<TransferEvent>(
      { type: 'place.accepted' },
      { type: 'place.failed', cause: 'refused' },
      { type: 'leg.ringing' },
      { type: 'leg.answered' },
      { type: 'carrier.briefs' },
      { type: 'leg.machine' },
      { type: 'media.opened' },
      { type: 'media.lost' },
      { type: 'briefing.played' },
      { type: 'introduction.played' },
      { type: 'leave.taken' },
      { type: 'lead.left' },
      { type: 'asker.left' },
      { type: 'operator.came' },
      { type: 'cancel', cause: 'called off' },
    ),
    fc.constantFrom('1', '2', '5').map((digit): TransferEvent => ({ type: 'key', digit })),
    fc
      .constantFrom('busy', 'no-answer', 'rejected', 'voicemail', 'completed', 'failed')
      .map((outcome): TransferEvent => ({ type: 'leg.ended', outcome: outcome as never, cause: 'so' })),
    fc
      .constantFrom<TransferTimer>('ring', 'stream', 'briefing', 'key', 'introduction', 'leave', 'still-trying')
      .map((name): TransferEvent => ({ type: 'timer', name })),
  );

  it('never leaves a lead without somebody who is responsible, and hands back exactly once', () => {
    fc.assert(
      fc.property(fc.constantFrom<Asker>('ai', 'operator'), fc.array(event, { maxLength: 40 }), (asker, events) => {
        let [state] = beginTransfer(asker);
        let isThere = true;
        let handedBack = 0;
        let handedOver = 0;
        for (const next of events) {
          const wasOver = state.kind === 'ended';
          if (next.type === 'lead.left' && !wasOver && state.kind !== 'taking-leave') isThere = false;
          const [then, effects] = stepTransfer(state, next);
          state = then;
          handedBack += types(effects).filter((type) => type === 'hand-back').length;
          handedOver += types(effects).filter((type) => type === 'hand-over').length;
          expect(responsibleFor(state) !== null).toBe(isThere);
          // Whoever has left is responsible for nothing, whatever came before. A transfer that was over already had
          // handed the call back: who leaves it then is no matter of the transfer any more.
          if (next.type === 'asker.left' && !wasOver) expect(responsibleFor(state)).not.toBe('operator');
          if (state.kind === 'connected') expect(handedOver).toBe(1);
        }
        if (state.kind === 'ended') expect(handedBack).toBe(isThere ? 1 : 0);
        expect(handedBack).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('ends by its timers alone, whatever came before and however silent the carrier is', () => {
    fc.assert(
      fc.property(fc.constantFrom<Asker>('ai', 'operator'), fc.array(event, { maxLength: 20 }), (asker, events) => {
        const running = new Map<TransferTimer, number>();
        const follow = (effects: readonly TransferEffect[]) => {
          for (const effect of effects) {
            if (effect.type === 'timer.start') running.set(effect.name, effect.ms);
            if (effect.type === 'timer.cancel') running.delete(effect.name);
          }
        };
        let [state, effects]: [TransferState, readonly TransferEffect[]] = [...beginTransfer(asker)];
        follow(effects);
        for (const next of events) {
          if (next.type === 'timer') running.delete(next.name);
          [state, effects] = stepTransfer(state, next);
          follow(effects);
        }
        for (let round = 0; round < 12 && state.kind !== 'ended' && state.kind !== 'connected'; round += 1) {
          const name = [...running.keys()].find((timer) => timer !== 'still-trying') as TransferTimer;
          running.delete(name);
          [state, effects] = stepTransfer(state, { type: 'timer', name });
          follow(effects);
        }
        expect(['ended', 'connected']).toContain(state.kind);
        // Nothing runs on behind a transfer that is over.
        if (state.kind === 'ended') expect([...running.keys()]).toEqual([]);
      }),
    );
  });
});
