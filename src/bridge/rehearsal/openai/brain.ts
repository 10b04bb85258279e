import { type Intent, understand } from './intents.ts';
import type { SimTool } from './session-config.ts';
import { fillArguments, momentOf, timePhrase } from './tool-arguments.ts';

/** What the model knows of the conversation, in order. */
export type HistoryItem =
  | { readonly kind: 'said'; readonly by: 'callee' | 'ai' | 'system'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: string; readonly output: string | null };

export interface BrainInput {
  /** The prompt of the session. */
  readonly instructions: string;
  /** Instructions for this answer only, which stand in the prompt's place; null when there are none. */
  readonly override: string | null;
  readonly tools: readonly SimTool[];
  readonly history: readonly HistoryItem[];
  /** Why there is an answer: the callee's turn, their silence, or because the client asked. */
  readonly trigger: 'turn' | 'idle' | 'client';
  readonly nowMs: number;
}

/** One answer: first the words, then the calls, all in one response. */
export interface BrainReply {
  readonly say: string | null;
  readonly calls: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
}

export type Brain = (input: BrainInput) => BrainReply;

const OFFER = 'Great. One of our plumbers could come by for a free check of your pipes and your boiler. What day and time would suit you?';
// Names under which tools may know how a call went, best first.
const BOOKED = ['appointment', 'goal_met', 'interested', 'booked'];
const REFUSED = ['not-interested', 'refused', 'declined'];
const OPTED_OUT = ['do-not-call', 'opt-out'];
const LATER = ['callback', 'callback-requested', 'busy', 'other'];
const NOBODY_FREE = "I'm sorry, nobody is free right now. May we call you back?";
const STILL_THERE = 'Are you still there?';

/**
 * A model for rehearsals: by rules, for an outbound campaign of a plumbing firm. It uses only tools that it is offered, and knows only
 * what the conversation holds: the heard part of its own words, and the callee's words as they came through.
 */
export const plumbingBrain: Brain = (input) => {
  if (input.override !== null) {
    const exact = exactWords(input.override);
    if (exact !== null) return { say: exact, calls: [] };
    const told = toldTo(input.override, input.history);
    if (told) return told;
  }
  const mind = new Mind(input);
  if (input.trigger === 'idle') return mind.silence();
  const last = input.history.at(-1);
  if (last?.kind === 'call') return mind.afterCall(last.name, last.output);
  const words = mind.calleeWords();
  if (words === null) return { say: mind.alreadySpoke ? STILL_THERE : mind.greeting(), calls: [] };
  return mind.answer(understand(words), words);
};

/**
 * The words that instructions ask to be spoken as they are: between `<<<` and `>>>`, else between the first and the last double quote
 * where the instructions speak of saying something. Null when they ask for no such thing.
 */
export function exactWords(instructions: string): string | null {
  // The last pair counts: instructions may speak of the marks before they use them.
  const end = instructions.lastIndexOf('>>>');
  const start = instructions.lastIndexOf('<<<', end);
  if (start >= 0 && end > start) return instructions.slice(start + 3, end).trim();
  if (!/exact|verbatim|word[- ]for[- ]word|\b(say|speak|read|repeat)\b/i.test(instructions)) return null;
  const quoted = /["\u201c]([\s\S]*)["\u201d]/.exec(instructions)?.[1];
  if (quoted !== undefined) return quoted.trim();
  return /exactly(?: this| these words| the following)?:\s*([\s\S]+)$/i.exec(instructions)?.[1]?.trim() ?? null;
}

/** Instructions for one answer in plain words. */
function toldTo(instructions: string, history: readonly HistoryItem[]): BrainReply | null {
  if (/\bjson\b|classify|summari[sz]e|disposition/i.test(instructions)) return { say: JSON.stringify(verdict(history)), calls: [] };
  if (/still (there|on the line)/i.test(instructions)) return { say: STILL_THERE, calls: [] };
  if (/transfer/i.test(instructions)) return { say: NOBODY_FREE, calls: [] };
  if (/good ?bye|farewell|wrap up|close the (call|conversation)/i.test(instructions))
    return { say: 'Thank you for your time. Goodbye.', calls: [] };
  return null;
}

/** What a call came to, for whoever asks beside the conversation. */
function verdict(history: readonly HistoryItem[]): { outcome: string; summary: string; confidence: number } {
  const text = history.map((item) => (item.kind === 'call' ? item.name : `${item.by}: ${item.text}`)).join('\n');
  const callee = history.flatMap((item) => (item.kind === 'said' && item.by === 'callee' ? [item.text] : []));
  const intents = callee.map(understand);
  const outcome = /You are booked/.test(text)
    ? 'appointment'
    : intents.includes('opt-out')
      ? 'do-not-call'
      : intents.includes('busy')
        ? 'callback-requested'
        : intents.includes('not-interested')
          ? 'not-interested'
          : 'talked';
  return { outcome, summary: callee.join(' ').slice(0, 200), confidence: callee.length > 0 ? 0.9 : 0.3 };
}

