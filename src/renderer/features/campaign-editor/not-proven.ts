import type { LineProof, ProofStep } from '#bridge/contract/line.ts';
import type { OperationError } from '../../client/client.ts';
import { firstBroken } from '../line-proof/proof-words.ts';

/** Why a start was refused: the step of the quick proof that is red, and how many steps were tried in all. */
export interface BrokenLine {
  readonly step: ProofStep;
  readonly number: number;
  readonly of: number;
}

/** What the bridge found broken when it refused to start a campaign; null when it refused for another reason. */
export function brokenLineOf(error: Pick<OperationError, 'code' | 'details'> | null): BrokenLine | null {
  if (error?.code !== 'line/not-proven') return null;
  const { steps } = error.details as LineProof;
  const step = firstBroken(steps);
  return step ? { step, number: steps.indexOf(step) + 1, of: steps.length } : null;
}
