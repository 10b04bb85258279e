import type { CallSummary } from '#bridge/contract/calls.ts';
import { isCarrierVoice } from '../../ui/carrier-voice.ts';
import { dispositionWords, outcomeWords } from '../../ui/format.ts';
import type { MarkName } from '../../ui/Mark.tsx';

/** What a call is doing, as a mark and a word, and since when. */
export interface CallView {
  readonly mark: MarkName;
  readonly word: string;
  readonly sinceMs: number;
}

/** @param isMine whether this window has the call */
export function viewOf(call: CallSummary, isMine = false): CallView {
  const { mark, word, since } = doing(call, isMine);
  const level = needsWords(call) ? call.attention?.level : null;
  return { mark: level === 'act' ? 'act' : level === 'look' ? 'look' : mark, word, sinceMs: Date.parse(since) };
}

/** Whether it is told why the call needs a person: not any more once a person has it, or is being rung for it. */
export const needsWords = ({ state, heldBy }: Pick<CallSummary, 'state' | 'heldBy'>): boolean =>
  state !== 'ended' && state !== 'transferring' && heldBy === null;

function doing(call: CallSummary, isMine: boolean): { readonly mark: MarkName; readonly word: string; readonly since: string } {
  const since = call.stateSince;
  if (call.state === 'ended') return { mark: ended(call), word: endedWord(call), since: call.endedAt ?? since };
  // The line itself has put the lead through, and somebody has picked up.
  if (call.state === 'transferring' && call.transfer?.state === 'connected')
    return { mark: 'person', word: `${shortName(call.transfer.toName)} has it`, since: call.transfer.since };
  if (call.state === 'transferring') return { mark: 'transferring', word: 'Transferring', since: call.transfer?.since ?? since };
  const heldSince = call.holder?.since ?? call.speakingSince ?? since;
  if (isMine) {
    const speaks = call.speaking === 'lead' ? 'Lead speaking' : call.speaking === 'operator' ? 'You speaking' : 'You are live';
    return { mark: 'you-speak', word: speaks, since: heldSince };
  }
  if (call.heldBy !== null) return { mark: 'person', word: `${shortName(call.heldBy)} has it`, since: heldSince };
  switch (call.state) {
    case 'dialling':
      return { mark: 'waiting', word: 'Dialling', since };
    case 'ringing':
      return { mark: 'ringing', word: 'Ringing', since };
    case 'answered':
      return { mark: 'thinking', word: 'Answered', since };
    default:
      break;
  }
  if (call.answerType === 'machine') return { mark: 'voicemail', word: 'Voicemail', since };
  const floorSince = call.speakingSince ?? since;
  switch (call.speaking) {
    case 'ai':
      return { mark: 'ai-speaking', word: 'AI speaking', since: floorSince };
    case 'lead':
      return { mark: 'lead-speaking', word: 'Lead speaking', since: floorSince };
    case 'operator':
      return { mark: 'you-speak', word: 'You speak', since: floorSince };
    default:
      // Where the carrier itself hears and speaks, nobody here knows who has the word.
      if (isCarrierVoice(call.rung)) return { mark: 'ai-speaking', word: call.rung === 'announcement' ? 'Announcing' : 'Talking', since };
      return call.thinking
        ? { mark: 'thinking', word: 'Thinking', since: floorSince }
        : { mark: 'lead-speaking', word: 'Lead silent', since: floorSince };
  }
}

function ended(call: CallSummary): MarkName {
  if (call.outcome === 'our-error' || call.outcome === 'carrier-error' || call.disposition === 'failed') return 'failed';
  return call.outcome === 'completed' ? 'passed' : 'waiting';
}

/** How a call ended, in a word or two. */
export function endedWord(call: CallSummary): string {
  if (call.disposition !== null && call.disposition !== 'unknown') return dispositionWords[call.disposition];
  return call.outcome === null ? 'Ended' : outcomeWords[call.outcome];
}

/** The name by which the agent calls itself, where its full name says more: `Mia` of `Mia, plumbing check`. */
export const shortName = (agentName: string): string => agentName.split(/[,(:]/)[0]?.trim() || agentName;

export function speakerWord(call: CallSummary): string {
  switch (call.lastSpeaker) {
    case 'ai':
      return shortName(call.agentName);
    case 'operator':
      return call.heldBy ?? 'Person';
    case 'system':
      return 'Line';
    default:
      return 'Lead';
  }
}

/** How long a call has been talked on, ms; null when nobody has answered. @param untilMs up to when a call that goes on is known, epoch ms */
export function lengthOf({ answeredAt, endedAt }: Pick<CallSummary, 'answeredAt' | 'endedAt'>, untilMs: number): number | null {
  return answeredAt === null ? null : (endedAt === null ? untilMs : Date.parse(endedAt)) - Date.parse(answeredAt);
}
