import type { Calls, Microphone, Session } from '#bridge/calls/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import { audioFrameBytes, audioHeaderBytes } from './frame-pool.ts';

/** The first byte of a microphone's frame; 1 and 2 are the sides that a console hears. */
const microphoneType = 3;

/** The microphones of one console: on the channels of its socket, each on a call that it holds. */
export class LiveSpeech {
  readonly #calls: Calls;
  readonly #session: Session;
  readonly #onEnded: (channel: number) => void;
  readonly #microphones = new Map<number, Microphone>();
  /** Channels that spoke once: what is still on its way when a call was given back is no mistake. */
  readonly #spoke = new Set<number>();

  /** @param parts.onEnded the call is not this console's any more */
  constructor(parts: { readonly calls: Calls; readonly session: Session; readonly onEnded: (channel: number) => void }) {
    this.#calls = parts.calls;
    this.#session = parts.session;
    this.#onEnded = parts.onEnded;
  }

  /**
   * @returns puts it on a channel, or (null) closes it
   * @throws {BridgeError} `not-found`, `state/conflict` when this console does not hold the call
   */
  open(callId: CallId): (channel: number | null) => void {
    let place: number | null = null;
    const microphone = this.#calls.openMicrophone(callId, this.#session, () => {
      if (place === null || !this.#microphones.delete(place)) return;
      this.#onEnded(place);
    });
    return (channel) => {
      if (channel === null) {
        microphone.close();
        return;
      }
      place = channel;
      this.#spoke.add(channel);
      this.#microphones.set(channel, microphone);
    };
  }

  /** A binary message, on the audio path. @returns false when it belongs to no microphone of this console */
  receive(message: Uint8Array): boolean {
    if (message.length !== audioHeaderBytes + audioFrameBytes || message[0] !== microphoneType) return false;
    const channel = readUint32(message, 1);
    const microphone = this.#microphones.get(channel);
    microphone?.frame(readUint32(message, 5), message.subarray(audioHeaderBytes));
    return microphone !== undefined || this.#spoke.has(channel);
  }

  /** @returns false when there is no such microphone, and never was */
  ping(channel: number): boolean {
    this.#microphones.get(channel)?.ping();
    return this.#spoke.has(channel);
  }

  /** @returns false when there is no such microphone */
  close(channel: number): boolean {
    const microphone = this.#microphones.get(channel);
    this.#microphones.delete(channel);
    microphone?.close();
    return microphone !== undefined;
  }

  closeAll(): void {
    for (const channel of [...this.#microphones.keys()]) this.close(channel);
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
