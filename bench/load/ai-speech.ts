import { type Block, blockBytes, emptyBlock, writeBlock } from './block.ts';
import { between, nowMs } from './clock.ts';

/** How the AI's audio comes. */
export type Delivery =
  /** Faster than it is spoken, in pieces of uneven length, as the service does it. */
  | 'burst'
  /** 20 ms every 20 ms: the most messages that a conversation can have. */
  | 'even';

/** Four times as fast as it is spoken: six seconds of speech come in one and a half. */
const burstSpeed = 4;
const burstEveryMs = 50;
const firstBytes = 800;
const bytesPerMs = 8;
const filler = 0xc8;

/** One thing that the AI says, as a stream of marked blocks. */
export class AiSpeech {
  readonly responseId: string;
  readonly itemId: string;
  readonly utterance: number;
  readonly totalBytes: number;
  readonly text: string;
  readonly clip: boolean;
  nextAtMs: number;
  /** Say nothing from this moment on, and be cancelled; null for never. */
  stopAtMs: number | null = null;
  readonly beganAtMs: number;
  sentBytes = 0;
  readonly #delivery: Delivery;
  readonly #call: number;
  readonly #block: Block = emptyBlock();
  readonly #current = Buffer.alloc(blockBytes, filler);
  #prefix: string;

  constructor(options: {
    readonly responseId: string;
    readonly itemId: string;
    readonly utterance: number;
    readonly call: number;
    readonly ms: number;
    readonly text: string;
    readonly clip: boolean;
    readonly delivery: Delivery;
  }) {
    this.responseId = options.responseId;
    this.itemId = options.itemId;
    this.utterance = options.utterance;
    this.totalBytes = Math.max(1, Math.round(options.ms / 20)) * blockBytes;
    this.text = options.text;
    this.clip = options.clip;
    this.#call = options.call;
    this.#delivery = options.delivery;
    this.beganAtMs = nowMs();
    this.nextAtMs = this.beganAtMs;
    this.#prefix = `{"type":"response.output_audio.delta","event_id":"event_${this.itemId}","response_id":"${this.responseId}","item_id":"${this.itemId}","output_index":0,"content_index":0,"delta":"`;
  }

  get spokenMs(): number {
    return this.totalBytes / bytesPerMs;
  }

  get over(): boolean {
    return this.sentBytes >= this.totalBytes;
  }

  /** The next message; call when `nextAtMs` has come. */
  delta(): string {
    const wanted =
      this.#delivery === 'even'
        ? blockBytes
        : this.sentBytes === 0
          ? firstBytes
          : Math.round(burstEveryMs * burstSpeed * bytesPerMs * between(0.7, 1.3));
    const from = this.sentBytes;
    const to = Math.min(this.totalBytes, from + wanted);
    const bytes = Buffer.allocUnsafe(to - from);
    const now = nowMs();
    for (let at = from; at < to; ) {
      const within = at % blockBytes;
      if (within === 0) this.#stamp(at / blockBytes, now);
      const part = Math.min(blockBytes - within, to - at);
      this.#current.copy(bytes, at - from, within, within + part);
      at += part;
    }
    this.sentBytes = to;
    this.nextAtMs += this.#delivery === 'even' ? 20 : burstEveryMs;
    return `${this.#prefix}${bytes.toString('base64')}"}`;
  }

  #stamp(index: number, now: number): void {
    const block = this.#block;
    block.call = Math.max(0, this.#call);
    block.utterance = this.utterance;
    block.index = index;
    block.clip = this.clip;
    block.sentAtMs = now;
    writeBlock(this.#current, 0, block);
  }
}
