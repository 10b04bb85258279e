import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { SearchQuery } from '#bridge/store/reader.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';
import { matchExpression } from '#bridge/store/search-query.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { addAttempt, addCampaign, ending, openTestStore, phoneNumber, segment } from '../../support/store.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
async function inMemory(): Promise<Store> {
  const store = await openTestStore();
  opened.push(store);
  return store;
}

const find = async (store: Store, query: string, more: Partial<SearchQuery> = {}) =>
  (await store.search.transcripts({ query, order: 'newest', limit: 20, ...more })).map(({ snippet }) => snippet);

function said(store: Store, ...lines: readonly string[]): AttemptRecord {
  const attempt = addAttempt(store, { to: phoneNumber(store.attempts.open().length + 1) });
  for (const line of lines) store.transcripts.save(attempt.id, segment(line));
  return attempt;
}

describe('a transcript', () => {
  it('is listed by time, and a segment that is saved again replaces itself', async () => {
    const store = await inMemory();
    const attempt = said(store);
    const late = segment('second', { startMs: 2_000, interrupted: true, heardText: 'sec', heardEstimated: true });
    const early = segment('fir', { startMs: 1_000, final: false });
    store.transcripts.save(attempt.id, late);
    store.transcripts.save(attempt.id, early);
    const final = { ...early, text: 'first', final: true };
    store.transcripts.save(attempt.id, final);
    expect(store.transcripts.list(attempt.id)).toEqual([final, late]);
  });

  it('keeps segments of two calls apart, even when they have the same name', async () => {
    const store = await inMemory();
    const [one, two] = [said(store), said(store)];
    const twin = segment('mine');
    store.transcripts.save(one.id, twin);
    store.transcripts.save(two.id, { ...twin, text: 'yours' });
    expect(store.transcripts.list(one.id)).toEqual([twin]);
  });
});

