import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListeningChannel } from '#bridge/console/listening-channel.ts';
import { AudioHistory } from '#bridge/media/audio-history.ts';
import { decodeSample } from '#bridge/media/g711.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const frame = (code: number) => new Uint8Array(160).fill(code);
/** What the callee says in a frame, and we. */
const calleeCode = (number: number) => 0x10 + (number % 100);
const ourCode = (number: number) => 0x90 + (number % 100);

let folder: string;
let open: ListeningChannel[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-listening-'));
});
afterEach(() => {
  for (const channel of open) channel.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

/** A call in which the callee always speaks, and we do but for every third second; our frames leave 100 ms ahead of the ear. */
function aCall() {
  const clock = new ManualClock();
  const history = new AudioHistory();
  const channels = new Set<ListeningChannel>();
  let path: string | null = null;
  const weSpeak = (number: number) => Math.floor(number / 50) % 3 !== 2;
  const beat = () => {
    const now = Math.round(clock.monotonicMs() / 20);
    history.lanes[1].write(frame(calleeCode(now)), now * 160);
    for (const channel of channels) channel.frame(1, frame(calleeCode(now)), now);
    const ahead = now + 5;
    if (weSpeak(ahead)) {
      history.lanes[2].write(frame(ourCode(ahead)), ahead * 160);
      for (const channel of channels) channel.frame(2, frame(ourCode(ahead)), ahead);
    }
  };
  const listen = () => {
    const heard: { side: 1 | 2; number: number; atMs: number; code: number }[] = [];
    const channel = new ListeningChannel({
      clock,
      recordingPath: () => path,
      send: (side, number, bytes) => heard.push({ side, number, atMs: clock.monotonicMs(), code: bytes[0] as number }),
      ended: () => undefined,
    });
    channel.begun({
      now: () => Math.floor(clock.monotonicMs() / 20),
      end: (side) => history.end(side),
      read: (...asked) => history.read(...asked),
    });
    channels.add(channel);
    open.push(channel);
    return { channel, heard, numbers: (side: 1 | 2) => heard.filter((one) => one.side === side).map(({ number }) => number) };
  };
  return {
    clock,
    listen,
    /** Time in steps of a frame. */
    run: (ms: number) => {
      for (const until = clock.monotonicMs() + ms; clock.monotonicMs() < until; ) {
        beat();
        clock.advance(20);
      }
    },
    /** The same, with room for files to be read. */
    runReading: async (ms: number) => {
      for (const until = clock.monotonicMs() + ms; clock.monotonicMs() < until; ) {
        beat();
        clock.advance(20);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    /** The stereo file up to now. */
    record: () => {
      const frames = Math.round(clock.monotonicMs() / 20);
      const file = Buffer.alloc(44 + frames * 640);
      for (let at = 0; at < frames * 160; at++) {
        const number = Math.floor(at / 160);
        file.writeInt16LE(decodeSample(calleeCode(number)), 44 + at * 4);
        file.writeInt16LE(weSpeak(number) ? decodeSample(ourCode(number)) : 0, 46 + at * 4);
      }
      path = join(folder, 'call.wav');
      writeFileSync(path, file);
    },
    weSpeak,
  };
}

const countedUp = (numbers: readonly number[]) => numbers.every((number, at) => at === 0 || number === (numbers[at - 1] as number) + 1);

describe('a console that listens', () => {
  it('hears the live sound from the next frame on, with the numbers of the call', () => {
    const call = aCall();
    call.run(4000);
    const { heard, numbers } = call.listen();
    call.run(1000);
    expect(heard[0]?.atMs).toBeLessThanOrEqual(4020);
    expect(numbers(1)).toEqual(Array.from({ length: 50 }, (_, at) => 200 + at));
    expect(Math.max(...numbers(2))).toBeLessThanOrEqual(250 + 5);
  });

  it('goes back, hears the past frame by frame at its pace and stays behind', () => {
    const call = aCall();
    call.run(8000);
    const { channel, heard, numbers } = call.listen();
    expect(channel.seek(3000)).toEqual({ backMs: 3000, heldMs: 8000 });
    call.run(2000);
    expect(numbers(1)[0]).toBe(250);
    expect(countedUp(numbers(1))).toBe(true);
    expect(numbers(1).length).toBeGreaterThanOrEqual(100);
    expect(numbers(1).length).toBeLessThanOrEqual(110);
    for (const { side, number, code } of heard) expect(code).toBe(side === 1 ? calleeCode(number) : ourCode(number));
    const ours = numbers(2);
    expect(ours).toEqual(numbers(1).filter((number) => call.weSpeak(number)));
  });

  it('catches up at one and a half times the pace and falls into the live sound without a gap or a repeat', () => {
    const call = aCall();
    call.run(8000);
    const { channel, numbers } = call.listen();
    channel.setRate(1.5);
    channel.seek(3000);
    call.run(5000);
    expect(numbers(1).at(-1)).toBeLessThan(8000 / 20 + 250 - 10);
    call.run(3000);
    for (const side of [1, 2] as const) expect(numbers(side)).toEqual([...new Set(numbers(side))].sort((a, b) => a - b));
    expect(countedUp(numbers(1))).toBe(true);
    expect(numbers(1).at(-1)).toBe(16_000 / 20 - 1);
    const fromTo = Array.from({ length: 550 }, (_, at) => 250 + at);
    expect(numbers(2).filter((number) => number < 800)).toEqual(fromTo.filter((number) => call.weSpeak(number)));
    expect(call.clock.pending).toBe(0);
  });

  it('is live again at once when it asks for it', () => {
    const call = aCall();
    call.run(9000);
    const { channel, heard, numbers } = call.listen();
    channel.seek(5000);
    call.run(500);
    heard.length = 0;
    expect(channel.seek(0)).toMatchObject({ backMs: 0 });
    expect(call.clock.pending).toBe(0);
    call.run(500);
    expect(numbers(1)).toEqual(Array.from({ length: 25 }, (_, at) => 475 + at));
    // What we had sent ahead of the ear is not lost.
    expect(numbers(2)[0]).toBe(475);
  });

  it('goes back further than the memory holds, from the recording', async () => {
    const call = aCall();
    call.run(30_000);
    call.record();
    const { channel, heard, numbers } = call.listen();
    expect(channel.seek(99_000)).toEqual({ backMs: 30_000, heldMs: 30_000 });
    // As long as the disk takes, the call goes on.
    while (numbers(1).length === 0) await call.runReading(20);
    await call.runReading(3000);
    expect(numbers(1)[0]).toBe(0);
    expect(countedUp(numbers(1))).toBe(true);
    expect(numbers(1).length).toBeGreaterThan(100);
    for (const { side, number, code } of heard) expect(code).toBe(side === 1 ? calleeCode(number) : ourCode(number));
  });

  it('passes over what is in no file, and goes on', () => {
    const call = aCall();
    call.run(12_000);
    const { channel, numbers } = call.listen();
    channel.seek(12_000);
    call.run(4000);
    expect(numbers(1)[0]).toBeGreaterThan(50);
    expect(countedUp(numbers(1))).toBe(true);
  });

  it('leaves no timer when it is closed in the past, or when the call ends', () => {
    const call = aCall();
    call.run(2000);
    const [first, second] = [call.listen(), call.listen()];
    for (const { channel } of [first, second]) channel.seek(1000);
    expect(call.clock.pending).toBe(2);
    first.channel.close();
    second.channel.ended();
    expect(call.clock.pending).toBe(0);
  });
});
