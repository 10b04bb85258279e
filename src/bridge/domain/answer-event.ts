import { assertNever } from '#bridge/contract/assert-never.ts';
import type { AnswerType } from '#bridge/contract/words.ts';
import type { FlowEvent } from './call-flow-state.ts';

/**
 * What it means for a call who or what picked up.
 *
 * @param hasMessage there are words to leave on a machine
 * @returns null while it cannot be told
 */
export function answerEvent(answerType: AnswerType, policy: 'hang-up' | 'leave-message' | 'off', hasMessage: boolean): FlowEvent | null {
  switch (answerType) {
    case 'machine':
      // Without a message there is nothing to leave.
      return { type: 'machine.detected', policy: policy === 'leave-message' && !hasMessage ? 'hang-up' : policy };
    case 'fax':
    case 'menu':
      // Neither has a tape for one.
      return { type: 'machine.detected', policy: policy === 'leave-message' ? 'hang-up' : policy, found: answerType };
    case 'screener':
      return { type: 'screener.detected' };
    case 'human':
      return { type: 'person.detected' };
    case 'silence':
    case 'unknown':
      return null;
    default:
      return assertNever(answerType);
  }
}
