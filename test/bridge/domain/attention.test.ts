import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionRule } from '#bridge/contract/attention.ts';
import { segmentId } from '#bridge/contract/ids.ts';
import type { AnswerType } from '#bridge/contract/words.ts';
import { type AttentionEvent, type CallFacts, stepAttention } from '#bridge/domain/attention.ts';
import { type AttentionState, calm, gravest } from '#bridge/domain/attention-needs.ts';
import type { Dismissals } from '#bridge/domain/attention-tuning.ts';

const segment = (name: string) => segmentId.parse(`seg_${name}`);
const fine: CallFacts = {
  isConversing: true,
  floor: 'ai',
  isTransferring: false,
  rungFell: null,
  aiLost: null,
  hasOptedOut: false,
  missingHop: null,
  budget: null,
};
const seen = (atMs: number, facts: Partial<CallFacts> = {}): AttentionEvent => ({ type: 'seen', atMs, facts: { ...fine, ...facts } });
const spoke = (atMs: number, name: string): AttentionEvent => ({ type: 'lead.spoke', atMs, segmentId: segment(name) });
const said = (atMs: number, text: string, name = String(atMs)): AttentionEvent => ({
  type: 'lead.said',
  atMs,
  segmentId: segment(name),
  text,
});
const tool = (atMs: number, ok: boolean, name = 'schedule_callback'): AttentionEvent => ({ type: 'tool.answered', atMs, name, ok });
const aiSaid = (atMs: number, text: string): AttentionEvent => ({ type: 'ai.said', atMs, segmentId: segment(`ai${atMs}`), text });
const tuned = (dismissals: Dismissals): AttentionEvent => ({ type: 'tuned', dismissals });
const reply = (atMs: number, latencyMs: number): AttentionEvent => ({ type: 'ai.replied', atMs, latencyMs });

const after = (...events: readonly AttentionEvent[]): AttentionState => events.reduce(stepAttention, calm);
const need = (...events: readonly AttentionEvent[]) => gravest(after(...events));

describe('a call that asks for a person', () => {
  it('is worth a look at first, and needs one at the second time', () => {
    expect(need(said(1_000, 'Can I speak to a person?', 'a'))).toMatchObject({
      level: 'look',
      reason: 'Asked for a human',
      sinceMs: 1_000,
      segmentId: segment('a'),
    });
    expect(
      need(said(1_000, 'Can I speak to a person?'), said(9_000, 'I would just like to talk to somebody at the desk.', 'b')),
    ).toMatchObject({
      level: 'act',
      reason: 'Asked for a human twice',
      sinceMs: 9_000,
      segmentId: segment('b'),
    });
  });

  it('counts words once that are told again', () => {
    const words = said(1_000, 'Can I speak to a person', 'a');
    expect(need(words, said(3_000, 'Can I speak to a person, please?', 'a'))?.level).toBe('look');
  });

  it('needs one when nobody is available, and when nobody answers', () => {
    const asked = said(1_000, 'Can I speak to a person?', 'a');
    expect(need(asked, tool(2_000, false, 'transfer_to_human'))).toMatchObject({
      level: 'act',
      reason: 'Asked for a human, nobody is available',
      segmentId: segment('a'),
    });
    const [ringing, back] = [seen(3_000, { isConversing: false, isTransferring: true }), seen(33_000)];
    expect(need(asked, ringing)?.level).toBe('look');
    expect(need(asked, ringing, back)).toMatchObject({ level: 'act', reason: 'Asked for a human, nobody answered', sinceMs: 33_000 });
  });

  it('goes on asking until somebody acts', () => {
    const asked = said(1_000, 'Can I speak to a person?');
    expect(need(asked, seen(600_000))).toMatchObject({ reason: 'Asked for a human', sinceMs: 1_000 });
    expect(need(asked, seen(600_000), { type: 'person.acted' })).toBeNull();
    expect(need(asked, { type: 'person.acted' }, said(700_000, 'Can I speak to a person?', 'b'))?.level).toBe('look');
  });
});

