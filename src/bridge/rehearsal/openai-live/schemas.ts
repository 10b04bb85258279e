import { z } from 'zod';

/**
 * The Live dialect field by field, as strict as it can be: an unknown name is an error.
 * @see https://developers.openai.com/api/docs/guides/voice-websockets
 */
const eventId = z.string().min(1).max(512).nullish();
/** The real limit is 500 tokens; a token is about four characters of English. */
const content = z.string().min(1).max(2_000);
const delegationId = z.string().nullable();

const format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.union([z.literal(24_000), z.literal(16_000)]) }),
  z.strictObject({ type: z.literal('audio/pcmu'), rate: z.literal(8_000) }),
  z.strictObject({ type: z.literal('audio/pcma'), rate: z.literal(8_000) }),
]);

export const liveVoices = [
  ...['alloy', 'ash', 'ballad', 'beacon', 'bossa', 'cedar', 'cinder', 'coral', 'delta', 'echo', 'gleam', 'marin', 'meridian', 'quartz'],
  ...['ripple', 'sage', 'shida', 'shimmer', 'stone', 'tempo', 'verse', 'vesper', 'willow'],
] as const;

const inputText = z.array(z.strictObject({ type: z.literal('input_text').optional(), text: z.string() })).length(1);
const message = { id: z.string().nullish(), type: z.literal('message').optional(), status: z.string().nullish() };
const item = z.discriminatedUnion('role', [
  z.strictObject({ ...message, role: z.literal('developer'), content: inputText }),
  z.strictObject({ ...message, role: z.literal('user'), content: inputText }),
  z.strictObject({
    ...message,
    role: z.literal('assistant'),
    content: z.array(z.strictObject({ type: z.enum(['text', 'output_text']).optional(), text: z.string() })).length(1),
  }),
]);

const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[\w-]{1,64}$/),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

const responsesFields = {
  instructions: z.string().nullish(),
  tools: z.array(z.discriminatedUnion('type', [functionTool, z.strictObject({ type: z.literal('web_search') })])).optional(),
  tool_choice: z.enum(['auto', 'none', 'required']).optional(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  reasoning: z.strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish() }).nullish(),
  text: z.strictObject({ verbosity: z.enum(['low', 'medium', 'high']).nullish() }).nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'priority']).nullish(),
};
const delay = { acknowledgement_delay_ms: z.int().nonnegative().optional() };
const delegation = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('client'), ...delay }),
  z.strictObject({ type: z.literal('responses'), ...delay, responses: z.strictObject({ model: z.string().min(1), ...responsesFields }) }),
]);
const delegationChange = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('client'), ...delay }),
  z.strictObject({
    type: z.literal('responses'),
    ...delay,
    responses: z.strictObject({ model: z.string().min(1).optional(), ...responsesFields }).optional(),
  }),
]);

export const liveConfig = z.strictObject({
  model: z.string().min(1),
  instructions: z.string().max(65_536).nullish(),
  audio: z
    .strictObject({
      format: format.optional(),
      output: z.strictObject({ voice: z.union([z.enum(liveVoices), z.strictObject({ id: z.string().min(1) })]).optional() }).optional(),
    })
    .optional(),
  input: z.array(item).max(128).optional(),
  delegation: delegation.nullish(),
  store: z.boolean().optional(),
});

const append = z.strictObject({ type: z.string(), event_id: eventId, content, delegation_id: delegationId });
const bare = z.strictObject({ type: z.string(), event_id: eventId });

/** All that a client may say on its primary socket, but audio: that is read by hand, fifty times a second. */
export const liveClientEvents = {
  'session.start': z.strictObject({ type: z.literal('session.start'), event_id: eventId, session: liveConfig }),
  'session.update': z.strictObject({
    type: z.literal('session.update'),
    event_id: eventId,
    session: z.strictObject({ delegation: delegationChange.optional() }),
  }),
  'session.input_audio.mute': bare,
  'session.input_audio.unmute': bare,
  'session.output_audio.fixture.play': z.strictObject({ type: z.string(), event_id: eventId, audio: z.base64() }),
  'session.instructions.append': append,
  'session.thinking.append': append,
  'session.commentary.append': append,
  'response.item.create': z.strictObject({
    type: z.string(),
    event_id: eventId,
    item: z.strictObject({ type: z.literal('function_call_output'), call_id: z.string(), output: z.string() }),
  }),
  'response.create': bare,
  'session.close': bare,
} as const;

export type LiveConfig = z.output<typeof liveConfig>;
type Events = typeof liveClientEvents;
export type LiveClientEvent = {
  [Type in keyof Events]: Omit<z.output<Events[Type]>, 'type'> & { readonly type: Type };
}[keyof Events];

/** Fields of a session that cannot be changed once it has begun. */
export const frozenFields = ['model', 'instructions', 'audio', 'input', 'store'] as const;
