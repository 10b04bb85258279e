import type { TextMind, TextReply } from '../text-mind.ts';
import { replaceableWordLimitMs, type ThinkingRequest, type ThinkingStage } from './stages.ts';

/**
 * The cascade's text models for engines that neither hear nor speak: one after the other until one answers.
 * @param stages best first
 */
export function textMindOf(stages: readonly ThinkingStage[]): TextMind {
  return {
    async reply(request, onText, signal, onRetry) {
      let problem = 'no text model is configured';
      for (const [place, stage] of stages.entries()) {
        if (place > 0) onRetry?.();
        const isLast = place === stages.length - 1;
        const answer = await ask(stage, isLast ? request : { ...request, wordLimitMs: replaceableWordLimitMs }, onText, signal);
        if (answer.kind === 'reply') return answer.reply;
        problem = answer.cause;
        // Half an answer was spoken: another model would begin it anew.
        if (answer.hasSpoken || signal.aborted) break;
      }
      throw new Error(problem);
    },
  };
}

type Outcome =
  | { readonly kind: 'reply'; readonly reply: TextReply }
  | { readonly kind: 'failed'; readonly cause: string; readonly hasSpoken: boolean };

function ask(stage: ThinkingStage, request: ThinkingRequest, onText: (delta: string) => void, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    let text = '';
    const calls: { readonly id: string; readonly name: string; readonly arguments: string }[] = [];
    const finish = (outcome: Outcome): void => {
      signal.removeEventListener('abort', stop);
      resolve(outcome);
    };
    const run = stage.think(request, {
      text: (delta) => {
        text += delta;
        onText(delta);
      },
      call: (call) => calls.push(call),
      done: ({ usage }) => finish({ kind: 'reply', reply: { text, calls, usage } }),
      failed: ({ cause }) => finish({ kind: 'failed', cause, hasSpoken: text !== '' }),
    });
    // What was spent on half an answer is still told.
    const stop = (): void => finish({ kind: 'reply', reply: { text, calls: [], usage: run.abort() } });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
