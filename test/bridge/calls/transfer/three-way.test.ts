import { describe, expect, it } from 'vitest';
import { ThreeWay } from '#bridge/calls/transfer/three-way.ts';
import type { PersonVoice } from '#bridge/calls/transfer/transferable-call.ts';
import { decodeMulaw, FRAME_BYTES } from '#bridge/media/g711.ts';
import type { RecordingWriter } from '#bridge/store/store.ts';
import { rms, toneShare } from '#test/support/audio.ts';
import { CallStage } from '#test/support/call-stage.ts';
import { dana } from '#test/support/person.ts';
import { tone } from '#test/support/tones.ts';

/** Nobody's tone is a harmonic of another's. */
const operatorHz = 1_750;
const colleagueHz = 700;
const frames = (audio: Uint8Array) =>
  Array.from({ length: audio.length / FRAME_BYTES }, (_, at) => audio.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES));
const operators = frames(tone(operatorHz, 2_000));
const colleagues = frames(tone(colleagueHz, 2_000));
const share = (samples: Int16Array, hz: number) => toneShare(samples, hz, 0, samples.length / 8);
const joined = (pieces: readonly Uint8Array[]) => decodeMulaw(Uint8Array.from(pieces.flatMap((piece) => [...piece])));

describe('a call of three', () => {
  it('tells what of a frame for the lead is the operator’s, and what is not', () => {
    const forLead: Uint8Array[] = [];
    const ofOperator: Uint8Array[] = [];
    let without = 0;
    const sound = new ThreeWay({
      line: (frame, operator) => {
        forLead.push(frame.slice());
        if (operator === null) without += 1;
        else ofOperator.push(operator.slice());
      },
      colleague: () => undefined,
    });
    // The operator speaks in the second half alone.
    colleagues.forEach((frame, at) => {
      if (at >= 50) sound.operatorSpoke(operators[at] as Uint8Array);
      sound.colleagueSpoke(frame);
    });
    expect(forLead).toHaveLength(100);
    expect(without).toBeGreaterThanOrEqual(50);
    expect(without).toBeLessThan(55);
    const own = joined(ofOperator);
    expect(share(own, operatorHz)).toBeGreaterThan(0.9);
    expect(share(own, colleagueHz)).toBeLessThan(0.01);
    expect(share(joined(forLead.slice(60)), colleagueHz)).toBeGreaterThan(0.3);
  });

  it('has the operator’s voice as theirs when the colleague’s line stalls', () => {
    const own: Uint8Array[] = [];
    const sound = new ThreeWay({
      line: (frame, operator) => {
        expect(operator).toBe(frame);
        own.push(frame.slice());
      },
      colleague: () => undefined,
    });
    for (const frame of operators) sound.operatorSpoke(frame);
    expect(own.length).toBeGreaterThan(90);
    expect(share(joined(own), operatorHz)).toBeGreaterThan(0.9);
  });
});

/** What is written, in memory. */
function tape() {
  const parts: (Buffer | number)[] = [];
  const beside: (Buffer | number)[] = [];
  const writer = (into: (Buffer | number)[], channels: number): RecordingWriter => ({
    file: 'rehearsal/call.wav',
    append: (audio, written) => {
      into.push(Buffer.from(audio));
      written?.(audio);
    },
    appendSilence: (samples) => void into.push(samples * channels),
    beside: () => writer(beside, 1),
    close: async () => undefined,
  });
  const samples = (of: (Buffer | number)[]) =>
    of.flatMap((part) =>
      typeof part === 'number' ? Array<number>(part).fill(0) : Array.from({ length: part.length / 2 }, (_, at) => part.readInt16LE(at * 2)),
    );
  return {
    writer: writer(parts, 2),
    ours: () => Int16Array.from(samples(parts).filter((_, at) => at % 2 === 1)),
    operator: () => Int16Array.from(samples(beside)),
  };
}

describe('the recording of a call that an operator and a colleague had', () => {
  it('keeps the operator alone on the third track, and both on our side', async () => {
    const { writer, ours, operator } = tape();
    await using stage = await CallStage.open({
      store: (store) => ({
        ...store,
        recordings: {
          open: () => writer,
          path: () => '/nowhere',
          repair: () => Promise.resolve(0),
          durationMs: () => null,
          remove: () => Promise.resolve(),
        },
      }),
    });
    await stage.talk();
    const { people, transfer } = stage.call;
    people.takeOver(dana);
    const microphone = people.microphone(dana, () => undefined);
    const answeredMs = Date.parse(stage.view.answeredAt ?? '');
    const nowMs = () => stage.clock.nowMs() - answeredMs;
    let counter = 0;
    let colleague: PersonVoice | null = null;
    /** A second of whoever speaks. */
    const second = async () => {
      const fromMs = nowMs();
      for (let at = 0; at < 50; at += 1) {
        microphone.frame(counter, operators[counter % 100] as Uint8Array);
        colleague?.frame(colleagues[counter % 100] as Uint8Array);
        counter += 1;
        await stage.pass(20);
      }
      // Its ends are not looked at: what is under way then is heard a moment later.
      return [fromMs + 200, nowMs() - 100] as const;
    };
    const alone = await second();
    colleague = transfer.join(
      { kind: 'colleague', name: 'Ben' },
      {
        hears: () => undefined,
        alone: (voice) => {
          colleague = voice;
        },
      },
    );
    const three = await second();
    people.giveBack(dana, { note: null, open: 'wait' });
    expect(stage.view.holder).toMatchObject({ kind: 'colleague', name: 'Ben' });
    const two = await second();
    stage.end();
    await stage.pass(1_000);
    await stage.gone();
    const own = operator();
    const side = ours();
    for (const [fromMs, toMs] of [alone, three]) {
      expect(toneShare(own, operatorHz, fromMs, toMs)).toBeGreaterThan(0.9);
      expect(toneShare(own, colleagueHz, fromMs, toMs)).toBeLessThan(0.01);
      expect(toneShare(side, operatorHz, fromMs, toMs)).toBeGreaterThan(0.3);
    }
    for (const [fromMs, toMs] of [three, two]) expect(toneShare(side, colleagueHz, fromMs, toMs)).toBeGreaterThan(0.3);
    expect(rms(side, two[0], two[1])).toBeGreaterThan(0.1);
    expect(rms(own, two[0], two[1])).toBe(0);
  });
});
