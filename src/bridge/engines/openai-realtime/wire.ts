import { z } from 'zod';

/**
 * What the Realtime service sends, as far as we use it, in the GA dialect. Everything is optional that we can do without: an event that
 * has more than this, or that we do not know, is no fault.
 *
 * @see https://developers.openai.com/api/docs/guides/realtime-websocket
 */
const itemId = z.string().min(1).max(512);
const responseId = z.string().min(1).max(512);

const format = z.looseObject({ type: z.string() });

const session = z.object({
  id: z.string().optional(),
  model: z.string().optional(),
  /** Epoch seconds. */
  expires_at: z.number().positive().nullish(),
  audio: z
    .object({ input: z.object({ format: format.nullish() }).nullish(), output: z.object({ format: format.nullish() }).nullish() })
    .nullish(),
});

const tokens = z.number().nonnegative();
const tokenKinds = z.object({ text_tokens: tokens.nullish(), audio_tokens: tokens.nullish(), image_tokens: tokens.nullish() });

/** Cached tokens are a part of the input tokens, never an addition to them. */
export const responseUsage = z.object({
  input_tokens: tokens.nullish(),
  output_tokens: tokens.nullish(),
  input_token_details: tokenKinds.extend({ cached_tokens: tokens.nullish(), cached_tokens_details: tokenKinds.nullish() }).nullish(),
  output_token_details: tokenKinds.nullish(),
});

/** The service tells either seconds or tokens, by the model. */
export const transcriptionUsage = z.object({
  type: z.string().nullish(),
  seconds: z.number().nonnegative().nullish(),
  input_tokens: tokens.nullish(),
  output_tokens: tokens.nullish(),
  input_token_details: tokenKinds.nullish(),
});

const outputItem = z.object({
  id: itemId.optional(),
  type: z.string(),
  status: z.string().nullish(),
  name: z.string().nullish(),
  call_id: z.string().min(1).max(512).nullish(),
  arguments: z.string().nullish(),
});

const response = z.object({
  id: responseId,
  status: z.string().nullish(),
  status_details: z
    .object({
      type: z.string().nullish(),
      reason: z.string().nullish(),
      error: z.object({ type: z.string().nullish(), code: z.string().nullish(), message: z.string().nullish() }).nullish(),
    })
    .nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  output: z.array(outputItem).nullish(),
  usage: responseUsage.nullish(),
});

const providerError = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().default(''),
  param: z.string().nullish(),
  event_id: z.string().nullish(),
});

const inResponse = { response_id: responseId, item_id: itemId };

const serverEvents = {
  error: z.object({ error: providerError }),
  'session.created': z.object({ session }),
  'session.updated': z.object({ session }),
  'input_audio_buffer.speech_started': z.object({ item_id: itemId, audio_start_ms: z.number() }),
  'input_audio_buffer.speech_stopped': z.object({ item_id: itemId, audio_end_ms: z.number() }),
  'input_audio_buffer.committed': z.object({ item_id: itemId, previous_item_id: itemId.nullish() }),
  'conversation.item.input_audio_transcription.delta': z.object({ item_id: itemId, delta: z.string().nullish() }),
  'conversation.item.input_audio_transcription.completed': z.object({
    item_id: itemId,
    transcript: z.string(),
    usage: transcriptionUsage.nullish(),
  }),
  'conversation.item.input_audio_transcription.failed': z.object({ item_id: itemId, error: providerError.partial().nullish() }),
  /** The id alone: items of ours are waited for by the one that we chose. */
  'conversation.item.added': z.object({ item: z.object({ id: itemId.optional() }) }),
  'response.created': z.object({ response }),
  'response.output_item.added': z.object({ response_id: responseId, item: outputItem }),
  'response.output_item.done': z.object({ response_id: responseId, item: outputItem }),
  'response.output_audio.delta': z.object({ ...inResponse, content_index: z.int().nonnegative().default(0), delta: z.string() }),
  'response.output_audio.done': z.object(inResponse),
  'response.output_audio_transcript.delta': z.object({ ...inResponse, delta: z.string() }),
  'response.output_audio_transcript.done': z.object({ ...inResponse, transcript: z.string() }),
  'response.done': z.object({ response }),
} as const;

type Schemas = typeof serverEvents;
type Name = keyof Schemas;

export type ServerEvent = { [Type in Name]: { readonly type: Type } & Readonly<z.output<Schemas[Type]>> }[Name];
export type ServerSession = z.output<typeof session>;
export type ServerResponse = z.output<typeof response>;
export type OutputItem = z.output<typeof outputItem>;
export type ProviderError = z.output<typeof providerError>;
export type ResponseUsage = z.output<typeof responseUsage>;
export type TranscriptionUsage = z.output<typeof transcriptionUsage>;

/** Known and of no use to us: not worth a line in the log. */
const passedBy = new Set([
  'conversation.created',
  'conversation.item.created',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.truncated',
  'input_audio_buffer.cleared',
  'rate_limits.updated',
  'response.content_part.added',
  'response.content_part.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
]);

export type Reading =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'passed-by' }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'bad'; readonly problem: string };

/** Read one message of the service. Never throws. The problem of a bad one names the field and holds none of its content. */
export function readServerMessage(text: string): Reading {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { kind: 'bad', problem: 'a message is not JSON' };
  }
  const type = isObject(message) ? message.type : undefined;
  if (!isObject(message) || typeof type !== 'string') return { kind: 'bad', problem: 'type: a message has no type' };
  if (type === 'response.output_audio.delta' && isAudioDelta(message)) return { kind: 'event', event: message };
  if (passedBy.has(type)) return { kind: 'passed-by' };
  if (!isKnown(type)) return { kind: 'unknown', type: type.slice(0, 80) };
  const read = serverEvents[type].safeParse(message);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { kind: 'bad', problem: `${type}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}` };
  }
  return { kind: 'event', event: { type, ...read.data } as ServerEvent };
}

type AudioDelta = Extract<ServerEvent, { type: 'response.output_audio.delta' }>;

/** The audio path, looked at by hand: building the same object a second time costs more than the check. */
function isAudioDelta(message: Record<string, unknown>): message is AudioDelta {
  return (
    typeof message.delta === 'string' &&
    typeof message.item_id === 'string' &&
    typeof message.response_id === 'string' &&
    typeof message.content_index === 'number'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKnown(type: string): type is Name {
  return Object.hasOwn(serverEvents, type);
}
