/**
 * What the AI has said so far, by conversation item: how much audio came for each, and what must be told the service when the callee cut
 * it off. The service does not know what was played; it believes that everything was heard until it is told.
 */

/** Mu-law at 8 kHz: one byte is one sample. */
const bytesPerMs = 8;
/** An answer has a few items and only unplayed ones matter; the oldest are forgotten. */
const kept = 24;

interface Utterance {
  readonly id: string;
  readonly responseId: string;
  contentIndex: number;
  bytes: number;
  text: string;
  audioOver: boolean;
  textOver: boolean;
  /** What the service was told to keep; null when it keeps all. */
  cutAtMs: number | null;
  deleted: boolean;
}

export type Cut =
  | { readonly kind: 'truncate'; readonly id: string; readonly contentIndex: number; readonly audioEndMs: number }
  | { readonly kind: 'delete'; readonly id: string };

export class Utterances {
  /** In the order in which they began. */
  readonly #list: Utterance[] = [];
  readonly #byId = new Map<string, Utterance>();

  /** Begins one if need be. */
  #of(id: string, responseId: string): Utterance {
    const known = this.#byId.get(id);
    if (known) return known;
    const begun: Utterance = {
      id,
      responseId,
      contentIndex: 0,
      bytes: 0,
      text: '',
      audioOver: false,
      textOver: false,
      cutAtMs: null,
      deleted: false,
    };
    this.#byId.set(id, begun);
    this.#list.push(begun);
    const oldest = this.#list.length > kept ? this.#list.shift() : undefined;
    if (oldest) this.#byId.delete(oldest.id);
    return begun;
  }

  begin(id: string, responseId: string): void {
    this.#of(id, responseId);
  }

  heard(id: string, responseId: string, contentIndex: number, bytes: number): void {
    const utterance = this.#of(id, responseId);
    utterance.contentIndex = contentIndex;
    utterance.bytes += bytes;
  }

  /** @returns the text so far */
  addText(id: string, responseId: string, delta: string): string {
    const utterance = this.#of(id, responseId);
    utterance.text += delta;
    return utterance.text;
  }

  knows(id: string): boolean {
    return this.#byId.has(id);
  }

  receivedMs(id: string): number {
    return Math.floor((this.#byId.get(id)?.bytes ?? 0) / bytesPerMs);
  }

  /** @returns false when it was over already */
  endAudio(id: string): boolean {
    const utterance = this.#byId.get(id);
    if (!utterance || utterance.audioOver) return false;
    utterance.audioOver = true;
    return true;
  }

  endText(id: string): void {
    const utterance = this.#byId.get(id);
    if (utterance) utterance.textOver = true;
  }

  /** Those of a response whose audio or text was never said to be over, with the text so far. */
  unfinished(responseId: string): readonly { readonly id: string; readonly text: string; readonly textOver: boolean }[] {
    return this.#list.filter(({ responseId: of, audioOver, textOver }) => of === responseId && !(audioOver && textOver));
  }

  spokenMsOf(responseId: string): number {
    return this.#list.reduce((sum, one) => (one.responseId === responseId ? sum + one.bytes / bytesPerMs : sum), 0);
  }

  /**
   * The callee heard `heardMs` of an utterance and nothing of what came after it.
   *
   * @param id what was being played; null when nothing of the answer in progress was
   * @param active the response in progress, if any
   * @returns what to tell the service. A cut never lies beyond the audio that came (the service refuses that), and an utterance of which
   * nothing was heard is deleted, because cutting it to nothing is refused when it has no audio yet.
   */
  cut(id: string | null, heardMs: number, active: string | null): readonly Cut[] {
    const at = id === null ? -1 : this.#list.findIndex((utterance) => utterance.id === id);
    if (id !== null && at === -1) return [];
    const unheard = id === null ? this.#list.filter((utterance) => utterance.responseId === active) : this.#list.slice(at + 1);
    const cuts: Cut[] = [];
    const playing = this.#list[at];
    if (playing) this.#cutPlaying(playing, heardMs, playing.responseId === active, cuts);
    for (const utterance of unheard) this.#drop(utterance, cuts);
    return cuts;
  }

  #cutPlaying(playing: Utterance, heardMs: number, growing: boolean, cuts: Cut[]): void {
    const receivedMs = Math.floor(playing.bytes / bytesPerMs);
    const keptMs = Math.max(0, Math.min(Math.floor(heardMs), receivedMs, playing.cutAtMs ?? Number.POSITIVE_INFINITY));
    if (keptMs === 0) {
      this.#drop(playing, cuts);
      return;
    }
    const whole = keptMs === receivedMs && !growing;
    if (playing.deleted || whole || keptMs === playing.cutAtMs) return;
    playing.cutAtMs = keptMs;
    cuts.push({ kind: 'truncate', id: playing.id, contentIndex: playing.contentIndex, audioEndMs: keptMs });
  }

  #drop(utterance: Utterance, cuts: Cut[]): void {
    if (utterance.deleted) return;
    utterance.deleted = true;
    cuts.push({ kind: 'delete', id: utterance.id });
  }
}
