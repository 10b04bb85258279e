import type { LineProof, ProofStepName } from '#bridge/contract/line.ts';
import type { CarrierName } from '#bridge/contract/words.ts';

/** A step that failed in a proof and has not been seen to be good since. */
export interface UnmendedStep {
  readonly name: ProofStepName;
  readonly title: string;
  /** Null where the step is the same for every carrier. */
  readonly carrier: CarrierName | null;
  readonly result: string;
  readonly cause: string | null;
  /** When it was proven, ISO 8601. */
  readonly at: string;
}

const ofCarrier: readonly ProofStepName[] = [
  'credentials',
  'caller-number',
  'balance',
  'clock',
  'signature',
  'public-wss',
  'audio',
  'ring',
];

/** What is still broken after a proof of the real line, what it found itself first; a rehearsal says nothing of the line. */
export function unmendedAfter(before: readonly UnmendedStep[], proof: LineProof): readonly UnmendedStep[] {
  if (proof.world !== 'real') return before;
  const carrierOf = (name: ProofStepName) => (ofCarrier.includes(name) ? proof.carrier : null);
  const tried = proof.steps.filter(({ skipped }) => !skipped);
  const found = tried
    .filter(({ ok }) => !ok)
    .map(({ name, title, result, cause = null }) => ({ name, title, carrier: carrierOf(name), result, cause, at: proof.at }));
  const isTried = (step: UnmendedStep) => tried.some(({ name }) => name === step.name && carrierOf(name) === step.carrier);
  // Who is not set up any more has nothing to mend.
  const isGone = ({ name }: UnmendedStep) => name.startsWith('speech:') && !proof.quick && !proof.steps.some((step) => step.name === name);
  return [...found, ...before.filter((step) => !isTried(step) && !isGone(step))];
}
