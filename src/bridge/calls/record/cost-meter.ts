import type { CostLine } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { carrierRates, relayPerMinuteMicros } from '../../domain/rates.ts';

/** What one call has cost so far, in micro-dollars, kept current by the second and without asking anybody. */
export class CostMeter {
  readonly #carrier: CarrierName;
  #answeredAtMs: number | null = null;
  #endedAtMs: number | null = null;
  #streamed = false;
  #relayed = false;
  #machineDetection = false;
  #engineMicros = 0;
  #transferMinutes = 0;

  constructor(carrier: CarrierName) {
    this.#carrier = carrier;
  }

  answered(atMs: number, machineDetection: boolean): void {
    this.#answeredAtMs ??= atMs;
    this.#machineDetection = machineDetection;
  }

  streamed(): void {
    this.#streamed = true;
  }

  relayed(): void {
    this.#relayed = true;
  }

  /** A second leg was connected for this long, or a little less. */
  transferred(ms: number): void {
    this.#transferMinutes += Math.max(1, Math.ceil(ms / 60_000));
  }

  engine(micros: number): void {
    this.#engineMicros += micros;
  }

  ended(atMs: number): void {
    this.#endedAtMs ??= atMs;
  }

  /** Both carriers bill started minutes from the answer. */
  totalMicros(nowMs: number): number {
    return this.#engineMicros + this.carrierLines(nowMs).reduce((sum, line) => sum + line.micros, 0);
  }

  carrierLines(nowMs: number): readonly CostLine[] {
    if (this.#answeredAtMs === null) return [];
    const rates = carrierRates[this.#carrier];
    const minutes = Math.max(1, Math.ceil(((this.#endedAtMs ?? nowMs) - this.#answeredAtMs) / 60_000));
    const lines: CostLine[] = [{ kind: 'carrier', micros: minutes * rates.perMinuteMicros, detail: started(minutes), estimated: true }];
    if (this.#streamed)
      lines.push({
        kind: 'stream',
        micros: minutes * rates.streamPerMinuteMicros,
        detail: `${started(minutes)} of two-way audio`,
        estimated: true,
      });
    if (this.#relayed)
      lines.push({
        kind: 'relay',
        micros: minutes * relayPerMinuteMicros,
        detail: `${started(minutes)} of hearing and speaking`,
        estimated: true,
      });
    if (this.#transferMinutes > 0)
      lines.push({
        kind: 'transfer',
        micros: this.#transferMinutes * rates.perMinuteMicros,
        detail: `${started(this.#transferMinutes)} of the second leg`,
        estimated: true,
      });
    if (this.#machineDetection)
      lines.push({ kind: 'machine-detection', micros: rates.machineDetectionMicros, detail: 'one call', estimated: true });
    return lines;
  }
}

function started(minutes: number): string {
  return minutes === 1 ? '1 started minute' : `${minutes} started minutes`;
}
