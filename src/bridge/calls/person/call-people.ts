import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { Holder, Nudge } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallId, NudgeId } from '#bridge/contract/ids.ts';
import type { Opening, Person } from '../../domain/call-flow.ts';
import type { Hearer, Microphone, Session } from '../calls.ts';
import type { Conversation } from '../conversation.ts';
import type { CallAttention } from '../record/call-attention.ts';
import type { CallBook } from '../record/call-book.ts';
import type { PersonVoice } from '../transfer/transferable-call.ts';
import { HeldWords } from './held-words.ts';
import { Involvements } from './involvements.ts';
import { Nudges } from './nudges.ts';
import { OperatorLine } from './operator-line.ts';
import type { PersonWords } from './person-words.ts';

export interface CallPeopleParts {
  readonly callId: CallId;
  readonly clock: Clock;
  readonly book: CallBook;
  readonly attention: CallAttention;
  readonly publish: Publish;
  conversation(): Conversation;
  /** Why nobody can have the call at this moment; null when somebody can. */
  whyNot(): string | null;
  /** Somebody who writes down what a person says; null when there is nobody. @param name tells their turns from those of others */
  words(name: string): PersonWords | null;
  /** The same for the lead, who is heard by nobody else when there is no AI. */
  leadWords(name: string): PersonWords | null;
  changed(): void;
}

interface Holding {
  readonly by: Person;
  /** Of an operator. */
  readonly session: Session | null;
  /** Wall clock. */
  readonly sinceMs: number;
  /** The involvement ends. */
  readonly ended: () => void;
  readonly deafen: () => void;
  /** Of an operator. */
  readonly line: OperatorLine | null;
}

/** A colleague on another leg, on the line with the operator who has the call. */
interface Third {
  readonly name: string;
  readonly deafen: () => void;
  /** The involvement ends. */
  readonly ended: () => void;
  /** The operator is gone, and the call is theirs. */
  readonly alone: () => void;
}

/** The people of ours on one call: who speaks in place of the AI, who hints, who listens; and how the AI gets the call back from them. */
export class CallPeople {
  readonly #parts: CallPeopleParts;
  readonly #involvements: Involvements;
  readonly #nudges: Nudges;
  readonly #words: HeldWords;
  #holding: Holding | null = null;
  #third: Third | null = null;

