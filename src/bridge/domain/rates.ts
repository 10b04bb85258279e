import type { CarrierName } from '#bridge/contract/words.ts';

export interface CarrierRates {
  readonly perMinuteMicros: number;
  readonly streamPerMinuteMicros: number;
  /** Per answered call. */
  readonly machineDetectionMicros: number;
  /** When these figures were written down; a price list ages fast. */
  readonly asOf: string;
}

/**
 * What carriers charge for an outbound call within the United States, in micro-dollars, by started minute. Orders of magnitude from public
 * price pages; the carrier's own record of a call has the last word.
 */
export const carrierRates: Readonly<Record<CarrierName, CarrierRates>> = {
  twilio: { perMinuteMicros: 14_000, streamPerMinuteMicros: 4_400, machineDetectionMicros: 7_500, asOf: '2026-11' },
  plivo: { perMinuteMicros: 8_500, streamPerMinuteMicros: 4_000, machineDetectionMicros: 0, asOf: '2026-11' },
};

/** A minute in which the carrier hears and speaks for us, from its public price page; only one of them can. */
export const relayPerMinuteMicros = 70_000;

/** The dearest minute of realtime speech: the AI talks half of the time, the lead half, and nothing is cached. */
const realtimePerMinuteMicros = 120_000;
/** Room for prices that have moved since `asOf`. */
const safetyFactor = 1.05;

/** The most that one call can cost when the carrier ends it at the limit; what a budget holds back before the dial. */
export function worstCaseMicros(carrier: CarrierName, maxCallMs: number, withRealtime: boolean): number {
  const rates = carrierRates[carrier];
  const minutes = Math.ceil(maxCallMs / 60_000);
  const perMinute = rates.perMinuteMicros + (withRealtime ? rates.streamPerMinuteMicros + realtimePerMinuteMicros : 0);
  return Math.ceil((minutes * perMinute + rates.machineDetectionMicros) * safetyFactor);
}
