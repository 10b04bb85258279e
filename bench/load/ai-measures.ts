import { type Block, emptyBlock, markCharacters, readBlock } from './block.ts';
import { nowMs } from './clock.ts';
import { Samples } from './samples.ts';

/** The AI told that the callee speaks while it was speaking itself. */
export interface Barge {
  readonly call: number;
  readonly utterance: number;
  readonly atMs: number;
}

/** The bridge told how much of something was heard. */
export interface Truncation {
  readonly call: number;
  readonly utterance: number;
  readonly audioEndMs: number;
}

/** What the AI's end measures, over all sessions. */
export class AiMeasures {
  /** From the callee's end to ours. */
  readonly latency = new Samples();
  /** Calls that misbehave: what they send is not counted. */
  readonly excluded = new Set<number>();
  /** Of each call: what was missing, or came before we could understand it. */
  lostMs: number[] = [];
  lostLater = 0;
  frames = 0;
  barges: Barge[] = [];
  truncations: Truncation[] = [];

  clear(): void {
    this.latency.clear();
    this.lostMs = [];
    this.lostLater = 0;
    this.frames = 0;
    this.barges = [];
    this.truncations = [];
  }
}

const audioKey = Buffer.from('"audio":"');
const scratch = Buffer.alloc(markCharacters);

/** The callee of one session, as far as it reaches the AI. */
export class CalleeFrames {
  /** Number of the call, as its frames say; -1 before the first. */
  call = -1;
  readonly #measures: AiMeasures;
  readonly #block: Block = emptyBlock();
  #next = 0;
  #missedMs = 0;
  #counted = false;

  constructor(measures: AiMeasures) {
    this.#measures = measures;
  }

  /** @param understood the session is configured; before that, mu-law is taken for something else */
  take(message: Buffer, understood: boolean): void {
    const from = message.indexOf(audioKey) + audioKey.length;
    scratch.write(message.toString('latin1', from, from + markCharacters), 'base64');
    const block = this.#block;
    if (!readBlock(scratch, 0, block)) return;
    const measures = this.#measures;
    if (this.call === -1) {
      this.call = block.call;
      this.#missedMs = block.index * 20;
    } else if (block.index > this.#next && !measures.excluded.has(block.call)) measures.lostLater += block.index - this.#next;
    if (!understood) this.#missedMs += 20;
    // Three seconds into the call the beginning is settled.
    if (!this.#counted && block.index >= 150) {
      this.#counted = true;
      measures.lostMs.push(this.#missedMs);
    }
    this.#next = block.index + 1;
    if (measures.excluded.has(block.call)) return;
    measures.frames += 1;
    measures.latency.add(nowMs() - block.sentAtMs);
  }
}
