import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMulaw, decodeSample, SILENCE } from '#bridge/media/g711.ts';
import { RecordingTimeline } from '#bridge/media/recording-timeline.ts';
import { speechStretches } from '#test/support/audio.ts';
import { tone } from '#test/support/tones.ts';

const A = 0x10;
const B = 0x20;
const frame = (code: number) => new Uint8Array(160).fill(code);

/** Samples of the two sides from a drained buffer. */
function sides(audio: Buffer | null): { callee: Int16Array; ours: Int16Array } {
  const samples = audio ? Array.from({ length: audio.length / 2 }, (_, at) => audio.readInt16LE(at * 2)) : [];
  return {
    callee: Int16Array.from(samples.filter((_, at) => at % 2 === 0)),
    ours: Int16Array.from(samples.filter((_, at) => at % 2 === 1)),
  };
}

/** The milliseconds in which a side is not silent, as [from, to) pairs. */
function sounding(samples: Int16Array): number[][] {
  const found: number[][] = [];
  for (let at = 0; at < samples.length; at++) {
    if (samples[at] === 0) continue;
    const last = found.at(-1);
    if (last && last[1] === at) last[1] = at + 1;
    else found.push([at, at + 1]);
  }
  return found.map((pair) => pair.map((at) => at / 8));
}

function timeline(startAtMs = 0) {
  const tape = new RecordingTimeline();
  tape.start(startAtMs);
  return tape;
}