describe('a search', () => {
  it('finds words whatever their accents and case', async () => {
    const store = await inMemory();
    said(store, 'Hasta MAÑANA, señora', 'Grüße aus Köln');
    expect(await find(store, 'manana')).toEqual(['Hasta [MAÑANA], señora']);
    expect(await find(store, 'señora')).toEqual(['Hasta MAÑANA, [señora]']);
    expect(await find(store, 'koln')).toEqual(['Grüße aus [Köln]']);
  });

  it('finds what begins with the last word, but no other word', async () => {
    const store = await inMemory();
    said(store, 'an appointment tomorrow');
    expect(await find(store, 'appoint')).toHaveLength(1);
    expect(await find(store, 'tomorrow appoint')).toHaveLength(1);
    expect(await find(store, 'appoint tomorrow')).toEqual([]);
    expect(await find(store, 'a')).toEqual([]);
  });

  it('misses none that begins with a word which is said all the time, page by page, in one call or in all', async () => {
    const store = await inMemory();
    const texts = Array.from({ length: 300 }, (_, at) => (at % 7 === 3 ? 'a leaking tap' : at % 2 === 0 ? `the leak ${at}` : `dry ${at}`));
    const first = said(store, ...texts.slice(0, 150));
    const campaign = addCampaign(store);
    const second = addAttempt(store, { to: phoneNumber(90), campaignId: campaign.id });
    for (const text of texts.slice(150)) store.transcripts.save(second.id, segment(text));
    store.transcripts.save(first.id, segment('leak, and not yet final', { final: false }));
    const pages = async (more: Partial<SearchQuery>) => {
      const found: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.search.transcripts({ query: 'leak', order: 'newest', limit: 9, ...more, ...(after && { after }) });
        found.push(...page.map(({ snippet }) => snippet.replace(/[[\]]/g, '')));
        after = page.at(-1)?.segmentId;
        if (page.length < 9) return found;
      }
    };
    const newestFirst = (all: readonly string[]) => all.filter((text) => text.includes('leak')).reverse();
    expect(await pages({})).toEqual(newestFirst(texts));
    expect(await pages({ campaignId: campaign.id })).toEqual(newestFirst(texts.slice(150)));
    expect(await pages({ world: 'real' })).toEqual([]);
  });

  it('keeps words between double quotes together', async () => {
    const store = await inMemory();
    said(store, 'call me back', 'back to call me');
    expect(await find(store, '"call me back"')).toEqual(['[call me back]']);
    expect(await find(store, 'call me back')).toHaveLength(2);
    expect(await find(store, '"me ba"')).toEqual([]);
  });

  it('takes operators and punctuation for what people say', async () => {
    const store = await inMemory();
    said(store, "I don't know, this OR that", 'columns: text NEAR rank*');
    expect(await find(store, "don't")).toHaveLength(1);
    expect(await find(store, 'this OR that')).toHaveLength(1);
    expect(await find(store, 'know OR columns')).toEqual([]);
    expect(await find(store, 'NEAR(text rank)')).toEqual([]);
    expect(await find(store, 'text: NEAR')).toHaveLength(1);
    expect(await find(store, '-know')).toHaveLength(1);
  });

  it.each(['', ' ', '"', '""', '***', '-', '()', '😀', '\u0000', '\u0000"', "'; DROP TABLE segments; --"])(
    'finds nothing for %j, without an error',
    async (query) => {
      const store = await inMemory();
      said(store, 'hello there');
      expect(await find(store, query)).toEqual([]);
      expect(await find(store, query, { order: 'best', after: 'segment_x' })).toEqual([]);
    },
  );

  it('never fails, whatever is typed', async () => {
    const store = await inMemory();
    said(store, 'hello there');
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '*', ' ', 'a', '(', ':', '^', 'NEAR', 'é', '\u0000', '\ud800') }),
    );
    await fc.assert(
      fc.asyncProperty(typed, fc.constantFrom('newest' as const, 'best' as const), async (query, order) => {
        await store.search.transcripts({ query, order, limit: 5 });
      }),
      { numRuns: 300 },
    );
  });

  it('finds again every text that was saved, by its own words', async () => {
    const store = await inMemory();
    const attempt = said(store);
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-zA-Z0-9äß' .,"-]{1,40}$/), async (text) => {
        const one = segment(text);
        store.transcripts.save(attempt.id, one);
        const hits = await store.search.transcripts({ query: text.replaceAll('"', ' '), order: 'newest', limit: 1 });
        // One single letter is looked for as a whole word, which it is.
        if (matchExpression(text.replaceAll('"', ' ')) !== null) expect(hits[0]?.segmentId).toBe(one.id);
      }),
      { numRuns: 200 },
    );
  });

  it('is newest first, and goes on behind the last hit', async () => {
    const store = await inMemory();
    said(store, 'roof one', 'nothing', 'roof two', 'roof three');
    expect(await find(store, 'roof')).toEqual(['[roof] three', '[roof] two', '[roof] one']);
    const first = await store.search.transcripts({ query: 'roof', order: 'newest', limit: 2 });
    expect(first.map(({ rank }) => rank)).toEqual([0, 0]);
    expect(await find(store, 'roof', { after: first[1]!.segmentId })).toEqual(['[roof] one']);
    expect(await find(store, 'roof', { after: 'segment_x' })).toEqual([]);
  });

  it('puts the best first when asked, and pages through all without gap or repeat', async () => {
    const store = await inMemory();
    said(
      store,
      ...Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? `roof roof ${index}` : `the roof of house number ${index} leaks`)),
    );
    said(store, ...Array.from({ length: 60 }, (_, index) => `other ${index}`));
    const all = await store.search.transcripts({ query: 'roof', order: 'best', limit: 100 });
    expect(all).toHaveLength(30);
    expect(all[0]!.snippet).toContain('[roof] [roof]');
    expect(all[0]!.rank).toBeLessThan(all[29]!.rank);
    const paged: string[] = [];
    for (let after: string | undefined; paged.length < 100; ) {
      const page = await store.search.transcripts({ query: 'roof', order: 'best', limit: 7, ...(after && { after }) });
      if (page.length === 0) break;
      paged.push(...page.map(({ segmentId }) => segmentId));
      after = paged.at(-1);
    }
    expect(paged).toEqual(all.map(({ segmentId }) => segmentId));
  });

  it.each(['roof', 'ro', 'Dächer', 'dacher', '"the roof"', 'roof leaks', "L'eau", 'straße 12'])(
    'marks the same words in both orders: %s',
    async (query) => {
      const store = await inMemory();
      const long = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
      said(
        store,
        'the roof leaks',
        `${long} the roof ${long} leaks`,
        'Die Dächer in der Straße 12',
        "L'eau coule, la roche aussi",
        'roof ROOF rooftop',
      );
      const [newest, best] = await Promise.all([find(store, query), find(store, query, { order: 'best' })]);
      expect(newest.length).toBeGreaterThan(0);
      expect(best.toSorted()).toEqual(newest.toSorted());
    },
  );

  it('looks only where it was told to', async () => {
    const store = await inMemory();
    const campaign = addCampaign(store);
    const nowMs = new ManualClock().nowMs();
    const one = addAttempt(store, { campaign, to: phoneNumber(1), createdAtMs: nowMs });
    const two = addAttempt(store, { world: 'real', to: phoneNumber(2), createdAtMs: nowMs + 1000 });
    store.transcripts.save(one.id, segment('roof one'));
    store.transcripts.save(two.id, segment('roof two'));
    store.attempts.end(two.id, ending({ disposition: 'sale' }), null);
    for (const order of ['newest', 'best'] as const) {
      expect(await find(store, 'roof', { order, campaignId: campaign.id })).toEqual(['[roof] one']);
      expect(await find(store, 'roof', { order, world: 'real' })).toEqual(['[roof] two']);
      expect(await find(store, 'roof', { order, sinceMs: nowMs + 1000 })).toEqual(['[roof] two']);
      expect(await find(store, 'roof', { order, untilMs: nowMs + 999 })).toEqual(['[roof] one']);
      expect(await find(store, 'roof', { order, disposition: 'sale' })).toEqual(['[roof] two']);
      expect(await find(store, 'roof', { order, disposition: 'sale', world: 'rehearsal' })).toEqual([]);
    }
  });

  it('tells where the words were said', async () => {
    const store = await inMemory();
    const attempt = addAttempt(store);
    const one = segment('the roof leaks', { startMs: 4_200 });
    store.transcripts.save(attempt.id, one);
    expect(await store.search.transcripts({ query: 'roof', order: 'newest', limit: 5 })).toEqual([
      { callId: attempt.callId, segmentId: one.id, world: 'rehearsal', startMs: 4_200, snippet: 'the [roof] leaks', rank: 0 },
    ]);
  });

  it('does not see what may still change, nor what was changed away or erased', async () => {
    const store = await inMemory();
    const attempt = addAttempt(store);
    const one = segment('the rough', { final: false });
    store.transcripts.save(attempt.id, one);
    expect(await find(store, 'rough')).toEqual([]);
    store.transcripts.save(attempt.id, { ...one, text: 'the roof', final: true });
    expect(await find(store, 'roof')).toEqual(['the [roof]']);
    store.transcripts.save(attempt.id, { ...one, text: 'the hoof', final: true });
    expect(await find(store, 'roof')).toEqual([]);
    expect(await find(store, 'hoof')).toEqual(['the [hoof]']);
    expect(store.transcripts.erase(attempt.id)).toBe(1);
    expect(await find(store, 'hoof')).toEqual([]);
    expect(await find(store, 'the')).toEqual([]);
  });
});

