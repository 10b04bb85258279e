import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { Disposition, Outcome, Rung, World } from '#bridge/contract/words.ts';
import type { OperationRequest } from '../../client/operations.ts';
import { midnight } from '../../ui/days.ts';
import { dispositionWords, outcomeWords, rungWords } from '../../ui/format.ts';
import { causeWords } from './calls/call-words.ts';

/** How long was talked, in steps that people ask for. */
export const lengths = {
  none: { words: 'Not talked', maxTalkMs: 0 },
  short: { words: 'Under 30 s', minTalkMs: 1, maxTalkMs: 29_999 },
  minute: { words: '30 s to 2 min', minTalkMs: 30_000, maxTalkMs: 119_999 },
  medium: { words: '2 to 5 min', minTalkMs: 120_000, maxTalkMs: 299_999 },
  long: { words: 'Over 5 min', minTalkMs: 300_000 },
} as const satisfies Record<string, { readonly words: string; readonly minTalkMs?: number; readonly maxTalkMs?: number }>;
export type Length = keyof typeof lengths;

export const people = { with: 'With a person', without: 'AI alone' } as const;
export type Person = keyof typeof people;

export const scores = { yes: 'Scored', no: 'Not scored' } as const;
export type Scored = keyof typeof scores;

export const worlds: Readonly<Record<World, string>> = { real: 'Real calls', rehearsal: 'Rehearsal' };

/** Which calls are asked for; what is absent does not matter. It is the part of the address behind the question mark. */
export interface CallFilter {
  readonly campaign?: string;
  readonly outcome?: Outcome;
  readonly disposition?: Disposition;
  /** Days of this machine's calendar, as `2026-11-21`, both included. */
  readonly since?: string;
  readonly until?: string;
  readonly length?: Length;
  readonly rung?: Rung;
  /** Why it ended. */
  readonly cause?: EndCause;
  readonly person?: Person;
  readonly world?: World;
  readonly tag?: string;
  readonly scored?: Scored;
  /** Part of a name or number. */
  readonly text?: string;
}

const textMax = 120;
const tagMax = 40;
const oneOf =
  <Value extends string>(record: Readonly<Record<Value, unknown>>) =>
  (value: string): Value | undefined =>
    Object.hasOwn(record, value) ? (value as Value) : undefined;
const day = (value: string) => (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined);

const readers: { readonly [Field in keyof CallFilter]-?: (value: string) => CallFilter[Field] } = {
  campaign: (value) => (/^[A-Za-z0-9_-]{1,80}$/.test(value) ? value : undefined),
  outcome: oneOf(outcomeWords),
  disposition: oneOf(dispositionWords),
  since: day,
  until: day,
  length: oneOf(lengths),
  rung: oneOf(rungWords),
  cause: oneOf(causeWords),
  person: oneOf(people),
  world: oneOf(worlds),
  tag: (value) => value.trim().slice(0, tagMax) || undefined,
  scored: oneOf(scores),
  text: (value) => value.slice(0, textMax) || undefined,
};

/** @param search the address behind its question mark; what it does not know it passes by */
export function readFilter(search: string): CallFilter {
  const params = new URLSearchParams(search);
  const found = Object.entries(readers).flatMap(([field, read]) => {
    const value = params.get(field);
    const understood = value === null ? undefined : read(value);
    return understood === undefined ? [] : [[field, understood] as const];
  });
  return Object.fromEntries(found);
}

/** The same filter gives the same text, whatever was chosen first. @returns '' for all calls */
export function filterAddress(filter: CallFilter): string {
  const params = new URLSearchParams();
  for (const field of Object.keys(readers) as (keyof CallFilter)[]) {
    const value = filter[field];
    if (value !== undefined && value !== '') params.set(field, value);
  }
  return params.toString();
}

/** What `calls.list` and `calls.count` are asked with. */
export function callsQuery(filter: CallFilter): OperationRequest<'calls.count'> {
  const { campaign, outcome, disposition, since, until, length, rung, cause, person, world, tag, scored, text } = filter;
  const talked: { readonly minTalkMs?: number; readonly maxTalkMs?: number } = length ? lengths[length] : {};
  const { minTalkMs, maxTalkMs } = talked;
  return {
    ...(campaign ? { campaignId: campaign } : {}),
    ...(outcome ? { outcome } : {}),
    ...(disposition ? { disposition } : {}),
    ...(since ? { since: midnight(since).toISOString() } : {}),
    ...(until ? { until: new Date(midnight(until, 1).getTime() - 1).toISOString() } : {}),
    ...(minTalkMs === undefined ? {} : { minTalkMs }),
    ...(maxTalkMs === undefined ? {} : { maxTalkMs }),
    ...(rung ? { rung } : {}),
    ...(cause ? { cause } : {}),
    ...(person ? { personInvolved: person === 'with' } : {}),
    ...(world ? { world } : {}),
    ...(tag ? { tag } : {}),
    ...(scored ? { scored: scored === 'yes' } : {}),
    ...(text?.trim() ? { search: text.trim() } : {}),
  };
}

/** The filter as a person would say it: `Spring check, Booked`. @returns null for all calls */
export function filterWords(filter: CallFilter, campaignName: string | null, dayWords: (day: string) => string): string | null {
  const { outcome, disposition, since, until, length, rung, cause, person, world, tag, scored, text } = filter;
  const words = [
    filter.campaign ? (campaignName ?? 'one campaign') : null,
    outcome ? outcomeWords[outcome] : null,
    disposition ? dispositionWords[disposition] : null,
    since || until ? dates(since, until, dayWords) : null,
    length ? lengths[length].words : null,
    rung ? rungWords[rung] : null,
    cause ? causeWords[cause] : null,
    person ? people[person] : null,
    world ? worlds[world] : null,
    tag ? `tagged ${tag}` : null,
    scored ? scores[scored] : null,
    text ? text : null,
  ].filter((part) => part !== null);
  return words.length === 0 ? null : words.join(', ');
}

function dates(since: string | undefined, until: string | undefined, dayWords: (day: string) => string): string {
  if (since && until) return since === until ? dayWords(since) : `${dayWords(since)} to ${dayWords(until)}`;
  return since ? `since ${dayWords(since)}` : `until ${dayWords(until ?? '')}`;
}
