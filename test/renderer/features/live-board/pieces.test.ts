import { describe, expect, it } from 'vitest';
import type { Hop } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { splitHeard } from '#renderer/features/live-board/heard.ts';
import { answerToFirstWordMs, awaitedHops, lateHop } from '#renderer/features/live-board/hops.ts';
import { linesOf } from '#renderer/features/live-board/transcript-lines.ts';
import { linear, loudness } from '#renderer/features/operator/audio/mulaw.ts';

const hop = (name: HopName, sinceDialMs: number): Hop => ({ name, sinceDialMs, at: new Date(sinceDialMs).toISOString() });

describe('the sound of a call in the page', () => {
  it('knows the values of mu-law', () => {
    // G.711, table 2a: 0xff is positive zero, 0x80 the largest positive value, 0x00 the largest negative one.
    expect(linear[0xff]).toBe(0);
    expect(Math.round((linear[0x80] ?? 0) * 32768)).toBe(32124);
    expect(Math.round((linear[0x00] ?? 0) * 32768)).toBe(-32124);
  });

  it('measures loudness from silence to full scale', () => {
    expect(loudness(new Uint8Array(160).fill(0xff))).toBe(0);
    expect(loudness(Uint8Array.from({ length: 160 }, (_, i) => (i % 2 ? 0x80 : 0x00)))).toBeGreaterThan(0.98);
  });
});

describe('the path of a call', () => {
  const soFar = [hop('dialled', 0), hop('accepted', 400), hop('ringing', 1_500), hop('answered', 9_000), hop('document-served', 9_050)];

  it('names the first hop that is late', () => {
    const call = { rung: 'realtime', endedAt: null } as const;
    expect(lateHop(call, soFar, 10_000)).toBeNull();
    expect(lateHop(call, soFar, 13_000)).toBe('media-open');
    expect(lateHop({ rung: 'announcement', endedAt: null }, soFar, 60_000)).toBeNull();
  });

  it("awaits no socket where the carrier's own voice speaks", () => {
    for (const rung of ['relay', 'turn-based', 'announcement'] as const) expect(lateHop({ rung, endedAt: null }, soFar, 60_000)).toBeNull();
  });

  it('waits in the order of the path, and not for what the transcript tells of', () => {
    expect(awaitedHops('realtime').slice(3, 6)).toEqual(['answered', 'document-served', 'media-open']);
    expect(awaitedHops('realtime').at(-1)).toBe('first-audio-played');
    expect(awaitedHops('relay').at(-1)).toBe('document-served');
  });

  it('lets a phone ring as long as it likes', () => {
    expect(lateHop({ rung: null, endedAt: null }, soFar.slice(0, 3), 60_000)).toBeNull();
  });

  it('measures from the answer to the first word', () => {
    expect(answerToFirstWordMs([...soFar, hop('first-audio-sent', 9_400)])).toBe(400);
    expect(answerToFirstWordMs(soFar)).toBeNull();
    // A takeover brought a stream to a call that the carrier's own voice had opened.
    expect(answerToFirstWordMs([...soFar, hop('disclosure-played', 12_000), hop('first-audio-sent', 86_000)])).toBeNull();
  });
});

describe('the transcript', () => {
  it('parts what was heard from what was cut off', () => {
    expect(splitHeard({ text: 'There is Friday at two', heardText: 'There is ', interrupted: true })).toEqual({
      heard: 'There is ',
      unheard: 'Friday at two',
    });
    expect(splitHeard({ text: 'Whole' })).toEqual({ heard: 'Whole', unheard: '' });
  });

  it('puts words, deeds and marks in the order of the clock', () => {
    const lines = linesOf({
      transcript: [{ id: 's', speaker: 'ai', text: 'Hello', startMs: 500, endMs: 900, final: true }],
      toolCalls: [{ name: 'end_call', arguments: '{}', result: 'ok', atMs: 2_000 }],
      marks: [{ id: 'm', at: '', offsetMs: 1_000, note: null }],
      hops: [],
      turns: [],
      nudges: [],
      involvements: [],
    } as never);
    expect(lines.map(({ kind }) => kind)).toEqual(['words', 'mark', 'tool']);
  });
});
