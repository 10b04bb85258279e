import { isDeepStrictEqual } from 'node:util';
import type { Segment } from '#bridge/contract/calls.ts';
import type { SegmentId } from '#bridge/contract/ids.ts';
import type { Speaker } from '#bridge/contract/words.ts';
import { heardText } from '../../domain/heard.ts';
import { newId } from '../new-id.ts';

/** Before the name of a turn; utterances have another. */
const leadKey = 'lead:';

interface Line {
  readonly id: SegmentId;
  readonly speaker: Speaker;
  text: string;
  heard: string | null;
  /** Told by proportion, not by the voice or the carrier. */
  isGuess: boolean;
  startMs: number;
  endMs: number;
  textFinal: boolean;
  soundFinal: boolean;
  told: Segment | null;
}

export interface TranscriptSink {
  /** A segment is new or has changed. Final ones are stored before anybody is told. */
  changed(segment: Segment): void;
}

/**
 * The words of one call in the order in which they were spoken. Words arrive late, in pieces and out of order; each line keeps the place
 * of its sound. All times are milliseconds since the answer.
 */
export class TranscriptKeeper {
  readonly #lines = new Map<string, Line>();
  readonly #sink: TranscriptSink;

  constructor(sink: TranscriptSink) {
    this.#sink = sink;
  }

  leadStarted(turn: string, startMs: number): void {
    const line = this.#line(`${leadKey}${turn}`, 'lead', startMs);
    line.startMs = startMs;
    line.endMs = Math.max(line.endMs, startMs);
  }

  leadStopped(turn: string, endMs: number): void {
    const line = this.#line(`${leadKey}${turn}`, 'lead', endMs);
    line.endMs = Math.max(line.startMs, endMs);
    line.soundFinal = true;
    this.#tell(line);
  }

  /** @returns the words of the turn as far as they are known */
  leadText(turn: string, text: string, final: boolean, nowMs: number): string {
    const line = this.#line(`${leadKey}${turn}`, 'lead', nowMs);
    // A turn whose words were given up in the middle has those that came.
    if (text.length > 0) line.text = text;
    line.textFinal = final;
    if (final) line.soundFinal = true;
    this.#tell(line);
    return line.text;
  }

  /** The first frame of an utterance is about to be heard. */
  aiStarted(utterance: string, startMs: number): void {
    const line = this.#line(`ai:${utterance}`, 'ai', startMs);
    line.startMs = startMs;
    line.endMs = Math.max(line.endMs, startMs);
    this.#tell(line);
  }

  aiText(utterance: string, text: string, final: boolean, nowMs: number): void {
    const line = this.#line(`ai:${utterance}`, 'ai', nowMs);
    if (line.soundFinal && line.heard !== null) return;
    if (text.length > 0) line.text = text;
    line.textFinal = final;
    this.#tell(line);
  }

  /** Whether anything is known of what was said in an utterance. */
  hasAiWords(utterance: string): boolean {
    return (this.#lines.get(`ai:${utterance}`)?.text ?? '') !== '';
  }

  /** The whole utterance was heard. */
  aiEnded(utterance: string, endMs: number): void {
    const line = this.#lines.get(`ai:${utterance}`);
    if (!line || line.soundFinal) return;
    line.endMs = Math.max(line.startMs, endMs);
    line.soundFinal = true;
    this.#tell(line);
  }

  /**
   * The utterance was cut off, or never began. `words`: what was heard of it, where the voice tells; else it is told by proportion.
   * @returns the words that reached the ear
   */
  aiCut(
    utterance: string,
    cut: { readonly heardMs: number; readonly receivedMs: number; readonly complete: boolean; readonly words?: string | null },
  ): string {
    const line = this.#lines.get(`ai:${utterance}`);
    if (!line || line.soundFinal) return line?.heard ?? line?.text ?? '';
    line.heard = cut.words ?? heardText(line.text, cut.heardMs, cut.receivedMs, cut.complete);
    // Of what never began, nothing was heard: that is certain.
    line.isGuess = typeof cut.words !== 'string' && cut.heardMs > 0;
    line.endMs = Math.round(line.startMs + cut.heardMs);
    line.soundFinal = true;
    line.textFinal = true;
    this.#tell(line);
    return line.heard;
  }

  /** A carrier that speaks for us tells which of our words were heard. */
  aiHeard(utterance: string, heard: string, endMs: number): void {
    const line = this.#lines.get(`ai:${utterance}`);
    if (!line || line.soundFinal) return;
    line.heard = heard;
    line.endMs = Math.max(line.startMs, endMs);
    line.soundFinal = true;
    line.textFinal = true;
    this.#tell(line);
  }

  /** Words of a person of ours, as far as they are known. @param turn its name within the call */
  personText(turn: string, text: string, final: boolean, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }): void {
    const line = this.#line(`person:${turn}`, 'operator', startMs);
    if (text.length > 0) line.text = text;
    line.endMs = Math.max(line.startMs, endMs);
    line.textFinal = final;
    line.soundFinal = final;
    this.#tell(line);
  }

