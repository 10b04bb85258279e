import { describe, expect, it, onTestFinished } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AgentId, AttemptId, TransferId } from '#bridge/contract/ids.ts';
import { legRecord, openRestartStage, type RestartStage } from '../../support/restart-stage.ts';

async function stage(): Promise<RestartStage> {
  const opened = await openRestartStage();
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return opened;
}

const minutes = (count: number) => count * 60_000;

describe('after a kill, an attempt', () => {
  it('that was only intended is forgotten, and its lead is ready again', async () => {
    const { left, reconciler, store, carrier } = await stage();
    const id = left({ phase: 'intent' });
    const { leadId } = store.attempts.get(id)!;
    await reconciler.run();
    expect(store.attempts.get(id)).toBeNull();
    expect(store.leads.get(leadId!)).toMatchObject({ state: 'ready', attempts: 0 });
    expect(carrier.asked).toEqual([]);
  });

  it('that is called an intent and yet has a name at its carrier is not forgotten', async () => {
    const { left, reconciler, store, attempt, carrier } = await stage();
    const id = left({ phase: 'intent' });
    store.attempts.update(id, { carrierCallId: 'leg-1' });
    carrier.legs.push(legRecord({ phase: 'ended', outcome: 'busy' }));
    await reconciler.run();
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'busy' });
  });

  it('whose request was under way is looked for by its numbers, and goes on when the carrier has it', async () => {
    const { left, reconciler, attempt, carrier, tell } = await stage();
    const id = left({ phase: 'submitting' });
    carrier.legs.push(legRecord({ phase: 'ringing' }));
    await reconciler.run();
    const { to, from, submittedAtMs } = attempt(id);
    expect(carrier.asked).toMatchObject([{ to, from, createdAfterMs: submittedAtMs! - 5_000 }]);
    expect(attempt(id)).toMatchObject({ phase: 'ringing', carrierCallId: 'leg-1' });
    tell({ type: 'leg.ended', outcome: 'busy', cause: { code: 'busy', text: 'busy', party: 'lead' }, durationMs: 0 }, id);
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'busy' });
  });

  it('that the carrier does not know stays unknown, is asked for again, and is given up ten minutes after its deadline', async () => {
    const { left, reconciler, attempt, leadState, carrier, clock, pass } = await stage();
    const id = left({ phase: 'submitting' });
    const startMs = clock.nowMs();
    const askedAtS: number[] = [];
    carrier.meanwhile = () => void askedAtS.push((clock.nowMs() - startMs) / 1_000);
    await reconciler.run();
    expect(reconciler.busy).toBe(false);
    expect(attempt(id).phase).toBe('unknown');
    for (let second = 0; second < 16 * 60; second += 1) await pass(1_000);
    expect(askedAtS).toEqual([0, 5, 35, 155, 755, 901]);
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'unknown' });
    expect(leadState(id)).toBe('unknown');
    expect(carrier.dialled).toEqual([]);
  });

  it('that turns up late in the books of the carrier is adopted then', async () => {
    const { left, reconciler, attempt, carrier, pass } = await stage();
    const id = left({ phase: 'unknown' });
    await reconciler.run();
    await pass(5_000);
    const endedAtMs = attempt(id).submittedAtMs! + 9_000;
    carrier.legs.push(legRecord({ phase: 'ended', outcome: 'no-answer', endedAtMs }));
    await pass(30_000);
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'no-answer', carrierCallId: 'leg-1', endedAtMs });
  });

  it('whose carrier has taken the request and does not list it yet is not given up at once', async () => {
    const { left, reconciler, attempt, carrier, pass } = await stage();
    const id = left({ phase: 'accepted', requestId: 'request-1' });
    await reconciler.run();
    expect(attempt(id).phase).toBe('accepted');
    carrier.legs.push(legRecord({ requestId: 'request-2' }), legRecord({ carrierCallId: 'leg-2', requestId: 'request-1' }));
    await pass(5_000);
    expect(attempt(id)).toMatchObject({ phase: 'ringing', carrierCallId: 'leg-2' });
    expect(carrier.hungUp).toEqual([]);
  });

  it('of which the carrier shows two legs takes the first; the later one is ended, and somebody is told', async () => {
    const { left, reconciler, attempt, carrier, events } = await stage();
    const id = left({ phase: 'unknown' });
    carrier.legs.push(legRecord({ carrierCallId: 'leg-2', createdAtMs: 2_000 }), legRecord({ createdAtMs: 1_000 }));
    await reconciler.run();
    expect(attempt(id).carrierCallId).toBe('leg-1');
    expect(carrier.hungUp).toEqual([{ carrierCallId: 'leg-2', requestId: null }]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'alert', level: 'error' }));
  });

  it('does not take the leg of another attempt at the same number', async () => {
    const { left, reconciler, attempt, carrier, store } = await stage();
    const earlier = left({ phase: 'answered', carrierCallId: 'leg-1', answeredAtMs: 0 });
    const { to } = attempt(earlier);
    store.attempts.end(earlier, { ...endedNow, endedAtMs: 1 }, null);
    const id = left({ phase: 'unknown' }, { to });
    carrier.legs.push(legRecord({ createdAtMs: 1_000 }));
    await reconciler.run();
    expect(attempt(id)).toMatchObject({ phase: 'unknown', carrierCallId: null });
    expect(carrier.hungUp).toEqual([]);
  });

  it('that was answered and is over is written down as answered, not before its dial', async () => {
    const { left, reconciler, attempt, carrier, clock } = await stage();
    const id = left({ phase: 'ringing', carrierCallId: 'leg-1' });
    const nowMs = clock.nowMs();
    carrier.legs.push(legRecord({ phase: 'ended', outcome: 'completed', answeredAtMs: nowMs - 500, endedAtMs: nowMs + 2_000 }));
    await reconciler.run();
    expect(attempt(id)).toMatchObject({ answeredAtMs: nowMs, talkMs: 2_000 });
  });

  it('that was answered while nobody was here was let down by us, and its lead is called again', async () => {
    const { left, reconciler, attempt, leadState, carrier, clock } = await stage();
    const id = left({ phase: 'ringing', carrierCallId: 'leg-1' });
    const nowMs = clock.nowMs();
    carrier.legs.push(legRecord({ phase: 'ended', outcome: 'completed', answeredAtMs: nowMs, endedAtMs: nowMs + 6_000 }));
    await reconciler.run();
    expect(attempt(id)).toMatchObject({ outcome: 'our-error', disposition: 'failed' });
    expect(leadState(id)).toBe('waiting');
  });

  it('that was answered and has heard nothing but our apology was let down by us, and its lead is called again', async () => {
    const { left, reconciler, attempt, leadState, carrier, clock, tell, pass } = await stage();
    const id = left({ phase: 'ringing', carrierCallId: 'leg-1' });
    carrier.legs.push(legRecord({ phase: 'live', answeredAtMs: clock.nowMs() - 1_000 }));
    await reconciler.run();
    expect(carrier.redirected).toMatchObject([{ kind: 'say-and-hang-up' }]);
    await pass(6_000);
    tell({ type: 'leg.ended', outcome: 'completed', cause: { code: 'completed', text: 'over', party: 'unknown' }, durationMs: null }, id);
    expect(attempt(id)).toMatchObject({ outcome: 'our-error', endedBy: 'bridge', endedReason: expect.stringContaining('apology') });
    expect(leadState(id)).toBe('waiting');
  });

  it('whose end is the first that is heard of it keeps its name and its answer', async () => {
    const { left, attempt, tell, clock, pass } = await stage();
    const id = left({ phase: 'accepted', requestId: 'request-1' });
    await pass(3_000);
    tell(
      { type: 'leg.ended', outcome: 'our-error', cause: { code: '7011', text: 'nobody was there', party: 'bridge' }, durationMs: 1_000 },
      id,
    );
    expect(attempt(id)).toMatchObject({
      phase: 'ended',
      outcome: 'our-error',
      carrierCallId: 'leg-1',
      answeredAtMs: clock.nowMs() - 1_000,
      talkMs: 1_000,
    });
  });

  it('is asked about again when its carrier cannot be reached, and keeps nobody else from being dialled', async () => {
    const { left, reconciler, attempt, carrier, pass } = await stage();
    const id = left({ phase: 'ringing', carrierCallId: 'leg-1' });
    carrier.trouble = new BridgeError('carrier/unreachable', 'There is no network.');
    await reconciler.run();
    expect(reconciler.busy).toBe(false);
    expect(attempt(id).phase).toBe('ringing');
    carrier.trouble = null;
    carrier.legs.push(legRecord({ phase: 'ended', outcome: 'busy' }));
    await pass(30_000);
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'busy' });
  });

  it('that cannot be taken up stays open, and keeps nobody from the others', async () => {
    const { left, reconciler, attempt, carrier } = await stage();
    const broken = left({ phase: 'submitting' }, { agentId: 'agent_gone' as AgentId });
    const id = left({ phase: 'submitting' });
    carrier.legs.push(legRecord({ phase: 'ended', outcome: 'busy' }));
    await reconciler.run();
    expect(reconciler.busy).toBe(false);
    expect(attempt(broken).phase).toBe('submitting');
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'busy' });
  });

  it('that a webhook has ended in the meantime is left as it is', async () => {
    const { left, reconciler, attempt, carrier, tell, desk } = await stage();
    const ids: AttemptId[] = [];
    for (let count = 0; count < 8; count += 1) ids.push(left({ phase: 'ringing', carrierCallId: `leg-${count}` }));
    const last = ids.at(-1)!;
    carrier.meanwhile = () => {
      carrier.meanwhile = () => {};
      tell({ type: 'leg.ended', outcome: 'busy', cause: { code: 'busy', text: 'busy', party: 'lead' }, durationMs: 0 }, last);
    };
    await reconciler.run();
    expect(attempt(last)).toMatchObject({ phase: 'ended', outcome: 'busy' });
    expect(carrier.lookedUp.map(({ carrierCallId }) => carrierCallId)).not.toContain('leg-7');
    expect(desk.get(last)).toBeNull();
  });
});

