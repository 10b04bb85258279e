import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallId } from '#bridge/contract/ids.ts';
import { disposition, type HopName, hopName, type LadderStep, outcome, party } from '#bridge/contract/words.ts';
import { type DiagnosedCall, diagnose, fallToAnnouncement, isGood } from '#bridge/domain/diagnosis.ts';
import { endCauseOf, endCauses } from '#bridge/domain/end-cause.ts';

const startMs = Date.parse('2026-11-21T15:00:00.000Z');
const whole: readonly (readonly [HopName, number])[] = [
  ['dialled', 0],
  ['accepted', 120],
  ['ringing', 900],
  ['ai-open', 1_000],
  ['ai-ready', 1_200],
  ['answered', 5_000],
  ['document-served', 5_040],
  ['media-open', 5_300],
  ['first-frame-in', 5_320],
  ['first-ai-audio', 5_330],
  ['first-audio-sent', 5_340],
  ['first-audio-played', 5_500],
];

function call(id: string, hops: readonly (readonly [HopName, number])[], more: Partial<DiagnosedCall> = {}): DiagnosedCall {
  return {
    id: id as CallId,
    startedAt: new Date(startMs).toISOString(),
    isOver: true,
    rung: 'realtime',
    outcome: 'completed',
    disposition: null,
    endedBy: 'lead',
    endedReason: 'the lead hung up',
    hops: hops.map(([name, sinceDialMs]) => ({ name, sinceDialMs, at: new Date(startMs + sinceDialMs).toISOString() })),
    ...more,
  };
}

const until = (last: HopName) => whole.slice(0, whole.findIndex(([name]) => name === last) + 1);

describe('a diagnosis', () => {
  const good = call('call_good', whole);

  it('finds nothing wrong with a call that climbed the whole path', () => {
    const found = diagnose(call('call_1', whole), good);
    expect(found).toMatchObject({ cause: 'lead-hung-up', fault: null, cure: null, firstMissing: null, slowest: null });
    expect(found.comparedWith?.callId).toBe('call_good');
    expect(found.hops.every(({ state }) => state === 'reached')).toBe(true);
    expect(isGood(good)).toBe(true);
  });

  it('blames whatever took the conversation away when the voice of the carrier had to speak', () => {
    const fallen = (hops: readonly (readonly [HopName, number])[], more: Partial<DiagnosedCall> = {}) =>
      diagnose(call('call_2', hops, { rung: 'announcement', ladder: ['realtime', 'announcement'], ...more }), good);
    const without = (...names: readonly HopName[]) => whole.filter(([name]) => !names.includes(name));
    const media: HopName[] = ['media-open', 'first-frame-in', 'first-ai-audio', 'first-audio-sent', 'first-audio-played'];
    expect(fallen(without(...media))).toMatchObject({ cause: 'media-not-opened', fault: 'network' });
    expect(fallen(without('ai-open', 'ai-ready', ...media))).toMatchObject({ cause: 'ai-not-reached', firstMissing: 'ai-open' });
    expect(fallen(without(...media.slice(1)), { unreadable: true })).toMatchObject({ cause: 'media-not-understood', fault: 'carrier' });
    expect(fallen(whole, { cut: true })).toMatchObject({ cause: 'network-cut', fault: 'network' });
    expect(fallen(whole).verdict).toBe('The AI service failed in mid-call, so the voice of the carrier spoke.');
    const fall = { from: 'realtime', because: 'OpenAI does not accept the key (401)' } as const;
    expect(fallen(without('ai-open', 'ai-ready', ...media), { fall })).toMatchObject({
      cause: 'ai-refused',
      fault: 'settings',
      verdict:
        'The AI service did not accept the session (OpenAI Realtime: OpenAI does not accept the key (401)), so the voice of the carrier spoke.',
    });
    // Whoever waited in vain for a line is not named.
    expect(fallen(without(...media), { fall: { from: 'realtime', because: 'no socket' } }).verdict).not.toContain('OpenAI');
  });

  it('names the AI service when a reply took seconds, by the replies of the good call', () => {
    const usual = { ...good, repliesMs: [400, 450, 3_000] };
    expect(diagnose(call('call_3', whole, { repliesMs: [500, 5_100] }), usual)).toMatchObject({
      slowest: { name: 'first-ai-audio', ms: 5_100, goodMs: 450 },
      verdict: 'The lead hung up. A reply took 5.1 s, because the AI service was slow; in the last good call 0.5 s.',
    });
    expect(diagnose(call('call_3', whole, { repliesMs: [2_000] }), usual).slowest).toBeNull();
  });

  it.each([
    ['endpointMs', 'first-ai-audio', 'the AI service was slow to notice that the lead had finished'],
    ['thinkMs', 'first-ai-audio', 'the AI service was slow;'],
    ['sendMs', 'first-audio-sent', 'Ringside was slow to send it'],
    ['playMs', 'first-audio-played', 'the way to the lead was slow'],
  ] as const)('blames the hop of a slow reply that took most of it: %s', (part, name, because) => {
    const usual = { ...good, repliesMs: [400] };
    const none = { endpointMs: 200, thinkMs: 200, sendMs: 5, playMs: 100 };
    const found = diagnose(call('call_3', whole, { repliesMs: [450, 5_000], replyParts: [none, { ...none, [part]: 4_600 }] }), usual);
    expect(found.slowest).toEqual({ name, ms: 5_000, goodMs: 400 });
    expect(found.verdict).toContain(`because ${because}`);
  });

  it('tells that the connection was away in mid-call and came back, though nobody was hurt by it', () => {
    const found = diagnose(call('call_3', whole, { cut: true, comebacks: 1 }), good);
    expect(found).toMatchObject({ cause: 'lead-hung-up', fault: null });
    expect(found.verdict).toContain('broke off in mid-call, and came back.');
    expect(diagnose(call('call_3', whole, { cut: true }), good).verdict).not.toContain('came back');
    // Whoever is cut off again and again does not hang up because they have had enough of us.
    expect(diagnose(call('call_3', whole, { cut: true, comebacks: 2 }), good)).toMatchObject({ cause: 'network-cut', fault: 'network' });
  });

  it.each([
    ['answered', 'webhook-not-reached', 'network', 'document-served'],
    ['document-served', 'media-not-opened', 'network', 'media-open'],
    ['media-open', 'no-audio-from-carrier', 'carrier', 'first-frame-in'],
  ] as const)('names the party when a call stops behind “%s”', (last, cause, fault, firstMissing) => {
    const found = diagnose(call('call_1', until(last), { endedBy: 'network' }), good);
    expect(found).toMatchObject({ cause, fault, firstMissing });
    expect(found.cure).not.toBeNull();
    expect(found.hops.filter(({ state }) => state === 'missing').map(({ name }) => name)).toEqual([firstMissing]);
    expect(found.hops.slice(found.hops.findIndex(({ name }) => name === firstMissing) + 1).map(({ state }) => state)).not.toContain(
      'missing',
    );
  });

  it('tells an AI that could not be reached from one that refused us', () => {
    const without = (...names: HopName[]) => whole.filter(([name]) => !names.includes(name));
    const audio = ['first-ai-audio', 'first-audio-sent', 'first-audio-played'] as const;
    expect(diagnose(call('call_1', without('ai-open', 'ai-ready', ...audio), { endedBy: 'ai-provider' }), null)).toMatchObject({
      cause: 'ai-not-reached',
      fault: 'ai-provider',
    });
    expect(diagnose(call('call_1', without('ai-ready', ...audio), { endedBy: 'ai-provider' }), null)).toMatchObject({
      cause: 'ai-refused',
      fault: 'settings',
    });
  });

  it('does not ask for a stream on an announcement, nor for anything of a phone that nobody picked up', () => {
    const announced = diagnose(call('call_1', until('document-served'), { rung: 'announcement' }), null);
    expect(announced.firstMissing).toBeNull();
    const unanswered = diagnose(call('call_1', until('ringing'), { outcome: 'no-answer', endedBy: 'carrier' }), null);
    expect(unanswered).toMatchObject({ firstMissing: null, cause: 'no-answer', fault: null });
  });

  it('names the step that took much longer than in the good call, and never how long a person took to pick up', () => {
    const late = whole.map(([name, atMs]) => [name, atMs >= 5_300 ? atMs + 3_000 : atMs] as const);
    expect(diagnose(call('call_1', late), good).slowest).toEqual({ name: 'media-open', ms: 3_260, goodMs: 260 });
    const slowPerson = whole.map(([name, atMs]) => [name, atMs >= 5_000 ? atMs + 15_000 : atMs] as const);
    expect(diagnose(call('call_1', slowPerson), good).slowest).toBeNull();
  });

  it('has a cause for every end there is, and words for every cause', () => {
    fc.assert(
      fc.property(
        fc.record({
          outcome: fc.option(fc.constantFrom(...outcome.options)),
          disposition: fc.option(fc.constantFrom(...disposition.options)),
          endedBy: fc.option(fc.constantFrom(...party.options)),
          endedReason: fc.option(fc.string()),
          firstMissing: fc.option(fc.constantFrom(...hopName.options)),
        }),
        (ended) => {
          const meaning = endCauses[endCauseOf(ended)];
          expect(meaning.words.length).toBeGreaterThan(0);
          expect(meaning.fault === null || party.options.includes(meaning.fault)).toBe(true);
        },
      ),
    );
  });
});

