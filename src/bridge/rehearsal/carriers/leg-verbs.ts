import type { CallRecord } from './call-record.ts';
import type { Exchange } from './exchange.ts';
import type { Leg } from './leg.ts';
import { Playout } from './playout.ts';
import { listenTo, type Recognise } from './recogniser.ts';
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

export interface SpeechRules {
  readonly recognise: Recognise;
  /** Silence after which what was said is over. */
  readonly endMs: number;
}

export interface Collected {
  readonly digits: string;
  readonly finishedBy: string;
  /** What was said in place of keys. */
  readonly words: string;
}

/**
 * Play a prompt and collect keys, or words where the carrier listens for them; the first of either silences the prompt.
 * @returns an empty text of both when nothing came in time, null when the scope ended
 */
export async function collectKeys<Call extends CallRecord>(
  exchange: Exchange<Call>,
  call: Call,
  scope: Scope,
  rules: KeyRules,
  prompt: (scope: Scope) => Promise<unknown>,
  speech: SpeechRules | null = null,
): Promise<Collected | null> {
  const { clock } = exchange;
  const promptScope = new Scope(scope);
  let digits = '';
  let cancel: () => void = () => undefined;
  const earScope = new Scope(scope);
  const result = new Promise<Collected | null>((resolve) => {
    const leave = scope.onEnd(() => resolve(null));
    const finish = (finishedBy: string, words = ''): void => {
      cancel();
      leave();
      resolve({ digits, finishedBy, words });
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
    let isSpeaking = false;
    if (speech !== null && call.leg) {
      const { leg } = call;
      const events = {
        began: () => {
          isSpeaking = true;
          cancel();
          promptScope.end();
        },
        said: (words: string) => {
          isSpeaking = false;
          if (words !== '') finish('', words);
          else wait(rules.firstMs);
        },
      };
      exchange.run(() => listenTo(leg, speech.recognise, speech.endMs, earScope, events));
    }
    exchange.run(async () => {
      await prompt(promptScope);
      if (!promptScope.ended && !scope.ended && digits === '' && !isSpeaking) wait(rules.firstMs);
    });
  });
  const collected = await result;
  call.keySink = null;
  promptScope.end();
  earScope.end();
  return collected;
}