describe('after a kill, a call in which somebody', () => {
  const live = (fields = {}) => legRecord({ phase: 'live', ...fields });

  it('was talking with us gets an apology and an end, before anybody else is asked about', async () => {
    const { left, reconciler, attempt, carrier, clock, store, pass } = await stage();
    left({ phase: 'ringing', carrierCallId: 'leg-0' });
    const id = left({ phase: 'answered', carrierCallId: 'leg-1', answeredAtMs: clock.nowMs() });
    store.attempts.addHop(id, { name: 'first-audio-sent', at: new Date(clock.nowMs()).toISOString(), sinceDialMs: 0 });
    carrier.legs.push(live());
    await reconciler.run();
    expect(carrier.lookedUp[0]).toMatchObject({ carrierCallId: 'leg-1' });
    expect(carrier.redirected).toMatchObject([{ kind: 'say-and-hang-up' }]);
    carrier.legs[0] = live({ phase: 'ended', outcome: 'completed', endedAtMs: clock.nowMs() + 8_000 });
    await pass(30_000);
    expect(attempt(id)).toMatchObject({ phase: 'ended', outcome: 'completed', endedBy: 'bridge', talkMs: 8_000 });
    expect(attempt(id).endedReason).toContain('apology');
  });

  it('is brought to us while the carrier is asked goes on as any other', async () => {
    const { left, reconciler, attempt, carrier, tell } = await stage();
    const id = left({ phase: 'ringing', carrierCallId: 'leg-1' });
    carrier.legs.push(live());
    carrier.meanwhile = () => tell({ type: 'leg.answered' }, id);
    await reconciler.run();
    expect(carrier.redirected).toEqual([]);
    expect(attempt(id).phase).toBe('answered');
  });

  it.each([
    ['listens to the carrier alone', 'announcement'],
    ['was put through to a person', 'transfer'],
  ])('%s is left in peace', async (_name, how) => {
    const { left, reconciler, attempt, carrier, clock, store, pass } = await stage();
    const rung = how === 'announcement' ? 'announcement' : 'realtime';
    const id = left({ phase: 'answered', carrierCallId: 'leg-1', answeredAtMs: clock.nowMs(), rung });
    if (how === 'transfer') store.attempts.update(id, { transfer: putThrough });
    carrier.legs.push(live());
    await reconciler.run();
    expect(carrier.redirected).toEqual([]);
    // Five minutes are the AI's; people who were put together have an hour more.
    const limit = how === 'transfer' ? minutes(65) : minutes(5);
    await pass(limit - minutes(1));
    expect(carrier.hungUp).toEqual([]);
    await pass(minutes(1) + 15_000);
    expect(carrier.hungUp).toHaveLength(1);
    expect(attempt(id).phase).toBe('answered');
  });
});

const putThrough = {
  id: 'transfer_1' as TransferId,
  kind: 'cold',
  toName: 'Dana',
  toNumber: '+12025550199',
  state: 'ringing',
  message: 'Ringing Dana',
  requestedBy: 'operator',
  since: '2026-11-23T15:00:00.000Z',
} as const;

const endedNow = {
  outcome: 'busy',
  disposition: 'busy',
  answerType: null,
  hangupCause: null,
  endedBy: 'lead',
  endedReason: 'busy',
  talkMs: 0,
  costMicros: 0,
} as const;
