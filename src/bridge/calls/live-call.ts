import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { CallSummary, Mark } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { MarkId } from '#bridge/contract/ids.ts';
import type { CallState, Outcome, Party } from '#bridge/contract/words.ts';
import type { CallDocument, CallLinks, DialResult, DocumentMoment, HangupCause, LegEvent, LegRecord, LegRef } from '../carriers/carrier.ts';
import { type AttemptEffect, type AttemptEvent, type AttemptState, stepAttempt } from '../domain/attempt.ts';
import type { Playout } from '../media/playout.ts';
import type { AttemptRecord } from '../store/records.ts';
import { CallBook } from './call-book.ts';
import { documentFor } from './call-documents.ts';
import { CallMedia } from './call-media.ts';
import type { CallScript } from './call-script.ts';
import type { CallSurroundings } from './call-surroundings.ts';
import { CallTalk } from './call-talk.ts';
import type { AudioListener } from './calls.ts';
import { CarrierLeg } from './carrier-leg.ts';
import { brokenHop } from './hop-log.ts';
import { newId } from './new-id.ts';
import { Timers } from './timers.ts';

/** Words of the lead's last turn may come this long after the end of the call. */
const lateWordsMs = 3_000;
/** After an answer, the carrier has this long to bring its first audio before the call is given up. */
const noMediaMs = 15_000;
/** Our own farewell begins this long before the carrier would cut the call at its limit. */
const limitLeadMs = 7_000;
/** Past the ring time, or the limit, the carrier may take this long to tell. */
const ringGraceMs = 10_000;
const limitGraceMs = 15_000;
/** When a stream is over, the carrier asks for the next document at once, or says that the call is over. */
const afterStreamMs = 8_000;
/** An apology takes this long at the most. */
const apologyMs = 30_000;

const restartedWithApology = 'Ringside was restarted in mid-call; the lead heard an apology';

/** How a call reaches those who keep all calls. */
export interface CallOwner {
  /** The attempt has ended durably. */
  ended(call: LiveCall, outcome: Outcome, stopsCampaign: string | null): void;
  /** Nothing of it is left in memory that matters: late words are in, files are closed. */
  gone(call: LiveCall): void;
  /** Fresh public addresses; with a media token when the document needs one. */
  linksFor(call: LiveCall, withMedia: boolean): CallLinks;
}

type CallTimer = 'ring' | 'limit' | 'overrun' | 'no-media' | 'after-stream' | 'late-words' | 'changed';

/** One attempt from its intent to the end: joins the carrier's leg, the conversation, the tape and the store. */
export class LiveCall {
  readonly record: AttemptRecord;
  readonly script: CallScript;
  readonly #around: CallSurroundings;
  readonly #owner: CallOwner;
  readonly #book: CallBook;
  readonly #leg: CarrierLeg;
  readonly #media: CallMedia;
  readonly #talk: CallTalk;
  readonly #log: Logger;
  readonly #timers: Timers<CallTimer>;
  #state: AttemptState;
  #voiceProblem: { readonly cause: string; readonly fatal: boolean } | null = null;
  #streams = 0;
  /** A document was asked for in this run of the program. */
  #served = false;
  #endRecording: (() => Promise<void>) | null = null;
  #changeQueued = false;

