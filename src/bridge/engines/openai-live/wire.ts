import { z } from 'zod';

/**
 * What the Live service sends, as far as we use it. What we can do without is optional; an event that we do not know is no fault.
 * @see https://developers.openai.com/api/docs/guides/voice-websockets
 */
const id = z.string().min(1).max(512);
const ms = z.number().nonnegative();

const session = z.object({
  id: z.string().optional(),
  model: z.string().optional(),
  /** Epoch seconds. */
  expires_at: z.number().positive().nullish(),
  audio: z.object({ format: z.looseObject({ type: z.string() }).nullish() }).nullish(),
});

const liveError = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().default(''),
  param: z.string().nullish(),
  client_event_id: z.string().nullish(),
});

const fragment = z.object({ delta: z.string(), start_ms: ms, end_ms: ms });
const appended = z.object({ client_event_id: z.string().nullish() });

const tokens = z.number().nonnegative();
const backendUsage = z.object({
  input_tokens: tokens.nullish(),
  output_tokens: tokens.nullish(),
  input_tokens_details: z.object({ cached_tokens: tokens.nullish() }).nullish(),
});

/** A streaming event of the Responses model that works behind the voice. */
const nested = z.object({
  type: z.string(),
  response: z.object({ id: id.nullish(), model: z.string().nullish(), usage: backendUsage.nullish() }).nullish(),
  item: z.object({ type: z.string(), call_id: id.nullish(), name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const serverEvents = {
  error: z.object({ error: liveError }),
  'session.started': z.object({ session }),
  'session.output_audio.delta': z.object({ delta: z.string() }),
  'session.input_transcript.delta': fragment,
  'session.output_transcript.delta': fragment,
  'session.instructions.appended': appended,
  'session.thinking.appended': appended,
  'session.commentary.appended': appended,
  'session.delegation.created': z.object({
    delegation: z.object({ id, target: z.string().nullish(), response_id: id.nullish() }),
  }),
  'response.event': z.object({ delegation_id: id.nullish(), event: nested }),
  'session.usage.updated': z.object({ usage: z.object({ seconds: ms }) }),
  'session.closed': z.object({ reason: z.string(), usage: z.object({ seconds: ms }).nullish() }),
} as const;

type Schemas = typeof serverEvents;
type Name = keyof Schemas;

export type LiveEvent = { [Type in Name]: { readonly type: Type } & Readonly<z.output<Schemas[Type]>> }[Name];
export type LiveError = z.output<typeof liveError>;
export type NestedEvent = z.output<typeof nested>;
export type BackendUsage = z.output<typeof backendUsage>;

export type Reading =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'bad'; readonly problem: string };

const envelope = z.looseObject({ type: z.string().min(1).max(200) });

/** Never throws. */
export function readLiveMessage(text: string): Reading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'bad', problem: 'not JSON' };
  }
  const message = envelope.safeParse(parsed);
  if (!message.success) return { kind: 'bad', problem: 'no type' };
  const { type } = message.data;
  if (!Object.hasOwn(serverEvents, type)) return { kind: 'unknown', type: type.replace(/[^\w.]/g, '').slice(0, 80) };
  const event = serverEvents[type as Name].safeParse(message.data);
  if (!event.success) return { kind: 'bad', problem: `${type}: ${event.error.issues[0]?.path.join('.') ?? ''}` };
  return { kind: 'event', event: { type, ...event.data } as LiveEvent };
}
