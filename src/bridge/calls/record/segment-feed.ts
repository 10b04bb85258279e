import type { Segment } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallId, SegmentId } from '#bridge/contract/ids.ts';

/** Words that are still coming come in pieces of one or two; they are told at most this often. */
const wordsEveryMs = 150;

/** Tells whoever watches a call what is being said. What is final is told at once, and so is the first word of a line. */
export class SegmentFeed {
  readonly #parts: { readonly callId: CallId; readonly clock: Clock; readonly publish: Publish };
  /** Lines that have changed since they were told. */
  readonly #untold = new Map<SegmentId, Segment>();
  #cancelTelling: (() => void) | null = null;

  constructor(parts: { readonly callId: CallId; readonly clock: Clock; readonly publish: Publish }) {
    this.#parts = parts;
  }

  tell(segment: Segment): void {
    const { callId, clock, publish } = this.#parts;
    if (!segment.final && this.#cancelTelling) {
      this.#untold.set(segment.id, segment);
      return;
    }
    this.#untold.delete(segment.id);
    publish({ type: 'call.segment', callId, segment });
    if (segment.final) return;
    this.#cancelTelling = clock.after(wordsEveryMs, () => {
      this.#cancelTelling = null;
      for (const untold of [...this.#untold.values()]) this.tell(untold);
    });
  }

  close(): void {
    this.#cancelTelling?.();
  }
}
