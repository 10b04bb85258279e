import { randomBytes } from 'node:crypto';
import type { Clock } from '#bridge/contract/clock.ts';
import type { FeedBody, FeedEvent, FeedSnapshot, Publish } from '#bridge/contract/feed.ts';

/** Some minutes of a busy campaign; about 4 MB at most. Who has missed more gets a snapshot, which is smaller. */
const defaultCapacity = 4_096;
/** What may wait in a consumer's socket. Above it the feed stops writing, and the consumer falls behind in the ring, not in memory. */
const waitingMaxBytes = 1024 * 1024;

/**
 * So long events are gathered before they are sent. With many calls there are hundreds of them in a second, and each write costs the thread
 * that moves the audio more than all its events together.
 */
const gatherMs = 25;

/** Where one consumer's messages go. */
export interface FeedOutlet {
  /** Bytes that wait to be sent, ours and others'. */
  readonly waitingBytes: number;
  send(text: string): void;
  /** Writes inside belong together. */
  batch(write: () => void): void;
  /** No snapshot could be made; the consumer is cut off. */
  failed(error: unknown): void;
}

/** The state of things for who has no events: what lives, and all campaigns. */
export type TakeSnapshot = () => Pick<FeedSnapshot, 'calls' | 'campaigns'>;

export interface FeedAttachment {
  /** From the attachment on: a snapshot of that moment, then every later event. Does nothing when the stream runs already. */
  start(): void;
  /** Go on behind this event; a snapshot when the bridge does not remember that far, or when the number is of another run. */
  resume(seq: number, run?: string): void;
  /** To be called when the outlet has emptied. */
  drained(): void;
  detach(): void;
}

/**
 * The last few thousand events, numbered without a hole, and everybody who watches. A consumer is only a place in the ring, so a
 * slow one costs nothing: it finds its place overwritten and is given a snapshot.
 */
export class LiveFeed {
  /** Names this run, so that a console knows numbers of an earlier one for what they are. */
  readonly run = randomBytes(9).toString('base64url');
  readonly #clock: Clock;
  readonly #ring: string[] = [];
  readonly #capacity: number;
  readonly #attachments = new Set<Attachment>();
  readonly #listeners = new Set<(event: FeedBody) => void>();
  /** The number before the first event of this run. */
  readonly #startsBehind: number;
  #lastSeq: number;
  #pumping: NodeJS.Timeout | null = null;

  /**
   * @param options.startsBehind the first event gets the number behind it. Above every number of earlier runs, it lets a console that comes
   * back with one of those, and does not say of which run, be known by the number alone
   */
  constructor(options: { clock: Clock; capacity?: number; startsBehind?: number }) {
    this.#clock = options.clock;
    this.#startsBehind = options.startsBehind ?? 0;
    this.#lastSeq = this.#startsBehind;
    this.#capacity = options.capacity ?? defaultCapacity;
  }

  /** Tell everyone who watches. Only writes the event down; it is sent soon after, together with others. */
  readonly publish: Publish = (event) => {
    for (const listener of this.#listeners) listener(event);
    const text = this.stamp(event, this.#lastSeq + 1);
    this.#lastSeq += 1;
    this.#ring[this.#lastSeq % this.#capacity] = text;
    if (this.#attachments.size > 0) this.#pumping ??= setTimeout(() => this.#pump(), gatherMs);
  };

  /** Nothing is sent before `start` or `resume`, and nothing that happens in between is lost. */
  attach(outlet: FeedOutlet, takeSnapshot: TakeSnapshot): FeedAttachment {
    const attachment = new Attachment(this, outlet, takeSnapshot, () => this.#attachments.delete(attachment));
    this.#attachments.add(attachment);
    attachment.hold();
    return attachment;
  }

  /** For who lives in this program: told at once, and must be quick. @returns ends it */
  onPublished(listener: (event: FeedBody) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The oldest event that is still remembered; one more than the last when there is none. */
  get oldestSeq(): number {
    return Math.max(this.#startsBehind, this.#lastSeq - this.#capacity) + 1;
  }

  get watchers(): number {
    return this.#attachments.size;
  }

  /** @param seq between the oldest and the last */
  textOf(seq: number): string {
    return this.#ring[seq % this.#capacity] ?? '';
  }

  stamp(body: FeedBody | FeedSnapshot, seq: number): string {
    const event: FeedEvent = { seq, at: new Date(this.#clock.nowMs()).toISOString(), ...body };
    return JSON.stringify(event);
  }

  close(): void {
    if (this.#pumping) clearTimeout(this.#pumping);
    this.#pumping = null;
    for (const attachment of this.#attachments) attachment.detach();
  }

  #pump(): void {
    this.#pumping = null;
    for (const attachment of this.#attachments) attachment.pump();
  }
}

/** One consumer's place in the ring. */
class Attachment implements FeedAttachment {
  readonly #feed: LiveFeed;
  readonly #outlet: FeedOutlet;
  readonly #takeSnapshot: TakeSnapshot;
  readonly #leave: () => void;
  /** The next event to send. */
  #nextSeq: number;
  /** Made at the attachment, so that events between it and the start are sent as events. */
  #held: string | null = null;
  #state: 'waiting' | 'running' | 'detached' = 'waiting';
  #isBlocked = false;

  constructor(feed: LiveFeed, outlet: FeedOutlet, takeSnapshot: TakeSnapshot, leave: () => void) {
    this.#feed = feed;
    this.#outlet = outlet;
    this.#takeSnapshot = takeSnapshot;
    this.#leave = leave;
    this.#nextSeq = feed.lastSeq + 1;
  }

  /** Take the snapshot of this moment and keep it for the start. */
  hold(): void {
    this.#held = this.#snapshot();
  }

  start(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'running';
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#outlet.send(held);
    this.pump();
  }

  resume(seq: number, run?: string): void {
    if (this.#state === 'detached') return;
    this.#state = 'running';
    this.#held = null;
    const isKnown = (run === undefined || run === this.#feed.run) && seq <= this.#feed.lastSeq;
    // Zero lies before every event: the pump finds it gone from the ring and sends a snapshot.
    this.#nextSeq = isKnown ? seq + 1 : 0;
    this.pump();
  }

  drained(): void {
    if (this.#isBlocked) this.pump();
  }

  detach(): void {
    this.#state = 'detached';
    this.#held = null;
    this.#leave();
  }

  pump(): void {
    if (this.#state !== 'running') return;
    this.#outlet.batch(() => {
      for (;;) {
        this.#isBlocked = this.#outlet.waitingBytes > waitingMaxBytes;
        if (this.#isBlocked || this.#state !== 'running') return;
        if (this.#nextSeq < this.#feed.oldestSeq) {
          this.#nextSeq = this.#feed.lastSeq + 1;
          const snapshot = this.#snapshot();
          if (snapshot === null) return;
          this.#outlet.send(snapshot);
        } else if (this.#nextSeq <= this.#feed.lastSeq) {
          this.#outlet.send(this.#feed.textOf(this.#nextSeq++));
        } else return;
      }
    });
  }

  /** Carries the number of the last event that it includes, so that the next event follows it. */
  #snapshot(): string | null {
    try {
      const { calls, campaigns } = this.#takeSnapshot();
      return this.#feed.stamp({ type: 'snapshot', run: this.#feed.run, calls, campaigns }, this.#nextSeq - 1);
    } catch (error) {
      this.detach();
      this.#outlet.failed(error);
      return null;
    }
  }
}
