import type { Logger } from 'pino';
import type { Agent } from '#bridge/contract/agents.ts';
import type { TurnLatency } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AnswerType, Disposition, Floor, World } from '#bridge/contract/words.ts';
import {
  documentAfterStream,
  type FlowEffect,
  type FlowEnding,
  type FlowEvent,
  type FlowState,
  type FlowTimer,
  firstFlowState,
  stepFlow,
} from '../domain/call-flow.ts';
import { detectOptOut } from '../domain/opt-out.ts';
import type { Engine, SessionRequest, UsageLine } from '../engines/engine.ts';
import type { Playout } from '../media/playout.ts';
import type { ClipShelf } from './clip-shelf.ts';
import { promptFor, type Speeches } from './speech.ts';
import { Timers } from './timers.ts';
import { readToolCall } from './tools.ts';
import type { TranscriptKeeper } from './transcript.ts';
import { Voice } from './voice.ts';

/** What is said within this long before the lead's words may come back as their echo. */
const echoMs = 2_000;

export interface CallTalkEvents {
  changed(): void;
  /** The media stream must go; the leg then asks for its next document. */
  leaveStream(): void;
  hangUp(ending: FlowEnding): void;
  /** Durable when it returns. */
  suppress(quote: string): void;
  toolUsed(tool: { readonly name: string; readonly arguments: string; readonly result: string }): void;
  usage(lines: readonly UsageLine[]): void;
  turn(latency: TurnLatency): void;
  disclosurePlayed(): void;
  hop(name: 'ai-open' | 'ai-ready' | 'first-ai-audio', detail?: string): void;
  voiceFailed(cause: string, fatal: boolean): void;
}

export interface CallTalkParts {
  readonly agent: Agent;
  readonly engine: Engine;
  readonly request: SessionRequest;
  readonly speeches: Speeches;
  readonly shelf: ClipShelf;
  readonly playout: Playout;
  readonly transcript: TranscriptKeeper;
  readonly clock: Clock;
  readonly log: Logger;
  readonly world: World;
  readonly events: CallTalkEvents;
  sinceAnswerMs(monotonicMs: number): number;
}

/** The conversation of one call: runs the flow, drives the voice, and keeps the reflexes that no model may forget. */
export class CallTalk {
  readonly #parts: CallTalkParts;
  readonly #voice: Voice;
  readonly #timers: Timers<FlowTimer>;
  readonly #leadLines: string[] = [];
  #state: FlowState = firstFlowState;
  #queue: FlowEvent[] = [];
  #draining = false;
  #leadSpeaking = false;
  #optedOut = false;
  #decided: Disposition | null = null;
  #ending: FlowEnding | null = null;
  #lastAi = { text: '', atMs: Number.NEGATIVE_INFINITY };

