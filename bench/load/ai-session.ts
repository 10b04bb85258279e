import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { type AiMeasures, CalleeFrames } from './ai-measures.ts';
import { AiSpeech, type Delivery } from './ai-speech.ts';
import { between, nowMs } from './clock.ts';

/** How the conversations go. */
export interface AiPlan {
  /** Answers follow each other by themselves, with a turn of the callee before each. */
  readonly converse: boolean;
  readonly delivery: Delivery;
  readonly answerMs: readonly [number, number];
  readonly pauseMs: readonly [number, number];
  /** The callee speaks into every answer, at a random place. */
  readonly bargeIn: boolean;
}

/** From the end of the callee's speech to the answer. */
const thinkMs = 400;
const calleeSpeaksMs = 1_500;
/** After the callee was noticed, what was made already still comes. */
const stillComesMs = 100;
const words = 'we could come by on Tuesday afternoon and have a look at it together if that would suit you at all '.split(' ');

type Step = 'pause' | 'callee-speaks' | 'thinking' | 'speaking';

/** One session of a lean Realtime service: the GA dialect, as much of it as a telephone bridge uses. */
export class AiSession {
  readonly #socket: WebSocket;
  readonly #measures: AiMeasures;
  readonly #plan: () => AiPlan;
  readonly #frames: CalleeFrames;
  readonly #id = randomBytes(6).toString('hex');
  readonly #speeches: AiSpeech[] = [];
  #configured = false;
  #step: Step = 'pause';
  #nextAtMs = Number.POSITIVE_INFINITY;
  #bargeAtMs = Number.POSITIVE_INFINITY;
  #answer: AiSpeech | null = null;
  #count = 0;
  #turn = 0;
  #heardMs = 0;

  constructor(socket: WebSocket, measures: AiMeasures, plan: () => AiPlan) {
    this.#socket = socket;
    this.#measures = measures;
    this.#plan = plan;
    this.#frames = new CalleeFrames(measures);
    const session = {
      type: 'realtime',
      object: 'realtime.session',
      id: `sess_${this.#id}`,
      model: 'gpt-realtime-2.1',
      audio: audio('audio/pcm'),
    };
    this.#send({ type: 'session.created', session: { ...session, expires_at: Math.floor(Date.now() / 1_000) + 3_600 } });
  }

