import { createStore } from 'zustand/vanilla';
import type { AudioSide, Client } from '../../../client/client.ts';
import { linear, loudness } from './mulaw.ts';
import workletUrl from './player.worklet.js?url&no-inline';

const volumeKey = 'ringside.volume';

export interface ListeningState {
  /** The call that is heard; null for none. */
  readonly callId: string | null;
  /** 0 to 1. */
  readonly volume: number;
  readonly problem: string | null;
}

/** The loudness of both sides of the call that is open, for whoever draws it: 0 to 1, kept by the last frame of each side. */
export interface Levels {
  lead: number;
  ours: number;
  /** Frames so far. */
  frames: number;
}

/**
 * What this window hears: the frames of one call, for its levels, and on request its sound. There is no microphone in it: nothing here can
 * be heard by anybody on the call.
 */
export class Listening {
  readonly store = createStore<ListeningState>(() => ({ callId: null, volume: storedVolume(), problem: null }));
  readonly levels: Levels = { lead: 0, ours: 0, frames: 0 };
  readonly #client: Client;
  #context: AudioContext | null = null;
  #gain: GainNode | null = null;
  #node: AudioWorkletNode | null = null;
  #heard: string | null = null;
  #stopFrames: (() => void) | null = null;
  #generation = 0;
  /** Somebody listens: whichever call is chosen next is heard too, as soon as it can be. */
  #isWanted = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Follow the levels of a call, the one that is open; null for none. */
  watch(callId: string | null): void {
    if (callId === this.#heard) return;
    this.#stopFrames?.();
    this.#stopFrames = null;
    this.#heard = callId;
    Object.assign(this.levels, { lead: 0, ours: 0, frames: 0 });
    if (this.#node) this.#silence();
    if (callId === null) {
      this.store.setState({ callId: null });
      return;
    }
    this.#stopFrames = this.#client.listen(callId, {
      frame: (side, counter, audio) => this.#frame(side, counter, audio),
      ended: (problem) => {
        Object.assign(this.levels, { lead: 0, ours: 0 });
        this.#silence();
        this.store.setState({ callId: null, problem });
        if (this.#heard === callId) this.#heard = null;
      },
    });
    if (this.#isWanted) void this.listen(callId);
  }

  /** Hear the call that is watched. */
  async listen(callId: string): Promise<void> {
    const generation = ++this.#generation;
    this.#isWanted = true;
    if (this.#heard !== callId) this.watch(callId);
    this.store.setState({ callId, problem: null });
    try {
      const context = await this.#open();
      if (generation !== this.#generation || this.store.getState().callId !== callId) return;
      this.#silence();
      const node = new AudioWorkletNode(context, 'ringside-player', { numberOfInputs: 0, outputChannelCount: [2] });
      node.connect(this.#gain ?? context.destination);
      this.#node = node;
    } catch (error) {
      this.store.setState({ callId: null, problem: `No sound: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  stop(): void {
    this.#isWanted = false;
    this.#generation += 1;
    this.#silence();
    this.store.setState({ callId: null });
  }

  setVolume(volume: number): void {
    localStorage.setItem(volumeKey, String(volume));
    this.store.setState({ volume });
    if (this.#gain && this.#context) this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, 0.02);
  }

  close(): void {
    this.watch(null);
    this.stop();
    void this.#context?.close();
    this.#context = null;
  }

  async #open(): Promise<AudioContext> {
    if (!this.#context) {
      const context = new AudioContext({ latencyHint: 'interactive' });
      await context.audioWorklet.addModule(workletUrl);
      const gain = context.createGain();
      gain.gain.value = this.store.getState().volume;
      gain.connect(context.destination);
      this.#context = context;
      this.#gain = gain;
    }
    await this.#context.resume();
    return this.#context;
  }

  /** Fade out what plays; the worklet ends by itself. */
  #silence(): void {
    const node = this.#node;
    this.#node = null;
    if (!node) return;
    node.port.postMessage('stop');
    setTimeout(() => node.disconnect(), 100);
  }

  #frame(side: AudioSide, counter: number, audio: Uint8Array): void {
    const level = loudness(audio);
    if (side === 1) this.levels.lead = level;
    else this.levels.ours = level;
    this.levels.frames += 1;
    if (!this.#node) return;
    const samples = new Float32Array(audio.length);
    for (let i = 0; i < audio.length; i++) samples[i] = linear[audio[i] ?? 0xff] ?? 0;
    this.#node.port.postMessage({ side, counter, samples }, [samples.buffer]);
  }
}

function storedVolume(): number {
  const stored = Number(localStorage.getItem(volumeKey) ?? '0.8');
  return stored >= 0 && stored <= 1 ? stored : 0.8;
}
