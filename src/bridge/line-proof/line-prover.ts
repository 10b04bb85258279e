import { randomUUID } from 'node:crypto';
import { assertNever } from '#bridge/contract/assert-never.ts';
import type { LineProof, ProofInput, ProofStepName } from '#bridge/contract/line.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import { planOf, summaryOf } from '../domain/line-proof.ts';
import type { LineParts, ProvenWorld } from './line-parts.ts';
import { type Attempt, bad, runSteps } from './run-steps.ts';
import { AccountSteps, carrierTitles } from './steps/account.ts';
import { AiSteps } from './steps/ai.ts';
import { databaseStep, diskStep, freeSpaceStep, powerStep } from './steps/machine.ts';
import { MediaSteps } from './steps/media.ts';
import { ringStep } from './steps/ring.ts';
import { httpsStep, signatureStep, tunnelStep } from './steps/way-in.ts';

/** A campaign that is started twice in a minute is not kept waiting twice. */
const quickGoodForMs = 60_000;
/** Who starts a campaign waits so long and no longer; what is not known by then does not hold it up. */
const quickWithinMs = 4_000;
const kept = 20;

export interface QuickProof {
  readonly proof: LineProof;
  /** Something was found that no call can work with. */
  readonly blocks: boolean;
}

/** Walks the real path hop by hop, and names the first that fails. */
export class LineProver {
  readonly #parts: LineParts;
  readonly #onProof: (proof: LineProof) => void;
  readonly #proofs: LineProof[];
  readonly #quick = new Map<string, { readonly atMs: number; readonly proof: Promise<QuickProof> }>();
  readonly #ending = new AbortController();

  /** @param onProof is told of every proof that has ended */
  constructor(parts: LineParts, onProof: (proof: LineProof) => void) {
    this.#parts = parts;
    this.#onProof = onProof;
    this.#proofs = parts.shelf.earlier.slice(0, kept);
  }

  /** Newest first, those of earlier runs of the program among them. */
  get proofs(): readonly LineProof[] {
    return this.#proofs;
  }

