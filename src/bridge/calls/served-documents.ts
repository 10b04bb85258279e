import type { CallDocument, DocumentMoment } from '../carriers/carrier.ts';
import { documentFor } from './call-documents.ts';
import type { CallScript } from './call-script.ts';
import type { CallBook } from './record/call-book.ts';
import type { CallTalk } from './talk/call-talk.ts';

export const restartedWithApology = 'Ringside was restarted in mid-call; the lead heard an apology';

export interface ServedDocumentsParts {
  readonly script: CallScript;
  readonly book: CallBook;
  readonly talk: CallTalk;
  isOver(): boolean;
  /** How many media streams were opened so far. */
  streams(): number;
  /** Why the AI cannot speak any more; null when it can, or never began. */
  voiceProblem(): string | null;
  /** Another run of this program was talking with the lead. */
  wasRestarted(): boolean;
}

/** What one leg was given to run, and what that means for the call: who speaks now, what the lead hears, how it will have ended. */
export class ServedDocuments {
  readonly #parts: ServedDocumentsParts;
  #last: string | null = null;
  #hasApologised = false;
  #saidAgain = 0;

  constructor(parts: ServedDocumentsParts) {
    this.#parts = parts;
  }

  /** The lead was given an apology, because something of ours was broken. */
  get hasApologised(): boolean {
    return this.#hasApologised;
  }

  /** From memory, while somebody stands at the phone. */
  next(moment: DocumentMoment): CallDocument {
    const turn = this.#parts.isOver() ? null : this.#parts.talk.turn(moment);
    return turn ?? this.#otherThan(moment);
  }

  #otherThan(moment: DocumentMoment): CallDocument {
    const { script, book, talk, isOver, streams, wasRestarted } = this.#parts;
    const wantsCallback = talk.decided === 'callback-requested';
    const document = documentFor(
      moment,
      {
        over: isOver(),
        flow: talk.state,
        voiceAlive: talk.voiceAlive || talk.isClimbing,
        streams: streams(),
        // A flow that went on without a sound of ours was no conversation.
        hasConversed: (talk.hasConversed || wasRestarted()) && book.hops.has('first-audio-sent'),
        heardUs: talk.disclosureHeard,
        optedOut: talk.optedOut,
        wantsCallback,
        saidAgain: this.#saidAgain,
      },
      script,
    );
    switch (document.kind) {
      case 'announce':
        if (moment.kind === 'digits') this.#saidAgain += 1;
        book.announced(this.#whyNoAi());
        talk.announced('the carrier speaks');
        this.#heard(document.text);
        break;
      case 'dial':
        if (document.sayFirst !== null) this.#heard(document.sayFirst);
        break;
      case 'say-and-hang-up':
        if (moment.kind === 'digits' && !talk.optedOut && wantsCallback) {
          book.endedBy('lead', 'the lead asked to be called back');
          this.#heard(document.text);
          break;
        }
        this.#saysLast(moment.kind);
        if (this.#parts.voiceProblem() !== null && moment.kind !== 'fallback' && !talk.optedOut && !wasRestarted())
          book.announced(this.#whyNoAi());
        talk.announced('the carrier speaks');
        this.#heard(document.text);
        break;
      case 'hang-up':
        if (moment.kind === 'digits' && !isOver()) this.#announcementOver(moment.digits);
        break;
      default:
        break;
    }
    return document;
  }

  /** Whoever has pressed no key until the carrier's time for it was over has heard all that it had to say. */
  #announcementOver(digits: string): void {
    const { book, script } = this.#parts;
    if (digits !== '') {
      book.endedBy('bridge', 'keys were pressed again and again that stand for nothing');
      return;
    }
    book.endedBy('bridge', 'the announcement was over');
    const { disclosure } = script.speeches;
    // Texts for the carrier's voice are written in one line.
    if (disclosure !== null && this.#last?.startsWith(disclosure.replace(/\s+/gu, ' ').trim())) book.disclosurePlayed();
  }

  #whyNoAi(): string {
    const { talk, book, voiceProblem } = this.#parts;
    // An AI that waits in vain for a line is not to blame.
    const line = talk.voiceAlive ? book.hops.missing('first-frame-in') : null;
    return voiceProblem() ?? line?.text ?? (talk.state.kind === 'announcing' ? talk.state.because : 'no AI voice could be had');
  }

  /** The lead will hear these words of the carrier's voice. A carrier may ask twice for the same document. */
  #heard(text: string): void {
    const { book } = this.#parts;
    if (text !== this.#last) book.transcript.note('ai', text, book.nowSinceAnswerMs());
    this.#last = text;
  }

  /** These are the last words of the call, so they tell how it ended. */
  #saysLast(moment: DocumentMoment['kind']): void {
    const { book, talk, voiceProblem, wasRestarted } = this.#parts;
    if (wasRestarted()) book.endedBy('bridge', restartedWithApology);
    else if (talk.optedOut) {
      book.endedBy('lead', 'the lead asked not to be called again');
      return;
    } else if (moment === 'fallback') book.endedBy('network', 'the carrier could not fetch what to say; the lead heard an apology');
    else {
      const problem = voiceProblem();
      if (problem === null) book.endedBy('network', 'the audio broke off; the lead heard an apology');
      else book.endedBy('ai-provider', `${problem}; the lead heard an apology`);
    }
    this.#hasApologised = true;
  }
}
