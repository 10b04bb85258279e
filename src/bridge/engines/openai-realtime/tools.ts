import { z } from 'zod';
import type { Agent } from '#bridge/contract/agents.ts';
import type { ToolDefinition } from '../engine.ts';

/**
 * What the voice model may ask us to do, and the shape of its arguments. They are requests: whoever runs them checks them first, and
 * answers with a short result that the model speaks from. An opt-out whose arguments do not parse is an opt-out all the same.
 */
const toolArguments = {
  end_call: z.object({
    reason: z
      .enum(['goal_met', 'refused', 'opt_out', 'wrong_number', 'voicemail', 'screener', 'no_response', 'abuse', 'time_limit', 'other'])
      .describe('Why the call is over.'),
  }),
  mark_opt_out: z.object({
    scope: z.enum(['all', 'this_campaign']).default('all').describe('Use "all" unless the person clearly means only this matter.'),
    quote: z.string().max(500).describe("The person's own words, as they said them."),
    language: z.string().max(20).optional().describe('Language of the quote, as "en" or "es".'),
  }),
  schedule_callback: z.object({
    when_text: z.string().min(1).max(200).describe('When to call back, in the words of the person.'),
    iso_local: z.string().max(40).optional().describe('The same as local date and time, as 2026-11-24T15:30, if it is clear.'),
    zone: z.string().max(60).optional().describe('IANA time zone, if the person named a place or a zone.'),
    confirmed: z.boolean().describe('True once you have read the time back and the person has agreed.'),
    owner: z.enum(['ai', 'human']).optional().describe('Who shall call back, if the person cares.'),
  }),
  transfer_to_human: z.object({
    to: z.string().min(1).max(80).optional().describe('Whom to connect to, by name.'),
    reason: z.string().min(1).max(300).describe('Why the person needs a human.'),
    urgency: z.enum(['now', 'can_wait']).default('now'),
    summary: z.string().max(300).default('').describe('The call so far, for the human who takes over.'),
  }),
} as const;

type ToolName = keyof typeof toolArguments;

const descriptions: Readonly<Record<ToolName, string>> = {
  end_call:
    'Hang up. Say goodbye first, in the same answer; the call ends when your words have been heard. Use it when the purpose is met, the ' +
    'person wants to go, the number is wrong, or nobody is there. Never keep a person who wants to leave.',
  mark_opt_out:
    'Take the person off the list for good. Call it at once, without asking back, whenever somebody says in any words or language that ' +
    'they do not want to be called again. Do not try to change their mind; confirm in one short sentence and end the call.',
  schedule_callback:
    'Note that the person wants to be called another time. Read the day and the time back once and wait for a yes before confirmed is true.',
  transfer_to_human:
    'Connect the person to a human colleague. Use it when they ask for a human, or when you cannot help. Tell them first that you are ' +
    'connecting them.',
};

/**
 * The tools that an agent's switches allow. Ending the call and opting out are there unless they are switched off, a callback only when it
 * is switched on, a transfer only when there is somebody to transfer to.
 */
export function toolsFor(switches: Agent['tools']): readonly ToolDefinition[] {
  const targets = switches?.transferTo ?? [];
  const tools: ToolDefinition[] = [];
  if (switches?.optOut !== false) tools.push(fixed('mark_opt_out'));
  if (switches?.endCall !== false) tools.push(fixed('end_call'));
  if (switches?.callback === true) tools.push(fixed('schedule_callback'));
  if (targets.length > 0) {
    // The model names a colleague, never a number: it could invent one.
    const named = toolArguments.transfer_to_human.extend({
      to: z.enum([...new Set(targets.map((target) => target.name))]).describe('Whom to connect to.'),
    });
    tools.push(define('transfer_to_human', named));
  }
  return tools;
}

/** Those that are the same for every agent: a call that begins takes them as they are. */
const known = new Map<ToolName, ToolDefinition>();

function fixed(name: ToolName): ToolDefinition {
  let definition = known.get(name);
  if (!definition) {
    definition = define(name, toolArguments[name]);
    known.set(name, definition);
  }
  return definition;
}

function define(name: ToolName, schema: z.ZodType): ToolDefinition {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return { name, description: descriptions[name], parameters };
}
