import type { Rung } from '#bridge/contract/words.ts';
import type { FlowEvent } from '../../domain/call-flow.ts';
import type { FlowSpeech } from '../voice/speech.ts';
import type { VoiceEvents } from '../voice/voice-parts.ts';
import type { CallTalkParts } from './call-talk-parts.ts';

/** What a conversation does about what its voice tells. */
export interface TalkReflexes {
  dispatch(event: FlowEvent): void;
  /** Nothing of the AI is being said, or about to be. */
  fellSilent(): void;
  leadStartedSpeaking(): void;
  leadStoppedSpeaking(): void;
  leadSaid(turn: string, text: string): void;
  toolCalled: VoiceEvents['toolCalled'];
  /** No AI is left. */
  ringPerson(because: string): void;
  turnLost: VoiceEvents['turnLost'];
  /** What comes now needs a document of its own. */
  goBelow(step: Rung, isBridged: boolean): void;
}

/** A fixed sentence that reached the ear, as the flow of the call knows it. */
const heardEvents: Readonly<Record<FlowSpeech, FlowEvent>> = {
  disclosure: { type: 'disclosure.played' },
  greeting: { type: 'greeting.played' },
  voicemail: { type: 'message.played' },
  farewell: { type: 'farewell.played' },
  'opt-out-farewell': { type: 'farewell.played' },
};

/** What the voice tells, as events of the flow and as news for the call. */
export function voiceEvents({ events, sinceAnswerMs }: Pick<CallTalkParts, 'events' | 'sinceAnswerMs'>, talk: TalkReflexes): VoiceEvents {
  return {
    ready: () => talk.dispatch({ type: 'voice.ready' }),
    failed: (failure) => {
      events.voiceFailed(failure.cause, failure.kind === 'fatal');
      talk.dispatch({ type: 'voice.failed', cause: failure.cause });
    },
    fixedHeard: (what) => talk.dispatch(heardEvents[what]),
    fixedPlayed: (what, confirmed) => {
      if (what === 'disclosure' && confirmed) events.disclosurePlayed();
    },
    fellSilent: () => talk.fellSilent(),
    thinking: () => events.changed(),
    leadStartedSpeaking: () => talk.leadStartedSpeaking(),
    leadStoppedSpeaking: () => talk.leadStoppedSpeaking(),
    leadSaid: (turn, text) => {
      talk.leadSaid(turn, text);
      events.changed();
    },
    nudged: (id, answersBegun) => events.nudged(id, answersBegun),
    answeredWith: (utterances, ordinal) => events.answeredWith(utterances, ordinal),
    toolCalled: (call) => talk.toolCalled(call),
    usage: (lines) => events.usage(lines),
    turn: ({ endOfSpeechAtMs, firstAudioAtMs, parts }) =>
      events.turn({
        endOfSpeechMs: Math.max(0, Math.round(sinceAnswerMs(endOfSpeechAtMs))),
        firstAudioMs: Math.max(0, Math.round(sinceAnswerMs(firstAudioAtMs))),
        latencyMs: Math.round(firstAudioAtMs - endOfSpeechAtMs),
        parts,
      }),
    connected: () => events.hop('ai-open'),
    sessionReady: (model) => events.hop('ai-ready', model),
    firstAudio: () => events.hop('first-ai-audio'),
    rungChanged: (change) => events.rungChanged(change),
    ringPerson: (because) => talk.ringPerson(because),
    turnLost: (turn, isWaited) => talk.turnLost(turn, isWaited),
    below: (step, isBridged) => talk.goBelow(step, isBridged),
    broke: (error) => events.broke(error),
  };
}
