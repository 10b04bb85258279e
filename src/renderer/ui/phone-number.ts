/** A number that somebody typed, as E.164, or what is wrong with it. Exactly one of the two is null. */
export type PhoneReading = { readonly number: string; readonly problem: null } | { readonly number: null; readonly problem: string };

/**
 * Read a phone number as people write it. Numbers without a country code are taken as North American; whether a number is really given
 * out is the bridge's to say.
 */
export function readPhone(text: string): PhoneReading {
  const trimmed = text.trim();
  const digits = trimmed.replace(/^tel:/i, '').replace(/[\s().\-/\u00A0\u2010-\u2015]/gu, '');
  if (trimmed === '') return wrong('Enter a number.');
  if (!/^(?:\+|00)?\d+$/.test(digits)) return wrong('A number has digits only, as (520) 555-0118 or +44 20 7946 0018.');
  if (digits.startsWith('+') || digits.startsWith('00')) {
    const bare = digits.replace(/^(?:\+|00)/, '');
    if (bare.startsWith('0')) return wrong('A country code does not begin with 0.');
    if (bare.startsWith('1') && bare.length !== 11)
      return wrong(bare.length < 11 ? 'Too short. Ten digits after +1.' : 'Too long. Ten digits after +1.');
    if (bare.length < 8) return wrong('Too short.');
    if (bare.length > 15) return wrong('Too long.');
    return { number: `+${bare}`, problem: null };
  }
  if (digits.length === 10 && /^[2-9]/.test(digits)) return { number: `+1${digits}`, problem: null };
  if (digits.length === 11 && /^1[2-9]/.test(digits)) return { number: `+${digits}`, problem: null };
  if (digits.length < 10) return wrong('Too short. Ten digits, or + and the country code.');
  return wrong('Begin with + and the country code, as +44 20 7946 0018.');
}

const wrong = (problem: string): PhoneReading => ({ number: null, problem });
