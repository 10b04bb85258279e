import type { WebSocket } from 'ws';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallDocument, Carrier, DocumentMoment } from '../../carriers/carrier.ts';
import type { RelayStream } from '../../carriers/relay.ts';
import { detectOptOut } from '../../domain/opt-out.ts';
import type { HistoryLine } from '../../engines/engine.ts';
import type { Provider } from '../../engines/health.ts';
import { RelayTalk } from '../../engines/relay-talk.ts';
import { goOn, turnPhrasesFor } from '../../engines/turn-phrases.ts';
import { newId } from '../new-id.ts';
import { Timers } from '../timers.ts';
import { PendingTools } from './pending-tools.ts';
import type { TurnCallParts, TurnOpening, WordsStep } from './turn-call.ts';

/** Behind our words, for so long nothing has to come from the lead; nor behind the question whether they are there. */
const quietMs = 9_000;
const quietAgainMs = 6_000;
/** A carrier that tells when it speaks, and is given words, begins within this time. */
const muteMs = 2_500;
/** One that has sent something that nobody can read has less time. */
const doubtedMuteMs = 1_000;
/** So long after their turn, which the carrier tells late, the lead is asked for a moment when there is no word for them yet. */
const bridgeMs = 1_000;
/** Nor for the rest of a sentence of which the carrier speaks nothing before it is whole. */
const restMs = 1_000;
/** A text model that has no word by then is not waited for; twice as long when it has looked something up. */
const wordlessMs = 4_500;
/** So many messages in a row that nobody can read, and the relay is taken for broken. */
const troublesMax = 2;
/** About as fast as carriers' voices speak. */
const msPerLetter = 75;

/** A conversation over the carrier's relay on one call: words come in and go out over a socket of their own. */
export class RelayCall {
  readonly #parts: TurnCallParts;
  readonly #talk: RelayTalk;
  readonly #tools = new PendingTools();
  #first: string | null;
  readonly #name = newId<string>('relay');
  #stream: RelayStream | null = null;
  #served: CallDocument | null = null;
  /** The last turn of ours, as the transcript knows it. */
  #turn: string | null = null;
  #farewell: string | null = null;
  readonly #timers: Timers<'quiet' | 'mute' | 'word' | 'rest'>;
  /** The carrier tells when it speaks. */
  #isTold = false;
  #isSpeaking = false;
  /** Words were given to it that it has not begun to speak. */
  #isAwaited = false;
  /** The lead spoke over what was said last. */
  #isCut = false;
  /** An answer is being made that has no word yet. */
  #isThinking = false;
  /** The lead was asked to wait for it. */
  #isBridged = false;
  /** The lead was asked whether they are there. */
  #hasAsked = false;
  #troubles = 0;
  /** What the lead said before is still being put into words, and waited for. */
  #isSearching: boolean;
  /** The lead has said something here. */
  #hasHeard = false;
  /** What they must hear first, and may not talk over; null when they have heard it before. */
  readonly #disclosure: string | null;
  #isOver = false;

