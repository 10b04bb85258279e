import type { Clock } from '#bridge/contract/clock.ts';
import type { CallLine } from '../call-line.ts';
import type { AudioListener } from '../calls.ts';
import { ThreeWay } from '../transfer/three-way.ts';
import { HoldPlayer } from './hold-player.ts';
import { PersonLane } from './person-lane.ts';

export interface PeopleSoundParts {
  readonly clock: Clock;
  readonly line: CallLine;
  /** An operator has the call, and not a colleague. */
  isOperators(): boolean;
  /** The AI or the lead speaks, or is about to. */
  isTalk(): boolean;
  changed(): void;
}

/** What people of ours say into a call and hear of it: the operator, a colleague beside them, and the sound for a lead who waits. */
export class PeopleSound {
  readonly #parts: PeopleSoundParts;
  /** The way of a person's voice to the lead. */
  readonly lane: PersonLane;
  /** A colleague on another leg is on the line as well as the operator who has the call. */
  #third: { readonly sound: ThreeWay; readonly lane: PersonLane } | null = null;
  readonly #hold: HoldPlayer;
  readonly #leadListeners = new Set<(bytes: Uint8Array) => void>();

  constructor(parts: PeopleSoundParts) {
    this.#parts = parts;
    const { clock, line } = parts;
    this.lane = this.#laneTo((frame) => {
      // A colleague who has the call is on our side of the recording, and not on the operator's own track.
      if (this.#third === null) line.speak(frame, parts.isOperators() ? frame : null);
      else this.#third.sound.operatorSpoke(frame);
    });
    this.#hold = new HoldPlayer({ clock, playout: line.playout, isTalk: () => parts.isTalk() || this.lane.speaking });
  }

  /** One of them speaks, short pauses included. */
  get speaking(): boolean {
    return this.lane.speaking || (this.#third?.lane.speaking ?? false);
  }

  /** A colleague speaks with the lead beside the operator who has the call. @param hears 20 ms for the colleague's ear @returns their lane */
  join(hears: (frame: Uint8Array) => void): PersonLane {
    this.part();
    const { line } = this.#parts;
    const sound = new ThreeWay({ line: (frame, operator) => line.speak(frame, operator), colleague: hears });
    const lane = this.#laneTo((frame) => sound.colleagueSpoke(frame));
    this.#third = { sound, lane };
    return lane;
  }

  /** Two are left: the lead, and whoever has the call. */
  part(): void {
    this.#third?.lane.close();
    this.#third = null;
  }

  /** A soft sound for a lead who waits, while nobody speaks. */
  holdSound(on: boolean): void {
    this.#hold.set(on);
  }

  /** 20 ms of the lead, on the audio path. @returns a function that stops it */
  hearLead(listener: (bytes: Uint8Array) => void): () => void {
    this.#leadListeners.add(listener);
    return () => this.#leadListeners.delete(listener);
  }

  /** 20 ms of the lead, on the audio path. */
  leadSpoke(bytes: Uint8Array): void {
    this.#third?.sound.leadSpoke(bytes);
    for (const listener of this.#leadListeners) listener(bytes);
  }

  /** @param speaks whoever listens is the operator who has the call: a colleague on the line is heard with the lead */
  listen(listener: AudioListener, speaks: () => boolean): () => void {
    return this.#parts.line.listen({
      begun: (past) => listener.begun?.(past),
      frame: (side, bytes, number) => {
        const both = side === 1 && this.#third !== null && speaks() ? this.#third.sound.operatorHears : bytes;
        listener.frame(side, both, number);
      },
      ended: () => listener.ended(),
    });
  }

  /** Nobody of ours is heard any more. */
  close(): void {
    this.#hold.close();
    this.#leadListeners.clear();
    this.part();
    this.lane.close();
  }

  #laneTo(send: (frame: Uint8Array) => void): PersonLane {
    const { clock, line, changed } = this.#parts;
    return new PersonLane({
      clock,
      send,
      isOpen: () => line.open,
      begins: () => this.#hold.giveWay(),
      changed: () => changed(),
    });
  }
}
