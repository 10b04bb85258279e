import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type CaptureEvents, Microphone } from '#renderer/features/operator/audio/microphone.ts';

const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});

const refusal = (name: string) => Object.assign(new Error('no'), { name });

function rig() {
  const opened: { constraints: MediaTrackConstraints; events: CaptureEvents; isOpen: boolean; stopped: boolean }[] = [];
  const present = new Map([
    ['laptop', 'Laptop'],
    ['headset', 'Headset'],
  ]);
  let changed: () => void = () => {};
  let fault: Error | null = null;
  const microphone = new Microphone(
    {
      enumerateDevices: async () => [...present].map(([deviceId, label]) => ({ deviceId, label, kind: 'audioinput' }) as MediaDeviceInfo),
      addEventListener: (_: string, listener: unknown) => {
        changed = listener as () => void;
      },
      removeEventListener: () => {},
    },
    async (constraints, events) => {
      if (fault) throw fault;
      const wanted = (constraints.deviceId as { exact: string } | undefined)?.exact ?? 'laptop';
      if (!present.has(wanted)) throw refusal('OverconstrainedError');
      const capture = { constraints, events, isOpen: false, stopped: false };
      opened.push(capture);
      return {
        deviceName: present.get(wanted) ?? '',
        deviceId: wanted,
        gate: (open) => {
          capture.isOpen = open;
        },
        stop: () => {
          capture.stopped = true;
        },
      };
    },
  );
  const settle = () => new Promise((done) => setTimeout(done, 0));
  return {
    microphone,
    opened,
    present,
    settle,
    refuse: (error: Error | null) => {
      fault = error;
    },
    replug: async () => {
      changed();
      await settle();
    },
  };
}

describe('a microphone', () => {
  beforeEach(() => kept.clear());

  it('does not exist before somebody goes on duty, nor after', async () => {
    const { microphone, opened } = rig();
    expect(opened).toEqual([]);
    await microphone.start();
    expect(microphone.store.getState()).toMatchObject({ state: 'ready', deviceName: 'Laptop' });
    expect(opened).toMatchObject([{ isOpen: false, stopped: false }]);
    microphone.stop();
    expect(opened).toMatchObject([{ stopped: true }]);
    expect(microphone.store.getState().state).toBe('off');
  });

  it.each([
    ['NotAllowedError', /not allowed.*go on duty again/],
    ['NotFoundError', /No microphone is connected/],
    ['NotReadableError', /Another program/],
  ])('says after %s what to do', async (name, words) => {
    const { microphone, refuse } = rig();
    refuse(refusal(name));
    await microphone.start();
    expect(microphone.store.getState()).toMatchObject({ state: 'off', problem: expect.stringMatching(words) });
    refuse(null);
    await microphone.start();
    expect(microphone.store.getState()).toMatchObject({ state: 'ready', problem: null });
  });

  it('says so where a browser gives none', async () => {
    const microphone = new Microphone(null, async () => {
      throw new Error('never asked');
    });
    await microphone.start();
    expect(microphone.store.getState()).toMatchObject({ state: 'off', problem: expect.stringMatching(/HTTPS/) });
  });

  it('remembers the device and its filters', async () => {
    const first = rig();
    await first.microphone.start();
    await first.microphone.prefer({ deviceId: 'headset', noiseSuppression: false });
    const { microphone, opened } = rig();
    await microphone.start();
    expect(opened[0]?.constraints).toMatchObject({ deviceId: { exact: 'headset' }, echoCancellation: true, noiseSuppression: false });
  });

  it('falls back when the device is unplugged, says so, keeps the gate, and comes back with it', async () => {
    const { microphone, opened, present, replug, settle } = rig();
    await microphone.start();
    await microphone.prefer({ deviceId: 'headset' });
    microphone.gate(true);
    present.delete('headset');
    opened.at(-1)?.events.ended();
    await settle();
    expect(microphone.store.getState()).toMatchObject({ deviceName: 'Laptop', news: 'Headset is gone. Laptop is used now.' });
    expect(opened.at(-1)?.isOpen).toBe(true);
    present.set('headset', 'Headset');
    await replug();
    expect(microphone.store.getState()).toMatchObject({ deviceName: 'Headset', news: 'Headset is back.' });
  });

  it('uses the usual one when the chosen one is not there at all', async () => {
    kept.set('ringside.microphone', JSON.stringify({ deviceId: 'gone' }));
    const { microphone } = rig();
    await microphone.start();
    expect(microphone.store.getState()).toMatchObject({ state: 'ready', deviceName: 'Laptop' });
  });

  it('hears nothing of a track that it has let go', async () => {
    const { microphone, opened } = rig();
    const heard = vi.fn();
    microphone.onHeard = heard;
    await microphone.start();
    microphone.stop();
    opened[0]?.events.heard(1, null);
    expect(heard).not.toHaveBeenCalled();
    expect(microphone.level).toBe(0);
  });
});
