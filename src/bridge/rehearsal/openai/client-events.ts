import {
  type ClientEvent,
  type ClientEvents,
  clientEvents,
  type TranscriptionEvent,
  type TranscriptionEvents,
  transcriptionEvents,
} from './schemas.ts';
import { errorFromIssues, isObject, type Json, ProtocolError } from './wire.ts';

/** One append carries at most 15 MiB of audio. */
const MOST_APPEND_BYTES = 15 * 1024 * 1024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws {ProtocolError} when the frame holds no event. @param data null for a binary frame */
export function readFrame(data: string | null): Json & { readonly type: string } {
  if (data === null) throw new ProtocolError('invalid_value', 'Binary frames are not accepted; send JSON in text frames.');
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    throw new ProtocolError('invalid_value', 'The frame is not JSON.');
  }
  if (!isObject(event)) throw new ProtocolError('invalid_value', 'An event is a JSON object.');
  const { type } = event;
  if (type === undefined) throw new ProtocolError('missing_required_parameter', "Missing required parameter: 'type'.", 'type');
  if (typeof type !== 'string') throw new ProtocolError('invalid_value', 'Invalid type of event.', 'type');
  return { ...event, type };
}

/** The audio of an append; by hand, because it comes fifty times a second. @throws {ProtocolError} */
export function appendedAudio(event: Json): Buffer {
  const stranger = Object.keys(event).find((key) => key !== 'type' && key !== 'audio' && key !== 'event_id');
  if (stranger !== undefined) throw new ProtocolError('unknown_parameter', `Unknown parameter: '${stranger}'.`, stranger);
  const { audio } = event;
  if (audio === undefined) throw new ProtocolError('missing_required_parameter', "Missing required parameter: 'audio'.", 'audio');
  if (typeof audio !== 'string' || !BASE64.test(audio)) {
    throw new ProtocolError('invalid_value', "Invalid 'audio'. Expected base64-encoded audio bytes.", 'audio');
  }
  const bytes = Buffer.from(audio, 'base64');
  if (bytes.length > MOST_APPEND_BYTES) throw new ProtocolError('invalid_value', "Invalid 'audio'. More than 15 MiB.", 'audio');
  return bytes;
}

/** Any other event, checked field by field. @throws {ProtocolError} */
export function readEvent(event: Json & { readonly type: string }): ClientEvent {
  if (!Object.hasOwn(clientEvents, event.type)) {
    throw new ProtocolError('invalid_value', `Invalid value: '${event.type}'. It is not a client event.`, 'type');
  }
  refuseOtherSession(event, 'realtime');
  const parsed = clientEvents[event.type as keyof ClientEvents].safeParse(event);
  if (!parsed.success) throw errorFromIssues(parsed.error.issues, event);
  return parsed.data;
}

/** The same in a session that only listens. @throws {ProtocolError} */
export function readTranscriptionEvent(event: Json & { readonly type: string }): TranscriptionEvent {
  if (!Object.hasOwn(transcriptionEvents, event.type)) {
    throw new ProtocolError('invalid_value', `Invalid value: '${event.type}'. It is not possible in a transcription session.`, 'type');
  }
  refuseOtherSession(event, 'transcription');
  const parsed = transcriptionEvents[event.type as keyof TranscriptionEvents].safeParse(event);
  if (!parsed.success) throw errorFromIssues(parsed.error.issues, event);
  return parsed.data;
}

/** One kind of session never becomes the other. */
function refuseOtherSession(event: Json, kind: 'realtime' | 'transcription'): void {
  const other = kind === 'realtime' ? 'transcription' : 'realtime';
  if (event.type !== 'session.update' || !isObject(event.session) || event.session.type !== other) return;
  const message = `Passing a ${other} session update event to a ${kind} session is not allowed.`;
  throw new ProtocolError('invalid_value', message, 'session.type');
}
