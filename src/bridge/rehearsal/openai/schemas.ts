import { z } from 'zod';

/**
 * The GA dialect field by field, as strict as it can be: an unknown name is an error, so that beta names and typing mistakes show.
 * @see https://developers.openai.com/api/docs/guides/realtime-conversations
 */

const pcm = z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000) });
const pcmu = z.strictObject({ type: z.literal('audio/pcmu') });
export const audioFormat = z.discriminatedUnion('type', [pcm, pcmu]);

const serverVad = z.strictObject({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1).optional(),
  prefix_padding_ms: z.int().min(0).max(10_000).optional(),
  silence_duration_ms: z.int().min(0).max(60_000).optional(),
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
  idle_timeout_ms: z.int().min(1).nullable().optional(),
});
const semanticVad = z.strictObject({
  type: z.literal('semantic_vad'),
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
});

/** Dated and undated names that are still served. */
const TRANSCRIPTION_MODELS = [
  'gpt-transcribe',
  'gpt-live-transcribe',
  'gpt-realtime-whisper',
  'whisper-1',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'gpt-4o-mini-transcribe-2025-12-15',
  'gpt-4o-transcribe-diarize',
] as const;

const transcription = z.strictObject({
  model: z.enum(TRANSCRIPTION_MODELS),
  language: z.string().min(2).max(20).optional(),
  languages: z.array(z.string()).optional(),
  prompt: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});

export const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'] as const;
const voice = z.union([z.enum(VOICES), z.strictObject({ id: z.string().startsWith('voice_') })]);

const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().optional(),
  parameters: z.looseObject({ type: z.literal('object') }).optional(),
});
const mcpTool = z.looseObject({ type: z.literal('mcp'), server_label: z.string().min(1) });
const tools = z.array(z.discriminatedUnion('type', [functionTool, mcpTool]));

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string().min(1) }),
  z.strictObject({ type: z.literal('mcp'), server_label: z.string().min(1), name: z.string().nullable().optional() }),
]);
const maxOutputTokens = z.union([z.int().min(1).max(4_096), z.literal('inf')]);
const modalities = z.array(z.enum(['audio', 'text'])).length(1, "expected one of ['audio'], ['text']");
const reasoning = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']) });
const truncation = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    type: z.literal('retention_ratio'),
    retention_ratio: z.number().min(0).max(1),
    token_limits: z.strictObject({ post_instructions: z.int().min(0) }).optional(),
  }),
]);
const tracing = z.union([
  z.literal('auto'),
  z.strictObject({ workflow_name: z.string().optional(), group_id: z.string().optional(), metadata: z.unknown().optional() }),
]);
const prompt = z.strictObject({ id: z.string().min(1), version: z.string().nullable().optional(), variables: z.unknown().optional() });

const input = {
  format: audioFormat.optional(),
  noise_reduction: z
    .strictObject({ type: z.enum(['near_field', 'far_field']), strength: z.number().min(0).max(1).optional() })
    .nullable()
    .optional(),
  transcription: transcription.nullable().optional(),
};
const include = z.array(z.literal('item.input_audio_transcription.logprobs'));

/** The `session` of `session.update` and of a client secret. */
export const sessionUpdate = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  output_modalities: modalities.optional(),
  instructions: z.string().optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({ ...input, turn_detection: z.discriminatedUnion('type', [serverVad, semanticVad]).nullable().optional() })
        .optional(),
      output: z
        .strictObject({ format: audioFormat.optional(), voice: voice.optional(), speed: z.number().min(0.25).max(1.5).optional() })
        .optional(),
    })
    .optional(),
  reasoning: reasoning.optional(),
  tools: tools.optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  max_output_tokens: maxOutputTokens.optional(),
  truncation: truncation.optional(),
  tracing: tracing.nullable().optional(),
  include: include.optional(),
  prompt: prompt.nullable().optional(),
});
export type SessionUpdate = z.infer<typeof sessionUpdate>;

const answers = { create_response: true, interrupt_response: true } as const;
/** The `session` of `session.update` in a session that only listens: nothing in it is about answers. */
const transcriptionUpdate = z.strictObject({
  type: z.literal('transcription'),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          ...input,
          turn_detection: z
            .discriminatedUnion('type', [serverVad.omit({ ...answers, idle_timeout_ms: true }), semanticVad.omit(answers)])
            .nullable()
            .optional(),
        })
        .optional(),
    })
    .optional(),
  include: include.optional(),
});
export type TranscriptionUpdate = z.infer<typeof transcriptionUpdate>;

