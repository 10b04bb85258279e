import type { Migration } from '../migrate.ts';
import { firstTables } from './0001-first-tables.ts';
import { callsInLists } from './0002-calls-in-lists.ts';
import { peopleOnCalls } from './0003-people-on-calls.ts';
import { transfers } from './0004-transfers.ts';
import { rungChanges } from './0005-rung-changes.ts';
import { attentionTuning } from './0006-attention-tuning.ts';
import { retentionIndex } from './0007-retention.ts';
import { whatWasHeard } from './0008-what-was-heard.ts';
import { turnTallies } from './0009-turn-tallies.ts';
import { legalHolds } from './0010-legal-holds.ts';
import { callBudgets } from './0011-call-budgets.ts';
import { heardEstimates } from './0012-heard-estimates.ts';
import { endCausesKept } from './0013-end-causes.ts';
import { leadsCountedByList } from './0014-leads-counted-by-list.ts';
import { spentByQuarter } from './0015-spent-by-quarter.ts';
import { needsDesk } from './0016-needs-desk.ts';
import { reviewTables } from './0017-review-tables.ts';
import { callsByEndCause } from './0018-calls-by-end-cause.ts';
import { searchAsYouType } from './0019-search-as-you-type.ts';

/** In order; a new one goes to the end. */
export const migrations: readonly Migration[] = [
  firstTables,
  callsInLists,
  peopleOnCalls,
  transfers,
  rungChanges,
  attentionTuning,
  retentionIndex,
  whatWasHeard,
  turnTallies,
  legalHolds,
  callBudgets,
  heardEstimates,
  endCausesKept,
  leadsCountedByList,
  spentByQuarter,
  needsDesk,
  reviewTables,
  callsByEndCause,
  searchAsYouType,
];
