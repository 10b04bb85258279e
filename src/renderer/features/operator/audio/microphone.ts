import { createStore } from 'zustand/vanilla';
import { lowPass } from './low-pass.ts';
import { keepPreferences, type MicrophonePreferences, readPreferences, usualDevice } from './preferences.ts';

export interface MicrophoneDevice {
  readonly id: string;
  readonly name: string;
}

export interface MicrophoneState {
  /** `off`: there is no track at all; `asking`: the browser asks the person; `ready`: a track is open, and nothing of it leaves this page. */
  readonly state: 'off' | 'asking' | 'ready';
  readonly devices: readonly MicrophoneDevice[];
  /** The device that is open, by its name. */
  readonly deviceName: string | null;
  readonly preferences: MicrophonePreferences;
  /** Why there is none, and what to do. */
  readonly problem: string | null;
  /** Something about it changed by itself: a headset was unplugged. */
  readonly news: string | null;
}

/** What one open microphone is made of; a test brings its own. */
export interface Capture {
  /** The browser's own name of the device. */
  readonly deviceName: string;
  readonly deviceId: string;
  /** Let frames out, or only the level. */
  gate(open: boolean): void;
  stop(): void;
}

export interface CaptureEvents {
  /** Every 20 ms. @param frame null while the gate is closed */
  heard(level: number, frame: Uint8Array | null): void;
  /** The device is gone. */
  ended(): void;
}

export type OpenCapture = (constraints: MediaTrackConstraints, events: CaptureEvents) => Promise<Capture>;

/** The list of microphones and news of it; `navigator.mediaDevices` of a secure page. */
export type Devices = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener' | 'removeEventListener'>;

/** A microphone that exists only while somebody is on duty, and is heard on a line only through its gate. */
export class Microphone {
  readonly store = createStore<MicrophoneState>(() => ({
    state: 'off',
    devices: [],
    deviceName: null,
    preferences: readPreferences(),
    problem: null,
    news: null,
  }));
  /** How loud it is, 0 to 1; 0 while there is none. */
  level = 0;
  /** Told every 20 ms while there is one. */
  onHeard: CaptureEvents['heard'] = () => {};
  readonly #devices: Devices | null;
  readonly #openCapture: OpenCapture;
  #capture: Capture | null = null;
  #generation = 0;
  #isOpen = false;
  readonly #changed = () => void this.#devicesChanged();

  /** @param devices null where the browser gives none: the page came over plain HTTP from another machine */
  constructor(devices: Devices | null, openCapture: OpenCapture) {
    this.#devices = devices;
    this.#openCapture = openCapture;
  }

  /** Ask for the microphone and keep it open. */
  async start(): Promise<void> {
    if (this.store.getState().state !== 'off') return;
    if (this.#devices === null) {
      this.store.setState({
        problem: 'A browser gives a microphone only to a page of this computer or over HTTPS. Open Ringside on the computer that runs it.',
      });
      return;
    }
    this.store.setState({ state: 'asking', problem: null, news: null });
    this.#devices.addEventListener('devicechange', this.#changed);
    await this.#open(this.store.getState().preferences.deviceId);
  }

  /** The track ends: there is no microphone any more. */
  stop(): void {
    this.#generation += 1;
    this.#devices?.removeEventListener('devicechange', this.#changed);
    this.#drop();
    this.store.setState({ state: 'off', deviceName: null, news: null });
  }

  /** Let what it hears out, or only its level. */
  gate(open: boolean): void {
    this.#isOpen = open;
    this.#capture?.gate(open);
  }

  /** Change what it is; a device or a filter is changed by opening it anew, within the permission that was given. */
  async prefer(change: Partial<MicrophonePreferences>): Promise<void> {
    const preferences = { ...this.store.getState().preferences, ...change };
    keepPreferences(preferences);
    this.store.setState({ preferences, news: null });
    const isOther = 'deviceId' in change || 'echoCancellation' in change || 'noiseSuppression' in change;
    if (isOther && this.store.getState().state !== 'off') await this.#open(preferences.deviceId);
  }

