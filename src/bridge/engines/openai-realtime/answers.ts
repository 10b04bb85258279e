import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { Clock } from '#bridge/contract/clock.ts';
import type { EngineHandlers } from '../engine.ts';
import { Timers } from '../timers.ts';
import { ToolCalls } from '../tool-calls.ts';
import { judgeError, type Verdict } from './failures.ts';
import { responseCost } from './prices.ts';
import { emptySequence, isBusy, isInterrupted, type Sequence, type SequenceEvent, stepSequence } from './responses.ts';
import { type Cut, Utterances } from './utterances.ts';
import type { OutputItem, ServerEvent, ServerResponse } from './wire.ts';

/** The key of the metadata by which an answer we asked for is told from one that the service made by itself. */
export const askKey = 'ringside_ask';
/** A create is acknowledged within a round trip. */
export const createLimitMs = 10_000;
/** An answer of which nothing comes for so long is dead; thinking takes a few seconds at the most. */
export const stallLimitMs = 15_000;
/** Sound comes faster than it is spoken: one that stops in the middle of a sentence for so long does not go on. */
export const brokenOffLimitMs = 3_000;
/** A tool that has not answered by then has failed; without any output the model would be mute. */
export const toolLimitMs = 15_000;

export interface AnswersOptions {
  readonly clock: Clock;
  readonly on: EngineHandlers;
  readonly model: string;
  readonly instructions: string;
  readonly send: (event: RealtimeClientEvent) => void;
  /** Callee speech since it was last asked, for estimates. */
  readonly takeUnbilledMs: () => number;
  /** An answer failed in a way that ends more than the answer. */
  readonly fail: (verdict: Verdict) => void;
}

/** Decoded audio of whichever session has a message right now; handlers keep none of it. */
let scratch = Buffer.allocUnsafeSlow(16_384);

type EventOf<Type extends ServerEvent['type']> = Extract<ServerEvent, { type: Type }>;

