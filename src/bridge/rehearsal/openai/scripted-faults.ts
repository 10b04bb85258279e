import type { Faults } from './faults.ts';
import type { SimSession } from './session.ts';
import type { Timers } from './timers.ts';
import { ProtocolError } from './wire.ts';

/**
 * Let the faults that come by the clock strike a session that is open.
 * @param isNew its time limit is its own already, `expires_at` tells of it
 */
export function strike(session: SimSession, faults: Faults, timers: Timers, isNew: boolean): void {
  const { number } = session;
  const expiry = isNew ? null : faults.take('expire', number);
  if (expiry) later(timers, expiry.afterMs, () => session.expire());
  const error = faults.take('error', number);
  if (error) {
    const found = new ProtocolError(
      error.code,
      error.message ?? `Scripted fault: ${error.code}`,
      null,
      error.type ?? 'invalid_request_error',
    );
    later(timers, error.afterMs ?? 0, () => session.fail(found, error.close));
  }
  const close = faults.take('close', number);
  if (close) later(timers, close.afterMs, () => session.closeSocket(close.code));
  const garbage = faults.take('garbage-frame', number);
  if (garbage) later(timers, garbage.afterMs, () => session.sendRaw('{"type":"response.output_audio.del'));
  const unknown = faults.take('unknown-event', number);
  if (unknown)
    later(timers, unknown.afterMs, () => session.sendRaw('{"type":"response.hologram.delta","event_id":"event_unknown","depth":3}'));
}

function later(timers: Timers, delayMs: number, callback: () => void): void {
  if (delayMs <= 0) callback();
  else timers.after(delayMs, callback);
}
