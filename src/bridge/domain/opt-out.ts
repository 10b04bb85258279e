import { english } from './opt-out-en.ts';
import { spanish } from './opt-out-es.ts';
import { french } from './opt-out-fr.ts';
import { hindi } from './opt-out-hi.ts';
import { type OptOutTier, type Phrase, type PhraseBook, plainText } from './opt-out-text.ts';

export interface OptOutFind {
  /**
   * `opt-out`: never call this person again, now and by whatever ear it was heard. `end-call`: end politely, no suppression.
   * `soft-refusal`: one polite close at the most. `callback`: at another time.
   */
  readonly tier: OptOutTier;
  /** The caller's own words, as they were transcribed. */
  readonly quote: string;
}

/** All languages are looked for in every call: people answer in their own. */
const books: readonly PhraseBook[] = [english, spanish, french, hindi];
/** Tables in the order that decides between several finds; the clearest and gravest words first. */
const tables = (['optOut', 'callback', 'refusal', 'circumstance', 'ending', 'leaveAlone'] as const).map((name) =>
  books.flatMap((book) => book[name]),
);
const leaveAlone = books.flatMap((book) => book.leaveAlone);
const curse =
  / (?:f+u+c+k\S*|shit\S*|bullshit|asshole\S*|bitch\S*|bastard\S*|(?:god)?damn\S*|hell|mierda|carajo|chinga\S*|puta|joder|cabron\S*|merde|putain|connard\S*|bordel|foutez|saala|saale|bakwas|साले|बकवास) /u;

/** Nobody says more than this in one breath; keeps the work small whatever a recogniser sends. */
const LONGEST_SEGMENT = 600;

/**
 * What the caller's last words mean for the call, by fixed phrases in English, Spanish, French and Hindi. Runs beside the model's own
 * tool: either ear suffices. A false find costs one lead, a miss breaks a promise that the law asks for, so doubt counts as a find;
 * scheduling ("don't call me before five"), words about third parties ("I told my bank to stop calling me") and the echo of our own
 * voice do not.
 *
 * @param options `segments`: the caller's last two finals, newest last (a phrase may be split over both); what was found must end in the
 * newest. `agentTextWithin2s`: what our side said within the last two seconds, or null; caller text that repeats it, with at least one
 * more word of it beside the phrase, came back through the line
 * @returns the gravest meaning, or null
 */
export function detectOptOut({
  segments,
  agentTextWithin2s,
}: {
  readonly segments: readonly string[];
  readonly agentTextWithin2s: string | null;
}): OptOutFind | null {
  const [earlier, newest] = [segments.at(-2)?.slice(-LONGEST_SEGMENT) ?? null, segments.at(-1)?.slice(-LONGEST_SEGMENT)];
  if (newest === undefined) return null;
  // Both ends of plain text are a space, so that the two halves share one.
  const before = earlier === null ? ' ' : plainText(earlier);
  const text = before.slice(0, -1) + plainText(newest);
  const echo = agentTextWithin2s === null ? null : wordsOnly(plainText(agentTextWithin2s));

  const find = (table: readonly Phrase[]) => table.flatMap((phrase) => matches(phrase, text, before.length, echo))[0];
  const quoteOf = (startsAt: number) =>
    startsAt < before.length - 1 && earlier !== null ? `${earlier.trim()} ${newest.trim()}` : newest.trim();

  const outright = find(tables[0] ?? []);
  if (outright) return { tier: 'opt-out', quote: quoteOf(outright.startsAt) };

  const alone = find(leaveAlone);
  if (alone) {
    const times = leaveAlone.reduce((sum, phrase) => sum + matches(phrase, text, 0, echo).length, 0);
    const raw = ` ${segments
      .slice(-2)
      .join(' ')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')} `;
    if (times > 1 || curse.test(raw)) return { tier: 'opt-out', quote: quoteOf(times > 1 ? 0 : alone.startsAt) };
  }

  for (const table of tables.slice(1)) {
    const found = find(table);
    if (found) return { tier: found.tier, quote: quoteOf(found.startsAt) };
  }
  return null;
}

/**
 * Words that are no opt-out and may be on the way to one: `alone` asks to be left alone, `no` is a friendly no; null is neither. A goodbye
 * is neither.
 */
export function mayOptOut(text: string): 'alone' | 'no' | null {
  const said = text.slice(-LONGEST_SEGMENT);
  const plain = plainText(said);
  if (leaveAlone.some((phrase) => matches(phrase, plain, 0, null).length > 0)) return 'alone';
  return detectOptOut({ segments: [said], agentTextWithin2s: null })?.tier === 'soft-refusal' ? 'no' : null;
}

/**
 * Have the expressions compiled before a call needs them: the first look costs some ten milliseconds, in which no audio would move.
 * To be called once when the bridge has started.
 */
export function warmOptOut(): void {
  // The engine compiles an expression at its first use, better at its second, and anew for text with letters beyond the Latin ones.
  for (const words of ['no por favor', 'कृपया no por favor'])
    for (let times = 0; times < 3; times++) detectOptOut({ segments: ['I told you to', words], agentTextWithin2s: 'stop' });
}

function matches(phrase: Phrase, text: string, endsAfter: number, echo: string | null): { tier: OptOutTier; startsAt: number }[] {
  const found: { tier: OptOutTier; startsAt: number }[] = [];
  // Nearly always the answer is no, and `matchAll` makes a copy of the expression before it looks.
  if (text.search(phrase.pattern) === -1) return found;
  for (const match of text.matchAll(phrase.pattern)) {
    const startsAt = match.index;
    const endsAt = startsAt + match[0].length;
    if (endsAt < endsAfter) continue;
    const ahead = text.slice(0, startsAt);
    const sentence = ahead.slice(ahead.lastIndexOf('|') + 1);
    if (phrase.unlessBefore?.test(text.slice(endsAt))) continue;
    // Words about "your list" are to us, whoever else is in the sentence.
    if (phrase.unlessAfter?.test(` ${sentence.trimStart()}`) && !/ your? /u.test(` ${match[0]} `)) continue;
    if (echo !== null && isEcho(text, startsAt, endsAt, echo)) continue;
    found.push({ tier: phrase.tier, startsAt });
  }
  return found;
}

/** Whether our own words stand here, and at least one more of them right beside. The bare phrase may be the lead taking our offer up. */
function isEcho(text: string, startsAt: number, endsAt: number, echo: string): boolean {
  const phrase = wordsOnly(text.slice(startsAt - 1, endsAt + 1));
  if (!echo.includes(phrase)) return false;
  const ahead = wordsOnly(text.slice(0, startsAt)).trim().split(' ').at(-1);
  const behind = wordsOnly(text.slice(endsAt)).trim().split(' ')[0];
  return (ahead ? echo.includes(` ${ahead}${phrase}`) : false) || (behind ? echo.includes(`${phrase}${behind} `) : false);
}

function wordsOnly(text: string): string {
  return text.replace(/ [,|](?= )/gu, '');
}
