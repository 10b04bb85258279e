import type { Chance } from './chance.ts';
import { Conversation, type Item } from './conversation.ts';
import { makePlan } from './plan.ts';
import { type ResponseHost, SimResponse } from './response.ts';
import type { ResponseRequest } from './schemas.ts';
import type { SessionTraits } from './session.ts';
import type { SessionConfig } from './session-config.ts';
import type { Timers } from './timers.ts';
import { UsageMeter } from './usage.ts';
import { type Json, ProtocolError } from './wire.ts';

/** What answering needs of its session. */
export interface AnswersHost {
  readonly number: number;
  readonly traits: SessionTraits;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly conversation: Conversation;
  config(): SessionConfig;
  calleeIsSpeaking(): boolean;
  send(event: Json): void;
  /** @param causedBy the client's event, for the record, where the wire does not name it */
  sendError(error: ProtocolError, eventId: string | null, causedBy: string | null): void;
  note(code: string, message: string, eventId: string | null): void;
  /** The callee has been silent for long: an empty turn takes its place, and the model asks. */
  silence(idleMs: number): void;
  drop(): void;
}

/** The answers of a session: one at a time in the conversation, any number beside it. */
export class Answers {
  readonly #host: AnswersHost;
  readonly #usage = new UsageMeter();
  readonly #responses = new Set<SimResponse>();
  #answerWaits = false;
  #spoke = false;
  #cancelIdle: (() => void) | null = null;

  constructor(host: AnswersHost) {
    this.#host = host;
  }

  /** Whether any audio was ever made. */
  get spoke(): boolean {
    return this.#spoke;
  }

  /** The turn is over and the model answers by itself; when it is still answering, right after that. */
  answerTurn(): void {
    if (this.active()) this.#answerWaits = true;
    else this.respond('turn', {}, null);
  }

  active(): SimResponse | null {
    for (const response of this.#responses) if (response.plan.conversation === 'auto') return response;
    return null;
  }

  cancel(responseId: string | undefined): void {
    const response = responseId === undefined ? this.active() : [...this.#responses].find(({ plan }) => plan.id === responseId);
    if (!response) throw new ProtocolError('response_cancel_not_active', 'Cancellation failed: no active response found');
    response.cancel('client_cancelled');
  }

  respond(trigger: 'turn' | 'idle' | 'client', request: ResponseRequest, eventId: string | null): void {
    const active = this.active();
    const inConversation = request.conversation !== 'none';
    if (inConversation && active) {
      const message = `Conversation already has an active response in progress: ${active.plan.id}. Wait until the response is finished before creating a new one.`;
      // The real service does not always say which event it means.
      this.#host.sendError(
        new ProtocolError('conversation_already_has_active_response', message),
        this.#host.chance.next() < 0.5 ? eventId : null,
        eventId,
      );
      return;
    }
    const items = this.#inputOf(request.input);
    if (inConversation) {
      this.#cancelIdle?.();
      const unanswered = this.#host.conversation.unanswered();
      if (unanswered.length > 0) this.#host.note('unanswered_tool_call', `No output for ${unanswered.join(', ')}`, eventId);
    }
    const config = this.#host.config();
    const { faults, firstAudioMs, brain } = this.#host.traits;
    const plan = makePlan({
      id: this.#host.chance.id('resp'),
      config,
      request,
      history: this.#host.conversation.history(items),
      trigger,
      brain,
      nowMs: this.#host.timers.clock.nowMs(),
      thinkMs: faults.take('slow-first-audio', this.#host.number)?.ms ?? this.#host.chance.between(firstAudioMs),
      fail: faults.take('response-failed', this.#host.number),
    });
    const bill = { instructions: request.instructions ?? config.instructions, tools: request.tools ?? config.tools, items: [...items] };
    const response = new SimResponse(plan, this.#hostFor(bill));
    this.#responses.add(response);
    void response.run();
  }

  #inputOf(input: ResponseRequest['input']): readonly Item[] {
    if (!input) return this.#host.conversation.items;
    const own = new Conversation();
    return input.map((entry, index) => {
      if (entry.type !== 'item_reference') return own.create(entry, entry.id ?? this.#host.chance.id('item'), undefined).item;
      const item = this.#host.conversation.find(entry.id);
      if (!item) throw new ProtocolError('invalid_value', `Item with id '${entry.id}' does not exist.`, `response.input[${index}].id`);
      return item;
    });
  }

  #hostFor(bill: Parameters<UsageMeter['measure']>[0]): ResponseHost {
    return {
      send: (event) => this.#host.send(event),
      after: (delayMs, callback) => this.#host.timers.after(delayMs, callback),
      nowMs: () => this.#host.timers.clock.monotonicMs(),
      newId: (prefix) => this.#host.chance.id(prefix),
      chance: () => this.#host.chance.next(),
      render: (text) => this.#host.traits.voices.render(text, 'slt'),
      burst: this.#host.traits.burst,
      place: (item) => this.#host.conversation.append(item),
      disturb: (deltas) => this.#disturb(deltas),
      usage: (letters, audioMs) => this.#usage.measure(bill, { letters, audioMs }),
      ended: (response) => this.#responseEnded(response),
    };
  }

  #disturb(deltas: number): 'stop' | null {
    this.#spoke = true;
    const { faults } = this.#host.traits;
    if (faults.takeWhen('drop-in-answer', this.#host.number, (fault) => deltas >= fault.afterDeltas)) {
      this.#host.drop();
      return 'stop';
    }
    return faults.takeWhen('stall-in-answer', this.#host.number, (fault) => deltas >= fault.afterDeltas) ? 'stop' : null;
  }

  #responseEnded(response: SimResponse): void {
    this.#responses.delete(response);
    if (response.plan.conversation !== 'auto') return;
    if (this.#answerWaits) {
      this.#answerWaits = false;
      this.respond('turn', {}, null);
      return;
    }
    const detection = this.#host.config().audio.input.turn_detection;
    if (detection?.type !== 'server_vad' || detection.idle_timeout_ms === null || this.#host.calleeIsSpeaking()) return;
    const idleMs = detection.idle_timeout_ms;
    this.#cancelIdle = this.#host.timers.after(response.audioMs + idleMs, () => {
      if (!this.#host.calleeIsSpeaking() && !this.active()) this.#host.silence(idleMs);
    });
  }

  /** The callee has begun to speak. */
  hush(interrupt: boolean): void {
    this.#cancelIdle?.();
    if (!interrupt) return;
    this.#answerWaits = false;
    this.active()?.cancel('turn_detected');
  }

  /** The session is over. */
  end(): void {
    for (const response of this.#responses) response.abandon();
    this.#responses.clear();
  }
}
