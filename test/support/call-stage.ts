import type { Duplex } from 'node:stream';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { pino } from 'pino';
import type { WebSocket } from 'ws';
import { CallDesk, type EndedAttempt } from '#bridge/calls/call-desk.ts';
import type { OpenVoiceDetector } from '#bridge/calls/call-ear.ts';
import { callView } from '#bridge/calls/call-view.ts';
import type { LiveCall } from '#bridge/calls/live-call.ts';
import { ClipShelf } from '#bridge/calls/voice/clip-shelf.ts';
import type { FixedSpeech } from '#bridge/calls/voice/speech.ts';
import type { CallDocument, CallLinks, CarrierHost, DialResult, DocumentMoment, HangupCause, LegRef } from '#bridge/carriers/carrier.ts';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import type { Call } from '#bridge/contract/calls.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import { announcementFor, apologyFor, callbackOfferFor, optedOutFor } from '#bridge/engines/announcement/announcement.ts';
import { EngineHealth } from '#bridge/engines/health.ts';
import type { TextMind } from '#bridge/engines/text-mind.ts';
import type { Transcription } from '#bridge/engines/transcriber.ts';
import type { AttemptDraft } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from './manual-clock.ts';
import { ScriptedCarrier, type ScriptedStream } from './scripted-carrier.ts';
import { ScriptedEngine, type ScriptedSession } from './scripted-engine.ts';
import { addCampaign, addLead, agentDraft, attemptDraft, openTestStore, phoneNumber } from './store.ts';

/** What each clip sounds like: every byte of it, so that a test can tell them apart at the ear. */
export const clipBytes: Readonly<Record<FixedSpeech, number>> = {
  disclosure: 0x11,
  greeting: 0x12,
  'opt-out-farewell': 0x13,
  farewell: 0x14,
  voicemail: 0x15,
  'one-moment': 0x16,
};
export const clipMs: Readonly<Record<FixedSpeech, number>> = {
  disclosure: 3_000,
  greeting: 2_000,
  'opt-out-farewell': 1_500,
  farewell: 1_200,
  voicemail: 4_000,
  'one-moment': 900,
};

const silence = new Uint8Array(160).fill(0xff);

export interface StageOptions {
  readonly agent?: Partial<AgentDraft>;
  readonly attempt?: Partial<AttemptDraft>;
  /** Sentences that lie ready as clips; all of them when absent. */
  readonly clips?: readonly FixedSpeech[];
  /** The lead belongs to a running campaign. */
  readonly inCampaign?: boolean;
  /** Answers in text where the carrier hears and speaks. */
  readonly mind?: TextMind;
  /** Hears when the lead speaks, as the test says. */
  readonly openDetector?: OpenVoiceDetector;
  /** Writes down what people of ours say. */
  readonly transcription?: Transcription;
  /** Wraps the store that the call sees. */
  readonly store?: (store: Store) => Store;
}

