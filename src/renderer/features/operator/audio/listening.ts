import { createStore } from 'zustand/vanilla';
import type { AudioSide, Hearing } from '../../../client/audio-channels.ts';
import type { Client } from '../../../client/client.ts';
import { Behind } from './behind.ts';
import { linear, loudness } from './mulaw.ts';
import workletUrl from './player.worklet.js?url&no-inline';
import { Stretch } from './stretch.ts';

const volumeKey = 'ringside.volume';
const balanceKey = 'ringside.balance';

export interface ListeningState {
  /** Somebody listens: whichever call is open is heard as soon as it can be. */
  readonly isOn: boolean;
  /** The call that is heard; null for none. */
  readonly callId: string | null;
  /** 0 to 1. */
  readonly volume: number;
  /** -1 only the lead, 0 both alike, 1 only our side. */
  readonly balance: number;
  /** How fast the past is played. */
  readonly rate: 1 | 1.5;
  /** How much of the past there was when somebody last jumped, and when that was; null before. */
  readonly held: { readonly ms: number; readonly atMs: number } | null;
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
 * What this window hears: the levels of the call that is open, and on request its sound. Whoever speaks on a call hears that one, whatever
 * is open. There is no microphone in it: nothing here can be heard by anybody on the call.
 */
export class Listening {
  readonly store = createStore<ListeningState>(() => ({
    isOn: false,
    callId: null,
    volume: stored(volumeKey, 0.8, 0),
    balance: stored(balanceKey, 0, -1),
    rate: 1,
    held: null,
    problem: null,
  }));
  readonly levels: Levels = { lead: 0, ours: 0, frames: 0 };
  readonly #client: Client;
  readonly #behind = new Behind();
  #context: AudioContext | null = null;
  #gain: GainNode | null = null;
  #node: AudioWorkletNode | null = null;
  #watched: string | null = null;
  #levelsOnly: Hearing | null = null;
  #ear: { readonly callId: string; readonly hearing: Hearing } | null = null;
  #stretches: readonly [Stretch, Stretch] | null = null;
  #counters: [number, number] = [0, 0];
  #generation = 0;
  /** The call that this person speaks on: it stays in the ear whatever is opened, without this person's own voice. */
  #own: string | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Follow the levels of a call, the one that is open, and its sound while somebody listens; null where nothing can be heard of it. */
  watch(callId: string | null): void {
    if (callId === this.#watched) return;
    this.#watched = callId;
    this.#follow();
    if (this.#own !== null || !this.store.getState().isOn) return;
    if (callId !== null) void this.listen(callId);
    else this.#hush();
  }

  /** No call is open any more. */
  leave(): void {
    if (this.#own === null) this.stop();
    this.watch(null);
  }

  /** Hear the open call as soon as somebody has answered it. */
  expect(): void {
    this.store.setState({ isOn: true, problem: null });
  }

  /** Hear a call. */
  async listen(callId: string): Promise<void> {
    const generation = ++this.#generation;
    if (this.#ear?.callId !== callId) this.#attach(callId);
    this.store.setState({ isOn: true, callId, problem: null });
    try {
      const context = await this.#open();
      if (generation !== this.#generation || this.#ear?.callId !== callId) return;
      this.#silence();
      const node = new AudioWorkletNode(context, 'ringside-player', { numberOfInputs: 0, outputChannelCount: [2] });
      node.connect(this.#gain ?? context.destination);
      this.#node = node;
      this.#balance();
    } catch (error) {
      this.#detach();
      this.store.setState({ isOn: false, callId: null, problem: `No sound: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  stop(): void {
    this.store.setState({ isOn: false });
    this.#hush();
  }

  /** The call on which this person speaks; null for none. It is heard until then and a listener before stays one. */
  speakOn(callId: string | null): void {
    if (callId === this.#own) return;
    const before = this.#own;
    this.#own = callId;
    if (callId !== null) void this.listen(callId);
    else if (before !== null) {
      this.#balance();
      if (this.#watched !== before) this.stop();
    }
  }

  /** Hear the past. @param backMs how far behind the live sound; 0 is live */
  seek(backMs: number): void {
    this.#ear?.hearing.seek(Math.max(0, Math.round(backMs)));
  }

  setRate(rate: 1 | 1.5): void {
    this.#ear?.hearing.rate(rate);
    this.#stretches = rate === 1 ? null : [new Stretch(), new Stretch()];
    this.store.setState({ rate });
  }

  /** How far behind the live sound what is heard is, ms. */
  behindMs(): number {
    return this.#ear === null ? 0 : this.#behind.at(Date.now());
  }

  setVolume(volume: number): void {
    localStorage.setItem(volumeKey, String(volume));
    this.store.setState({ volume });
    if (this.#gain && this.#context) this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, 0.02);
  }

  setBalance(balance: number): void {
    localStorage.setItem(balanceKey, String(balance));
    this.store.setState({ balance });
    this.#balance();
  }

  close(): void {
    this.stop();
    this.watch(null);
    void this.#context?.close();
    this.#context = null;
  }

  /** Nothing is heard from now on. */
  #hush(): void {
    this.#generation += 1;
    this.#silence();
    this.#detach();
    this.store.setState({ callId: null });
  }

  #attach(callId: string): void {
    this.#detach();
    this.#behind.jumped(0, 0);
    this.#stretches = null;
    this.store.setState({ rate: 1, held: null });
    const hearing = this.#client.listen(callId, {
      frame: (side, counter, audio) => {
        if (callId === this.#watched) this.#level(side, audio);
        this.#play(side, counter, audio);
      },
      sought: (backMs, heldMs) => {
        this.#behind.jumped(backMs, Date.now());
        this.#restart();
        this.store.setState({ held: { ms: heldMs, atMs: Date.now() } });
      },
      ended: (problem) => {
        if (this.#ear?.hearing !== hearing) return;
        this.#ear = null;
        this.#silence();
        this.#follow();
        this.store.setState({ callId: null, problem });
      },
    });
    this.#ear = { callId, hearing };
    this.#follow();
  }

  #detach(): void {
    const ear = this.#ear;
    this.#ear = null;
    ear?.hearing.stop();
    this.#follow();
  }

  /** Watch the levels where the ear does not bring them anyway. */
  #follow(): void {
    this.#levelsOnly?.stop();
    this.#levelsOnly = null;
    Object.assign(this.levels, { lead: 0, ours: 0, frames: 0 });
    const callId = this.#watched;
    if (callId === null || this.#ear?.callId === callId) return;
    this.#levelsOnly = this.#client.listen(
      callId,
      { frame: (side, _counter, audio) => this.#level(side, audio), ended: () => Object.assign(this.levels, { lead: 0, ours: 0 }) },
      { levelsOnly: true },
    );
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

  #restart(): void {
    this.#counters = [0, 0];
    if (this.#stretches) this.#stretches = [new Stretch(), new Stretch()];
    this.#node?.port.postMessage('restart');
  }

  #balance(): void {
    const { balance } = this.store.getState();
    const ours = this.#own !== null && this.#own === this.#ear?.callId ? 0 : Math.min(1, 1 + balance);
    this.#node?.port.postMessage({ gains: [Math.min(1, 1 - balance), ours] });
  }

  #level(side: AudioSide, audio: Uint8Array): void {
    const level = loudness(audio);
    if (side === 1) this.levels.lead = level;
    else this.levels.ours = level;
    this.levels.frames += 1;
  }

  #play(side: AudioSide, counter: number, audio: Uint8Array): void {
    if (side === 1) this.#behind.heard(counter);
    if (!this.#node) return;
    const samples = new Float32Array(audio.length);
    for (let i = 0; i < audio.length; i++) samples[i] = linear[audio[i] ?? 0xff] ?? 0;
    if (this.#stretches !== null && this.behindMs() > 0) {
      for (const frame of this.#stretches[side - 1]?.push(samples) ?? []) this.#put(side, this.#counters[side - 1] ?? 0, frame);
      return;
    }
    if (this.#stretches !== null) {
      // It has caught up: from here on the live frames are played as they come.
      this.#stretches = null;
      this.store.setState({ rate: 1 });
      this.#restart();
    }
    this.#put(side, counter, samples);
  }

  #put(side: AudioSide, counter: number, samples: Float32Array): void {
    this.#counters[side - 1] = counter + 1;
    this.#node?.port.postMessage({ side, counter, samples }, [samples.buffer]);
  }
}

function stored(key: string, usual: number, least: number): number {
  const value = Number(localStorage.getItem(key) ?? usual);
  return value >= least && value <= 1 ? value : usual;
}