describe('silence', () => {
  it('is worth a look when the AI owes an answer for six seconds, and needs a person after twelve', () => {
    const lead = [seen(0, { floor: 'lead' }), seen(1_000, { floor: 'none' })];
    expect(need(...lead, seen(6_900, { floor: 'none' }))).toBeNull();
    expect(need(...lead, seen(7_000, { floor: 'none' }))).toMatchObject({ level: 'look', sinceMs: 1_000 });
    expect(need(...lead, seen(7_000, { floor: 'none' }), seen(13_000, { floor: 'none' }))).toMatchObject({ level: 'act', sinceMs: 1_000 });
    expect(need(...lead, seen(13_000, { floor: 'none' }), seen(13_100, { floor: 'ai' }))).toBeNull();
  });

  it("is the lead's to break after the AI's words, until nobody breaks it", () => {
    const ai = [seen(0, { floor: 'ai' }), seen(1_000, { floor: 'none' })];
    expect(need(...ai, seen(12_900, { floor: 'none' }))).toBeNull();
    expect(need(...ai, seen(13_000, { floor: 'none' }))?.level).toBe('act');
  });

  it('means nothing where no AI converses', () => {
    const quiet = { isConversing: false, floor: 'none' } as const;
    expect(need(seen(0, quiet), seen(60_000, quiet))).toBeNull();
  });
});

describe('what is wrong with the line', () => {
  it('is told in words: the rung that fell, with what plays now', () => {
    const fell = (rungFell: string) => need(seen(0, { isConversing: false, rungFell }))?.reason;
    expect(fell('the connection to OpenAI was cut (1006)')).toBe('Realtime closed (code 1006). The announcement is playing');
    expect(fell('OpenAI does not accept the key (401)')).toBe(
      'Realtime failed: OpenAI does not accept the key (401). The announcement is playing',
    );
  });

  it('is graver when somebody is on a line without an AI', () => {
    const aiLost = 'the connection to OpenAI was cut (1006)';
    expect(need(seen(0, { isConversing: false, aiLost }))).toMatchObject({ level: 'look', reason: 'The AI connection closed (code 1006)' });
    expect(need(seen(0, { isConversing: false, aiLost }), seen(5_000, { aiLost }))).toMatchObject({ level: 'act', sinceMs: 5_000 });
    expect(need(seen(0, { aiLost }), seen(1_000))).toBeNull();
  });

  it('is the first hop that is missing beyond its limit', () => {
    const missingHop = { name: 'media-open', text: 'the carrier never opened the media socket', sinceMs: 10_000 } as const;
    expect(need(seen(15_000, { missingHop }))).toBeNull();
    expect(need(seen(15_001, { missingHop }))).toMatchObject({ level: 'act', reason: 'The carrier never opened the media socket' });
    expect(need(seen(15_001, { missingHop }), seen(16_000))).toBeNull();
    const rings = { name: 'ringing', text: 'the carrier never rang the phone', sinceMs: 0 } as const;
    expect(need(seen(21_000, { isConversing: false, missingHop: rings }))?.level).toBe('look');
    expect(need(seen(999_000, { isConversing: false, missingHop: { ...rings, name: 'answered' } }))).toBeNull();
  });
});

