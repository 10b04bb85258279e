import type { TurnLatency, TurnParts } from '#bridge/contract/calls.ts';

/** A reply within this is as good as a person's. */
export const goodReplyMs = 800;
/** From here on the lead notices the wait. */
export const slowReplyMs = 1_500;

export type ReplyHop = keyof TurnParts;

/** Where the time of a reply goes, in order. */
export const replyHops = ['endpointMs', 'thinkMs', 'sendMs', 'playMs'] as const satisfies readonly ReplyHop[];

/** The hops of a reply, within a sentence. */
export const replyHopWords: Readonly<Record<ReplyHop, string>> = {
  endpointMs: 'noticing the end of speech',
  thinkMs: 'the AI',
  sendMs: 'sending',
  playMs: 'the way to the ear',
};

/** As labels, short enough for a narrow column. */
export const replyHopLabels: Readonly<Record<ReplyHop, string>> = {
  endpointMs: 'End of speech',
  thinkMs: 'The AI',
  sendMs: 'Sending',
  playMs: 'To the ear',
};

/** What each hop takes on average, of the replies of which that is known; null when it is known of none. */
export function meanParts(turns: readonly Pick<TurnLatency, 'parts'>[]): TurnParts | null {
  const known = turns.flatMap(({ parts }) => parts ?? []);
  if (known.length === 0) return null;
  const mean = (hop: ReplyHop) => Math.round(known.reduce((sum, parts) => sum + parts[hop], 0) / known.length);
  return { endpointMs: mean('endpointMs'), thinkMs: mean('thinkMs'), sendMs: mean('sendMs'), playMs: mean('playMs') };
}

/** The hop that takes the most, and how much of the whole it is; null when nothing took any time. */
export function slowestPart(parts: TurnParts): { readonly hop: ReplyHop; readonly share: number } | null {
  const total = replyHops.reduce((sum, hop) => sum + parts[hop], 0);
  if (total === 0) return null;
  const hop = replyHops.reduce<ReplyHop>((most, each) => (parts[each] > parts[most] ? each : most), 'endpointMs');
  return { hop, share: parts[hop] / total };
}
