import type { VoiceActivity } from '#bridge/media/fvad.ts';
import type { Voices } from '../person.ts';
import { Answers } from './answers.ts';
import type { Brain } from './brain.ts';
import type { Chance } from './chance.ts';
import { appendedAudio, readEvent, readFrame, readTranscriptionEvent } from './client-events.ts';
import { Conversation, calleeTurn, type Item } from './conversation.ts';
import type { SessionTarget } from './door.ts';
import { Ear, type HeardTurn } from './ear.ts';
import type { Faults } from './faults.ts';
import type { SessionLog } from './history.ts';
import { retrieved } from './items.ts';
import type { ClientEvent, ClientEvents, TranscriptionEvent } from './schemas.ts';
import {
  defaultConfig,
  mergeConfig,
  mergeTranscription,
  type SessionConfig,
  shownTranscription,
  transcriptionConfig,
} from './session-config.ts';
import { DelayLine, type Timers } from './timers.ts';
import { sendTranscript, type TranscriptMode } from './transcripts.ts';
import { type Json, ProtocolError } from './wire.ts';

/** How a simulated service behaves; the same for all its sessions. */
export interface SessionTraits {
  readonly voices: Voices;
  readonly brain: Brain;
  readonly transcribe: ((audio: Uint8Array, recognised: string) => string) | null;
  readonly delayMs: number;
  readonly firstAudioMs: readonly [number, number];
  readonly burst: number;
  readonly transcripts: TranscriptMode;
  readonly sessionMs: number;
  readonly faults: Faults;
}

/** The socket under a session. */
export interface SessionSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Without a close frame. */
  drop(): void;
}

/** A buffer shorter than this cannot be committed. */
const LEAST_COMMIT_MS = 100;

/** One session of the simulated service: a socket, a conversation, an ear and one answer at a time. */
export class SimSession {
  readonly number: number;
  readonly conversation = new Conversation();
  readonly log: SessionLog;
  readonly #traits: SessionTraits;
  readonly #timers: Timers;
  readonly #chance: Chance;
  readonly #ear: Ear;
  readonly #socket: SessionSocket;
  readonly #incoming: DelayLine<() => void>;
  readonly #outgoing: DelayLine<() => void>;
  readonly #answers: Answers;
  readonly #lifeMs: number;
  readonly #onlyListens: boolean;
  #config: SessionConfig;
  #turnId: string | null = null;
  #turns = 0;
  #ended = false;

