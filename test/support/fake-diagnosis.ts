import type { ConsoleDiagnosis } from '#bridge/console/diagnosis-handlers.ts';

const unasked = (): never => {
  throw new Error('Nobody asks for this here.');
};

/** Of every call the same is told; nobody asks more. */
export const fakeDiagnosis: ConsoleDiagnosis = {
  diagnose: (callId) =>
    Promise.resolve({
      callId,
      verdict: 'The connection to the carrier broke off in mid-call.',
      cause: 'network-cut',
      fault: 'network',
      cure: null,
      hops: [],
      firstMissing: null,
      slowest: null,
      comparedWith: null,
    }),
  exchanges: unasked,
  carrierView: unasked,
  bundle: unasked,
};
