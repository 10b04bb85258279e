import { describe, expect, it } from 'vitest';
import { OperatorTape } from '#bridge/calls/person/operator-tape.ts';
import { RecordingPump } from '#bridge/calls/record/recorder.ts';
import { decodeSample } from '#bridge/media/g711.ts';
import type { RecordingWriter } from '#bridge/store/store.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const code = 0x10;
const frame = new Uint8Array(160).fill(code);

function taped() {
  const clock = new ManualClock();
  const troubles: unknown[] = [];
  const written: (Buffer | number)[] = [];
  let opened = 0;
  let closed = 0;
  const writer: RecordingWriter = {
    file: 'x.operator.wav',
    append: (audio) => void written.push(audio),
    appendSilence: (samples) => void written.push(samples),
    beside: () => writer,
    close: async () => {
      closed += 1;
    },
  };
  const pump = new RecordingPump(clock, (error) => troubles.push(error));
  const tape = new OperatorTape({
    zeroAtMs: 0,
    clock,
    pump,
    openFile: () => {
      opened += 1;
      return writer;
    },
    onTrouble: (error) => troubles.push(error),
  });
  const samples = () =>
    written.flatMap((part) =>
      typeof part === 'number' ? Array<number>(part).fill(0) : Array.from({ length: part.length / 2 }, (_, at) => part.readInt16LE(at * 2)),
    );
  /** Milliseconds in which the operator is heard. */
  const heardMs = () => samples().flatMap((sample, at) => (sample === decodeSample(code) && at % 8 === 0 ? [at / 8] : []));
  return { clock, tape, troubles, samples, heardMs, opened: () => opened, closed: () => closed };
}

/** Everything from `fromMs` to before `toMs`. */
const span = (fromMs: number, toMs: number) => Array.from({ length: toMs - fromMs }, (_, at) => fromMs + at);

describe("the track of an operator's voice", () => {
  it('is not made for a call that nobody takes over', async () => {
    const { clock, tape, opened } = taped();
    clock.advance(5000);
    tape.cut(100);
    await tape.close();
    expect([opened(), clock.pending]).toEqual([0, 0]);
  });

  it('begins where the call does and ends where it does, with silence wherever the operator is not heard', async () => {
    const { clock, tape, samples, heardMs, opened, closed } = taped();
    clock.advance(60_000);
    tape.frame(frame, 60_100);
    tape.frame(frame, 60_120);
    expect(opened()).toBe(0);
    clock.advance(2000);
    tape.frame(frame, 62_100);
    clock.advance(1000);
    await tape.close();
    expect(samples()).toHaveLength(63_000 * 8);
    expect(heardMs()).toEqual([...span(60_100, 60_140), ...span(62_100, 62_120)]);
    expect([opened(), closed(), clock.pending]).toEqual([1, 1, 0]);
  });

  it('does not hold what was cleared before it was heard', async () => {
    const { clock, tape, heardMs } = taped();
    clock.advance(1000);
    for (let at = 0; at < 10; at++) tape.frame(frame, 1000 + at * 20);
    tape.cut(1060);
    clock.advance(500);
    await tape.close();
    expect(heardMs()).toEqual(span(1000, 1060));
  });

  it('is written also when the call ends with its first frame', async () => {
    const { clock, tape, heardMs, closed } = taped();
    clock.advance(1000);
    tape.frame(frame, 980);
    await tape.close();
    expect(heardMs()).toEqual(span(980, 1000));
    expect([closed(), clock.pending]).toEqual([1, 0]);
  });
});
