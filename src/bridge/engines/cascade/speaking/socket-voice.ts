import type { Clock } from '#bridge/contract/clock.ts';
import { Timers } from '../../timers.ts';
import { gone, type ServiceName, type StageProblem } from '../problems.ts';
import { StageSocket } from '../stage-socket.ts';
import type { Speech, SpeechHandlers, Voice, VoiceHandlers } from '../stages.ts';

/** The first sound of a sentence takes a few hundred milliseconds. */
const firstSoundLimitMs = 2_000;
/** Sound comes faster than it is spoken. */
const nextSoundLimitMs = 1_200;

/** What differs between the services that speak over a socket. */
export interface VoiceDialect {
  readonly service: ServiceName;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** @param id unique on the connection */
  begin(id: string): readonly object[];
  text(id: string, text: string, isFirst: boolean): readonly object[];
  end(id: string): readonly object[];
  cancel(id: string): readonly object[];
  /** What a message means. @param current the speech that is being said, for services that do not tell which one they mean */
  read(text: string, current: string | null): readonly VoiceEvent[];
  /** Whose sound a binary message is; null when nobody is to hear it. */
  binaryOwner?(current: string | null): string | null;
}

export type VoiceEvent =
  | { readonly type: 'audio'; readonly id: string; readonly base64: string }
  | { readonly type: 'timings'; readonly id: string; readonly words: readonly { readonly word: string; readonly endMs: number }[] }
  | { readonly type: 'done'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string | null; readonly problem: StageProblem }
  | { readonly type: 'unreadable'; readonly detail: string }
  | { readonly type: 'trouble'; readonly detail: string };

/** Decoded sound of whichever connection has a message right now; handlers keep none of it. */
let scratch = Buffer.allocUnsafeSlow(16_384);

/** A connection to a voice that speaks over a socket, whatever its dialect. */
export class SocketVoice implements Voice {
  readonly #dialect: VoiceDialect;
  readonly #on: VoiceHandlers;
  readonly #socket: StageSocket;
  readonly #timers: Timers;
  readonly #speeches = new Map<string, SocketSpeech>();
  #current: string | null = null;
  #held: object[] = [];
  #count = 0;
  #over = false;