  async prove(input: ProofInput): Promise<LineProof> {
    return (await this.#run(input)).proof;
  }

  /** Without audio and AI. The answer of the last minute counts. @returns null when it took too long to be waited for */
  async quick(carrier: CarrierName, from: Phone, world: World): Promise<QuickProof | null> {
    const { clock } = this.#parts;
    const key = `${world} ${carrier} ${from}`;
    const nowMs = clock.monotonicMs();
    let known = this.#quick.get(key);
    if (!known || nowMs - known.atMs > quickGoodForMs) {
      known = { atMs: nowMs, proof: this.#run({ carrier, from, world, quick: true }) };
      this.#quick.set(key, known);
      // What was red may be mended in the next moment.
      known.proof.then(
        ({ blocks }) => {
          if (blocks) this.forget();
        },
        () => this.forget(),
      );
    }
    const { proof } = known;
    let cancel = () => {};
    const late = new Promise<null>((resolve) => {
      cancel = clock.after(quickWithinMs, () => resolve(null));
    });
    try {
      return await Promise.race([proof, late]);
    } finally {
      cancel();
    }
  }

  /** Something was changed: what was found before counts no more. */
  forget(): void {
    this.#quick.clear();
  }

  close(): void {
    this.#ending.abort();
  }

  async #run(input: ProofInput): Promise<QuickProof> {
    const { clock, publish, log } = this.#parts;
    const id = `proof_${randomUUID()}`;
    const world = await this.#parts.ready(input.world);
    const carrierTitle = carrierTitles[input.carrier];
    const speech = input.quick ? [] : this.#parts.speech(input.world);
    const plan = planOf({ carrierTitle, quick: input.quick, ring: input.ringOwner !== undefined, speech: speech.map(({ name }) => name) });
    const at = new Date(clock.nowMs()).toISOString();
    const beganMs = clock.monotonicMs();
    const walk = new Walk(world, input, this.#parts);
    try {
      const taken = await runSteps(plan, (name) => walk.attempt(name), {
        clock,
        signal: this.#ending.signal,
        onStep: (step) =>
          publish({ type: 'proof.step', proofId: id, carrier: input.carrier, world: input.world, quick: input.quick, step }),
        onError: (step, error) => log.warn({ step, err: error }, 'a step of the line proof failed in a way of its own'),
      });
      const steps = taken.map(({ step }) => step);
      const proof: LineProof = {
        id,
        ok: steps.every(({ ok }) => ok),
        carrier: input.carrier,
        world: input.world,
        from: input.from ?? null,
        quick: input.quick,
        at,
        ms: Math.max(0, Math.round(clock.monotonicMs() - beganMs)),
        summary: summaryOf(steps, carrierTitle),
        steps,
      };
      // A proof that was stopped has found nothing of what it had not tried yet.
      if (this.#ending.signal.aborted) return { proof, blocks: false };
      this.#proofs.unshift(proof);
      this.#proofs.length = Math.min(this.#proofs.length, kept);
      this.#parts.shelf.keep(this.#proofs);
      this.#onProof(proof);
      return { proof, blocks: taken.some(({ blocks }) => blocks) };
    } finally {
      walk.close();
    }
  }
}

/** The steps of one proof, with what they hand to each other. */
class Walk {
  readonly #world: ProvenWorld;
  readonly #input: ProofInput;
  readonly #parts: LineParts;
  readonly #account: AccountSteps;
  readonly #media: MediaSteps | null;
  readonly #ai: AiSteps;

  constructor(world: ProvenWorld, input: ProofInput, parts: LineParts) {
    const carrier = world.carrier(input.carrier);
    this.#world = world;
    this.#input = input;
    this.#parts = parts;
    this.#account = new AccountSteps(input.carrier, carrier, input.from ?? null);
    this.#media = carrier && new MediaSteps(world, carrier, parts);
    this.#ai = new AiSteps(world.engine, world.world, parts.clock);
  }

  attempt(name: ProofStepName): Attempt {
    const { machine } = this.#parts;
    const carrier = this.#world.carrier(this.#input.carrier);
    const notSetUp = () =>
      bad('It cannot be tried.', `${carrierTitles[this.#input.carrier]} is not set up.`, 'Enter its credentials in Setup.');
    switch (name) {
      case 'credentials':
        return () => this.#account.credentials();
      case 'caller-number':
        return () => this.#account.callerNumber();
      case 'balance':
        return () => this.#account.balance();
      case 'clock':
        return () => this.#account.clock();
      case 'tunnel':
        return (signal) => tunnelStep(this.#world, this.#parts, signal);
      case 'public-https':
        return (signal) => httpsStep(this.#world, this.#parts, signal);
      case 'signature':
        return (signal) => (carrier ? signatureStep(this.#world, carrier, () => this.#account.account(), this.#parts, signal) : notSetUp());
      case 'public-wss':
        return (signal) => this.#media?.upgrade(signal) ?? notSetUp();
      case 'audio':
        return (signal) => this.#media?.audio(signal) ?? notSetUp();
      case 'ai-socket':
        return (signal) => this.#ai.socket(signal);
      case 'ai-session':
        return (signal) => this.#ai.session(signal);
      case 'ai-audio':
        return (signal) => this.#ai.audio(signal);
      case 'disk':
        return () => diskStep(machine);
      case 'database':
        return () => databaseStep(machine);
      case 'free-space':
        return () => freeSpaceStep(machine);
      case 'power':
        return () => powerStep(machine);
      case 'ring':
        return (signal) => this.#ring(signal);
      default:
        return name.startsWith('speech:') ? (signal) => this.#speech(name.slice(7), signal) : assertNever(name as never);
    }
  }

  close(): void {
    this.#media?.close();
    this.#ai.close();
  }

  async #ring(signal: AbortSignal) {
    const carrier = this.#world.carrier(this.#input.carrier);
    const to = this.#input.ringOwner;
    const from = this.#input.from ?? (await this.#account.numbers()).find(({ canCall }) => canCall)?.number;
    if (!carrier || to === undefined || from === undefined)
      return bad('It was not rung.', 'There is no caller number to show.', 'Choose a caller number.');
    return ringStep(this.#world, carrier, { to, from }, this.#parts, signal);
  }

  async #speech(name: string, signal: AbortSignal) {
    const probe = this.#parts.speech(this.#world.world).find((known) => known.name === name);
    if (!probe) return { kind: 'needless', result: 'It is not set up any more.' } as const;
    try {
      return { kind: 'good', result: await probe.try(signal) } as const;
    } catch (error) {
      const cause = error instanceof Error ? error.message : 'It did not answer as it should.';
      return bad('It failed.', cause, 'Check its key in Setup, and the status page of the provider.', false);
    }
  }
}
