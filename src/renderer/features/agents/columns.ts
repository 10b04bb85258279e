import type { Lead } from '#bridge/contract/leads.ts';
import { lookUp, normaliseName, piecesOf } from './template.ts';

/** A column that texts may ask for. */
export interface Column {
  readonly name: string;
  /** Of a lead that has it; null when nobody does. */
  readonly example: string | null;
  /** How many of the leads that were looked at have it. */
  readonly have: number;
}

export interface Columns {
  readonly all: readonly Column[];
  /** How many leads were looked at; 0 when there are none yet. */
  readonly leads: number;
  /** Whether there are more than were looked at. */
  readonly more: boolean;
}

/** What an import knows by name, in any list. */
const standard = [
  'firstName',
  'lastName',
  'phone',
  'company',
  'email',
  'address',
  'city',
  'state',
  'postalCode',
  'country',
  'notes',
  'externalId',
];

/** A lead's values, as its texts get them. */
export const valuesOf = (lead: Pick<Lead, 'phone' | 'fields'>): Readonly<Record<string, string>> => ({ phone: lead.phone, ...lead.fields });

/** The columns of these leads, the fullest first, and behind them the standard ones that nobody has. */
export function columnsOf(leads: readonly Pick<Lead, 'phone' | 'fields'>[], more = false): Columns {
  const found = new Map<string, { name: string; example: string | null; have: number }>();
  for (const name of standard) found.set(normaliseName(name), { name, example: null, have: 0 });
  for (const lead of leads) {
    const seen = new Set<string>();
    for (const [name, value] of Object.entries(valuesOf(lead))) {
      const key = normaliseName(name);
      if (key === '' || value.trim() === '' || seen.has(key)) continue;
      seen.add(key);
      const column = found.get(key) ?? { name, example: null, have: 0 };
      column.example ??= value;
      column.have += 1;
      found.set(key, column);
    }
  }
  const order = new Map(standard.map((name, index) => [name, index]));
  const all = [...found.values()].sort(
    (a, b) => Number(b.have > 0) - Number(a.have > 0) || (order.get(a.name) ?? 99) - (order.get(b.name) ?? 99) || b.have - a.have,
  );
  return { all, leads: leads.length, more };
}

/** Those that fit what was typed, the likeliest first. */
export function matching(columns: Columns, query: string): readonly Column[] {
  const wanted = normaliseName(query);
  const fits = columns.all.filter(({ name }) => normaliseName(name).includes(wanted));
  return fits
    .sort((a, b) => Number(normaliseName(b.name).startsWith(wanted)) - Number(normaliseName(a.name).startsWith(wanted)))
    .slice(0, 8);
}

/** Something about a variable that its writer should know, and how it is cured. */
export interface VariableProblem {
  /** `error`: it would be spoken, and cannot be saved; `warning`: leads are not called over it. */
  readonly level: 'error' | 'warning';
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** What to write in its place, and the words of the button. */
  readonly cure: { readonly words: string; readonly text: string } | null;
}

/** What is wrong with the variables of a text, each name told of once. */
export function problemsOf(template: string, columns: Columns): readonly VariableProblem[] {
  const known = new Map(columns.all.map((column) => [normaliseName(column.name), column]));
  const told = new Set<string>();
  return piecesOf(template).flatMap((piece): VariableProblem[] => {
    if (piece.kind === 'text') return [];
    const { start, end } = piece;
    if (piece.kind === 'broken') {
      return [
        {
          level: 'error',
          start,
          end,
          message: `"${piece.text}" is begun as a variable and is none. Write {{firstName}}, or {{firstName | there}}.`,
          cure: null,
        },
      ];
    }
    const key = normaliseName(piece.name);
    if (told.has(key)) return [];
    const column = known.get(key);
    const lacking = columns.leads - (column?.have ?? 0);
    if (column && (lacking === 0 || piece.fallback !== null)) return [];
    told.add(key);
    if (!column) {
      const meant = closest(key, columns);
      if (columns.leads === 0 && meant === null) return [];
      return [
        {
          level: 'warning',
          start,
          end,
          message:
            piece.fallback === null
              ? `No column is called "${piece.name}", so nobody would be called.`
              : `No column is called "${piece.name}", so everybody hears "${piece.fallback}".`,
          cure: meant === null ? null : { words: `Use ${meant}`, text: written(meant, piece.fallback) },
        },
      ];
    }
    const who = column.have === 0 ? 'No lead has' : `${lacking} of ${columns.more ? 'the first ' : ''}${columns.leads} leads have no`;
    const then = column.have === 0 ? 'Nobody is called' : 'They are not called';
    return [
      {
        level: 'warning',
        start,
        end,
        message: `${who} "${column.name}". ${then} unless the text says what to use instead.`,
        cure: { words: 'Write a fallback', text: written(piece.name, fallbackFor(column.name)) },
      },
    ];
  });
}

const written = (name: string, fallback: string | null): string => (fallback === null ? `{{${name}}}` : `{{${name} | ${fallback}}}`);

const fallbacks: Readonly<Record<string, string>> = { firstName: 'there', city: 'your area', company: 'your company' };
const fallbackFor = (name: string): string => fallbacks[name] ?? `your ${name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}`;

/** The column that was probably meant: a slip or two away. */
function closest(key: string, columns: Columns): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const { name } of columns.all) {
    const distance = distanceOf(key, normaliseName(name));
    if (distance <= Math.min(2, Math.floor(key.length / 3)) && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best?.name ?? null;
}

/** Letters to add, drop, change, or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** For a preview before there are leads; named as an example wherever it is shown. */
export const exampleLead: Pick<Lead, 'phone' | 'fields'> = {
  phone: '+15205550142',
  fields: { firstName: 'Helen', lastName: 'Nakagawa', company: 'Nakagawa Design', city: 'Tucson', state: 'AZ', email: 'helen@example.com' },
};

/** First and last name, or the number. */
export function nameOf(lead: Pick<Lead, 'phone' | 'fields'>): string | null {
  const look = lookUp(lead.fields);
  const full = [look('firstName'), look('lastName')].filter((part) => part !== null).join(' ');
  return full || look('name') || look('company');
}
