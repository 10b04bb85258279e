import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import type { RehearsalWorld } from '#bridge/rehearsal/world.ts';

/** How whoever speaks on a call fails, from now on and for good. */
export const breakages = ['refuse', 'hang', 'cut', 'garbage', '429', 'quota', 'stall'] as const;
export type Breakage = (typeof breakages)[number];

/** When in the call it fails. `tool-answer` is while the AI says what came of its tool. */
export const moments = ['greeting', 'ai-speech', 'callee-speech', 'tool-call', 'tool-answer', 'takeover'] as const;
export type Moment = (typeof moments)[number];

/** The AI uses a tool on this call. */
export const withTool = (moment: Moment): boolean => moment === 'tool-call' || moment === 'tool-answer';

const spokenBy = ['/v1/speak'] as const;
const hearing = ['/v1/listen', '/v2/listen'] as const;

/** Pieces of an answer that are let through before it is cut or stalls: enough to be heard as the beginning of a sentence. */
const piecesBefore = 4;
const garbageEveryMs = 150;

/** Why a combination makes no sense; null when it does. */
export function reasonAgainst(carrier: CarrierName, from: Rung, to: Rung, how: Breakage, moment: Moment): string | null {
  if (
    carrier === 'plivo' &&
    from === 'turn-based' &&
    (how === 'hang' || how === 'stall') &&
    moment !== 'tool-call' &&
    moment !== 'greeting'
  )
    return 'Plivo tells of a turn two seconds after its last word at the earliest; in the half second that is left nobody knows that a model hangs';
  if (from === 'relay' && to === 'turn-based' && (how === '429' || how === 'quota'))
    return 'the relay is no service with a quota of its own; its text model is that of the rung below as well';
  if (from === 'relay' && to === 'turn-based' && how === 'hang')
    return 'a relay that runs has no connection to be made anew; one that goes quiet is the case stall';
  if ((from === 'turn-based' || (from === 'relay' && to === 'announcement')) && moment === 'greeting')
    return 'the greeting is the carrier’s own voice and needs no service';
  if (moment === 'takeover' && to === 'announcement' && (from === 'turn-based' || from === 'relay'))
    return 'a call in turns that was taken over has left its rung; giving it back opens it anew (see the pairs above it)';
  return null;
}

/** Whether a fault has to be in force before the answer that it strikes is made, because services make answers faster than they are spoken. */
export function strikesBeforehand(from: Rung, how: Breakage, moment: Moment): boolean {
  if (moment !== 'ai-speech') return false;
  if (from === 'relay' || from === 'turn-based') return from === 'turn-based';
  return from !== 'live' && (how === 'cut' || how === 'stall' || how === 'garbage');
}

export interface Failure {
  readonly from: Rung;
  /** The rung below, which is to work. */
  readonly to: Rung;
  readonly how: Breakage;
  readonly moment: Moment;
  readonly number: string;
}

/** Everything that a rung needs fails. @returns lifts it all */
export function breakNow(world: RehearsalWorld, { from, to, how, moment, number }: Failure): () => void {
  const lifts: (() => void)[] = [];
  const isSpeaking = moment === 'ai-speech';
  switch (from) {
    case 'realtime':
      breakRealtime(world, how, isSpeaking, lifts);
      break;
    case 'live':
      breakLive(world, how, isSpeaking, lifts);
      break;
    case 'cascade':
      breakCascade(world, how, isSpeaking, lifts);
      break;
    case 'relay':
      if (to === 'announcement') breakText(world, how, lifts);
      else breakRelay(world, how, number, lifts);
      break;
    case 'turn-based':
      breakText(world, how, lifts);
      break;
    case 'announcement':
      throw new Error('the announcement is the carrier’s own voice');
  }
  return () => {
    for (const lift of lifts) lift();
  };
}

function repeat(strike: () => void, lifts: (() => void)[]): void {
  strike();
  const beat = setInterval(strike, garbageEveryMs);
  lifts.push(() => clearInterval(beat));
}

function breakRealtime({ openai }: RehearsalWorld, how: Breakage, isSpeaking: boolean, lifts: (() => void)[]): void {
  const add = (fault: Parameters<typeof openai.fault>[0]['fault'], times?: number) =>
    lifts.push(openai.fault({ fault, ...(times === undefined ? {} : { times }) }));
  switch (how) {
    case 'refuse':
      add({ kind: 'refuse' });
      add({ kind: 'close', code: 1006, afterMs: 0 });
      return;
    case 'hang':
      add({ kind: 'hang-upgrade' });
      add({ kind: 'close', code: 1006, afterMs: 0 });
      return;
    case 'cut':
      add({ kind: 'upgrade-status', status: 503 });
      add(isSpeaking ? { kind: 'drop-in-answer', afterDeltas: piecesBefore } : { kind: 'close', code: 1006, afterMs: 0 });
      return;
    case 'garbage':
      add({ kind: 'stall-in-answer', afterDeltas: piecesBefore });
      repeat(() => openai.fault({ fault: { kind: 'garbage-frame', afterMs: 0 } })(), lifts);
      return;
    case '429':
      add({ kind: 'upgrade-status', status: 429 });
      add({ kind: 'response-failed', code: 'rate_limit_exceeded', type: 'rate_limit_error' });
      return;
    case 'quota':
      add({ kind: 'upgrade-status', status: 429 });
      add({ kind: 'error', code: 'insufficient_quota', type: 'insufficient_quota', afterMs: 0, close: 1000 });
      // Credit is the account's: recordings are refused as well. The text model alone is spared, as the rung below.
      lifts.push(openai.httpFault({ fault: { kind: 'status', status: 429, code: 'insufficient_quota' }, at: '/v1/audio/transcriptions' }));
      return;
    case 'stall':
      add({ kind: 'stall-in-answer', afterDeltas: piecesBefore });
  }
}

