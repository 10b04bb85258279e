import type { ClientEvent } from 'openai/resources/live/live';
import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { BYTES_PER_MS, SILENCE } from '#bridge/media/g711.ts';
import type { EngineHandlers, EngineSession, SessionRequest, UtteranceId } from '../engine.ts';
import type { Circuit } from '../openai-realtime/circuit.ts';
import { judgeError, toFailure, type Verdict } from '../openai-realtime/failures.ts';
import { Hearing } from '../openai-realtime/hearing.ts';
import { RealtimeSocket, type SocketAddress } from '../openai-realtime/realtime-socket.ts';
import { Timers } from '../timers.ts';
import { Answers } from './answers.ts';
import { backendCost, SessionBill } from './billing.ts';
import { Callee } from './callee.ts';
import { closedVerdict } from './closed.ts';
import { Delegations } from './delegations.ts';
import { backendModel, sessionStart } from './session-start.ts';
import { Speaking } from './speaking.ts';
import { Steering } from './steering.ts';
import type { OpenVoiceActivity, VoiceActivity } from './voice-activity.ts';
import { type LiveError, type LiveEvent, type Reading, readLiveMessage } from './wire.ts';

/** Opening, TLS and start take about a second; who waits longer has a callee in silence. */
const readyLimitMs = 10_000;
/** The service's time advances with the audio that it gets; where the carrier gives none, silence goes out in its place. */
const silenceEveryMs = 200;
const silence = new Uint8Array(silenceEveryMs * BYTES_PER_MS).fill(SILENCE);
/** How long the service's last word, the true length of the session, is waited for. */
const closingMs = 1_500;
const startId = 'start';

export interface LiveSessionOptions {
  readonly address: SocketAddress;
  readonly request: SessionRequest;
  readonly model: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly circuit: Circuit;
  readonly settingsKey: string;
  readonly activity: OpenVoiceActivity;
  /**
   * What a voice that is held back hears: `listen` keeps the callee's words coming, and drops what the model says all the same; `mute`
   * lets it hear silence, so that it stays out of the conversation, at the price of the words.
   */
  readonly whileHeld: 'listen' | 'mute';
}

/** One session of the Live service. It is never opened again by itself: a new socket would be a new session without a past. */
export class LiveSession implements EngineSession {
  readonly #options: LiveSessionOptions;
  readonly #on: EngineHandlers;
  readonly #socket: RealtimeSocket;
  readonly #timers: Timers;
  readonly #hearing: Hearing;
  readonly #speaking: Speaking;
  readonly #answers: Answers;
  readonly #callee: Callee;
  readonly #delegations: Delegations;
  readonly #steering: Steering;
  readonly #bill: SessionBill;
  readonly #activity: VoiceActivity;
  #state: 'opening' | 'ready' | 'closing' | 'over' = 'opening';
  #isOpen = false;
  #held: (() => void)[] = [];
  #auto = false;
  #startedAtMs: number | null = null;
  /** Callee audio given to the session, our own silence included: what the service's clock counts. */
  #givenBytes = 0;
  #heardSinceSilence = false;

