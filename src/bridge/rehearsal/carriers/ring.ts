import type { Clock } from '#bridge/contract/clock.ts';
import type { CallRecord } from './call-record.ts';
import type { Exchange } from './exchange.ts';
import { type Leg, Wire } from './leg.ts';
import { Scope } from './scope.ts';

export type RingResult = 'answers' | 'busy' | 'rejects' | 'no-answer' | 'invalid-number' | 'stopped';

/**
 * Let a phone ring and see what its person does.
 * @param onRinging told when it rings; never for a number that does not exist
 */
export async function ring<Call extends CallRecord>(
  exchange: Exchange<Call>,
  call: Call,
  ringTimeoutMs: number,
  scope: Scope,
  onRinging: () => void,
): Promise<RingResult> {
  const { clock } = exchange;
  const { ringing } = call.person;
  if (!(await scope.sleep(clock, exchange.timing.ringAfterMs))) return 'stopped';
  if (ringing.kind === 'invalid-number') return 'invalid-number';
  call.ringingAtMs = clock.nowMs();
  onRinging();
  const afterMs = ringing.kind === 'no-answer' ? Number.POSITIVE_INFINITY : ringing.afterMs;
  if (!(await scope.sleep(clock, Math.min(afterMs, ringTimeoutMs)))) return 'stopped';
  return afterMs <= ringTimeoutMs ? ringing.kind : 'no-answer';
}

/** Connect two legs: each hears the other, until the scope ends. */
function bridgeLegs(one: Leg, other: Leg, scope: Scope): void {
  const toOther = new Wire();
  const toOne = new Wire();
  one.tap = (voice) => toOther.write(voice);
  other.tap = (voice) => toOne.write(voice);
  one.source = toOne;
  other.source = toOther;
  scope.onEnd(() => {
    for (const leg of [one, other]) {
      leg.tap = null;
      leg.source = null;
    }
  });
}

/** One end of a connection that a `<Dial>` makes. */
interface End {
  readonly call: CallRecord;
  readonly leg: Leg;
}

/**
 * Connect whoever dialled with whom they dialled, as the attributes of the `<Dial>` have it: both carriers call them the same. Resolves
 * when either side leaves, or the time or a star ends it.
 */
export async function talkTogether(
  clock: Clock,
  dialling: End,
  dialled: End,
  scope: Scope,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const together = new Scope(scope);
  dialled.call.scope.onEnd(() => together.end());
  bridgeLegs(dialling.leg, dialled.leg, together);
  if (attributes.hangupOnStar === 'true') {
    dialling.call.keySink = (digit) => {
      if (digit === '*') together.end();
    };
  }
  await together.sleep(clock, Number(attributes.timeLimit ?? 14_400) * 1000);
  dialling.call.keySink = null;
  together.end();
}
