import { IANAZone } from 'luxon';
import type { Phone } from '#bridge/contract/values.ts';
import { stateByName, stateOfZip, zoneByName, zonesByAreaCode, zonesByCountry, zonesByState } from './time-zone-data.ts';
import { normaliseName } from './variables.ts';

/** What a row tells about where the lead is. */
export interface ZoneEvidence {
  readonly phone: Phone;
  /** ISO 3166 alpha-2 of the number. */
  readonly country: string;
  /** Columns of the row as they stand there. */
  readonly timeZone?: string | undefined;
  readonly state?: string | undefined;
  readonly postalCode?: string | undefined;
}

/**
 * The zones that a number points at: by area code in the North American plan, by country elsewhere. Empty when it cannot be told
 * (toll-free, not geographic, a code that we do not know): such a lead is not dialled on a guess.
 */
export function zonesOfNumber(phone: Phone, country: string): readonly string[] {
  if (phone.startsWith('+1')) return zonesByAreaCode.get(phone.slice(2, 5)) ?? [];
  return zonesByCountry.get(country) ?? [];
}

/**
 * IANA zones in which a lead may be, best evidence first: a zone given for the lead stands alone; then its state or ZIP code, then the
 * number. Where an address and a number disagree, both count: a number travels with its owner, and an address may be old.
 */
export function zonesOfLead(lead: ZoneEvidence): readonly string[] {
  const stated = readZone(lead.timeZone ?? '');
  if (stated !== null) return [stated];
  const byNumber = zonesOfNumber(lead.phone, lead.country);
  const byAddress = zonesOfAddress(lead);
  if (byAddress.length === 0) return byNumber;
  const agree = byNumber.length === 0 || byAddress.some((zone) => byNumber.includes(zone));
  return agree ? byAddress : [...new Set([...byAddress, ...byNumber])];
}

/** An IANA zone by its name, or by what people in North America call it; null when it is neither. */
export function readZone(text: string): string | null {
  const name = text.trim();
  if (name === '') return null;
  const common = zoneByName.get(normaliseName(name));
  if (common !== undefined) return common;
  // Offsets and abbreviations know nothing of the change of clocks
  return name.includes('/') && IANAZone.isValidZone(name) ? IANAZone.create(name).name : null;
}

function zonesOfAddress(lead: ZoneEvidence): readonly string[] {
  if (lead.country !== 'US' && lead.country !== 'CA') return [];
  const text = (lead.state ?? '').trim();
  const state = text.length === 2 ? text.toUpperCase() : stateByName.get(normaliseName(text));
  const zones = zonesByState.get(state ?? '');
  if (zones) return zones;
  // Spreadsheets eat the leading zeros of New England
  const zip = /^(\d{3,5})(?:-\d{4})?$/.exec((lead.postalCode ?? '').trim())?.[1]?.padStart(5, '0');
  if (zip === undefined || lead.country !== 'US') return [];
  return zonesByState.get(stateOfZip(Number(zip.slice(0, 3))) ?? '') ?? [];
}
