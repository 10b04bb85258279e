import { z } from 'zod';

/** Text models that answer at the time of writing. @see https://developers.openai.com/api/docs/deprecations */
export const TEXT_MODELS: readonly string[] = ['gpt-6-luna', 'gpt-5.6-luna', 'gpt-5.6-terra', 'gpt-5.4-mini', 'gpt-5.4'];

const said = z.strictObject({
  type: z.literal('message').optional(),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: z.string(),
});
const call = z.strictObject({
  type: z.literal('function_call'),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
});
const result = z.strictObject({ type: z.literal('function_call_output'), call_id: z.string().min(1), output: z.string() });

/** What `POST /v1/responses` takes, as far as a telephone bridge needs it. */
export const textRequest = z.strictObject({
  model: z.string(),
  instructions: z.string().optional(),
  input: z.union([z.string(), z.array(z.union([said, call, result]))]),
  stream: z.boolean().optional(),
  store: z.boolean().optional(),
  reasoning: z.strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']) }).optional(),
  max_output_tokens: z.int().min(16).optional(),
  safety_identifier: z.string().max(64).optional(),
  prompt_cache_key: z.string().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: z.string().regex(/^[\w-]{1,64}$/),
        description: z.string().optional(),
        parameters: z.looseObject({ type: z.literal('object') }),
        strict: z.boolean().nullable().optional(),
      }),
    )
    .optional(),
  tool_choice: z.enum(['auto', 'none', 'required']).optional(),
});
export type TextRequest = z.infer<typeof textRequest>;

/** What `POST /v1/audio/speech` takes. */
export const speechRequest = z.strictObject({
  model: z.enum(['gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15', 'tts-1', 'tts-1-hd']),
  input: z.string().min(1).max(4_096),
  voice: z.enum(['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse', 'marin', 'cedar']),
  instructions: z.string().optional(),
  response_format: z.enum(['pcm']),
  speed: z.number().min(0.25).max(4).optional(),
  stream_format: z.literal('audio').optional(),
});
