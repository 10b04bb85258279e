/**
 * Who may create the next answer. The service refuses a second response while one is active
 * (`conversation_already_has_active_response`) and speaks twice when the refusal is handled badly; so one `response.create` is in flight
 * at a time, the others wait for `response.done`. With automatic answers on, the service creates responses by itself as well.
 *
 * @see https://developers.openai.com/api/docs/guides/realtime-conversations
 */

/** Somebody wants the AI to answer. */
export interface Ask {
  /** Also the id of the client event and, as metadata, the mark by which `response.created` is told from one the service made itself. */
  readonly id: string;
  /** For this answer only. Null is a plain "go on": one is as good as many, and an automatic answer covers it. */
  readonly instructions: string | null;
  readonly retried: boolean;
}

interface Active {
  readonly responseId: string;
  /** Null when the service created it by itself. */
  readonly ask: Ask | null;
  readonly serverCancelled: boolean;
  readonly interrupted: boolean;
}

export interface Sequence {
  readonly active: Active | null;
  /** Sent, and neither created nor refused yet. */
  readonly air: { readonly ask: Ask; readonly interrupted: boolean } | null;
  readonly queue: readonly Ask[];
  /** Nothing is sent until the timer of this generation fires: a back-off, or a response that we know of only from a refusal. */
  readonly pause: number | null;
  readonly generation: number;
  readonly auto: boolean;
  readonly calleeSpeaks: boolean;
  /** Generation of the time limit after which a callee who never stops no longer counts as speaking. */
  readonly speechLimit: number | null;
  /** The callee has stopped and the service is about to answer by itself; holds the generation of its time limit. */
  readonly autoDue: number | null;
  /** Responses of which nothing more may be heard, oldest first. */
  readonly interrupted: readonly string[];
}

export type SequenceEvent =
  | { readonly type: 'asked'; readonly ask: Ask }
  /** @param ask id found in the metadata of the response */
  | { readonly type: 'created'; readonly responseId: string; readonly ask: string | null }
  /** @param retry the response failed in a way that is worth one more try, now or after a pause */
  | { readonly type: 'done'; readonly responseId: string; readonly retry: 'no' | 'now' | 'later' }
  /** The service says that another response is active. @param ask null when it does not say which create it means */
  | { readonly type: 'conflict'; readonly ask: string | null }
  /** The create was refused for another reason. */
  | { readonly type: 'refused'; readonly ask: string; readonly retry: boolean }
  /** Neither created nor refused for too long. */
  | { readonly type: 'unanswered'; readonly ask: string }
  | { readonly type: 'timer'; readonly generation: number }
  | { readonly type: 'speech-started' }
  | { readonly type: 'speech-stopped' }
  | { readonly type: 'auto'; readonly on: boolean }
  | { readonly type: 'interrupt' };

export type SequenceEffect =
  | { readonly type: 'create'; readonly ask: Ask }
  | { readonly type: 'cancel'; readonly responseId: string }
  | { readonly type: 'timer'; readonly generation: number; readonly ms: number }
  /** This ask will not be answered. */
  | { readonly type: 'gave-up'; readonly ask: Ask; readonly reason: string };

type Step = readonly [Sequence, readonly SequenceEffect[]];

/** How long a refusal by an unknown active response, or a rate limit, keeps us from trying again. */
export const pauseMs = 1_000;
/** An automatic answer begins right after the end of speech; later than this it will not come. */
export const autoDueMs = 1_500;
/** The end of speech never comes when the carrier stops sending in mid-word; a wish must not wait for it for ever. */
export const speechLimitMs = 20_000;
/** Late deltas of an interrupted response come within a round trip; a handful of ids is plenty. */
const interruptedKept = 32;

export const emptySequence: Sequence = {
  active: null,
  air: null,
  queue: [],
  pause: null,
  generation: 0,
  auto: false,
  calleeSpeaks: false,
  speechLimit: null,
  autoDue: null,
  interrupted: [],
};

/** An answer is being made or asked for, or is about to be. */
export function isBusy(state: Sequence): boolean {
  return state.active !== null || state.air !== null || state.queue.length > 0 || state.autoDue !== null;
}

/** Nothing of this response may be heard any more. */
export function isInterrupted(state: Sequence, responseId: string): boolean {
  return state.interrupted.includes(responseId);
}

/** Events may come late, twice or never; what does not fit leaves the state as it is. */
export function stepSequence(state: Sequence, event: SequenceEvent): Step {
  const [next, effects] = take(state, event);
  const [pumped, more] = pump(next);
  return more.length === 0 ? [pumped, effects] : [pumped, [...effects, ...more]];
}

