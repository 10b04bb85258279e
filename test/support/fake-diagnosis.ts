import type { ConsoleDiagnosis } from '#bridge/console/diagnosis-handlers.ts';

const unasked = (): never => {
  throw new Error('Nobody asks for this here.');
};

/** Nobody asks what went wrong. */
export const fakeDiagnosis: ConsoleDiagnosis = { diagnose: unasked, exchanges: unasked, carrierView: unasked, bundle: unasked };
