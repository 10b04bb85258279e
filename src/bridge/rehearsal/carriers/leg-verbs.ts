import type { CallRecord } from './call-record.ts';
import type { Exchange } from './exchange.ts';
import type { Leg } from './leg.ts';
import { Playout } from './playout.ts';
import { Scope } from './scope.ts';

/** Play a clip into the ear to its end. @returns false when the scope ended before */
export function playClip(leg: Leg, audio: Uint8Array, scope: Scope): Promise<boolean> {
  if (audio.length === 0 || scope.ended) return Promise.resolve(!scope.ended);
  return new Promise((resolve) => {
    const playout = new Playout(() => done(true));
    const done = (isWhole: boolean): void => {
      if (leg.source === playout) leg.source = null;
      leave();
      resolve(isWhole);
    };
    playout.push(audio);
    playout.mark('end');
    leg.source = playout;
    let leave: () => void = () => undefined;
    leave = scope.onEnd(() => done(false));
  });
}

export interface KeyRules {
  readonly most: number;
  /** Keys that end the input; not part of it. */
  readonly finish: string;
  /** From the end of the prompt to the first key. */
  readonly firstMs: number;
  /** From one key to the next. */
  readonly nextMs: number;
  /** Only these count; all when null. */
  readonly valid: string | null;
}

/**
 * Play a prompt and collect keys; the first key silences the prompt.
 * @returns the keys, an empty text when none came in time, null when the scope ended
 */
export async function collectKeys<Call extends CallRecord>(
  exchange: Exchange<Call>,
  call: Call,
  scope: Scope,
  rules: KeyRules,
  prompt: (scope: Scope) => Promise<unknown>,
): Promise<{ readonly digits: string; readonly finishedBy: string } | null> {
  const { clock } = exchange;
  const promptScope = new Scope(scope);
  let digits = '';
  let cancel: () => void = () => undefined;
  const result = new Promise<{ readonly digits: string; readonly finishedBy: string } | null>((resolve) => {
    const leave = scope.onEnd(() => resolve(null));
    const finish = (finishedBy: string): void => {
      cancel();
      leave();
      resolve({ digits, finishedBy });
    };
    const wait = (ms: number): void => {
      cancel();
      cancel = scope.after(clock, ms, () => finish(''));
    };
    call.keySink = (digit) => {
      if (rules.valid !== null && !rules.valid.includes(digit) && !rules.finish.includes(digit)) return;
      promptScope.end();
      if (rules.finish.includes(digit)) {
        finish(digit);
        return;
      }
      digits += digit;
      if (digits.length >= rules.most) finish('');
      else wait(rules.nextMs);
    };
    exchange.run(async () => {
      await prompt(promptScope);
      if (!promptScope.ended && !scope.ended && digits === '') wait(rules.firstMs);
    });
  });
  const collected = await result;
  call.keySink = null;
  promptScope.end();
  return collected;
}
