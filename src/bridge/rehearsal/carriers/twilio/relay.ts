import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Params } from '../exchange.ts';
import type { RelayFault } from '../faults.ts';
import type { Leg } from '../leg.ts';
import { playClip } from '../leg-verbs.ts';
import { openSocket } from '../media-line.ts';
import { listenTo } from '../recogniser.ts';
import { Scope } from '../scope.ts';
import { isLoopback, parseAddress } from '../urls.ts';
import { elementsOf, type XmlElement } from '../xml.ts';
import type { TwilioCall } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

/** Silence after which the carrier's recogniser takes a turn for over. */
const TURN_END_MS = 700;

const outgoing = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    token: z.string().min(1),
    last: z.boolean(),
    lang: z.string().optional(),
    interruptible: z.boolean().optional(),
    preemptible: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('play'),
    source: z.url(),
    loop: z.int().positive().optional(),
    preemptible: z.boolean().optional(),
    interruptible: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('sendDigits'), digits: z.string().regex(/^[0-9*#w]+$/) }),
  z.strictObject({ type: z.literal('language'), ttsLanguage: z.string().optional(), transcriptionLanguage: z.string().optional() }),
  z.strictObject({ type: z.literal('end'), handoffData: z.string().optional() }),
]);

interface Spoken {
  readonly text: string;
  readonly interruptible: boolean;
}

/**
 * Run `<ConversationRelay>`: hear the person, say the bridge's words, tell what was heard of them.
 * @returns what the action is told; null when the call ended, or runs something else
 */
export async function runRelay(world: TwilioWorld, call: TwilioCall, leg: Leg, element: XmlElement, scope: Scope): Promise<Params | null> {
  const { exchange } = world;
  const { attributes } = element;
  const sessionId = world.sid('VX');
  const beganAtMs = exchange.clock.nowMs();
  const result = (status: string, extra: Params = {}): Params => ({
    SessionId: sessionId,
    SessionStatus: status,
    SessionDuration: String(Math.round((exchange.clock.nowMs() - beganAtMs) / 1000)),
    ...extra,
  });
  const address = parseAddress(attributes.url ?? '');
  const isPlain = address?.scheme === 'ws' && isLoopback(address.authority.replace(/:\d+$/, ''));
  if (!address || (address.scheme !== 'wss' && !isPlain) || address.target.includes('?')) {
    exchange.violate(call, 'relay.url', attributes.url ?? '');
    return result('failed', { ErrorCode: '64102', ErrorMessage: 'Unable to connect' });
  }
  if (!world.account.mayRelay) return result('failed', { ErrorMessage: 'ConversationRelay is not enabled for this account' });
  const headers = { 'user-agent': 'TwilioConversationRelay/1.0', 'x-twilio-signature': world.sign(address.text, {}, true) };
  const opened = await openSocket(exchange, address, headers, scope);
  if ('failure' in opened) {
    return opened.failure === 'stopped' ? null : result('failed', { ErrorCode: '64102', ErrorMessage: 'Unable to connect' });
  }
  if (opened.socket.protocol !== '') exchange.violate(call, 'relay.subprotocol', opened.socket.protocol);
  const end = await new Relay(world, call, leg, opened.socket, attributes, scope).run({
    type: 'setup',
    sessionId,
    accountSid: world.options.credentials.accountSid,
    parentCallSid: '',
    callSid: call.id,
    from: call.from,
    to: call.to,
    forwardedFrom: '',
    callType: 'PSTN',
    callerName: '',
    direction: 'outbound-api',
    callStatus: 'IN-PROGRESS',
    customParameters: Object.fromEntries(
      elementsOf(element).flatMap(({ name, attributes: { name: key = '', value = '' } }) => (name === 'Parameter' ? [[key, value]] : [])),
    ),
  });
  if (end === 'stopped') return null;
  if (end === 'cut') return result('failed', { ErrorCode: '39001', ErrorMessage: 'Network error' });
  return result('ended', end.handoff === null ? {} : { HandoffData: end.handoff });
}

type End = 'stopped' | 'cut' | { readonly handoff: string | null };

class Relay {
  readonly #world: TwilioWorld;
  readonly #call: TwilioCall;
  readonly #leg: Leg;
  readonly #socket: WebSocket;
  readonly #attributes: Readonly<Record<string, string>>;
  readonly #scope: Scope;
  readonly #queue: Spoken[] = [];
  #language: string;
  #open = '';
  #isSpeaking = false;
  #now: { readonly spoken: Spoken; readonly scope: Scope; readonly bytes: number; readonly beganAtMs: number } | null = null;
  /** All of the present turn that was played to its end. */
  #heard = '';
  #finish: (end: End) => void = () => undefined;
  #fault: RelayFault['act'] | null = null;

  constructor(
    world: TwilioWorld,
    call: TwilioCall,
    leg: Leg,
    socket: WebSocket,
    attributes: Readonly<Record<string, string>>,
    scope: Scope,
  ) {
    this.#world = world;
    this.#call = call;
    this.#leg = leg;
    this.#socket = socket;
    this.#attributes = attributes;
    this.#scope = new Scope(scope);
    this.#language = attributes.language ?? 'en-US';
  }

