import { TranscriptKeeper } from '#bridge/calls/record/transcript.ts';
import type { TurnCallParts } from '#bridge/calls/talk/turn-call.ts';
import type { ManualClock } from './manual-clock.ts';
import { someRequest } from './realtime-talk.ts';
import type { ScriptedMind } from './scripted-mind.ts';

const nothing = () => undefined;

/** What a conversation without a stream needs of its call. @param on what a test wants to be told; of all else nothing is made */
export function turnParts(clock: ManualClock, mind: ScriptedMind, on: Partial<TurnCallParts['on']>): TurnCallParts {
  return {
    mind,
    request: someRequest,
    words: { language: 'en-US', optOutDigit: '9', optedOut: 'Goodbye.', apology: { text: 'Sorry.', language: 'en-US' } },
    apology: { text: 'Sorry.', language: 'en-US' },
    clock,
    transcript: new TranscriptKeeper({ changed: nothing }),
    nowMs: () => clock.monotonicMs(),
    on: {
      optedOut: nothing,
      fellSilent: nothing,
      toolCalled: nothing,
      usage: nothing,
      began: nothing,
      spoke: nothing,
      reached: nothing,
      changed: nothing,
      gaveUp: nothing,
      comeBack: nothing,
      climbs: () => false,
      nudged: nothing,
      answeredWith: nothing,
      ...on,
    },
  };
}
