import { beforeAll, describe, expect, it } from 'vitest';
import { lineRate, lowPass } from '#renderer/features/operator/audio/low-pass.ts';
import { linear } from '#renderer/features/operator/audio/mulaw.ts';

interface Posted {
  readonly level: number;
  readonly frame: Uint8Array | null;
}
interface Processor {
  readonly port: { onmessage: (event: { data: string }) => void };
  process(inputs: Float32Array[][]): boolean;
}

const posted: Posted[] = [];
let make: (rate: number) => Processor;

// The worklet runs here as it runs in the page, inside the three names that it knows.
beforeAll(async () => {
  class AudioWorkletProcessor {
    port = { onmessage: () => {}, postMessage: (message: Posted) => posted.push(message) };
  }
  const world = globalThis as unknown as Record<string, unknown>;
  world.AudioWorkletProcessor = AudioWorkletProcessor;
  world.registerProcessor = (_name: string, Made: new (options: unknown) => Processor) => {
    make = (rate) => {
      posted.length = 0;
      return new Made({ processorOptions: lowPass(rate) });
    };
  };
  // @ts-expect-error: a worklet has no types
  await import('#renderer/features/operator/audio/microphone.worklet.js');
});

const tone = (hz: number, rate: number, seconds: number, level = 0.5) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, at) => level * Math.sin((2 * Math.PI * hz * at) / rate));

function run(processor: Processor, samples: Float32Array): void {
  for (let at = 0; at + 128 <= samples.length; at += 128) processor.process([[samples.subarray(at, at + 128)]]);
}

const spoken = () => posted.flatMap(({ frame }) => (frame === null ? [] : Array.from(frame.subarray(9), (byte) => linear[byte] ?? 0)));

/** How loud a tone is in it: 1 is a sine of full scale. */
function amount(samples: readonly number[], hz: number): number {
  let [re, im] = [0, 0];
  for (const [at, value] of samples.entries()) {
    re += value * Math.cos((2 * Math.PI * hz * at) / lineRate);
    im += value * Math.sin((2 * Math.PI * hz * at) / lineRate);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

const rms = (samples: readonly number[]) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

function through(rate: number, hz: number): readonly number[] {
  const processor = make(rate);
  processor.port.onmessage({ data: 'open' });
  run(processor, tone(hz, rate, 0.7));
  // A whole number of periods of 20 Hz, after the beginning.
  return spoken().slice(800, 800 + 4_000);
}

describe.each([48_000, 44_100, 96_000, 16_000, 22_050])('a microphone at %i Hz', (rate) => {
  it.each([300, 1_000, 3_400])('lets a tone of %i Hz through as it is', (hz) => {
    expect(amount(through(rate, hz), hz)).toBeGreaterThan(0.5 * 0.97);
    expect(amount(through(rate, hz), hz)).toBeLessThan(0.5 * 1.03);
  });

  it('lets nothing through that would fold back into speech', () => {
    for (const hz of [4_200, 4_600, 5_000, 7_000].filter((tried) => tried < rate / 2)) expect(rms(through(rate, hz))).toBeLessThan(0.001);
  });

  it('gives fifty frames a second', () => {
    const processor = make(rate);
    processor.port.onmessage({ data: 'open' });
    run(processor, tone(1_000, rate, 2));
    expect(Math.abs(posted.length - 100)).toBeLessThanOrEqual(1);
    expect(posted.every(({ frame }) => frame?.length === 169)).toBe(true);
  });
});

describe('a closed microphone', () => {
  it('gives a level and no frame', () => {
    const processor = make(48_000);
    run(processor, tone(1_000, 48_000, 0.5));
    expect(posted.length).toBeGreaterThan(20);
    expect(posted.every(({ frame }) => frame === null)).toBe(true);
    // -9 dB RMS
    expect(posted.at(-1)?.level).toBeCloseTo((50 - 9) / 50, 1);
  });

  it('closes softly, and then sends nothing more', () => {
    const processor = make(48_000);
    processor.port.onmessage({ data: 'open' });
    run(processor, tone(1_000, 48_000, 0.2));
    processor.port.onmessage({ data: 'close' });
    run(processor, tone(1_000, 48_000, 0.2));
    const last = posted.findLastIndex(({ frame }) => frame !== null);
    expect(posted.length - last).toBeGreaterThan(7);
    const samples = Array.from(posted[last]?.frame?.subarray(9) ?? [], (byte) => linear[byte] ?? 0);
    expect(samples.at(-1)).toBe(0);
    const steps = samples.slice(1).map((value, at) => Math.abs(value - (samples[at] ?? 0)));
    // A sine of 1 kHz changes by 0.39 at most from sample to sample.
    expect(Math.max(...steps)).toBeLessThan(0.42);
  });

  it('ends when it is told to', () => {
    const processor = make(48_000);
    processor.port.onmessage({ data: 'end' });
    expect(processor.process([[new Float32Array(128)]])).toBe(false);
  });
});

describe('a low pass', () => {
  it('refuses a rate below that of the line', () => {
    expect(() => lowPass(4_000)).toThrow(RangeError);
  });
});