/** One call on a stage: a carrier, an engine and a clock that do what the test says, and the real store. No sockets. */
export class CallStage implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly carrier: ScriptedCarrier;
  readonly engine: ScriptedEngine;
  readonly live: ScriptedEngine;
  readonly cascade: ScriptedEngine;
  readonly health: EngineHealth;
  readonly store: Store;
  readonly desk: CallDesk;
  readonly call: LiveCall;
  readonly events: FeedBody[] = [];
  readonly log: string[] = [];
  readonly ended: EndedAttempt[] = [];
  readonly documents: CallDocument[] = [];
  readonly #host: CarrierHost;
  #links: CallLinks | null = null;
  #stream: ScriptedStream | null = null;

  static async open(options: StageOptions = {}): Promise<CallStage> {
    const clock = new ManualClock();
    return new CallStage(await openTestStore({ clock }), clock, options);
  }

  constructor(
    store: Store,
    clock: ManualClock,
    { agent = {}, attempt = {}, clips, inCampaign = false, mind, openDetector, transcription, store: wrap = (same) => same }: StageOptions,
  ) {
    this.store = store;
    this.clock = clock;
    this.carrier = new ScriptedCarrier(attempt.carrier ?? 'twilio', clock);
    this.engine = new ScriptedEngine(clock);
    this.live = new ScriptedEngine(clock, 'live');
    this.cascade = new ScriptedEngine(clock, 'cascade');
    this.health = new EngineHealth(clock);
    const adapters = {
      world: 'rehearsal',
      engine: this.engine,
      speakers: {
        engines: { realtime: this.engine, live: this.live, cascade: this.cascade },
        health: this.health,
        mind: mind ?? null,
      },
      ...(transcription === undefined ? {} : { transcription }),
      carrier: () => this.carrier,
      publicOrigin: () => 'https://tunnel.example',
      notConfigured: () => null,
    } as const;
    this.desk = new CallDesk({
      store: wrap(store),
      clock,
      log: pino({ level: 'debug' }, { write: (line: string) => void this.log.push(line) }),
      publish: (event) => void this.events.push(event),
      ticketSecret: 'a secret of a test that is long enough',
      random: () => 0.5,
      openDetector,
      worlds: { get: () => adapters, ready: () => Promise.resolve(adapters) },
      texts: { announcement: announcementFor, callback: callbackOfferFor, apology: apologyFor, optedOut: optedOutFor, tools: () => [] },
    });
    this.desk.onEnded((ended) => void this.ended.push(ended));
    const made = store.agents.create(
      agentDraft({
        voicemailMessage: 'Please call Roofers back.',
        tools: { endCall: true, callback: true, optOut: true, transferTo: [{ name: 'Dana', number: '+12025550199' }] },
        ...agent,
      }),
    );
    const campaign = inCampaign ? addCampaign(store, { agentId: made.id }) : null;
    const draft = attemptDraft({
      ...(campaign === null ? {} : { campaign, lead: addLead(store, campaign, phoneNumber(1)) }),
      agentId: made.id,
      createdAtMs: clock.nowMs(),
      answeringMachine: 'off',
      ...attempt,
    });
    store.attempts.intend(draft, () => null);
    const record = store.attempts.get(draft.id);
    if (!record) throw new Error('the attempt was not written');
    this.call = this.desk.adopt(record, adapters);
    this.#host = this.desk.hostFor('rehearsal', draft.carrier, adapters.publicOrigin);
    const shelf = new ClipShelf(store.clips);
    for (const what of clips ?? (Object.keys(clipMs) as FixedSpeech[])) {
      const text = this.call.script.speeches[what];
      if (text === null) continue;
      const key = shelf.key(text, made.voice ?? null, made.model ?? null, 'rehearsal');
      shelf.put(key, { audio: new Uint8Array(clipMs[what] * 8).fill(clipBytes[what]), text });
    }
  }

  get session(): ScriptedSession {
    return this.engine.session;
  }

  get stream(): ScriptedStream {
    if (!this.#stream) throw new Error('no stream is open');
    return this.#stream;
  }

  /** The call as the console shows it. */
  get view(): Call {
    const record = this.store.attempts.get(this.call.record.id);
    if (!record) throw new Error('the attempt is gone');
    return callView(this.store, record, this.desk.get(record.id));
  }

  get lastDocument(): CallDocument | undefined {
    return this.documents.at(-1);
  }

  get leg(): LegRef {
    return { carrierCallId: 'leg', requestId: 'request' };
  }

  get alerts(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'alert' ? [event.message] : []));
  }

  /** Time passes, in frames of the lead's silence while a stream is open. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() < untilMs) {
      this.clock.advance(Math.min(20, untilMs - this.clock.monotonicMs()));
      if (this.#stream?.closedBecause === null) this.#stream.handlers.frame(silence, this.clock.monotonicMs());
      await eventLoopTurn();
    }
    await this.settled();
  }

  /** What was promised has happened. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  ring(): void {
    this.call.request.submitting();
    this.call.request.accepted(this.leg, null);
    this.tell({ type: 'leg.ringing' });
  }

  /** The lead picks up and the carrier asks what to do. */
  answer(): CallDocument {
    this.tell({ type: 'leg.answered' });
    return this.ask({ kind: 'answered' });
  }

  ask(moment: DocumentMoment): CallDocument {
    const { document, links } = this.#host.documentFor(this.call.record.id, moment);
    this.#host.onLegEvent({
      type: 'leg.document-served',
      attempt: this.call.record.id,
      atMs: this.clock.nowMs(),
      document: document.kind,
    });
    this.documents.push(document);
    this.#links = links;
    return document;
  }

  tell(event: { readonly type: 'leg.ringing' | 'leg.answered' | 'leg.queued' }): void {
    this.#host.onLegEvent({ ...event, attempt: this.call.record.id, atMs: this.clock.nowMs(), leg: this.leg });
  }

  machine(answerType: 'machine' | 'human'): void {
    this.#host.onLegEvent({ type: 'leg.machine-detected', attempt: this.call.record.id, atMs: this.clock.nowMs(), answerType, detail: '' });
  }

  /** Keys into an announcement. */
  press(digits: string): CallDocument {
    this.#host.onLegEvent({ type: 'leg.digits', attempt: this.call.record.id, atMs: this.clock.nowMs(), digits });
    return this.ask({ kind: 'digits', digits });
  }

  /** An operator has the line itself put through to Dana; the AI says so first. */
  dialOn(ms = 1_500, byte?: number): void {
    const session = { id: 'console', name: 'Sam', role: 'owner' } as const;
    const order = { to: '+12025550199', kind: 'cold', briefing: null, holdSound: false } as const;
    this.desk.transfers.begin(this.call.record.callId, session, order);
    this.session.begins(this.session.all('answer').at(-1)?.instructions ?? null);
    this.session.utters('I am connecting you to Dana now. One moment.', ms, byte === undefined ? {} : { byte });
    this.session.ends();
  }

  /** Whom the line itself rings has picked up. */
  dialAnswered(): void {
    this.#host.onLegEvent({ type: 'leg.dial-answered', attempt: this.call.record.id, atMs: this.clock.nowMs() });
  }

  dialEnded(result: DialResult): CallDocument {
    const atMs = this.clock.nowMs();
    this.#host.onLegEvent({ type: 'leg.dial-ended', attempt: this.call.record.id, atMs, result, cause: `it was ${result}` });
    return this.ask({ kind: 'dial-ended', result });
  }

  /** The carrier opens the media socket that the last document named. */
  openMedia(): ScriptedStream {
    const token = this.#links?.mediaUrl?.split('/').at(-1) ?? '';
    const target = this.desk.mediaTarget(this.carrier.name, token);
    if (!target?.claim()) throw new Error('the media socket is not let in');
    target.accept({} as WebSocket, {} as Duplex);
    const stream = this.carrier.streams.at(-1);
    if (!stream) throw new Error('the call did not open the media socket');
    this.#stream = stream;
    if (!stream.handlers.started({ carrierCallId: 'leg', streamId: 'stream' })) stream.close('not ours');
    return stream;
  }

  /** The stream is over and the leg asks for its next document. */
  afterStream(): CallDocument {
    return this.ask({ kind: 'stream-ended' });
  }

  end(outcome: Outcome = 'completed', cause: Partial<HangupCause> = {}): void {
    this.#host.onLegEvent({
      type: 'leg.ended',
      attempt: this.call.record.id,
      atMs: this.clock.nowMs(),
      leg: this.leg,
      outcome,
      cause: { code: 'completed', text: 'The call ended.', party: 'unknown', ...cause },
      durationMs: null,
    });
    this.#stream?.cut('the call is over');
  }

  /** From the ringing to an open stream. */
  async connect(ringMs = 2_000): Promise<ScriptedStream> {
    this.ring();
    await this.pass(ringMs);
    this.answer();
    await this.pass(100);
    const stream = this.openMedia();
    await this.pass(20);
    return stream;
  }

  /** From the ringing to the document, before the carrier opens the stream. */
  async connectOnly(): Promise<void> {
    this.ring();
    await this.pass(2_000);
    this.answer();
    await this.pass(100);
  }

  get hasStream(): boolean {
    return this.#stream !== null;
  }

  /** ... to the moment at which disclosure and greeting were heard and the lead has the word. */
  async talk(): Promise<ScriptedStream> {
    const stream = await this.connect();
    await this.pass(clipMs.disclosure + clipMs.greeting + 100);
    return stream;
  }

  /** The lead says something while the AI listens. */
  async leadSays(text: string, ms = 800): Promise<string> {
    const turn = this.session.hears();
    await this.pass(ms);
    this.session.heardEnd(turn);
    await this.pass(200);
    this.session.understands(turn, text);
    // What the words mean for who watches is looked up in the next moment.
    this.clock.advance(0);
    return turn;
  }

  /** The recording's file is closed by the disk, in its own time. */
  async gone(): Promise<void> {
    const deadlineMs = Date.now() + 3_000;
    while (this.desk.all.length > 0 && Date.now() < deadlineMs) await new Promise((resume) => setTimeout(resume, 1));
  }

  /** End what still goes on, and hold the call to leaving nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.call.over) this.end();
    await this.pass(5_000);
    await this.gone();
    this.desk.close();
    this.health.close();
    const left = this.clock.pending;
    const inMemory = this.desk.all.length;
    await this.store.close();
    if (left > 0) throw new Error(`${left} timers were left over`);
    if (inMemory > 0) throw new Error('the call is still in memory');
    if ([this.engine, this.live, this.cascade].some(({ sessions }) => sessions.some(({ closed }) => !closed)))
      throw new Error('a session was left open');
  }
}
