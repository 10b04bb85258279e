import type { RealtimeSessionCreateRequest, SessionUpdateEvent } from 'openai/resources/realtime/realtime';
import type { SessionRequest } from '../engine.ts';
import type { ServerSession } from './wire.ts';

/** Writes down what the callee says; costs by the minute, and its text is advice only: the voice model hears the audio itself. */
export const transcriptionModel = 'gpt-transcribe';
const defaultVoice = 'marin';
/** About a minute of speech: no answer on the phone is longer. Tool calls are included. */
const maxOutputTokens = 1024;
/** Models that think before they speak take an effort; the others refuse the whole update over it. */
const reasoningModel = /^gpt-realtime-2/;

type Input = NonNullable<NonNullable<RealtimeSessionCreateRequest['audio']>['input']>;

/**
 * The first message of a session. Both directions are 8 kHz mu-law, as the phone has it.
 * @param auto whether the service may answer and interrupt by itself
 */
export function configure(eventId: string, request: SessionRequest, model: string, auto: boolean): SessionUpdateEvent {
  const language = request.language?.split('-')[0]?.toLowerCase();
  return {
    type: 'session.update',
    event_id: eventId,
    session: {
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: request.instructions,
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'near_field' },
          transcription: { model: transcriptionModel, ...(language ? { language } : {}) },
          turn_detection: turnDetection(request, auto),
        },
        output: { format: { type: 'audio/pcmu' }, voice: voiceOf(request.voice) },
      },
      ...(reasoningModel.test(model) ? { reasoning: { effort: 'low' as const } } : {}),
      tools: request.tools.map((tool) => ({
        type: 'function' as const,
        name: tool.name,
        description: tool.description,
        parameters: tool.parameters,
      })),
      tool_choice: 'auto',
      max_output_tokens: maxOutputTokens,
      truncation: { type: 'retention_ratio', retention_ratio: 0.8 },
    },
  };
}

/** Let the service answer by itself, or not; everything else of the session stays. */
export function switchAuto(eventId: string, request: SessionRequest, auto: boolean): SessionUpdateEvent {
  return {
    type: 'session.update',
    event_id: eventId,
    session: { type: 'realtime', audio: { input: { turn_detection: turnDetection(request, auto) } } },
  };
}

/** Whether the service has really taken mu-law both ways; on anything else the callee would hear noise. */
export function speaksMuLaw(session: ServerSession): boolean {
  return formatsOf(session).every((format) => format === 'audio/pcmu');
}

/** Whether the service says that it speaks something else; a session that does not mention it keeps what it had. */
export function leftMuLaw(session: ServerSession): boolean {
  return formatsOf(session).some((format) => format !== undefined && format !== 'audio/pcmu');
}

function formatsOf(session: ServerSession): readonly (string | undefined)[] {
  return [session.audio?.input?.format?.type, session.audio?.output?.format?.type];
}

function turnDetection(request: SessionRequest, auto: boolean): NonNullable<Input['turn_detection']> {
  const acts = { create_response: auto, interrupt_response: auto };
  const wanted = request.turnDetection;
  if (wanted?.type === 'semantic_vad') return { type: 'semantic_vad', eagerness: wanted.eagerness, ...acts };
  return {
    type: 'server_vad',
    threshold: wanted?.threshold ?? 0.6,
    prefix_padding_ms: wanted?.prefixPaddingMs ?? 300,
    silence_duration_ms: wanted?.silenceMs ?? 600,
    idle_timeout_ms: null,
    ...acts,
  };
}

/** A voice of one's own is named by its id. */
function voiceOf(voice: string | null): string | { id: string } {
  const name = voice ?? defaultVoice;
  return name.startsWith('voice_') ? { id: name } : name;
}
