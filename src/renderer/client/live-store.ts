import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CallSummary, Hop, Involvement, Mark, Nudge, RungChange, Segment, ToolCall, TurnLatency } from '#bridge/contract/calls.ts';
import type { Campaign, CampaignHealth } from '#bridge/contract/campaigns.ts';
import type { FeedEvent } from '#bridge/contract/feed.ts';
import type { Client } from './client.ts';

/** What only an open call shows; it is asked for once and then follows the feed. */
export interface CallDetail {
  readonly transcript: readonly Segment[];
  readonly hops: readonly Hop[];
  readonly toolCalls: readonly ToolCall[];
  readonly turns: readonly TurnLatency[];
  readonly marks: readonly Mark[];
  readonly nudges: readonly Nudge[];
  readonly involvements: readonly Involvement[];
  readonly rungChanges: readonly RungChange[];
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytes: number;
  readonly totalBytes: number | null;
}

export interface Alert {
  /** Its place in the feed. */
  readonly seq: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly callId: string | null;
}

/** What the feed told. Calls that have ended stay a while, so that a card can say how. */
export interface LiveState {
  /** False until the first snapshot. */
  readonly isReady: boolean;
  readonly calls: ReadonlyMap<string, CallSummary>;
  readonly campaigns: ReadonlyMap<string, Campaign>;
  readonly health: ReadonlyMap<string, CampaignHealth>;
  readonly details: ReadonlyMap<string, CallDetail>;
  readonly imports: ReadonlyMap<string, ImportProgress>;
  readonly publicUrl: string | null;
  readonly alerts: readonly Alert[];
}

const alertsMax = 50;
/** Words on screen change at most so often; sound levels come another way. */
const restMs = 50;
/** How long an ended call stays on the board. */
export const endedStaysMs = 20_000;

const nothing: LiveState = {
  isReady: false,
  calls: new Map(),
  campaigns: new Map(),
  health: new Map(),
  details: new Map(),
  imports: new Map(),
  publicUrl: null,
  alerts: [],
};

export type LiveStore = StoreApi<LiveState>;

/** Whether somebody is rehearsed with now. */
export function isRehearsing({ calls, campaigns }: LiveState): boolean {
  for (const { world, state } of calls.values()) if (world === 'rehearsal' && state !== 'ended') return true;
  for (const { world, state } of campaigns.values()) if (world === 'rehearsal' && state === 'running') return true;
  return false;
}

/**
 * Follows the feed. What comes close together changes the state once, so that 200 calls that all speak do not draw 200 times; what comes
 * after a quiet moment is shown with the next frame of the screen. @returns the store, and what stops it
 */
export function followFeed(client: Client): { readonly store: LiveStore; readonly watch: WatchDetail; readonly stop: () => void } {
  const store = createStore<LiveState>(() => nothing);
  const watched = new Map<string, number>();
  let queue: FeedEvent[] = [];
  let scheduled = false;
  let lastMs = 0;
  const flush = () => {
    scheduled = false;
    lastMs = performance.now();
    const events = queue;
    queue = [];
    store.setState((state) => afterAll(state, events, watched));
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    const leftMs = restMs - (performance.now() - lastMs);
    // A hidden window draws no frames; the feed must not pile up there.
    if (document.hidden) window.setTimeout(flush, 100);
    else if (leftMs > 0) window.setTimeout(() => window.requestAnimationFrame(flush), leftMs);
    else window.requestAnimationFrame(flush);
  };
  const unsubscribe = client.subscribe((event) => {
    queue.push(event);
    // What was read before a gap may lack what came in it.
    if (event.type === 'snapshot') for (const id of watched.keys()) void load(id);
    schedule();
  });

  const load = async (id: string) => {
    try {
      const {
        transcript,
        hops,
        toolCalls,
        turns,
        marks,
        nudges,
        involvements,
        rungChanges = [],
      } = await client.invoke('calls.get', { id });
      if (!watched.has(id)) return;
      const detail = { transcript, hops, toolCalls, turns, marks, nudges, involvements, rungChanges };
      store.setState(({ details }) => ({ details: new Map(details).set(id, detail) }));
    } catch {
      // The next snapshot asks again; until then the call shows what its card shows.
    }
  };
  const watch: WatchDetail = (id) => {
    const count = watched.get(id) ?? 0;
    watched.set(id, count + 1);
    if (count === 0) void load(id);
    return () => {
      const left = (watched.get(id) ?? 1) - 1;
      if (left > 0) {
        watched.set(id, left);
        return;
      }
      watched.delete(id);
      store.setState(({ details }) => {
        const rest = new Map(details);
        rest.delete(id);
        return { details: rest };
      });
    };
  };

  const sweep = window.setInterval(() => {
    const limit = Date.now() - endedStaysMs;
    const { calls } = store.getState();
    const kept = [...calls].filter(([, call]) => call.endedAt === null || Date.parse(call.endedAt) > limit);
    if (kept.length < calls.size) store.setState({ calls: new Map(kept) });
  }, 2_000);

  return {
    store,
    watch,
    stop: () => {
      unsubscribe();
      clearInterval(sweep);
    },
  };
}