function take(state: Sequence, event: SequenceEvent): Step {
  switch (event.type) {
    case 'asked': {
      const covered = event.ask.instructions === null && state.queue.some((ask) => ask.instructions === null);
      return [covered ? state : { ...state, queue: [...state.queue, event.ask] }, []];
    }
    case 'created':
      return created(state, event.responseId, event.ask);
    case 'done':
      return done(state, event.responseId, event.retry);
    case 'conflict':
      if (!state.air || (event.ask !== null && event.ask !== state.air.ask.id)) return [state, []];
      return again({ ...state, air: null }, state.air, 'another answer was active twice', state.active === null);
    case 'refused':
      if (event.ask !== state.air?.ask.id) return [state, []];
      if (event.retry) return again({ ...state, air: null }, state.air, 'the service failed twice', true);
      return [{ ...state, air: null }, [{ type: 'gave-up', ask: state.air.ask, reason: 'the service refused it' }]];
    case 'unanswered':
      if (event.ask !== state.air?.ask.id) return [state, []];
      return [{ ...state, air: null }, [{ type: 'gave-up', ask: state.air.ask, reason: 'the service did not react to it' }]];
    case 'timer':
      return [
        {
          ...state,
          pause: state.pause === event.generation ? null : state.pause,
          autoDue: state.autoDue === event.generation ? null : state.autoDue,
          calleeSpeaks: state.calleeSpeaks && state.speechLimit !== event.generation,
        },
        [],
      ];
    case 'speech-started': {
      // The service stops its own generation at this moment when it may answer by itself; a cancel would only earn an error.
      const active = state.active && state.auto ? { ...state.active, serverCancelled: true } : state.active;
      return timed({ ...state, active, calleeSpeaks: true, speechLimit: state.generation + 1, autoDue: null }, speechLimitMs);
    }
    case 'speech-stopped':
      if (!state.auto) return [{ ...state, calleeSpeaks: false }, []];
      return timed({ ...state, calleeSpeaks: false, autoDue: state.generation + 1 }, autoDueMs);
    case 'auto':
      if (event.on) return [{ ...state, auto: true }, []];
      return [{ ...state, auto: false, autoDue: null, queue: state.queue.filter((ask) => ask.instructions !== null) }, []];
    case 'interrupt':
      return interrupt(state);
  }
}

function created(state: Sequence, responseId: string, askId: string | null): Step {
  if (state.active?.responseId === responseId) return [state, []];
  if (state.air && askId === state.air.ask.id) {
    const active = { responseId, ask: state.air.ask, serverCancelled: false, interrupted: false };
    const next = { ...state, active, air: null, pause: null };
    return state.air.interrupted ? interrupt(next) : [next, []];
  }
  // One that the service made by itself. A plain "go on" that waited for the callee to finish is answered by it.
  const held = state.auto && (state.calleeSpeaks || state.autoDue !== null);
  const queue = held ? state.queue.filter((ask) => ask.instructions !== null) : state.queue;
  const active = { responseId, ask: null, serverCancelled: false, interrupted: false };
  return [{ ...state, active, queue, autoDue: null, pause: null }, []];
}

function done(state: Sequence, responseId: string, retry: 'no' | 'now' | 'later'): Step {
  const active = state.active;
  if (active?.responseId !== responseId) return [state, []];
  const free: Sequence = { ...state, active: null };
  if (retry === 'no' || active.interrupted || active.serverCancelled || state.calleeSpeaks) return [free, []];
  const ask = active.ask ?? { id: `${responseId}-again`, instructions: null, retried: false };
  if (ask.retried) return [free, [{ type: 'gave-up', ask, reason: 'the answer failed twice' }]];
  return again(free, { ask, interrupted: false }, '', retry === 'later');
}

/** Put an ask back at the head of the queue, once. */
function again(state: Sequence, air: { readonly ask: Ask; readonly interrupted: boolean }, reason: string, paused: boolean): Step {
  if (air.interrupted) return [state, [{ type: 'gave-up', ask: air.ask, reason: 'it was interrupted' }]];
  if (air.ask.retried) return [state, [{ type: 'gave-up', ask: air.ask, reason }]];
  const queue = [{ ...air.ask, id: `${air.ask.id}-again`, retried: true }, ...state.queue];
  return paused ? timed({ ...state, queue, pause: state.generation + 1 }, pauseMs) : [{ ...state, queue }, []];
}

function interrupt(state: Sequence): Step {
  const air = state.air && { ...state.air, interrupted: true };
  if (!state.active || state.active.interrupted) return [{ ...state, air }, []];
  const { responseId, serverCancelled } = state.active;
  const interrupted = [...state.interrupted, responseId].slice(-interruptedKept);
  const next = { ...state, air, interrupted, active: { ...state.active, interrupted: true } };
  return [next, serverCancelled ? [] : [{ type: 'cancel', responseId }]];
}

function timed(state: Sequence, ms: number): Step {
  const generation = state.generation + 1;
  return [{ ...state, generation }, [{ type: 'timer', generation, ms }]];
}

/** Send the next ask if the way is free. A plain one waits while the callee speaks and an automatic answer will follow. */
function pump(state: Sequence): Step {
  if (state.active || state.air || state.pause !== null || state.queue.length === 0) return [state, []];
  const autoWillAnswer = state.auto && (state.calleeSpeaks || state.autoDue !== null);
  const ask = state.queue.find((candidate) => candidate.instructions !== null || !autoWillAnswer);
  if (!ask) return [state, []];
  return [{ ...state, queue: state.queue.filter((other) => other !== ask), air: { ask, interrupted: false } }, [{ type: 'create', ask }]];
}
