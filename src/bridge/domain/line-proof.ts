import type { ProofAction, ProofStep, ProofStepName } from '#bridge/contract/line.ts';

/** One step of a proof before it is taken. */
export interface PlannedStep {
  readonly name: ProofStepName;
  readonly title: string;
  /** Steps without which it cannot be tried. */
  readonly after: readonly ProofStepName[];
  /** After this long without a finding the step has failed. */
  readonly limitMs: number;
}

export type BadFinding = Extract<Finding, { kind: 'bad' }>;

/** What a step found. */
export type Finding =
  | { readonly kind: 'good'; readonly result: string }
  | {
      readonly kind: 'bad';
      readonly result: string;
      readonly cause: string;
      readonly cure: string;
      readonly action?: ProofAction;
      /** Calls cannot work like this. False: they may all the same (it could not be found out, or it only limits them). */
      readonly isCertain: boolean;
    }
  /** Does not matter for this proof. */
  | { readonly kind: 'needless'; readonly result: string }
  /** It was tried, and what came of it says nothing of the line. */
  | { readonly kind: 'unknown'; readonly result: string };

export interface ProofScope {
  readonly carrierTitle: string;
  /** Without audio, AI and speech. */
  readonly quick: boolean;
  readonly ring: boolean;
  /** Names of the cascade's providers that are set up. */
  readonly speech: readonly string[];
}

/** The steps of a proof, in the order in which they are shown: whoever needs another stands behind it. */
export function planOf({ carrierTitle, quick, ring, speech }: ProofScope): readonly PlannedStep[] {
  const step = (name: ProofStepName, title: string, limitMs: number, ...after: readonly ProofStepName[]): PlannedStep => ({
    name,
    title,
    limitMs,
    after,
  });
  const account = [
    step('credentials', `${carrierTitle} takes the credentials`, 5_000),
    step('caller-number', 'The caller number can call', 5_000, 'credentials'),
    step('balance', 'The account can pay', 3_000, 'credentials'),
    step('clock', 'The clock is right', 3_000, 'credentials'),
  ];
  const wayIn = [
    step('tunnel', 'The tunnel is up', 9_500),
    step('public-https', 'HTTPS from outside reaches us', 5_000, 'tunnel'),
    step('signature', 'Signatures are checked', 5_000, 'public-https'),
    step('public-wss', 'WebSockets from outside reach us', 5_000, 'public-https'),
  ];
  const talk = [
    step('audio', 'Audio goes there and back', 4_000, 'public-wss'),
    step('ai-socket', 'The AI can be reached', 5_000),
    step('ai-session', 'The AI takes our settings', 5_000, 'ai-socket'),
    step('ai-audio', 'The AI speaks', 6_000, 'ai-session'),
    ...speech.map((name) => step(`speech:${name}`, `${name} answers`, 5_000)),
  ];
  const machine = [
    step('disk', 'The data folder can be written', 3_000),
    step('database', 'The database answers', 3_000),
    step('free-space', 'There is room for recordings', 3_000),
    step('power', 'The computer stays awake', 1_000),
  ];
  const rings = ring
    ? [step('ring', 'Your phone rings, and you hear yourself', 75_000, 'credentials', 'caller-number', 'signature', 'audio')]
    : [];
  return [...account, ...wayIn, ...(quick ? [] : talk), ...machine, ...rings];
}

/** The first step that stands in the way; those that only wait for it are not it. */
export function firstBroken(steps: readonly ProofStep[]): ProofStep | null {
  return steps.find(({ ok, skipped }) => !ok && !skipped) ?? null;
}

/** One sentence for the head of the screen. */
export function summaryOf(steps: readonly ProofStep[], carrierTitle: string): string {
  const broken = firstBroken(steps);
  if (broken) return `${carrierTitle}: ${lowered(broken.title)}: no. ${broken.cause ?? broken.result}`;
  const named = (name: ProofStepName) => steps.find((step) => step.name === name);
  const [audio, ring] = [named('audio'), named('ring')];
  const works = `The line over ${carrierTitle} works${audio && !audio.skipped ? ', audio included' : ''}.`;
  // The first sentence says what happened; the rest of it stands at the step.
  return ring?.skipped ? `${works} Your phone: ${ring.result.replace(/(?<=\.) .*$/, '')}` : works;
}

function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) && !/^(Twilio|Plivo|OpenAI|Web|Deepgram|ElevenLabs|Cartesia)/.test(text)
    ? text[0]?.toLowerCase() + text.slice(1)
    : text;
}

/** A dot that is red only when two probes in a row have failed. */
export interface HealthState {
  readonly state: 'good' | 'trouble' | 'broken' | 'unknown';
  readonly failures: number;
}

export function healthAfter(before: HealthState, isGood: boolean | null): HealthState {
  if (isGood === null) return { state: 'unknown', failures: 0 };
  if (isGood) return { state: 'good', failures: 0 };
  const failures = before.failures + 1;
  return { state: failures >= 2 ? 'broken' : 'trouble', failures };
}