  constructor(parts: CallPeopleParts) {
    this.#parts = parts;
    const { clock, book } = parts;
    this.#words = new HeldWords({
      transcript: book.transcript,
      conversation: () => parts.conversation(),
      words: (name) => parts.words(name),
      leadWords: (name) => parts.leadWords(name),
    });
    this.#involvements = new Involvements({
      now: () => clock.nowMs(),
      sinceAnswerMs: () => book.nowSinceAnswerMs(),
      changed: (involvement) => book.involvement(involvement),
    });
    this.#nudges = new Nudges({
      now: () => clock.nowMs(),
      tell: (name, text) => parts.conversation().nudge(name, text),
      takeBack: (name) => parts.conversation().withdraw(name),
      segmentOf: (utterance) => book.transcript.segmentOf(utterance),
      changed: (nudge) => book.nudge(nudge),
    });
  }

  /** The person who has the call; null while none has. */
  get holder(): Holder | null {
    if (!this.#holding) return null;
    const { by, session, sinceMs } = this.#holding;
    return { kind: by.kind, name: by.name, console: session?.id ?? null, since: new Date(sinceMs).toISOString() };
  }

  isHeldBy({ id }: Session): boolean {
    return this.#holding?.session?.id === id;
  }

  /** @throws {BridgeError} `state/held`, `state/conflict` */
  takeOver(session: Session): void {
    if (this.isHeldBy(session)) {
      // Whoever has put the lead through may fetch them back.
      this.#parts.conversation().take({ kind: 'operator', name: session.name });
      return;
    }
    this.#mayOnlyBe(session);
    this.#take({ kind: 'operator', name: session.name }, session);
  }

  /**
   * A colleague on another leg has the call; an operator who had it has not any more.
   * @throws {BridgeError} `state/conflict`
   */
  handTo(name: string): void {
    this.part();
    this.#letGo();
    this.#take({ kind: 'colleague', name }, null);
  }

  /**
   * A colleague on another leg speaks with the lead as well as the operator who has the call.
   * @param hears 20 ms for the colleague's ear @param alone the operator has left, and the call is the colleague's
   * @returns where their voice goes @throws {BridgeError} `state/conflict`
   */
  join(name: string, hears: (frame: Uint8Array) => void, alone: () => void): PersonVoice {
    this.#needsCall();
    if (!this.#holding?.session) throw new BridgeError('state/conflict', 'No operator has this call.');
    this.part();
    const lane = this.#parts.conversation().sound.join(hears);
    this.#third = {
      name,
      deafen: this.#words.writeDown(name, lane),
      ended: this.#involvements.begin(name, 'took-over', `with ${this.#holding.by.name}`),
      alone,
    };
    this.#parts.changed();
    return lane;
  }

  /** The colleague is gone; the operator has the call still. Nothing happens when none had joined. */
  part(): void {
    const third = this.#third;
    if (!third) return;
    this.#third = null;
    third.deafen();
    third.ended();
    this.#parts.conversation().sound.part();
    this.#parts.changed();
  }

  /** @throws {BridgeError} `state/held`, `state/conflict` when no person has it, `state/no-ai` */
  giveBack(session: Session, { note, open }: { readonly note: string | null; readonly open: Opening }): void {
    if (!this.#holding) throw new BridgeError('state/conflict', 'The AI has this call already.');
    this.#mayOnlyBe(session);
    if (this.#handOn(null)) return;
    if (!this.#parts.conversation().canHaveAi)
      throw new BridgeError('state/no-ai', 'There is no AI voice at the moment, so the call stays with you.');
    this.#words.addNote(note);
    this.#leave(open === 'wait' ? 'stepped-back' : 'gave-back', note, open);
  }

  /** The AI takes the call back, or a colleague who is on the line goes on alone. @param reason why the person has it no more, as `Dana's line broke off` */
  reclaim(reason: string, open: Opening = 'bridge', note: string | null = null): void {
    if (!this.#holding || this.#handOn(reason)) return;
    this.#words.addReason(reason);
    this.#words.addNote(note);
    this.#parts.attention.returned(`${reason}. The AI has the call again`);
    this.#leave('reclaimed', reason, open);
  }

  /** The operator of this console speaks on another call now. */
  wentElsewhere(session: Session): void {
    if (this.isHeldBy(session)) this.reclaim(`${session.name} took another call`, 'wait');
  }

  sessionGone(session: Session): void {
    if (this.isHeldBy(session)) this.reclaim(`${session.name}'s line broke off`);
  }

  /** @throws {BridgeError} `state/conflict` when no person has it */
  askFor(session: Session, note: string | null): void {
    if (!this.#holding) throw new BridgeError('state/conflict', 'Nobody holds this call. Take it over.');
    this.#parts.publish({ type: 'call.asked', callId: this.#parts.callId, by: session.name, note });
  }

  /** @throws {BridgeError} `state/no-ai`, `state/conflict` */
  coach(session: Session, text: string): Nudge {
    this.#needsCall();
    if (!this.#parts.conversation().canHaveAi) throw new BridgeError('state/no-ai', 'There is no AI voice that could use a hint.');
    const nudge = this.#nudges.add(text, session.name);
    this.note(session.name, 'coached', text);
    return nudge;
  }

  /** @throws {BridgeError} `not-found`, `state/conflict` */
  withdraw(id: NudgeId): Nudge {
    return this.#nudges.withdraw(id);
  }

  /** @throws {BridgeError} `state/no-ai`, `state/conflict` */
  say(session: Session, text: string, when: 'gap' | 'now'): void {
    this.#needsCall();
    if (this.#holding) throw new BridgeError('state/conflict', `${this.#holding.by.name} has the call, so the AI says nothing.`);
    const conversation = this.#parts.conversation();
    if (!conversation.canHaveAi) throw new BridgeError('state/no-ai', 'There is no AI voice that could say it.');
    if (!conversation.sayExactly(text, when)) throw new BridgeError('state/conflict', 'The AI cannot say anything at this moment.');
    this.note(session.name, 'said', text);
  }

  /** @throws {BridgeError} `state/conflict` when this session does not hold the call */
  microphone(session: Session, ended: () => void): Microphone {
    const line = this.isHeldBy(session) ? this.#holding?.line : null;
    if (!line) throw new BridgeError('state/conflict', 'Take the call over before you speak on it.');
    return line.microphone(this.#parts.conversation().sound.lane, ended);
  }

  /** What asks for a person at this moment needs none. @returns the rule that asked; null when none did */
  notNeeded(): AttentionRule | null {
    return this.#parts.attention.notNeeded();
  }

  /** What was not needed in the campaign has changed. */
  attentionTuned(): void {
    this.#parts.attention.tune();
  }

  /** Something that a person did in a moment. */
  note(who: string, action: Parameters<Involvements['note']>[1], detail?: string): void {
    this.#involvements.note(who, action, detail);
    if (action === 'marked' || action === 'hung-up') return;
    this.#parts.book.personInvolved();
    this.#parts.attention.personActed();
  }

  /** @returns a function to be called when they have stopped */
  listens({ name }: Hearer): () => void {
    return this.#involvements.begin(name || 'Operator', 'listened');
  }

  /** The AI can be told something. */
  aiReady(): void {
    this.#nudges.aiReady();
  }

  nudged(name: string, answersBegun: number): void {
    this.#nudges.arrived(name, answersBegun);
  }

  answeredWith(utterances: readonly string[], ordinal: number): void {
    this.#nudges.answered(utterances, ordinal);
  }

  /** No person has the call any more: it ends, or was given to somebody else than a person. */
  left(): void {
    this.part();
    this.#letGo();
  }

  /** What the AI is to know of the time in which people had the call. Never rejects. */
  handOver(): Promise<string> {
    return this.#words.handOver();
  }

  /** The lead does not want to be called again, and a person is speaking with them. */
  mustEnd(): void {
    const message = 'The lead asked not to be called again. Their number is off the list; end the call.';
    this.#parts.publish({ type: 'alert', level: 'warn', message, callId: this.#parts.callId });
  }

  /** The line is dead. Words that were said may still come. */
  ended(): void {
    this.part();
    this.#letGo();
    this.#nudges.close();
    this.#involvements.close();
    this.#words.ended();
  }

  /** Nothing more is awaited. */
  close(): void {
    this.#words.close();
  }

  #needsCall(): void {
    const why = this.#parts.whyNot();
    if (why !== null) throw new BridgeError('state/conflict', why);
  }

  /** @throws {BridgeError} `state/held` when another person holds it */
  #mayOnlyBe(session: Session): void {
    if (!this.#holding || this.isHeldBy(session)) return;
    const heldBy = this.#holding.by.name;
    throw new BridgeError('state/held', `${heldBy} has this call. Ask for it.`, { details: { heldBy } });
  }

  #take(by: Person, session: Session | null): void {
    this.#needsCall();
    const { clock, book, attention, conversation, changed } = this.#parts;
    const fromMs = book.nowSinceAnswerMs();
    const clearedMs = conversation().take(by);
    if (clearedMs === null) throw new BridgeError('state/conflict', 'The call is about to end; nobody can take it over any more.');
    this.#words.begin(fromMs);
    const stopWords = this.#words.writeDown(by.name, conversation().sound.lane);
    const stopLead = this.#words.writeDownLead();
    const line = session && new OperatorLine({ clock, session, broken: (reason) => this.reclaim(reason) });
    this.#holding = {
      by,
      session,
      sinceMs: clock.nowMs(),
      ended: this.#involvements.begin(
        by.name,
        'took-over',
        clearedMs > 0 ? `${(clearedMs / 1_000).toFixed(1)} s of the AI's voice were cleared` : undefined,
      ),
      deafen: () => {
        stopWords();
        stopLead();
      },
      line,
    };
    book.personInvolved();
    attention.personActed();
    line?.watch();
    changed();
  }

  /** The operator leaves lead and colleague to each other. @param reason why, when they did not mean to @returns false when no colleague is there */
  #handOn(reason: string | null): boolean {
    const third = this.#third;
    if (!third || this.#parts.whyNot() !== null) return false;
    const operator = this.#holding?.by.name ?? 'Operator';
    this.handTo(third.name);
    this.#involvements.note(operator, 'stepped-back', `${reason === null ? '' : `${reason}. `}${third.name} goes on`);
    third.alone();
    this.#parts.changed();
    return true;
  }

  #leave(action: 'gave-back' | 'stepped-back' | 'reclaimed', detail: string | null, open: Opening): void {
    this.part();
    const name = this.#holding?.by.name ?? 'Operator';
    this.#letGo();
    this.#involvements.note(name, action, detail ?? undefined);
    this.#parts.conversation().leave(open, `${name} left the call, and there is no AI voice`);
    this.#parts.changed();
  }

  /** Not one further frame of theirs goes out. */
  #letGo(): void {
    const holding = this.#holding;
    if (!holding) return;
    this.#holding = null;
    holding.line?.close();
    holding.deafen();
    holding.ended();
  }
}
