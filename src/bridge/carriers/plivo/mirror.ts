import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { CarrierMirror } from '../mirror.ts';
import { parseJson } from '../rest-errors.ts';
import { withScheme } from '../signing.ts';
import { plivoBase, plivoSignature } from './signature.ts';

const outgoing = z.object({
  event: z.literal('playAudio'),
  media: z.object({ contentType: z.literal('audio/x-mulaw'), sampleRate: z.coerce.number().pipe(z.literal(8_000)), payload: z.base64() }),
});

/** @see https://www.plivo.com/docs/voice/xml/audiostream */
export function plivoMirror(authId: string, authToken: string): CarrierMirror {
  const sign = (method: 'GET' | 'POST', url: string, form: Readonly<Record<string, string>>, isGenuine: boolean) => {
    const nonce = Array.from({ length: 20 }, () => randomInt(10)).join('');
    const signature = plivoSignature(isGenuine ? authToken : 'somebody without the token', nonce, plivoBase(method, url, form));
    return {
      'user-agent': 'Plivo',
      'x-plivo-signature-v3': signature,
      'x-plivo-signature-v3-nonce': nonce,
      'x-plivo-signature-ma-v3': signature,
    };
  };
  let sequence = 1;
  let startedAtMs = 0;
  return {
    webhook: (url, isGenuine) => {
      const form = {
        CallUUID: '00000000-0000-4000-8000-000000000000',
        CallStatus: 'in-progress',
        Direction: 'outbound',
        Event: 'StartApp',
      };
      return {
        headers: { ...sign('POST', url, form, isGenuine), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      };
    },
    upgradeHeaders: (url) => sign('GET', withScheme(url, url.startsWith('ws:') ? 'http' : 'https'), {}, true),
    opening: (callId, streamId) => {
      startedAtMs = Date.now();
      return [
        JSON.stringify({
          event: 'start',
          sequenceNumber: 1,
          start: {
            callId,
            streamId,
            accountId: authId,
            tracks: ['inbound'],
            mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000 },
          },
          extra_headers: '',
        }),
      ];
    },
    frame: (streamId, index, mulaw) =>
      JSON.stringify({
        event: 'media',
        sequenceNumber: ++sequence,
        streamId,
        media: {
          track: 'inbound',
          timestamp: String(startedAtMs + (index + 1) * 20),
          chunk: index + 1,
          payload: Buffer.from(mulaw).toString('base64'),
        },
        extra_headers: '',
      }),
    ending: () => null,
    audioIn: (message) => {
      const parsed = outgoing.safeParse(parseJson(message));
      return parsed.success ? Buffer.from(parsed.data.media.payload, 'base64') : null;
    },
  };
}
