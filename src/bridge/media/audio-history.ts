import { FRAME_BYTES, FRAME_MS } from './g711.ts';
import { RecordingLane } from './recording-lane.ts';

/** The callee, and our side. */
export type Side = 1 | 2;

/**
 * The last seconds of a running call, both sides on the clock of its recording: longer than the recording's file is behind, which is a
 * second, so that whoever listens can hear something again; what is older is read from there. Frames are numbered by 20 ms from the
 * recording's beginning. Writing is on the audio path: no allocation, no disk.
 */
export class AudioHistory {
  readonly lanes: Readonly<Record<Side, RecordingLane>> = { 1: new RecordingLane(), 2: new RecordingLane() };

  /** Number of the oldest frame that can be read. */
  get oldest(): number {
    return Math.ceil(Math.max(this.lanes[1].from, this.lanes[2].from) / FRAME_BYTES);
  }

  /** Number behind the newest frame of a side; our side is sent before it is heard. */
  end(side: Side): number {
    return Math.ceil(this.lanes[side].end / FRAME_BYTES);
  }

  /** @param out 160 bytes; silence where nothing was heard @returns false when it is too old to be here */
  read(side: Side, number: number, out: Uint8Array): boolean {
    if (number < this.oldest) return false;
    this.lanes[side].read(number * FRAME_BYTES, out);
    return true;
  }
}

/** The number of the frame that begins here. @param place samples from the recording's beginning; negative is before it */
export function frameNumber(place: number): number {
  return Math.max(0, Math.round(place / FRAME_BYTES));
}

/** The number of the frame that is heard at a moment. @param sinceZeroMs from the recording's beginning */
export function frameAt(sinceZeroMs: number): number {
  return Math.max(0, Math.floor(sinceZeroMs / FRAME_MS));
}
