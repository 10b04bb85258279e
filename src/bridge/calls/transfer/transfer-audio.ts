import { FRAME_BYTES, SILENCE } from '../../media/g711.ts';
import { mixFrames } from '../../media/mix.ts';
import type { ColleagueMedia } from './colleague-media.ts';
import type { PersonVoice, TransferableCall } from './transferable-call.ts';

/** So much silence goes ahead of a colleague's voice. */
const reserveFrames = 3;
const silence = new Uint8Array(FRAME_BYTES).fill(SILENCE);

export interface TransferAudioParts {
  readonly call: Pick<TransferableCall, 'holder' | 'handTo' | 'join' | 'part' | 'hearLead'>;
  readonly colleague: { readonly kind: 'colleague'; readonly name: string };
  /** The colleague's stream. */
  media(): Pick<ColleagueMedia, 'hush' | 'pass'>;
  /** Both have heard the introduction to its end. */
  introduced(): void;
  /** The operator has left lead and colleague to each other. */
  operatorLeft(): void;
}

/** The voices of a warm transfer: carries them from one stream to the other, and the sentence that brings the two together to both. */
export class TransferAudio {
  readonly #parts: TransferAudioParts;
  readonly #mixed = new Uint8Array(FRAME_BYTES);
  readonly #piece = new Uint8Array(FRAME_BYTES);
  /** The lead's ear, while they are connected. */
  #lane: PersonVoice | null = null;
  #stopHearing: (() => void) | null = null;
  #isThreeWay = false;
  /** What brings the two together, and how much of it each has heard. */
  #intro: Uint8Array | null = null;
  #introToLead = 0;
  #introToColleague = 0;

  constructor(parts: TransferAudioParts) {
    this.#parts = parts;
  }

  /** Both hear each other. */
  get isPatched(): boolean {
    return this.#lane !== null;
  }

  /** The operator who has the call is on the line as well. */
  get isThreeWay(): boolean {
    return this.#isThreeWay;
  }

  /** Lead and colleague hear each other from now on. @throws {BridgeError} when the call is ending, or its line is gone */
  patch(): void {
    const { call, colleague } = this.#parts;
    const media = this.#parts.media();
    media.hush();
    let lane: PersonVoice;
    if (call.holder === 'operator') {
      lane = call.join(colleague, { hears: (bytes) => media.pass(bytes), alone: (voice) => this.#operatorLeft(voice) });
      this.#isThreeWay = true;
    } else lane = call.handTo(colleague);
    this.#lane = lane;
    // A frame of the colleague that comes a little late leaves no hole.
    for (let filled = 0; filled < reserveFrames; filled += 1) lane.frame(silence);
    if (!this.#isThreeWay) this.#hearLead();
  }

  part(): void {
    this.#stopHearing?.();
    this.#stopHearing = null;
    this.#lane = null;
    this.#intro = null;
    if (!this.#isThreeWay) return;
    this.#isThreeWay = false;
    this.#parts.call.part();
  }

  /** @param audio mu-law, mixed into what either says */
  introduce(audio: Uint8Array): void {
    this.#intro = audio;
    this.#introToLead = 0;
    this.#introToColleague = 0;
  }

  /** 20 ms of the colleague, on the audio path. */
  colleagueSpoke(bytes: Uint8Array): void {
    const lane = this.#lane;
    if (lane === null || bytes.length !== FRAME_BYTES) return;
    if (this.#intro === null) {
      lane.frame(bytes);
      return;
    }
    this.#mixIn(this.#intro, this.#introToLead, bytes);
    this.#introToLead += FRAME_BYTES;
    lane.frame(this.#mixed);
    this.#introducedToBoth();
  }

  #operatorLeft(voice: PersonVoice): void {
    this.#isThreeWay = false;
    this.#lane = voice;
    this.#hearLead();
    this.#parts.operatorLeft();
  }

  #hearLead(): void {
    const media = this.#parts.media();
    this.#stopHearing = this.#parts.call.hearLead((bytes) => this.#leadSpoke(media, bytes));
  }

  /** On the audio path. */
  #leadSpoke(media: Pick<ColleagueMedia, 'pass'>, bytes: Uint8Array): void {
    if (bytes.length !== FRAME_BYTES) return;
    if (this.#intro === null) {
      media.pass(bytes);
      return;
    }
    this.#mixIn(this.#intro, this.#introToColleague, bytes);
    this.#introToColleague += FRAME_BYTES;
    media.pass(this.#mixed);
    this.#introducedToBoth();
  }

  #mixIn(intro: Uint8Array, at: number, bytes: Uint8Array): void {
    const left = intro.length - at;
    if (left <= 0) this.#mixed.set(bytes);
    else if (left >= FRAME_BYTES) mixFrames(bytes, intro.subarray(at, at + FRAME_BYTES), this.#mixed);
    else {
      this.#piece.fill(SILENCE);
      this.#piece.set(intro.subarray(at));
      mixFrames(bytes, this.#piece, this.#mixed);
    }
  }

  #introducedToBoth(): void {
    const length = this.#intro?.length ?? 0;
    if (this.#introToLead < length || this.#introToColleague < length) return;
    this.#intro = null;
    this.#parts.introduced();
  }
}
