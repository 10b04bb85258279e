import type { CampaignPreview } from '#bridge/contract/campaigns.ts';
import type { RefusalName } from '#bridge/contract/words.ts';
import { count } from '../../ui/format.ts';

const words: Readonly<Record<RefusalName, string>> = {
  'campaign-not-running': 'not started yet',
  'not-configured': 'waiting for the setup',
  reconciling: 'waiting for the carrier’s records',
  'invalid-number': 'with a number that cannot be called',
  'country-not-allowed': 'in a country that is not allowed',
  suppressed: 'on the do-not-call list',
  'already-dialling': 'on a call already',
  'unknown-outcome': 'who may have been rung already',
  'attempts-exhausted': 'tried often enough',
  'minimum-gap': 'tried a short while ago',
  'attempts-per-day': 'tried often enough today',
  'no-consent': 'without a consent basis',
  'zone-unknown': 'whose local time is not known',
  'outside-hours': 'outside their hours',
  'outside-campaign-hours': 'outside the campaign’s hours',
  'no-caller-number': 'without a caller number',
  'missing-variables': 'without a value that the agent needs',
  budget: 'beyond the budget',
  'no-line': 'waiting for a free line',
  pacing: 'waiting for the pace',
};

/** `Will call 842 of 1,000: 101 on the do-not-call list, 57 outside their hours.` */
export function previewWords({ leads, willDial, refusals }: Pick<CampaignPreview, 'leads' | 'willDial' | 'refusals'>): string {
  if (leads === 0) return 'Nobody is in this campaign yet.';
  const held = refusals.filter((refusal) => refusal.count > 0).map((refusal) => `${count(refusal.count)} ${words[refusal.name]}`);
  return `Will call ${count(willDial)} of ${count(leads)}${held.length === 0 ? '' : `: ${held.join(', ')}`}.`;
}
