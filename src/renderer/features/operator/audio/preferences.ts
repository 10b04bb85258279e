/** The system's own choice. */
export const usualDevice = 'usual';

/** How somebody speaks on this computer; kept on it. */
export interface MicrophonePreferences {
  readonly deviceId: string;
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  /** `open`: heard from the takeover on; `push`: only while Space is held. */
  readonly mode: 'open' | 'push';
}

const key = 'ringside.microphone';
const usual: MicrophonePreferences = { deviceId: usualDevice, echoCancellation: true, noiseSuppression: true, mode: 'open' };

export function readPreferences(): MicrophonePreferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Record<keyof MicrophonePreferences, unknown>>;
    return {
      deviceId: typeof kept.deviceId === 'string' ? kept.deviceId : usual.deviceId,
      echoCancellation: typeof kept.echoCancellation === 'boolean' ? kept.echoCancellation : usual.echoCancellation,
      noiseSuppression: typeof kept.noiseSuppression === 'boolean' ? kept.noiseSuppression : usual.noiseSuppression,
      mode: kept.mode === 'push' ? 'push' : 'open',
    };
  } catch {
    return usual;
  }
}

export const keepPreferences = (preferences: MicrophonePreferences): void => localStorage.setItem(key, JSON.stringify(preferences));