  constructor(options: LiveSessionOptions, handlers: EngineHandlers) {
    const { clock, model, request } = options;
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(clock);
    this.#bill = new SessionBill(model);
    this.#callee = new Callee(clock, handlers);
    this.#activity = options.activity({
      started: (atMs) => this.#callee.started(atMs),
      stopped: (atMs) => this.#callee.stopped(atMs),
    });
    this.#hearing = new Hearing({
      event: 'session.input_audio.append',
      send: (message) => this.#socket.sendAudio(message),
      trouble: (detail) => handlers.trouble(detail),
    });
    this.#speaking = new Speaking({
      clock,
      on: handlers,
      mayBeHeard: () => this.#auto || this.#answers.isAsked,
      began: (utterance) => {
        this.#callee.spoke(utterance);
        this.#answers.speechBegan();
      },
      ended: () => this.#answers.speechEnded(),
      settled: () => this.#answers.next(),
    });
    this.#steering = new Steering({
      send: (event) => this.#send(event),
      whenReady: (action) => this.#whenReady(action),
      whileHeld: options.whileHeld,
      takeUnheard: () => this.#speaking.takeUnheard(),
    });
    this.#answers = new Answers({
      clock,
      on: handlers,
      ask: (instructions, eventId) => this.#steering.ask(instructions, eventId),
      nudge: () => this.#steering.remind(),
      isQuiet: () => this.#speaking.isSettled && this.#speaking.current === null,
    });
    this.#delegations = new Delegations({
      toolCalled: (call) => handlers.toolCalled(call),
      sendOutput: (callId, output) =>
        this.#send({ type: 'response.item.create', item: { type: 'function_call_output', call_id: callId, output } }),
      sendGoOn: () => this.#send({ type: 'response.create' }),
      began: () => this.#answers.workBegan(),
      ended: (wantsTools) => this.#answers.workEnded(!wantsTools && this.#auto, this.#speaking.current !== null),
      failed: () => {
        this.#steering.know('What you delegated has failed. Say so in one sentence, and go on without it.');
        handlers.trouble('the model behind the voice failed');
        this.#answers.workEnded(true, this.#speaking.current !== null);
      },
      usage: (used, usage) => handlers.usage(backendCost(used || backendModel, usage)),
    });
    this.#timers.set('ready', readyLimitMs, () =>
      this.#fail({ meaning: 'gone', cause: `OpenAI did not start the session within ${readyLimitMs / 1000} s`, cure: null }),
    );
    this.#socket = new RealtimeSocket(options.address, clock, {
      opened: () => {
        this.#isOpen = true;
        this.#steering.started(this.#auto);
        this.#send(sessionStart(startId, request, model, this.#auto));
        handlers.connected();
      },
      message: (text) => this.#message(text),
      trouble: (detail) => handlers.trouble(detail),
      lost: (verdict, retryAfterMs) => this.#fail(verdict, retryAfterMs),
    });
  }

  hear(bytes: Uint8Array): void {
    if (this.#state === 'over' || this.#state === 'closing') return;
    this.#heardSinceSilence = true;
    this.#activity.hear(bytes, this.#givenBytes / BYTES_PER_MS);
    this.#givenBytes += bytes.length;
    this.#hearing.hear(bytes);
  }

  /** The service speaks in the conversation only. */
  render(): Promise<never> {
    return Promise.reject(new BridgeError('engine/unreachable', 'OpenAI Live renders no clips.'));
  }

  noteSpoken(text: string): void {
    this.#steering.know(`You have said to the person: ${text}`);
  }

  addContext(text: string): void {
    this.#steering.know(text);
  }

  /** Obeyed from the moment at which the service says that it holds it. */
  nudge(id: string, text: string): void {
    this.#steering.nudge(id, text);
  }

  /** What was appended stays; it can only be contradicted. */
  withdraw(id: string): void {
    this.#steering.withdraw(id);
  }

  setAutoAnswer(on: boolean): void {
    if (this.#auto === on || this.#state === 'over' || this.#state === 'closing') return;
    this.#auto = on;
    // An answer of its own may have been under way.
    if (!on && !this.#answers.isAsked && this.#answers.isActive) {
      this.#speaking.cut();
      this.#answers.finish('cancelled');
    }
    if (this.#state === 'ready') this.#steering.setAuto(on);
  }

  answer(instructions: string | null): void {
    this.#whenReady(() => this.#answers.want(instructions));
  }

  interrupt(utterance: UtteranceId | null, heardMs: number): void {
    if (this.#state !== 'ready') return;
    const isMaking = this.#answers.isActive && (utterance === null || utterance === this.#speaking.current);
    if (isMaking) {
      this.#speaking.cut();
      // Who is spoken over falls silent by itself.
      if (!this.#callee.speaks) this.#steering.stop();
    }
    const made = utterance === null ? null : this.#speaking.find(utterance);
    if (made) this.#steering.heard(made, heardMs, !isMaking);
    if (isMaking) this.#answers.finish('cancelled');
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    if (this.#state === 'ready') this.#delegations.toolResult(callId, result, thenAnswer);
  }

  close(): void {
    if (this.#state === 'over' || this.#state === 'closing') return;
    const wasReady = this.#state === 'ready';
    this.#settleBill();
    this.#stop();
    if (!wasReady) {
      this.#state = 'over';
      this.#socket.close();
      return;
    }
    this.#state = 'closing';
    this.#socket.send(JSON.stringify({ type: 'session.close' } satisfies ClientEvent));
    this.#timers.set('closing', closingMs, () => this.#closed());
  }

  /** Nothing that the service sends may throw out of here. */
  #message(text: string): void {
    try {
      const reading = readLiveMessage(text);
      this.#noteReading(reading);
      if (reading.kind === 'event') this.#take(reading.event);
      else if (this.#state === 'closing') return;
      else if (reading.kind === 'bad') this.#on.trouble(`OpenAI sent something that cannot be read: ${reading.problem}`);
      else this.#options.log.debug({ type: reading.type }, 'OpenAI sent an event that is not used');
    } catch (error) {
      this.#options.log.error({ err: error }, 'a message of OpenAI could not be handled');
    }
  }

  #take(event: LiveEvent): void {
    if (this.#state === 'closing') {
      if (event.type === 'session.closed') this.#closed();
      return;
    }
    switch (event.type) {
      case 'session.output_audio.delta':
        if (this.#state === 'ready') this.#speaking.audio(Buffer.from(event.delta, 'base64'));
        return;
      case 'session.output_transcript.delta':
        this.#speaking.text(event.delta, event.start_ms);
        return;
      case 'session.input_transcript.delta':
        this.#callee.words(event.delta, this.#hearing.placeMs(event.start_ms));
        return;
      case 'session.instructions.appended': {
        const nudge = this.#steering.nudgeOf(event.client_event_id);
        if (nudge !== null) this.#on.nudged?.(nudge);
        return;
      }
      case 'session.delegation.created':
        this.#delegations.created(event.delegation.id, event.delegation.response_id ?? null);
        return;
      case 'response.event':
        this.#delegations.event(event.delegation_id ?? null, event.event);
        return;
      case 'session.usage.updated':
        this.#on.usage(this.#bill.upTo(event.usage.seconds, false));
        return;
      case 'session.started':
        this.#started(event.session);
        return;
      case 'session.closed':
        if (event.usage) this.#on.usage(this.#bill.upTo(event.usage.seconds, false));
        this.#fail(closedVerdict(event.reason));
        return;
      case 'error':
        this.#error(event.error);
        return;
      default:
        return;
    }
  }

  #started(session: Extract<LiveEvent, { type: 'session.started' }>['session']): void {
    if (this.#state !== 'opening') return;
    const format = session.audio?.format?.type;
    if (format !== undefined && format !== 'audio/pcmu') {
      const cure = 'Report this with the log; until then choose another engine.';
      this.#fail({ meaning: 'settings', cause: 'OpenAI did not take the sound of the telephone (mu-law)', cure });
      return;
    }
    this.#state = 'ready';
    this.#startedAtMs = this.#options.clock.monotonicMs();
    this.#timers.clear('ready');
    this.#options.circuit.worked(this.#options.settingsKey);
    // Before it hears: what the callee said meanwhile may be a whole turn, and is not to be met with silence.
    this.#steering.setAuto(this.#auto);
    this.#hearing.open();
    this.#keepTime();
    this.#on.ready({ model: session.model ?? this.#options.model, sessionId: session.id ?? '' });
    if (session.expires_at) this.#on.expiresAt(session.expires_at * 1000);
    const held = this.#held;
    this.#held = [];
    for (const action of held) action();
  }

  #keepTime(): void {
    this.#timers.set('silence', silenceEveryMs, () => {
      if (!this.#heardSinceSilence) {
        this.#activity.hear(silence, this.#givenBytes / BYTES_PER_MS);
        this.#givenBytes += silence.length;
        this.#hearing.hear(silence);
      }
      this.#heardSinceSilence = false;
      this.#keepTime();
    });
  }

  /** Most errors are about one message of ours; some tell that what was being said was cut off. */
  #error(error: LiveError): void {
    const verdict = judgeError(error);
    const eventId = error.client_event_id ?? null;
    if (verdict.meaning === 'account' || verdict.meaning === 'gone') {
      this.#fail(verdict);
      return;
    }
    if (this.#state === 'opening') {
      const cause = error.param ? `${verdict.cause} (${error.param.slice(0, 80)})` : verdict.cause;
      this.#fail({ ...verdict, meaning: verdict.meaning === 'later' ? 'later' : 'settings', cause });
      return;
    }
    if (eventId !== null && this.#answers.refused(eventId, verdict.cause)) return;
    this.#options.log.info({ code: error.code ?? null, type: error.type ?? null, message: eventId }, 'OpenAI reported an error');
    this.#on.trouble(verdict.cause);
    if (eventId === null && this.#speaking.current !== null) {
      this.#speaking.cut();
      this.#answers.finish('failed', verdict.cause);
    }
  }

  #fail(verdict: Verdict, retryAfterMs: number | null = null): void {
    if (this.#state === 'over') return;
    if (this.#state === 'closing') {
      this.#closed();
      return;
    }
    const { circuit, settingsKey } = this.#options;
    if (this.#state === 'opening' && verdict.meaning === 'later' && retryAfterMs !== null) circuit.slowDown(verdict, retryAfterMs);
    circuit.failed(verdict, settingsKey);
    this.#settleBill();
    this.#stop();
    this.#state = 'over';
    this.#socket.abandon();
    this.#on.failed(toFailure(verdict));
  }

  /** What the service has not told yet, by our own clock: it bills from the start to its own end of the session. */
  #settleBill(): void {
    if (this.#startedAtMs === null) return;
    const seconds = (this.#options.clock.monotonicMs() - this.#startedAtMs) / 1000;
    const lines = this.#bill.upTo(seconds, true);
    if (lines.length > 0) this.#on.usage(lines);
  }

  #stop(): void {
    this.#held = [];
    this.#isOpen = false;
    this.#hearing.end();
    this.#timers.end();
    this.#speaking.end();
    this.#answers.end();
    this.#callee.end();
    this.#activity.close();
  }

  #closed(): void {
    this.#state = 'over';
    this.#timers.end();
    this.#socket.close();
  }

  /** Nothing but the start may be sent before the service has taken it. */
  #whenReady(action: () => void): void {
    if (this.#state === 'ready') action();
    else if (this.#state === 'opening') this.#held.push(action);
  }

  #noteReading(reading: Reading): void {
    const { note } = this.#options.request;
    if (!note) return;
    if (reading.kind === 'bad') note('in', 'unreadable', { problem: reading.problem });
    else if (reading.kind === 'unknown') note('in', reading.type, undefined);
    else if (!reading.event.type.endsWith('.delta')) note('in', reading.event.type, reading.event);
  }

  #send(event: ClientEvent): void {
    this.#options.request.note?.('out', event.type, event);
    if (this.#isOpen) this.#socket.send(JSON.stringify(event));
  }
}
