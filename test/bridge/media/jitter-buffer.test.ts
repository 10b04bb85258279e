import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BYTES, FRAME_MS, SILENCE } from '#bridge/media/g711.ts';
import { JitterBuffer } from '#bridge/media/jitter-buffer.ts';
import { tone } from '#test/support/tones.ts';

/** A frame that says which one it is. */
function frameOf(counter: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES).fill(0x30);
  new DataView(bytes.buffer).setUint32(0, counter);
  return bytes;
}

function counterIn(frame: Uint8Array | null): number | 'silence' | null {
  if (frame === null) return null;
  return frame.every((byte) => byte === SILENCE) ? 'silence' : new DataView(frame.buffer, frame.byteOffset).getUint32(0);
}

interface Arrival {
  readonly counter: number;
  readonly atMs: number;
}

/** Lets frames arrive and pulls one each 20 ms. @returns what played at each tick */
function listen(arrivals: readonly Arrival[], untilMs: number, buffer = new JitterBuffer()) {
  const waiting = [...arrivals].sort((a, b) => a.atMs - b.atMs);
  const played: { atMs: number; counter: number | 'silence' | null }[] = [];
  for (let atMs = 10; atMs <= untilMs; atMs += FRAME_MS) {
    while (waiting[0] && waiting[0].atMs <= atMs) {
      const { counter, atMs: arrivedMs } = waiting.shift() as Arrival;
      buffer.push(counter, frameOf(counter), arrivedMs);
    }
    played.push({ atMs, counter: counterIn(buffer.pull(atMs)) });
  }
  return { buffer, played, heard: played.map(({ counter }) => counter).filter((counter) => typeof counter === 'number') };
}

/** Frames that were spoken one after the other from 0 ms on, each with its own delay. */
const spoken = (count: number, delayMs: (counter: number) => number = () => 0): Arrival[] =>
  Array.from({ length: count }, (_, counter) => ({ counter, atMs: counter * FRAME_MS + delayMs(counter) }));