  /** @param first the first words; empty when the lead has the word, null when they wait for an answer */
  constructor(
    parts: TurnCallParts,
    history: readonly HistoryLine[],
    first: string | null,
    { isSearching, disclosure }: Pick<TurnOpening, 'isSearching' | 'disclosure'>,
  ) {
    const { mind, request, clock, transcript, on } = parts;
    this.#parts = parts;
    this.#first = first;
    this.#isSearching = isSearching;
    this.#disclosure = disclosure;
    this.#timers = new Timers(clock);
    this.#talk = new RelayTalk({
      mind,
      clock,
      history,
      instructions: request.instructions,
      tools: request.tools,
      safetyIdentifier: request.safetyIdentifier,
      runTool: (call) =>
        this.#tools.ask(call.id, () => {
          on.toolCalled(call);
          this.#awaitWord(wordlessMs * 2);
        }),
      usage: (lines) => on.usage(lines),
      voice: {
        say: (words, last, interruptible) => this.#stream?.say(words, last, interruptible),
        end: (handoff) => this.#stream?.end(handoff),
      },
      on: {
        heard: (text) => {
          this.#hasHeard = true;
          this.#endTurn();
          transcript.note('lead', text, parts.nowMs());
          on.changed();
        },
        spoke: (turn, words, last) => {
          const name = `${this.#name}-${turn}`;
          if (this.#turn !== name) this.#endTurn();
          this.#turn = name;
          this.#endThinking();
          this.#listen(words);
          this.#awaitVoice();
          this.#awaitRest(last);
          transcript.aiText(name, words, last, parts.nowMs());
          on.spoke();
        },
        cut: (turn, heard) => transcript.aiHeard(`${this.#name}-${turn}`, heard, parts.nowMs()),
        thinking: () => {
          this.#timers.cancel('quiet');
          // Who was asked for a moment, and says something else, does not wait as long again.
          const isAgain = this.#isThinking && this.#isBridged;
          this.#isThinking = true;
          this.#isBridged = isAgain;
          this.#awaitWord(isAgain ? bridgeMs : wordlessMs);
          on.changed();
        },
        climbs: () => on.climbs(),
        answered: () => on.answeredWith(this.#turn === null ? [] : [this.#turn], this.#talk.answersBegun),
        wordless: () => {
          this.#endThinking();
          if (this.#stream !== null) this.#listen('');
        },
        failed: (because) => on.gaveUp(because, 'openai-text'),
      },
    });
  }

  next(moment: DocumentMoment): WordsStep {
    const { words, apology } = this.#parts;
    if (this.#farewell !== null) return { kind: 'say-and-hang-up', text: this.#farewell, language: words.language };
    if (this.#served !== null && moment.kind === 'relay-ended')
      return { kind: 'give-up', because: moment.problem ?? 'the carrier ended the relay', blamed: 'carrier-relay' };
    if (this.#served === null && this.#first) {
      this.#talk.noteSpoken(this.#first);
      this.#parts.transcript.note('ai', this.#first, this.#parts.nowMs());
    }
    const greeting = this.#first ?? '';
    const isWhole = this.#disclosure !== null && greeting.startsWith(this.#disclosure);
    this.#served ??= { kind: 'relay', greeting, isWhole, language: words.language, voice: null, hints: [], apology };
    return this.#served;
  }

  /** The carrier has opened the socket that the document named. */
  attach(carrier: Carrier, socket: WebSocket, attempt: AttemptId, isOurs: (carrierCallId: string) => boolean): void {
    if (!carrier.openRelay || this.#isOver) {
      socket.close(1008);
      return;
    }
    this.#stream = carrier.openRelay(socket, {
      attempt,
      started: ({ carrierCallId }) => {
        if (this.#isOver || !isOurs(carrierCallId)) return false;
        this.#parts.on.began();
        if (this.#isSearching) this.#awaitWord(wordlessMs);
        else this.#begin();
        return true;
      },
      said: (words, _language, final) => {
        this.#heardFrom();
        // Words into ours are no sign that ours were heard to the end.
        if (final && !this.#isSpeaking) this.#parts.on.reached();
        if (final && detectOptOut({ segments: [words], agentTextWithin2s: null })?.tier === 'opt-out') {
          this.#parts.transcript.note('lead', words, this.#parts.nowMs());
          this.#optOut(words);
        } else this.#talk.said(words, final);
      },
      interrupted: (heard) => {
        this.#endThinking();
        this.#heardFrom();
        this.#endWait();
        this.#isCut = true;
        this.#talk.interrupted(heard);
      },
      digit: (digit) => {
        this.#heardFrom();
        if (digit === this.#parts.words.optOutDigit) this.#optOut(null);
        else this.#talk.addContext(`The person pressed the key ${digit}.`);
      },
      speaking: (who, on) => {
        this.#troubles = 0;
        if (who === 'theirs') {
          if (on) this.#heardFrom();
          else if (this.#isThinking) this.#awaitWord(wordlessMs);
          return;
        }
        this.#isTold = true;
        this.#isSpeaking = on;
        this.#endWait();
        if (on) this.#isCut = false;
        else if (this.#stream !== null) {
          if (!this.#isCut) this.#parts.on.reached();
          this.#listen('');
        }
      },
      frozen: (reason) => this.#fail(reason),
      closed: () => {
        this.#timers.clear();
        this.#stream = null;
      },
      trouble: (detail) => {
        this.#troubles += 1;
        if (this.#troubles === troublesMax) this.#fail(detail);
      },
    });
  }

  /** What was looked for is found, or is not waited for any more. @param first how to begin now, as in the constructor */
  searched(history: readonly HistoryLine[], first: string | null): void {
    if (this.#isOver || this.#farewell !== null || !this.#isSearching) return;
    this.#isSearching = false;
    this.#talk.recall(history);
    this.#first = this.#hasHeard ? null : first;
    if (this.#stream !== null) this.#begin();
  }

  /** @returns false when nobody here has asked for it */
  toolResult(id: string, result: string, thenAnswer: boolean): boolean {
    return this.#tools.answer(id, result, thenAnswer);
  }

  /** What has happened while a person had the call. @param opens how the AI speaks about it first */
  knows(context: string, opens: string | null): void {
    this.#talk.addContext(context);
    if (opens === null) return;
    if (this.#stream === null) this.#first ||= null;
    else this.#talk.answer(opens);
  }

  /** A hint only the AI reads. */
  nudge(id: string, text: string): void {
    this.#talk.addContext(text, id);
    this.#parts.on.nudged(id, this.#talk.answersBegun);
  }

  withdraw(id: string): void {
    this.#talk.withdraw(id);
  }

  /** Last words, with the next document. */
  end(farewell: string): void {
    this.#farewell = farewell;
    this.#timers.cancel('quiet');
    this.#timers.cancel('rest');
    this.#endThinking();
    this.#endTurn();
    this.#talk.leave('over');
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timers.clear();
    this.#endTurn();
    this.#talk.close();
    this.#stream?.end(null);
    this.#stream = null;
    this.#tools.close();
  }

  /** The relay runs, and it is known how to begin. */
  #begin(): void {
    const first = this.#first;
    const wasBridged = this.#isBridged;
    this.#endThinking();
    this.#talk.setAutoAnswer(true);
    if (first === null) {
      this.#talk.answer(goOn);
      if (!wasBridged) return;
      this.#isBridged = true;
      this.#awaitWord(wordlessMs);
    } else if (first !== '' && this.#served?.kind === 'relay' && this.#served.greeting !== first) this.#talk.sayExactly(first, true);
    else {
      // Who has the word now waits for none of ours.
      this.#parts.on.spoke();
      this.#listen(first);
    }
  }

  /** The carrier tells of the lead: it is there, and they are. */
  #heardFrom(): void {
    this.#troubles = 0;
    this.#hasAsked = false;
    this.#timers.cancel('word');
    // While an answer is being made, the next word is ours.
    if (this.#stream !== null && !this.#isThinking) this.#listen('');
  }

  /** No sound passes us: whoever hears nothing for long asks, and then takes the relay for dead. @param words of ours that are spoken first */
  #listen(words: string): void {
    const silenceMs = words.length * msPerLetter + (this.#hasAsked ? quietAgainMs : quietMs);
    this.#timers.start('quiet', silenceMs, () => {
      if (this.#isOver || this.#farewell !== null) return;
      if (this.#hasAsked) {
        this.#fail('nothing came over the relay any more');
        return;
      }
      this.#hasAsked = true;
      this.#talk.sayExactly(turnPhrasesFor(this.#parts.request.language).noInput[1], true);
    });
  }

  /** An answer is being made. @param limitMs for its first word */
  #awaitWord(limitMs: number): void {
    const giveUp = () => this.#fail('the text model had no word in time', 'openai-text');
    if (this.#isBridged) {
      this.#timers.start('word', limitMs, giveUp);
      return;
    }
    this.#timers.start('word', bridgeMs, () => {
      this.#isBridged = true;
      this.#timers.start('word', limitMs - bridgeMs, giveUp);
      const { oneMoment } = turnPhrasesFor(this.#parts.request.language);
      if (this.#talk.bridge(oneMoment)) this.#bridged(oneMoment);
    });
  }

  /** Words of an answer were sent of which nothing is heard yet. @param isWhole nothing more comes of it */
  #awaitRest(isWhole: boolean): void {
    this.#timers.cancel('rest');
    if (isWhole || !this.#isAwaited) return;
    this.#timers.start('rest', restMs, () => {
      const { oneMoment, thanks } = turnPhrasesFor(this.#parts.request.language);
      const phrase = this.#isBridged ? thanks : oneMoment;
      this.#isBridged = true;
      if (this.#talk.fill(phrase)) this.#bridged(phrase);
    });
  }

  #bridged(phrase: string): void {
    this.#parts.transcript.note('ai', phrase, this.#parts.nowMs());
    this.#awaitVoice();
    this.#parts.on.changed();
  }

  #endThinking(): void {
    this.#isThinking = false;
    this.#timers.cancel('word');
  }

  /** Words were sent; whoever tells when it speaks has to begin. */
  #awaitVoice(): void {
    if (!this.#isTold || this.#isSpeaking || this.#isAwaited) return;
    this.#isAwaited = true;
    this.#timers.start('mute', this.#troubles > 0 ? doubtedMuteMs : muteMs, () => this.#fail('the relay did not speak what it was given'));
  }

  #endWait(): void {
    this.#isAwaited = false;
    this.#timers.cancel('mute');
    this.#timers.cancel('rest');
  }

  /** Nothing more is to be expected of it. Last words that were asked for come with a document anyway. */
  #fail(because: string, blamed: Provider = 'carrier-relay'): void {
    if (!this.#isOver && this.#farewell === null) this.#parts.on.gaveUp(because, blamed);
  }

  #optOut(quote: string | null): void {
    this.#parts.on.optedOut(quote);
    this.end(this.#parts.words.optedOut);
  }

  #endTurn(): void {
    if (this.#turn !== null) this.#parts.transcript.aiEnded(this.#turn, this.#parts.nowMs());
    this.#turn = null;
  }
}
