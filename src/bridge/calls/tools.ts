import { z } from 'zod';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Disposition } from '#bridge/contract/words.ts';

const endCall = z.object({ reason: z.string().max(80).default('other') });
const optOut = z.object({ quote: z.string().max(500).default('') });
const callback = z.object({ when_text: z.string().max(200), iso_local: z.string().max(40).optional(), confirmed: z.boolean().optional() });
const transfer = z.object({
  reason: z.string().max(300).default(''),
  to: z.string().max(80).optional(),
  summary: z.string().max(600).optional(),
});

/** What the AI asked for, understood. The engine's request is only a request: what comes of it is decided by the call. */
export type ToolRequest =
  | { readonly kind: 'end'; readonly reason: string; readonly disposition: Disposition | null }
  | { readonly kind: 'opt-out'; readonly quote: string }
  | { readonly kind: 'callback'; readonly when: string }
  | { readonly kind: 'transfer'; readonly target: { readonly name: string; readonly number: string } | null; readonly reason: string }
  | { readonly kind: 'unknown'; readonly problem: string };

const dispositions: Readonly<Record<string, Disposition>> = {
  goal_met: 'interested',
  refused: 'not-interested',
  opt_out: 'do-not-call',
  wrong_number: 'wrong-number',
  voicemail: 'voicemail-no-message',
};

/** Arguments come from a language model: anything may be in them. */
export function readToolCall(agent: Agent, name: string, json: string): ToolRequest {
  let given: unknown;
  try {
    given = JSON.parse(json.length === 0 ? '{}' : json);
  } catch {
    return { kind: 'unknown', problem: 'the arguments are not JSON' };
  }
  switch (name) {
    case 'end_call': {
      const parsed = endCall.safeParse(given);
      const reason = parsed.success ? parsed.data.reason : 'other';
      return { kind: 'end', reason, disposition: dispositions[reason] ?? null };
    }
    case 'mark_opt_out': {
      const parsed = optOut.safeParse(given);
      return { kind: 'opt-out', quote: parsed.success ? parsed.data.quote : '' };
    }
    case 'schedule_callback': {
      const parsed = callback.safeParse(given);
      return parsed.success
        ? { kind: 'callback', when: parsed.data.iso_local ?? parsed.data.when_text }
        : { kind: 'unknown', problem: 'when_text is missing' };
    }
    case 'transfer_to_human': {
      const parsed = transfer.safeParse(given);
      const wanted = parsed.success ? parsed.data.to?.toLowerCase() : undefined;
      const targets = agent.tools?.transferTo ?? [];
      const target = targets.find(({ name: targetName }) => targetName.toLowerCase() === wanted) ?? targets[0] ?? null;
      return { kind: 'transfer', target, reason: parsed.success ? parsed.data.reason : '' };
    }
    default:
      return { kind: 'unknown', problem: `there is no tool called ${name.slice(0, 40)}` };
  }
}