  constructor(parts: CallTalkParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#voice = this.#makeVoice();
    parts.playout.onBegun((utterance, playAtMs) => {
      this.#voice.begun(utterance, playAtMs);
      parts.events.changed();
    });
    parts.playout.onHeard((utterance, endAtMs) => this.#voice.heardOut(utterance, endAtMs));
    parts.playout.onPlayed((utterance, confirmed) => this.#voice.played(utterance, confirmed));
    parts.playout.onIdle(() => this.#voice.idle());
  }

  get state(): FlowState {
    return this.#state;
  }

  get optedOut(): boolean {
    return this.#optedOut;
  }

  /** What was decided on the call about its business outcome. */
  get decided(): Disposition | null {
    return this.#ending?.disposition ?? this.#decided;
  }

  /** How we ended it; null when we did not. */
  get ending(): FlowEnding | null {
    return this.#ending;
  }

  get floor(): Floor {
    if (this.#leadSpeaking) return 'lead';
    return this.#parts.playout.speaking ? 'ai' : 'none';
  }

  get voiceAlive(): boolean {
    return this.#voice.hasSession;
  }

  prepare(): void {
    this.#voice.prepare();
  }

  /** Hears 20 ms of the lead, on the audio path. */
  hear(bytes: Uint8Array, base64: string): void {
    this.#voice.hear(bytes, base64);
  }

  answered(route: 'stream' | 'announce', because: string): void {
    this.dispatch({ type: 'answered', route, because });
    if (route === 'stream') this.#voice.answered();
  }

  /** The carrier's view of who picked up. */
  machineDetected(answerType: AnswerType, policy: 'hang-up' | 'leave-message' | 'off'): void {
    if (answerType === 'machine' || answerType === 'fax') this.dispatch({ type: 'machine.detected', policy });
  }

  digit(digit: string): void {
    if (digit === '9') this.optOut('pressed 9');
    else this.#voice.addContext(`The person pressed the key ${digit}.`);
  }

  /** Suppress first, then end politely; whatever else goes wrong, the number is not dialled again. */
  optOut(quote: string): void {
    if (!this.#optedOut) {
      this.#optedOut = true;
      this.#parts.events.suppress(quote);
    }
    this.dispatch({ type: 'opt-out.heard' });
  }

  /** What the leg shall run now that its stream is over. */
  afterStream(): ReturnType<typeof documentAfterStream> {
    return documentAfterStream(this.#state);
  }

  dispatch(event: FlowEvent): void {
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const [state, effects] = stepFlow(this.#state, next);
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#draining = false;
    }
    this.#parts.events.changed();
  }

  /** The line is dead; late words are still awaited. */
  legEnded(): void {
    this.#voice.cutOff();
    this.dispatch({ type: 'leg.ended' });
    this.#leadSpeaking = false;
  }

  close(): void {
    this.#timers.clear();
    this.#voice.close();
  }

  #perform(effect: FlowEffect): void {
    switch (effect.type) {
      case 'say':
        if (effect.what !== 'disclosure' && effect.what !== 'greeting') this.#voice.restrict();
        this.#voice.say(effect.what);
        return;
      case 'prompt': {
        const detail = effect.detail === null ? '' : ` (${effect.detail})`;
        this.#voice.prompt(promptFor(this.#parts.request.language, effect.about) + detail);
        return;
      }
      case 'auto-answer':
        this.#voice.setAutoAnswer(effect.on);
        return;
      case 'clear':
        this.#voice.clear(false);
        return;
      case 'leave-stream':
        this.#parts.events.leaveStream();
        return;
      case 'hang-up':
        this.#ending ??= effect.ending;
        if (effect.ending.disposition === 'do-not-call') this.#ending = effect.ending;
        this.#parts.events.hangUp(effect.ending);
        return;
      case 'timer.start':
        this.#timers.start(effect.name, effect.ms, () => this.dispatch({ type: 'timer', name: effect.name }));
        return;
      case 'timer.cancel':
        this.#timers.cancel(effect.name);
        return;
    }
  }

  #makeVoice(): Voice {
    const { engine, request, speeches, shelf, playout, transcript, clock, log, world, events, sinceAnswerMs } = this.#parts;
    return new Voice({
      engine,
      request,
      speeches,
      shelf,
      playout,
      transcript,
      clock,
      log,
      world,
      sinceAnswerMs,
      events: {
        ready: () => this.dispatch({ type: 'voice.ready' }),
        failed: (failure) => {
          events.voiceFailed(failure.cause, failure.kind === 'fatal');
          this.dispatch({ type: 'voice.failed', cause: failure.cause });
        },
        fixedHeard: (what) => {
          this.#lastAi = { text: speeches[what] ?? '', atMs: clock.monotonicMs() };
          if (what === 'disclosure') this.dispatch({ type: 'disclosure.played' });
          else if (what === 'greeting') this.dispatch({ type: 'greeting.played' });
          else if (what === 'voicemail') this.dispatch({ type: 'message.played' });
          else this.dispatch({ type: 'farewell.played' });
        },
        fixedPlayed: (what, confirmed) => {
          if (what === 'disclosure' && confirmed) events.disclosurePlayed();
        },
        fellSilent: () => {
          this.dispatch({ type: 'ai.fell-silent' });
          // The goodbye, or the sentence before a transfer, has reached the ear.
          if (this.#state.kind === 'closing' || this.#state.kind === 'transferring') this.dispatch({ type: 'farewell.played' });
        },
        thinking: () => events.changed(),
        leadStartedSpeaking: () => {
          this.#leadSpeaking = true;
          this.dispatch({ type: 'lead.started-speaking' });
        },
        leadStoppedSpeaking: () => {
          this.#leadSpeaking = false;
          this.dispatch({ type: 'lead.stopped-speaking' });
        },
        leadSaid: (text) => this.#leadSaid(text),
        toolCalled: (call) => this.#toolCalled(call),
        usage: (lines) => events.usage(lines),
        turn: ({ endOfSpeechAtMs, firstAudioAtMs }) =>
          events.turn({
            endOfSpeechMs: Math.max(0, Math.round(sinceAnswerMs(endOfSpeechAtMs))),
            firstAudioMs: Math.max(0, Math.round(sinceAnswerMs(firstAudioAtMs))),
            latencyMs: Math.round(firstAudioAtMs - endOfSpeechAtMs),
          }),
        connected: () => events.hop('ai-open'),
        sessionReady: (model) => events.hop('ai-ready', model),
        firstAudio: () => events.hop('first-ai-audio'),
      },
    });
  }

  /** The deterministic ear: no model has to notice these words. */
  #leadSaid(text: string): void {
    this.#leadLines.push(text);
    const recent = this.#parts.clock.monotonicMs() - this.#lastAi.atMs < echoMs ? this.#lastAi.text : null;
    const found = detectOptOut({ segments: this.#leadLines.slice(-2), agentTextWithin2s: recent });
    if (found?.tier === 'opt-out') this.optOut(found.quote);
  }

  #toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void {
    const request = readToolCall(this.#parts.agent, call.name, call.arguments);
    const reply = (result: Record<string, unknown>, thenAnswer: boolean) => {
      const text = JSON.stringify(result);
      this.#parts.events.toolUsed({ name: call.name, arguments: call.arguments, result: text });
      this.#voice.toolResult(call.id, text, thenAnswer);
    };
    switch (request.kind) {
      case 'end': {
        const spoken = this.#parts.playout.speaking;
        reply({ ok: true }, false);
        this.dispatch({
          type: 'end.requested',
          spoken,
          ending: { by: 'ai', reason: `the AI ended the call (${request.reason})`, disposition: request.disposition ?? this.#decided },
        });
        if (spoken && !this.#voice.busy) this.dispatch({ type: 'farewell.played' });
        return;
      }
      case 'opt-out':
        reply({ ok: true, removed: true }, false);
        this.optOut(request.quote || 'the AI noted an opt-out');
        return;
      case 'callback':
        this.#decided = 'callback-requested';
        reply({ ok: true, when: request.when }, true);
        return;
      case 'transfer':
        if (!request.target) {
          reply({ ok: false, reason: 'nobody is available; offer a callback' }, true);
          return;
        }
        reply({ ok: true, connecting_to: request.target.name }, false);
        this.dispatch({ type: 'transfer.requested', target: request.target });
        if (!this.#voice.busy) this.dispatch({ type: 'farewell.played' });
        return;
      case 'unknown':
        reply({ ok: false, reason: request.problem }, true);
        return;
    }
  }
}
