import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Ask,
  emptySequence,
  isInterrupted,
  type Sequence,
  type SequenceEffect,
  type SequenceEvent,
  stepSequence,
} from '#bridge/engines/openai-realtime/responses.ts';

const plain = (id: string): SequenceEvent => ({ type: 'asked', ask: { id, instructions: null, retried: false } });
const worded = (id: string): SequenceEvent => ({ type: 'asked', ask: { id, instructions: 'Say goodbye.', retried: false } });

/** @returns the effects of the last event, by type and what they concern */
function stepped(...events: readonly SequenceEvent[]): { state: Sequence; last: readonly string[] } {
  let state = emptySequence;
  let last: readonly SequenceEffect[] = [];
  for (const event of events) [state, last] = stepSequence(state, event);
  return { state, last: last.map(named) };
}

function named(effect: SequenceEffect): string {
  if (effect.type === 'create') return `create ${effect.ask.id}`;
  if (effect.type === 'cancel') return `cancel ${effect.responseId}`;
  if (effect.type === 'gave-up') return `gave up ${effect.ask.id}`;
  return `timer ${effect.ms}`;
}

describe('asking for answers', () => {
  it('asks at once when nothing is in progress, and holds the next until the first is over', () => {
    expect(stepped(plain('a')).last).toEqual(['create a']);
    expect(stepped(plain('a'), worded('b')).last).toEqual([]);
    expect(stepped(plain('a'), worded('b'), { type: 'created', responseId: 'r1', ask: 'a' }).last).toEqual([]);
    const over = [
      plain('a'),
      worded('b'),
      { type: 'created', responseId: 'r1', ask: 'a' },
      { type: 'done', responseId: 'r1', retry: 'no' },
    ] as const;
    expect(stepped(...over).last).toEqual(['create b']);
  });

  it('waits for an answer that the service made by itself', () => {
    const auto: SequenceEvent = { type: 'created', responseId: 'r1', ask: null };
    expect(stepped(auto, plain('a')).last).toEqual([]);
    expect(stepped(auto, plain('a'), { type: 'done', responseId: 'r9', retry: 'no' }).last).toEqual([]);
    expect(stepped(auto, plain('a'), { type: 'done', responseId: 'r1', retry: 'no' }).last).toEqual(['create a']);
  });

  it('takes many plain wishes to go on for one', () => {
    const over = [plain('a'), plain('b'), plain('c'), { type: 'created', responseId: 'r1', ask: 'a' }] as const;
    expect(stepped(...over, { type: 'done', responseId: 'r1', retry: 'no' }).last).toEqual(['create b']);
    expect(stepped(...over, { type: 'done', responseId: 'r1', retry: 'no' }).state.queue).toEqual([]);
  });

  it('tries again once, after the other answer, when one was active, and tells which create is meant or not', () => {
    for (const ask of ['a', null]) {
      const refused = [plain('a'), { type: 'created', responseId: 'r1', ask: null }, { type: 'conflict', ask }] as const;
      expect(stepped(...refused).last).toEqual([]);
      const again = [...refused, { type: 'done', responseId: 'r1', retry: 'no' }] as const;
      expect(stepped(...again).last).toEqual(['create a-again']);
      expect(stepped(...again, { type: 'conflict', ask: 'a-again' }).last).toEqual(['gave up a-again']);
    }
  });

  it('waits a moment when it is refused for an answer that it knows nothing of', () => {
    const refused = [plain('a'), { type: 'conflict', ask: 'a' }] as const;
    expect(stepped(...refused).last).toEqual(['timer 1000']);
    expect(stepped(...refused, { type: 'timer', generation: 7 }).last).toEqual([]);
    expect(stepped(...refused, { type: 'timer', generation: 1 }).last).toEqual(['create a-again']);
  });

  it('leaves a plain wish to the automatic answer while the callee speaks, but not a worded one', () => {
    const speaking = [{ type: 'auto', on: true }, { type: 'speech-started' }] as const;
    expect(stepped(...speaking, plain('a')).last).toEqual([]);
    expect(stepped(...speaking, plain('a'), worded('b')).last).toEqual(['create b']);
    const stopped = [...speaking, plain('a'), { type: 'speech-stopped' }] as const;
    expect(stepped(...stopped).last).toEqual(['timer 1500']);
    expect(stepped(...speaking).last).toEqual(['timer 20000']);
    expect(stepped(...speaking, plain('a'), { type: 'timer', generation: 1 }).last).toEqual(['create a']);
    const covered = [
      ...stopped,
      { type: 'created', responseId: 'r1', ask: null },
      { type: 'done', responseId: 'r1', retry: 'no' },
    ] as const;
    expect(stepped(...covered).last).toEqual([]);
    const worded2 = [...speaking, worded('a'), worded('b'), { type: 'created', responseId: 'r1', ask: null }] as const;
    expect(stepped(...worded2).state.queue.map(({ id }) => id)).toEqual(['b']);
    expect(stepped(...stopped, { type: 'timer', generation: 2 }).last).toEqual(['create a']);
  });

  it('drops plain wishes when the AI is held back, and keeps worded ones', () => {
    const busy = [{ type: 'auto', on: true }, { type: 'created', responseId: 'r1', ask: null }, plain('a'), worded('b')] as const;
    const held = stepped(...busy, { type: 'auto', on: false }).state;
    expect(held.queue.map(({ id }) => id)).toEqual(['b']);
  });

  it('does not try an interrupted answer again', () => {
    const events = [worded('a'), { type: 'created', responseId: 'r1', ask: 'a' }, { type: 'interrupt' }] as const;
    expect(stepped(...events).last).toEqual(['cancel r1']);
    expect(isInterrupted(stepped(...events).state, 'r1')).toBe(true);
    expect(stepped(...events, { type: 'interrupt' }).last).toEqual([]);
    expect(stepped(...events, { type: 'done', responseId: 'r1', retry: 'now' }).last).toEqual([]);
  });
});