describe('The jitter buffer', () => {
  it('plays every frame of a steady microphone in order, 40 ms after it was spoken at the most', () => {
    const { heard, played, buffer } = listen(spoken(50), 1200);
    expect(heard).toEqual(Array.from({ length: 50 }, (_, counter) => counter));
    for (const { atMs, counter } of played) if (typeof counter === 'number') expect(atMs - counter * FRAME_MS).toBeLessThanOrEqual(40);
    expect(buffer).toMatchObject({ depthMs: 40, dropped: 0 });
  });

  it('plays a single frame although no second one comes', () => {
    expect(listen(spoken(1), 200).heard).toEqual([0]);
  });

  it('holds the next turn open for a late frame and is deeper from then on, so that nothing is lost', () => {
    const { heard, buffer } = listen(
      spoken(60, (counter) => (counter === 20 ? 45 : 0)).map((arrival) =>
        // The network keeps the order: what is behind a late frame comes with it.
        arrival.counter > 20 ? { ...arrival, atMs: Math.max(arrival.atMs, 20 * FRAME_MS + 45) } : arrival,
      ),
      1500,
    );
    expect(heard).toEqual(Array.from({ length: 60 }, (_, counter) => counter));
    expect(buffer.depthMs).toBe(60);
  });

  it('is never deeper than 100 ms', () => {
    const { buffer, played } = listen(
      spoken(400, (counter) => (counter % 7) * 25),
      9000,
    );
    expect(buffer.depthMs).toBeLessThanOrEqual(100);
    for (const { atMs, counter } of played) if (typeof counter === 'number') expect(atMs - counter * FRAME_MS).toBeLessThanOrEqual(280);
  });

  it('is shallow again after some steady seconds, and leaves out one frame for each step', () => {
    const late = (counter: number) => (counter >= 20 && counter < 24 ? (24 - counter) * FRAME_MS - 5 : 0);
    const { buffer, heard } = listen(spoken(900, late), 19_000);
    expect(buffer.depthMs).toBe(40);
    expect(heard.length).toBeGreaterThanOrEqual(900 - 6);
    expect(heard.at(-1)).toBe(899);
  });

  it('leaves out a frame after a quiet one rather than in the middle of a word', () => {
    const buffer = new JitterBuffer();
    const loud = tone(440, FRAME_MS, 0.5);
    const quiet = tone(440, FRAME_MS, 0.001);
    let leftOutAt = -1;
    for (let tick = 0; tick < 300; tick++) {
      // Frames begin to come two ticks sooner than they did: more wait than are needed.
      if (tick === 10) for (const counter of [10, 11]) buffer.push(counter, loud, tick * FRAME_MS);
      buffer.push(tick < 10 ? tick : tick + 2, tick >= 230 && tick < 240 ? quiet : loud, tick * FRAME_MS);
      buffer.pull(tick * FRAME_MS);
      if (buffer.dropped > 0 && leftOutAt < 0) leftOutAt = tick;
    }
    expect(leftOutAt).toBeGreaterThanOrEqual(230);
    expect(leftOutAt).toBeLessThan(245);
  });

  it('drops a frame that comes again, and one whose turn is over', () => {
    const buffer = new JitterBuffer();
    for (const counter of [0, 1, 1]) buffer.push(counter, frameOf(counter), 0);
    expect(buffer.dropped).toBe(1);
    expect(counterIn(buffer.pull(0))).toBe(0);
    buffer.push(0, frameOf(0), 5);
    expect(buffer.dropped).toBe(2);
    expect(counterIn(buffer.pull(20))).toBe(1);
    expect(buffer.pull(40)).toBeNull();
  });

  it('fills a gap in the counters with silence', () => {
    const arrivals = spoken(10).filter(({ counter }) => counter !== 4);
    expect(
      listen(arrivals, 400)
        .played.map(({ counter }) => counter)
        .filter((counter) => counter !== null),
    ).toEqual([0, 1, 2, 3, 'silence', 5, 6, 7, 8, 9]);
  });

  it('keeps of what a stall has piled up only the last 40 ms', () => {
    const stalled = spoken(100, (counter) => (counter >= 20 && counter < 60 ? (60 - counter) * FRAME_MS : 0));
    const { played } = listen(stalled, 2500);
    const after = played.filter(({ counter }) => typeof counter === 'number' && counter >= 20);
    expect(after[0]?.counter).toBeGreaterThanOrEqual(58);
    for (const { atMs, counter } of after) expect(atMs - (counter as number) * FRAME_MS).toBeLessThanOrEqual(60);
  });

  it('begins anew after a pause, wherever the counter goes on', () => {
    const first = spoken(10);
    const second = Array.from({ length: 10 }, (_, index) => ({ counter: 5000 + index, atMs: 1000 + index * FRAME_MS }));
    expect(listen([...first, ...second], 1400).heard).toEqual([...first, ...second].map(({ counter }) => counter));
  });

  it('takes another microphone that counts from zero, after a pause', () => {
    const first = Array.from({ length: 10 }, (_, index) => ({ counter: 5000 + index, atMs: index * FRAME_MS }));
    const second = spoken(10).map(({ counter, atMs }) => ({ counter, atMs: atMs + 1000 }));
    expect(listen([...first, ...second], 1400).heard).toEqual([...first, ...second].map(({ counter }) => counter));
  });

  it('takes nothing but whole frames with a sensible counter', () => {
    const buffer = new JitterBuffer();
    buffer.push(0, new Uint8Array(159), 0);
    buffer.push(-1, frameOf(1), 0);
    buffer.push(0.5, frameOf(1), 0);
    buffer.push(Number.NaN, frameOf(1), 0);
    expect(buffer.dropped).toBe(4);
    expect(buffer.pull(100)).toBeNull();
  });

  it('whatever arrives: plays each frame once, in order, never one that is older than the stall allows', () => {
    const network = fc.array(
      fc.record({
        skip: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 30 })),
        delayMs: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }) }, fc.integer({ min: 0, max: 1500 })),
        twice: fc.boolean(),
      }),
      { minLength: 1, maxLength: 150 },
    );
    fc.assert(
      fc.property(network, (frames) => {
        let counter = -1;
        const arrivals = frames.flatMap(({ skip, delayMs, twice }) => {
          counter += 1 + skip;
          const arrival = { counter, atMs: counter * FRAME_MS + delayMs };
          return twice ? [arrival, { ...arrival, atMs: arrival.atMs + 3 }] : [arrival];
        });
        const arrivedMs = new Map<number, number>();
        for (const { counter: which, atMs } of arrivals)
          arrivedMs.set(which, Math.min(atMs, arrivedMs.get(which) ?? Number.POSITIVE_INFINITY));
        const { played, heard, buffer } = listen(arrivals, (counter + 1) * FRAME_MS + 3000);
        expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
        for (const { atMs, counter: which } of played) {
          // From arriving to playing: the depth, what may clump, and one tick.
          if (typeof which === 'number') expect(atMs - (arrivedMs.get(which) as number)).toBeLessThanOrEqual((5 + 2 + 1) * FRAME_MS);
        }
        expect(buffer.depthMs).toBeGreaterThanOrEqual(40);
        expect(buffer.depthMs).toBeLessThanOrEqual(100);
        expect(buffer.pull(1e9)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
