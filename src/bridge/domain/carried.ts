/** Who said a line of the conversation; `context` is a fact that only the AI reads. */
export type CarriedRole = 'ai' | 'callee' | 'context';

export interface CarriedLine {
  readonly role: CarriedRole;
  readonly text: string;
}

export interface CarriedTool {
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
  /** Null when nobody knows yet what came of it. */
  readonly result: string | null;
}

/** What a step of the ladder leaves to the one after it. */
export interface Carried {
  /** The conversation in order; of our own words only those that reached the ear. */
  readonly heard: readonly { readonly speaker: 'lead' | 'ai' | 'operator' | 'system'; readonly text: string }[];
  /** What the AI had done and what came of it, in order. */
  readonly tools: readonly CarriedTool[];
  readonly disclosureHeard: boolean;
  readonly greetingHeard: boolean;
  readonly holder: 'ai' | 'operator';
}

/** Enough for any call that people have; each line is read again with every answer. */
const linesMax = 40;
const charactersMax = 6_000;
const toolsMax = 10;

const goingOn =
  'The call is going on; this is the conversation so far. Do not greet again and do not repeat what was said. Go on where it stands.';

/**
 * The conversation as the next engine is told it, oldest first. Empty when nothing has been said or done yet: then the call begins as if
 * nothing had happened.
 */
export function carriedLines(carried: Carried): readonly CarriedLine[] {
  const spoken = carried.heard
    .map(({ speaker, text }) => ({ speaker, text: text.trim() }))
    .filter(({ speaker, text }) => text !== '' && speaker !== 'system')
    .map(
      ({ speaker, text }): CarriedLine =>
        speaker === 'lead'
          ? { role: 'callee', text }
          : speaker === 'ai'
            ? { role: 'ai', text }
            : { role: 'context', text: `A human colleague of yours said: ${text}` },
    );
  const lines = newest(spoken);
  const facts = carried.tools.slice(-toolsMax).map(factOf);
  if (lines.length === 0 && facts.length === 0) return [];
  const notes = [goingOn];
  if (carried.disclosureHeard) notes.push('The disclosure has been heard.');
  if (!carried.greetingHeard) notes.push('The person has not heard the greeting to its end.');
  if (facts.length > 0) notes.push(`You have done this already, do not do it again: ${facts.join('; ')}`);
  if (carried.holder === 'operator') notes.push('A human colleague has the call now. Stay silent until you are told to go on.');
  return [{ role: 'context', text: notes.join(' ') }, ...lines];
}

function factOf({ name, arguments: given, result }: CarriedTool): string {
  const wish = given === '' || given === '{}' ? name : `${name} ${given}`;
  return `${wish}: ${result ?? 'asked for, and what came of it is not known yet'}`;
}

function newest(lines: readonly CarriedLine[]): readonly CarriedLine[] {
  const kept: CarriedLine[] = [];
  let characters = 0;
  for (const line of lines.slice(-linesMax).reverse()) {
    characters += line.text.length;
    if (characters > charactersMax && kept.length > 0) break;
    kept.push(line);
  }
  return kept.reverse();
}
