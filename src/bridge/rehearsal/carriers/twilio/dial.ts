import type { Params } from '../exchange.ts';
import type { Leg } from '../leg.ts';
import { type RingResult, ring, talkTogether } from '../ring.ts';
import type { Scope } from '../scope.ts';
import { Ringback } from '../tones.ts';
import { elementsOf, textOf, type XmlElement } from '../xml.ts';
import { E164 } from './create-request.ts';
import { type StatusSettings, TwilioCall } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

/** Runs what the dialled person hears before being connected. @returns whether they are still there */
type Whisper = (child: TwilioCall, leg: Leg, url: string, method: 'GET' | 'POST') => Promise<boolean>;

const STATUS: Readonly<Record<Exclude<RingResult, 'answers' | 'stopped'>, readonly [status: string, sip: number]>> = {
  busy: ['busy', 486],
  rejects: ['busy', 603],
  'no-answer': ['no-answer', 487],
  'invalid-number': ['failed', 404],
};

/**
 * Run `<Dial>`: ring one number, let it hear its whisper, connect the two until one of them leaves.
 * @returns the parameters of the action request; null when the call is over or runs something else
 */
export async function runDial(
  world: TwilioWorld,
  call: TwilioCall,
  leg: Leg,
  element: XmlElement,
  scope: Scope,
  whisper: Whisper,
): Promise<Params | null> {
  const { exchange } = world;
  const { attributes } = element;
  const [noun] = elementsOf(element);
  const number = noun ? textOf(noun) : textOf(element);
  const callerId = attributes.callerId ?? call.from;
  const ownNumbers = world.options.numbers;
  if (!E164.test(number)) exchange.violate(call, 'dial.number', number);
  if (!ownNumbers.includes(callerId) && callerId !== call.to) exchange.violate(call, 'dial.caller-id', callerId);
  const origin = {
    from: callerId,
    to: number,
    direction: 'outbound-dial' as const,
    parentId: call.id,
    person: world.options.directory(number),
  };
  const id = world.sid('CA');
  const child = new TwilioCall({ ...origin, id, requestId: id, createdAtMs: exchange.clock.nowMs() }, exchange.scope, null, 0);
  child.startedAtMs = child.createdAtMs;
  if (noun) child.news = newsOf(noun);
  exchange.add(child);
  world.tellStatus(child, 'initiated');
  const leave = scope.onEnd(() => world.end(child, child.answeredAtMs === null ? 'canceled' : 'completed', 200, 'Caller'));
  const isGood = E164.test(number) && (ownNumbers.includes(callerId) || callerId === call.to);
  const ringback = new Ringback();
  leg.source = ringback;
  const result: RingResult = isGood
    ? await ring(exchange, child, Number(attributes.timeout ?? 30) * 1000, child.scope, () => {
        world.setStatus(child, 'ringing');
        world.tellStatus(child, 'ringing');
      })
    : 'invalid-number';
  if (leg.source === ringback) leg.source = null;
  if (result === 'stopped') return null;
  if (result !== 'answers') {
    leave();
    const [status, sip] = STATUS[result];
    world.end(child, status, sip, 'Carrier');
    return { DialCallStatus: status, DialCallSid: child.id, DialBridged: 'false' };
  }
  const otherLeg = exchange.pickUp(child, () => world.end(child, 'completed', 200, 'Callee'));
  world.setStatus(child, 'in-progress');
  world.tellStatus(child, 'answered');
  const whisperUrl = noun?.attributes.url;
  const method = noun?.attributes.method === 'GET' ? 'GET' : 'POST';
  const isWilling = whisperUrl === undefined || (await whisper(child, otherLeg, whisperUrl, method));
  if (scope.ended) return null;
  if (isWilling && !child.isOver) await talkTogether(exchange.clock, { call, leg }, { call: child, leg: otherLeg }, scope, attributes);
  leave();
  if (scope.ended) {
    world.end(child, 'completed', 200, 'Caller');
    return null;
  }
  world.end(child, 'completed', 200, 'Caller');
  return {
    DialCallStatus: isWilling ? 'completed' : 'no-answer',
    DialCallSid: child.id,
    DialCallDuration: String(child.durationS),
    DialBridged: String(isWilling),
  };
}

/** Whom the dialled leg tells of itself; of its end alone, unless the document says otherwise. */
function newsOf({ attributes }: XmlElement): StatusSettings {
  return {
    statusCallback: attributes.statusCallback ?? null,
    statusCallbackMethod: attributes.statusCallbackMethod === 'GET' ? 'GET' : 'POST',
    statusEvents: new Set((attributes.statusCallbackEvent ?? 'completed').split(' ')),
  };
}
