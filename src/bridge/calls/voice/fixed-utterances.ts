import type { FixedSpeech, FlowSpeech } from './speech.ts';

/** Of utterances that are made of a clip. */
const clipPrefix = 'clip-';

export function isClip(utterance: string): boolean {
  return utterance.startsWith(clipPrefix);
}

/** The fixed sentences of one call: which utterance says which of them, and what was said and heard so far. */
export class FixedUtterances {
  /** Of those that were not cut. */
  readonly #whatOf = new Map<string, FixedSpeech>();
  readonly #said = new Set<FixedSpeech>();
  #clips = 0;
  #disclosureHeard = false;
  #greetingHeard = false;

  /** @returns the name of an utterance that says this sentence from a clip */
  newClip(what: FixedSpeech): string {
    this.#clips += 1;
    const utterance = `${clipPrefix}${this.#clips}`;
    this.#whatOf.set(utterance, what);
    return utterance;
  }

  /** The AI says it itself. */
  set(utterance: string, what: FixedSpeech): void {
    this.#whatOf.set(utterance, what);
  }

  has(utterance: string): boolean {
    return this.#whatOf.has(utterance);
  }

  get(utterance: string): FixedSpeech | undefined {
    return this.#whatOf.get(utterance);
  }

  all(): Iterable<readonly [utterance: string, what: FixedSpeech]> {
    return this.#whatOf;
  }

  /** It was cut. */
  delete(utterance: string): void {
    this.#whatOf.delete(utterance);
  }

  /** It was to be said, whatever comes of that. */
  said(what: FixedSpeech): void {
    this.#said.add(what);
  }

  wasSaid(what: FixedSpeech): boolean {
    return this.#said.has(what);
  }

  /** Nothing was said yet. */
  get isOpening(): boolean {
    return this.#said.size === 0;
  }

  /** It has reached the ear, or counts as if it had. */
  heard(what: FlowSpeech): void {
    if (what === 'disclosure') this.#disclosureHeard = true;
    if (what === 'greeting') this.#greetingHeard = true;
  }

  get disclosureHeard(): boolean {
    return this.#disclosureHeard;
  }

  get greetingHeard(): boolean {
    return this.#greetingHeard;
  }
}