describe('the conversation', () => {
  it('is worth a look when the lead is upset, for a minute', () => {
    const upset = said(1_000, 'This is ridiculous.', 'a');
    expect(need(upset)).toMatchObject({ level: 'look', reason: 'Sounds upset', segmentId: segment('a') });
    expect(need(upset, seen(61_000))?.reason).toBe('Sounds upset');
    expect(need(upset, seen(61_001))).toBeNull();
  });

  it('is worth a look when a tool fails twice in a row', () => {
    expect(need(tool(1, false), tool(2, true), tool(3, false))).toBeNull();
    expect(need(tool(1, false), tool(2, false))?.reason).toBe('A tool failed twice (schedule callback)');
    expect(need(tool(1, false), tool(2, false), tool(3, true))).toBeNull();
  });

  it('is worth a look when two replies were slow, until two were quick again', () => {
    expect(need(reply(1, 3_001), reply(2, 900))).toBeNull();
    expect(need(reply(1, 3_400), reply(2, 900), reply(3, 3_100))?.reason).toBe('Slow replies, worst 3.4 s');
    expect(need(reply(1, 3_400), reply(2, 3_100), reply(3, 800))).not.toBeNull();
    expect(need(reply(1, 3_400), reply(2, 3_100), reply(3, 800), reply(4, 900))).toBeNull();
  });

  it('lands when the lead opts out, and then needs nobody', () => {
    const asked = [said(1_000, 'Can I speak to a person?'), said(2_000, 'Get me a manager!'), spoke(8_000, 'z')];
    // The call knows it first; what the words mean is found out a moment later.
    expect(need(...asked, seen(8_100, { hasOptedOut: true }), said(8_000, 'Take me off your list.', 'z'))).toMatchObject({
      level: 'look',
      reason: 'Asked not to be called again. The call is landing',
      sinceMs: 8_100,
      segmentId: segment('z'),
    });
    expect(need(seen(8_100, { hasOptedOut: true }))?.segmentId).toBeNull();
  });

  it('is worth a look when the budget is nearly spent', () => {
    const spent = (spentMicros: number) => need(seen(0, { budget: { spentMicros, limitMicros: 50_000_000 } }))?.reason;
    expect([spent(44_900_000), spent(45_000_000)]).toEqual([undefined, "The campaign's budget is nearly spent"]);
  });
});

describe('what is said twice', () => {
  it('is a question that the lead has to ask again', () => {
    const once = said(1_000, 'When can you come by for the cleaning?', 'a');
    expect(need(once)).toBeNull();
    expect(need(once, said(2_000, 'When can you come by for the cleaning', 'a'))).toBeNull();
    expect(need(once, said(9_000, 'Okay. But when could you come by for the cleaning?', 'b'))).toMatchObject({
      rule: 'asked-twice',
      level: 'look',
      reason: 'Asked the same thing twice',
      segmentId: segment('b'),
    });
    expect(need(once, said(9_000, 'And where are your rooms?', 'b'))).toBeNull();
    expect(need(said(1_000, 'I can come on Tuesday.'), said(5_000, 'I can come on Tuesday.'))).toBeNull();
  });

  it('is a sentence that the AI says again, at once when it is long', () => {
    const long = 'A cleaning takes about forty minutes and includes polishing.';
    expect(need(aiSaid(1, long))).toBeNull();
    expect(need(aiSaid(1, long), aiSaid(2, `Sure. ${long}`))).toMatchObject({ rule: 'ai-repeats', reason: 'The AI repeats itself' });
    const short = 'Would you like an appointment on Tuesday?';
    expect(need(aiSaid(1, short), aiSaid(2, short))).toBeNull();
    expect(need(aiSaid(1, short), aiSaid(2, short), aiSaid(3, short))?.rule).toBe('ai-repeats');
  });
});

