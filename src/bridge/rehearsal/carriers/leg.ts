import { FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';
import type { Conversation } from '../person.ts';
import { ByteLog } from './byte-log.ts';
import type { Ticker } from './pacer.ts';

/** Where the audio for an ear comes from. Asked once per 20 ms while it is plugged in. */
export interface EarSource {
  /** @param ear 160 bytes to fill */
  read(ear: Uint8Array): void;
}

/** Ticks between two keys of one `press`: nobody types faster. */
const KEY_TICKS = 10;

/**
 * A picked-up phone: one person's ear and mouth. Every 20 ms the ear gets a frame from whatever is plugged in, the person hears and speaks,
 * and what they said goes to whoever taps the line.
 */
export class Leg implements Ticker {
  readonly #conversation: Conversation;
  readonly #ear = Buffer.alloc(FRAME_BYTES, SILENCE);
  readonly #voice = Buffer.alloc(FRAME_BYTES, SILENCE);
  readonly #keys: string[] = [];
  #keyWait = 0;
  /** Plugged into the ear; null is silence. */
  source: EarSource | null = null;
  /** What the person says, 160 bytes valid during the call; set by the media stream or the other end of a bridge. */
  tap: ((voice: Buffer) => void) | null = null;
  /** Both directions, for recordings at the carrier. */
  readonly recorders = new Set<(voice: Uint8Array, ear: Uint8Array) => void>();
  onKey: (digit: string) => void = () => undefined;
  onHangUp: () => void = () => undefined;
  readonly heard: ByteLog | null;
  readonly said: ByteLog | null;
  /** Frames since the answer. */
  frames = 0;

  constructor(conversation: Conversation, keepAudio: boolean) {
    this.#conversation = conversation;
    this.heard = keepAudio ? new ByteLog() : null;
    this.said = keepAudio ? new ByteLog() : null;
  }

  tick(): void {
    const ear = this.#ear;
    const voice = this.#voice;
    if (this.source) this.source.read(ear);
    else ear.fill(SILENCE);
    voice.fill(SILENCE);
    const action = this.#conversation.tick(ear, voice);
    this.frames++;
    this.heard?.append(ear);
    this.said?.append(voice);
    for (const record of this.recorders) record(voice, ear);
    this.tap?.(voice);
    if (action?.kind === 'press') this.#keys.push(...action.digits);
    if (this.#keyWait > 0) this.#keyWait--;
    else {
      const key = this.#keys.shift();
      if (key !== undefined) {
        this.#keyWait = KEY_TICKS;
        this.onKey(key);
      }
    }
    if (action?.kind === 'hang-up') this.onHangUp();
  }
}

/** One direction of a bridge between two legs. A frame that is not fetched before the next one is lost, as on a line. */
export class Wire implements EarSource {
  readonly #frame = new Uint8Array(FRAME_BYTES);
  #full = false;

  write(frame: Uint8Array): void {
    this.#frame.set(frame);
    this.#full = true;
  }

  read(ear: Uint8Array): void {
    if (this.#full) ear.set(this.#frame);
    else ear.fill(SILENCE);
    this.#full = false;
  }
}
