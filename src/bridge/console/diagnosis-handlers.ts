import type { CallDiagnosis, CarrierView, Exchange } from '#bridge/contract/diagnosis.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { Exported } from '#bridge/contract/operations.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

/** What is asked when a call went wrong. */
export interface ConsoleDiagnosis {
  diagnose(id: CallId): Promise<CallDiagnosis>;
  exchanges(id: CallId): Exchange[];
  carrierView(id: CallId): Promise<CarrierView>;
  bundle(callId: CallId | null): Promise<Exported>;
}

export type DiagnosisOperation = 'calls.diagnose' | 'calls.exchanges' | 'calls.carrierView' | 'support.bundle';

export function diagnosisHandlers({ diagnosis }: HandlerDeps): Pick<Handlers, DiagnosisOperation> {
  return {
    'calls.diagnose': ({ id }) => diagnosis.diagnose(id),
    'calls.exchanges': ({ id }) => diagnosis.exchanges(id),
    'calls.carrierView': ({ id }) => diagnosis.carrierView(id),
    'support.bundle': ({ callId }) => diagnosis.bundle(callId ?? null),
  };
}
