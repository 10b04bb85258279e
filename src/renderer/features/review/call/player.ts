import type { Stretch } from './peaks.ts';

/** What the player needs of an audio element; a test brings its own. */
export interface Sound {
  src: string;
  /** Seconds. */
  currentTime: number;
  playbackRate: number;
  volume: number;
  preservesPitch: boolean;
  readonly readyState: number;
  play(): Promise<void>;
  pause(): void;
  load(): void;
  removeAttribute(name: string): void;
  addEventListener(type: SoundEvent, listener: () => void): void;
  removeEventListener(type: SoundEvent, listener: () => void): void;
}
type SoundEvent = 'loadedmetadata' | 'ended' | 'error' | 'seeked' | 'pause' | 'playing' | 'timeupdate';

/** The frames of the screen. */
export interface Frames {
  request(draw: () => void): number;
  cancel(id: number): void;
}

export interface PlayerState {
  /** Wanted: it stays true while the sound is fetched. */
  readonly playing: boolean;
  readonly rate: number;
  readonly skipsSilence: boolean;
  /** 0 to 1. */
  readonly volume: number;
  /** Only this is played, and it stops at its end; null while there is no such end. */
  readonly stretch: Stretch | null;
  /** Why there is no sound; null while all is well. */
  readonly problem: string | null;
}

export const rates = [1, 1.5, 2] as const;
/** After this an address may be refused; it is valid for ten minutes. */
const addressAgesMs = 9 * 60_000;
/** `HTMLMediaElement.HAVE_METADATA`: from here on a time can be set. */
const hasMetadata = 1;

/**
 * Plays one recording. The time is told by callbacks and never as state: whoever draws it does so on the frame it is told, and nothing is
 * rendered for it.
 */
export class Player {
  readonly durationMs: number;
  readonly #sound: Sound;
  readonly #address: () => Promise<string>;
  readonly #frames: Frames;
  readonly #nowMs: () => number;
  readonly #stateListeners = new Set<() => void>();
  readonly #timeListeners = new Set<(ms: number) => void>();
  #state: PlayerState;
  #silences: readonly Stretch[] = [];
  /** Where to go as soon as there is sound; null when the element knows. */
  #pendingMs: number | null = 0;
  #source: { readonly takenAtMs: number } | null = null;
  #fetching = false;
  #frame: number | null = null;
  #closed = false;

  /** @param address where the recording is; valid for ten minutes @param volume 0 to 1 */
  constructor(parts: {
    readonly sound: Sound;
    readonly durationMs: number;
    readonly address: () => Promise<string>;
    readonly frames: Frames;
    readonly nowMs: () => number;
    readonly volume?: number;
    readonly rate?: number;
  }) {
    this.durationMs = parts.durationMs;
    this.#sound = parts.sound;
    this.#address = parts.address;
    this.#frames = parts.frames;
    this.#nowMs = parts.nowMs;
    const { volume = 1, rate = 1 } = parts;
    this.#state = { playing: false, rate, skipsSilence: false, volume, stretch: null, problem: null };
    this.#sound.preservesPitch = true;
    this.#sound.volume = volume;
    this.#sound.addEventListener('loadedmetadata', this.#loaded);
    this.#sound.addEventListener('ended', this.#ended);
    this.#sound.addEventListener('error', this.#failed);
    this.#sound.addEventListener('seeked', this.#tellTime);
    // A window that is hidden has no frames, and its sound goes on.
    this.#sound.addEventListener('timeupdate', this.#haltAtEnd);
  }