function breakLive({ openai: { live } }: RehearsalWorld, how: Breakage, isSpeaking: boolean, lifts: (() => void)[]): void {
  const add = (fault: Parameters<typeof live.fault>[0]['fault']) => lifts.push(live.fault({ fault }));
  switch (how) {
    case 'refuse':
      add({ kind: 'refuse' });
      add({ kind: 'drop', afterMs: 0 });
      return;
    case 'hang':
      add({ kind: 'hang-upgrade' });
      add({ kind: 'drop', afterMs: 0 });
      return;
    case 'cut':
      add({ kind: 'upgrade-status', status: 503 });
      add(isSpeaking ? { kind: 'drop-in-speech', afterDeltas: 0 } : { kind: 'drop', afterMs: 0 });
      return;
    case 'garbage':
      add({ kind: 'stall-in-speech', afterDeltas: 0 });
      repeat(() => live.fault({ fault: { kind: 'garbage-frame', afterMs: 0 } })(), lifts);
      return;
    case '429':
      add({ kind: 'upgrade-status', status: 429 });
      add({ kind: 'closed', reason: 'connection_lost', afterMs: 0 });
      return;
    case 'quota':
      add({ kind: 'start-error', code: 'insufficient_quota' });
      add({ kind: 'closed', reason: 'connection_lost', afterMs: 0 });
      return;
    case 'stall':
      add({ kind: 'stall-in-speech', afterDeltas: 0 });
  }
}

/** Hearing and speaking of every provider; the text model is that of rungs below as well. */
function breakCascade(
  { deepgram, elevenlabs, cartesia, openai }: RehearsalWorld,
  how: Breakage,
  isSpeaking: boolean,
  lifts: (() => void)[],
): void {
  type Rule = Parameters<typeof deepgram.fault>[0];
  const hear = (fault: Rule['fault']) => {
    for (const at of hearing) lifts.push(deepgram.fault({ fault, at }));
  };
  const speak = (fault: Rule['fault']) => {
    for (const at of spokenBy) lifts.push(deepgram.fault({ fault, at }));
    lifts.push(elevenlabs.fault({ fault }), cartesia.fault({ fault }), openai.httpFault({ fault, at: '/v1/audio/speech' }));
  };
  const gone = () => {
    for (const service of [deepgram, elevenlabs, cartesia]) service.hangUp();
  };
  switch (how) {
    case 'refuse':
    case 'hang':
      hear({ kind: how });
      speak({ kind: how });
      gone();
      return;
    case 'cut':
    case 'stall':
      speak({ kind: how, afterPieces: piecesBefore });
      if (how === 'stall' || isSpeaking) return;
      hear({ kind: 'refuse' });
      gone();
      return;
    case 'garbage':
      speak({ kind: 'garbage' });
      speak({ kind: 'stall', afterPieces: 0 });
      return;
    case '429':
      hear({ kind: 'status', status: 429, code: 'TOO_MANY_REQUESTS' });
      speak({ kind: 'status', status: 429, code: 'rate_limit_exceeded' });
      gone();
      return;
    case 'quota':
      hear({ kind: 'status', status: 402, code: 'ASR_PAYMENT_REQUIRED' });
      speak({ kind: 'status', status: 402, code: 'quota_exceeded' });
      gone();
  }
}

function breakRelay({ twilio }: RehearsalWorld, how: Breakage, number: string, lifts: (() => void)[]): void {
  switch (how) {
    case 'refuse':
    case 'cut':
      if (how === 'refuse') {
        twilio.amend({ mayRelay: false });
        lifts.push(() => twilio.amend({ mayRelay: true }));
      }
      twilio.fault({ on: 'relay', act: 'cut', to: number, times: 10 });
      return;
    default:
      twilio.fault({ on: 'relay', act: how === 'garbage' ? 'garbage' : 'stall', to: number, times: 10 });
  }
}

function breakText({ openai }: RehearsalWorld, how: Breakage, lifts: (() => void)[]): void {
  const at = '/v1/responses';
  const add = (fault: Parameters<typeof openai.httpFault>[0]['fault']) => lifts.push(openai.httpFault({ fault, at }));
  switch (how) {
    case 'refuse':
    case 'hang':
      add({ kind: how });
      return;
    case 'cut':
    case 'stall':
      add({ kind: how, afterPieces: piecesBefore });
      return;
    case 'garbage':
      add({ kind: 'garbage' });
      add({ kind: 'stall', afterPieces: 0 });
      return;
    case '429':
      add({ kind: 'status', status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 1 });
      return;
    case 'quota':
      add({ kind: 'status', status: 429, code: 'insufficient_quota' });
  }
}
