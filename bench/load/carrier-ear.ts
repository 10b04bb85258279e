import { type Block, blockBytes, emptyBlock, markBytes, markCharacters, readBlock } from './block.ts';
import { nowMs } from './clock.ts';
import { Samples } from './samples.ts';

/** What the callee's end of all calls measures together. */
export class EarMeasures {
  /** How much later the ear heard each 20 ms than if every delta of the AI had been forwarded in no time at all. */
  readonly late = new Samples();
  /** From the first message on a media socket to the first audio of the AI. */
  firstAudioMs: number[] = [];
  gaps = 0;
  gapMs = 0;
  lostBlocks = 0;
  blocks = 0;
  cuts: Cut[] = [];

  clear(): void {
    this.late.clear();
    this.firstAudioMs = [];
    this.gaps = 0;
    this.gapMs = 0;
    this.lostBlocks = 0;
    this.blocks = 0;
    this.cuts = [];
  }
}

/** What the carrier did when it was told to drop the rest of something that the AI said. */
export interface Cut {
  readonly call: number;
  readonly utterance: number;
  readonly atMs: number;
  /** What the ear had received of it by then. */
  readonly playedMs: number;
  /** What came of the same utterance afterwards, and was played. */
  slippedMs: number;
}

/** A gap shorter than this is the rounding of clocks. */
const gapToleranceMs = 1;
const frameMs = 20;
const payloadKey = Buffer.from('"payload":"');
/** Base64 of exactly one block. */
const blockCharacters = 216;
const scratch = Buffer.allocUnsafe(256 * 1024);

/** One callee's ear behind the carrier's playout buffer, which plays what comes at once and in order. */
export class CarrierEar {
  readonly #call: number;
  #measures: EarMeasures;
  readonly #block: Block = emptyBlock();
  #startedAtMs = 0;
  #heardAny = false;
  #utterance = -1;
  #nextIndex = 0;
  #starts: number[] = [];
  #playEndMs = 0;
  #idealEndMs = 0;
  #lastCut: Cut | null = null;
  #rest = Buffer.alloc(blockBytes);
  #restBytes = 0;
  #pendingMarks: { readonly atMs: number; readonly name: string }[] = [];

  constructor(call: number, measures: EarMeasures) {
    this.#call = call;
    this.#measures = measures;
  }

  /** What this one hears no longer counts. */
  exclude(): void {
    this.#measures = new EarMeasures();
  }

  started(): void {
    this.#startedAtMs = nowMs();
  }

  /** One `media` message, as it came. */
  media(message: Buffer): void {
    const now = nowMs();
    if (!this.#heardAny) {
      this.#heardAny = true;
      this.#measures.firstAudioMs.push(now - this.#startedAtMs);
    }
    const from = message.indexOf(payloadKey) + payloadKey.length;
    const to = message.indexOf(0x22, from);
    if (this.#restBytes === 0 && to - from === blockCharacters) {
      scratch.write(message.toString('latin1', from, from + markCharacters), 'base64');
      this.#take(scratch, 0, now);
      return;
    }
    const bytes = scratch.write(message.toString('latin1', from, to), 'base64');
    for (let at = 0; at < bytes; ) {
      const part = Math.min(blockBytes - this.#restBytes, bytes - at);
      scratch.copy(this.#rest, this.#restBytes, at, at + part);
      this.#restBytes += part;
      at += part;
      if (this.#restBytes < blockBytes) break;
      this.#restBytes = 0;
      this.#take(this.#rest, 0, now);
    }
  }

  /** @returns the marks to be sent back at once */
  clear(): readonly string[] {
    const now = nowMs();
    const playedMs = this.#starts.reduce((sum, start) => sum + Math.min(frameMs, Math.max(0, now - start)), 0);
    if (this.#starts.length > 0) {
      this.#lastCut = { call: this.#call, utterance: this.#utterance, atMs: now, playedMs, slippedMs: 0 };
      this.#measures.cuts.push(this.#lastCut);
    }
    this.#starts = [];
    this.#restBytes = 0;
    this.#playEndMs = Math.min(this.#playEndMs, now);
    this.#idealEndMs = Math.min(this.#idealEndMs, now);
    return this.#pendingMarks.splice(0).map(({ name }) => name);
  }

  mark(name: string): void {
    this.#pendingMarks.push({ atMs: Math.max(this.#playEndMs, nowMs()), name });
  }

  /** Marks whose audio was played by now. */
  duePlayed(now: number): readonly string[] {
    if (this.#pendingMarks.length === 0 || (this.#pendingMarks[0]?.atMs ?? 0) > now) return none;
    const due = this.#pendingMarks.filter(({ atMs }) => atMs <= now);
    this.#pendingMarks = this.#pendingMarks.filter(({ atMs }) => atMs > now);
    return due.map(({ name }) => name);
  }

  #take(source: Buffer, at: number, now: number): void {
    const block = this.#block;
    // The silence that fills up the last frame of an utterance has no mark.
    if (source.length < markBytes || !readBlock(source, at, block)) return;
    const measures = this.#measures;
    measures.blocks += 1;
    if (block.utterance !== this.#utterance) {
      this.#utterance = block.utterance;
      this.#nextIndex = 0;
      this.#starts = [];
    }
    if (this.#lastCut?.utterance === block.utterance) this.#lastCut.slippedMs += frameMs;
    measures.lostBlocks += Math.max(0, block.index - this.#nextIndex);
    const begins = block.index === 0;
    const start = Math.max(this.#playEndMs, now);
    if (!begins && now > this.#playEndMs + gapToleranceMs && this.#lastCut?.utterance !== block.utterance) {
      measures.gaps += 1;
      measures.gapMs += now - this.#playEndMs;
    }
    this.#nextIndex = block.index + 1;
    this.#playEndMs = start + frameMs;
    this.#starts.push(start);
    if (block.clip) {
      this.#idealEndMs = this.#playEndMs;
      return;
    }
    const ideal = Math.max(this.#idealEndMs, block.sentAtMs);
    this.#idealEndMs = ideal + frameMs;
    if (this.#lastCut?.utterance !== block.utterance) measures.late.add(start - ideal);
  }
}

const none: readonly string[] = [];