describe('what is talked about', () => {
  it.each([
    ['I will talk to my lawyer.', 'act', 'Talks of a lawyer, a court or the police'],
    ['I want a refund.', 'look', 'Talks of a complaint or a refund'],
    ['Do I have to sign a contract?', 'look', 'Talks of a contract'],
    ['How much is it?', 'look', 'Talks of the price'],
  ] as const)('in "%s" asks for a person', (text, level, reason) => {
    expect(need(said(1_000, text, 'a'))).toMatchObject({ level, reason, segmentId: segment('a') });
    expect(need(said(1_000, text), { type: 'person.acted' })).toBeNull();
  });

  it('may be on the way to an opt-out', () => {
    expect(need(said(1_000, 'Leave me alone.', 'a'))).toMatchObject({
      rule: 'maybe-opt-out',
      reason: 'Wants to be left alone, maybe for good',
    });
    expect(need(said(1_000, "I'm not interested."))).toBeNull();
    expect(need(said(1_000, "I'm not interested."), said(5_000, 'No thanks.'))?.reason).toBe('Said no twice, maybe for good');
    expect(need(said(1_000, "I'm not interested.", 'a'), said(2_000, "I'm not interested, no thanks.", 'a'))).toBeNull();
    expect(need(said(1_000, 'Okay, goodbye.'), said(2_000, 'Bye bye.'))).toBeNull();
  });
});

describe('one reply that takes far longer than the others', () => {
  it('is worth a look as soon as there are others', () => {
    const usual = [reply(1, 800), reply(2, 900), reply(3, 1_000)];
    expect(need(reply(1, 800), reply(2, 900), reply(3, 4_000))).toBeNull();
    expect(need(...usual, reply(4, 4_200))).toMatchObject({ rule: 'spike', reason: 'A reply took 4.2 s, others 0.9 s' });
    expect(need(...usual, reply(4, 2_900))).toBeNull();
    expect(need(...usual, reply(4, 4_200), seen(60_004))).not.toBeNull();
    expect(need(...usual, reply(4, 4_200), seen(60_005))).toBeNull();
    expect(need(reply(1, 1_500), reply(2, 1_600), reply(3, 1_500), reply(4, 4_400))).toBeNull();
  });
});

describe('doubt about who picked up', () => {
  const start = { answeredAtMs: 0 };

  const carrier = (answerType: AnswerType): AttentionEvent => ({ type: 'carrier.said', answerType });

  it('is where the words are those of a mailbox, unless everything else says so too', () => {
    const words = said(2_000, 'Please leave a message after the tone.', 'a');
    expect(need(carrier('human'), words, seen(2_100, start))).toMatchObject({
      rule: 'voicemail',
      level: 'look',
      reason: 'The carrier says a person, but it sounds like a voicemail',
      segmentId: segment('a'),
    });
    expect(need(words, seen(2_100, start))?.reason).toBe('Sounds like a voicemail');
    expect(need(carrier('machine'), words, seen(2_100, start))).toBeNull();
    expect(need(words, seen(2_100, { ...start, answerType: 'machine' }))).toBeNull();
  });

  it('is where the carrier and we are of two minds', () => {
    expect(need(carrier('human'), seen(2_000, { ...start, answerType: 'machine' }))?.reason).toBe(
      'The carrier says a person, but it sounds like a voicemail',
    );
    expect(need(carrier('machine'), seen(2_000, { ...start, answerType: 'human' }))?.reason).toBe(
      'The carrier says a machine, but somebody answers',
    );
    expect(need(carrier('human'), seen(2_000, { ...start, answerType: 'human' }))).toBeNull();
    expect(need(carrier('machine'), seen(2_000, { ...start, answerType: 'machine' }))).toBeNull();
  });

  it('is where one talks for 12 s from the start', () => {
    const lead = { ...start, floor: 'lead' } as const;
    expect(need(seen(1_000, lead), seen(13_000, lead))).toBeNull();
    expect(need(seen(1_000, lead), seen(13_100, lead))?.reason).toBe('May be a voicemail, it has talked for 12 s without a pause');
    expect(need(seen(1_000, lead), seen(9_000, start), seen(10_000, lead), seen(21_000, lead))).toBeNull();
    expect(need(seen(30_000, lead), seen(50_000, lead))).toBeNull();
  });

  it('is where a machine answers like a person, and over when a person does', () => {
    const talk = [aiSaid(1_000, 'Hello.'), said(2_000, 'Yes?'), aiSaid(3_000, 'Is it you?'), said(4_000, 'It is.')];
    expect(need(carrier('machine'), ...talk, seen(5_000, start))?.reason).toBe('The carrier says a machine, but somebody answers');
    expect(need(carrier('human'), said(500, 'Leave a message.'), ...talk, seen(5_000, start))).toBeNull();
  });
});

