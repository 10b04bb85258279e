import { errorFromIssues, isObject, type Json, ProtocolError } from '../openai/wire.ts';
import { frozenFields, type LiveClientEvent, type LiveConfig, liveClientEvents } from './schemas.ts';

/** How far a session is. */
export type SessionPhase = 'waiting' | 'starting' | 'started' | 'over';

/**
 * What a client has sent, checked against the protocol and the moment.
 *
 * @throws {ProtocolError} for what the service refuses
 */
export function readClientEvent(event: Json & { readonly type: string }, phase: SessionPhase): LiveClientEvent {
  const { type } = event;
  if (!Object.hasOwn(liveClientEvents, type)) throw new ProtocolError('invalid_event', `Unknown event type '${type}'.`, 'type');
  if (phase === 'waiting' ? type !== 'session.start' : type === 'session.start') {
    throw new ProtocolError('invalid_event', phase === 'waiting' ? 'Send session.start first.' : 'The session has been started.', 'type');
  }
  if (phase === 'starting') throw new ProtocolError('invalid_event', 'Wait for session.started.', 'type');
  if (type === 'session.update' && isObject(event.session)) {
    const { session } = event;
    const frozen = frozenFields.find((name) => Object.hasOwn(session, name));
    if (frozen !== undefined) throw new ProtocolError('immutable_field_update', `'${frozen}' cannot be changed.`, `session.${frozen}`);
  }
  const parsed = liveClientEvents[type as keyof typeof liveClientEvents].safeParse(event);
  if (!parsed.success) throw errorFromIssues(parsed.error.issues, event);
  return parsed.data as LiveClientEvent;
}

/** @throws {ProtocolError} for a session that the service cannot start */
export function checkConfig(config: LiveConfig): void {
  if (!config.model.startsWith('gpt-live-')) {
    throw new ProtocolError(
      'model_not_found',
      `The model '${config.model}' does not exist or you do not have access to it.`,
      'session.model',
    );
  }
  if (config.audio?.format?.type !== 'audio/pcmu')
    throw new ProtocolError('invalid_value', 'This simulation speaks 8 kHz mu-law only.', 'session.audio.format');
}