  constructor(
    given: {
      readonly number: number;
      readonly target: SessionTarget;
      readonly socket: SessionSocket;
      readonly timers: Timers;
      readonly chance: Chance;
      readonly activity: VoiceActivity;
      readonly log: SessionLog;
    },
    traits: SessionTraits,
  ) {
    this.number = given.number;
    this.log = given.log;
    this.#traits = traits;
    this.#timers = given.timers;
    this.#chance = given.chance;
    this.#socket = given.socket;
    this.#incoming = new DelayLine(given.timers, traits.delayMs, (work) => work());
    this.#outgoing = new DelayLine(given.timers, traits.delayMs, (work) => work());
    const expiry = traits.faults.take('expire', given.number);
    const lifeMs = expiry?.afterMs ?? traits.sessionMs;
    const expiresAtS = Math.floor((given.timers.clock.nowMs() + lifeMs) / 1000);
    const id = given.chance.id('sess');
    const { target } = given;
    this.#onlyListens = target.kind === 'transcription';
    this.#config = target.kind === 'model' ? defaultConfig(id, target.model, expiresAtS) : transcriptionConfig(id, expiresAtS);
    this.#ear = new Ear(given.activity, (frame) => traits.voices.recognise(frame), {
      speechStarted: (startMs) => this.#speechStarted(startMs),
      speechStopped: (endMs, turn) => this.#speechStopped(endMs, turn),
    });
    this.#answers = new Answers({
      number: given.number,
      traits,
      timers: given.timers,
      chance: given.chance,
      conversation: this.conversation,
      config: () => this.#config,
      calleeIsSpeaking: () => this.#ear.speaking,
      send: (event) => this.#send(event),
      sendError: (error, eventId, causedBy) => this.#sendError(error, eventId, causedBy),
      note: (code, message, eventId) => this.#note(code, message, eventId),
      silence: (idleMs) => this.#silence(idleMs),
      drop: () => given.socket.drop(),
    });
    this.#configureEar();
    this.#lifeMs = lifeMs;
    this.#timers.after(lifeMs, () => this.expire());
  }

  get config(): SessionConfig {
    return this.#config;
  }

  /** Milliseconds of callee audio it was given. */
  get heardMs(): number {
    return this.#ear.totalMs;
  }

  start(): void {
    this.#send({ type: 'session.created', session: this.#shown() });
  }

  /** Something the client sent; takes effect when it has come over the road. */
  receive(data: string | null): void {
    this.#incoming.push(() => {
      if (!this.#ended) this.#receive(data);
    });
  }

  /** Tell of an error that no event caused and, where a code is given, close. */
  fail(error: ProtocolError, closeCode?: number): void {
    this.#send({
      type: 'error',
      error: { type: error.type, code: error.code, message: error.message, param: error.param, event_id: null },
    });
    if (closeCode !== undefined) this.closeSocket(closeCode);
  }

  /** The session's time is over. */
  expire(): void {
    const minutes = Math.round(this.#lifeMs / 60_000);
    this.fail(new ProtocolError('session_expired', `Your session hit the maximum duration of ${minutes} minutes.`), 1001);
  }

  /** @param code 1006 for no close frame at all */
  closeSocket(code: number): void {
    if (code === 1006) this.#socket.drop();
    else this.#outgoing.push(() => this.#socket.close(code, ''));
  }

  /** Put any text on the wire. */
  sendRaw(text: string): void {
    this.#outgoing.push(() => this.#socket.send(text));
  }

  /** The socket is gone: forget everything that is still to happen. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#answers.end();
    this.#timers.close();
    this.#ear.clear();
    this.#ear.close();
    // The record stays, the audio need not.
    for (const item of this.conversation.items) item.audio = [];
  }

  #receive(data: string | null): void {
    let eventId: string | null = null;
    try {
      const event = readFrame(data);
      if (typeof event.event_id === 'string') eventId = event.event_id;
      const nowMs = this.#timers.clock.nowMs();
      if (event.type === 'input_audio_buffer.append') {
        const audio = appendedAudio(event);
        this.log.record(nowMs, 'client', event.type, event, audio.length);
        this.#ear.append(audio);
      } else {
        this.log.record(nowMs, 'client', event.type, event);
        if (this.#onlyListens) this.#handleListening(readTranscriptionEvent(event));
        else this.#handle(readEvent(event));
      }
    } catch (error) {
      const found = error instanceof ProtocolError ? error : new ProtocolError('server_error', String(error), null, 'server_error');
      this.#sendError(found, eventId);
    }
  }

  #handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        this.#update(event);
        return;
      case 'input_audio_buffer.commit':
        this.#commitByHand();
        return;
      case 'input_audio_buffer.clear':
        this.#ear.clear();
        this.#turnId = null;
        this.#send({ type: 'input_audio_buffer.cleared' });
        return;
      case 'conversation.item.create': {
        const { item, previous } = this.conversation.create(event.item, event.item.id ?? this.#chance.id('item'), event.previous_item_id);
        this.#sendItem(item, previous);
        return;
      }
      case 'conversation.item.retrieve':
        this.#send({ type: 'conversation.item.retrieved', item: retrieved(this.conversation.get(event.item_id, 'retrieve')) });
        return;
      case 'conversation.item.truncate': {
        const { item_id, content_index, audio_end_ms } = event;
        this.conversation.truncate(item_id, audio_end_ms);
        this.#send({ type: 'conversation.item.truncated', item_id, content_index, audio_end_ms });
        return;
      }
      case 'conversation.item.delete':
        this.conversation.delete(event.item_id);
        this.#send({ type: 'conversation.item.deleted', item_id: event.item_id });
        return;
      case 'response.create':
        this.#answers.respond('client', event.response ?? {}, event.event_id ?? null);
        return;
      case 'response.cancel':
        this.#answers.cancel(event.response_id);
        return;
      case 'output_audio_buffer.clear':
        this.#note('output_audio_buffer_over_websocket', 'output_audio_buffer.clear belongs to WebRTC and SIP', event.event_id ?? null);
    }
  }

  #handleListening(event: TranscriptionEvent): void {
    if (event.type === 'session.update') this.#configure(mergeTranscription(this.#config, event.session));
    else this.#handle(event);
  }

  #update(event: ClientEvents['session.update']): void {
    const limits = { audioWasSpoken: this.#answers.spoke, responseIsActive: this.#answers.active() !== null };
    this.#configure(mergeConfig(this.#config, event.session, limits));
  }

  #configure(config: SessionConfig): void {
    this.#config = config;
    this.#configureEar();
    if (this.#traits.faults.take('never-updated', this.number)) return;
    this.#send({ type: 'session.updated', session: this.#shown() });
  }

  #shown(): Readonly<Record<string, unknown>> {
    return this.#onlyListens ? shownTranscription(this.#config) : { ...this.#config };
  }

  #configureEar(): void {
    const { format, turn_detection: detection } = this.#config.audio.input;
    this.#ear.configure(format, detection);
  }

  #speechStarted(startMs: number): void {
    this.#turnId = this.#chance.id('item');
    this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms: startMs, item_id: this.#turnId });
    this.#answers.hush(this.#config.audio.input.turn_detection?.interrupt_response ?? false);
  }

  #speechStopped(endMs: number, turn: HeardTurn): void {
    const id = this.#turnId ?? this.#chance.id('item');
    this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: endMs, item_id: id });
    this.#commit(id, turn);
    if (this.#config.audio.input.turn_detection?.create_response) this.#answers.answerTurn();
  }

  #commitByHand(): void {
    const bufferedMs = this.#ear.bufferedMs;
    if (bufferedMs < LEAST_COMMIT_MS) {
      const message = `Error committing input audio buffer: buffer too small. Expected at least ${LEAST_COMMIT_MS}ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`;
      throw new ProtocolError('input_audio_buffer_commit_empty', message);
    }
    const id = (this.#ear.speaking ? this.#turnId : null) ?? this.#chance.id('item');
    this.#commit(id, this.#ear.commit());
  }

  #commit(id: string, heard: HeardTurn): void {
    this.#turnId = null;
    const words = this.#traits.transcribe ? this.#traits.transcribe(heard.audio, heard.words) : heard.words;
    const item = calleeTurn(id, { ...heard, words });
    const previous = this.conversation.append(item);
    this.#send({ type: 'input_audio_buffer.committed', item_id: id, previous_item_id: previous });
    this.#sendItem(item, previous);
    const turn = this.#turns++;
    if (!this.#config.audio.input.transcription || heard.audio.length === 0) return;
    const mode = this.#traits.faults.take('transcripts', this.number)?.mode ?? this.#traits.transcripts;
    const host = {
      send: (event: Json) => this.#send(event),
      after: (delayMs: number, callback: () => void) => this.#timers.after(delayMs, callback),
      between: (range: readonly [number, number]) => this.#chance.between(range),
    };
    sendTranscript(host, mode, { itemId: id, turn, text: words, audioMs: heard.endMs - heard.startMs });
  }

  #silence(idleMs: number): void {
    const id = this.#chance.id('item');
    const endMs = Math.round(this.#ear.totalMs);
    const startMs = Math.max(0, endMs - idleMs);
    this.#send({ type: 'input_audio_buffer.timeout_triggered', audio_start_ms: startMs, audio_end_ms: endMs, item_id: id });
    this.#commit(id, { startMs: endMs, endMs, audio: new Uint8Array(0), words: '' });
    this.#answers.respond('idle', {}, null);
  }

  #sendItem(item: Item, previous: string | null): void {
    const snapshot = structuredClone(item.wire);
    this.#send({ type: 'conversation.item.added', previous_item_id: previous, item: snapshot });
    this.#send({ type: 'conversation.item.done', previous_item_id: previous, item: snapshot });
  }

  /** @param causedBy the client's event, for the record, where the wire does not name it */
  #sendError(error: ProtocolError, eventId: string | null, causedBy: string | null = eventId): void {
    const { type, code, message, param } = error;
    this.#send({ type: 'error', error: { type, code, message, param, event_id: eventId } });
    if (type === 'invalid_request_error') this.#note(code, message, causedBy, param);
  }

  #note(code: string, message: string, eventId: string | null, param: string | null = null): void {
    this.log.violation(this.#timers.clock.nowMs(), { code, message, param, eventId });
  }

  #send(event: Json): void {
    if (this.#ended) return;
    const whole = { ...event, event_id: this.#chance.id('event') };
    const type = String(event.type);
    const isAudio = type === 'response.output_audio.delta';
    const text = JSON.stringify(whole);
    this.log.record(this.#timers.clock.nowMs(), 'server', type, whole, isAudio ? Math.floor(String(event.delta).length * 0.75) : 0);
    this.#outgoing.push(() => this.#socket.send(text));
  }
}