describe('a rule that was not needed in the campaign', () => {
  const ask = (atMs: number) => said(atMs, 'Can I speak to a person?');

  it('needs one reason more for each time', () => {
    expect(need(tuned({ upset: 1 }), said(1, 'This is ridiculous.'))).toBeNull();
    expect(need(tuned({ upset: 1 }), said(1, 'This is ridiculous.'), said(2, 'This is ridiculous!'))?.rule).toBe('upset');
    expect(need(tuned({ upset: 1 }), said(1, 'This is ridiculous.', 'a'), said(2, 'This is ridiculous!', 'a'))).toBeNull();
  });

  it('has to last for longer, or the limit moves', () => {
    const quiet = { floor: 'none' } as const;
    const lead = [tuned({ silence: 1 }), seen(0, { floor: 'lead' }), seen(1_000, quiet)];
    expect(need(...lead, seen(8_900, quiet))).toBeNull();
    expect(need(...lead, seen(9_000, quiet))?.reason).toBe('The AI owes an answer, 8 s of silence');
    const lost = [tuned({ 'ai-lost': 1 }), seen(0, { aiLost: 'x' })];
    expect(need(...lost, seen(3_900, { aiLost: 'x' }))).toBeNull();
    expect(need(...lost, seen(4_000, { aiLost: 'x' }))?.rule).toBe('ai-lost');
    expect(need(...lost, seen(3_000), seen(4_000, { aiLost: 'x' }))).toBeNull();
  });

  it('calls nobody at once after three times, and says nothing after six', () => {
    const asks = [1, 2, 3, 4, 5, 6, 7, 8].map(ask);
    expect(need(tuned({ human: 2 }), ...asks)?.level).toBe('act');
    expect(need(tuned({ human: 3 }), ...asks)?.level).toBe('look');
    expect(need(tuned({ human: 6 }), ...asks)).toBeNull();
    expect(need(ask(1), ask(2), tuned({ human: 3 }))?.level).toBe('look');
    expect(need(ask(1), ask(2), tuned({ human: 6 }))).toBeNull();
  });

  it('is never the word of the lead that ends the calls, nor the AI that waits for an answer', () => {
    const dismissals = { 'opt-out': 9, transfer: 9 };
    expect(need(tuned(dismissals), seen(1, { hasOptedOut: true }))?.rule).toBe('opt-out');
    expect(need(tuned(dismissals), { type: 'transfer.asked', atMs: 1, reason: 'Wants to transfer' })?.rule).toBe('transfer');
  });
});

describe('a call that a person holds', () => {
  it('asks for nobody, and nothing that they heard counts later', () => {
    const hold = seen(2_000, { isHeld: true, isConversing: false });
    const ask = said(1_000, 'Can I speak to a person?');
    expect(need(ask, hold)).toBeNull();
    expect(need(ask, hold, said(3_000, 'I will call my lawyer, this is ridiculous!'), reply(4_000, 9_000), seen(5_000))).toBeNull();
    expect(
      need(hold, { type: 'returned', atMs: 3_000, reason: "Dana's line broke off. The AI has the call again" }, seen(3_100))?.rule,
    ).toBe('returned');
    expect(need(hold, seen(3_000, { isHeld: true, isConversing: false, hasOptedOut: true }))?.level).toBe('act');
  });
});

