import type { Clock } from '#bridge/contract/clock.ts';
import type { FlowEnding } from '../../domain/call-flow.ts';
import type { TranscriptKeeper } from '../record/transcript.ts';
import { takesLeave } from '../voice/speech.ts';
import type { CallTalkEvents } from './call-talk-parts.ts';
import type { TalkOutcome } from './talk-outcome.ts';
import { readToolCall } from './tools.ts';

/** Whoever took leave this long ago does not do it again. */
const leaveMs = 15_000;

export interface CallToolsParts {
  readonly clock: Clock;
  readonly transcript: TranscriptKeeper;
  readonly outcome: TalkOutcome;
  readonly language: string | null;
  readonly events: Pick<CallTalkEvents, 'toolUsed' | 'transferWanted'>;
  sinceAnswerMs(monotonicMs: number): number;
  /** A person of ours has the call. */
  hasPerson(): boolean;
  /** The AI is being heard at this moment. */
  isSpeaking(): boolean;
  /** @param thenAnswer the AI is to speak about it */
  answer(call: { readonly id: string; readonly name: string }, result: string, thenAnswer: boolean): void;
  optOut(quote: string): void;
  /** @param spoken the goodbye was said, or is being said */
  end(ending: FlowEnding, spoken: boolean): void;
}

/** What the AI asks for with its tools, and what comes of it. */
export class CallTools {
  readonly #parts: CallToolsParts;

  constructor(parts: CallToolsParts) {
    this.#parts = parts;
  }

  called(call: { readonly id: string; readonly name: string; readonly arguments: string }): void {
    const { clock, outcome, events, hasPerson, isSpeaking, answer, optOut, end } = this.#parts;
    const calledAtMs = clock.monotonicMs();
    const request = readToolCall(call.name, call.arguments);
    const reply = (result: Record<string, unknown>, thenAnswer: boolean) => {
      const text = JSON.stringify(result);
      const ms = Math.round(clock.monotonicMs() - calledAtMs);
      events.toolUsed({ name: call.name, arguments: call.arguments, result: text, ms });
      answer(call, text, thenAnswer);
    };
    if (hasPerson()) {
      // It was wanted before a person took the call. Nobody who opts out is forgotten over that.
      reply({ ok: false, reason: 'a person of ours has the call now' }, false);
      if (request.kind === 'opt-out') optOut(request.quote || 'the AI noted an opt-out');
      return;
    }
    switch (request.kind) {
      case 'end': {
        const { because, disposition } = request;
        reply({ ok: true }, false);
        // Whoever else hears an opt-out, the number is not dialled again.
        if (disposition === 'do-not-call') outcome.suppress('the AI ended the call because of an opt-out');
        end(outcome.endedByAi(because, disposition), isSpeaking() || this.#hasTakenLeave);
        return;
      }
      case 'opt-out':
        reply({ ok: true, removed: true }, false);
        optOut(request.quote || 'the AI noted an opt-out');
        return;
      case 'callback':
        outcome.wantsCallback(request.wish);
        reply({ ok: true, when: request.when }, true);
        return;
      case 'transfer':
        events.transferWanted({ to: request.to, reason: request.reason, isAnnounced: isSpeaking(), reply });
        return;
      case 'unknown':
        reply({ ok: false, reason: request.problem }, true);
        return;
    }
  }

  /** The AI has said goodbye in an answer before, so that another one would be one too many. */
  get #hasTakenLeave(): boolean {
    const { transcript, clock, language, sinceAnswerMs } = this.#parts;
    const last = transcript.lastAiWords;
    return last !== null && sinceAnswerMs(clock.monotonicMs()) - last.endMs < leaveMs && takesLeave(language, last.text);
  }
}
