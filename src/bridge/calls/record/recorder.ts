import type { Clock } from '#bridge/contract/clock.ts';
import { giveBackSamples } from '../../media/sample-blocks.ts';
import type { RecordingWriter } from '../../store/store.ts';

/**
 * How often the audio of a call is handed to the writer, which writes it at once. With the next one it bounds what a killed process loses
 * of a recording to under a second. A write costs about the same whatever its length.
 */
const pumpMs = 500;
/** Audio younger than this may still change: frames arrive unevenly, and what was sent may be cleared before it is heard. */
const settleMs = 400;

/** Audio by its time, taken out once, oldest first. */
interface Timeline {
  drain(untilMs: number): Buffer | null;
}

type Tape = Pick<RecordingWriter, 'file' | 'append' | 'close'>;

interface Taped {
  readonly timeline: Timeline;
  readonly writer: Tape;
}

/** Groups take turns, so that eighty calls do not all do it in the same moment; in a group they wake the disk's threads once for all. */
const groupCount = 10;
const turnMs = pumpMs / groupCount;

/** Moves audio from the calls' timelines to their files, off the audio path. */
export class RecordingPump {
  readonly #groups: readonly Set<Taped>[] = Array.from({ length: groupCount }, () => new Set<Taped>());
  readonly #clock: Clock;
  readonly #trouble: (error: unknown) => void;
  #turn = 0;
  #nextAtMs = 0;
  #cancel: (() => void) | null = null;

  /** @param trouble told of what goes wrong with one recording; the others go on */
  constructor(clock: Clock, trouble: (error: unknown) => void) {
    this.#clock = clock;
    this.#trouble = trouble;
  }

  /** @returns ends this recording: hands over what is left and closes the file */
  add(timeline: Timeline, writer: Tape): () => Promise<void> {
    const taped: Taped = { timeline, writer };
    const group = this.#groups.reduce((least, other) => (other.size < least.size ? other : least));
    group.add(taped);
    if (this.#cancel === null) {
      this.#nextAtMs = this.#clock.monotonicMs() + turnMs;
      this.#schedule();
    }
    return async () => {
      if (!group.delete(taped)) return;
      if (this.#groups.every(({ size }) => size === 0)) this.#rest();
      this.#move(taped, this.#clock.monotonicMs());
      await writer.close();
    };
  }

  close(): void {
    this.#rest();
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(Math.max(0, this.#nextAtMs - this.#clock.monotonicMs()), () => {
      const nowMs = this.#clock.monotonicMs();
      // After a long stop, turns are not made up for: the next one of each call takes all that it has.
      this.#nextAtMs = Math.max(this.#nextAtMs + turnMs, nowMs);
      this.#schedule();
      this.#turn = (this.#turn + 1) % groupCount;
      for (const taped of this.#groups[this.#turn] ?? []) this.#move(taped, nowMs - settleMs);
    });
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** What one recording cannot take is lost to it alone. */
  #move({ timeline, writer }: Taped, untilMs: number): void {
    try {
      const audio = timeline.drain(untilMs);
      if (audio) writer.append(audio, giveBackSamples);
    } catch (error) {
      this.#trouble(error);
    }
  }
}