  state = (): PlayerState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  };

  /** @param listener gets milliseconds from the beginning: now, on every frame while it plays, and after every jump */
  onTime(listener: (ms: number) => void): () => void {
    this.#timeListeners.add(listener);
    listener(this.atMs());
    return () => this.#timeListeners.delete(listener);
  }

  atMs(): number {
    return Math.min(this.durationMs, this.#pendingMs ?? this.#sound.currentTime * 1000);
  }

  play(): void {
    if (this.#closed) return;
    if (this.atMs() >= this.durationMs - 50) this.seek(0);
    this.#change({ playing: true, problem: null });
    if (this.#source === null) void this.#fetch();
    else this.#start();
  }

  /** Plays this and nothing after it. Whoever pauses or goes elsewhere lets go of its end. */
  playStretch(stretch: Stretch): void {
    this.#goTo(stretch.fromMs);
    this.#change({ stretch });
    this.play();
  }

  pause(): void {
    this.#change({ playing: false, stretch: null });
    this.#sound.pause();
    this.#stopFrames();
    this.#tellTime();
  }

  toggle(): void {
    if (this.#state.playing) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    if (this.#state.stretch !== null) this.#change({ stretch: null });
    this.#goTo(ms);
  }

  #goTo(ms: number): void {
    const wanted = Math.max(0, Math.min(this.durationMs, ms));
    if (this.#source !== null && this.#sound.readyState >= hasMetadata) this.#sound.currentTime = wanted / 1000;
    else this.#pendingMs = wanted;
    this.#tellTime();
  }

  setRate(rate: number): void {
    this.#sound.playbackRate = rate;
    this.#change({ rate });
  }

  setVolume(volume: number): void {
    this.#sound.volume = volume;
    this.#change({ volume });
  }

  setSkipsSilence(skipsSilence: boolean): void {
    this.#change({ skipsSilence });
  }

  /** Where nobody speaks; known only when the picture was read. */
  setSilences(silences: readonly Stretch[]): void {
    this.#silences = silences;
  }

  close(): void {
    this.#closed = true;
    this.#stopFrames();
    this.#sound.pause();
    this.#sound.removeEventListener('loadedmetadata', this.#loaded);
    this.#sound.removeEventListener('ended', this.#ended);
    this.#sound.removeEventListener('error', this.#failed);
    this.#sound.removeEventListener('seeked', this.#tellTime);
    this.#sound.removeEventListener('timeupdate', this.#haltAtEnd);
    this.#sound.removeAttribute('src');
    this.#sound.load();
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const address = await this.#address();
      if (this.#closed) return;
      this.#pendingMs ??= this.#sound.currentTime * 1000;
      this.#source = { takenAtMs: this.#nowMs() };
      this.#sound.src = address;
      this.#sound.load();
    } catch (error) {
      this.#stop(error instanceof Error ? error.message : 'The recording cannot be read.');
    } finally {
      this.#fetching = false;
    }
  }

  readonly #loaded = () => {
    this.#sound.playbackRate = this.#state.rate;
    const pendingMs = this.#pendingMs;
    this.#pendingMs = null;
    if (pendingMs !== null) this.#sound.currentTime = pendingMs / 1000;
    if (this.#state.playing) this.#start();
  };

  #start(): void {
    if (this.#sound.readyState < hasMetadata) return;
    this.#sound.play().then(
      () => this.#nextFrame(),
      (error: unknown) => {
        // Pausing before the first sound breaks the promise off, and is no failure.
        if (!this.#state.playing || (error instanceof Error && error.name === 'AbortError')) return;
        this.#stop('The sound cannot be played here.');
      },
    );
  }

  readonly #ended = () => {
    this.#change({ playing: false, stretch: null });
    this.#stopFrames();
    this.#tellTime();
  };

  readonly #failed = () => {
    if (this.#closed || this.#source === null) return;
    const isOld = this.#nowMs() - this.#source.takenAtMs > addressAgesMs;
    this.#pendingMs ??= this.#sound.currentTime * 1000;
    this.#source = null;
    // An address that has aged is no failure: take a new one and go on where we were.
    if (isOld) void this.#fetch();
    else this.#stop('The recording cannot be read.');
  };

  #stop(problem: string): void {
    this.#stopFrames();
    this.#change({ playing: false, stretch: null, problem });
  }

  #nextFrame(): void {
    if (this.#frame !== null || !this.#state.playing || this.#closed) return;
    this.#frame = this.#frames.request(() => {
      this.#frame = null;
      this.#leap();
      this.#haltAtEnd();
      this.#tellTime();
      this.#nextFrame();
    });
  }

  #leap(): void {
    if (!this.#state.skipsSilence) return;
    const ms = this.atMs();
    const silence = this.#silences.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs - 30);
    if (silence) this.#goTo(silence.toMs);
  }

  readonly #haltAtEnd = () => {
    const { playing, stretch } = this.#state;
    if (!playing || stretch === null || this.atMs() < stretch.toMs) return;
    this.pause();
    // The last frame went a little too far.
    this.#goTo(stretch.toMs);
  };

  #stopFrames(): void {
    if (this.#frame !== null) this.#frames.cancel(this.#frame);
    this.#frame = null;
  }

  readonly #tellTime = () => {
    const ms = this.atMs();
    for (const listener of this.#timeListeners) listener(ms);
  };

  #change(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#stateListeners) listener();
  }
}
