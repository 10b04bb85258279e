import type { VoiceActivity } from '#bridge/media/fvad.ts';
import { BYTES_PER_MS } from '#bridge/media/g711.ts';
import type { Chance } from '../openai/chance.ts';
import { appendedAudio, readFrame } from '../openai/client-events.ts';
import { Ear } from '../openai/ear.ts';
import type { Timers } from '../openai/timers.ts';
import { type Json, ProtocolError } from '../openai/wire.ts';
import { checkConfig, readClientEvent, type SessionPhase } from './client-event.ts';
import { type Append, Conduct } from './conduct.ts';
import type { LiveSocket, LiveTraits } from './live-traits.ts';
import type { LiveClientEvent, LiveConfig } from './schemas.ts';

export interface LiveViolation {
  readonly session: number;
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

/** What is appended takes effect, and is confirmed, when so much more of the call has passed. */
const appendStepMs = 200;
const fixtureMostBytes = 1_440_000;
const detection = {
  type: 'server_vad',
  threshold: 0.6,
  prefix_padding_ms: 300,
  silence_duration_ms: 500,
  create_response: true,
  interrupt_response: true,
  idle_timeout_ms: null,
} as const;

interface Pending {
  readonly dueMs: number;
  readonly event: Append;
}

/** One session of the simulated Live service. Its time is that of the audio it is given: without audio it stands still. */
export class SimLiveSession {
  readonly number: number;
  readonly id: string;
  readonly #traits: LiveTraits;
  readonly #timers: Timers;
  readonly #chance: Chance;
  readonly #socket: LiveSocket;
  readonly #ear: Ear;
  readonly #conduct: Conduct;
  readonly #violations: LiveViolation[];
  readonly #events: Json[] = [];
  #state: SessionPhase = 'waiting';
  #config: LiveConfig | null = null;
  #heardMs = 0;
  #startedAtMs = 0;
  #muted = false;
  #pending: Pending[] = [];
  #fixture = false;
  #deltas = 0;

