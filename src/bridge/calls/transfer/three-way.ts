import { FRAME_BYTES, SILENCE } from '../../media/g711.ts';
import { VoiceMix } from '../../media/voice-mix.ts';

/** A lead, the operator who has their call, and a colleague on a second leg: each hears both others. On the audio path. */
export class ThreeWay {
  readonly #line: (frame: Uint8Array, operator: Uint8Array | null) => void;
  readonly #colleague: (frame: Uint8Array) => void;
  readonly #toLead = new VoiceMix();
  readonly #toColleague = new VoiceMix();
  readonly #toOperator = new VoiceMix();
  #operatorHears: Uint8Array = new Uint8Array(FRAME_BYTES).fill(SILENCE);

  /**
   * @param parts.line 20 ms for the lead, at once, and what of it is the operator's, null when nothing is; valid during the call
   * @param parts.colleague 20 ms for the colleague
   */
  constructor(parts: {
    readonly line: (frame: Uint8Array, operator: Uint8Array | null) => void;
    readonly colleague: (frame: Uint8Array) => void;
  }) {
    this.#line = parts.line;
    this.#colleague = parts.colleague;
  }

  /** What goes to the operator in the place of the lead's last frame. */
  get operatorHears(): Uint8Array {
    return this.#operatorHears;
  }

  leadSpoke(frame: Uint8Array): void {
    if (frame.length !== FRAME_BYTES) {
      this.#operatorHears = frame;
      return;
    }
    this.#colleague(this.#toColleague.beat(frame));
    this.#operatorHears = this.#toOperator.beat(frame);
  }

  colleagueSpoke(frame: Uint8Array): void {
    const both = this.#toLead.beat(frame);
    this.#line(both, this.#toLead.second);
    this.#toOperator.add(frame);
  }

  operatorSpoke(frame: Uint8Array): void {
    const forLead = this.#toLead.add(frame);
    if (forLead !== null) this.#line(forLead, forLead);
    const forColleague = this.#toColleague.add(frame);
    if (forColleague !== null) this.#colleague(forColleague);
  }
}
