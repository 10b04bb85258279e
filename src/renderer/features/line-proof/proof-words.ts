import type { LineProof, ProofStep, ProofStepName } from '#bridge/contract/line.ts';
import { carrierWords, latency, timeOfDay } from '../../ui/format.ts';

/** How a step stands: still to come while a proof runs, or as it ended. */
export type StepState = 'good' | 'bad' | 'untried' | 'waiting';

export function stateOf(step: ProofStep | undefined): StepState {
  if (!step) return 'waiting';
  if (step.skipped) return 'untried';
  return step.ok ? 'good' : 'bad';
}

export function firstBroken(steps: readonly ProofStep[]): ProofStep | null {
  return steps.find(({ ok, skipped }) => !ok && !skipped) ?? null;
}

/** The head of the screen: what is proven, or where it breaks. */
export function resultOf(proof: LineProof): string {
  const broken = firstBroken(proof.steps);
  if (!broken) return 'Works';
  return `Broken at step ${proof.steps.indexOf(broken) + 1}: ${broken.title}`;
}

/** Below the head: what was proven, how far it came, how long it took and when. The cause of a break stands at its step. */
export function factsOf({ carrier, world, steps, ms, at, summary }: LineProof): string {
  const tried = steps.filter(({ skipped }) => !skipped);
  const facts = `${latency(ms)}, at ${timeOfDay(at)}.`;
  if (firstBroken(steps) === null) return `${summary} ${facts}`;
  const name = carrierWords[carrier];
  const passed = tried.filter(({ ok }) => ok).length;
  const left = tried.length === steps.length ? '' : `${steps.length - tried.length} not tried, `;
  return `${name}, ${world === 'real' ? 'real line' : 'rehearsal'}: ${passed} of ${tried.length} steps passed, ${left}in ${facts}`;
}

/** The proof as text for a mail or a ticket; it holds no secret. */
export function reportOf(proof: LineProof): string {
  const lines = proof.steps.flatMap((step, at) => {
    const word = { good: 'ok     ', bad: 'FAILED ', untried: 'skipped', waiting: '       ' }[stateOf(step)];
    const head = `${String(at + 1).padStart(2)}. ${word} ${step.title} (${latency(step.ms)}): ${step.result}`;
    return step.cause ? [head, `    Cause: ${step.cause}`, `    Cure: ${step.cure ?? ''}`] : [head];
  });
  const head = `Ringside line proof, ${proof.at}, ${proof.carrier}, ${proof.world} world, ${latency(proof.ms)}`;
  return [head, proof.summary, '', ...lines, ''].join('\n');
}

/** One thing on the way from a phone to the AI, and the steps that speak for it. */
export interface Station {
  readonly name: string;
  readonly steps: readonly ProofStepName[];
  /** Steps that speak for the wires behind it, towards the next station. */
  readonly wires: readonly { readonly name: string; readonly steps: readonly ProofStepName[] }[];
}

export function stationsOf(carrier: string, tunnel: string): readonly Station[] {
  return [
    { name: 'Your phone', steps: ['ring'], wires: [{ name: 'Call', steps: ['ring'] }] },
    {
      name: carrier,
      steps: ['credentials', 'caller-number', 'balance', 'clock'],
      wires: [
        // What is broken between the tunnel and here is drawn there, once.
        { name: 'HTTPS', steps: ['signature'] },
        { name: 'WSS', steps: ['audio'] },
      ],
    },
    {
      name: tunnel,
      steps: ['tunnel'],
      wires: [
        { name: 'HTTPS', steps: ['public-https'] },
        { name: 'WSS', steps: ['public-wss'] },
      ],
    },
    { name: 'This computer', steps: ['disk', 'database', 'free-space'], wires: [{ name: 'WSS', steps: ['ai-socket'] }] },
    { name: 'OpenAI', steps: ['ai-socket', 'ai-session', 'ai-audio'], wires: [] },
  ];
}

/** How several steps stand together: the worst of them. */
export function stateOfAll(names: readonly ProofStepName[], steps: readonly ProofStep[]): StepState {
  const states = names.map((name) => stateOf(steps.find((step) => step.name === name)));
  for (const state of ['bad', 'waiting', 'untried'] as const) if (states.includes(state)) return state;
  return 'good';
}

/** Each step beside the same step of the last proof before it that passed. */
export function againstLastGood(
  proof: LineProof,
  earlier: readonly LineProof[],
): readonly { title: string; ms: number | null; wasMs: number; state: StepState }[] {
  const { id, carrier, world, quick, at } = proof;
  const isAlike = (one: LineProof) => one.carrier === carrier && one.world === world && one.quick === quick;
  const good = earlier.find((one) => one.ok && one.id !== id && one.at <= at && isAlike(one));
  if (!good) return [];
  return good.steps
    .filter(({ skipped }) => !skipped)
    .map(({ name, title, ms }) => {
      const now = proof.steps.find((step) => step.name === name);
      const state = now === undefined ? 'untried' : stateOf(now);
      return { title, ms: now !== undefined && state === 'good' ? now.ms : null, wasMs: ms, state };
    });
}