  constructor(
    given: {
      readonly number: number;
      readonly socket: LiveSocket;
      readonly timers: Timers;
      readonly chance: Chance;
      readonly activity: VoiceActivity;
      readonly violations: LiveViolation[];
    },
    traits: LiveTraits,
  ) {
    this.number = given.number;
    this.id = given.chance.id('live');
    this.#traits = traits;
    this.#timers = given.timers;
    this.#chance = given.chance;
    this.#socket = given.socket;
    this.#violations = given.violations;
    this.#ear = new Ear(given.activity, (frame) => traits.voices.recognise(frame), {
      speechStarted: () => this.#conduct.calleeBegan(),
      speechStopped: (_endMs, turn) => this.#conduct.calleeEnded(turn, detection.silence_duration_ms),
    });
    this.#ear.configure({ type: 'audio/pcmu' }, detection);
    this.#conduct = new Conduct({
      number: this.number,
      traits,
      timers: given.timers,
      chance: given.chance,
      config: () => this.#config,
      heardMs: () => this.#heardMs,
      calleeSpeaks: () => this.#ear.speaking,
      sound: (bytes) => this.#sound(bytes),
      send: (event) => this.#send(event),
    });
  }

  get config(): LiveConfig | null {
    return this.#config;
  }

  get heardMs(): number {
    return this.#heardMs;
  }

  get said(): readonly { readonly by: string; readonly text: string }[] {
    return this.#conduct.said;
  }

  /** What passed, audio aside. */
  get events(): readonly Json[] {
    return this.#events;
  }

  receive(data: string | null): void {
    if (this.#state === 'over') return;
    let eventId: string | null = null;
    try {
      const event = readFrame(data);
      if (typeof event.event_id === 'string') eventId = event.event_id;
      if (event.type === 'session.input_audio.append') {
        if (this.#state !== 'started') throw new ProtocolError('invalid_event', 'The session has not been started.', 'type');
        this.#hear(appendedAudio(event));
        return;
      }
      this.#events.push({ from: 'client', ...event });
      this.#handle(readClientEvent(event, this.#state));
    } catch (error) {
      const found = error instanceof ProtocolError ? error : new ProtocolError('server_error', String(error), null, 'server_error');
      this.#refuse(found, eventId);
    }
  }

  /** The service ends the session by itself. */
  finish(reason: string): void {
    if (this.#state === 'over') return;
    for (const { event } of this.#pending.splice(0)) {
      this.#error(new ProtocolError('session_closed', 'The session was closed before this was taken in.'), event.event_id ?? null);
    }
    this.#send({ type: 'session.closed', reason, session: this.#shown(), usage: { seconds: this.#seconds() } });
    this.#state = 'over';
    this.#socket.close(1000, '');
  }

  sendRaw(text: string): void {
    this.#socket.send(text);
  }

  drop(): void {
    this.#socket.drop();
  }

  /** The socket is gone. */
  end(): void {
    this.#state = 'over';
    this.#timers.close();
    this.#conduct.mouth.cut();
    this.#ear.clear();
    this.#ear.close();
  }

  #handle(event: LiveClientEvent): void {
    switch (event.type) {
      case 'session.start':
        this.#start(event.session, event.event_id ?? null);
        return;
      case 'session.update':
        if (event.session.delegation && event.session.delegation.type !== this.#config?.delegation?.type)
          throw new ProtocolError('immutable_field_update', 'The type of delegation cannot be changed.', 'session.delegation.type');
        this.#send({ type: 'session.updated', session: this.#shown() }, event.event_id);
        return;
      case 'session.input_audio.mute':
      case 'session.input_audio.unmute':
        this.#muted = event.type === 'session.input_audio.mute';
        this.#send({ type: this.#muted ? 'session.input_audio.muted' : 'session.input_audio.unmuted' }, event.event_id);
        return;
      case 'session.output_audio.fixture.play':
        this.#playFixture(Buffer.from(event.audio, 'base64'), event.event_id ?? null);
        return;
      case 'session.instructions.append':
      case 'session.thinking.append':
      case 'session.commentary.append':
        if (this.#fixture) throw new ProtocolError('invalid_event', 'A fixture is being played.', 'type');
        if (event.delegation_id !== null)
          throw new ProtocolError('invalid_value', 'delegation_id is for client delegation only.', 'delegation_id');
        this.#pending.push({ dueMs: this.#heardMs + appendStepMs, event });
        return;
      case 'response.item.create':
        this.#needBackend();
        this.#conduct.backend.output(event.item.call_id, event.item.output);
        return;
      case 'response.create':
        this.#needBackend();
        this.#conduct.backend.create();
        return;
      case 'session.close':
        this.finish('close_requested');
    }
  }

  #needBackend(): void {
    if (this.#config?.delegation?.type !== 'responses')
      throw new ProtocolError('invalid_event', 'This session delegates to its client.', 'type');
  }

  #start(config: LiveConfig, eventId: string | null): void {
    const { faults, sessionMs } = this.#traits;
    const refused = faults.take('start-error', this.number);
    if (refused) {
      this.#error(new ProtocolError(refused.code, `Scripted fault: ${refused.code}`), eventId);
      return;
    }
    checkConfig(config);
    this.#state = 'starting';
    this.#config = config;
    this.#conduct.begin(config);
    if (faults.take('never-started', this.number)) return;
    this.#timers.after(faults.take('slow-start', this.number)?.ms ?? 0, () => {
      this.#state = 'started';
      this.#startedAtMs = this.#timers.clock.monotonicMs();
      this.#send({ type: 'session.started', session: this.#shown() }, eventId);
      this.#tellUsage();
      this.#timers.after(sessionMs, () => this.finish('expired'));
      this.strike();
    });
  }

  /** Let the faults that come by the clock happen; again whenever one was added. */
  strike(): void {
    if (this.#state !== 'started') return;
    const { faults } = this.#traits;
    const drop = faults.take('drop', this.number);
    if (drop) this.#timers.after(drop.afterMs, () => this.drop());
    const closed = faults.take('closed', this.number);
    if (closed) this.#timers.after(closed.afterMs, () => this.finish(closed.reason));
    const garbage = faults.take('garbage-frame', this.number);
    if (garbage) this.#timers.after(garbage.afterMs, () => this.sendRaw('{"type":"session.output_audio.del'));
    const unknown = faults.take('unknown-event', this.number);
    if (unknown) this.#timers.after(unknown.afterMs, () => this.#send({ type: 'session.hologram.delta', depth: 3 }));
  }

  #shown(): Json {
    const expires_at = Math.floor((this.#timers.clock.nowMs() + this.#traits.sessionMs) / 1000);
    const { input: _, ...config } = this.#config ?? { input: undefined };
    return { id: this.id, object: 'live.session', status: 'active', expires_at, ...config };
  }

  #hear(audio: Buffer): void {
    const ms = audio.length / BYTES_PER_MS;
    for (let at = 0; at < audio.length; at += 160) {
      const frame = audio.subarray(at, at + 160);
      this.#heardMs += frame.length / BYTES_PER_MS;
      this.#ear.append(this.#muted || this.#fixture ? new Uint8Array(frame.length).fill(0xff) : frame);
      this.#takeIn();
    }
    this.#conduct.mouth.pass(ms);
  }

  /** Appends whose time has come. */
  #takeIn(): void {
    while (this.#pending[0] && this.#pending[0].dueMs <= this.#heardMs) {
      const { event, dueMs } = this.#pending.shift() as Pending;
      this.#conduct.takeIn(event);
      const type = event.type.replace('.append', '.appended');
      this.#send({ type, start_ms: Math.round(dueMs - appendStepMs), end_ms: Math.round(dueMs) }, event.event_id);
    }
  }

  #sound(bytes: Uint8Array): void {
    if (this.#state !== 'started') return;
    if (this.#conduct.mouth.sounding) this.#deltas += 1;
    const { faults } = this.#traits;
    const isDue = ({ afterDeltas }: { readonly afterDeltas: number }) => this.#deltas > afterDeltas;
    if (faults.take('drop-in-speech', this.number, isDue)) {
      this.drop();
      return;
    }
    if (faults.take('stall-in-speech', this.number, isDue)) {
      this.#conduct.mouth.cut();
      return;
    }
    if (faults.take('moderation', this.number, isDue)) {
      this.#conduct.mouth.cut();
      this.#error(new ProtocolError('content_policy', 'The response was stopped.', null, 'moderation_error'), null);
      return;
    }
    this.#socket.send(JSON.stringify({ type: 'session.output_audio.delta', delta: Buffer.from(bytes).toString('base64') }));
  }

  #playFixture(audio: Buffer, eventId: string | null): void {
    if (this.#fixture) throw new ProtocolError('invalid_event', 'A fixture is being played.', 'type');
    if (audio.length === 0 || audio.length % 2 !== 0 || audio.length > fixtureMostBytes)
      throw new ProtocolError('invalid_value', 'A fixture is up to 30 s of 16-bit PCM at 24 kHz.', 'audio');
    this.#conduct.mouth.cut();
    this.#fixture = true;
    this.#send({ type: 'session.output_audio.fixture.playing' }, eventId);
    this.#timers.after(audio.length / 48, () => {
      this.#fixture = false;
      this.#send({ type: 'session.output_audio.fixture.played' }, eventId);
    });
  }

  #tellUsage(): void {
    this.#timers.after(this.#traits.usageEveryMs, () => {
      const usage_ratio = Math.min(0.9, this.#seconds() / 3_600);
      this.#send({ type: 'session.usage.updated', usage: { seconds: this.#seconds() }, context_window: { usage_ratio } });
      this.#tellUsage();
    });
  }

  #seconds(): number {
    return this.#startedAtMs === 0 ? 0 : Math.round((this.#timers.clock.monotonicMs() - this.#startedAtMs) / 10) / 100;
  }

  /** The client's own doing. */
  #refuse(error: ProtocolError, eventId: string | null): void {
    if (error.type === 'invalid_request_error')
      this.#violations.push({ session: this.number, code: error.code, message: error.message, param: error.param });
    this.#error(error, eventId);
  }

  #error({ type, code, message, param }: ProtocolError, eventId: string | null): void {
    const named = eventId === null ? {} : { client_event_id: eventId };
    this.#send({ type: 'error', error: { type, code, message, ...(param === null ? {} : { param }), ...named } }, eventId);
  }

  #send(event: Json, clientEventId?: string | null): void {
    if (this.#state === 'over') return;
    const whole = { ...event, event_id: this.#chance.id('event'), ...(clientEventId ? { client_event_id: clientEventId } : {}) };
    this.#events.push({ from: 'server', ...whole });
    this.#socket.send(JSON.stringify(whole));
  }
}