// The service refuses item ids of more than 32 characters.
const itemCommon = {
  id: z.string().min(1).max(32).optional(),
  object: z.literal('realtime.item').optional(),
  status: z.enum(['in_progress', 'completed', 'incomplete']).optional(),
};
const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() });
const userContent = z.discriminatedUnion('type', [
  inputText,
  z.strictObject({ type: z.literal('input_audio'), audio: z.base64(), transcript: z.string().nullable().optional() }),
  z.strictObject({ type: z.literal('input_image'), image_url: z.string(), detail: z.enum(['auto', 'low', 'high']).optional() }),
]);
const message = { type: z.literal('message'), ...itemCommon };

/** What a client may put into the conversation. Assistant audio is not among it: only the service itself speaks. */
export const clientItem = z.discriminatedUnion('type', [
  z.discriminatedUnion('role', [
    z.strictObject({ ...message, role: z.literal('system'), content: z.array(inputText).min(1) }),
    z.strictObject({ ...message, role: z.literal('user'), content: z.array(userContent).min(1) }),
    z.strictObject({
      ...message,
      role: z.literal('assistant'),
      content: z.array(z.discriminatedUnion('type', [outputText])).min(1),
    }),
  ]),
  z.strictObject({
    type: z.literal('function_call'),
    ...itemCommon,
    name: z.string().min(1),
    arguments: z.string(),
    call_id: z.string().min(1).optional(),
  }),
  z.strictObject({ type: z.literal('function_call_output'), ...itemCommon, call_id: z.string().min(1), output: z.string() }),
]);
export type ClientItem = z.infer<typeof clientItem>;

const metadata = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, 'at most 16 pairs are allowed');

const responseRequest = z.strictObject({
  conversation: z.enum(['auto', 'none']).optional(),
  input: z.array(z.union([z.strictObject({ type: z.literal('item_reference'), id: z.string() }), clientItem])).optional(),
  instructions: z.string().optional(),
  metadata: metadata.nullable().optional(),
  output_modalities: modalities.optional(),
  audio: z.strictObject({ output: z.strictObject({ format: audioFormat.optional(), voice: voice.optional() }).optional() }).optional(),
  tools: tools.optional(),
  tool_choice: toolChoice.optional(),
  max_output_tokens: maxOutputTokens.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoning.optional(),
});
export type ResponseRequest = z.infer<typeof responseRequest>;

const eventId = z.string().max(512).optional();
const itemId = z.string().min(1);

/** Everything a client may send but `input_audio_buffer.append`, which comes fifty times a second and is checked by hand. */
export const clientEvents = {
  'session.update': z.strictObject({ type: z.literal('session.update'), event_id: eventId, session: sessionUpdate }),
  'input_audio_buffer.commit': z.strictObject({ type: z.literal('input_audio_buffer.commit'), event_id: eventId }),
  'input_audio_buffer.clear': z.strictObject({ type: z.literal('input_audio_buffer.clear'), event_id: eventId }),
  'conversation.item.create': z.strictObject({
    type: z.literal('conversation.item.create'),
    event_id: eventId,
    previous_item_id: z.string().nullable().optional(),
    item: clientItem,
  }),
  'conversation.item.retrieve': z.strictObject({ type: z.literal('conversation.item.retrieve'), event_id: eventId, item_id: itemId }),
  'conversation.item.truncate': z.strictObject({
    type: z.literal('conversation.item.truncate'),
    event_id: eventId,
    item_id: itemId,
    content_index: z.literal(0),
    audio_end_ms: z.int().min(0),
  }),
  'conversation.item.delete': z.strictObject({ type: z.literal('conversation.item.delete'), event_id: eventId, item_id: itemId }),
  'response.create': z.strictObject({ type: z.literal('response.create'), event_id: eventId, response: responseRequest.optional() }),
  'response.cancel': z.strictObject({ type: z.literal('response.cancel'), event_id: eventId, response_id: z.string().optional() }),
  'output_audio_buffer.clear': z.strictObject({ type: z.literal('output_audio_buffer.clear'), event_id: eventId }),
} as const;

export type ClientEvents = { readonly [Type in keyof typeof clientEvents]: z.infer<(typeof clientEvents)[Type]> };
export type ClientEvent = ClientEvents[keyof ClientEvents];

/** The same for a session that only listens: it has no conversation to change and no answers. */
export const transcriptionEvents = {
  'session.update': z.strictObject({ type: z.literal('session.update'), event_id: eventId, session: transcriptionUpdate }),
  'input_audio_buffer.commit': clientEvents['input_audio_buffer.commit'],
  'input_audio_buffer.clear': clientEvents['input_audio_buffer.clear'],
} as const;

export type TranscriptionEvents = { readonly [Type in keyof typeof transcriptionEvents]: z.infer<(typeof transcriptionEvents)[Type]> };
export type TranscriptionEvent = TranscriptionEvents[keyof TranscriptionEvents];
