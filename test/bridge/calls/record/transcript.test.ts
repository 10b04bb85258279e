import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TranscriptKeeper } from '#bridge/calls/record/transcript.ts';
import type { Segment } from '#bridge/contract/calls.ts';

function open() {
  const told: Segment[] = [];
  const keeper = new TranscriptKeeper({ changed: (segment) => void told.push(segment) });
  /** As a reader has it: the newest of each line, by time. */
  const read = () => [...new Map(told.map((segment) => [segment.id, segment])).values()].sort((a, b) => a.startMs - b.startMs);
  return { keeper, told, read };
}

describe('a transcript', () => {
  it('keeps the place of the sound, however late its words come', () => {
    const { keeper, read } = open();
    keeper.leadStarted('t1', 1_000);
    keeper.leadStopped('t1', 1_800);
    keeper.aiText('a1', 'Hello there.', true, 2_000);
    keeper.aiStarted('a1', 2_300);
    keeper.aiEnded('a1', 3_300);
    keeper.leadText('t1', 'Who is this?', true, 4_000);
    expect(read()).toMatchObject([
      { speaker: 'lead', text: 'Who is this?', startMs: 1_000, endMs: 1_800, final: true },
      { speaker: 'ai', text: 'Hello there.', startMs: 2_300, endMs: 3_300, final: true },
    ]);
  });

  it('tells of words that may still change as such, and of nothing twice', () => {
    const { keeper, told } = open();
    keeper.leadStarted('t1', 0);
    keeper.leadText('t1', 'Take', false, 500);
    keeper.leadText('t1', 'Take', false, 510);
    keeper.leadText('t1', 'Take me off', false, 520);
    expect(keeper.unfinished).toMatchObject([{ speaker: 'lead', text: 'Take me off', final: false }]);
    keeper.leadStopped('t1', 900);
    keeper.leadText('t1', 'Take me off your list.', true, 1_500);
    expect(keeper.unfinished).toEqual([]);
    expect(told.map(({ text, final }) => [text, final])).toEqual([
      ['Take', false],
      ['Take me off', false],
      ['Take me off', false],
      ['Take me off your list.', true],
    ]);
    expect(keeper.waitingForWords).toBe(0);
  });

  it('says nothing of a turn without words', () => {
    const { keeper, told } = open();
    keeper.leadStarted('t1', 0);
    keeper.leadStopped('t1', 400);
    expect(keeper.waitingForWords).toBe(1);
    keeper.leadText('t1', '', true, 900);
    expect(keeper.waitingForWords).toBe(0);
    keeper.finish(2_000);
    expect(told).toEqual([]);
  });

  it('strikes out what was cut off, whatever words come afterwards', () => {
    const { keeper, read } = open();
    keeper.aiText('a1', 'One of our plumbers could come by', false, 0);
    keeper.aiStarted('a1', 100);
    expect(keeper.aiCut('a1', { heardMs: 1_000, receivedMs: 2_000, complete: false })).toBe('One of our');
    keeper.aiText('a1', 'One of our plumbers could come by for a free check.', true, 900);
    keeper.aiEnded('a1', 9_000);
    expect(read()).toMatchObject([
      {
        text: 'One of our plumbers could come by',
        heardText: 'One of our',
        heardEstimated: true,
        interrupted: true,
        startMs: 100,
        endMs: 1_100,
        final: true,
      },
    ]);
  });

  it('holds what was never begun as unheard', () => {
    const { keeper, read } = open();
    keeper.aiText('a1', 'And another thing.', true, 50);
    keeper.aiCut('a1', { heardMs: 0, receivedMs: 800, complete: true });
    expect(read()).toMatchObject([{ text: 'And another thing.', heardText: '', heardEstimated: false, interrupted: true, final: true }]);
  });

  it('takes the words of a voice or a carrier that tells what was heard for no estimate', () => {
    const { keeper, read } = open();
    keeper.aiText('a1', 'And another thing.', true, 50);
    keeper.aiCut('a1', { heardMs: 300, receivedMs: 800, complete: true, words: 'And another' });
    keeper.aiText('a2', 'One more word.', true, 900);
    keeper.aiHeard('a2', 'One more', 1_200);
    expect(read()).toMatchObject([
      { heardText: 'And another', heardEstimated: false },
      { heardText: 'One more', heardEstimated: false },
    ]);
  });

  it('closes what is open when the call has ended, with the end of the call', () => {
    const { keeper, read } = open();
    keeper.leadStarted('t1', 1_000);
    keeper.leadText('t1', 'But I', false, 1_500);
    keeper.finish(2_200);
    expect(read()).toMatchObject([{ text: 'But I', startMs: 1_000, endMs: 2_200, final: true }]);
  });

  it('knows what we were saying around a turn of the lead', () => {
    const { keeper } = open();
    keeper.aiText('a1', 'Long ago.', true, 0);
    keeper.aiStarted('a1', 0);
    keeper.aiEnded('a1', 1_000);
    keeper.aiText('a2', 'Say stop calling.', true, 5_000);
    keeper.aiStarted('a2', 5_000);
    keeper.leadStarted('t1', 5_500);
    expect(keeper.aiWordsAround('t1', 2_000)).toBe('Say stop calling.');
    keeper.aiEnded('a2', 6_000);
    keeper.leadStarted('t2', 7_900);
    expect(keeper.aiWordsAround('t2', 2_000)).toBe('Say stop calling.');
    keeper.leadStarted('t3', 8_100);
    expect(keeper.aiWordsAround('t3', 2_000)).toBeNull();
    expect(keeper.aiWordsAround('nobody', 2_000)).toBeNull();
    expect(keeper.lastAiWords).toEqual({ text: 'Say stop calling.', endMs: 6_000 });
  });

  const happening = fc.oneof(
    fc.record({ type: fc.constantFrom('leadStarted', 'leadStopped', 'aiStarted', 'aiEnded') }),
    fc.record({ type: fc.constantFrom('leadText', 'aiText'), text: fc.string({ maxLength: 30 }), final: fc.boolean() }),
    fc.record({ type: fc.constant('aiCut'), heardMs: fc.nat(5_000), receivedMs: fc.nat(5_000), complete: fc.boolean() }),
  );

  it('is whole after any course of events: final, in order, heard is a beginning of said', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('1', '2', '3'), happening), { maxLength: 40 }), (events) => {
        const { keeper, read } = open();
        events.forEach(([key, event], index) => {
          const atMs = index * 100;
          switch (event.type) {
            case 'leadText':
            case 'aiText':
              if ('text' in event) keeper[event.type](key, event.text, event.final, atMs);
              break;
            case 'aiCut':
              if ('heardMs' in event) keeper.aiCut(key, event);
              break;
            case 'leadStarted':
            case 'leadStopped':
            case 'aiStarted':
            case 'aiEnded':
              keeper[event.type](key, atMs);
              break;
          }
        });
        keeper.finish(events.length * 100);
        for (const { text, heardText, interrupted, final, startMs, endMs } of read()) {
          expect(final).toBe(true);
          expect(text.startsWith(heardText ?? '')).toBe(true);
          expect(interrupted === true).toBe(heardText !== undefined);
          expect(endMs).toBeGreaterThanOrEqual(startMs);
        }
        expect(keeper.waitingForWords).toBe(0);
      }),
    );
  });
});
