import { describe, expect, it } from 'vitest';
import { segmentId } from '#bridge/contract/ids.ts';
import { type AttentionEvent, type AttentionState, type CallFacts, calm, gravest, stepAttention } from '#bridge/domain/attention.ts';

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
const said = (atMs: number, text: string, name = String(atMs)): AttentionEvent => ({
  type: 'lead.said',
  atMs,
  segmentId: segment(name),
  text,
});
const tool = (atMs: number, ok: boolean, name = 'schedule_callback'): AttentionEvent => ({ type: 'tool.answered', atMs, name, ok });
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
    const asked = [said(1_000, 'Can I speak to a person?'), said(2_000, 'Get me a manager!'), said(8_000, 'Take me off your list.', 'z')];
    expect(need(...asked, seen(8_100, { hasOptedOut: true }))).toMatchObject({
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
