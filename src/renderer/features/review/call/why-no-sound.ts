import type { Call } from '#bridge/contract/calls.ts';
import { isCarrierVoice } from '../../../ui/carrier-voice.ts';

/** Why a call that is over cannot be heard. */
export function whyNoSound({ answeredAt, rung, hops }: Pick<Call, 'answeredAt' | 'rung' | 'hops'>): string {
  if (answeredAt === null) return 'Nobody answered, so there is nothing to hear.';
  if (isCarrierVoice(rung)) {
    return "The carrier's own voice spoke on this call. Its sound does not pass through Ringside, so there is no recording.";
  }
  if (!hops.some(({ name }) => name === 'media-open')) {
    return 'The carrier never opened the media socket, so there is no recording. The hops at the right show where the path ended.';
  }
  return 'There is no recording of this call on disk.';
}