  /** @param record as stored: a fresh intent, or an attempt that another run of this program left open */
  constructor(record: AttemptRecord, script: CallScript, around: CallSurroundings, owner: CallOwner) {
    this.record = record;
    this.script = script;
    this.#around = around;
    this.#owner = owner;
    this.#state = revivedState(record);
    this.#log = around.log.child({ attempt: record.id });
    this.#timers = new Timers(around.clock);
    this.#book = new CallBook(record, around, this.#log);
    this.#leg = new CarrierLeg({
      carrier: script.carrier,
      clock: around.clock,
      log: this.#log,
      ref: { carrierCallId: record.carrierCallId, requestId: record.requestId },
      found: (found) => this.#recordsSay(found),
    });
    this.#media = this.#makeMedia();
    this.#talk = this.#makeTalk();
    if (record.answeredAtMs !== null) this.#resumeAnswered(record.answeredAtMs);
  }

  get state(): AttemptState {
    return this.#state;
  }

  get leg(): LegRef {
    return this.#leg.ref;
  }

  get over(): boolean {
    return this.#state.kind === 'ended';
  }

  /** Whether a person is or may be on the line. */
  get talking(): boolean {
    return this.#state.kind === 'answered';
  }

  /** Whether this playout is the call's own. */
  plays(playout: Playout): boolean {
    return this.#media.playout === playout;
  }

  step(event: AttemptEvent): void {
    const [state, effects] = stepAttempt(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#changed();
  }

  submitting(): void {
    this.step({ type: 'request.leaving' });
    this.#book.hops.reach('dialled', this.#around.clock.nowMs());
  }

  accepted(leg: LegRef, queueMs: number | null): void {
    this.#leg.know(leg);
    this.#book.hops.reach('accepted', this.#around.clock.nowMs(), queueMs ? `queued for ${queueMs} ms` : undefined);
    this.step({ type: 'request.accepted' });
    // A webhook may have been faster: the ids are worth keeping all the same.
    this.#book.patch({ requestId: this.leg.requestId, carrierCallId: this.leg.carrierCallId });
  }

  rejected(outcome: Outcome, cause: string, by: Party): void {
    this.#book.endedBy(by, cause);
    this.step({ type: 'request.rejected', outcome });
  }

  /** Whether the carrier took the request is not known. */
  lost(): void {
    this.step({ type: 'request.lost' });
  }

  onLegEvent(event: LegEvent): void {
    if ('leg' in event) this.#leg.know(event.leg);
    switch (event.type) {
      case 'leg.queued':
        this.step({ type: 'leg.queued' });
        return;
      case 'leg.ringing':
        this.#book.hops.reach('ringing', event.atMs);
        this.step({ type: 'leg.ringing' });
        return;
      case 'leg.answered':
        this.#answered(event.atMs);
        return;
      case 'leg.document-served':
        this.#book.hops.reach('document-served', event.atMs, event.document);
        return;
      case 'leg.ended':
        // The webhook that told of the answer may have come while nobody listened.
        if (event.outcome === 'completed' && event.durationMs !== null && event.durationMs > 0) {
          this.#answeredEarlier(event.atMs - event.durationMs);
        }
        this.legEnded(event.outcome, event.cause, event.atMs);
        return;
      case 'leg.machine-detected':
        this.#book.setAnswerType(event.answerType);
        this.#talk.machineDetected(event.answerType, this.record.answeringMachine);
        return;
      case 'leg.digits':
        for (const digit of event.digits) this.#talk.digit(digit);
        return;
      case 'leg.dial-ended':
        this.#dialEnded(event.result, event.cause);
        return;
      case 'leg.stream-trouble':
        this.#log.warn({ detail: event.detail }, 'the carrier reports trouble with the media stream');
        return;
      case 'leg.recording-ready':
        this.#log.info({ recordingId: event.recordingId }, "the carrier's own recording is ready");
        return;
    }
  }

  /** The leg is over, by the carrier's webhook or by its records. */
  legEnded(outcome: Outcome, cause: HangupCause | null, atMs: number): void {
    if (this.over) return;
    this.#book.lineEnded(atMs, cause?.code ?? null);
    this.#talk.legEnded();
    const ending = this.#talk.ending;
    if (ending) this.#book.endedBy(ending.by, ending.reason);
    else if (this.record.answeredAtMs !== null && !this.#isWithCarrier) this.#book.endedBy('bridge', 'Ringside was restarted in mid-call');
    else this.#book.lineEndedByItself(cause);
    // An answered call was completed, whatever word the carrier ends it with.
    this.step({ type: 'leg.ended', outcome: this.#book.answeredAtMs !== null && outcome !== 'our-error' ? 'completed' : outcome });
  }

  /** What the carrier's own records say about a leg that nobody told us of. */
  adopt(found: LegRecord): void {
    this.#leg.know(found);
    this.#book.patch({ carrierCallId: this.leg.carrierCallId, requestId: this.leg.requestId });
    switch (found.phase) {
      case 'ended':
        if (found.answeredAtMs !== null) this.#answeredEarlier(found.answeredAtMs);
        this.legEnded(found.outcome ?? 'unknown', found.cause, found.endedAtMs ?? this.#around.clock.nowMs());
        return;
      case 'queued':
      case 'ringing':
        if (found.phase === 'ringing') this.#book.hops.reach('ringing', this.#around.clock.nowMs());
        this.step({ type: found.phase === 'queued' ? 'leg.queued' : 'leg.ringing' });
        this.#watchRinging();
        if (found.phase === 'ringing' && this.#book.answeredAtMs === null && this.#wantsStream()) this.#talk.prepare();
        return;
      case 'live':
        if (this.#isWithCarrier) this.#leaveWithCarrier();
        // While the carrier was asked, it may have brought the call to us: then it goes on as any other.
        else if (!this.#served && !this.#isAnsweredHere) this.#apologise(found.answeredAtMs);
        return;
    }
  }

  /** From memory, while somebody stands at the phone. */
  documentFor(moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks } {
    this.#served = true;
    // What the carrier asks for is also news.
    if (moment.kind === 'answered' && !this.over) this.#answered(this.#around.clock.nowMs());
    if (moment.kind === 'digits') for (const digit of moment.digits) this.#talk.digit(digit);
    if (moment.kind === 'dial-ended') this.#dialEnded(moment.result, moment.result);
    const document = documentFor(
      moment.kind,
      {
        over: this.over,
        flow: this.#talk.state,
        wantsStream: this.#wantsStream(),
        voiceAlive: this.#talk.voiceAlive,
        streams: this.#streams,
        hasSpoken: this.#book.hops.has('first-audio-sent'),
        optedOut: this.#talk.optedOut,
      },
      this.script,
    );
    if (document.kind === 'say-and-hang-up' && this.record.answeredAtMs !== null && !this.#isWithCarrier)
      this.#book.endedBy('bridge', restartedWithApology);
    if (document.kind === 'announce') {
      this.#book.setRung('announcement');
      this.#book.transcript.note('ai', document.text, this.#book.nowSinceAnswerMs());
    }
    return { document, links: this.#owner.linksFor(this, document.kind === 'stream') };
  }

  acceptMedia(socket: WebSocket, underlying: Duplex): void {
    this.#media.attach(this.script.carrier, socket, underlying);
  }

  /** End the call now, whoever wants it. Harmless when it is over. */
  hangUp(by: Party, reason: string): void {
    if (this.over) return;
    this.#book.endedBy(by, reason);
    this.#leg.hangUp();
  }

  /** Say goodbye, then end: the program is closing. */
  land(): void {
    if (this.over) return;
    const ending = { by: 'operator', reason: 'Ringside was closed', disposition: null } as const;
    if (this.#book.answeredAtMs === null) this.hangUp(ending.by, ending.reason);
    else this.#talk.dispatch({ type: 'end.requested', spoken: false, ending });
  }

  sendDigits(digits: string): void {
    if (!this.#media.open) throw new BridgeError('state/conflict', 'Keys can be pressed only while the call has two-way audio.');
    this.#media.sendDigits(digits);
  }

  mark(note: string | null): Mark {
    const at = new Date(this.#around.clock.nowMs()).toISOString();
    const mark: Mark = { id: newId<MarkId>('mark'), at, offsetMs: this.#book.nowSinceAnswerMs(), note };
    this.#around.store.attempts.addMark(this.record.id, mark);
    return mark;
  }

  listen(listener: AudioListener): () => void {
    if (!this.talking) throw new BridgeError('state/conflict', 'Only a call in progress can be listened to.');
    return this.#media.listen(listener);
  }

  summary(): CallSummary {
    const { attempts } = this.#around.store;
    const base = attempts.summary(attempts.get(this.record.id) ?? this.record);
    if (this.over) return base;
    const { rung, talkMs, costMicros, lastLine } = this.#book;
    const speaking = this.talking ? this.#talk.floor : null;
    return { ...base, state: this.#callState(), speaking, rung, talkMs, costMicros, lastLine: lastLine ?? base.lastLine };
  }

  #perform(effect: AttemptEffect): void {
    const { maxCallMs } = this.record;
    switch (effect.type) {
      case 'save-phase':
        this.#savePhase(effect.phase);
        return;
      case 'prepare-voice':
        // A call that another run of this program has lost gets an apology, no voice.
        if (this.#talk.state.kind === 'waiting' && this.#wantsStream()) this.#talk.prepare();
        return;
      case 'ring-timer.start':
        this.#watchRinging();
        return;
      case 'ring-timer.cancel':
        this.#timers.cancel('ring');
        return;
      case 'limit-timer.start':
        this.#timers.start('limit', Math.max(maxCallMs / 2, maxCallMs - limitLeadMs), () =>
          this.#talk.dispatch({ type: 'timer', name: 'limit' }),
        );
        this.#timers.start('overrun', maxCallMs + limitGraceMs, () =>
          this.hangUp('settings', 'the carrier did not end the call at its limit'),
        );
        return;
      case 'begin-call':
        return;
      case 'finish':
        this.#finish(effect.outcome);
        return;
    }
  }

  #savePhase(phase: Exclude<AttemptState['kind'], 'ended'>): void {
    const nowMs = this.#around.clock.nowMs();
    const { carrierCallId, requestId } = this.leg;
    this.#book.patch({
      phase,
      ...(carrierCallId === null ? {} : { carrierCallId }),
      ...(requestId === null ? {} : { requestId }),
      ...(phase === 'submitting' ? { submittedAtMs: nowMs } : {}),
      ...(phase === 'ringing' ? { ringingAtMs: nowMs } : {}),
      ...(phase === 'answered' ? { answeredAtMs: this.#book.answeredAtMs } : {}),
    });
  }

  #callState(): CallState {
    switch (this.#state.kind) {
      case 'ended':
      case 'ringing':
        return this.#state.kind;
      case 'answered': {
        const flow = this.#talk.state.kind;
        if (flow === 'transferring') return 'transferring';
        return flow === 'waiting' || flow === 'opening' ? 'answered' : 'live';
      }
      default:
        return 'dialling';
    }
  }

  #wantsStream(): boolean {
    return this.record.ladder.includes('realtime') && this.script.engine.availability().ok && this.#voiceProblem === null;
  }

  #watchRinging(): void {
    this.#timers.start('ring', this.record.ringTimeoutMs + ringGraceMs, () => this.#leg.lookUp());
  }

  #answered(atMs: number): void {
    if (this.over || this.#book.answeredAtMs !== null) return;
    this.#book.answered(atMs);
    this.step({ type: 'leg.answered', atMs });
    if (this.#wantsStream()) {
      this.#book.setRung('realtime');
      this.#talk.answered('stream', '');
      const missing = () => brokenHop((name) => this.#book.hops.has(name))?.text ?? 'no audio came';
      this.#timers.start('no-media', noMediaMs, () => this.hangUp('network', missing()));
      return;
    }
    const available = this.script.engine.availability();
    this.#talk.answered('announce', this.#voiceProblem?.cause ?? (available.ok ? 'realtime speech is switched off' : available.reason));
  }

  /** Answered in this run of the program, and not in one before. */
  get #isAnsweredHere(): boolean {
    return this.#book.answeredAtMs !== null && this.record.answeredAtMs === null;
  }

  /** The carrier tells of an answer that we have missed. Its clock counts in seconds: nobody answers before the dial. */
  #answeredEarlier(answeredAtMs: number): void {
    if (this.over || this.#book.answeredAtMs !== null) return;
    const atMs = Math.max(answeredAtMs, this.record.submittedAtMs ?? this.record.createdAtMs);
    this.#resumeAnswered(atMs);
    this.#book.patch({ answeredAtMs: atMs });
  }

  /** What goes on without us: the carrier's own voice speaks, or the lead was put through to a person. */
  get #isWithCarrier(): boolean {
    const { id, rung, answeredAtMs } = this.record;
    if (answeredAtMs === null) return false;
    return rung === 'announcement' || this.#around.store.attempts.toolCalls(id).at(-1)?.name === 'transfer_to_human';
  }

  #leaveWithCarrier(): void {
    const pastLimitMs = (this.#book.answeredAtMs ?? 0) + this.record.maxCallMs + limitGraceMs - this.#around.clock.nowMs();
    this.#timers.start('overrun', Math.max(0, pastLimitMs), () => this.#leg.lookUp());
  }

  /** Another run of this program lost its audio; what the lead hears next must come from documents. */
  #resumeAnswered(answeredAtMs: number): void {
    this.#book.answered(answeredAtMs);
    if (this.record.recordingFile !== null) this.#book.cost.streamed();
    this.#talk.dispatch({ type: 'answered', route: 'announce', because: 'Ringside was restarted in mid-call' });
  }

  /** A person is on a line that has no audio from us: say so with the carrier's own voice, and end. */
  #apologise(answeredAtMs: number | null): void {
    this.#answeredEarlier(answeredAtMs ?? this.#around.clock.nowMs());
    this.step({ type: 'leg.answered', atMs: this.#book.answeredAtMs ?? this.#around.clock.nowMs() });
    this.#book.endedBy('bridge', restartedWithApology);
    this.#leg.redirect({ kind: 'say-and-hang-up', ...this.script.brokeOff }, this.#owner.linksFor(this, false), apologyMs);
  }

  /** The carrier fell silent about this leg, and its records were asked. */
  #recordsSay(found: LegRecord | null): void {
    if (this.over) return;
    const nowMs = this.#around.clock.nowMs();
    if (found === null) this.legEnded(this.#book.answeredAtMs === null ? 'unknown' : 'completed', null, nowMs);
    else if (found.phase === 'ended') this.legEnded(found.outcome ?? 'completed', found.cause, found.endedAtMs ?? nowMs);
    else this.hangUp('bridge', this.#book.answeredAtMs === null ? 'the phone rang past its time' : 'the audio broke off');
  }

  #dialEnded(result: DialResult, cause: string): void {
    if (this.#talk.state.kind === 'transferring') this.#talk.dispatch({ type: 'transfer.ended', answered: result === 'answered', cause });
  }

  #makeMedia(): CallMedia {
    const { clock, pacer } = this.#around;
    return new CallMedia({
      clock,
      pacer,
      isOurs: (carrierCallId) => {
        if (this.over || (this.leg.carrierCallId !== null && this.leg.carrierCallId !== carrierCallId)) return false;
        this.#leg.know({ carrierCallId, requestId: null });
        return true;
      },
      events: {
        opened: (streamId) => this.#mediaOpened(streamId),
        firstFrameIn: () => {
          this.#book.hops.reach('first-frame-in', clock.nowMs());
          this.#timers.cancel('no-media');
        },
        firstFrameOut: () => this.#book.hops.reach('first-audio-sent', clock.nowMs()),
        firstFramePlayed: () => this.#book.hops.reach('first-audio-played', clock.nowMs()),
        heard: (bytes, base64) => this.#talk.hear(bytes, base64),
        digit: (digit) => this.#talk.digit(digit),
        lost: (reason) => this.#mediaLost(reason),
        trouble: (detail) => this.#log.warn({ detail }, 'trouble on the media stream'),
      },
    });
  }

  #mediaOpened(streamId: string): void {
    const nowMs = this.#around.clock.nowMs();
    this.#streams += 1;
    this.#book.hops.reach('media-open', nowMs, streamId.slice(0, 40));
    this.#timers.cancel('after-stream');
    this.#answered(nowMs);
    this.#book.cost.streamed();
    this.#startRecording();
    this.#talk.dispatch({ type: 'media.opened' });
  }

  #mediaLost(reason: string): void {
    this.#log.info({ reason }, 'the media stream is over');
    this.#talk.dispatch({ type: 'media.lost' });
    this.#timers.start('after-stream', afterStreamMs, () => {
      const flow = this.#talk.state.kind;
      if (!this.#media.open && flow !== 'announcing' && flow !== 'transferring') this.#leg.lookUp();
    });
  }

  #startRecording(): void {
    if (this.#endRecording) return;
    const writer = this.#around.store.recordings.open(this.record.callId, this.record.world);
    this.#media.timeline.start(this.#book.answeredMonotonicMs);
    this.#endRecording = this.#around.pump.add(this.#media.timeline, writer);
    this.#book.patch({ recordingFile: writer.file });
  }

  #makeTalk(): CallTalk {
    const { agent, engine, speeches, instructions, tools } = this.script;
    const { clock, shelf, publish } = this.#around;
    const { world, callId } = this.record;
    return new CallTalk({
      agent,
      engine,
      speeches,
      shelf,
      clock,
      world,
      transcript: this.#book.transcript,
      playout: this.#media.playout,
      log: this.#log,
      request: {
        instructions,
        tools,
        world,
        voice: agent.voice ?? null,
        language: agent.language ?? null,
        model: agent.model ?? null,
        turnDetection: agent.turnDetection ?? null,
        safetyIdentifier: callId,
      },
      sinceAnswerMs: (monotonicMs) => this.#book.sinceAnswerMs(monotonicMs),
      events: {
        changed: () => this.#changed(),
        leaveStream: () => this.#media.leave('the conversation goes on elsewhere'),
        hangUp: (ending) => this.hangUp(ending.by, ending.reason),
        suppress: (quote) => this.#book.suppress(quote),
        toolUsed: (tool) => this.#book.toolUsed(tool),
        usage: (lines) => {
          for (const line of lines) this.#book.usage(line);
        },
        turn: (latency) => this.#book.turn(latency),
        disclosurePlayed: () => this.#book.disclosurePlayed(),
        hop: (name, detail) => this.#book.hops.reach(name, clock.nowMs(), detail),
        voiceFailed: (cause, fatal) => {
          this.#voiceProblem = { cause, fatal };
          this.#log.warn({ cause, fatal }, 'the AI voice is lost; the call goes down the ladder');
          if (fatal) publish({ type: 'alert', level: 'error', message: `The AI voice cannot be used: ${cause}`, callId });
        },
      },
    });
  }

  /** Durable first, then everybody is told; late words and files come after. */
  #finish(outcome: Outcome): void {
    this.#book.close(outcome, this.script, this.#talk);
    this.#media.close();
    this.#leg.close();
    this.#timers.clear();
    this.#owner.ended(this, outcome, this.#voiceProblem?.fatal ? this.#voiceProblem.cause : null);
    this.#around.publish({ type: 'call.changed', call: this.summary() });
    if (this.#book.transcript.waitingForWords > 0) this.#timers.start('late-words', lateWordsMs, () => void this.#goAway());
    else void this.#goAway();
  }

  async #goAway(): Promise<void> {
    this.#talk.close();
    this.#book.finishTranscript();
    try {
      await this.#endRecording?.();
    } catch (error) {
      this.#log.error({ error: error instanceof Error ? error.message : 'unknown' }, 'the recording could not be closed');
    }
    this.#owner.gone(this);
  }

  /** Many things change at once; watchers are told once, when the dust has settled. */
  #changed(): void {
    if (this.#changeQueued || this.over) return;
    this.#changeQueued = true;
    this.#timers.start('changed', 50, () => {
      this.#changeQueued = false;
      if (!this.over) this.#around.publish({ type: 'call.changed', call: this.summary() });
    });
  }
}

function revivedState(record: AttemptRecord): AttemptState {
  switch (record.phase) {
    case 'answered':
      return { kind: 'answered', answeredAtMs: record.answeredAtMs ?? record.createdAtMs };
    case 'ended':
      return { kind: 'ended', outcome: record.outcome ?? 'unknown' };
    default:
      return { kind: record.phase };
  }
}