  async #open(deviceId: string): Promise<void> {
    const generation = ++this.#generation;
    const isCurrent = () => generation === this.#generation;
    const { echoCancellation, noiseSuppression } = this.store.getState().preferences;
    this.#drop();
    try {
      const capture = await this.#openCapture(
        {
          ...(deviceId === usualDevice ? {} : { deviceId: { exact: deviceId } }),
          channelCount: 1,
          echoCancellation,
          noiseSuppression,
          autoGainControl: noiseSuppression,
        },
        {
          heard: (level, frame) => {
            if (!isCurrent()) return;
            this.level = level;
            this.onHeard(level, frame);
          },
          ended: () => {
            if (isCurrent()) void this.#lost();
          },
        },
      );
      if (!isCurrent()) {
        capture.stop();
        return;
      }
      this.#capture = capture;
      capture.gate(this.#isOpen);
      this.store.setState({ state: 'ready', deviceName: capture.deviceName, problem: null });
      await this.#list();
    } catch (error) {
      if (!isCurrent()) return;
      const name = error instanceof Error ? error.name : '';
      if (deviceId !== usualDevice && (name === 'OverconstrainedError' || name === 'NotFoundError')) {
        this.store.setState({ news: 'The chosen microphone is not there. The system’s usual one is used.' });
        await this.#open(usualDevice);
        return;
      }
      this.stop();
      this.store.setState({ problem: whyNone(name, error) });
    }
  }

  /** The device was unplugged. */
  async #lost(): Promise<void> {
    const before = this.store.getState().deviceName ?? 'The microphone';
    await this.#open(usualDevice);
    const { deviceName } = this.store.getState();
    if (deviceName !== null) this.store.setState({ news: `${before} is gone. ${deviceName} is used now.` });
  }

  /** Something was plugged in or out; what was chosen and comes back is used again. */
  async #devicesChanged(): Promise<void> {
    await this.#list();
    const { preferences, devices, state } = this.store.getState();
    const wanted = devices.find(({ id }) => id === preferences.deviceId);
    if (state !== 'ready' || !wanted || preferences.deviceId === usualDevice || this.#capture?.deviceId === wanted.id) return;
    await this.#open(wanted.id);
    if (this.store.getState().deviceName !== null) this.store.setState({ news: `${wanted.name} is back.` });
  }

  async #list(): Promise<void> {
    const all = (await this.#devices?.enumerateDevices()) ?? [];
    const devices = all
      .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '' && deviceId !== 'default' && deviceId !== 'communications')
      .map(({ deviceId, label }, index) => ({ id: deviceId, name: label || `Microphone ${index + 1}` }));
    this.store.setState({ devices });
  }

  #drop(): void {
    this.#capture?.stop();
    this.#capture = null;
    this.level = 0;
  }
}

function whyNone(name: string, error: unknown): string {
  switch (name) {
    case 'NotAllowedError':
      return 'The microphone is not allowed. Allow it for Ringside in the address bar or in the system’s privacy settings, then go on duty again.';
    case 'NotFoundError':
      return 'No microphone is connected. Plug one in, then go on duty again.';
    case 'NotReadableError':
      return 'Another program has the microphone. Close it there, then go on duty again.';
    default:
      return `The microphone cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The microphone of this page, through the worklet. */
export function openCapture(workletUrl: string): OpenCapture {
  return async (constraints, { heard, ended }) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints });
    const context = new AudioContext({ latencyHint: 'interactive' });
    const stop = () => {
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    };
    try {
      await context.audioWorklet.addModule(workletUrl);
      await context.resume();
      const node = new AudioWorkletNode(context, 'ringside-microphone', {
        numberOfOutputs: 0,
        processorOptions: lowPass(context.sampleRate),
      });
      node.port.onmessage = ({ data }: MessageEvent<{ level: number; frame: Uint8Array | null }>) => heard(data.level, data.frame);
      context.createMediaStreamSource(stream).connect(node);
      const [track] = stream.getAudioTracks();
      track?.addEventListener('ended', ended);
      return {
        deviceName: track?.label || 'Microphone',
        deviceId: track?.getSettings().deviceId ?? '',
        gate: (open) => node.port.postMessage(open ? 'open' : 'close'),
        stop: () => {
          track?.removeEventListener('ended', ended);
          node.port.onmessage = null;
          node.port.postMessage('end');
          stop();
        },
      };
    } catch (error) {
      stop();
      throw error;
    }
  };
}
