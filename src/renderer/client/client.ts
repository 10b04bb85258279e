import type { DesktopMessage, DesktopRequest } from '#bridge/contract/desktop.ts';
import type { ErrorBody } from '#bridge/contract/errors.ts';
import type { FeedEvent, FeedReply } from '#bridge/contract/feed.ts';
import { AudioChannels, type AudioSink, type Hearing, type Talk, type TalkEvents } from './audio-channels.ts';
import { ifStopped } from './lost-connection.ts';
import type { OperationName, OperationOutput, OperationRequest } from './operations.ts';
import type { OpenPipe, Pipe } from './pipe.ts';

/** What the bridge answered to an operation that it did not do. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: ErrorBody['code'];
  readonly details: unknown;

  constructor({ code, message, details }: ErrorBody) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** The fields that were wrong, with what is wrong with each. */
  get fields(): readonly { readonly field: string; readonly message: string }[] {
    return Array.isArray(this.details) ? (this.details as { field: string; message: string }[]) : [];
  }
}

/** How the line between this window and the bridge is. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** `sinceMs`: epoch milliseconds of the loss; `tries` since then. */
  | { readonly state: 'lost'; readonly sinceMs: number; readonly tries: number }
  /** The token is wrong; a new one is on the line that Ringside printed. */
  | { readonly state: 'refused' };

/** What the screens need of the bridge; a test brings its own. */
export interface Client {
  readonly kind: 'desktop' | 'browser';
  /** @throws {OperationError} */
  invoke<Name extends OperationName>(name: Name, input: OperationRequest<Name>): Promise<OperationOutput<Name>>;
  /** Every event of the live feed, a snapshot first. @returns ends it */
  subscribe(listener: (event: FeedEvent) => void): () => void;
  connection(): Connection;
  onConnection(listener: () => void): () => void;
  /** Hear a call; no microphone is touched. @param levelsOnly only to show how loud it is: nobody is said to listen */
  listen(callId: string, sink: AudioSink, options?: { readonly levelsOnly?: boolean }): Hearing;
  /** Put the microphone on a call that this console holds, or is taking over. */
  speak(callId: string, events: TalkEvents): Talk;
  /** Whether this window's person is on duty; told again after each reconnection. */
  duty(isOnDuty: boolean): void;
  /** What the desktop app itself tells: it quits, somebody clicked a notification. Never called in a browser. @returns ends it */
  onDesktop(listener: (message: DesktopMessage) => void): () => void;
  /** Ask the desktop app itself for something; nothing happens in a browser. */
  tellDesktop(request: DesktopRequest): void;
  /** Try again now instead of later. */
  reconnect(): void;
  close(): void;
}

const firstDelayMs = 250;
const longestDelayMs = 4_000;
/** An answer that takes longer is not waited for: the caller shows what it shows when the bridge is gone. */
const answerLimitMs = 150_000;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: OperationError) => void;
  readonly timer: number;
}

