import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeedOutlet, LiveFeed } from '#bridge/console/live-feed.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

/** Events are gathered for a moment before they are sent. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 40));
const alert = (message: string) => ({ type: 'alert', level: 'info', message }) as const;
const nothing = () => ({ calls: [], campaigns: [] });

/** A consumer whose socket takes nothing while it is stuck. */
class Consumer implements FeedOutlet {
  readonly heard: { seq: number; type: string; run?: string }[] = [];
  isStuck = false;
  failure: unknown = null;

  get waitingBytes(): number {
    return this.isStuck ? 2 * 1024 * 1024 : 0;
  }

  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }

  batch(write: () => void): void {
    write();
  }

  failed(error: unknown): void {
    this.failure = error;
  }

  get seqs(): number[] {
    return this.heard.map(({ seq }) => seq);
  }

  get types(): string[] {
    return this.heard.map(({ type }) => type);
  }
}

describe('the live feed', () => {
  it('numbers events from 1 and stamps them', async () => {
    const clock = new ManualClock('2026-11-23T15:00:00.000Z');
    const feed = new LiveFeed({ clock });
    const consumer = new Consumer();
    feed.attach(consumer, nothing).start();
    feed.publish(alert('one'));
    clock.advance(1_500);
    feed.publish(alert('two'));
    expect(consumer.types).toEqual(['snapshot']);
    await settled();
    expect(consumer.heard).toEqual([
      { seq: 0, at: '2026-11-23T15:00:00.000Z', type: 'snapshot', run: feed.run, calls: [], campaigns: [] },
      { seq: 1, at: '2026-11-23T15:00:00.000Z', ...alert('one') },
      { seq: 2, at: '2026-11-23T15:00:01.500Z', ...alert('two') },
    ]);
  });

  it.each([0, 8, 9])('knows a number of an earlier run without being told the run, when %i things have happened since', async (since) => {
    const earlier = new LiveFeed({ clock: new ManualClock(), capacity: 8, startsBehind: 1_000 });
    for (let count = 0; count < 5; count++) earlier.publish(alert('earlier'));
    const feed = new LiveFeed({ clock: new ManualClock(), capacity: 8, startsBehind: 2_000 });
    for (let count = 0; count < since; count++) feed.publish(alert('later'));
    const comesBack = (seq: number) => {
      const consumer = new Consumer();
      feed.attach(consumer, nothing).resume(seq);
      return consumer;
    };
    for (const seq of [0, earlier.lastSeq]) {
      const { types, seqs } = comesBack(seq);
      expect([types, seqs]).toEqual([['snapshot'], [2_000 + since]]);
    }
    if (since > 0) expect(comesBack(feed.lastSeq - 1).types).toEqual(['alert']);
    if (since === 8) expect(comesBack(2_000).types).toEqual(Array.from({ length: 8 }, () => 'alert'));
    if (since === 9) expect(comesBack(2_000).types).toEqual(['snapshot']);
  });

  it('sends what happens between the attachment and the start as events', async () => {
    const feed = new LiveFeed({ clock: new ManualClock() });
    feed.publish(alert('before'));
    const consumer = new Consumer();
    const attachment = feed.attach(consumer, nothing);
    feed.publish(alert('between'));
    await settled();
    expect(consumer.heard).toEqual([]);
    attachment.start();
    expect([consumer.types, consumer.seqs]).toEqual([
      ['snapshot', 'alert'],
      [1, 2],
    ]);
  });

  it('replays what was missed, and nothing else', async () => {
    const feed = new LiveFeed({ clock: new ManualClock() });
    for (let index = 0; index < 10; index++) feed.publish(alert('x'));
    const consumer = new Consumer();
    feed.attach(consumer, nothing).resume(7, feed.run);
    feed.publish(alert('y'));
    await settled();
    expect(consumer.seqs).toEqual([8, 9, 10, 11]);
    const current = new Consumer();
    feed.attach(current, nothing).resume(11);
    expect(current.heard).toEqual([]);
  });

  it.each([
    ['a number that is too old', 2, undefined],
    ['a number from the future, which is of another run', 500, undefined],
    ['a number of another run', 9, 'other-run'],
  ])('gives a snapshot to %s', async (_what, seq, run) => {
    const feed = new LiveFeed({ clock: new ManualClock(), capacity: 4 });
    for (let index = 0; index < 10; index++) feed.publish(alert('x'));
    const consumer = new Consumer();
    feed.attach(consumer, nothing).resume(seq, run);
    feed.publish(alert('y'));
    await settled();
    expect([consumer.types, consumer.seqs]).toEqual([
      ['snapshot', 'alert'],
      [10, 11],
    ]);
  });

  it('keeps a slow consumer from costing memory: it gets a snapshot when it can read again', async () => {
    const feed = new LiveFeed({ clock: new ManualClock(), capacity: 8 });
    const [slow, quick] = [new Consumer(), new Consumer()];
    const slowly = feed.attach(slow, nothing);
    slowly.start();
    feed.attach(quick, nothing).start();
    slow.isStuck = true;
    for (let index = 0; index < 20; index++) {
      feed.publish(alert('x'));
      await settled();
    }
    expect(slow.seqs).toEqual([0]);
    expect(quick.seqs).toEqual(Array.from({ length: 21 }, (_, index) => index));
    slow.isStuck = false;
    slowly.drained();
    expect([slow.types.at(-1), slow.seqs]).toEqual(['snapshot', [0, 20]]);
    feed.publish(alert('x'));
    await settled();
    expect(slow.seqs).toEqual([0, 20, 21]);
  });

  it('lets a consumer that was stuck for a moment catch up event by event', async () => {
    const feed = new LiveFeed({ clock: new ManualClock(), capacity: 8 });
    const consumer = new Consumer();
    const attachment = feed.attach(consumer, nothing);
    attachment.start();
    consumer.isStuck = true;
    for (let index = 0; index < 5; index++) feed.publish(alert('x'));
    await settled();
    consumer.isStuck = false;
    attachment.drained();
    expect(consumer.seqs).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('cuts off who can be given no snapshot, and nobody else', async () => {
    const feed = new LiveFeed({ clock: new ManualClock() });
    const consumer = new Consumer();
    const attachment = feed.attach(consumer, () => {
      throw new Error('disk');
    });
    attachment.start();
    attachment.resume(0);
    expect(consumer.failure).toEqual(new Error('disk'));
    expect([consumer.heard, feed.watchers]).toEqual([[], 0]);
  });

  it('sends nothing after the detachment or the close', async () => {
    const feed = new LiveFeed({ clock: new ManualClock() });
    const [gone, closed] = [new Consumer(), new Consumer()];
    const attachment = feed.attach(gone, nothing);
    attachment.detach();
    attachment.start();
    feed.attach(closed, nothing).start();
    feed.publish(alert('x'));
    feed.close();
    await settled();
    expect([gone.seqs, closed.seqs, feed.watchers]).toEqual([[], [0], 0]);
  });

  it('has no gap and no repeat, however consumers come, go, stall and come back', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ kind: fc.constant('stall' as const) }),
      fc.record({ kind: fc.constant('drain' as const) }),
      fc.record({ kind: fc.constant('reconnect' as const), resumes: fc.boolean(), late: fc.boolean() }),
      fc.record({ kind: fc.constant('wait' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const feed = new LiveFeed({ clock: new ManualClock(), capacity: 10 });
        let published = 0;
        let last: number | null = null;
        let consumer = new Consumer();
        let attachment = feed.attach(consumer, nothing);
        attachment.start();
        /** What this connection has heard continues what the console has, or begins anew with a snapshot. */
        const check = () => {
          for (const { seq, type } of consumer.heard.splice(0)) {
            if (type === 'snapshot') expect(seq).toBeGreaterThanOrEqual(last ?? 0);
            else expect(seq).toBe((last ?? 0) + 1);
            last = seq;
          }
        };
        const drain = () => {
          consumer.isStuck = false;
          attachment.drained();
        };
        for (const action of steps) {
          if (action.kind === 'publish') {
            for (let index = 0; index < action.count; index++) feed.publish(alert(String(++published)));
          } else if (action.kind === 'stall') consumer.isStuck = true;
          else if (action.kind === 'drain') drain();
          else if (action.kind === 'wait') await settled();
          else {
            check();
            attachment.detach();
            consumer = new Consumer();
            attachment = feed.attach(consumer, nothing);
            if (action.late) feed.publish(alert(String(++published)));
            if (action.resumes && last !== null) attachment.resume(last, feed.run);
            else attachment.start();
          }
          check();
        }
        drain();
        await settled();
        check();
        expect(last).toBe(published);
      }),
      { numRuns: 150 },
    );
  });
});
