import { createStore } from 'zustand/vanilla';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { phone } from '../../ui/format.ts';

/** How somebody is told that a call needs a person; kept on this computer. */
export interface AlertPreferences {
  readonly sound: boolean;
  /** By the browser, also when another window is in front. The desktop app always does. */
  readonly notification: boolean;
}

const key = 'ringside.alerts';
const usual: AlertPreferences = { sound: false, notification: false };

function readAlerts(): AlertPreferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Record<keyof AlertPreferences, unknown>>;
    return { sound: kept.sound === true, notification: kept.notification === true };
  } catch {
    return usual;
  }
}

export const alertPreferences = createStore<AlertPreferences>(readAlerts);

export function preferAlerts(change: Partial<AlertPreferences>): void {
  alertPreferences.setState(change);
  localStorage.setItem(key, JSON.stringify(alertPreferences.getState()));
}

/** Which calls need a person, and why; nobody needs to be told of those that a person has. */
export const needing = (calls: Iterable<Pick<CallSummary, 'id' | 'state' | 'attention' | 'heldBy'>>): ReadonlyMap<string, string> =>
  new Map(
    [...calls].flatMap(({ id, state, attention, heldBy }) =>
      state !== 'ended' && heldBy === null && attention?.level === 'act' ? [[id, attention.reason] as const] : [],
    ),
  );

/** Those that need one now and did not before, or for another reason. */
export const newlyNeeding = (before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] =>
  [...now].filter(([id, reason]) => before.get(id) !== reason).map(([id]) => id);

/** What a notification says: who, and why in the words of the card. */
export function noticeOf(call: Pick<CallSummary, 'world' | 'leadName' | 'to' | 'attention'>): {
  readonly title: string;
  readonly body: string;
} {
  const rehearsal = call.world === 'rehearsal' ? 'Rehearsal: ' : '';
  return { title: `${rehearsal}${call.leadName ?? phone(call.to)} needs a person`, body: call.attention?.reason ?? '' };
}

/** Two short tones, soft enough for somebody who is on another call. */
export function chime(): void {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.connect(context.destination);
  gain.gain.setValueAtTime(0, context.currentTime);
  for (const [at, hz] of [
    [0, 660],
    [0.16, 880],
  ] as const) {
    const tone = new OscillatorNode(context, { frequency: hz });
    tone.connect(gain);
    const from = context.currentTime + at;
    gain.gain.linearRampToValueAtTime(0.12, from + 0.02);
    gain.gain.linearRampToValueAtTime(0, from + 0.14);
    tone.start(from);
    tone.stop(from + 0.15);
  }
  setTimeout(() => void context.close(), 800);
}
