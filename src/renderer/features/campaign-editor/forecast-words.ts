import type { CampaignPreview } from '#bridge/contract/campaigns.ts';
import type { RefusalName, World } from '#bridge/contract/words.ts';
import { count } from '../../ui/format.ts';

/** How many people "are": "101 on the do-not-call list". */
const refusalWords: Readonly<Record<RefusalName, string>> = {
  'campaign-not-running': 'waiting for the start',
  'not-configured': 'waiting for the setup',
  reconciling: "waiting for the carrier's records",
  'invalid-number': 'with a number that cannot be called',
  'country-not-allowed': 'in a country that is not allowed',
  suppressed: 'on the do-not-call list',
  'already-dialling': 'on the phone',
  'unknown-outcome': 'that may have been rung already',
  'attempts-exhausted': 'called as often as allowed',
  'minimum-gap': 'called a short while ago',
  'attempts-per-day': 'called too often within 24 hours',
  'no-consent': 'without consent on file',
  'zone-unknown': 'in an unknown time zone',
  'outside-hours': 'outside their legal hours',
  'outside-campaign-hours': 'outside their hours',
  'no-caller-number': 'without a number to call from',
  'missing-variables': 'without a value that the agent says',
  budget: 'beyond the budget',
  'budget-per-day': 'beyond the budget of the day',
  'nobody-at-desk': 'waiting for somebody on duty',
  'no-line': 'waiting for a line',
  pacing: 'waiting for their turn',
};

/** `9 h`, `40 min`: rounded, because it is a guess. */
function aboutSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'a minute';
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `$61`; cents only where they are all there is. */
function aboutMoney(micros: number): string {
  const dollars = micros / 1_000_000;
  return dollars >= 10 ? `$${count(Math.round(dollars))}` : `$${dollars.toFixed(2)}`;
}

/**
 * "Will call 842 of 1,000: 101 on the do-not-call list, 57 outside their hours. About 9 h, about $61."
 *
 * @param world a rehearsal spends nothing
 */
export function forecastSentence({ leads, willDial, refusals, forecast }: CampaignPreview, world: World): string {
  if (leads === 0) return 'There is nobody to call yet.';
  const reasons = [...refusals]
    .filter((refusal) => refusal.count > 0)
    .sort((one, other) => other.count - one.count)
    .map((refusal) => `${count(refusal.count)} ${refusalWords[refusal.name]}`);
  const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  const everybody = leads === 1 ? 'the one person in it' : `all ${count(leads)}`;
  const who = willDial === leads ? `Will call ${everybody}${why}.` : `Will call ${count(willDial)} of ${count(leads)}${why}.`;
  if (willDial === 0) return who.replace('Will call 0 of', 'Will call nobody of');
  const cost = `about ${aboutMoney(forecast.costMicros)}`;
  return `${who} About ${aboutSpan(forecast.durationMs)}, ${world === 'rehearsal' ? `$0.00: ${cost} if real` : cost}.`;
}
