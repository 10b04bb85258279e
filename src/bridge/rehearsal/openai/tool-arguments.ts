import { isObject, type Json } from './wire.ts';

/** What the model would put into a tool's arguments. */
export interface KnownFacts {
  readonly reason: string;
  /** In the callee's words, as "tomorrow afternoon". */
  readonly when?: string;
  /** The same as an ISO instant. */
  readonly at?: string;
  /** Words for how the call went, best first. */
  readonly dispositions?: readonly string[];
}

/** Arguments that fit a tool's JSON schema, as a sensible model would fill it in: what is required, and what something is known of. */
export function fillArguments(schema: unknown, known: KnownFacts): Json {
  if (!isObject(schema) || !isObject(schema.properties)) return {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const filled: Json = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = isObject(property) ? valueFor(name, property, known, required.includes(name)) : undefined;
    if (value !== undefined) filled[name] = value;
  }
  return filled;
}

function valueFor(name: string, property: Json, known: KnownFacts, isRequired: boolean): unknown {
  const choices = property.enum;
  if (Array.isArray(choices)) {
    const wishes = [...(known.dispositions ?? []), known.reason].map(plain);
    const fitting = wishes.flatMap((wish) => choices.filter((choice) => related(plain(String(choice)), wish)));
    return fitting[0] ?? (isRequired ? choices[0] : undefined);
  }
  const about = `${name} ${String(property.description ?? '')}`;
  const type = Array.isArray(property.type) ? property.type[0] : property.type;
  if (type === 'boolean') return isRequired ? true : undefined;
  if (type === 'number' || type === 'integer') {
    if (/minute/i.test(about)) return 120;
    if (/hour/i.test(about)) return 2;
    return isRequired ? (property.minimum ?? 1) : undefined;
  }
  if (property.format === 'date-time' || /iso/i.test(name)) return known.at ?? (isRequired ? known.reason : undefined);
  if (/when|time|date|day/i.test(name))
    return (/\biso|yyyy/i.test(about) ? known.at : known.when) ?? (isRequired ? known.reason : undefined);
  if (/reason|quote|note|summary|why|cause/i.test(name)) return known.reason;
  return isRequired ? known.reason : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '');
}

function related(choice: string, wish: string): boolean {
  return choice !== '' && wish !== '' && (choice.includes(wish) || wish.includes(choice));
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const HOURS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** The words of a sentence that tell a time: "Tuesday at ten". */
export function timePhrase(words: string): string {
  const found = words.match(
    /(next \w+ )?((?:on |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|tonight)\b)?\s*(?:in the |this )?(morning|afternoon|evening|noon)?\s*((?:at|around|about) \w+(?: ?(?:am|pm|o'clock))?)?/gi,
  );
  const best = (found ?? []).map((piece) => piece.trim()).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
  if (best !== '') return best;
  if (/an hour/i.test(words)) return 'in an hour';
  return 'later';
}

/**
 * The moment that words speak of, as ISO: the next such day, at the hour that was said or at three in the afternoon. A model has no
 * better idea of the callee's zone than this; whoever books it must look.
 */
export function momentOf(words: string, nowMs: number): string {
  const text = words.toLowerCase();
  const at = new Date(nowMs);
  if (/(in )?(an|one) hour/.test(text)) return new Date(nowMs + 3_600_000).toISOString();
  if (/two hours/.test(text)) return new Date(nowMs + 7_200_000).toISOString();
  const day = DAYS.findIndex((name) => text.includes(name));
  let days = /today|tonight|this (afternoon|evening)/.test(text) ? 0 : 1;
  if (day >= 0) days = (day - at.getUTCDay() + 7) % 7 || 7;
  at.setUTCDate(at.getUTCDate() + days);
  at.setUTCHours(hourOf(text), 0, 0, 0);
  return at.toISOString();
}

function hourOf(text: string): number {
  const said = /(?:at|around|about) (\w+)/.exec(text)?.[1] ?? '';
  const hour = /^\d+$/.test(said) ? Number(said) : HOURS.indexOf(said);
  if (hour >= 1 && hour <= 12) {
    const inTheEvening = /pm|afternoon|evening/.test(text) || (hour < 8 && !/am\b|morning/.test(text));
    return (hour % 12) + (inTheEvening ? 12 : 0);
  }
  if (text.includes('morning')) return 10;
  return /evening|tonight/.test(text) ? 18 : 15;
}
