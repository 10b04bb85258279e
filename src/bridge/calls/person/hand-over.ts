import type { Speaker } from '#bridge/contract/words.ts';

/** Said by one party, as far as it was heard. */
export interface SaidLine {
  readonly speaker: Speaker;
  readonly text: string;
}

export interface HandOver {
  /** Who had the call, by name; several when it went from hand to hand. */
  readonly by: readonly string[];
  /** What was said meanwhile, in order. */
  readonly lines: readonly SaidLine[];
  readonly note: string | null;
  /** How they left it, when they did not give it back; null when they did. */
  readonly because: string | null;
  /** The words of the person are not known: nobody wrote them down. */
  readonly isDeaf: boolean;
}

/** Lines of a long conversation that are told again; what is older nobody refers to. */
const recentLines = 40;

/** What the AI is told when it gets the call back from a person: one message, which it reads and nobody hears. */
export function handOverText({ by, lines, note, because, isDeaf }: HandOver): string {
  const who = by.join(', then ') || 'A colleague';
  return [
    because === null
      ? `${who}, a person of our side, took the call over from you and has given it back to you now.`
      : `${who}, a person of our side, took the call over from you. You have it again, because ${because}.`,
    lines.length > 0 ? `Meanwhile this was said:\n${written(lines, who)}` : 'Meanwhile nothing was understood.',
    ...(isDeaf ? [`The words of ${who} were not written down; only those of the person on the phone are known.`] : []),
    ...(note === null ? [] : [`A note for you from ${who}: ${note}`]),
    'Go on from there. Do not greet, do not introduce yourself, do not repeat anything, and do not answer what was asked before now. What was agreed meanwhile holds.',
  ].join('\n\n');
}

/** What a session is told that comes into a call which goes on. */
export function soFarText(lines: readonly SaidLine[]): string {
  return [
    'The call is going on; you have introduced yourself already: do not greet again, do not repeat yourself. This is the conversation so far:',
    written(lines.slice(-recentLines), 'A colleague') || '(nothing was understood)',
  ].join('\n');
}

function written(lines: readonly SaidLine[], person: string): string {
  return lines
    .map(({ speaker, text }) => `${speaker === 'lead' ? 'The person on the phone' : speaker === 'ai' ? 'You' : person}: ${text}`)
    .join('\n');
}