  message(data: Buffer): void {
    // `{"type":"input_audio_buffer.append"`: nearly every message is one.
    if (data[9] === 0x69 && data[28] === 0x61) {
      this.#heardMs += 20;
      this.#frames.take(data, this.#configured);
      return;
    }
    const event = JSON.parse(data.toString());
    switch (event.type) {
      case 'session.update': {
        this.#configured = true;
        this.#send({ type: 'session.updated', session: { ...event.session, audio: audio('audio/pcmu') } });
        const auto = event.session.audio?.input?.turn_detection?.create_response === true;
        if (auto && this.#plan().converse && this.#nextAtMs === Number.POSITIVE_INFINITY) this.#nextAtMs = nowMs() + between(2_500, 4_500);
        return;
      }
      case 'response.create':
        this.#create(event);
        return;
      case 'response.cancel': {
        const speech = this.#speeches.find(({ responseId }) => responseId === event.response_id) ?? this.#answer;
        if (speech) this.#finish(speech, 'cancelled');
        return;
      }
      case 'conversation.item.create':
        this.#send({ type: 'conversation.item.added', item: { id: `item_c${++this.#count}`, ...event.item } });
        this.#send({ type: 'conversation.item.done', item: { id: `item_c${this.#count}`, ...event.item } });
        return;
      case 'conversation.item.truncate': {
        const utterance = Number(/_(\d+)$/.exec(event.item_id)?.[1] ?? -1);
        this.#measures.truncations.push({ call: this.#frames.call, utterance, audioEndMs: event.audio_end_ms });
        this.#send({ ...event, type: 'conversation.item.truncated' });
        return;
      }
      default:
    }
  }

  /** Called every few milliseconds. */
  beat(now: number): void {
    for (const speech of [...this.#speeches]) this.#speak(speech, now);
    if (now >= this.#bargeAtMs) this.#bargeIn(now);
    if (now >= this.#nextAtMs) this.#converse(now);
  }

  #converse(now: number): void {
    const plan = this.#plan();
    const turn = `item_${this.#id}_t${this.#turn}`;
    switch (this.#step) {
      case 'pause':
        if (!plan.converse) {
          this.#nextAtMs = now + 500;
          return;
        }
        this.#turn += 1;
        this.#send({
          type: 'input_audio_buffer.speech_started',
          audio_start_ms: this.#heardMs,
          item_id: `item_${this.#id}_t${this.#turn}`,
        });
        this.#go('callee-speaks', now + calleeSpeaksMs);
        return;
      case 'callee-speaks':
        this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: this.#heardMs, item_id: turn });
        this.#send({ type: 'input_audio_buffer.committed', item_id: turn, previous_item_id: null });
        this.#send({ type: 'conversation.item.added', item: { id: turn, type: 'message', role: 'user' }, previous_item_id: null });
        this.#send({ type: 'conversation.item.done', item: { id: turn, type: 'message', role: 'user' }, previous_item_id: null });
        this.#go('thinking', now + thinkMs);
        return;
      case 'thinking': {
        const ms = between(...plan.answerMs);
        this.#answer = this.#begin(ms, sentence(ms), false, null);
        this.#transcribe(turn);
        if (plan.bargeIn) this.#bargeAtMs = now + between(800, Math.min(6_000, ms - 500));
        this.#go('speaking', now + ms + between(...plan.pauseMs));
        return;
      }
      case 'speaking':
        this.#go('pause', now);
        return;
    }
  }

  #go(step: Step, atMs: number): void {
    this.#step = step;
    this.#nextAtMs = atMs;
  }

  /** What the callee said, in pieces, while the answer is on its way. */
  #transcribe(turn: string): void {
    const transcript = 'Yes, that sounds all right, but could you tell me a little more about it?';
    for (const delta of [transcript.slice(0, 30), transcript.slice(30)])
      this.#send({ type: 'conversation.item.input_audio_transcription.delta', item_id: turn, content_index: 0, delta });
    const usage = { type: 'duration', seconds: 2 };
    this.#send({ type: 'conversation.item.input_audio_transcription.completed', item_id: turn, content_index: 0, transcript, usage });
  }

  #bargeIn(now: number): void {
    this.#bargeAtMs = Number.POSITIVE_INFINITY;
    const answer = this.#answer;
    if (!answer) return;
    this.#turn += 1;
    this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms: this.#heardMs, item_id: `item_${this.#id}_t${this.#turn}` });
    this.#measures.barges.push({ call: this.#frames.call, utterance: answer.utterance, atMs: nowMs() });
    if (this.#speeches.includes(answer)) answer.stopAtMs = now + stillComesMs;
    this.#go('callee-speaks', now + calleeSpeaksMs);
  }

