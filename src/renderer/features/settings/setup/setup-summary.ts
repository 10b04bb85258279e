import type { Provider, ProviderStatus } from '#bridge/contract/credentials.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import { carrierNames, carrierWords } from '../../../ui/format.ts';

export const statusOf = (status: SetupStatus, provider: Provider): ProviderStatus | undefined =>
  status.providers.find((one) => one.provider === provider);

const has = (status: SetupStatus, provider: Provider): boolean => statusOf(status, provider)?.configured ?? false;

/** One thing that a real call needs, or that makes it better. */
export interface Station {
  readonly id: 'carrier' | 'way-in' | 'voice';
  readonly name: string;
  readonly words: string;
  readonly ready: boolean;
}

export function stationsOf(status: SetupStatus): readonly Station[] {
  const carriers = carrierNames.filter((name) => has(status, name)).map((name) => carrierWords[name]);
  return [
    { id: 'carrier', name: 'Carrier', words: carriers.join(' and ') || 'none yet', ready: carriers.length > 0 },
    {
      id: 'way-in',
      name: 'Way in',
      words: status.publicUrl === null ? 'no address yet' : new URL(status.publicUrl).host,
      ready: status.publicUrl !== null,
    },
    { id: 'voice', name: 'Voice', words: has(status, 'openai') ? 'OpenAI Realtime' : 'announcements only', ready: has(status, 'openai') },
  ];
}

/** What can be done now, in a few words. */
export function abilityOf(status: SetupStatus): string {
  if (!status.canCallForReal) return 'Rehearsal only';
  return has(status, 'openai') ? 'Real calls can be made' : 'Real announcements can be made';
}

/** The one thing to do next, and what it is good for. */
export function nextStepOf(status: SetupStatus): string {
  const [carrier, wayIn, voice] = stationsOf(status);
  if (carrier && !carrier.ready) return 'Next: save the keys of one carrier, Twilio or Plivo. The rehearsal needs nothing of all this.';
  if (wayIn && !wayIn.ready) return 'Next: save the public address, so that the carrier reaches this computer.';
  if (!status.canCallForReal) return status.nextSteps[0] ?? 'Something is missing for real calls.';
  if (voice && !voice.ready) return 'Next: save an OpenAI key. Without it calls are one-way announcements.';
  return 'Next: test each part once, then make a campaign.';
}
