import type { LineProof } from '#bridge/contract/line.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import { carrierWords } from '../../ui/format.ts';

export const guideSteps = ['world', 'carrier', 'voice', 'way-in', 'prove', 'call'] as const;
export type GuideStep = (typeof guideSteps)[number];

export interface GuideState {
  readonly world: World;
  readonly carrier: CarrierName;
  readonly status: Pick<SetupStatus, 'providers' | 'publicUrl'>;
  /** Newest first. */
  readonly proofs: readonly Pick<LineProof, 'ok' | 'world' | 'carrier' | 'quick' | 'steps'>[];
}

export interface GuideEntry {
  readonly step: GuideStep;
  readonly name: string;
  readonly below: string;
  readonly state: 'done' | 'open' | 'not-needed';
}

const configured = ({ status }: GuideState, name: string) => status.providers.some((one) => one.provider === name && one.configured);

/** Whether the line of this world was proven in this run, from end to end. */
export function isProven({ proofs, world, carrier }: GuideState): boolean {
  const last = proofs.find((proof) => proof.world === world && proof.carrier === carrier && !proof.quick);
  return last?.ok ?? false;
}

/** Whether the owner's phone has rung over this line, and they heard themselves. */
function hasRung({ proofs, world, carrier }: GuideState): boolean {
  const steps = proofs.filter((proof) => proof.world === world && proof.carrier === carrier).flatMap((proof) => proof.steps);
  const { ok = false, skipped = true } = steps.find(({ name }) => name === 'ring') ?? {};
  return ok && !skipped;
}

/** The steps from nothing to a proven line, each with how it stands. The rehearsal needs no keys. */
export function guideOf(state: GuideState): readonly GuideEntry[] {
  const isReal = state.world === 'real';
  const need = (done: boolean): GuideEntry['state'] => (isReal ? (done ? 'done' : 'open') : 'not-needed');
  const carrierName = carrierWords[state.carrier];
  return [
    { step: 'world', name: 'What for', below: isReal ? 'Real calls' : 'A rehearsal, without any key', state: 'done' },
    {
      step: 'carrier',
      name: 'Carrier',
      below: isReal ? `${carrierName} rings the phones` : 'Simulated',
      state: need(configured(state, state.carrier)),
    },
    { step: 'voice', name: 'Voice', below: isReal ? 'OpenAI speaks and listens' : 'Simulated', state: need(configured(state, 'openai')) },
    {
      step: 'way-in',
      name: 'Way in',
      below: isReal ? 'How the carrier reaches this computer' : 'Not needed: all is on this computer',
      state: need(state.status.publicUrl !== null || configured(state, 'ngrok')),
    },
    { step: 'prove', name: 'Prove the line', below: 'Every step between a phone and the AI', state: isProven(state) ? 'done' : 'open' },
    {
      step: 'call',
      name: isReal ? 'Ring your phone' : 'Hear it',
      below: isReal ? 'The whole way, with your own ear' : 'Twelve simulated people, with sound',
      state: isReal && hasRung(state) ? 'done' : 'open',
    },
  ];
}

/** Where to go on: the first step that is still open. */
export function nextStep(entries: readonly GuideEntry[]): GuideStep {
  return entries.find(({ state }) => state === 'open')?.step ?? 'call';
}

/** The step before and the one after, those apart that are not needed. */
export function aroundStep(
  entries: readonly GuideEntry[],
  step: GuideStep,
): { readonly before: GuideStep | null; readonly after: GuideStep | null } {
  const needed = entries.filter(({ state, step: one }) => state !== 'not-needed' || one === step).map(({ step: one }) => one);
  const at = needed.indexOf(step);
  return { before: needed[at - 1] ?? null, after: needed[at + 1] ?? null };
}

export function isGuideStep(text: string | undefined): text is GuideStep {
  return guideSteps.some((step) => step === text);
}
