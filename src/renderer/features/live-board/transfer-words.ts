import type { TransferInfo } from '#bridge/contract/calls.ts';
import type { Colleague } from '#bridge/contract/colleagues.ts';
import { dateTime } from '../../ui/format.ts';

/** Whether it is still open how it ends. */
export const isUnderWay = ({ state }: Pick<TransferInfo, 'state'>): boolean =>
  state === 'briefing' || state === 'ringing' || state === 'accepted';

/** Where it stands, in a few words. */
export function transferWord({ kind, state, toName }: Pick<TransferInfo, 'kind' | 'state' | 'toName'>): string {
  switch (state) {
    case 'ringing':
      return `${kind === 'warm' ? 'Warm' : 'Cold'} transfer: ${toName}’s phone rings`;
    case 'briefing':
      return `${toName} hears the briefing`;
    case 'accepted':
      return `${toName} takes the call`;
    case 'connected':
      return `${toName} has the call`;
    case 'declined':
      return `${toName} does not take the call`;
    case 'no-answer':
      return `${toName} does not answer`;
    case 'busy':
      return `${toName} is on another call`;
    case 'voicemail':
      return `${toName}’s voicemail answered`;
    case 'abandoned':
      return 'The lead hung up before the transfer';
    case 'cancelled':
      return `The transfer to ${toName} is cancelled`;
    case 'failed':
      return `The transfer to ${toName} failed`;
  }
}

/** Whether somebody can take a call now, and if not, when. */
export function availability(
  { availableNow, onDuty, nextAvailableAt }: Pick<Colleague, 'availableNow' | 'onDuty' | 'nextAvailableAt'>,
  nowMs: number,
): string {
  if (availableNow) return 'On duty';
  if (!onDuty) return 'Off duty';
  return nextAvailableAt === undefined ? 'Not free now' : `From ${dateTime(nextAvailableAt, nowMs)}`;
}
