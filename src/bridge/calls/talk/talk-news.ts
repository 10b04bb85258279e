import type { ConversationParts } from '../conversation-parts.ts';
import type { CallTalkEvents } from './call-talk-parts.ts';
import type { VoiceProblem } from './voice-problem.ts';

export interface TalkNewsParts
  extends Pick<
    ConversationParts,
    'record' | 'around' | 'book' | 'guard' | 'log' | 'changed' | 'hangUp' | 'people' | 'transfer' | 'personFor' | 'transferWanted'
  > {
  readonly problem: VoiceProblem;
  /** The media stream must go. */
  leaveStream(): void;
  /** The leg is given another document to run. */
  comeBack(): void;
}

/** What a conversation tells, as entries in the book of its call and as news for its people. */
export function talkNews(parts: TalkNewsParts): CallTalkEvents {
  const { record, around, book, guard, log, changed, hangUp, people, transfer, personFor, transferWanted, problem, leaveStream, comeBack } =
    parts;
  const { clock, publish } = around;
  const { callId } = record;
  return {
    changed: () => changed(),
    leaveStream: () => leaveStream(),
    hangUp: (ending) => hangUp(ending.by, ending.reason),
    comeBack: () => guard.run(() => comeBack()),
    personLeft: () => people().left(),
    handOver: () => people().handOver(),
    personMustEnd: () => people().mustEnd(),
    turnsBegan: () => people().aiReady(),
    nudged: (id, answersBegun) => people().nudged(id, answersBegun),
    answeredWith: (utterances, ordinal) => people().answeredWith(utterances, ordinal),
    waitsForPerson: () => transfer().isAwaited,
    personFor: () => {
      const person = personFor();
      if (person !== null) transfer().aiLeaves();
      return person;
    },
    transferWanted: (wish) => transferWanted(wish),
    suppress: (quote) => book.suppress(quote),
    toolUsed: (tool) => book.toolUsed(tool),
    usage: (lines) => {
      for (const line of lines) book.usage(line);
    },
    turn: (latency) => book.turn(latency),
    disclosurePlayed: () => book.disclosurePlayed(),
    broke: (error) => guard.failed(error),
    hop: (name, detail) => {
      book.hops.reach(name, clock.nowMs(), detail);
      // A session that failed while the phone rang has been opened again.
      if (name === 'ai-ready') {
        problem.mended();
        people().aiReady();
      }
    },
    rungChanged: ({ from, to, because, fatal }) => {
      if (to === 'human' || to === 'announcement') return;
      book.rungChanged(from, to, because);
      if (fatal) publish({ type: 'alert', level: 'error', message: `A voice cannot be used: ${because}`, callId });
      changed();
    },
    personRung: (name, because) => book.personRung(name, because),
    voiceFailed: (cause, fatal) => {
      problem.failed(cause, fatal);
      log.warn({ cause, fatal }, 'the AI voice is lost; the call goes down the ladder');
      if (fatal) publish({ type: 'alert', level: 'error', message: `The AI voice cannot be used: ${cause}`, callId });
    },
  };
}
