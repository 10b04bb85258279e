import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AnswerType, Disposition, Floor } from '#bridge/contract/words.ts';
import type { CallDocument, DialResult, DocumentMoment } from '../carriers/carrier.ts';
import {
  canBeTaken,
  type FlowEnding,
  type FlowState,
  holderOf,
  type Opening,
  type Person,
  type TransferTarget,
} from '../domain/call-flow.ts';
import { brokenHop } from '../domain/call-path.ts';
import type { CallbackWish } from '../domain/callback-time.ts';
import { type Step, stepTraits } from '../domain/ladder-plan.ts';
import type { Playout } from '../media/playout.ts';
import { CallEar } from './call-ear.ts';
import { CallLine } from './call-line.ts';
import type { ConversationParts } from './conversation-parts.ts';
import { PeopleSound } from './person/people-sound.ts';
import { ServedDocuments } from './served-documents.ts';
import { CallTalk } from './talk/call-talk.ts';
import { talkNews } from './talk/talk-news.ts';
import { VoiceProblem } from './talk/voice-problem.ts';
import { ColdDial } from './transfer/cold-dial.ts';
import type { VoiceChoice } from './voice/voice-parts.ts';

/** What goes on between the answer and the end of one call: who speaks, over which stream or document, and what is kept of it. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #line: CallLine;
  readonly #talk: CallTalk;
  readonly #documents: ServedDocuments;
  /** What people of ours say into it, and hear of it. */
  readonly sound: PeopleSound;
  readonly #ear: CallEar;
  readonly #problem = new VoiceProblem();
  readonly #cold: ColdDial;
  #isRelay = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#line = this.#makeLine();
    const { clock } = parts.around;
    this.sound = new PeopleSound({
      clock,
      line: this.#line,
      isOperators: () => holderOf(this.#talk.state)?.kind === 'operator',
      isTalk: () => this.#talk.isTalk,
      changed: () => parts.changed(),
    });
    this.#talk = this.#makeTalk();
    this.#cold = new ColdDial({
      talk: this.#talk,
      book: parts.book,
      clock,
      transfer: () => parts.transfer(),
      changed: () => parts.changed(),
    });
    this.#ear = this.#makeEar();
    const { script, book, isOver, wasRestarted } = parts;
    this.#documents = new ServedDocuments({
      script,
      book,
      talk: this.#talk,
      isOver: () => isOver(),
      streams: () => this.#line.streams,
      voiceProblem: () => this.#problem.cause,
      wasRestarted: () => wasRestarted(),
    });
  }

  get flow(): FlowState {
    return this.#talk.state;
  }

  /** Why there is no AI voice at this moment; null when there is one, or none is needed yet. */
  get voiceProblem(): string | null {
    return this.#problem.cause;
  }

  get floor(): Floor {
    const { floor } = this.#talk;
    return floor === 'none' && this.sound.speaking ? 'operator' : floor;
  }

  /** Nobody speaks, and the lead waits for a word of the AI. */
  get thinking(): boolean {
    return this.floor === 'none' && this.#talk.thinking;
  }

  /** A person could have it, as far as the conversation goes. */
  get canBeTaken(): boolean {
    return canBeTaken(this.#talk.state);
  }

  /** There is an AI that could have it. */
  get canHaveAi(): boolean {
    return this.#talk.canHaveAi;
  }

  /** A person speaks from now on, at once. @returns milliseconds of the AI that were dropped unheard; null when it cannot be had any more */
  take(by: Person): number | null {
    return this.#talk.take(by);
  }

  /** The person has stopped. @param because what to say of it when there is no AI */
  leave(open: Opening, because: string): void {
    this.#talk.leave(open, because);
    // The carrier's own voice has the call: as when an AI is lost that had it.
    if (this.#talk.state.kind === 'announcing') this.#problem.failed(because, false);
  }

  /** Nothing came of a transfer; the AI has had the call all the time. */
  explainTransfer(cause: string): void {
    this.#talk.explainTransfer(cause);
  }

  /** The lead was given to a person of ours, whatever comes. */
  transferred(): void {
    this.#talk.transferred();
  }

  /** The line itself rings somebody, as soon as these words were heard. @returns false when it cannot at this moment */
  dialOn(target: TransferTarget, text: string): boolean {
    return this.#talk.dialOn(target, text);
  }

  /** The line comes back from whom it rings. */
  cancelDial(cause: string): void {
    this.#cold.cancel(cause);
  }

  /** An AI hears the lead, and tells their words. */
  get hasEar(): boolean {
    return this.#talk.voiceAlive;
  }

  /** Words of the lead that no AI has heard. Times are milliseconds since the answer. */
  leadWasHeard(turn: string, text: string, final: boolean, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }): void {
    const { transcript } = this.#parts.book;
    transcript.leadStarted(turn, startMs);
    if (final) transcript.leadStopped(turn, endMs);
    const words = transcript.leadText(turn, text, final, startMs);
    if (final) this.#talk.leadWasHeard(turn, words);
  }

  /** @returns false when the AI cannot be told now */
  nudge(id: string, text: string): boolean {
    return this.#talk.nudge(id, text);
  }

  withdraw(id: string): void {
    this.#talk.withdraw(id);
  }

  /** @returns false when the AI cannot say anything now */
  sayExactly(text: string, when: 'gap' | 'now'): boolean {
    return this.#talk.sayExactly(text, when);
  }

  get playout(): Playout {
    return this.#line.playout;
  }

  get optedOut(): boolean {
    return this.#talk.optedOut;
  }

  get decided(): Disposition | null {
    return this.#talk.decided;
  }

  get callback(): CallbackWish | null {
    return this.#talk.callback;
  }

  get ending(): FlowEnding | null {
    return this.#talk.ending;
  }

  /** The lead was told by the carrier's own voice that something of ours was broken. */
  get hasApologised(): boolean {
    return this.#documents.hasApologised;
  }

  /** Why no call can use the AI voice until somebody mends it; null when that is not so. */
  get fatalProblem(): string | null {
    return this.#problem.fatalCause;
  }

  /** Something that still matters may be told of a call that is over. */
  get awaitsNews(): boolean {
    return this.#parts.book.transcript.waitingForWords > 0 || this.#cold.awaitsNews;
  }

  /** Whether a stream and an AI are worth a try. */
  get wantsStream(): boolean {
    return this.#problem.cause === null && isOnStream(this.#talk.rung);
  }

  /** The phone rings, or somebody has picked up before it was told to ring. */
  prepare(): void {
    // A call that another run of this program has lost gets an apology, no voice.
    if (this.#talk.state.kind === 'waiting' && this.wantsStream) this.#talk.prepare();
  }

  /** Somebody is there. */
  answered(): void {
    const { book, script } = this.#parts;
    this.#ear.answered();
    if (this.wantsStream) {
      const { rung } = this.#talk;
      book.setRung(rung === null || rung === 'human' ? 'realtime' : rung);
      this.#line.expectStream();
      this.#talk.answered('stream', '');
      return;
    }
    const below = this.#problem.cause === null ? this.#talk.rung : null;
    if (below === 'turn-based' || below === 'relay') {
      book.setRung(below);
      this.#talk.answered('turns', '');
      return;
    }
    if (below === 'human' && this.#talk.answeredForPerson()) return;
    this.#talk.answered('announce', this.#problem.cause ?? whyNobody(script.choice));
  }

  /** Another run of this program lost its audio; what the lead hears next must come from documents. */
  resume(): void {
    const { record, book } = this.#parts;
    if (record.recordingFile !== null) book.cost.streamed();
    this.#talk.answered('announce', 'Ringside was restarted in mid-call');
  }

  /** The carrier's opinion of who picked up: one among others. */
  machineDetected(answerType: AnswerType): void {
    this.#ear.carrier(answerType);
  }

  /** A person of ours knows who picked up. */
  correctVerdict(answerType: AnswerType): void {
    this.#ear.correct(answerType);
  }

  pressed(digits: string): void {
    for (const digit of digits) this.#talk.digit(digit);
  }

  /** Whom the leg was put through to has picked up. */
  dialAnswered(): void {
    this.#cold.answered();
  }

  /** Whom the leg was put through to has gone, or never came. */
  dialEnded(result: DialResult, cause: string): void {
    this.#cold.ended(result, cause);
  }

  /** What the leg shall run now. */
  document(moment: DocumentMoment): CallDocument {
    const document = this.#documents.next(moment);
    this.#line.served(document.kind);
    this.#isRelay = document.kind === 'relay';
    if (this.#isRelay) this.#parts.book.cost.relayed();
    if (document.kind === 'dial') this.#cold.began();
    return document;
  }

  /** The leg was given a relay of words to run. */
  get isRelay(): boolean {
    return this.#isRelay;
  }

  attach(socket: WebSocket, underlying: Duplex): void {
    const { script, record, isOurs } = this.#parts;
    if (this.#isRelay && this.#talk.attachRelay(script.carrier, socket, record.id, isOurs)) return;
    this.#line.attach(socket, underlying);
  }

  get hasStream(): boolean {
    return this.#line.open;
  }

  sendDigits(digits: string): void {
    this.#line.sendDigits(digits);
  }

  /** Say goodbye, then end. */
  end(ending: FlowEnding): void {
    this.#talk.dispatch({ type: 'end.requested', spoken: false, ending });
  }

  limitReached(): void {
    this.#talk.dispatch({ type: 'timer', name: 'limit' });
  }

  legEnded(): void {
    const { figures } = this.#ear;
    if (figures !== null) this.#parts.book.talked(figures);
    this.#ear.close();
    this.#cold.lineEnded();
    this.#talk.legEnded();
  }

  /** No more audio: the tape ends here. Late words are still heard. */
  hush(): void {
    this.#ear.close();
    this.sound.close();
    this.#line.close();
  }

  /** Nothing more is awaited. Resolves when all files are closed. */
  async close(): Promise<void> {
    const { guard, book } = this.#parts;
    guard.run(() => this.#talk.close());
    guard.run(() => book.finishTranscript());
    await this.#line.filed();
  }

  #comeBack(): void {
    this.#cold.fetchBack(() => this.#parts.redirect(this.document({ kind: 'stream-ended' })));
  }

  #makeLine(): CallLine {
    const { record, script, around, book, guard, log, isOurs, hangUp, redirect, lookUp } = this.#parts;
    const { clock, pacer, turns, pump, store, publish } = around;
    const { callId, world } = record;
    const reach = (name: Parameters<typeof book.hops.reach>[0]) => book.hops.reach(name, clock.nowMs());
    return new CallLine({
      attempt: record.id,
      carrier: script.carrier,
      clock,
      pacer,
      turns,
      pump,
      log,
      isOurs,
      openRecording: () => store.recordings.open(callId, world, (message) => publish({ type: 'alert', level: 'error', message, callId })),
      events: {
        opened: (streamId) => guard.run(() => this.#mediaOpened(streamId)),
        firstFrameIn: () => reach('first-frame-in'),
        firstFrameOut: () => reach('first-audio-sent'),
        firstFramePlayed: () => reach('first-audio-played'),
        heard: (bytes) => {
          this.#talk.hear(bytes);
          this.sound.leadSpoke(bytes);
        },
        digit: (digit) => guard.run(() => this.pressed(digit)),
        lost: () => guard.run(() => this.#talk.dispatch({ type: 'media.lost' })),
        stuck: () => {
          if (!this.#parts.isOver()) redirect(this.document({ kind: 'stream-ended' }));
        },
        stranded: () => lookUp(),
        silent: () => hangUp('network', brokenHop((name) => book.hops.has(name))?.text ?? 'no audio came from the carrier'),
      },
    });
  }

  #mediaOpened(streamId: string): void {
    const { around, book, guard, mediaOpened } = this.#parts;
    const nowMs = around.clock.nowMs();
    book.hops.reach('media-open', nowMs, streamId.slice(0, 40));
    mediaOpened(nowMs);
    book.cost.streamed();
    guard.run(() => {
      const recordingFile = this.#line.record(book.answeredMonotonicMs);
      if (recordingFile !== null) book.patch({ recordingFile });
    });
    this.#talk.dispatch({ type: 'media.opened' });
    this.#talk.streamOpened();
    // Nobody will speak here any more: the leg has to ask what comes instead.
    if (this.#talk.state.kind === 'announcing' || this.#talk.state.kind === 'turns') this.#line.leave();
  }

  #makeEar(): CallEar {
    const { script, around, book, guard, record } = this.#parts;
    const { clock, openDetector } = around;
    const ear = new CallEar({
      clock,
      openDetector,
      language: script.agent.language ?? null,
      sinceAnswerMs: () => book.sinceAnswerMs(clock.monotonicMs()),
      events: {
        onset: () => this.#talk.leadBegins(),
        beep: () => this.#talk.beepHeard(),
        verdict: ({ answerType, because }) => {
          if (answerType !== 'unknown') book.setAnswerType(answerType, because);
          this.#talk.answeredBy(answerType, record.answeringMachine);
          this.#parts.changed();
        },
      },
    });
    this.#line.listen({
      frame: (side, bytes, number) =>
        guard.run(() => {
          if (side === 1) ear.hear(bytes, number);
          else ear.ours(bytes, number);
        }),
      ended: () => undefined,
    });
    book.onLeadWords(({ id, text, final }) => ear.words(id, text, final));
    return ear;
  }

  #makeTalk(): CallTalk {
    const { record, script, around, book, log } = this.#parts;
    const { agent, choice, speeches, instructions, tools } = script;
    const { clock, shelf, note } = around;
    const { world, callId } = record;
    return new CallTalk({
      agent,
      choice,
      speeches,
      callbackOffer: script.callbackOffer,
      transcription: script.transcription,
      turnWords: {
        language: script.announcement.language,
        optOutDigit: script.announcement.optOutDigit,
        optedOut: script.optedOut.text,
        apology: script.brokeOff,
      },
      shelf,
      clock,
      world,
      log,
      transcript: book.transcript,
      playout: this.#line.playout,
      request: {
        instructions,
        tools,
        world,
        voice: agent.voice ?? null,
        language: agent.language ?? null,
        model: agent.model ?? null,
        turnDetection: agent.turnDetection ?? null,
        safetyIdentifier: callId,
        note: note && ((way, name, content) => note({ attempt: record.id, atMs: clock.nowMs(), way, kind: 'ai', name, content })),
      },
      sinceAnswerMs: (monotonicMs) => book.sinceAnswerMs(monotonicMs),
      costMicros: () => book.costMicros,
      isLineOpen: () => this.#line.open,
      leadSpeaks: () => this.#ear.leadSpeaks,
      events: talkNews({
        ...this.#parts,
        problem: this.#problem,
        leaveStream: () => this.#line.leave(),
        comeBack: () => this.#comeBack(),
      }),
    });
  }
}

/** Why none of those who were chosen for a call can speak, in the words of the first of them. */
function whyNobody({ plan, engines, health }: VoiceChoice): string {
  const step = plan.order.find((candidate) => candidate !== 'announcement' && candidate !== 'human');
  if (step === undefined) return 'no voice of ours was chosen for it';
  const engine = engines[step]?.availability();
  if (engine?.ok === false) return engine.reason;
  const look = health.look(step);
  return look.ok ? 'no other voice can be had' : look.reason;
}

function isOnStream(step: Step | null): boolean {
  return step !== null && stepTraits[step].medium === 'stream';
}
