import { describe, expect, it } from 'vitest';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { CallPages, pageSize } from '#renderer/features/review/call-pages.ts';

const call = (number: number, leadName = 'Gloria') => ({ id: `call_${number}`, leadName }) as unknown as CallSummary;

/** A bridge with so many calls; it counts what it is asked. */
function bridge(count: number) {
  const asked: { cursor: string | undefined; limit: number }[] = [];
  let failing = false;
  let calls = Array.from({ length: count }, (_, number) => call(number));
  return {
    asked,
    fail: (whether: boolean) => {
      failing = whether;
    },
    put: (added: CallSummary) => {
      calls = [added, ...calls];
    },
    ask: async (cursor: string | undefined, limit: number) => {
      asked.push({ cursor, limit });
      await Promise.resolve();
      if (failing) throw new Error('The bridge is gone.');
      const from = cursor === undefined ? 0 : calls.findIndex(({ id }) => id === cursor) + 1;
      return calls.slice(from, from + limit);
    },
  };
}

/** Until nothing is read any more. */
async function settled(pages: CallPages): Promise<void> {
  await Promise.resolve();
  for (let turn = 0; turn < 10_000 && pages.state().reading; turn++) await Promise.resolve();
}

describe('the pages of a long list', () => {
  it('reads what is on screen and a little ahead, and not again what it has', async () => {
    const { ask, asked } = bridge(1_000);
    const pages = new CallPages(ask);
    pages.want(0, 20);
    await settled(pages);
    expect(pages.row(20)?.id).toBe('call_20');
    expect(pages.state()).toMatchObject({ known: 3 * pageSize, atEnd: false, isRead: true });
    const before = asked.length;
    pages.want(5, 25);
    await settled(pages);
    expect(asked).toHaveLength(before);
  });

  it('knows its end, also when the last page is full', async () => {
    for (const count of [0, 37, pageSize, 250]) {
      const pages = new CallPages(bridge(count).ask);
      pages.want(0, 0);
      await settled(pages);
      expect(pages.state()).toMatchObject({ known: count, atEnd: true, isRead: true });
    }
  });

  it('goes to a far place in strides and keeps only what is around it', async () => {
    const { ask, asked } = bridge(100_000);
    const pages = new CallPages(ask);
    pages.want(0, 20);
    await settled(pages);
    pages.want(50_000, 50_020);
    await settled(pages);
    expect(pages.row(50_010)?.id).toBe('call_50010');
    expect(pages.row(10)).toBeUndefined();
    expect(asked.length).toBeLessThan(120);
    pages.want(0, 20);
    await settled(pages);
    expect(pages.row(10)?.id).toBe('call_10');
  });

  it('finds the place of a call among the rows it keeps', async () => {
    const pages = new CallPages(bridge(500).ask);
    pages.want(0, 0);
    await settled(pages);
    expect(pages.indexOf('call_142')).toBe(142);
    expect(pages.indexOf('call_499')).toBeNull();
  });

  it('changes a row where it stands when the feed tells of it', async () => {
    const pages = new CallPages(bridge(10).ask);
    pages.want(0, 9);
    await settled(pages);
    let told = 0;
    pages.subscribe(() => {
      told += 1;
    });
    pages.update(call(4, 'Ravi'));
    pages.update(call(77, 'Nobody here'));
    expect(pages.row(4)?.leadName).toBe('Ravi');
    expect(told).toBe(1);
  });

  it('shows the old rows until a renewal has brought the new ones', async () => {
    const { ask, put } = bridge(10);
    const pages = new CallPages(ask);
    pages.want(0, 9);
    await settled(pages);
    put(call(1_000));
    pages.renew();
    expect(pages.row(0)?.id).toBe('call_0');
    await settled(pages);
    expect(pages.row(0)?.id).toBe('call_1000');
    expect(pages.state().known).toBe(11);
  });

  it('throws an answer away that a renewal has overtaken', async () => {
    const { ask, put } = bridge(10);
    const pages = new CallPages(ask);
    pages.want(0, 9);
    put(call(1_000));
    pages.renew();
    await settled(pages);
    expect(pages.row(0)?.id).toBe('call_1000');
    expect(pages.row(1)?.id).toBe('call_0');
  });

  it('says why a page could not be read, and reads it when asked again', async () => {
    const { ask, fail } = bridge(300);
    const pages = new CallPages(ask);
    fail(true);
    pages.want(0, 0);
    await settled(pages);
    expect(pages.state()).toMatchObject({ isRead: false, problem: 'The bridge is gone.' });
    fail(false);
    pages.want(0, 10);
    await settled(pages);
    expect(pages.state().isRead).toBe(false);
    pages.retry();
    await settled(pages);
    expect(pages.state()).toMatchObject({ isRead: true, problem: null });
  });
});
