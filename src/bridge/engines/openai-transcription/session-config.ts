import type { SessionUpdateEvent } from 'openai/resources/realtime/realtime';
import { transcriptionModel } from '../openai-realtime/session-config.ts';
import type { ServerSession } from '../openai-realtime/wire.ts';
import type { TranscriberRequest } from '../transcriber.ts';

/** Silence after which the service takes a turn for over. */
export const turnSilenceMs = 500;

/**
 * The first message of a session that only listens. It has no voice, no tools and no answers; the microphone's sound comes as the telephone
 * has it.
 * @see https://developers.openai.com/api/docs/guides/realtime-transcription
 */
export function configure(eventId: string, request: TranscriberRequest): SessionUpdateEvent {
  const language = request.language?.split('-')[0]?.toLowerCase();
  return {
    type: 'session.update',
    event_id: eventId,
    session: {
      type: 'transcription',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'near_field' },
          transcription: { model: transcriptionModel, ...(language ? { language } : {}) },
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: turnSilenceMs },
        },
      },
    },
  };
}

/** Whether the service has really taken mu-law; of anything else it would make wrong words. */
export function hearsMuLaw(session: ServerSession): boolean {
  return session.audio?.input?.format?.type === 'audio/pcmu';
}
