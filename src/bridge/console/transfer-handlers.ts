import type { OperationName } from '#bridge/contract/operations.ts';
import { done } from './answers.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

export type TransferOperation = Extract<
  OperationName,
  `colleagues.${string}` | 'calls.transfer' | 'calls.cancelTransfer' | 'calls.answerTransferRequest'
>;

/** Colleagues on phones, and handing calls to them. */
export function transferHandlers({ calls }: HandlerDeps): Pick<Handlers, TransferOperation> {
  const { transfers } = calls;
  return {
    'colleagues.list': () => transfers.colleagues(),
    'colleagues.save': (draft) => transfers.saveColleague(draft),
    'colleagues.remove': ({ id }) => {
      transfers.removeColleague(id);
      return done;
    },
    'calls.transfer': ({ id, to, kind, briefing, holdSound }, { session }) => {
      transfers.begin(id, session, { to, kind, briefing: briefing ?? null, holdSound });
      return calls.get(id);
    },
    'calls.cancelTransfer': ({ id }, { session }) => {
      transfers.cancel(id, session);
      return calls.get(id);
    },
    'calls.answerTransferRequest': ({ id, requestId, ok, to }, { session }) => {
      transfers.answerRequest(id, session, { requestId, ok, to: to ?? null });
      return calls.get(id);
    },
  };
}
