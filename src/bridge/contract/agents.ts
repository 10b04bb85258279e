import { z } from 'zod';
import { agentId } from './ids.ts';
import { instant, phone } from './values.ts';

export const transferTarget = z.object({ name: z.string().min(1).max(80), number: phone });

/** Which of the model's tools the agent may use. */
export const agentTools = z.object({
  transferTo: z.array(transferTarget).max(20).optional(),
  endCall: z.boolean().optional(),
  callback: z.boolean().optional(),
  optOut: z.boolean().optional(),
});

/**
 * How the AI notices the end of the lead's turn.
 * @see https://developers.openai.com/api/docs/guides/realtime-vad
 */
export const turnDetection = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('server_vad'),
    /** 0 to 1; higher needs louder speech. */
    threshold: z.number().min(0).max(1).default(0.6),
    prefixPaddingMs: z.int().min(0).max(2000).default(300),
    silenceMs: z.int().min(100).max(5000).default(600),
  }),
  z.object({ type: z.literal('semantic_vad'), eagerness: z.enum(['low', 'medium', 'high', 'auto']).default('auto') }),
]);

const fields = {
  name: z.string().trim().min(1).max(120),
  /** The prompt. `{{firstName}}`-style variables refer to lead columns. */
  instructions: z.string().min(1).max(32_000),
  /** The first words after the disclosure. */
  greeting: z.string().min(1).max(1_000),
  /** Who is calling, on whose behalf, that it is an AI, how to be removed. Spoken first, word for word, uninterruptible. */
  disclosure: z.string().max(600).optional(),
  voice: z.string().min(1).max(80).optional(),
  /** BCP 47, as `en-US`. */
  language: z.string().min(2).max(20).optional(),
  tools: agentTools.optional(),
  turnDetection: turnDetection.optional(),
  /** Model of the realtime engine; the bridge's default when absent. */
  model: z.string().min(1).max(80).optional(),
  /** What the carrier's own voice says when no AI can speak; the greeting is used when absent. */
  announcement: z.string().max(1_500).optional(),
  /** What is said after the beep when a campaign leaves messages. */
  voicemailMessage: z.string().max(1_000).optional(),
  /** Short texts that an operator sends the AI with one click. */
  quickNudges: z.array(z.string().trim().min(1).max(200)).max(8).optional(),
  /** What happens when the AI wants to put the lead through to a person; `at-once` when absent. */
  transferPolicy: z.enum(['at-once', 'ask', 'never']).optional(),
};

export const agentDraft = z.object(fields);
/** Only what is named changes; null takes away what may be absent. */
export const agentChange = z.object({
  id: agentId,
  name: fields.name.optional(),
  instructions: fields.instructions.optional(),
  greeting: fields.greeting.optional(),
  disclosure: fields.disclosure.nullable(),
  voice: fields.voice.nullable(),
  language: fields.language.nullable(),
  tools: fields.tools.nullable(),
  turnDetection: fields.turnDetection.nullable(),
  model: fields.model.nullable(),
  announcement: fields.announcement.nullable(),
  voicemailMessage: fields.voicemailMessage.nullable(),
  quickNudges: fields.quickNudges.nullable(),
  transferPolicy: fields.transferPolicy.nullable(),
});

/** The versioned recipe for a voice that speaks for us; never a person. An update makes a new version, old ones stay readable. */
export const agent = z.object({
  id: agentId,
  version: z.int().min(1),
  ...fields,
  createdAt: instant,
  updatedAt: instant,
});

export type AgentDraft = z.infer<typeof agentDraft>;
export type AgentChange = Omit<z.infer<typeof agentChange>, 'id'>;
export type Agent = z.infer<typeof agent>;
export type TurnDetection = z.infer<typeof turnDetection>;
