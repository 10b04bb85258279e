import { describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import { costRows } from '#renderer/features/review/call/cost-words.ts';
import { endingOf } from '#renderer/features/review/call/ending.ts';
import { finds } from '#renderer/features/review/call/find.ts';
import { switchedOff } from '#renderer/features/review/call/switched-off.ts';
import { interruptions, talkView, talkWords } from '#renderer/features/review/call/talk-words.ts';
import { toolWords } from '#renderer/features/review/call/tool-words.ts';
import type { Row } from '#renderer/features/review/call/transcript-rows.ts';
import { replyTimes, slowestHop } from '#renderer/features/review/call/turns.ts';
import { whyNoSound } from '#renderer/features/review/call/why-no-sound.ts';
import { zoomLimit } from '#renderer/features/review/call/zoom.ts';
import { endWords } from '#renderer/features/review/calls/call-words.ts';

const ended = (part: Partial<Call>) =>
  endingOf({
    state: 'ended',
    outcome: 'completed',
    endedAt: '2026-11-21T10:00:00.000Z',
    endedBy: null,
    endedReason: null,
    hangupCause: null,
    answerType: null,
    ...part,
  });

describe('how a call ended', () => {
  it('is said once: a reason that names who it was needs no second sentence', () => {
    expect(ended({ endedBy: 'lead', endedReason: 'the lead hung up' })?.words).toBe('The lead hung up.');
    expect(ended({ endedBy: 'bridge', endedReason: 'nobody spoke' })?.words).toBe('Nobody spoke. Ringside ended it.');
  });

  it('is told in our own words, with whose doing it was', () => {
    const end = { cause: 'network-cut', fault: 'network', words: 'The connection broke off' } as const;
    expect(ended({ endedBy: 'carrier', endedReason: 'gone', end })?.words).toBe(
      'Gone. The connection broke off. The cause lies with the network.',
    );
    expect(endWords({ state: 'ended', outcome: 'completed', end })).toBe('Connection broke off');
    expect(endWords({ state: 'ended', outcome: 'completed', end: { ...end, fault: null } })).toBe('Answered');
    expect(endWords({ state: 'ended', outcome: 'busy', end })).toBe('Busy');
  });

  it('names whose fault it was, and puts codes behind the words', () => {
    const ending = ended({
      outcome: 'our-error',
      endedBy: 'ai-provider',
      endedReason: 'no session',
      hangupCause: '4000',
      answerType: 'human',
    });
    expect(ending).toEqual({
      words: 'No session. The cause lies with the AI service.',
      cause: "A person answered. The carrier's code: 4000.",
    });
    expect(ended({ outcome: 'busy', endedBy: 'lead', endedReason: 'The line was busy.' })?.words).toBe('The line was busy.');
  });

  it('is not told while it goes on', () => {
    expect(ended({ endedAt: null })).toBeNull();
  });
});

describe('the costs of a call', () => {
  it('are put together by kind, dearest first, without what cost nothing', () => {
    const line = (kind: string, micros: number, estimated = false) => ({ kind, micros, detail: kind, estimated });
    const rows = costRows([
      line('carrier', 8_500, true),
      line('realtime-out', 9_000),
      line('realtime-out', 3_000),
      line('stream', 0),
      line('odd_kind', 1),
    ]);
    expect(rows.map(({ words, micros, estimated }) => [words, micros, estimated])).toEqual([
      ['AI, speaking', 12_000, false],
      ['Phone line', 8_500, true],
      ['Odd kind', 1, false],
    ]);
  });
});

describe('the replies of a call', () => {
  const turn = (latencyMs: number) => ({ endOfSpeechMs: latencyMs, firstAudioMs: 0, latencyMs });

  it('have a median and a worst', () => {
    expect(replyTimes([turn(900), turn(300), turn(3_000)])).toMatchObject({ medianMs: 900, worst: { latencyMs: 3_000 } });
    expect(replyTimes([turn(900), turn(300)])?.medianMs).toBe(600);
    expect(replyTimes([])).toBeNull();
  });

  it('names the hop that took most of the time, where it was measured', () => {
    const parts = { endpointMs: 500, thinkMs: 300, sendMs: 0, playMs: 200 };
    expect(slowestHop([{ ...turn(1_000), parts }, turn(900)])).toEqual({ name: 'noticing the end of speech', share: 0.5 });
    expect(slowestHop([turn(900)])).toBeNull();
  });
});

describe('finding in a call', () => {
  const row = (id: string, heard: string): Row => ({
    kind: 'spoken',
    id,
    atMs: 0,
    endMs: 1,
    speaker: 'lead',
    name: 'Lead',
    heard,
    unheard: 'ten more',
    isEstimate: false,
    isFinal: true,
  });

  it('finds every place whatever its case, and only what was heard', () => {
    expect(finds([row('a', 'Ten or ten?'), row('b', 'Often')], 'ten').map(({ rowId, start }) => [rowId, start])).toEqual([
      ['a', 0],
      ['a', 7],
      ['b', 2],
    ]);
    expect(finds([row('a', 'Ten')], '  ')).toEqual([]);
  });
});

describe('a tool in words', () => {
  it('says what it did, and what went wrong', () => {
    expect(toolWords('end_call', '{"reason":"refused"}', '{"ok":true}')).toEqual({
      title: 'Ended the call',
      detail: 'not interested',
      failed: false,
    });
    expect(toolWords('look_up-coverage', '{', '{"error":"no answer from the insurer"}')).toEqual({
      title: 'Look up coverage',
      detail: 'no answer from the insurer',
      failed: true,
    });
  });
});

describe('a call without sound', () => {
  it('says why', () => {
    expect(whyNoSound({ answeredAt: null, rung: null, hops: [] })).toContain('Nobody answered');
    expect(whyNoSound({ answeredAt: 'now', rung: 'announcement', hops: [] })).toContain("carrier's own voice");
    expect(whyNoSound({ answeredAt: 'now', rung: 'relay', hops: [] })).toContain("carrier's own voice");
    expect(whyNoSound({ answeredAt: 'now', rung: 'realtime', hops: [] })).toContain('media socket');
  });
});

describe('the zoom', () => {
  it('is for calls whose seconds are narrow', () => {
    expect(zoomLimit(10_000)).toBe(1);
    expect(zoomLimit(60_000)).toBe(8);
    expect(zoomLimit(3_600_000)).toBe(512);
  });
});

describe('who talked on a call', () => {
  const talk = { leadMs: 30_000, ourMs: 60_000, silenceMs: 10_000 };

  it('is told in shares of the call, and of what was said', () => {
    const view = talkView(talk);
    expect(view).toEqual({ lead: 0.3, ours: 0.6, silence: 0.1, leadOfTalk: 1 / 3 });
    expect(view && talkWords(talk, view)).toBe('Lead 0:30, 30%. We 1:00, 60%. Silence 0:10, 10%.');
    expect(talkView({ leadMs: 0, ourMs: 0, silenceMs: 5_000 })?.leadOfTalk).toBeNull();
    expect(talkView({ leadMs: 0, ourMs: 0, silenceMs: 0 })).toBeNull();
    expect(talkView(undefined)).toBeNull();
  });

  it('counts the sentences that were cut off', () => {
    const line = (id: string, interrupted?: boolean) =>
      ({
        id,
        speaker: 'ai',
        text: 'Hello',
        startMs: 0,
        endMs: 1,
        final: true,
        ...(interrupted ? { interrupted } : {}),
      }) as Call['transcript'][number];
    expect(interruptions([line('a', true), line('b'), line('c', true)])).toEqual({ count: 2, words: '2 sentences cut off' });
    expect(interruptions([line('b')]).words).toBe('none');
  });
});

describe('guards that were switched off for a call', () => {
  const off = { hours: 'off', consent: 'off' } as const;
  it('are told of a real call, and not of a rehearsal, which calls nobody', () => {
    expect(switchedOff({ world: 'real', compliance: off })).toBe(
      'The calling hours and the consent check were switched off for this call.',
    );
    expect(switchedOff({ world: 'real', compliance: { hours: 'enforce', consent: 'enforce' } })).toBeNull();
    expect(switchedOff({ world: 'rehearsal', compliance: off })).toBeNull();
  });
});