  async run(setup: object): Promise<End> {
    const { exchange, options } = this.#world;
    const socket = this.#socket;
    const ended = new Promise<End>((resolve) => {
      this.#finish = resolve;
    });
    this.#scope.onEnd(() => this.#finish('stopped'));
    socket.on('message', (data: Buffer, isBinary) => this.#receive(isBinary ? null : data.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => this.#finish('cut'));
    socket.resume();
    this.#tell(setup);
    const look = (): void => this.#strike();
    this.#leg.recorders.add(look);
    this.#scope.onEnd(() => this.#leg.recorders.delete(look));
    const greeting = this.#attributes.welcomeGreeting ?? '';
    if (greeting !== '') this.#say({ text: greeting, interruptible: this.#attributes.welcomeGreetingInterruptible !== 'none' });
    if (this.#attributes.dtmfDetection === 'true') this.#call.keySink = (digit) => this.#tell({ type: 'dtmf', digit });
    const recognise = options.recognise ?? (() => null);
    await listenTo(this.#leg, recognise, TURN_END_MS, this.#scope, {
      began: () => {
        this.#inform('clientSpeaking', 'on');
        this.#interrupt();
      },
      said: (words) => {
        this.#inform('clientSpeaking', 'off');
        if (words !== '') this.#tell({ type: 'prompt', voicePrompt: words, lang: this.#language, last: true });
      },
    });
    const end = await ended;
    exchange.note(this.#call, { kind: 'note', what: `relay ended: ${typeof end === 'string' ? end : 'by the bridge'}` });
    this.#call.keySink = null;
    this.#scope.end();
    if (this.#fault === 'stall') socket.terminate();
    else socket.close(1000);
    return end;
  }

  /** A scripted fault comes at any moment: with every frame somebody looks for one. */
  #strike(): void {
    if (this.#fault !== null) return;
    const fault = this.#world.exchange.faults.take('relay', this.#call.to, () => true);
    if (!fault) return;
    this.#fault = fault.act;
    this.#queue.length = 0;
    this.#now?.scope.end();
    if (fault.act === 'cut') this.#socket.terminate();
    // Whoever is behind the socket hangs: nothing is read any more, not even a ping.
    else if (fault.act === 'stall') this.#socket.pause();
    else if (fault.act === 'garbage') this.#tell({ type: 'info' });
  }

  /** Only who has subscribed to it is told. */
  #inform(name: 'agentSpeaking' | 'clientSpeaking', value: 'on' | 'off'): void {
    if (this.#attributes.events?.includes('speaker-events')) this.#tell({ type: 'info', name, value });
  }

  #tell(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN || this.#fault === 'stall') return;
    const text = JSON.stringify(message);
    this.#socket.send(this.#fault === 'garbage' ? text.slice(0, text.length / 2) : text);
  }

  #receive(text: string | null): void {
    if (this.#fault !== null) return;
    let parsed: unknown = null;
    try {
      parsed = text === null ? null : JSON.parse(text);
    } catch {
      parsed = null;
    }
    const message = outgoing.safeParse(parsed);
    if (!message.success) {
      this.#world.exchange.violate(this.#call, 'relay.message', `64107: ${(text ?? '(binary)').slice(0, 120)}`);
      this.#tell({ type: 'error', description: 'Invalid message received' });
      return;
    }
    const { data } = message;
    switch (data.type) {
      case 'text':
        this.#open += data.token;
        // Enough text to be spoken: a sentence, or the end of the turn.
        if (data.last || /[.!?]\s*$/.test(this.#open)) {
          const words = this.#open.trim();
          this.#open = '';
          if (words !== '') this.#say({ text: words, interruptible: data.interruptible ?? true });
        }
        return;
      case 'language':
        this.#language = data.ttsLanguage ?? this.#language;
        return;
      case 'end':
        this.#finish({ handoff: data.handoffData ?? null });
        return;
      default:
        this.#world.exchange.note(this.#call, { kind: 'note', what: `relay ${data.type}` });
    }
  }

  #say(spoken: Spoken): void {
    this.#queue.push(spoken);
    if (!this.#isSpeaking) this.#world.exchange.run(() => this.#speak());
  }

  async #speak(): Promise<void> {
    const { options, exchange } = this.#world;
    this.#isSpeaking = true;
    this.#heard = '';
    let isHeard = false;
    for (let spoken = this.#queue.shift(); spoken && !this.#scope.ended; spoken = this.#queue.shift()) {
      const audio = await options.speech(spoken.text, this.#language);
      const scope = new Scope(this.#scope);
      if (!isHeard) this.#inform('agentSpeaking', 'on');
      isHeard = true;
      this.#now = { spoken, scope, bytes: audio.length, beganAtMs: exchange.clock.monotonicMs() };
      const isWhole = await playClip(this.#leg, audio, scope);
      this.#now = null;
      scope.end();
      if (isWhole) this.#heard = `${this.#heard} ${spoken.text}`.trim();
    }
    this.#isSpeaking = false;
    if (isHeard) this.#inform('agentSpeaking', 'off');
  }

  /** Somebody speaks: what may be interrupted is, and the bridge is told how far it came. */
  #interrupt(): void {
    const now = this.#now;
    if (!now || this.#attributes.interruptible === 'none' || !now.spoken.interruptible) return;
    const playedMs = Math.round(this.#world.exchange.clock.monotonicMs() - now.beganAtMs);
    const share = Math.min(1, playedMs / Math.max(1, now.bytes / 8));
    const words = now.spoken.text.split(' ');
    const part = words.slice(0, Math.floor(words.length * share)).join(' ');
    this.#queue.length = 0;
    this.#open = '';
    now.scope.end();
    this.#tell({ type: 'interrupt', utteranceUntilInterrupt: `${this.#heard} ${part}`.trim(), durationUntilInterruptMs: playedMs });
  }
}