/** Speaks the live protocol over pipes that come and go, and resumes the feed where it broke off. */
export class LiveClient implements Client {
  readonly kind: Client['kind'];
  readonly #openPipe: OpenPipe;
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  readonly #connectionListeners = new Set<() => void>();
  readonly #desktopListeners = new Set<(message: DesktopMessage) => void>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #audio = new AudioChannels({
    text: (message) => this.#send(message),
    bytes: (message) => {
      if (this.#isOpen) this.#pipe?.send(message);
    },
  });
  #unsent: string[] = [];
  #pipe: Pipe | null = null;
  #generation = 0;
  #isOpen = false;
  #connection: Connection = { state: 'connecting' };
  #lastId = 0;
  #seq = 0;
  #run: string | null = null;
  #retry: number | undefined;
  #delayMs = firstDelayMs;
  #isOnDuty = false;
  #closed = false;

  constructor(kind: Client['kind'], openPipe: OpenPipe) {
    this.kind = kind;
    this.#openPipe = openPipe;
    this.#connect();
  }

  invoke<Name extends OperationName>(name: Name, input: OperationRequest<Name>): Promise<OperationOutput<Name>> {
    const id = ++this.#lastId;
    const message = JSON.stringify({ type: 'invoke', id, operation: name, input });
    return new Promise<OperationOutput<Name>>((resolve, reject) => {
      const timer = window.setTimeout(() => this.#fail(id, 'The bridge gave no answer.'), answerLimitMs);
      this.#waiting.set(id, { resolve, reject, timer });
      if (this.#isOpen) this.#pipe?.send(message);
      // Before the first connection everything waits for it; afterwards nobody shall press a button now that acts in a minute.
      else if (this.#connection.state === 'connecting') this.#unsent.push(message);
      else this.#fail(id, `Ringside does not answer. ${ifStopped}`);
    });
  }

  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  connection(): Connection {
    return this.#connection;
  }

  onConnection(listener: () => void): () => void {
    this.#connectionListeners.add(listener);
    return () => this.#connectionListeners.delete(listener);
  }

  listen(callId: string, sink: AudioSink, { levelsOnly = false } = {}): Hearing {
    return this.#audio.listen(callId, sink, levelsOnly);
  }

  speak(callId: string, events: TalkEvents): Talk {
    return this.#audio.speak(callId, events);
  }

  duty(isOnDuty: boolean): void {
    if (this.#isOnDuty === isOnDuty) return;
    this.#isOnDuty = isOnDuty;
    this.#send({ type: 'duty', isOnDuty });
  }

  onDesktop(listener: (message: DesktopMessage) => void): () => void {
    this.#desktopListeners.add(listener);
    return () => this.#desktopListeners.delete(listener);
  }

  tellDesktop(request: DesktopRequest): void {
    if (this.kind === 'desktop') this.#send(request);
  }

  reconnect(): void {
    if (this.#isOpen || this.#closed) return;
    this.#delayMs = firstDelayMs;
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#generation += 1;
    this.#pipe?.close();
    this.#dropped('The window is closing.');
  }

  #connect(): void {
    clearTimeout(this.#retry);
    const generation = ++this.#generation;
    this.#pipe?.close();
    const current = (action: () => void) => {
      if (generation === this.#generation) action();
    };
    this.#pipe = this.#openPipe({
      opened: () => current(() => this.#opened()),
      text: (message) => current(() => this.#text(message)),
      bytes: (message) => current(() => this.#audio.bytes(message)),
      closed: (refused) => current(() => this.#lost(refused)),
    });
  }

  #opened(): void {
    this.#isOpen = true;
    this.#delayMs = firstDelayMs;
    if (this.#run !== null) this.#send({ type: 'resume', seq: this.#seq, run: this.#run });
    if (this.#isOnDuty) this.#send({ type: 'duty', isOnDuty: true });
    this.#tell({ state: 'open' });
    for (const message of this.#unsent.splice(0)) this.#pipe?.send(message);
    this.#audio.connected();
  }

  #lost(refused: boolean): void {
    this.#isOpen = false;
    this.#dropped(`The connection to Ringside broke off. ${ifStopped}`);
    if (refused) {
      this.#tell({ state: 'refused' });
      return;
    }
    const before = this.#connection;
    this.#tell(before.state === 'lost' ? { ...before, tries: before.tries + 1 } : { state: 'lost', sinceMs: Date.now(), tries: 1 });
    this.#retry = window.setTimeout(() => this.#connect(), this.#delayMs);
    this.#delayMs = Math.min(longestDelayMs, this.#delayMs * 2);
  }

  /** Nobody will answer what is under way. */
  #dropped(message: string): void {
    for (const id of [...this.#waiting.keys()]) this.#fail(id, message);
    this.#unsent = [];
    this.#audio.lost();
  }

  #fail(id: number, message: string): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.reject(new OperationError({ code: 'unavailable', message }));
  }

  #tell(connection: Connection): void {
    this.#connection = connection;
    for (const listener of this.#connectionListeners) listener();
  }

  #send(message: unknown): void {
    if (this.#isOpen) this.#pipe?.send(JSON.stringify(message));
  }

  #text(text: string): void {
    const message = JSON.parse(text) as FeedEvent | FeedReply | DesktopMessage;
    if ('seq' in message) this.#event(message);
    else if (isDesktop(message)) for (const listener of this.#desktopListeners) listener(message);
    else this.#reply(message);
  }

  #event(event: FeedEvent): void {
    this.#seq = event.seq;
    if (event.type === 'snapshot') this.#run = event.run;
    for (const listener of this.#listeners) listener(event);
  }

  #reply(reply: FeedReply): void {
    switch (reply.type) {
      case 'answer': {
        const id = Number(reply.id);
        const waiting = this.#waiting.get(id);
        if (!waiting) return;
        this.#waiting.delete(id);
        clearTimeout(waiting.timer);
        if (reply.error) waiting.reject(new OperationError(reply.error));
        else waiting.resolve(reply.result as never);
        return;
      }
      default:
        this.#audio.reply(reply);
    }
  }
}

function isDesktop(message: FeedReply | DesktopMessage): message is DesktopMessage {
  return message.type.startsWith('desktop.');
}