describe('a call that Ringside ends of itself', () => {
  const ended = { outcome: 'completed', disposition: null, endedBy: 'bridge', firstMissing: null } as const;
  const causes = (reason: string, firstMissing: HopName | null = null) => endCauseOf({ ...ended, endedReason: reason, firstMissing });

  it('is nobody’s fault where it is meant to end', () => {
    expect(causes('nobody spoke')).toBe('nobody-spoke');
    expect(causes('a phone menu picked up')).toBe('nobody-came');
    expect(causes('a call screener did not put it through')).toBe('nobody-came');
    expect([endCauses['nobody-spoke'].fault, endCauses['nobody-came'].fault]).toEqual([null, null]);
  });

  it('is Ringside’s where something broke, and the line’s where nobody could be heard', () => {
    expect(causes('something went wrong inside Ringside')).toBe('ringside-failed');
    expect(causes('nobody spoke', 'media-open')).toBe('media-not-opened');
  });
});

describe('who was to speak when the carrier’s own voice took over', () => {
  const change = (from: LadderStep, to: LadderStep) => ({
    at: '2026-11-21T15:00:00.000Z',
    from,
    to,
    because: 'it was cut',
  });

  it('is who spoke before it, as long as no other voice has come after', () => {
    expect(fallToAnnouncement([change('cascade', 'announcement')])).toMatchObject({ from: 'cascade', because: 'it was cut' });
    expect(fallToAnnouncement([change('realtime', 'relay')])).toBeNull();
    expect(fallToAnnouncement([])).toBeNull();
    // A person who was rung in vain took nothing away.
    expect(fallToAnnouncement([change('cascade', 'human'), change('human', 'announcement')])).toMatchObject({
      from: 'cascade',
      because: 'it was cut',
    });
  });
});
