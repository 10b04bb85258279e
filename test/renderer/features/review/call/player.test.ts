import { describe, expect, it } from 'vitest';
import { Player, type Sound } from '#renderer/features/review/call/player.ts';

type Listener = () => void;

/** An audio element that loads when it is told to. */
class FakeSound implements Sound {
  src = '';
  currentTime = 0;
  playbackRate = 1;
  volume = 1;
  preservesPitch = false;
  readyState = 0;
  paused = true;
  readonly #listeners = new Map<string, Set<Listener>>();

  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    this.paused = true;
  }
  load(): void {
    this.readyState = 0;
    this.playbackRate = 1;
  }
  removeAttribute(): void {
    this.src = '';
  }
  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }
  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }
  tell(type: string): void {
    for (const listener of this.#listeners.get(type) ?? []) listener();
  }
  loaded(): void {
    this.readyState = 1;
    this.currentTime = 0;
    this.tell('loadedmetadata');
  }
  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

function rig(address: () => Promise<string> = () => Promise.resolve('/recordings/call_1.wav?ticket=1')) {
  const sound = new FakeSound();
  let nowMs = 0;
  let asked = 0;
  const frames = new Map<number, () => void>();
  const player = new Player({
    sound,
    durationMs: 60_000,
    address: () => {
      asked += 1;
      return address();
    },
    frames: {
      request: (draw) => {
        frames.set(frames.size + 1, draw);
        return frames.size;
      },
      cancel: (id) => void frames.delete(id),
    },
    nowMs: () => nowMs,
  });
  return {
    sound,
    player,
    frames,
    asked: () => asked,
    later: (ms: number) => {
      nowMs += ms;
    },
    frame: () => {
      const due = [...frames.values()];
      frames.clear();
      for (const draw of due) draw();
    },
    playing: async () => {
      player.play();
      await turns();
      sound.loaded();
      await turns();
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('the player of a recording', () => {
  it('asks for the address only when somebody plays, and begins where they pointed', async () => {
    const { player, sound, asked, playing } = rig();
    player.seek(42_000);
    expect(player.atMs()).toBe(42_000);
    expect(asked()).toBe(0);
    await playing();
    expect(asked()).toBe(1);
    expect(sound.currentTime).toBe(42);
    expect(sound.paused).toBe(false);
    expect(player.state().playing).toBe(true);
  });

  it('keeps the speed and the pitch when the sound comes', async () => {
    const { player, sound, playing } = rig();
    player.setRate(1.5);
    await playing();
    expect(sound.playbackRate).toBe(1.5);
    expect(sound.preservesPitch).toBe(true);
  });

  it('tells the time on each frame while it plays, and not when it rests', async () => {
    const { player, sound, frame, frames, playing } = rig();
    const told: number[] = [];
    player.onTime((ms) => told.push(ms));
    await playing();
    sound.currentTime = 1;
    frame();
    sound.currentTime = 2;
    frame();
    player.pause();
    expect(frames.size).toBe(0);
    expect(told).toEqual([0, 1_000, 2_000, 2_000]);
  });

  it('leaps over silence when it is asked to', async () => {
    const { player, sound, frame, playing } = rig();
    player.setSilences([{ fromMs: 5_000, toMs: 9_000 }]);
    await playing();
    sound.currentTime = 6;
    frame();
    expect(sound.currentTime).toBe(6);
    player.setSkipsSilence(true);
    frame();
    expect(sound.currentTime).toBe(9);
  });

  it('plays a stretch from its beginning and stops at its end', async () => {
    const { player, sound, frame, playing } = rig();
    await playing();
    sound.currentTime = 40;
    player.playStretch({ fromMs: 10_000, toMs: 12_000 });
    await turns();
    expect(sound.currentTime).toBe(10);
    expect(player.state()).toMatchObject({ playing: true, stretch: { fromMs: 10_000, toMs: 12_000 } });
    sound.currentTime = 11.99;
    frame();
    expect(sound.paused).toBe(false);
    sound.currentTime = 12.01;
    frame();
    expect(sound.paused).toBe(true);
    expect(player.atMs()).toBe(12_000);
    expect(player.state()).toMatchObject({ playing: false, stretch: null });
  });

  it('begins with a stretch also when the sound has yet to come', async () => {
    const { player, sound, asked } = rig();
    player.playStretch({ fromMs: 10_000, toMs: 12_000 });
    await turns();
    sound.loaded();
    await turns();
    expect(asked()).toBe(1);
    expect(sound.currentTime).toBe(10);
    expect(player.state().stretch).toEqual({ fromMs: 10_000, toMs: 12_000 });
  });

  it('stops at the end of a stretch also in a hidden window, which draws no frames', async () => {
    const { player, sound, playing } = rig();
    await playing();
    player.playStretch({ fromMs: 10_000, toMs: 12_000 });
    sound.currentTime = 12.2;
    sound.tell('timeupdate');
    expect(sound.paused).toBe(true);
    expect(sound.currentTime).toBe(12);
  });

  it('does not leap beyond the end of a stretch over a silence', async () => {
    const { player, sound, frame, playing } = rig();
    player.setSilences([{ fromMs: 11_000, toMs: 15_000 }]);
    player.setSkipsSilence(true);
    await playing();
    player.playStretch({ fromMs: 10_000, toMs: 12_000 });
    sound.currentTime = 11.5;
    frame();
    expect(sound.paused).toBe(true);
    expect(sound.currentTime).toBe(12);
  });

  it.each([
    ['goes elsewhere', (player: Player) => player.seek(11_000)],
    ['pauses and plays on', (player: Player) => [player.pause(), player.play()]],
  ])('goes on beyond a stretch when somebody %s', async (_what, act) => {
    const { player, sound, frame, playing } = rig();
    await playing();
    player.playStretch({ fromMs: 10_000, toMs: 12_000 });
    act(player);
    await turns();
    sound.currentTime = 12.5;
    frame();
    expect(sound.paused).toBe(false);
    expect(player.state()).toMatchObject({ playing: true, stretch: null });
  });

  it('begins anew after the end', async () => {
    const { player, sound, playing } = rig();
    await playing();
    sound.currentTime = 60;
    sound.tell('ended');
    expect(player.state().playing).toBe(false);
    player.play();
    expect(sound.currentTime).toBe(0);
  });

  it('takes a new address when the old one has aged, and goes on where it was', async () => {
    const { player, sound, asked, later, playing } = rig();
    await playing();
    sound.currentTime = 30;
    later(11 * 60_000);
    sound.tell('error');
    await turns();
    sound.loaded();
    expect(asked()).toBe(2);
    expect(sound.currentTime).toBe(30);
    expect(player.state()).toMatchObject({ playing: true, problem: null });
  });

  it('says that a recording cannot be read, and tries again when asked', async () => {
    const { player, sound, asked, playing } = rig();
    await playing();
    sound.tell('error');
    expect(player.state()).toMatchObject({ playing: false, problem: 'The recording cannot be read.' });
    player.play();
    await turns();
    expect(asked()).toBe(2);
    expect(player.state().problem).toBeNull();
  });

  it("says the bridge's words when it gives no address", async () => {
    const { player } = rig(() => Promise.reject(new Error('There is no such recording.')));
    player.play();
    await turns();
    expect(player.state()).toMatchObject({ playing: false, problem: 'There is no such recording.' });
  });

  it('leaves nothing behind when it is closed', async () => {
    const { player, sound, frames, playing } = rig();
    await playing();
    player.close();
    expect(sound.paused).toBe(true);
    expect(sound.src).toBe('');
    expect(sound.listeners).toBe(0);
    expect(frames.size).toBe(0);
  });

  it('does not start a sound that arrives after it was closed', async () => {
    const { player, sound } = rig();
    player.play();
    player.close();
    await turns();
    expect(sound.src).toBe('');
    expect(sound.paused).toBe(true);
  });
});
