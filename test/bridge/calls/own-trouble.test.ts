import { describe, expect, it } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Store } from '#bridge/store/store.ts';
import { CallStage, clipMs } from '../../support/call-stage.ts';

/** The disk is full from the moment a test says so: whatever writes, throws. */
function fillable(): { full: boolean; wrap(store: Store): Store } {
  const disk = {
    full: false,
    wrap(store: Store): Store {
      const writes = <Table extends object>(table: Table, names: readonly (keyof Table)[]): Table => {
        const wrapped = { ...table };
        for (const name of names) {
          const original = table[name] as (...args: unknown[]) => unknown;
          (wrapped as Record<keyof Table, unknown>)[name] = (...args: unknown[]) => {
            if (disk.full) throw new BridgeError('store/unavailable', 'The disk is full.', { retryable: true });
            return original(...args);
          };
        }
        return wrapped;
      };
      return {
        ...store,
        attempts: writes(store.attempts, ['update', 'end', 'addHop', 'addCost', 'addTurn', 'addToolCall', 'addMark', 'faultsInARow']),
        transcripts: writes(store.transcripts, ['save']),
        suppressions: writes(store.suppressions, ['add']),
        clips: writes(store.clips, ['put', 'get']),
        recordings: writes(store.recordings, ['open']),
        transaction: (work) => store.transaction(work),
      };
    },
  };
  return disk;
}

describe('a disk that is full', () => {
  it('does not end a call: it goes on, is told about, and the attempt ends for everybody who waits', async () => {
    const disk = fillable();
    await using stage = await CallStage.open({ store: disk.wrap, inCampaign: true });
    stage.ring();
    await stage.pass(1_000);
    disk.full = true;
    expect(stage.answer().kind).toBe('stream');
    await stage.pass(100);
    const stream = stage.openMedia();
    await stage.pass(clipMs.disclosure + clipMs.greeting + 100);
    expect(stream.heardMs()).toBe(clipMs.disclosure + clipMs.greeting);
    await stage.leadSays('Tell me more.');
    stage.session.begins();
    stage.session.utters('Gladly. Goodbye.', 1_000);
    stage.session.callsTool('end_call', { reason: 'goal_met' });
    stage.session.ends();
    await stage.pass(1_200);
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(stage.alerts).toContain('The disk is full.');
    stage.end();
    // It has ended for nobody as long as that is not written down: whoever asks may not dial this lead again.
    await stage.pass(6_000);
    expect(stage.ended).toEqual([]);
    expect(stage.store.attempts.open()).toHaveLength(1);
    disk.full = false;
    await stage.pass(5_100);
    expect(stage.ended).toMatchObject([{ outcome: 'completed' }]);
    expect(stage.view).toMatchObject({ state: 'ended', disposition: 'interested', talkMs: expect.any(Number) });
    expect(stage.view.answeredAt).not.toBeNull();
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
    expect(stage.view.transcript.map(({ text }) => text)).toContain('Tell me more.');
    expect(stage.view.hops.map(({ name }) => name)).toContain('first-audio-played');
    expect(stage.view.turns).toHaveLength(1);
    await stage.gone();
    expect(stage.desk.all).toEqual([]);
  });

  it('is told about once in a while, not for every word', async () => {
    const disk = fillable();
    await using stage = await CallStage.open({ store: disk.wrap });
    await stage.connect();
    disk.full = true;
    await stage.pass(clipMs.disclosure + clipMs.greeting + 100);
    for (let times = 0; times < 10; times += 1) await stage.leadSays(`Sentence ${times}.`, 300);
    expect(stage.alerts.length).toBeGreaterThan(0);
    disk.full = false;
    expect(stage.alerts.length).toBeLessThan(4);
  });

  it('keeps what was suppressed, decided and said once it has room again', async () => {
    const disk = fillable();
    await using stage = await CallStage.open({ store: disk.wrap });
    await stage.talk();
    disk.full = true;
    await stage.leadSays('Take me off your list.');
    await stage.pass(1_000);
    disk.full = false;
    await stage.pass(1_000);
    stage.end();
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).not.toBeNull();
    expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'do-not-call' });
  });
});

describe('a mistake of our own', () => {
  it.each([
    ['in a handler of the AI', (stage: CallStage) => stage.session.on.toolCalled(null as never)],
    ['in a handler of the stream', (stage: CallStage) => stage.stream.handlers.digit(null as never)],
    [
      'in a timer',
      (stage: CallStage) => {
        stage.session.answer = () => {
          throw new Error('a mistake');
        };
      },
    ],
  ])('ends its own call and says so: %s', async (_name, does) => {
    await using stage = await CallStage.open();
    await stage.talk();
    does(stage);
    // The silence timer asks the AI for something.
    await stage.pass(9_500);
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(stage.alerts).toEqual(['Something went wrong inside Ringside; this call is ended.']);
    stage.end();
    expect(stage.view).toMatchObject({ state: 'ended', endedBy: 'bridge', endedReason: 'something went wrong inside Ringside' });
  });

  it('never leaves a carrier without a document', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    Object.defineProperty(stage.call.script, 'announcement', {
      get: () => {
        throw new Error('a mistake');
      },
    });
    expect(stage.answer()).toMatchObject({ kind: 'say-and-hang-up' });
  });

  it('of whoever waits for the end of calls does not keep the call from ending', async () => {
    await using stage = await CallStage.open();
    stage.desk.onEnded(() => {
      throw new Error('a mistake');
    });
    let told = 0;
    stage.desk.onEnded(() => {
      told += 1;
    });
    await stage.talk();
    stage.end();
    expect(told).toBe(1);
    await stage.gone();
    expect(stage.desk.all).toEqual([]);
    expect(stage.view.state).toBe('ended');
  });
});
