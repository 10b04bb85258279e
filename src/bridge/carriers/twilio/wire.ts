import { z } from 'zod';

/**
 * What Twilio sends us: answers of its REST API, forms of its webhooks, messages of its media sockets.
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource
 * @see https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application
 * @see https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export const callStatus = z.enum([
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'answered',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
]);
export type CallStatus = z.infer<typeof callStatus>;

const optionalText = z.string().nullish();

export const callResource = z.object({
  sid: z.string().min(1),
  status: callStatus,
  direction: optionalText,
  to: optionalText,
  from: optionalText,
  date_created: optionalText,
  start_time: optionalText,
  end_time: optionalText,
  /** Seconds of talk, as text. */
  duration: z.union([z.string(), z.number()]).nullish(),
  /** Dollars with a minus sign, as text; null until Twilio has priced the call. */
  price: z.union([z.string(), z.number()]).nullish(),
  price_unit: optionalText,
  /** Milliseconds, as text. */
  queue_time: z.union([z.string(), z.number()]).nullish(),
});
export type CallResource = z.infer<typeof callResource>;

export const callList = z.object({ calls: z.array(callResource), next_page_uri: optionalText });

export const numberList = z.object({
  incoming_phone_numbers: z.array(
    z.object({
      phone_number: z.string(),
      friendly_name: optionalText,
      capabilities: z.object({ voice: z.boolean().nullish() }).nullish(),
    }),
  ),
  next_page_uri: optionalText,
});

/** `auth_token` is the primary one, with which everything is signed; it is not told to everybody who may ask. */
export const accountResource = z.object({
  friendly_name: optionalText,
  status: optionalText,
  type: optionalText,
  auth_token: optionalText,
});
/** @see https://www.twilio.com/docs/iam/api/account */
export const balanceResource = z.object({ balance: z.union([z.string(), z.number()]), currency: optionalText });
export const callerIdList = z.object({ outgoing_caller_ids: z.array(z.object({ phone_number: z.string() })) });

export const apiError = z.object({ code: z.union([z.number(), z.string()]).nullish(), message: optionalText });

const callSid = z.string().min(1).max(80);

/** Common to every request about a call. */
export const callForm = z.object({ CallSid: callSid, CallStatus: callStatus.optional().catch(undefined) });
export const statusForm = z.object({
  CallSid: callSid,
  CallStatus: callStatus,
  CallDuration: z.string().optional(),
  SipResponseCode: z.string().optional(),
  ErrorCode: z.string().optional(),
});
export const fallbackForm = callForm.extend({ ErrorCode: z.string().optional() });
export const machineForm = z.object({ CallSid: callSid, AnsweredBy: z.string().min(1).max(40) });
export const digitsForm = callForm.extend({ Digits: z.string().max(64).default('') });
export const saidForm = callForm.extend({
  SpeechResult: z.string().max(4_000).default(''),
  Confidence: z.coerce.number().min(0).max(1).nullish().catch(null),
  Digits: z.string().max(64).default(''),
});
export const relayDoneForm = callForm.extend({
  SessionStatus: z.string().max(40).optional(),
  HandoffData: z.string().max(8_000).optional(),
  ErrorCode: z.string().max(20).optional(),
  ErrorMessage: z.string().max(500).optional(),
});
export const dialDoneForm = callForm.extend({
  DialCallStatus: z.enum(['completed', 'answered', 'busy', 'no-answer', 'failed', 'canceled']),
});
/** Of the other leg, by its own name. */
export const dialStatusForm = z.object({ CallStatus: callStatus });
export const streamStatusForm = z.object({
  StreamEvent: z.string().max(80),
  StreamError: z.string().optional(),
  CallSid: callSid.optional(),
});
export const recordingForm = z.object({
  RecordingSid: z.string().min(1).max(80),
  RecordingUrl: z.string().max(2_048).optional(),
  RecordingStatus: z.string().optional(),
});

/** `start` on a media socket. The name of the stream stands at the top, inside, or both. */
export const startMessage = z.object({
  streamSid: z.string().min(1).max(80).optional(),
  start: z.object({
    streamSid: z.string().min(1).max(80).optional(),
    callSid,
    mediaFormat: z.object({ encoding: z.string(), sampleRate: z.coerce.number() }).optional(),
  }),
});
export const markMessage = z.object({ mark: z.object({ name: z.string().max(200) }) });
export const dtmfMessage = z.object({ dtmf: z.object({ digit: z.string().regex(/^[0-9*#A-D]$/) }) });