class Mind {
  readonly #input: BrainInput;
  readonly #tools: Map<string, unknown>;
  readonly #own: readonly string[];

  constructor(input: BrainInput) {
    this.#input = input;
    this.#tools = new Map(input.tools.flatMap((tool) => (tool.type === 'function' ? [[tool.name, tool.parameters] as const] : [])));
    this.#own = input.history.flatMap((item) => (item.kind === 'said' && item.by === 'ai' ? [item.text] : []));
  }

  get alreadySpoke(): boolean {
    return this.#own.length > 0;
  }

  /** All that the callee said since we last spoke, or null when they never did. */
  calleeWords(): string | null {
    const words: string[] = [];
    for (const item of this.#input.history.toReversed()) {
      if (item.kind !== 'said' || item.by === 'ai') {
        if (words.length > 0 && item.kind === 'said' && item.by === 'ai') break;
        continue;
      }
      if (item.by === 'callee') words.unshift(item.text);
    }
    return words.length === 0 ? null : words.join(' ').trim();
  }

  greeting(): string {
    const firm =
      /\b(?:from|for|of|at) ((?:[A-Z][\w&'-]*)(?: [A-Z][\w&'-]*)*)/.exec(this.#input.instructions)?.[1] ?? 'the plumbing service';
    return `Hello, this is the assistant of ${firm}. Do you have a minute?`;
  }

  silence(): BrainReply {
    const asked = this.#own.filter((text) => text.includes('still there')).length;
    if (asked >= 2)
      return this.#close("I can't hear you, so I will try again another time. Goodbye.", 'no answer from the callee', [
        'silence',
        'no-answer',
        'other',
        'talked',
      ]);
    return { say: asked === 0 ? `Hello? ${STILL_THERE}` : STILL_THERE, calls: [] };
  }

  afterCall(name: string, output: string | null): BrainReply {
    const failed = output === null || /"(ok|success|accepted)":\s*false|"error"|refused|unavailable|failed/i.test(output);
    if (/opt/i.test(name))
      return this.#close(
        "You are off our list and we won't call again. Sorry for the trouble. Goodbye.",
        'asked not to be called',
        OPTED_OUT,
      );
    if (/callback/i.test(name)) {
      return failed
        ? { say: "I'm sorry, I could not note that time. When else may we call?", calls: [] }
        : this.#close('Of course, we will call you back then. Thank you and goodbye.', 'asked for a call later', LATER);
    }
    if (/transfer/i.test(name)) {
      return { say: failed ? NOBODY_FREE : 'One moment, please.', calls: [] };
    }
    return { say: /end_call|hang_?up/i.test(name) ? 'Goodbye.' : 'All right.', calls: [] };
  }

  answer(intent: Intent, words: string): BrainReply {
    switch (intent) {
      case 'voicemail':
        return this.#voicemail();
      case 'opt-out':
        return (
          this.#call('mark_opt_out', { reason: words }, null) ??
          this.#close(
            'I will see to it that you are not called again. Sorry for the trouble. Goodbye.',
            'asked not to be called',
            OPTED_OUT,
          )
        );
      case 'robot':
        return {
          say: "Yes, I am an AI assistant, not a person. I'm calling about your plumbing. Would a free check interest you?",
          calls: [],
        };
      case 'human':
        return (
          this.#call(
            'transfer_to_human',
            { reason: 'asked for a person' },
            "Of course. I'll put you through to a colleague. One moment, please.",
          ) ?? {
            say: "I can't put you through from here, but a colleague can call you. When would suit you?",
            calls: [],
          }
        );
      case 'wrong-number':
        return this.#close('I am sorry, I must have the wrong number. Goodbye.', 'wrong number', ['wrong-number']);
      case 'busy':
        return this.#later(words);
      case 'not-interested':
        return this.#close('No problem at all. Thank you for your time, and have a good day. Goodbye.', 'not interested', REFUSED);
      case 'goodbye':
        return this.#close(
          'Thank you for your time. Goodbye.',
          'the callee said goodbye',
          this.#booked ? BOOKED : ['other', 'talked', 'not-interested'],
        );
      case 'price':
        return { say: 'The check is free. Anything after that, the plumber prices before starting. Would you like a visit?', calls: [] };
      case 'who':
        return { say: `${this.greeting()} It is about a free check of your plumbing.`, calls: [] };
      case 'time':
        return this.#stage === 'asked-time' || this.#stage === 'confirming' || this.#offered
          ? { say: `That works: ${timePhrase(words)}. Shall I book that for you?`, calls: [] }
          : { say: OFFER, calls: [] };
      case 'yes':
        return this.#agreed();
      case 'no':
        return this.#stage === 'confirming'
          ? { say: 'Which day and time would be better for you?', calls: [] }
          : this.#close(
              'All right. Thank you for your time. Goodbye.',
              this.#booked ? 'booked a visit' : 'not interested',
              this.#booked ? BOOKED : REFUSED,
            );
      case 'hello':
        return {
          say: this.alreadySpoke ? 'Hello. We offer a free check of your pipes and your boiler. Would that interest you?' : this.greeting(),
          calls: [],
        };
      case 'nothing':
        return { say: "Sorry, I didn't catch that. Could you say it again?", calls: [] };
      case 'other':
        return { say: 'I see. We offer a free check of your pipes and your boiler. Would you like a visit?', calls: [] };
    }
  }

  get #stage(): 'opening' | 'asked-time' | 'confirming' | 'booked' {
    const last = this.#own.findLast((text) => !/still there|catch that/.test(text)) ?? '';
    if (/You are booked/.test(last)) return 'booked';
    if (/Shall I book/.test(last)) return 'confirming';
    if (/What day|Which day|When (would|else)/.test(last)) return 'asked-time';
    return 'opening';
  }

  get #offered(): boolean {
    return this.#own.some((text) => /plumbers? could come|free check/.test(text));
  }

  get #booked(): boolean {
    return this.#own.some((text) => text.includes('You are booked'));
  }

  #agreed(): BrainReply {
    const stage = this.#stage;
    if (stage === 'booked') return this.#close('You are welcome. Thank you and goodbye.', 'booked a visit', BOOKED);
    if (stage === 'confirming') {
      const when =
        this.#own.findLast((text) => text.includes('That works: '))?.match(/That works: (.*)\. Shall/)?.[1] ?? 'the time you said';
      return { say: `You are booked for ${when}. Is there anything else I can do for you?`, calls: [] };
    }
    return { say: stage === 'asked-time' ? 'What day and time would suit you?' : OFFER, calls: [] };
  }

  /** What was done before this session had the call, as it was told; null when it was told of no such thing. */
  #doneBefore(name: string, about: string): string | null {
    const notes = this.#input.history.flatMap((item) => (item.kind === 'said' && item.by === 'system' ? [item.text] : []));
    const note = notes.find((text) => /already|do not do it again/i.test(text) && text.includes(name) && text.includes(about));
    return note === undefined ? null : note.slice(note.indexOf(name));
  }

  #later(words: string): BrainReply {
    const done =
      this.#doneBefore('schedule_callback', timePhrase(words)) ?? this.#doneBefore('schedule_callback', momentOf(words, this.#input.nowMs));
    if (done !== null) return this.afterCall('schedule_callback', done);
    return (
      this.#call(
        'schedule_callback',
        { reason: 'busy right now', when: timePhrase(words), at: momentOf(words, this.#input.nowMs) },
        null,
      ) ?? this.#close('Of course, I will not keep you. We will try again another time. Goodbye.', 'asked for a call later', LATER)
    );
  }

  #voicemail(): BrainReply {
    const wanted = /(?:leave|record|say)[^.]{0,40}message[^"\u201c]{0,80}["\u201c]([^"\u201d]+)["\u201d]/i.exec(
      this.#input.instructions,
    )?.[1];
    const dispositions = wanted === undefined ? ['voicemail-no-message', 'voicemail'] : ['voicemail-left', 'voicemail'];
    return (
      this.#call('end_call', { reason: 'voicemail', dispositions }, wanted ?? null) ?? {
        say: wanted ?? 'We will call again. Goodbye.',
        calls: [],
      }
    );
  }

  /** Say goodbye and hang up, where hanging up is ours to do. */
  #close(say: string, reason: string, dispositions: readonly string[]): BrainReply {
    const alreadyEnding = this.#input.history.some((item) => item.kind === 'call' && item.name === 'end_call');
    return (alreadyEnding ? null : this.#call('end_call', { reason, dispositions }, say)) ?? { say, calls: [] };
  }

  /** Null when the tool is not offered. */
  #call(name: string, known: Parameters<typeof fillArguments>[1], say: string | null): BrainReply | null {
    if (!this.#tools.has(name)) return null;
    return { say, calls: [{ name, arguments: fillArguments(this.#tools.get(name), known) }] };
  }
}
