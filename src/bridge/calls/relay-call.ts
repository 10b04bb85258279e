import type { WebSocket } from 'ws';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallDocument, Carrier, DocumentMoment } from '../carriers/carrier.ts';
import type { RelayStream } from '../carriers/relay.ts';
import { detectOptOut } from '../domain/opt-out.ts';
import type { HistoryLine } from '../engines/engine.ts';
import { RelayTalk } from '../engines/relay-talk.ts';
import { turnPhrasesFor } from '../engines/turn-phrases.ts';
import { newId } from './new-id.ts';
import { Timers } from './timers.ts';
import type { TurnCallParts, WordsStep } from './turn-call.ts';

/** Behind our words, for so long nothing has to come from the lead; nor behind the question whether they are there. */
const quietMs = 9_000;
const quietAgainMs = 6_000;
/** A carrier that tells when it speaks, and is given words, begins within this time. */
const muteMs = 2_500;
/** One that has sent something that nobody can read has less time. */
const doubtedMuteMs = 1_000;
/** So long after their turn, which the carrier tells late, the lead is asked for a moment when there is no word for them yet. */
const bridgeMs = 1_000;
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
  readonly #tools = new Map<string, (answer: { readonly result: string; readonly thenAnswer: boolean }) => void>();
  #first: string | null;
  readonly #name = newId<string>('relay');
  #stream: RelayStream | null = null;
  #served: CallDocument | null = null;
  /** The last turn of ours, as the transcript knows it. */
  #turn: string | null = null;
  #farewell: string | null = null;
  readonly #timers: Timers<'quiet' | 'mute' | 'word'>;
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
  #isOver = false;

  /** @param first the first words; empty when the lead has the word, null when they wait for an answer */
  constructor(parts: TurnCallParts, history: readonly HistoryLine[], first: string | null) {
    const { mind, request, clock, transcript, on } = parts;
    this.#parts = parts;
    this.#first = first;
    this.#timers = new Timers(clock);
    this.#talk = new RelayTalk({
      mind,
      clock,
      history,
      instructions: request.instructions,
      tools: request.tools,
      safetyIdentifier: request.safetyIdentifier,
      runTool: (call) =>
        new Promise((resolve) => {
          this.#tools.set(call.id, resolve);
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
        failed: (because) => on.gaveUp(because),
      },
    });
  }

  next(moment: DocumentMoment): WordsStep {
    const { words, apology } = this.#parts;
    if (this.#farewell !== null) return { kind: 'say-and-hang-up', text: this.#farewell, language: words.language };
    if (this.#served !== null && moment.kind === 'relay-ended')
      return { kind: 'give-up', because: moment.problem ?? 'the carrier ended the relay' };
    if (this.#served === null && this.#first) {
      this.#talk.noteSpoken(this.#first);
      this.#parts.transcript.note('ai', this.#first, this.#parts.nowMs());
    }
    this.#served ??= { kind: 'relay', greeting: this.#first ?? '', language: words.language, voice: null, hints: [], apology };
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
        this.#talk.setAutoAnswer(true);
        if (this.#first === null) this.#talk.answer('Go on with the conversation where it stands.');
        // Who has the word now waits for none of ours.
        else {
          this.#parts.on.spoke();
          this.#listen(this.#first);
        }
        return true;
      },
      said: (words, _language, final) => {
        this.#heardFrom();
        if (final) this.#parts.on.reached();
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

  /** @returns false when nobody here has asked for it */
  toolResult(id: string, result: string, thenAnswer: boolean): boolean {
    const answer = this.#tools.get(id);
    this.#tools.delete(id);
    answer?.({ result, thenAnswer });
    return answer !== undefined;
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
    for (const answer of this.#tools.values()) answer({ result: '{"ok":false}', thenAnswer: false });
    this.#tools.clear();
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
    const giveUp = () => this.#fail('the text model had no word in time');
    if (this.#isBridged) {
      this.#timers.start('word', limitMs, giveUp);
      return;
    }
    this.#timers.start('word', bridgeMs, () => {
      this.#isBridged = true;
      this.#timers.start('word', limitMs - bridgeMs, giveUp);
      const { oneMoment } = turnPhrasesFor(this.#parts.request.language);
      if (!this.#talk.bridge(oneMoment)) return;
      this.#parts.transcript.note('ai', oneMoment, this.#parts.nowMs());
      this.#awaitVoice();
      this.#parts.on.changed();
    });
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
  }

  /** Nothing more is to be expected of it. Last words that were asked for come with a document anyway. */
  #fail(because: string): void {
    if (!this.#isOver && this.#farewell === null) this.#parts.on.gaveUp(because);
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
