import { BYTES_PER_MS, FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';
import { fromMulaw } from './audio-format.ts';
import type { Item } from './conversation.ts';
import { type ResponsePlan, type ResponseStatus, sentencesOf } from './plan.ts';
import type { Json } from './wire.ts';
import { wordSpans } from './words-heard.ts';

/** What an answer needs of its session. */
export interface ResponseHost {
  send(event: Json): void;
  after(delayMs: number, callback: () => void): () => void;
  nowMs(): number;
  newId(prefix: string): string;
  chance(): number;
  render(text: string): Promise<Uint8Array>;
  /** Speech per second of time. */
  readonly burst: number;
  /** The item is part of the conversation from here on. @returns the id of the one before it */
  place(item: Item): string | null;
  /** Before each piece of audio. @returns what happens instead of sending it, or null */
  disturb(deltas: number): 'stop' | null;
  /** @param usageOf what was generated, for the bill */
  usage(letters: number, audioMs: number): Json;
  ended(response: SimResponse): void;
}

/** Smallest and largest piece of audio, in bytes of mu-law; the pieces never fit frames. */
const PIECE_BYTES = [410, 2_390] as const;
/** Between sentences, 160 ms. */
const PAUSE = new Uint8Array(8 * FRAME_BYTES).fill(SILENCE);
/** Text runs this far ahead of the audio. */
const TEXT_LEAD_MS = 600;

interface Speech {
  readonly item: Item;
  sentText: string;
}

/** One answer, from `response.created` to `response.done`: what is said, faster than it can be played, then the calls. */
export class SimResponse {
  readonly plan: ResponsePlan;
  readonly #host: ResponseHost;
  readonly #output: Json[] = [];
  #speech: Speech | null = null;
  #wake: (() => void) | null = null;
  #letters = 0;
  #audioMs = 0;
  #deltas = 0;
  #previous: string | null = null;
  #status: ResponseStatus | null = null;

  constructor(plan: ResponsePlan, host: ResponseHost) {
    this.plan = plan;
    this.#host = host;
  }

  get active(): boolean {
    return this.#status === null;
  }

  /** Milliseconds of audio it has made. */
  get audioMs(): number {
    return this.#audioMs;
  }

  /** Speak. Never rejects. */
  async run(): Promise<void> {
    const { plan } = this;
    this.#host.send({ type: 'response.created', response: this.#wire('in_progress', null, null) });
    this.#host.send({
      type: 'rate_limits.updated',
      rate_limits: [{ name: 'tokens', limit: 400_000, remaining: 390_000, reset_seconds: 1.5 }],
    });
    const sentences = plan.reply.say === null || plan.modality === 'text' ? [] : sentencesOf(plan.reply.say);
    const clips = sentences.map((text) => this.#host.render(text));
    for (const clip of clips) clip.catch(() => undefined);
    try {
      await this.#sleep(plan.thinkMs);
      if (plan.fail) this.#end('failed', { type: 'failed', error: plan.fail });
      if (plan.reply.say !== null && this.active) {
        if (plan.modality === 'text') this.#write(plan.reply.say);
        else await this.#speak(sentences, clips);
      }
      if (!this.active) return;
      for (const call of plan.reply.calls) this.#call(call.name, JSON.stringify(call.arguments));
      this.#end('completed', null);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#end('failed', { type: 'failed', error: { type: 'server_error', code: 'server_error', message } });
    }
  }

  /** Stop now. Everything that was begun is finished off with its `done` events. */
  cancel(reason: 'turn_detected' | 'client_cancelled'): void {
    this.#end('cancelled', { type: 'cancelled', reason });
  }

  /** The session is over: nothing more is sent. */
  abandon(): void {
    this.#status ??= 'cancelled';
    this.#wake?.();
  }

  async #speak(sentences: readonly string[], clips: readonly Promise<Uint8Array>[]): Promise<void> {
    let nextAtMs = this.#host.nowMs();
    for (const [index, text] of sentences.entries()) {
      const clip = (await clips[index]) ?? new Uint8Array(0);
      if (!this.active) return;
      const speech = this.#speech ?? this.#begin();
      const audio = index < sentences.length - 1 ? Buffer.concat([clip, PAUSE]) : clip;
      const startMs = this.#audioMs;
      speech.item.spoken.push({ text, fromMs: startMs, toMs: startMs + clip.length / BYTES_PER_MS });
      const spans = wordSpans(text, clip.length / BYTES_PER_MS);
      for (let at = 0; at < audio.length; ) {
        const disturbance = this.#host.disturb(this.#deltas);
        if (disturbance === 'stop') await new Promise<void>((resolve) => this.#onWake(resolve));
        if (!this.active) return;
        const left = (this.plan.maxAudioMs - this.#audioMs) * BYTES_PER_MS;
        const piece = audio.subarray(at, at + Math.min(this.#pieceBytes(), left));
        at += piece.length;
        this.#text(spans, at / BYTES_PER_MS + TEXT_LEAD_MS);
        this.#audio(piece);
        if (piece.length >= left) {
          this.#end('incomplete', { type: 'incomplete', reason: 'max_output_tokens' });
          return;
        }
        nextAtMs = Math.max(nextAtMs, this.#host.nowMs() - 100) + piece.length / BYTES_PER_MS / this.#host.burst;
        await this.#sleep(nextAtMs - this.#host.nowMs());
        if (!this.active) return;
      }
      this.#text(spans, Number.POSITIVE_INFINITY);
    }
    this.#finishSpeech('completed');
  }

  #pieceBytes(): number {
    const [low, high] = PIECE_BYTES;
    const bytes = Math.floor(low + this.#host.chance() * (high - low));
    return bytes % FRAME_BYTES === 0 ? bytes + 1 : bytes;
  }

  #begin(): Speech {
    const id = this.#host.newId('item');
    const wire: Json = { id, object: 'realtime.item', type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    const item: Item = { id, wire, history: null, audioMs: 0, audio: [], spoken: [], truncatedAtMs: null };
    this.#speech = { item, sentText: '' };
    this.#added(item);
    const type = this.plan.modality === 'audio' ? 'audio' : 'text';
    this.#host.send({
      type: 'response.content_part.added',
      ...this.#place(id),
      part: type === 'audio' ? { type, transcript: '' } : { type, text: '' },
    });
    return this.#speech;
  }

  /** Words whose turn has come, up to this place in the sentence. */
  #text(spans: { word: string; from: number }[], untilMs: number): void {
    const speech = this.#speech;
    if (!speech) return;
    let delta = '';
    for (let next = spans[0]; next && next.from <= untilMs; next = spans[0]) {
      delta += speech.sentText === '' && delta === '' ? next.word : ` ${next.word}`;
      spans.shift();
    }
    if (delta === '') return;
    speech.sentText += delta;
    this.#letters += delta.length;
    this.#host.send({ type: 'response.output_audio_transcript.delta', ...this.#place(speech.item.id), delta });
  }

  #audio(piece: Uint8Array): void {
    const speech = this.#speech;
    if (!speech) return;
    this.#deltas++;
    this.#audioMs += piece.length / BYTES_PER_MS;
    speech.item.audioMs = this.#audioMs;
    speech.item.audio.push(piece);
    const bytes = fromMulaw(piece, this.plan.format);
    const delta = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
    this.#host.send({ type: 'response.output_audio.delta', ...this.#place(speech.item.id), delta });
  }

  #finishSpeech(status: 'completed' | 'incomplete'): void {
    const speech = this.#speech;
    if (!speech) return;
    this.#speech = null;
    const { item, sentText } = speech;
    const place = this.#place(item.id);
    if (this.plan.modality === 'audio') {
      this.#host.send({ type: 'response.output_audio.done', ...place });
      this.#host.send({ type: 'response.output_audio_transcript.done', ...place, transcript: sentText });
      this.#host.send({ type: 'response.content_part.done', ...place, part: { type: 'audio', transcript: sentText } });
    } else {
      this.#host.send({ type: 'response.output_text.done', ...place, text: sentText });
      this.#host.send({ type: 'response.content_part.done', ...place, part: { type: 'text', text: sentText } });
    }
    item.wire.status = status;
    // A cut that came before the end has taken the text away already.
    if (item.truncatedAtMs === null) {
      item.wire.content =
        this.plan.modality === 'audio' ? [{ type: 'output_audio', transcript: sentText }] : [{ type: 'output_text', text: sentText }];
    }
    this.#done(item);
  }

  #write(text: string): void {
    const speech = this.#begin();
    speech.item.history = { kind: 'said', by: 'ai', text };
    speech.sentText = text;
    this.#letters += text.length;
    for (const delta of text.match(/[\s\S]{1,24}/g) ?? []) {
      this.#host.send({ type: 'response.output_text.delta', ...this.#place(speech.item.id), delta });
    }
    this.#finishSpeech('completed');
  }

  #call(name: string, json: string): void {
    const id = this.#host.newId('item');
    const callId = this.#host.newId('call');
    const wire: Json = { id, object: 'realtime.item', type: 'function_call', status: 'in_progress', name, call_id: callId, arguments: '' };
    const item: Item = {
      id,
      wire,
      history: { kind: 'call', name, arguments: json, output: null },
      audioMs: 0,
      audio: [],
      spoken: [],
      truncatedAtMs: null,
    };
    this.#added(item);
    const { content_index: _, ...place } = this.#place(id);
    for (const delta of json.match(/[\s\S]{1,12}/g) ?? []) {
      this.#host.send({ type: 'response.function_call_arguments.delta', ...place, call_id: callId, delta });
    }
    this.#letters += name.length + json.length;
    wire.arguments = json;
    wire.status = 'completed';
    this.#host.send({ type: 'response.function_call_arguments.done', ...place, call_id: callId, name, arguments: json });
    this.#done(item);
  }

  #added(item: Item): void {
    const snapshot = structuredClone(item.wire);
    this.#host.send({ type: 'response.output_item.added', response_id: this.plan.id, output_index: this.#output.length, item: snapshot });
    if (this.plan.conversation === 'none') return;
    this.#previous = this.#host.place(item);
    this.#host.send({ type: 'conversation.item.added', previous_item_id: this.#previous, item: snapshot });
  }

  #done(item: Item): void {
    const snapshot = structuredClone(item.wire);
    this.#host.send({ type: 'response.output_item.done', response_id: this.plan.id, output_index: this.#output.length, item: snapshot });
    this.#output.push(snapshot);
    if (this.plan.conversation === 'none') return;
    this.#host.send({ type: 'conversation.item.done', previous_item_id: this.#previous, item: snapshot });
  }

  #end(status: ResponseStatus, details: Json | null): void {
    if (!this.active) return;
    this.#finishSpeech('incomplete');
    this.#status = status;
    const usage = status === 'failed' ? null : this.#host.usage(this.#letters, this.#audioMs);
    this.#host.send({ type: 'response.done', response: this.#wire(status, details, usage) });
    this.#host.ended(this);
    this.#wake?.();
  }

  #place(itemId: string): { response_id: string; item_id: string; output_index: number; content_index: number } {
    return { response_id: this.plan.id, item_id: itemId, output_index: this.#output.length, content_index: 0 };
  }

  #wire(status: ResponseStatus | 'in_progress', details: Json | null, usage: Json | null): Json {
    const { plan } = this;
    return {
      object: 'realtime.response',
      id: plan.id,
      status,
      status_details: details,
      output: [...this.#output],
      conversation_id: plan.conversation === 'none' ? null : 'conv_rehearsal',
      output_modalities: [plan.modality],
      max_output_tokens: plan.maxOutputTokens,
      metadata: plan.metadata,
      usage,
    };
  }

  async #sleep(ms: number): Promise<void> {
    if (ms <= 0 || !this.active) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#host.after(ms, resolve);
      this.#onWake(() => {
        cancel();
        resolve();
      });
    });
    this.#wake = null;
  }

  #onWake(wake: () => void): void {
    this.#wake = wake;
  }
}