  #create(event: {
    event_id?: string;
    response?: { conversation?: string; instructions?: string; metadata?: Record<string, string> };
  }): void {
    const asked = event.response ?? {};
    const outside = asked.conversation === 'none';
    if (!outside && this.#answer && this.#speeches.includes(this.#answer)) {
      this.#send({
        type: 'error',
        error: {
          type: 'invalid_request_error',
          code: 'conversation_already_has_active_response',
          message: '',
          event_id: event.event_id ?? null,
        },
      });
      return;
    }
    const text = wantedWords(asked.instructions ?? '') ?? 'Hello, this is your assistant speaking.';
    const speech = this.#begin(text.length * 55, text, outside, asked.metadata ?? null);
    if (!outside) this.#answer = speech;
  }

  #begin(ms: number, text: string, clip: boolean, metadata: Record<string, string> | null): AiSpeech {
    this.#count += 1;
    const ids = { responseId: `resp_${this.#id}_${this.#count}`, itemId: `item_${this.#id}_${this.#count}` };
    const { delivery } = this.#plan();
    const speech = new AiSpeech({
      ...ids,
      utterance: this.#count,
      call: this.#frames.call,
      ms,
      text,
      clip,
      delivery: clip ? 'burst' : delivery,
    });
    const conversation_id = clip ? null : `conv_${this.#id}`;
    this.#send({
      type: 'response.created',
      response: { object: 'realtime.response', id: speech.responseId, status: 'in_progress', output: [], conversation_id, metadata },
    });
    this.#send({ type: 'rate_limits.updated', rate_limits: [{ name: 'tokens', limit: 40_000, remaining: 39_000, reset_seconds: 1 }] });
    const item = { id: speech.itemId, object: 'realtime.item', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    const place = { response_id: speech.responseId, output_index: 0 };
    this.#send({ type: 'response.output_item.added', ...place, item });
    if (!clip) this.#send({ type: 'conversation.item.added', item, previous_item_id: null });
    this.#send({
      type: 'response.content_part.added',
      ...place,
      item_id: speech.itemId,
      content_index: 0,
      part: { type: 'audio', transcript: '' },
    });
    this.#speeches.push(speech);
    this.#speak(speech, nowMs());
    return speech;
  }

  #speak(speech: AiSpeech, now: number): void {
    if (speech.stopAtMs !== null && now >= speech.stopAtMs) {
      this.#finish(speech, 'cancelled');
      return;
    }
    while (!speech.over && speech.nextAtMs <= now) {
      const before = speech.sentBytes;
      const delta = speech.delta();
      this.#words(speech, before);
      this.#socket.send(delta);
    }
    if (speech.over) this.#finish(speech, 'completed');
  }

  /** The words run ahead of the sound. */
  #words(speech: AiSpeech, before: number): void {
    const at = (bytes: number) => Math.round((bytes / speech.totalBytes) * speech.text.length);
    const delta = speech.text.slice(at(before), at(speech.sentBytes));
    if (delta === '') return;
    const place = { response_id: speech.responseId, item_id: speech.itemId, output_index: 0, content_index: 0 };
    this.#send({ type: 'response.output_audio_transcript.delta', ...place, delta });
  }

  #finish(speech: AiSpeech, status: 'completed' | 'cancelled'): void {
    const at = this.#speeches.indexOf(speech);
    if (at === -1) return;
    this.#speeches.splice(at, 1);
    const place = { response_id: speech.responseId, item_id: speech.itemId, output_index: 0, content_index: 0 };
    const transcript = speech.text;
    this.#send({ type: 'response.output_audio.done', ...place });
    this.#send({ type: 'response.output_audio_transcript.done', ...place, transcript });
    this.#send({ type: 'response.content_part.done', ...place, part: { type: 'audio', transcript } });
    const item = {
      id: speech.itemId,
      object: 'realtime.item',
      type: 'message',
      role: 'assistant',
      status: status === 'completed' ? status : 'incomplete',
      content: [{ type: 'output_audio', transcript }],
    };
    this.#send({ type: 'response.output_item.done', response_id: speech.responseId, output_index: 0, item });
    if (!speech.clip) this.#send({ type: 'conversation.item.done', item, previous_item_id: null });
    const usage = {
      total_tokens: 900,
      input_tokens: 840,
      output_tokens: 60,
      input_token_details: { text_tokens: 400, audio_tokens: 440, cached_tokens: 300 },
      output_token_details: { text_tokens: 10, audio_tokens: 50 },
    };
    const status_details = status === 'cancelled' ? { type: 'cancelled', reason: 'turn_detected' } : null;
    this.#send({
      type: 'response.done',
      response: { object: 'realtime.response', id: speech.responseId, status, status_details, output: [item], usage },
    });
  }

  #send(event: Readonly<Record<string, unknown>>): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify({ event_id: 'event_bench', ...event }));
  }
}

function audio(type: string) {
  return { input: { format: { type } }, output: { format: { type }, voice: 'marin' } };
}

function sentence(ms: number): string {
  const count = Math.max(3, Math.round(ms / 350));
  return Array.from({ length: count }, (_, at) => words[at % words.length]).join(' ');
}

/** What is to be said word for word stands between the last marks; the sentence that explains the marks comes before. */
function wantedWords(instructions: string): string | null {
  const from = instructions.lastIndexOf('<<<');
  const to = instructions.lastIndexOf('>>>');
  return from === -1 || to < from ? null : instructions.slice(from + 3, to);
}