/**
 * A service with a delay both ways: what is sent waits in a line, and so does what it answers. It refuses a second default response as
 * the real one does, and makes answers of its own whenever it likes while that is switched on.
 */
class Service {
  readonly toService: (Ask | { readonly cancel: string })[] = [];
  readonly toClient: SequenceEvent[] = [];
  active: string | null = null;
  #count = 0;
  created = 0;

  create(ask: Ask | null): void {
    this.#count += 1;
    this.active = `r${this.#count}`;
    if (ask) this.created += 1;
    this.toClient.push({ type: 'created', responseId: this.active, ask: ask?.id ?? null });
  }

  finish(retry: 'no' | 'now' | 'later'): void {
    if (this.active === null) return;
    this.toClient.push({ type: 'done', responseId: this.active, retry });
    this.active = null;
  }

  /** Work on one message. */
  step(tellsWhich: boolean): void {
    const message = this.toService.shift();
    if (!message) return;
    if ('cancel' in message) {
      if (message.cancel === this.active) this.finish('no');
    } else if (this.active !== null) this.toClient.push({ type: 'conflict', ask: tellsWhich ? message.id : null });
    else this.create(message);
  }
}

const moves = fc.constantFrom(
  'ask',
  'ask-words',
  'deliver-to-service',
  'deliver-to-client',
  'finish',
  'fail-now',
  'fail-later',
  'auto-create',
  'auto-on',
  'auto-off',
  'speech-started',
  'speech-stopped',
  'interrupt',
  'timer',
);

describe('any course of events', () => {
  it('never has two of our answers in flight, and lets no wish fall under the table', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 120 }), fc.boolean(), (course, tellsWhich) => {
        const service = new Service();
        let state = emptySequence;
        let unacknowledged = 0;
        let knownActive: string | null = null;
        const timers: number[] = [];
        const wanted = new Set<string>();
        const served = new Set<string>();
        let asks = 0;
        const baseId = (id: string) => id.replaceAll('-again', '');

        const feed = (event: SequenceEvent) => {
          if (event.type === 'created') {
            knownActive = event.responseId;
            if (event.ask !== null) unacknowledged -= 1;
          }
          if (event.type === 'done' && knownActive === event.responseId) knownActive = null;
          if (event.type === 'conflict') unacknowledged -= 1;
          const [next, effects] = stepSequence(state, event);
          state = next;
          if (event.type === 'created' && event.ask !== null) served.add(baseId(event.ask));
          for (const effect of effects) {
            if (effect.type === 'create') {
              expect(unacknowledged).toBe(0);
              expect(knownActive).toBeNull();
              unacknowledged += 1;
              service.toService.push(effect.ask);
            } else if (effect.type === 'cancel') service.toService.push({ cancel: effect.responseId });
            else if (effect.type === 'timer') timers.push(effect.generation);
            else served.add(baseId(effect.ask.id));
          }
        };

        const deliver = () => {
          const event = service.toClient.shift();
          if (event) feed(event);
        };

        let isAuto = false;
        for (const move of course) {
          switch (move) {
            case 'ask':
            case 'ask-words':
              asks += 1;
              if (move === 'ask-words') wanted.add(`ask${asks}`);
              feed({ type: 'asked', ask: { id: `ask${asks}`, instructions: move === 'ask' ? null : 'Words.', retried: false } });
              break;
            case 'deliver-to-service':
              service.step(tellsWhich);
              break;
            case 'deliver-to-client':
              deliver();
              break;
            case 'finish':
              service.finish('no');
              break;
            case 'fail-now':
              service.finish('now');
              break;
            case 'fail-later':
              service.finish('later');
              break;
            case 'auto-create':
              if (isAuto && service.active === null) service.create(null);
              break;
            case 'auto-on':
            case 'auto-off':
              isAuto = move === 'auto-on';
              feed({ type: 'auto', on: isAuto });
              break;
            case 'speech-started':
            case 'speech-stopped':
            case 'interrupt':
              feed({ type: move });
              break;
            case 'timer': {
              const generation = timers.shift();
              if (generation !== undefined) feed({ type: 'timer', generation });
              break;
            }
          }
        }

        // In the end the service answers everything, the callee is silent and every timer fires.
        feed({ type: 'speech-stopped' });
        for (let round = 0; round < 200; round += 1) {
          service.step(tellsWhich);
          deliver();
          const generation = timers.shift();
          if (generation !== undefined) feed({ type: 'timer', generation });
          if (service.toService.length === 0 && service.toClient.length === 0) service.finish('no');
        }
        expect(state.air).toBeNull();
        expect(state.active).toBeNull();
        expect(state.queue).toEqual([]);
        for (const id of wanted) expect(served).toContain(id);
      }),
      { numRuns: 1_500 },
    );
  });
});
