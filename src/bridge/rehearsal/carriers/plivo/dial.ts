import type { Params } from '../exchange.ts';
import type { Leg } from '../leg.ts';
import { type RingResult, ring, talkTogether } from '../ring.ts';
import { Scope } from '../scope.ts';
import { Ringback } from '../tones.ts';
import { elementsOf, textOf, type XmlElement } from '../xml.ts';
import { type Cause, causeOf } from './causes.ts';
import { loadDocument } from './documents.ts';
import { bare, PlivoCall } from './plivo-call.ts';
import type { PlivoWorld } from './world.ts';

const CODE: Readonly<Record<Exclude<RingResult, 'answers' | 'stopped'>, number>> = {
  busy: 3010,
  rejects: 3020,
  'no-answer': 3000,
  'invalid-number': 2000,
};
/** Plays the confirm document to the dialled person. */
export type ConfirmPrompt = (child: PlivoCall, leg: Leg, root: XmlElement, scope: Scope) => Promise<void>;

/** How long the other side may take to press the key that confirms. */
const CONFIRM_TIMEOUT_S = 10;

/**
 * Run `<Dial>`: ring one number, let it confirm by a key where that is asked for, connect the two until one of them leaves.
 * @returns the parameters of the action request; null when the call is over or runs something else
 */
export async function runDial(
  world: PlivoWorld,
  call: PlivoCall,
  leg: Leg,
  element: XmlElement,
  scope: Scope,
  prompt: ConfirmPrompt,
): Promise<Params | null> {
  const { exchange } = world;
  const { attributes } = element;
  const nouns = elementsOf(element);
  const [noun] = nouns;
  if (!noun) return { DialStatus: 'failed', DialALegUUID: call.id };
  if (nouns.length > 1) exchange.violate(call, 'dial.several-numbers', 'only the first of several numbers is rung here');
  const number = `+${bare(textOf(noun))}`;
  if (!/^\+[1-9]\d{6,14}$/.test(number)) exchange.violate(call, 'dial.number', textOf(noun));
  const from = `+${bare(noun.attributes.callerId ?? attributes.callerId ?? call.from)}`;
  const child = openLeg(world, call, from, number);
  const report = (cause: Cause, isAnswered: boolean): Params => ({
    DialStatus: isAnswered ? 'completed' : cause.status,
    DialRingStatus: String(child.ringingAtMs !== null),
    DialHangupCause: cause.word,
    DialALegUUID: call.id,
    DialBLegUUID: child.id,
  });
  const tell = (action: string): void => tellDial(world, call, child, attributes, action);
  const leave = scope.onEnd(() => world.end(child, child.answeredAtMs === null ? 1000 : 4000, 'Caller'));
  const ringback = new Ringback();
  leg.source = ringback;
  const result = await ring(exchange, child, Number(attributes.timeout ?? 120) * 1000, child.scope, () =>
    exchange.setStatus(child, 'ringing'),
  );
  if (leg.source === ringback) leg.source = null;
  if (result === 'stopped') return null;
  if (result !== 'answers') {
    leave();
    world.end(child, CODE[result], 'Carrier');
    tell('hangup');
    return report(causeOf(CODE[result]), false);
  }
  const otherLeg = exchange.pickUp(child, () => world.end(child, 4000, 'Callee'));
  exchange.setStatus(child, 'in-progress');
  tell('answer');
  const isConfirmed = attributes.confirmKey === undefined || (await confirm(world, child, otherLeg, attributes, prompt));
  if (scope.ended) return null;
  if (isConfirmed && !child.isOver) {
    tell('connected');
    await talkTogether(exchange.clock, { call, leg }, { call: child, leg: otherLeg }, scope, attributes);
  }
  leave();
  world.end(child, isConfirmed ? 4000 : 9110, 'Caller');
  tell('hangup');
  if (scope.ended) return null;
  return isConfirmed ? report(causeOf(4000), true) : { ...report(causeOf(9110), false), DialStatus: 'no-answer' };
}

function openLeg(world: PlivoWorld, call: PlivoCall, from: string, number: string): PlivoCall {
  const { exchange, options } = world;
  const child = new PlivoCall(
    {
      id: exchange.random.uuid(),
      requestId: exchange.random.uuid(),
      from,
      to: number,
      direction: 'outbound-dial',
      parentId: call.id,
      createdAtMs: exchange.clock.nowMs(),
      person: options.directory(number),
    },
    exchange.scope,
    null,
    0,
  );
  child.startedAtMs = child.createdAtMs;
  exchange.add(child);
  return child;
}

/** Play the confirm document to the dialled person until the key comes. */
async function confirm(
  world: PlivoWorld,
  child: PlivoCall,
  leg: Leg,
  attributes: Readonly<Record<string, string>>,
  prompt: ConfirmPrompt,
): Promise<boolean> {
  const { exchange } = world;
  const waiting = new Scope(child.scope);
  const pressed = new Promise<boolean>((resolve) => {
    child.keySink = (digit) => {
      if (digit === attributes.confirmKey) resolve(true);
    };
    waiting.after(exchange.clock, Number(attributes.confirmTimeout ?? CONFIRM_TIMEOUT_S) * 1000, () => resolve(false));
    child.scope.onEnd(() => resolve(false));
  });
  exchange.run(async () => {
    if (attributes.confirmSound === undefined) return;
    const loaded = await loadDocument(world, child, 'action', 'confirm', { url: attributes.confirmSound, method: 'POST' }, {});
    if ('root' in loaded) await prompt(child, leg, loaded.root, waiting);
  });
  const isConfirmed = await pressed;
  child.keySink = null;
  waiting.end();
  return isConfirmed;
}

function tellDial(
  world: PlivoWorld,
  call: PlivoCall,
  child: PlivoCall,
  attributes: Readonly<Record<string, string>>,
  action: string,
): void {
  const url = attributes.callbackUrl;
  if (url === undefined) return;
  const params = {
    DialAction: action,
    DialBLegStatus: action,
    DialALegUUID: call.id,
    DialBLegUUID: child.id,
    DialBLegFrom: bare(child.from),
    DialBLegTo: bare(child.to),
    DialBLegDuration: String(child.durationS),
    DialBLegBillDuration: String(Math.ceil(child.durationS / 60) * 60),
    ...(child.cause
      ? {
          DialBLegHangupCauseName: child.cause.name,
          DialBLegHangupCauseCode: String(child.cause.code),
          DialBLegHangupSource: child.hangup?.source ?? '',
        }
      : {}),
  };
  const method = attributes.callbackMethod === 'GET' ? 'GET' : 'POST';
  world.exchange.run(() => world.ask(call, { name: `dial:${action}`, url, method, params }));
}
