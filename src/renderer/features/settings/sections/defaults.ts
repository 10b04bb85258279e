import type { ConsoleSettings } from '#bridge/contract/settings.ts';
import { readPhone } from '../../../ui/phone-number.ts';

export type Defaults = ConsoleSettings['defaults'];

const regionCodes = 'US CA GB IE AU NZ ZA IN SG PH MX ES FR DE AT CH IT NL BE LU PT SE NO DK FI PL CZ GR BR AR CL CO PE JP KR IL AE'.split(
  ' ',
);
const regionNames = new Intl.DisplayNames('en', { type: 'region' });

/** Countries whose numbers are often written without a country code. @param chosen is there in any case */
export function regions(chosen: string): readonly { readonly value: string; readonly label: string }[] {
  const codes = regionCodes.includes(chosen) ? regionCodes : [...regionCodes, chosen];
  return codes.map((code) => ({ value: code, label: regionNames.of(code) ?? code }));
}

/** Typed numbers as E.164, each once, and the first that is none. */
export function readNumbers(typed: readonly string[]): { readonly numbers: string[]; readonly problem: string | null } {
  const numbers: string[] = [];
  let problem: string | null = null;
  for (const text of typed) {
    const reading = readPhone(text);
    if (reading.number === null) problem ??= `${text}: ${reading.problem}`;
    else if (!numbers.includes(reading.number)) numbers.push(reading.number);
  }
  return { numbers, problem };
}

/** What keeps the defaults from being saved; null when nothing does. */
export function problemWith({ window }: Defaults): string | null {
  return window.start < window.end ? null : 'Calling has to end later than it begins.';
}
