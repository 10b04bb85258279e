import { encodeMulaw, FRAME_BYTES, SAMPLE_RATE_HZ, SILENCE } from '../../media/g711.ts';
import { peakLevel } from '../../media/levels.ts';
import type { Conversation, PersonAction, Voices } from '../person.ts';

export type CalleeVoice = Parameters<Voices['render']>[1];

/** What a simulated person does, one after the other. They go by what they hear, as people do. */
export type Move =
  /** Wait until the other side has said something and has then been quiet for a while. */
  | { readonly kind: 'listen'; readonly pauseMs: number }
  /** Wait until the other side has been speaking for a while: then the next move cuts in. */
  | { readonly kind: 'wait-to-interrupt'; readonly intoMs: number }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'beep'; readonly hz: number; readonly ms: number }
  | { readonly kind: 'press'; readonly digits: string }
  | { readonly kind: 'hang-up' };

const frameMs = 20;
/** Peak of a frame, of full scale, from which on it is speech; line noise stays far below. */
const speechPeak = 0.02;
/** Somebody who has never been quiet for this long is still talking. */
const shortGapMs = 240;

/** One conversation of one person. Advances by frames only, so it runs at the speed of the line. */
export class ScriptedConversation implements Conversation {
  readonly #moves: readonly Move[];
  readonly #voice: CalleeVoice;
  readonly #voices: Voices;
  readonly #giveUpMs: number;
  #next = 0;
  #inMoveMs = 0;
  #heardSpeechMs = 0;
  #quietMs = 0;
  #speakingMs = 0;
  #totalMs = 0;
  #done = false;

  /** @param giveUpMs the person hangs up when the call has lasted this long */
  constructor(moves: readonly Move[], voice: CalleeVoice, voices: Voices, giveUpMs: number) {
    this.#moves = moves;
    this.#voice = voice;
    this.#voices = voices;
    this.#giveUpMs = giveUpMs;
  }

  tick(heard: Uint8Array, out: Uint8Array): PersonAction | null {
    out.fill(SILENCE);
    if (this.#done) return null;
    this.#totalMs += frameMs;
    this.#notice(heard);
    if (this.#totalMs >= this.#giveUpMs) return this.#hangUp();
    // Several moves may follow each other at once, but only one fills the frame.
    for (let guard = 0; guard < this.#moves.length; guard += 1) {
      const move = this.#moves[this.#next];
      if (move === undefined) return null;
      const result = this.#perform(move, out);
      if (result === 'stay') {
        this.#inMoveMs += frameMs;
        return null;
      }
      this.#next += 1;
      this.#inMoveMs = 0;
      if (result !== 'next') return result;
    }
    return null;
  }

  #notice(heard: Uint8Array): void {
    if (peakLevel(heard) >= speechPeak) {
      this.#heardSpeechMs += frameMs;
      this.#speakingMs += frameMs + (this.#quietMs < shortGapMs ? this.#quietMs : 0);
      this.#quietMs = 0;
    } else {
      this.#quietMs += frameMs;
      if (this.#quietMs >= shortGapMs) this.#speakingMs = 0;
    }
  }

  #perform(move: Move, out: Uint8Array): 'stay' | 'next' | PersonAction {
    switch (move.kind) {
      case 'listen':
        if (this.#heardSpeechMs < 300 || this.#quietMs < move.pauseMs) return 'stay';
        this.#heardSpeechMs = 0;
        return 'next';
      case 'wait-to-interrupt':
        return this.#speakingMs >= move.intoMs ? 'next' : 'stay';
      case 'say': {
        const clip = this.#voices.cached(move.text, this.#voice);
        if (clip === null) return 'stay';
        const from = (this.#inMoveMs / frameMs) * FRAME_BYTES;
        if (from >= clip.length) {
          this.#heardSpeechMs = 0;
          return 'next';
        }
        out.set(clip.subarray(from, from + FRAME_BYTES));
        return 'stay';
      }
      case 'wait':
        return this.#inMoveMs >= move.ms ? 'next' : 'stay';
      case 'beep':
        if (this.#inMoveMs >= move.ms) return 'next';
        tone(out, move.hz, (this.#inMoveMs / frameMs) * FRAME_BYTES);
        return 'stay';
      case 'press':
        return { kind: 'press', digits: move.digits };
      case 'hang-up':
        return this.#hangUp();
    }
  }

  #hangUp(): PersonAction {
    this.#done = true;
    return { kind: 'hang-up' };
  }
}

/** A pure tone at a third of full scale, as mu-law. @param fromSample keeps the phase from frame to frame */
function tone(out: Uint8Array, hz: number, fromSample: number): void {
  const samples = new Int16Array(out.length);
  for (let index = 0; index < samples.length; index += 1)
    samples[index] = 12_000 * Math.sin((2 * Math.PI * hz * (fromSample + index)) / SAMPLE_RATE_HZ);
  encodeMulaw(samples, out);
}