  constructor(dialect: VoiceDialect, clock: Clock, openLimitMs: number, on: VoiceHandlers) {
    this.#dialect = dialect;
    this.#on = on;
    this.#timers = new Timers(clock);
    const { service, url, headers } = dialect;
    this.#socket = new StageSocket(
      { service, url, headers, clock, openLimitMs },
      {
        opened: () => {
          for (const message of this.#held.splice(0)) this.#socket.send(message);
          for (const id of this.#speeches.keys()) this.#watch(id);
          on.opened();
        },
        text: (text) => this.#take(text),
        binary: (bytes) => this.#sound(dialect.binaryOwner?.(this.#current) ?? null, bytes),
        lost: (problem) => this.#lost(problem),
      },
    );
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  speak(on: SpeechHandlers): Speech {
    this.#count += 1;
    const id = `speech-${this.#count}`;
    const speech = new SocketSpeech(id, on, {
      send: (messages) => this.#send(messages),
      dialect: this.#dialect,
      watch: () => this.#watch(id),
      over: () => this.#forget(id),
    });
    this.#speeches.set(id, speech);
    this.#current = id;
    this.#send(this.#dialect.begin(id));
    return speech;
  }

  close(): void {
    this.#over = true;
    this.#timers.end();
    this.#speeches.clear();
    this.#socket.close();
  }

  #send(messages: readonly object[]): void {
    if (this.#over) return;
    if (this.#socket.isOpen) for (const message of messages) this.#socket.send(message);
    else this.#held.push(...messages);
  }

  #take(text: string): void {
    for (const event of this.#dialect.read(text, this.#current)) {
      switch (event.type) {
        case 'audio': {
          const length = Buffer.byteLength(event.base64, 'base64');
          if (length > scratch.length) scratch = Buffer.allocUnsafeSlow(length * 2);
          this.#sound(event.id, scratch.subarray(0, scratch.write(event.base64, 'base64')));
          break;
        }
        case 'timings':
          this.#speeches.get(event.id)?.on.timings(event.words);
          break;
        case 'done': {
          const speech = this.#speeches.get(event.id);
          this.#forget(event.id);
          speech?.on.done();
          break;
        }
        case 'failed': {
          const failed = event.id === null ? [...this.#speeches.values()] : [this.#speeches.get(event.id)];
          for (const speech of failed) {
            if (!speech) continue;
            this.#forget(speech.id);
            speech.on.failed(event.problem);
          }
          break;
        }
        case 'unreadable':
          this.#unreadable(event.detail);
          break;
        case 'trouble':
          this.#on.trouble(event.detail);
          break;
      }
    }
  }

  #sound(id: string | null, bytes: Uint8Array): void {
    const speech = id === null ? undefined : this.#speeches.get(id);
    if (!speech || bytes.length === 0) return;
    speech.heard = true;
    this.#watch(speech.id);
    speech.on.audio(bytes);
  }

  /** Whoever begins with what nobody can read is not waited for; in the middle of a sentence, its sound tells whether it goes on. */
  #unreadable(detail: string): void {
    this.#on.trouble(detail);
    const speech = this.#current === null ? undefined : this.#speeches.get(this.#current);
    if (!speech?.isDue || speech.heard) return;
    this.#forget(speech.id);
    this.#send(this.#dialect.cancel(speech.id));
    speech.on.failed(gone(this.#dialect.service, 'sent something that cannot be read'));
  }

  /** A voice that stops in the middle is as bad as one that never begins. */
  #watch(id: string): void {
    if (!this.#socket.isOpen) return;
    const limitMs = this.#speeches.get(id)?.heard ? nextSoundLimitMs : firstSoundLimitMs;
    this.#timers.set(`sound ${id}`, limitMs, () => {
      const speech = this.#speeches.get(id);
      if (!speech?.isDue) return;
      this.#forget(id);
      this.#send(this.#dialect.cancel(id));
      speech.on.failed(gone(this.#dialect.service, speech.heard ? 'fell silent in mid-sentence' : 'did not begin to speak'));
    });
  }

  #forget(id: string): void {
    this.#timers.clear(`sound ${id}`);
    this.#speeches.delete(id);
    if (this.#current === id) this.#current = null;
  }

  #lost(problem: StageProblem): void {
    if (this.#over) return;
    this.#over = true;
    this.#timers.end();
    const speeches = [...this.#speeches.values()];
    this.#speeches.clear();
    for (const speech of speeches) speech.on.failed(problem);
    this.#on.lost(problem);
  }
}

interface SpeechHost {
  readonly dialect: VoiceDialect;
  send(messages: readonly object[]): void;
  /** Sound is to come. */
  watch(): void;
  over(): void;
}

class SocketSpeech implements Speech {
  readonly id: string;
  readonly on: SpeechHandlers;
  readonly #host: SpeechHost;
  heard = false;
  #pushed = 0;
  #ended = false;
  #cancelled = false;

  constructor(id: string, on: SpeechHandlers, host: SpeechHost) {
    this.id = id;
    this.on = on;
    this.#host = host;
  }

  /** Sound is owed: the first of it, or what is left when all the text was given. In between the text itself may be late. */
  get isDue(): boolean {
    return this.#ended || (this.#pushed > 0 && !this.heard);
  }

  push(text: string): void {
    if (this.#cancelled || this.#ended) return;
    this.#host.send(this.#host.dialect.text(this.id, text, this.#pushed === 0));
    this.#pushed += 1;
    this.#host.watch();
  }

  endOfText(): void {
    if (this.#cancelled || this.#ended) return;
    this.#ended = true;
    this.#host.send(this.#host.dialect.end(this.id));
    this.#host.watch();
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#host.send(this.#host.dialect.cancel(this.id));
    this.#host.over();
  }
}