describe('the search thread', () => {
  it('answers from the file, many at once, and sees what was just saved', async () => {
    const folder = await folderForTest();
    const store = await openTestStore({ dataDir: folder.path });
    opened.push(store);
    const attempt = said(store, 'roof one', 'roof two');
    const [one, two, none] = await Promise.all([find(store, 'one'), find(store, 'roof', { order: 'best' }), find(store, '"')]);
    expect([one, two!.length, none]).toEqual([['roof [one]'], 2, []]);
    store.transcripts.save(attempt.id, segment('roof three'));
    expect(await find(store, 'three')).toEqual(['roof [three]']);
  });

  it('is refused in words after the store was closed', async () => {
    const folder = await folderForTest();
    for (const dataDir of [folder.path, ':memory:']) {
      const store = await openTestStore({ dataDir });
      said(store, 'roof');
      await find(store, 'roof');
      await store.close();
      await expect(find(store, 'roof')).rejects.toMatchObject({ code: 'store/unavailable' });
    }
  });

  it('answers or refuses every search that is under way when the store closes', async () => {
    const folder = await folderForTest();
    const store = await openTestStore({ dataDir: folder.path });
    said(store, 'roof');
    const searches = Promise.allSettled(Array.from({ length: 20 }, () => find(store, 'roof')));
    await store.close();
    for (const result of await searches) {
      if (result.status === 'fulfilled') expect(result.value).toEqual(['[roof]']);
      else expect(result.reason).toMatchObject({ code: 'store/unavailable' });
    }
  });
});