  /** What was said from this moment on, as far as it was heard, in order. */
  said(sinceMs: number): readonly { readonly speaker: Speaker; readonly text: string }[] {
    return [...this.#lines.values()]
      .filter((line) => line.speaker !== 'system' && line.endMs >= sinceMs && (line.heard ?? line.text).trim() !== '')
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ speaker, text, heard }) => ({ speaker, text: heard ?? text }));
  }

  /** All that was said and is certain, in order: of ours what was heard, or will be; of the lead what was understood to its end. */
  settled(): readonly { readonly speaker: Speaker; readonly text: string }[] {
    return [...this.#lines.values()]
      .filter((line) => (line.speaker !== 'lead' || line.textFinal) && (line.heard ?? line.text).trim() !== '')
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ speaker, text, heard }) => ({ speaker, text: heard ?? text }));
  }

  /** What the sink was told of and may still change: words that are being said, or understood. In no order. */
  get unfinished(): readonly Segment[] {
    return [...this.#lines.values()].flatMap(({ told }) => (told === null || told.final ? [] : [told]));
  }

  /** Our side was cut off, and nobody has said anything since. */
  get endsCut(): boolean {
    const last = [...this.#lines.values()]
      .filter(({ speaker, text }) => speaker !== 'system' && text.length > 0)
      .sort((a, b) => a.startMs - b.startMs)
      .at(-1);
    return last?.speaker === 'ai' && last.heard !== null && last.heard !== last.text;
  }

  /** The segment of an utterance of the AI; null when nobody knows it. */
  segmentOf(utterance: string): SegmentId | null {
    return this.#lines.get(`ai:${utterance}`)?.id ?? null;
  }

  /** Something the carrier's own voice or the bridge says or does, as a line of its own. */
  note(speaker: Speaker, text: string, atMs: number, endMs = atMs): void {
    const line = this.#line(`note:${this.#lines.size}`, speaker, atMs);
    Object.assign(line, { text, endMs, textFinal: true, soundFinal: true });
    this.#tell(line);
  }

  /** The words of this turn have not come yet. */
  awaitsWords(turn: string): boolean {
    return this.#lines.get(`${leadKey}${turn}`)?.textFinal === false;
  }

  /** Turns whose words have not come yet. */
  get waitingForWords(): number {
    let waiting = 0;
    for (const line of this.#lines.values()) if (line.speaker === 'lead' && !line.textFinal) waiting += 1;
    return waiting;
  }

  /** What our side was saying while the lead took a turn, or shortly before; null when nothing. */
  aiWordsAround(turn: string, marginMs: number): string | null {
    const lead = this.#lines.get(`${leadKey}${turn}`);
    if (!lead) return null;
    const words = this.#ai.filter(
      ({ startMs, endMs, soundFinal }) =>
        startMs <= Math.max(lead.startMs, lead.endMs) && (!soundFinal || endMs >= lead.startMs - marginMs),
    );
    return words.length === 0 ? null : words.map(({ text, heard }) => heard ?? text).join(' ');
  }

  /** The last thing that our side said and that was heard to its end; null when it was cut off, goes on, or there is none. */
  get lastAiWords(): { readonly text: string; readonly endMs: number } | null {
    const last = this.#ai.at(-1);
    return last?.soundFinal && last.heard === null ? { text: last.text, endMs: last.endMs } : null;
  }

  /** Words of turns that nobody has called final. */
  get unsettled(): readonly { readonly turn: string; readonly text: string }[] {
    return [...this.#lines]
      .filter(([, { speaker, text, textFinal }]) => speaker === 'lead' && text.length > 0 && !textFinal)
      .map(([key, { text }]) => ({ turn: key.slice(leadKey.length), text }));
  }

  /** Nothing more will come: what is there is final. @param endMs when the call ended */
  finish(endMs: number): void {
    for (const line of this.#lines.values()) {
      if (line.textFinal && line.soundFinal) continue;
      if (!line.soundFinal) line.endMs = Math.max(line.endMs, endMs);
      line.textFinal = true;
      line.soundFinal = true;
      this.#tell(line);
    }
  }

  get #ai(): readonly Line[] {
    return [...this.#lines.values()]
      .filter(({ speaker, text }) => speaker === 'ai' && text.length > 0)
      .sort((a, b) => a.startMs - b.startMs);
  }

  #line(key: string, speaker: Speaker, startMs: number): Line {
    const known = this.#lines.get(key);
    if (known) return known;
    const line: Line = {
      id: newId<SegmentId>('seg'),
      speaker,
      text: '',
      heard: null,
      isGuess: false,
      startMs,
      endMs: startMs,
      textFinal: false,
      soundFinal: false,
      told: null,
    };
    this.#lines.set(key, line);
    return line;
  }

  #tell(line: Line): void {
    if (line.text.length === 0) return;
    const segment: Segment = {
      id: line.id,
      speaker: line.speaker,
      text: line.text,
      ...(line.heard === null || line.heard === line.text
        ? {}
        : { heardText: line.heard, heardEstimated: line.isGuess, interrupted: true }),
      startMs: Math.max(0, Math.round(line.startMs)),
      endMs: Math.max(0, Math.round(line.endMs)),
      final: line.textFinal && line.soundFinal,
    };
    if (isDeepStrictEqual(segment, line.told)) return;
    line.told = segment;
    this.#sink.changed(segment);
  }
}