describe('a recording', () => {
  it('puts the callee left and our side right, from its start on', () => {
    const tape = timeline(1000);
    tape.callee(frame(A), 5000, 1040);
    tape.ours(frame(B), 1100);
    const { callee, ours } = sides(tape.drain(1200));
    expect(callee).toHaveLength(1600);
    expect([sounding(callee), sounding(ours)]).toEqual([[[40, 60]], [[100, 120]]]);
    expect([callee[320], ours[800]]).toEqual([decodeSample(A), decodeSample(B)]);
  });

  it('ignores everything before it has a start', () => {
    const tape = new RecordingTimeline();
    tape.callee(frame(A), 0, 0);
    tape.ours(frame(B), 0);
    tape.cutOurs(0);
    expect(tape.drain(1000)).toBeNull();
    tape.start(1000);
    tape.start(5000);
    expect(sounding(sides(tape.drain(1500)).callee)).toEqual([]);
    expect(tape.drainedBytes).toBe(500 * 32);
  });

  it('places the callee by timestamps, not by arrival', () => {
    const tape = timeline();
    const arrivals = [0, 35, 38, 95, 96, 97];
    for (const [at, arrival] of arrivals.entries()) tape.callee(frame(A), 700 + at * 20, arrival);
    expect(sounding(sides(tape.drain(200)).callee)).toEqual([[0, 120]]);
  });

  it('leaves silence where the carrier sent nothing', () => {
    const tape = timeline();
    tape.callee(frame(A), 0, 0);
    tape.callee(frame(A), 100, 100);
    expect(sounding(sides(tape.drain(200)).callee)).toEqual([
      [0, 20],
      [100, 120],
    ]);
  });

  it('lets later audio win where two frames overlap', () => {
    const tape = timeline();
    tape.callee(frame(A), 0, 0);
    tape.callee(frame(B), 10, 20);
    const { callee } = sides(tape.drain(100));
    expect([callee[79], callee[80], callee[239], callee[240]]).toEqual([decodeSample(A), decodeSample(B), decodeSample(B), 0]);
  });

  it('joins frames whose timestamps were rounded', () => {
    const tape = timeline();
    for (const [at, stamp] of [0, 19, 41, 60, 79].entries()) tape.callee(frame(A), stamp, at * 20);
    expect(sounding(sides(tape.drain(200)).callee)).toEqual([[0, 100]]);
  });

  it('believes the timestamps of a burst that follows a stall', () => {
    const tape = timeline();
    tape.callee(frame(A), 0, 0);
    for (let stamp = 20; stamp < 600; stamp += 20) tape.callee(frame(A), stamp, 600);
    tape.callee(frame(A), 600, 601);
    expect(sounding(sides(tape.drain(1000)).callee)).toEqual([[0, 620]]);
  });

  it('finds its place anew when the timestamps run ahead', () => {
    const tape = timeline();
    tape.callee(frame(A), 0, 0);
    tape.callee(frame(A), 90_000, 20);
    tape.callee(frame(A), 90_020, 40);
    expect(sounding(sides(tape.drain(500)).callee)).toEqual([[0, 60]]);
  });

  it('finds its place anew when the timestamps stay behind for a second', () => {
    const tape = timeline();
    tape.callee(frame(A), 1000, 0);
    // The carrier's clock starts again; it was held up for 700 ms by its own account.
    for (let at = 0; at < 100; at++) tape.callee(frame(A), 300 + at * 20, 20 + at * 20);
    const { callee } = sides(tape.drain(2100));
    expect(sounding(callee).at(-1)?.[1]).toBe(2020);
  });

  it('goes on behind the last frame when a timestamp is no number', () => {
    const tape = timeline();
    tape.callee(frame(A), Number.NaN, 40);
    tape.callee(frame(A), Number.NaN, 60);
    tape.callee(frame(A), 0, 80);
    tape.callee(frame(A), Number.NaN, 100);
    expect(sounding(sides(tape.drain(200)).callee)).toEqual([[40, 120]]);
  });

  it('silences what was cleared before it was heard, and takes what is said next', () => {
    const tape = timeline();
    for (let at = 0; at < 10; at++) tape.ours(frame(A), at * 20);
    tape.cutOurs(105);
    tape.ours(frame(B), 150);
    const { ours } = sides(tape.drain(300));
    expect(sounding(ours)).toEqual([
      [0, 105],
      [150, 170],
    ]);
    expect(ours[1200]).toBe(decodeSample(B));
  });

  it('gives every moment once', () => {
    const tape = timeline();
    tape.ours(frame(A), 0);
    expect(tape.drain(10)?.length).toBe(10 * 32);
    expect(tape.drain(10)).toBeNull();
    expect(tape.drain(5)).toBeNull();
    expect(sounding(sides(tape.drain(30)).ours)).toEqual([[0, 10]]);
    // Too late: this time is fixed already.
    tape.ours(frame(A), 20);
    expect(sounding(sides(tape.drain(60)).ours)).toEqual([[0, 10]]);
  });

  it('keeps its time when nobody drains for long, and loses only the oldest', () => {
    const tape = timeline();
    for (let at = 0; at < 1000; at++) {
      tape.callee(frame(A), at * 20, at * 20);
      tape.ours(frame(B), at * 20);
    }
    const { callee, ours } = sides(tape.drain(20_000));
    expect(callee).toHaveLength(160_000);
    expect([sounding(callee), sounding(ours)]).toEqual([[[16_000, 20_000]], [[16_000, 20_000]]]);
  });

  it('gives at most half a minute at once when a clock has leapt', () => {
    const tape = timeline();
    expect(tape.drain(3_600_000)?.length).toBe(30_000 * 32);
    expect(tape.drain(3_600_000)?.length).toBe(30_000 * 32);
  });

  it('reads back as the audio that went in, however it is cut and drained', () => {
    const steps = fc.array(fc.record({ pause: fc.integer({ min: 0, max: 12 }), drain: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 5000, noNaN: true }), (all, startAtMs) => {
        const tape = timeline(startAtMs);
        const expected: number[] = [];
        const pieces: Buffer[] = [];
        let atMs = startAtMs;
        let code = 0;
        for (const step of all) {
          for (let gap = 0; gap < step.pause * 160; gap++) expected.push(SILENCE);
          atMs += step.pause * 20;
          const bytes = frame(code++ % 127);
          tape.callee(bytes, atMs - startAtMs + 77, atMs);
          tape.ours(bytes, atMs);
          expected.push(...bytes);
          atMs += 20;
          if (step.drain || pieces.length === 0) pieces.push(tape.drain(atMs) ?? Buffer.alloc(0));
          else if (expected.length - pieces.reduce((sum, piece) => sum + piece.length / 4, 0) > 40_000)
            pieces.push(tape.drain(atMs) ?? Buffer.alloc(0));
        }
        pieces.push(tape.drain(atMs + 1) ?? Buffer.alloc(0));
        const { callee, ours } = sides(Buffer.concat(pieces));
        const samples = decodeMulaw(Uint8Array.from(expected));
        expect(callee.subarray(0, samples.length)).toEqual(samples);
        expect(ours.subarray(0, samples.length)).toEqual(samples);
      }),
      { numRuns: 60 },
    );
  });

  it('lets a test find both voices at the right times', () => {
    const tape = timeline();
    const callee = tone(300, 400);
    const ours = tone(900, 600);
    for (let at = 0; at < 20; at++) tape.callee(callee.subarray(at * 160, at * 160 + 160), at * 20, 500 + at * 20);
    for (let at = 0; at < 30; at++) tape.ours(ours.subarray(at * 160, at * 160 + 160), 1200 + at * 20);
    const audio = sides(tape.drain(2500));
    expect(speechStretches(audio.callee)).toEqual([{ startMs: 500, endMs: 900 }]);
    expect(speechStretches(audio.ours)).toEqual([{ startMs: 1200, endMs: 1800 }]);
  });
});
