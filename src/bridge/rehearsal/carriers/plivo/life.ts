import type { Leg } from '../leg.ts';
import { ring } from '../ring.ts';
import type { Endpoint, PlivoDetection, PlivoSettings } from './create-request.ts';
import { loadDocument } from './documents.ts';
import type { PlivoCall } from './plivo-call.ts';
import { PlivoRunner } from './verbs.ts';
import type { PlivoWorld } from './world.ts';

/** A call that was created, from the queue to the moment when its first document runs to its end. */
export async function carryPlivoCall(world: PlivoWorld, call: PlivoCall, settings: PlivoSettings): Promise<void> {
  const { exchange } = world;
  if (!(await call.scope.sleep(exchange.clock, call.queueMs))) return;
  call.startedAtMs = exchange.clock.nowMs();
  const failure = exchange.faults.take('call', call.to, (fault) => typeof fault.act === 'object')?.act;
  const isOwn = world.options.numbers.includes(call.from);
  if (typeof failure === 'object' || !isOwn) {
    if (!(await call.scope.sleep(exchange.clock, exchange.timing.ringAfterMs))) return;
    world.end(call, typeof failure === 'object' ? failure.fails : 3030, isOwn ? 'Carrier' : 'Plivo');
    return;
  }
  const { ring: ringing } = settings;
  const result = await ring(exchange, call, settings.ringTimeoutMs, call.scope, () => {
    exchange.setStatus(call, 'ringing');
    if (ringing) exchange.run(() => world.ask(call, { name: 'ring', ...ringing, params: { Event: 'Ring' } }));
  });
  switch (result) {
    case 'stopped':
      return;
    case 'answers':
      return answered(world, call, settings);
    case 'busy':
      return world.end(call, 3010, 'Callee');
    case 'rejects':
      return world.end(call, 3020, 'Callee');
    case 'invalid-number':
      return world.end(call, 2000, 'Carrier');
    case 'no-answer':
      // Both are seen when a phone rings out: Plivo's own limit, or the far network giving up.
      return world.end(call, settings.hasOwnRingTimeout && exchange.random.int(2) === 0 ? 6010 : 3000, 'Carrier');
  }
}

async function answered(world: PlivoWorld, call: PlivoCall, settings: PlivoSettings): Promise<void> {
  const { exchange } = world;
  const leg = exchange.pickUp(call, () => world.end(call, 4000, 'Callee'));
  exchange.setStatus(call, 'in-progress');
  call.scope.after(exchange.clock, settings.timeLimitMs, () => world.end(call, 6000, 'Plivo'));
  if (settings.sendDigits !== '') exchange.note(call, { kind: 'note', what: `sends digits ${settings.sendDigits}` });
  const params: Record<string, string> = { Event: 'StartApp' };
  const { detection } = settings;
  if (detection?.callback) {
    const { callback } = detection;
    exchange.run(() => detectAside(world, call, detection, callback));
  } else if (detection) {
    // The callee's silence while a detector listens is the price of the synchronous mode.
    const { afterMs, isMachine } = verdictOn(call, detection);
    if (!(await call.scope.sleep(exchange.clock, afterMs))) return;
    if (isMachine && detection.onMachine === 'hangup') return world.end(call, 9100, 'Plivo');
    params.Machine = String(isMachine);
  }
  const scope = call.documentScope;
  const loading = loadDocument(world, call, 'answer', 'answer', settings.answer, params);
  if (exchange.faults.take('call', call.to, (fault) => fault.act === 'hangs-up-before-document')) {
    exchange.note(call, { kind: 'fault', what: 'hangs up before the document' });
    world.end(call, 4000, 'Callee');
  }
  const first = await loading;
  if (!scope.ended) await new PlivoRunner(world, call, leg, scope).run(first);
}

/** Replace what a live call runs. */
export function transfer(world: PlivoWorld, call: PlivoCall, leg: Leg, endpoint: Endpoint): void {
  const scope = call.replaceDocument();
  world.exchange.run(async () => {
    const loaded = await loadDocument(world, call, 'transfer', 'transfer', endpoint, { Event: 'Redirect' });
    if (!scope.ended) await new PlivoRunner(world, call, leg, scope).run(loaded);
  });
}

function verdictOn(call: PlivoCall, detection: PlivoDetection): { readonly isMachine: boolean; readonly afterMs: number } {
  const { kind, afterMs } = call.person.machine;
  return { isMachine: kind === 'machine' && afterMs <= detection.timeMs, afterMs: Math.min(afterMs, detection.timeMs) };
}

/** Asynchronous detection: a message comes for a machine only. */
async function detectAside(world: PlivoWorld, call: PlivoCall, detection: PlivoDetection, callback: Endpoint): Promise<void> {
  const { exchange } = world;
  const { afterMs, isMachine } = verdictOn(call, detection);
  if (!(await call.scope.sleep(exchange.clock, afterMs)) || !isMachine) return;
  const params = { Event: 'MachineDetection', Machine: 'true', IfMachine: detection.onMachine };
  const telling = world.ask(call, { name: 'machine', ...callback, params });
  if (detection.onMachine === 'hangup') world.end(call, 9100, 'Plivo');
  await telling;
}
