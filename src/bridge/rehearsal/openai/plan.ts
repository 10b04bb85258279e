import type { Brain, BrainReply, HistoryItem } from './brain.ts';
import type { ResponseRequest } from './schemas.ts';
import type { AudioFormat, SessionConfig } from './session-config.ts';
import { fillArguments } from './tool-arguments.ts';
import { audioLimitMs } from './usage.ts';
import type { Json } from './wire.ts';

export type ResponseStatus = 'completed' | 'cancelled' | 'incomplete' | 'failed';

/** What one answer is to be. */
export interface ResponsePlan {
  readonly id: string;
  readonly conversation: 'auto' | 'none';
  readonly modality: 'audio' | 'text';
  readonly format: AudioFormat;
  readonly metadata: Json | null;
  readonly maxOutputTokens: number | 'inf';
  readonly maxAudioMs: number;
  /** How long it thinks before the first word. */
  readonly thinkMs: number;
  readonly fail: { readonly code: string; readonly type: string } | null;
  readonly reply: BrainReply;
}

/** Decide what an answer is to be: the session's settings, what this answer asks otherwise, and what the brain has to say. */
export function makePlan(given: {
  readonly id: string;
  readonly config: SessionConfig;
  readonly request: ResponseRequest;
  readonly history: readonly HistoryItem[];
  readonly trigger: 'turn' | 'idle' | 'client';
  readonly brain: Brain;
  readonly nowMs: number;
  readonly thinkMs: number;
  readonly fail: { readonly code: string; readonly type?: string } | null;
}): ResponsePlan {
  const { config, request, fail } = given;
  const maxOutputTokens = request.max_output_tokens ?? config.max_output_tokens;
  return {
    id: given.id,
    conversation: request.conversation ?? 'auto',
    modality: (request.output_modalities ?? config.output_modalities)[0] ?? 'audio',
    format: request.audio?.output?.format ?? config.audio.output.format,
    metadata: request.metadata ?? null,
    maxOutputTokens,
    maxAudioMs: audioLimitMs(maxOutputTokens),
    thinkMs: given.thinkMs,
    fail: fail && { code: fail.code, type: fail.type ?? (fail.code === 'rate_limit_exceeded' ? 'requests' : 'server_error') },
    reply: replyFor(given),
  };
}

function replyFor({ config, request, history, trigger, brain, nowMs }: Parameters<typeof makePlan>[0]): BrainReply {
  const offered = request.tools ?? config.tools;
  const choice = request.tool_choice ?? config.tool_choice;
  const tools = choice === 'none' ? [] : offered;
  const reply = brain({ instructions: config.instructions, override: request.instructions ?? null, tools, history, trigger, nowMs });
  if (choice === 'auto' || choice === 'none' || reply.calls.length > 0) return reply;
  const wanted = typeof choice === 'object' ? choice.name : undefined;
  const forced = tools.find((tool) => tool.type === 'function' && (wanted === undefined || tool.name === wanted));
  if (forced?.type !== 'function') return reply;
  return { say: null, calls: [{ name: forced.name, arguments: fillArguments(forced.parameters, { reason: 'asked for' }) }] };
}

/** Sentences are spoken one by one, so that common ones are rendered once for all calls. */
export function sentencesOf(text: string): string[] {
  return (text.match(/[^.!?]+[.!?]+["\u201d')]*|[^.!?]+$/g) ?? []).map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}