/** What the AI says in the conversation: asks for answers, hands on their sound and words, cuts them, runs its wishes for tools. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #on: EngineHandlers;
  readonly #utterances = new Utterances();
  readonly #tools = new ToolCalls();
  readonly #timers: Timers;
  #sequence: Sequence = emptySequence;
  /** The answer whose sound has begun and is not over. */
  #speaking: string | null = null;
  /** Responses of the conversation that are not over; sound of any other goes nowhere. */
  readonly #open = new Set<string>();
  #count = 0;
  #lastEventAtMs = 0;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#on = options.on;
    this.#timers = new Timers(options.clock);
  }

  /** An answer is being made, asked for or due, or a tool is at work. */
  get isBusy(): boolean {
    return isBusy(this.#sequence) || this.#tools.openCount > 0;
  }

  get calleeSpeaks(): boolean {
    return this.#sequence.calleeSpeaks;
  }

  receivedMs(utterance: string): number {
    return this.#utterances.receivedMs(utterance);
  }

  setAuto(on: boolean): void {
    this.#step({ type: 'auto', on });
  }

  speechStarted(): void {
    this.#step({ type: 'speech-started' });
  }

  speechStopped(): void {
    this.#step({ type: 'speech-stopped' });
  }

  ask(instructions: string | null): void {
    this.#count += 1;
    this.#step({ type: 'asked', ask: { id: `ask-${this.#count}`, instructions, retried: false } });
  }

  interrupt(utterance: string | null, heardMs: number): void {
    const active = this.#sequence.active?.responseId ?? null;
    this.#step({ type: 'interrupt' });
    for (const cut of this.#utterances.cut(utterance, heardMs, active)) this.#cut(cut);
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    const answered = this.#tools.answered(callId, thenAnswer);
    if (!answered) {
      this.#on.trouble('a tool was answered that was not asked for, or a second time');
      return;
    }
    this.#timers.clear(`tool ${callId}`);
    this.#options.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: callId, output: result } });
    if (answered.goOn) this.ask(null);
  }

  created(response: ServerResponse): void {
    this.#open.add(response.id);
    this.#alive();
    this.#watch(response.id, brokenOffLimitMs);
    this.#step({ type: 'created', responseId: response.id, ask: response.metadata?.[askKey] ?? null });
    this.#on.answering({ instructions: this.#sequence.active?.ask?.instructions ?? null });
  }

  itemAdded({ response_id, item }: EventOf<'response.output_item.added'>): void {
    if (!this.#open.has(response_id) || item.type !== 'message' || !item.id) return;
    if (!isInterrupted(this.#sequence, response_id)) this.#utterances.begin(item.id, response_id);
    // It was begun before the service learned of the interruption; nobody will hear it, so the conversation must not hold it.
    else if (!this.#utterances.knows(item.id)) this.#cut({ kind: 'delete', id: item.id });
  }

  /** On the audio path. */
  audio(event: EventOf<'response.output_audio.delta'>): void {
    const { response_id: response, item_id: item } = event;
    if (!this.#open.has(response) || isInterrupted(this.#sequence, response)) return;
    const length = Buffer.byteLength(event.delta, 'base64');
    if (length > scratch.length) scratch = Buffer.allocUnsafeSlow(length * 2);
    const written = scratch.write(event.delta, 'base64');
    if (written === 0) return;
    this.#alive();
    this.#speaking = response;
    this.#utterances.heard(item, response, event.content_index, written);
    this.#on.audio(item, scratch.subarray(0, written));
  }

  audioDone(event: EventOf<'response.output_audio.done'>): void {
    this.#speaking = null;
    if (this.#utterances.endAudio(event.item_id)) this.#on.audioDone(event.item_id);
  }

  /** The words go on although the sound was cut: whoever shows them strikes out what was not heard. */
  text(response: string, item: string, words: { readonly delta: string } | { readonly whole: string }): void {
    if (!this.#open.has(response)) return;
    this.#alive();
    if (isInterrupted(this.#sequence, response) && !this.#utterances.knows(item)) return;
    if ('whole' in words) {
      this.#utterances.endText(item);
      this.#on.utteranceText(item, words.whole, true);
    } else this.#on.utteranceText(item, this.#utterances.addText(item, response, words.delta), false);
  }

  itemDone({ response_id, item }: EventOf<'response.output_item.done'>): void {
    if (this.#open.has(response_id)) this.#toolWanted(response_id, item);
  }

  /** @param problem why we take it for over although the service did not say so */
  done(response: ServerResponse, problem: string | null = null): void {
    if (!this.#open.has(response.id)) return;
    this.#timers.clear(`stall ${response.id}`);
    for (const item of response.output ?? []) this.#toolWanted(response.id, item);
    for (const { id, text, textOver } of this.#utterances.unfinished(response.id)) {
      if (!textOver && text !== '') this.#on.utteranceText(id, text, true);
      if (this.#utterances.endAudio(id)) this.#on.audioDone(id);
    }
    this.#bill(response.id, response);
    this.#open.delete(response.id);

    const error = response.status_details?.error;
    const verdict = response.status === 'failed' ? judgeError(error ?? {}) : null;
    const detail = problem ?? verdict?.cause ?? response.status_details?.reason ?? null;
    this.#on.answered({ status: statusOf(response.status), detail });
    if (verdict?.meaning === 'account' || verdict?.meaning === 'gone') {
      this.#options.fail(verdict);
      return;
    }
    const isLater = verdict?.meaning === 'later';
    const retry = isLater ? (error?.code === 'rate_limit_exceeded' ? 'later' : 'now') : 'no';
    this.#step({ type: 'done', responseId: response.id, retry });
    if (this.#tools.responseOver(response.id)) this.ask(null);
  }

  conflict(eventId: string | null): void {
    this.#step({ type: 'conflict', ask: eventId });
  }

  /** @returns false when this event was no create of ours */
  refused(eventId: string, verdict: Verdict): boolean {
    if (this.#sequence.air?.ask.id !== eventId) return false;
    this.#step({ type: 'refused', ask: eventId, retry: verdict.meaning === 'later' });
    return true;
  }

  /** The session ends; what was generated is billed although nobody told the price. */
  end(): void {
    for (const response of this.#open) this.#bill(response, null);
    this.#open.clear();
    this.#timers.end();
  }

  #alive(): void {
    this.#lastEventAtMs = this.#options.clock.monotonicMs();
  }

  /** Nobody would ever speak again behind an answer that stopped in the middle. */
  #watch(responseId: string, ms: number): void {
    this.#timers.set(`stall ${responseId}`, ms, () => {
      const silentMs = this.#options.clock.monotonicMs() - this.#lastEventAtMs;
      const limitMs = this.#speaking === responseId ? brokenOffLimitMs : stallLimitMs;
      if (silentMs < limitMs) {
        this.#watch(responseId, Math.min(brokenOffLimitMs, limitMs - silentMs));
        return;
      }
      this.#on.trouble('an answer stopped in the middle; it is given up');
      if (this.#sequence.active?.responseId === responseId) this.#step({ type: 'interrupt' });
      this.done({ id: responseId, status: 'failed' }, 'the answer stopped in the middle');
    });
  }

  #toolWanted(responseId: string, item: OutputItem): void {
    const callId = item.call_id;
    if (item.type !== 'function_call' || !callId || !item.name || !this.#tools.called(callId, responseId)) return;
    if (item.status === 'incomplete') {
      this.toolResult(callId, '{"cancelled":true}', false);
      return;
    }
    this.#timers.set(`tool ${callId}`, toolLimitMs, () => {
      this.#on.trouble('a tool did not answer in time; the model was told so');
      this.toolResult(callId, '{"error":"this did not work, it took too long"}', true);
    });
    this.#on.toolCalled({ id: callId, name: item.name, arguments: item.arguments ?? '{}' });
  }

  #bill(responseId: string, response: ServerResponse | null): void {
    // What was refused before it made a sound was not made.
    if (response?.status === 'failed' && !response.usage && this.#utterances.spokenMsOf(responseId) === 0) return;
    const heard = {
      calleeMs: this.#options.takeUnbilledMs(),
      spokenMs: this.#utterances.spokenMsOf(responseId),
      instructionCharacters: this.#options.instructions.length,
    };
    this.#on.usage(responseCost(this.#options.model, response?.usage ?? null, heard, 'answer'));
  }

  #cut(cut: Cut): void {
    this.#count += 1;
    const event_id = `cut-${this.#count}`;
    if (cut.kind === 'delete') this.#options.send({ type: 'conversation.item.delete', event_id, item_id: cut.id });
    else {
      const { id: item_id, contentIndex: content_index, audioEndMs: audio_end_ms } = cut;
      this.#options.send({ type: 'conversation.item.truncate', event_id, item_id, content_index, audio_end_ms });
    }
  }

  #step(event: SequenceEvent): void {
    const [next, effects] = stepSequence(this.#sequence, event);
    this.#sequence = next;
    if (!next.air) this.#timers.clear('create');
    for (const effect of effects) {
      switch (effect.type) {
        case 'create': {
          const { id, instructions } = effect.ask;
          this.#timers.set('create', createLimitMs, () => this.#step({ type: 'unanswered', ask: id }));
          this.#options.send({ type: 'response.create', event_id: id, response: this.#responseFor(id, instructions) });
          break;
        }
        case 'cancel':
          this.#options.send({ type: 'response.cancel', response_id: effect.responseId });
          break;
        case 'timer':
          this.#timers.set(`sequence ${effect.generation}`, effect.ms, () => this.#step({ type: 'timer', generation: effect.generation }));
          break;
        case 'gave-up':
          this.#on.trouble(`an answer will not come: ${effect.reason}`);
          break;
      }
    }
  }

  /**
   * Instructions of one response stand in place of those of the session, so the agent's own go first. Words that are to be said exactly
   * come alone: a prompt that says "do not greet again" would argue with them.
   */
  #responseFor(id: string, instructions: string | null) {
    const metadata = { [askKey]: id };
    if (instructions === null) return { metadata };
    if (instructions.includes('<<<')) return { metadata, instructions };
    return { metadata, instructions: `${this.#options.instructions}\n\nFor this answer only: ${instructions}` };
  }
}

function statusOf(status: string | null | undefined): 'completed' | 'cancelled' | 'incomplete' | 'failed' {
  return status === 'completed' || status === 'cancelled' || status === 'incomplete' ? status : 'failed';
}
