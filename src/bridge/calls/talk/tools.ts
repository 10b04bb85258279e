import { z } from 'zod';
import type { Disposition } from '#bridge/contract/words.ts';
import type { CallbackWish } from '../../domain/callback-time.ts';

const endCall = z.object({ reason: z.string().max(80).default('other') });
const optOut = z.object({ quote: z.string().max(500).default('') });
const callback = z.object({
  when_text: z.string().max(200),
  iso_local: z.string().max(40).optional(),
  zone: z.string().max(60).optional(),
  confirmed: z.boolean().optional(),
});
const transfer = z.object({
  reason: z.string().max(300).default(''),
  to: z.string().max(80).optional(),
  summary: z.string().max(600).optional(),
});

/** What the AI asked for, understood. The engine's request is only a request: what comes of it is decided by the call. */
export type ToolRequest =
  /** @property because why, as a person would put it */
  | { readonly kind: 'end'; readonly because: string; readonly disposition: Disposition | null }
  | { readonly kind: 'opt-out'; readonly quote: string }
  /** @property when in the best words there are */
  | { readonly kind: 'callback'; readonly when: string; readonly wish: CallbackWish }
  /** @property to a name that the AI gave; who that is, and whether they can be rung, is decided elsewhere */
  | { readonly kind: 'transfer'; readonly to: string | null; readonly reason: string }
  | { readonly kind: 'unknown'; readonly problem: string };

interface End {
  readonly because: string;
  readonly disposition: Disposition | null;
}

const otherEnd: End = { because: 'the conversation was over', disposition: null };
/** What the model may give as its reason, by the names of its tool. */
const ends: ReadonlyMap<string, End> = new Map([
  ['goal_met', { because: 'what the call was for is settled', disposition: 'interested' }],
  ['refused', { because: 'the lead is not interested', disposition: 'not-interested' }],
  ['opt_out', { because: 'the lead asked not to be called again', disposition: 'do-not-call' }],
  ['wrong_number', { because: 'it was the wrong number', disposition: 'wrong-number' }],
  ['voicemail', { because: 'an answering machine picked up', disposition: 'voicemail-no-message' }],
  ['screener', { because: 'a call screener did not put it through', disposition: null }],
  ['no_response', { because: 'nobody spoke', disposition: null }],
  ['abuse', { because: 'the lead was abusive', disposition: null }],
  ['time_limit', { because: 'there was no more time', disposition: null }],
]);

/** Arguments come from a language model: anything may be in them. */
export function readToolCall(name: string, json: string): ToolRequest {
  const given = parse(json);
  switch (name) {
    case 'end_call': {
      const parsed = endCall.safeParse(given);
      return { kind: 'end', ...(ends.get(parsed.success ? parsed.data.reason : '') ?? otherEnd) };
    }
    case 'mark_opt_out': {
      const parsed = optOut.safeParse(given);
      return { kind: 'opt-out', quote: parsed.success ? parsed.data.quote : '' };
    }
    case 'schedule_callback': {
      const parsed = callback.safeParse(given);
      return parsed.success
        ? {
            kind: 'callback',
            when: parsed.data.iso_local ?? parsed.data.when_text,
            wish: { isoLocal: parsed.data.iso_local ?? null, zone: parsed.data.zone ?? null },
          }
        : { kind: 'unknown', problem: 'when_text is missing or too long' };
    }
    case 'transfer_to_human': {
      const parsed = transfer.safeParse(given);
      return {
        kind: 'transfer',
        to: parsed.success ? (parsed.data.to ?? null) : null,
        reason: parsed.success ? reasonOf(parsed.data) : '',
      };
    }
    default:
      return { kind: 'unknown', problem: `there is no tool called ${name.slice(0, 40)}` };
  }
}

/** The summary tells a colleague more than the reason does. */
function reasonOf({ reason, summary }: z.infer<typeof transfer>): string {
  return summary?.trim() ? summary : reason;
}

/** @returns undefined for what is not JSON: a wish whose arguments are broken may still be clear */
function parse(json: string): unknown {
  try {
    return JSON.parse(json.length === 0 ? '{}' : json);
  } catch {
    return undefined;
  }
}
