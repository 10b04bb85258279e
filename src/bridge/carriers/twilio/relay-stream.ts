import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import { tamed } from '../mask.ts';
import type { RelayHandlers, RelayStream } from '../relay.ts';

/** Twilio's first message follows the upgrade at once. */
const startWithinMs = 10_000;
/** A relay says nothing while nobody speaks, so it is asked whether it is there: twice in a row without an answer, and it is not. */
const pingEveryMs = 500;
const missedMax = 2;
const closeWithinMs = 2_000;
const maxMessageBytes = 64 * 1024;
const maxBadMessages = 50;

const setup = z.object({ callSid: z.string().min(1).max(80), sessionId: z.string().min(1).max(80) });
const prompt = z.object({ voicePrompt: z.string().max(8_000), lang: z.string().max(20).nullish(), last: z.boolean().default(true) });
const interrupt = z.object({
  utteranceUntilInterrupt: z.string().max(20_000).default(''),
  // An older page shows it as text.
  durationUntilInterruptMs: z.coerce.number().nonnegative().nullish().catch(null),
});
const dtmf = z.object({ digit: z.string().regex(/^[0-9*#A-D]$/) });
const fault = z.object({ description: z.string().max(2_000).default('') });
const info = z.object({ name: z.string().max(80), value: z.string().max(20_000).default('') });
const envelope = z.looseObject({ type: z.string().max(80) });

export interface TwilioRelayOptions {
  readonly socket: WebSocket;
  readonly handlers: RelayHandlers;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Our side of a `<ConversationRelay>` socket: text both ways. It answers no subprotocol and sends nothing but the documented types, since
 * Twilio reports every other one as an error of ours.
 *
 * @see https://www.twilio.com/docs/voice/conversationrelay/websocket-messages
 */
export class TwilioRelayStream implements RelayStream {
  readonly #options: TwilioRelayOptions;
  #state: 'waiting' | 'started' | 'ending' | 'closed' = 'waiting';
  #reason: string | null = null;
  #bad = 0;
  #hasSign = true;
  #missed = 0;
  #cancelStart: () => void;
  #cancelPing: () => void = () => {};
  #cancelClose: () => void = () => {};

  constructor(options: TwilioRelayOptions) {
    this.#options = options;
    const { socket, clock } = options;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#hasSign = true;
    });
    socket.on('close', (code) => this.#closed(code));
    socket.on('error', (error) => this.#trouble(`the relay socket failed: ${tamed(error.message)}`));
    this.#cancelStart = clock.after(startWithinMs, () => this.#close('the carrier never started the relay', 1008));
    this.#ping();
    if (socket.readyState === socket.CLOSED) queueMicrotask(() => this.#closed(1006));
  }

  say(words: string, last: boolean, interruptible = true): void {
    if (words === '') return;
    this.#send({ type: 'text', token: words, last, interruptible, preemptible: false });
  }

  setLanguage(language: string): void {
    this.#send({ type: 'language', ttsLanguage: language, transcriptionLanguage: language });
  }

  sendDigits(digits: string): void {
    const keys = digits.replace(/[^0-9*#w]/g, '');
    if (keys !== '') this.#send({ type: 'sendDigits', digits: keys });
  }

  end(handoff: string | null): void {
    if (this.#state !== 'started') return;
    this.#send({ type: 'end', ...(handoff === null ? {} : { handoffData: handoff }) });
    this.#state = 'ending';
    this.#reason = 'we ended the relay';
    this.#cancelClose = this.#options.clock.after(closeWithinMs, () => this.#options.socket.close(1000));
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    const { socket } = this.#options;
    if (this.#state === 'started' && socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#hasSign = true;
    if (this.#state === 'ending' || this.#state === 'closed') return;
    try {
      const problem = this.#read(data, isBinary);
      if (problem === null) return;
      this.#trouble(problem);
      this.#bad += 1;
      if (this.#bad >= maxBadMessages) this.#close(`${maxBadMessages} messages could not be understood`, 1008);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a relay message could not be handled');
    }
  }

  /** @returns what is wrong with it, or null */
  #read(data: RawData, isBinary: boolean): string | null {
    if (isBinary) return 'a binary frame came where only text belongs';
    const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    if (bytes.length > maxMessageBytes) return 'a message was larger than 64 KiB';
    let parsed: unknown;
    try {
      parsed = JSON.parse(bytes.toString('utf8'));
    } catch {
      return 'a message was not JSON';
    }
    const message = envelope.safeParse(parsed);
    if (!message.success) return 'a message had no type';
    const { type } = message.data;
    if (this.#state === 'waiting' && type !== 'setup') return `${tamed(type)} came before setup`;
    return this.#take(type, message.data);
  }

  #take(type: string, message: unknown): string | null {
    const { handlers } = this.#options;
    switch (type) {
      case 'setup': {
        const read = setup.safeParse(message);
        if (!read.success) return 'setup cannot be read';
        if (this.#state !== 'waiting') return 'setup came twice';
        this.#cancelStart();
        this.#state = 'started';
        if (!handlers.started({ carrierCallId: read.data.callSid, sessionId: read.data.sessionId }))
          this.#close('the relay was opened for another call', 1008);
        return null;
      }
      case 'prompt': {
        const read = prompt.safeParse(message);
        if (!read.success) return 'prompt cannot be read';
        handlers.said(read.data.voicePrompt, read.data.lang ?? null, read.data.last);
        return null;
      }
      case 'interrupt': {
        const read = interrupt.safeParse(message);
        if (!read.success) return 'interrupt cannot be read';
        handlers.interrupted(read.data.utteranceUntilInterrupt, read.data.durationUntilInterruptMs ?? null);
        return null;
      }
      case 'dtmf': {
        const read = dtmf.safeParse(message);
        if (!read.success) return 'dtmf cannot be read';
        handlers.digit(read.data.digit);
        return null;
      }
      case 'error': {
        const read = fault.safeParse(message);
        handlers.trouble(`the carrier reports: ${tamed(read.success ? read.data.description : '') || 'an error without a description'}`);
        return null;
      }
      case 'info': {
        const read = info.safeParse(message);
        if (!read.success) return 'info cannot be read';
        const { name, value } = read.data;
        if (name === 'agentSpeaking' || name === 'clientSpeaking')
          handlers.speaking?.(name === 'agentSpeaking' ? 'ours' : 'theirs', value.toLowerCase() === 'on');
        return null;
      }
      // Whatever may be added one day.
      default:
        return null;
    }
  }

  #trouble(detail: string): void {
    if (this.#state !== 'closed') this.#options.handlers.trouble(detail);
  }

  #ping(): void {
    const { clock, socket } = this.#options;
    this.#cancelPing = clock.after(pingEveryMs, () => {
      // Counted, not timed: a machine that was busy itself hears late what was there in time.
      this.#missed = this.#hasSign ? 0 : this.#missed + 1;
      this.#hasSign = false;
      if (this.#missed >= missedMax && this.#state === 'started') {
        this.#freeze();
        return;
      }
      if (socket.readyState === socket.OPEN) socket.ping();
      this.#ping();
    });
  }

  #freeze(): void {
    const { socket, handlers } = this.#options;
    this.#state = 'ending';
    this.#reason = 'the carrier’s end of the relay gave no sign of life';
    handlers.frozen?.(this.#reason);
    socket.terminate();
  }

  #close(reason: string, code: number): void {
    const { clock, socket } = this.#options;
    if (this.#state === 'ending' || this.#state === 'closed') return;
    this.#state = 'ending';
    this.#reason = reason;
    this.#cancelClose = clock.after(closeWithinMs, () => socket.terminate());
    socket.close(code);
  }

  #closed(code: number): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelStart();
    this.#cancelPing();
    this.#cancelClose();
    this.#options.handlers.closed(this.#reason ?? `the carrier closed the relay (${code})`);
  }
}
