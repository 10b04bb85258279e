import type { CallDesk } from '#bridge/calls/call-desk.ts';
import { CallReview } from '#bridge/calls/record/call-review.ts';
import type { Criterion } from '#bridge/contract/scores.ts';

/** What people make of the calls of this desk. @param scorecard what is asked of them at this moment */
export function reviewOf({ parts: { store, clock, publish } }: CallDesk, scorecard: () => readonly Criterion[] = () => []): CallReview {
  return new CallReview({ store, clock, publish, scorecard });
}
