import { BridgeError } from '#bridge/contract/errors.ts';

/** To go on behind something that was taken off its list meanwhile; an empty page would say that the list ends there. */
export function placeGone(): BridgeError {
  const message = 'is not in this list any more; begin again without it';
  return new BridgeError('input/invalid', `cursor: ${message}`, { details: [{ field: 'cursor', message }] });
}
