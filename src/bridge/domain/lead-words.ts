import { IANAZone } from 'luxon';
import type { Phone } from '#bridge/contract/values.ts';
import { stateByAreaCode } from './area-codes.ts';
import { searchText } from './search-text.ts';
import { stateByName } from './time-zone-data.ts';
import { zonesOfNumber } from './time-zones.ts';
import { cleanValue, normaliseName } from './variables.ts';

/** What a screen says of a lead: who, where, and which clock. */

/** A lead's columns, by their mapped names (`firstName`) or their own. */
export type LeadFields = Readonly<Record<string, string>>;

/** First and last name, else a name or company in one column; null when the row names nobody. */
export function leadName({ firstName, lastName, name, company }: LeadFields): string | null {
  const full = [firstName, lastName].filter((part) => part !== undefined && part !== '').join(' ');
  return full || name || company || null;
}

/** What a list of leads is searched by. */
export function leadSearchText({ firstName, lastName, name, company }: LeadFields, phone: Phone): string {
  return searchText([firstName, lastName, name, company], phone);
}

let countryNames: Intl.DisplayNames | null = null;

/**
 * Town and region, as `Tucson, AZ`, or as much of it as is known: the row's own columns first, then what the number tells. A number travels
 * with its owner, so it completes no address that says something else.
 *
 * @param country ISO 3166 alpha-2 of the number; null when it has none
 * @returns null when nothing is known
 */
export function leadPlace({ city, state, country: stated }: LeadFields, phone: Phone, country: string | null): string | null {
  const town = cleanValue(city ?? '');
  const region = stateCode(cleanValue(state ?? ''));
  if (town !== '' || region !== '') return [town, region].filter((part) => part !== '').join(', ');
  const byNumber = phone.startsWith('+1') ? stateByAreaCode.get(phone.slice(2, 5)) : undefined;
  if (byNumber !== undefined) return byNumber;
  if (cleanValue(stated ?? '').length > 2) return cleanValue(stated ?? '');
  if (country === null || country === 'US' || country === 'CA') return null;
  countryNames ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return countryNames.of(country) ?? null;
}

/** Postal abbreviation of a state that is written out; anything else as it stands. */
function stateCode(state: string): string {
  if (/^[a-z]{2}$/i.test(state)) return state.toUpperCase();
  return stateByName.get(normaliseName(state)) ?? state;
}

/**
 * The zone whose clock a screen may show for a lead.
 *
 * @param zones in which the lead may be; the gate needs all of them, a clock only those that the number agrees with
 * @param country ISO 3166 alpha-2 of the number; null when it has none
 * @returns null when the clocks of those zones differ at this moment
 */
export function clockZone(zones: readonly string[], phone: Phone, country: string | null, nowMs: number): string | null {
  const byNumber = zonesOfNumber(phone, country ?? '');
  const agreed = zones.filter((zone) => byNumber.includes(zone));
  const [first, ...others] = agreed.length > 0 ? agreed : zones;
  if (first === undefined) return null;
  const offset = IANAZone.create(first).offset(nowMs);
  return others.every((zone) => IANAZone.create(zone).offset(nowMs) === offset) ? first : null;
}
