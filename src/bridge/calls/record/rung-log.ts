import type { RungChange } from '#bridge/contract/calls.ts';
import type { LadderStep, Rung } from '#bridge/contract/words.ts';

/** As a person names them. */
const rungNames: Readonly<Record<LadderStep, string>> = {
  realtime: 'Realtime speech',
  live: 'The Live voice',
  cascade: 'The cascade',
  relay: "The carrier's relay",
  'turn-based': "The carrier's recogniser",
  human: 'A person of ours',
  announcement: 'The announcement',
};

export interface RungLogParts {
  /** Best first. */
  readonly ladder: readonly LadderStep[];
  /** As stored. */
  readonly rung: Rung | null;
  readonly changes: readonly RungChange[];
  /** Somebody is there to hear of a change. */
  isAnswered(): boolean;
  /** Wall clock. */
  now(): number;
  spoken(rung: Rung): void;
  changed(change: RungChange): void;
  /** For the transcript. */
  note(text: string): void;
}

/** Who has spoken for us on one call, from voice to voice down the ladder, and why each came in place of another. */
export class RungLog {
  readonly #parts: RungLogParts;
  readonly #changes: RungChange[];
  #rung: Rung | null;
  #below: { readonly from: string; readonly to: string; readonly because: string } | null = null;

  constructor(parts: RungLogParts) {
    this.#parts = parts;
    this.#rung = parts.rung;
    this.#changes = [...parts.changes];
  }

  get rung(): Rung | null {
    return this.#rung;
  }

  get changes(): readonly RungChange[] {
    return this.#changes;
  }

  /** When and why another voice took over last. */
  get last(): RungChange | null {
    return this.#changes.at(-1) ?? null;
  }

  /** Which voice speaks in place of a better one; null when the one does with which the call began. */
  get below(): { readonly from: string; readonly to: string; readonly because: string } | null {
    return this.#below;
  }

  /** The carrier speaks the words, with a voice of its own. */
  get isWithoutStream(): boolean {
    return this.#rung === 'announcement' || this.#rung === 'turn-based' || this.#rung === 'relay';
  }

  set(rung: Rung): void {
    if (this.#rung === rung) return;
    this.#rung = rung;
    this.#parts.spoken(rung);
  }

  /** Another voice speaks from now on. */
  to(from: LadderStep | null, to: Rung, because: string): void {
    this.set(to);
    if (this.#stepped(from, to, because)) this.#parts.note(`${rungNames[to]} speaks from here on: ${because}`);
  }

  /** No voice is left: a person of ours is rung for the lead. */
  toPerson(name: string, because: string): void {
    if (this.#stepped(this.#step, 'human', because)) this.#parts.note(`${name} is rung: ${because}`);
  }

  /** The carrier's own voice has the call, in place of whoever was to speak. */
  toAnnouncement(because: string): void {
    if (this.#rung === 'announcement') return;
    const from = this.#step;
    if (from === null) this.set('announcement');
    else this.to(from, 'announcement', because);
  }

  /** Who has, or was to have, the next word. */
  get #step(): LadderStep | null {
    if (this.last?.to === 'human') return 'human';
    return this.#rung ?? this.#parts.ladder.find(isVoice) ?? null;
  }

  /** @returns false when nobody was there to hear of it */
  #stepped(from: LadderStep | null, to: LadderStep, because: string): boolean {
    const { ladder, isAnswered, now, changed } = this.#parts;
    if (!isAnswered()) return false;
    const change: RungChange = { at: new Date(now()).toISOString(), from, to, because };
    this.#changes.push(change);
    const isDown = from !== null && ladder.indexOf(to) > ladder.indexOf(from);
    this.#below = isDown ? { from: rungNames[from], to: rungNames[to], because } : null;
    changed(change);
    return true;
  }
}

/** An AI that converses, in whatever way. */
function isVoice(step: LadderStep): step is Exclude<Rung, 'announcement'> {
  return step !== 'announcement' && step !== 'human';
}
