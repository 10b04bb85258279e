import { z } from 'zod';
import type { CarrierMirror } from '../mirror.ts';
import { parseJson } from '../rest-errors.ts';
import { twilioSignature } from './signature.ts';

const outgoing = z.object({ event: z.literal('media'), media: z.object({ payload: z.base64() }) });

/** @see https://www.twilio.com/docs/voice/media-streams/websocket-messages */
export function twilioMirror(accountSid: string, authToken: string): CarrierMirror {
  const sign = (url: string, form: Readonly<Record<string, string>>, isGenuine: boolean) =>
    twilioSignature(isGenuine ? authToken : 'somebody without the token', url, form);
  let sequence = 1;
  return {
    webhook: (url, isGenuine) => {
      const form = {
        CallSid: 'CA00000000000000000000000000000000',
        AccountSid: accountSid,
        CallStatus: 'in-progress',
        ApiVersion: '2010-04-01',
      };
      return {
        headers: {
          'user-agent': 'TwilioProxy/1.1',
          'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'x-twilio-signature': sign(url, form, isGenuine),
        },
        body: new URLSearchParams(form).toString(),
      };
    },
    upgradeHeaders: (url) => ({ 'user-agent': 'TwilioMediaStreams/1.0', 'x-twilio-signature': sign(url, {}, true) }),
    opening: (callSid, streamSid) => [
      JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }),
      JSON.stringify({
        event: 'start',
        sequenceNumber: '1',
        start: {
          accountSid,
          streamSid,
          callSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: {},
        },
        streamSid,
      }),
    ],
    frame: (streamSid, index, mulaw) =>
      JSON.stringify({
        event: 'media',
        sequenceNumber: String(++sequence),
        streamSid,
        media: {
          track: 'inbound',
          chunk: String(index + 1),
          timestamp: String((index + 1) * 20),
          payload: Buffer.from(mulaw).toString('base64'),
        },
      }),
    ending: (callSid, streamSid) =>
      JSON.stringify({ event: 'stop', sequenceNumber: String(++sequence), streamSid, stop: { accountSid, callSid } }),
    audioIn: (message) => {
      const parsed = outgoing.safeParse(parseJson(message));
      return parsed.success ? Buffer.from(parsed.data.media.payload, 'base64') : null;
    },
  };
}
