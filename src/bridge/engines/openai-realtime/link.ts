import type { ConversationItem, RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { EngineHandlers, EngineSession, SessionRequest } from '../engine.ts';
import { Timers } from '../timers.ts';
import { Answers } from './answers.ts';
import { CalleeTurns } from './callee-turns.ts';
import type { Circuit } from './circuit.ts';
import { judgeError, toFailure, type Verdict } from './failures.ts';
import { Hearing } from './hearing.ts';
import { RealtimeSocket, type SocketAddress } from './realtime-socket.ts';
import { type Rendered, Renders, renderKey } from './renders.ts';
import { configure, leftMuLaw, speaksMuLaw, switchAuto } from './session-config.ts';
import { type ProviderError, readServerMessage, type ServerEvent, type ServerSession } from './wire.ts';

/** Opening, TLS and configuration take about a second; who waits longer has a callee in silence. */
export const readyLimitMs = 10_000;

const configureId = 'configure';
/** These come many times a second and say nothing that the others do not. */
const frequent: ReadonlySet<string> = new Set([
  'response.output_audio.delta',
  'response.output_audio_transcript.delta',
  'conversation.item.input_audio_transcription.delta',
]);

export interface LinkOptions {
  readonly address: SocketAddress;
  readonly request: SessionRequest;
  readonly model: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly circuit: Circuit;
  /** What the circuit knows this session's settings by. */
  readonly settingsKey: string;
}

/**
 * One session of the service on one socket. It speaks the whole protocol and knows nothing of its successor; see `session.ts` for what
 * outlives it. After `failed` or `close` nothing more is told.
 */
export class Link implements EngineSession {
  readonly #options: LinkOptions;
  readonly #on: EngineHandlers;
  readonly #socket: RealtimeSocket;
  readonly #answers: Answers;
  readonly #turns: CalleeTurns;
  readonly #renders: Renders;
  readonly #hearing: Hearing;
  readonly #timers: Timers;
  /** Waits for the socket. */
  #held: (() => void)[] = [];
  #isOpen = false;
  #state: 'opening' | 'ready' | 'over' = 'opening';
  #auto = false;
  #autoSent = false;
  #sessionId = '';
  /** Hints that this session was told and that were not taken back. */
  readonly #nudges = new Set<string>();

  constructor(options: LinkOptions, handlers: EngineHandlers) {
    const { clock, model, request } = options;
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(clock);
    this.#turns = new CalleeTurns(clock, handlers);
    const send = (event: RealtimeClientEvent) => this.#send(event);
    const fail = (verdict: Verdict) => this.#fail(verdict);
    this.#hearing = new Hearing({
      send: (message) => this.#socket.sendAudio(message),
      trouble: (detail) => handlers.trouble(detail),
    });
    this.#renders = new Renders({ clock, on: handlers, model, send, fail });
    this.#answers = new Answers({
      clock,
      on: handlers,
      model,
      instructions: request.instructions,
      send,
      fail,
      takeUnbilledMs: () => this.#turns.takeUnbilledMs(),
    });
    this.#timers.set('ready', readyLimitMs, () =>
      this.#fail({ meaning: 'gone', cause: `OpenAI did not make the session ready within ${readyLimitMs / 1000} s`, cure: null }),
    );
    this.#socket = new RealtimeSocket(options.address, clock, {
      opened: () => this.#opened(),
      message: (text) => this.#message(text),
      trouble: (detail) => handlers.trouble(detail),
      lost: (verdict, retryAfterMs) => this.#fail(verdict, retryAfterMs),
    });
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  get calleeSpeaks(): boolean {
    return this.#answers.calleeSpeaks;
  }

  /** Something is still to come of what was begun here: an answer, a tool's result, a clip, the words of a turn. */
  get isBusy(): boolean {
    return this.#answers.isBusy || this.#renders.isBusy || this.#turns.waiting.length > 0;
  }

  receivedMs(utterance: string): number {
    return this.#answers.receivedMs(utterance);
  }

  hear(bytes: Uint8Array): void {
    this.#hearing.hear(bytes);
  }

  render(text: string, signal: AbortSignal, onAudio?: (bytes: Uint8Array) => void): Promise<Rendered> {
    if (this.#state === 'over') return Promise.reject(new BridgeError('engine/unreachable', 'The session with OpenAI is over.'));
    return this.#renders.render(text, signal, onAudio);
  }

  noteSpoken(text: string): void {
    this.#addItem({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
  }

  /** What the callee said, in words, for a session that did not hear it. */
  noteHeard(text: string): void {
    this.#addItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
  }

  addContext(text: string): void {
    this.#addItem({ type: 'message', role: 'system', content: [{ type: 'input_text', text }] });
  }

  nudge(id: string, text: string): void {
    this.#nudges.add(id);
    this.#addItem({ id, type: 'message', role: 'system', content: [{ type: 'input_text', text }] });
  }

  withdraw(id: string): void {
    if (this.#nudges.delete(id)) this.#whenOpen(() => this.#send({ type: 'conversation.item.delete', item_id: id }));
  }

  setAutoAnswer(on: boolean): void {
    if (this.#auto === on || this.#state === 'over') return;
    this.#auto = on;
    this.#answers.setAuto(on);
    this.#whenOpen(() => this.#sendAuto());
  }

  answer(instructions: string | null): void {
    this.#whenOpen(() => this.#answers.ask(instructions));
  }

  interrupt(utterance: string | null, heardMs: number): void {
    if (this.#isOpen) this.#answers.interrupt(utterance, heardMs);
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    if (this.#state === 'ready') this.#answers.toolResult(callId, result, thenAnswer);
  }

  close(): void {
    if (this.#state === 'over') return;
    this.#end('The call is over.');
    this.#socket.close();
  }

  #opened(): void {
    this.#autoSent = this.#auto;
    this.#send(configure(configureId, this.#options.request, this.#options.model, this.#auto));
    this.#isOpen = true;
    const held = this.#held;
    this.#held = [];
    for (const action of held) action();
    this.#on.connected();
  }

  #configured(session: ServerSession): void {
    if (this.#state === 'opening' ? !speaksMuLaw(session) : leftMuLaw(session)) {
      const cure = 'Report this with the log; until then choose another model.';
      this.#fail({ meaning: 'settings', cause: 'OpenAI did not take the sound of the telephone (mu-law) both ways', cure });
      return;
    }
    if (this.#state !== 'opening') return;
    this.#state = 'ready';
    this.#timers.clear('ready');
    this.#options.circuit.worked(this.#options.settingsKey);
    this.#hearing.open();
    this.#on.ready({ model: session.model ?? this.#options.model, sessionId: session.id ?? this.#sessionId });
    this.#renders.ready();
  }

  /** Nothing that the service sends may throw out of here. */
  #message(text: string): void {
    try {
      const reading = readServerMessage(text);
      if (reading.kind !== 'event' || !frequent.has(reading.event.type)) this.#noteReading(reading);
      if (reading.kind === 'event') this.#take(reading.event);
      else if (reading.kind === 'bad') this.#on.trouble(`OpenAI sent something that cannot be read: ${reading.problem}`);
      else if (reading.kind === 'unknown') this.#options.log.info({ type: reading.type }, 'OpenAI sent an event of an unknown kind');
    } catch (error) {
      this.#options.log.error({ err: error }, 'a message of OpenAI could not be handled');
    }
  }

  #take(event: ServerEvent): void {
    switch (event.type) {
      case 'response.output_audio.delta':
        // Of whatever sound it is, nobody shall hear it.
        if (this.#state === 'opening') return;
        if (this.#renders.owns(event.response_id)) this.#renders.audio(event.response_id, event.delta);
        else this.#answers.audio(event);
        return;
      case 'response.output_audio_transcript.delta':
        this.#answers.text(event.response_id, event.item_id, { delta: event.delta });
        return;
      case 'response.output_audio_transcript.done':
        if (this.#renders.owns(event.response_id)) this.#renders.transcript(event.response_id, event.transcript);
        else this.#answers.text(event.response_id, event.item_id, { whole: event.transcript });
        return;
      case 'response.output_audio.done':
        this.#answers.audioDone(event);
        return;
      case 'input_audio_buffer.speech_started':
        this.#turns.started(event.item_id, event.audio_start_ms);
        this.#answers.speechStarted();
        this.#on.speechStarted(event.item_id, this.#hearing.placeMs(event.audio_start_ms));
        return;
      case 'input_audio_buffer.speech_stopped':
        this.#turns.stopped(event.item_id, event.audio_end_ms);
        this.#answers.speechStopped();
        this.#on.speechStopped(event.item_id, this.#hearing.placeMs(event.audio_end_ms));
        return;
      case 'input_audio_buffer.committed':
        this.#turns.committed(event.item_id, event.previous_item_id ?? null);
        return;
      case 'conversation.item.input_audio_transcription.delta':
        this.#turns.wordsCome(event.item_id, event.delta ?? '');
        return;
      case 'conversation.item.input_audio_transcription.completed':
        this.#turns.wordsCame(event.item_id, event.transcript, event.usage ?? null);
        return;
      case 'conversation.item.input_audio_transcription.failed':
        this.#turns.wordsFailed(event.item_id);
        return;
      case 'conversation.item.added': {
        const { id } = event.item;
        if (id !== undefined && this.#nudges.has(id)) this.#on.nudged?.(id);
        return;
      }
      case 'response.created': {
        const mark = event.response.metadata?.[renderKey];
        if (mark === undefined) this.#answers.created(event.response);
        else this.#renders.created(event.response.id, mark);
        return;
      }
      case 'response.output_item.added':
        this.#answers.itemAdded(event);
        return;
      case 'response.output_item.done':
        this.#answers.itemDone(event);
        return;
      case 'response.done':
        if (this.#renders.owns(event.response.id)) this.#renders.done(event.response);
        else this.#answers.done(event.response);
        return;
      case 'session.created':
        this.#sessionId = event.session.id ?? '';
        if (event.session.expires_at) this.#on.expiresAt(event.session.expires_at * 1000);
        return;
      case 'session.updated':
        this.#configured(event.session);
        return;
      case 'error':
        this.#error(event.error);
        return;
    }
  }

  /** Most errors are about one message of ours and cost nothing else; its id says which, when the service tells it. */
  #error(error: ProviderError): void {
    const verdict = judgeError(error);
    const eventId = error.event_id ?? null;
    if (verdict.meaning === 'account' || verdict.meaning === 'gone') {
      this.#fail(verdict);
      return;
    }
    const isAboutSettings = eventId === configureId || (eventId === null && verdict.meaning !== 'harmless');
    if (this.#state === 'opening' && isAboutSettings) {
      const cause = error.param ? `${verdict.cause} (${error.param.slice(0, 80)})` : verdict.cause;
      this.#fail({ ...verdict, meaning: verdict.meaning === 'later' ? 'later' : 'settings', cause });
      return;
    }
    if (eventId?.startsWith('render-')) {
      this.#renders.refused(eventId, verdict);
      return;
    }
    if (verdict.meaning === 'busy') {
      this.#answers.conflict(eventId);
      return;
    }
    if (eventId !== null && this.#answers.refused(eventId, verdict)) return;
    const fields = { code: error.code ?? null, type: error.type ?? null, param: error.param ?? null, message: eventId };
    this.#options.log.info(fields, 'OpenAI refused a message');
    if (verdict.meaning !== 'harmless' && !eventId?.startsWith('cut-')) this.#on.trouble(verdict.cause);
  }

  #fail(verdict: Verdict, retryAfterMs: number | null = null): void {
    if (this.#state === 'over') return;
    const { circuit, settingsKey } = this.#options;
    if (this.#state === 'opening' && verdict.meaning === 'later' && retryAfterMs !== null) circuit.slowDown(verdict, retryAfterMs);
    circuit.failed(verdict, settingsKey);
    this.#end(`${verdict.cause[0]?.toUpperCase() ?? ''}${verdict.cause.slice(1)}.`);
    this.#socket.abandon();
    this.#on.failed(toFailure(verdict));
  }

  #end(reason: string): void {
    this.#state = 'over';
    this.#isOpen = false;
    this.#held = [];
    this.#hearing.end();
    this.#timers.end();
    this.#answers.end();
    this.#turns.end();
    this.#renders.end(new BridgeError('engine/unreachable', reason, { retryable: true }));
  }

  /**
   * What is said goes out right behind our settings: the service takes messages in order, and to wait for its word on them first would
   * cost the callee a round trip of silence. If it refuses them, the session fails before anything was heard.
   */
  #whenOpen(action: () => void): void {
    if (this.#isOpen) action();
    else if (this.#state === 'opening') this.#held.push(action);
  }

  #addItem(item: ConversationItem): void {
    this.#whenOpen(() => this.#send({ type: 'conversation.item.create', item }));
  }

  #sendAuto(): void {
    if (this.#autoSent === this.#auto) return;
    this.#autoSent = this.#auto;
    this.#send(switchAuto('auto', this.#options.request, this.#auto));
  }

  #noteReading(reading: ReturnType<typeof readServerMessage>): void {
    const { note } = this.#options.request;
    if (!note) return;
    if (reading.kind === 'event') note('in', reading.event.type, reading.event);
    else if (reading.kind === 'bad') note('in', 'unreadable', { problem: reading.problem });
    else if (reading.kind === 'unknown') note('in', reading.type, undefined);
  }

  #send(event: RealtimeClientEvent): void {
    this.#options.request.note?.('out', event.type, event);
    this.#socket.send(JSON.stringify(event));
  }
}
