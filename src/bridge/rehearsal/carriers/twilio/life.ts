import type { Leg } from '../leg.ts';
import { LegRecording } from '../recording.ts';
import { ring } from '../ring.ts';
import type { CallSettings, Detection } from './create-request.ts';
import { inlineDocument, loadDocument, type TwimlDocument } from './documents.ts';
import type { TwilioCall } from './twilio-call.ts';
import { TwimlRunner } from './verbs.ts';
import type { TwilioWorld } from './world.ts';

/** A call that was created, from the queue to the moment when its first document runs to its end. */
export async function carryTwilioCall(world: TwilioWorld, call: TwilioCall, settings: CallSettings): Promise<void> {
  const { exchange } = world;
  if (!(await call.scope.sleep(exchange.clock, call.queueMs))) return;
  call.startedAtMs = exchange.clock.nowMs();
  world.tellStatus(call, 'initiated');
  const failure = exchange.faults.take('call', call.to, (fault) => typeof fault.act === 'object')?.act;
  if (typeof failure === 'object') {
    if (await call.scope.sleep(exchange.clock, exchange.timing.ringAfterMs)) world.end(call, 'failed', failure.fails, 'Carrier');
    return;
  }
  const result = await ring(exchange, call, settings.ringTimeoutMs, call.scope, () => {
    world.setStatus(call, 'ringing');
    world.tellStatus(call, 'ringing');
  });
  switch (result) {
    case 'stopped':
      return;
    case 'answers':
      return answered(world, call, settings);
    case 'busy':
      return world.end(call, 'busy', 486, 'Callee');
    case 'rejects':
      return world.end(call, 'busy', 603, 'Callee');
    case 'no-answer':
      return world.end(call, 'no-answer', 487, 'Carrier');
    case 'invalid-number':
      return world.end(call, 'failed', 404, 'Carrier');
  }
}

async function answered(world: TwilioWorld, call: TwilioCall, settings: CallSettings): Promise<void> {
  const { exchange } = world;
  const leg = exchange.pickUp(call, () => world.end(call, 'completed', 200, 'Callee'));
  world.setStatus(call, 'in-progress');
  world.tellStatus(call, 'answered');
  call.cancelLimit = call.scope.after(exchange.clock, settings.timeLimitMs, () => world.end(call, 'completed', 200, 'time limit'));
  if (settings.record) {
    const recording = new LegRecording(world.sid('RE'), leg, settings.record.channels, exchange.clock.nowMs());
    world.announceRecording(call, recording, 'OutboundAPI', settings.record);
  }
  if (settings.sendDigits !== '') exchange.note(call, { kind: 'note', what: `sends digits ${settings.sendDigits}` });
  const { detection } = settings;
  const detected = detection ? detect(world, call, detection) : null;
  if (detected && !detection?.isAsync) {
    // The caller's silence while a detector listens is the price of the synchronous mode.
    if (!(await detected)) return;
  }
  const scope = call.documentScope;
  const loading = firstDocument(world, call, settings);
  const hangsUp = exchange.faults.take('call', call.to, (fault) => fault.act === 'hangs-up-before-document');
  if (hangsUp) {
    exchange.note(call, { kind: 'fault', what: 'hangs up before the document' });
    world.end(call, 'completed', 200, 'Callee');
  }
  const first = await loading;
  if (!scope.ended) await new TwimlRunner(world, call, leg, scope).run(first);
}

function firstDocument(world: TwilioWorld, call: TwilioCall, settings: CallSettings): Promise<TwimlDocument | null> {
  if (settings.twiml !== null) return Promise.resolve(inlineDocument(world, call, settings.twiml));
  const params: Record<string, string> = call.answeredBy === null ? {} : { AnsweredBy: call.answeredBy };
  return loadDocument(world, call, 'answer', settings.url ?? '', null, settings.method, params);
}

/** Replace what a live call runs. */
export function redirect(
  world: TwilioWorld,
  call: TwilioCall,
  leg: Leg,
  to: { readonly twiml: string } | { readonly url: string; readonly method: 'GET' | 'POST' },
): void {
  const scope = call.replaceDocument();
  world.exchange.run(async () => {
    const document =
      'twiml' in to ? inlineDocument(world, call, to.twiml) : await loadDocument(world, call, 'transfer', to.url, null, to.method, {});
    if (!scope.ended) await new TwimlRunner(world, call, leg, scope).run(document);
  });
}

/** What the detector makes of who answered; tells the callback. @returns false when the call ended before the verdict */
async function detect(world: TwilioWorld, call: TwilioCall, detection: Detection): Promise<boolean> {
  const { exchange } = world;
  const verdict = verdictOn(call, detection);
  if (!(await call.scope.sleep(exchange.clock, verdict.afterMs))) return false;
  call.answeredBy = verdict.answeredBy;
  const { callback } = detection;
  if (detection.isAsync && callback !== null) {
    const params = { AnsweredBy: verdict.answeredBy, MachineDetectionDuration: String(Math.round(verdict.afterMs)) };
    exchange.run(() => world.askBare(call, { name: 'amd', method: detection.callbackMethod, url: callback, params }));
  }
  return true;
}

function verdictOn(call: TwilioCall, detection: Detection): { readonly answeredBy: string; readonly afterMs: number } {
  const { kind, afterMs, beepAtMs } = call.person.machine;
  const waitsForEnd = kind === 'machine' && detection.mode === 'DetectMessageEnd';
  const atMs = waitsForEnd && beepAtMs !== null ? beepAtMs : afterMs;
  if (kind === 'unknown' || atMs > detection.timeoutMs) return { answeredBy: 'unknown', afterMs: Math.min(atMs, detection.timeoutMs) };
  if (kind === 'human') return { answeredBy: 'human', afterMs: atMs };
  if (!waitsForEnd) return { answeredBy: 'machine_start', afterMs: atMs };
  return { answeredBy: beepAtMs === null ? 'machine_end_silence' : 'machine_end_beep', afterMs: atMs };
}