/** Keep the details of a call at hand while somebody looks at it. @returns lets go */
export type WatchDetail = (callId: string) => () => void;

/** The calls are copied once, however many of them have changed. */
function afterAll(state: LiveState, events: readonly FeedEvent[], watched: ReadonlyMap<string, number>): LiveState {
  const change = applied(watched);
  let next = state;
  let calls: Map<string, CallSummary> | null = null;
  for (const event of events) {
    if (event.type === 'call.changed') {
      calls ??= new Map(next.calls);
      calls.set(event.call.id, event.call);
      next = withRungChange(next, event.call);
      continue;
    }
    if (event.type === 'snapshot') calls = null;
    next = change(next, event);
  }
  return calls === null ? next : { ...next, calls };
}

function applied(watched: ReadonlyMap<string, number>) {
  return (state: LiveState, event: Exclude<FeedEvent, { type: 'call.changed' }>): LiveState => {
    const detail = (callId: string, change: (detail: CallDetail) => CallDetail): LiveState => {
      const before = state.details.get(callId);
      if (!before || !watched.has(callId)) return state;
      return { ...state, details: new Map(state.details).set(callId, change(before)) };
    };
    switch (event.type) {
      case 'snapshot':
        return {
          ...state,
          isReady: true,
          calls: new Map(event.calls.map((call) => [call.id, call])),
          campaigns: new Map(event.campaigns.map((campaign) => [campaign.id, campaign])),
        };
      case 'call.segment':
        return detail(event.callId, (before) => ({ ...before, transcript: withSegment(before.transcript, event.segment) }));
      case 'call.hop':
        return detail(event.callId, (before) => ({
          ...before,
          hops: [...before.hops.filter(({ name }) => name !== event.hop.name), event.hop].sort((a, b) => a.sinceDialMs - b.sinceDialMs),
        }));
      case 'call.tool':
        return detail(event.callId, (before) => ({
          ...before,
          toolCalls: added(before.toolCalls, event.toolCall, ({ atMs, name }) => `${atMs} ${name}`),
        }));
      case 'call.turn':
        return detail(event.callId, (before) => ({
          ...before,
          turns: added(before.turns, event.turn, ({ endOfSpeechMs }) => endOfSpeechMs),
        }));
      case 'call.mark':
        return detail(event.callId, (before) => ({ ...before, marks: added(before.marks, event.mark, ({ id }) => id) }));
      case 'call.mark-removed':
        return detail(event.callId, (before) => ({ ...before, marks: before.marks.filter(({ id }) => id !== event.markId) }));
      case 'call.nudge':
        return detail(event.callId, (before) => ({ ...before, nudges: added(before.nudges, event.nudge, ({ id }) => id) }));
      case 'call.involvement':
        return detail(event.callId, (before) => ({
          ...before,
          involvements: added(before.involvements, event.involvement, ({ id }) => id),
        }));
      case 'campaign.changed':
        return { ...state, campaigns: new Map(state.campaigns).set(event.campaign.id, event.campaign) };
      case 'campaign.removed': {
        const rest = new Map(state.campaigns);
        rest.delete(event.campaignId);
        return { ...state, campaigns: rest };
      }
      case 'campaign.health':
        return { ...state, health: new Map(state.health).set(event.health.id, event.health) };
      case 'import.progress': {
        const { rows, bytes, totalBytes } = event;
        return { ...state, imports: new Map(state.imports).set(event.campaignId, { rows, bytes, totalBytes }) };
      }
      case 'tunnel.changed':
        return { ...state, publicUrl: event.publicUrl };
      case 'alert': {
        const { seq, level, message, callId = null } = event;
        return { ...state, alerts: [...state.alerts, { seq, level, message, callId }].slice(-alertsMax) };
      }
      default:
        // A newer bridge may tell more than this page knows.
        return state;
    }
  };
}

/** A call tells its newest change of voice itself; whoever has it open sees them all. */
function withRungChange(state: LiveState, { id, rungChange }: CallSummary): LiveState {
  const before = state.details.get(id);
  if (!before || !rungChange || before.rungChanges.some(({ at, to }) => at === rungChange.at && to === rungChange.to)) return state;
  return { ...state, details: new Map(state.details).set(id, { ...before, rungChanges: [...before.rungChanges, rungChange] }) };
}

/** What was read may hold already what the feed tells a moment later. */
function added<Item>(items: readonly Item[], item: Item, key: (item: Item) => unknown): readonly Item[] {
  return [...items.filter((other) => key(other) !== key(item)), item];
}

/** Segments by the time at which they began; one that is known is replaced. */
function withSegment(transcript: readonly Segment[], segment: Segment): readonly Segment[] {
  const others = transcript.filter(({ id }) => id !== segment.id);
  const after = others.findIndex(({ startMs }) => startMs > segment.startMs);
  return after === -1 ? [...others, segment] : [...others.slice(0, after), segment, ...others.slice(after)];
}
