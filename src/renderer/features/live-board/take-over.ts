import type { CallSummary } from '#bridge/contract/calls.ts';
import { shortName } from './call-words.ts';

/** What the first button of an open call does. */
export type TakeOver =
  /** This window has it. */
  | { readonly kind: 'mine' }
  /** Somebody else has it, and can be asked. */
  | { readonly kind: 'ask'; readonly holder: string }
  /** There is no microphone yet. */
  | { readonly kind: 'duty' }
  | { readonly kind: 'take' }
  | { readonly kind: 'blocked'; readonly reason: string };

export function takeOverOf(
  call: Pick<CallSummary, 'state' | 'holder'>,
  { isMine, hasMicrophone }: { readonly isMine: boolean; readonly hasMicrophone: boolean },
): TakeOver {
  if (call.state === 'ended') return { kind: 'blocked', reason: 'The call is over.' };
  if (isMine) return { kind: 'mine' };
  if (call.state === 'dialling' || call.state === 'ringing') return { kind: 'blocked', reason: 'Nobody has answered yet.' };
  if (call.holder?.kind === 'operator') return { kind: 'ask', holder: call.holder.name ?? 'Somebody' };
  if (call.holder?.kind === 'colleague') return { kind: 'blocked', reason: `${call.holder.name ?? 'A colleague'} has it on the phone.` };
  return hasMicrophone ? { kind: 'take' } : { kind: 'duty' };
}

/** What taking another call over does to the one that this person is live on: `Robert would go back to Maya`. */
export function wouldGoBack(mine: Pick<CallSummary, 'leadName' | 'agentName'> | undefined): string | null {
  if (!mine) return null;
  return `${mine.leadName?.split(' ')[0] ?? 'Your call'} would go back to ${shortName(mine.agentName)}`;
}
