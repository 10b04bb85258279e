import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { CallScript } from './call-script.ts';
import { PersonWords, type PersonWordsParts } from './person/person-words.ts';
import type { CallBook } from './record/call-book.ts';

/**
 * Has one party of a call written down, while a person of ours has it.
 * @param name tells their turns from those of others
 * @returns null when there is nobody who could
 */
export function openCallWords(
  call: {
    readonly record: AttemptRecord;
    readonly script: CallScript;
    readonly clock: Clock;
    readonly log: Logger;
    readonly book: CallBook;
  },
  name: string,
  write: PersonWordsParts['write'],
): PersonWords | null {
  const { book, clock, log } = call;
  const { callId, world } = call.record;
  const { transcription, agent } = call.script;
  if (!transcription) return null;
  return new PersonWords({
    transcription,
    request: { language: agent.language ?? null, safetyIdentifier: callId, world },
    write,
    clock,
    log,
    name,
    sinceAnswerMs: (monotonicMs) => book.sinceAnswerMs(monotonicMs),
    usage: (lines) => {
      for (const line of lines) book.usage(line);
    },
  });
}