describe('any course of a call', () => {
  const text = fc.constantFrom(
    'Can I speak to a person?',
    'This is ridiculous.',
    'How much is the cleaning?',
    'I will sue you.',
    'No thanks.',
    'Leave me alone.',
    'Please leave a message after the tone.',
    'A cleaning takes about forty minutes and includes polishing.',
    'Yes.',
  );
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const happening = fc.oneof(
    fc.record({ type: fc.constant('lead.spoke' as const), segmentId: name.map(segment) }),
    fc.record({ type: fc.constant('lead.said' as const), text, segmentId: name.map(segment) }),
    fc.record({ type: fc.constant('ai.said' as const), text, segmentId: name.map((one) => segment(`x${one}`)) }),
    fc.record({ type: fc.constant('tool.answered' as const), name: fc.constantFrom('transfer_to_human', 'other'), ok: fc.boolean() }),
    fc.record({ type: fc.constant('ai.replied' as const), latencyMs: fc.integer({ min: 200, max: 9_000 }) }),
    fc.record({ type: fc.constant('person.acted' as const) }),
    fc.record({ type: fc.constant('carrier.said' as const), answerType: fc.constantFrom<AnswerType>('human', 'machine', 'unknown') }),
    fc.record({ type: fc.constant('not-needed' as const), rule: fc.constantFrom(...attentionRule.options) }),
    fc.record({
      type: fc.constant('tuned' as const),
      dismissals: fc.dictionary(fc.constantFrom(...attentionRule.options), fc.integer({ min: 0, max: 8 })),
    }),
    fc.record({
      type: fc.constant('seen' as const),
      facts: fc.record({
        isConversing: fc.boolean(),
        floor: fc.constantFrom('ai', 'lead', 'none'),
        isTransferring: fc.boolean(),
        rungFell: fc.constantFrom(null, 'x (1006)'),
        aiLost: fc.constantFrom(null, 'x'),
        hasOptedOut: fc.constantFrom(false, false, true),
        isHeld: fc.boolean(),
        answerType: fc.constantFrom(null, 'human', 'machine'),
        answeredAtMs: fc.constant(0),
        missingHop: fc.constantFrom(null, { name: 'media-open' as const, text: 'the media never came', sinceMs: 0 }),
        budget: fc.constantFrom(null, { spentMicros: 99, limitMicros: 100 }),
      }),
    }),
  );
  const course = fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 20_000 })), { maxLength: 40 });

  it('shows one reason in words, of a rule that may speak, and nothing that a person who has the call does not need', () => {
    fc.assert(
      fc.property(course, (happenings) => {
        let [state, atMs] = [calm, 0];
        for (const [event, later] of happenings) {
          atMs += later;
          state = stepAttention(state, { ...event, atMs } as AttentionEvent);
          const top = gravest(state);
          if (top === null) continue;
          expect(top.reason).toMatch(/^[A-Z\u201c].{5,}$/u);
          expect(state.notNeeded).not.toContain(top.rule);
          expect(top.sinceMs).toBeLessThanOrEqual(atMs);
          if (state.isHeld) expect(['opt-out', 'returned']).toContain(top.rule);
          const fixed = top.rule === 'opt-out' || top.rule === 'transfer';
          const times = fixed ? 0 : (state.dismissals[top.rule] ?? 0);
          expect(times).toBeLessThan(6);
          if (times >= 3) expect(top.level).toBe('look');
          if (top.level === 'look' && top.rule !== 'opt-out')
            expect(Object.values(state.needs).every(({ level }) => level === 'look')).toBe(true);
        }
      }),
    );
  });
});

describe('several reasons', () => {
  it('show the gravest, and one below it when that is over', () => {
    const events = [said(1_000, 'This is ridiculous. Can I speak to a person?'), seen(2_000, { aiLost: 'x' })];
    expect(need(...events)?.level).toBe('act');
    expect(need(...events, seen(3_000))?.reason).toBe('Asked for a human');
  });

  it('leave a state alone that has not changed', () => {
    const state = after(seen(0), said(1_000, 'Can I speak to a person?'), seen(2_000));
    expect(stepAttention(state, seen(3_000))).toBe(state);
  });
});
