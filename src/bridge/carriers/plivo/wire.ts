import { z } from 'zod';

/**
 * What Plivo sends us: answers of its REST API, forms of its webhooks, messages of its media sockets. Plivo's own pages disagree on many
 * fields; what we do not need is optional, and what we need is checked.
 *
 * @see https://www.plivo.com/docs/voice/api/call/
 * @see https://www.plivo.com/docs/voice/xml/request/
 * @see https://www.plivo.com/docs/voice/xml/audiostream
 */
const optionalText = z.string().nullish();
const number = z.union([z.string(), z.number()]).nullish();

/** One destination gives one uuid; a list of one has been seen too. */
export const createAnswer = z.object({
  request_uuid: z.union([z.string().min(1), z.tuple([z.string().min(1)]).transform(([only]) => only)]),
});

/** A finished call. Times are in the time zone of the account's console. */
export const callRecord = z.object({
  call_uuid: z.string().min(1),
  request_uuid: optionalText,
  from_number: z.coerce.string().nullish(),
  to_number: z.coerce.string().nullish(),
  call_direction: optionalText,
  call_state: optionalText,
  initiation_time: optionalText,
  answer_time: optionalText,
  end_time: optionalText,
  /** Seconds from the answer to the end. */
  call_duration: number,
  total_amount: number,
  hangup_cause_name: optionalText,
  hangup_cause_code: number,
  hangup_source: optionalText,
});
export type CallRecord = z.infer<typeof callRecord>;

export const callRecordList = z.object({
  objects: z.array(z.unknown()),
  meta: z.object({ total_count: z.number().nullish() }).nullish(),
});

/** Live and queued calls come as lists of their names alone. */
export const uuidList = z.object({ calls: z.array(z.string()).default([]) });

export const liveCall = z.object({
  call_uuid: optionalText,
  request_uuid: optionalText,
  from: z.coerce.string().nullish(),
  to: z.coerce.string().nullish(),
  direction: optionalText,
  call_status: optionalText,
  session_start: optionalText,
});
export type LiveCall = z.infer<typeof liveCall>;

/** Numbers come without a plus. */
export const numberList = z.object({
  objects: z.array(z.object({ number: z.coerce.string(), alias: optionalText, voice_enabled: z.boolean().nullish() })),
  meta: z.object({ total_count: z.number().nullish() }).nullish(),
});

/** @see https://www.plivo.com/docs/account/api/account/ */
export const accountResource = z.object({
  name: optionalText,
  /** `standard`; what a trial is called is not documented. */
  account_type: optionalText,
  /** Dollars, as text. */
  cash_credits: number,
  billing_mode: optionalText,
  auto_recharge: z.boolean().nullish().catch(null),
  state: z.unknown().optional(),
});
export const apiError = z.object({ error: z.unknown() });

/** As Plivo writes it in webhooks; compared in lower case. */
export const callStatus = z
  .string()
  .transform((status) => status.toLowerCase())
  .pipe(z.enum(['queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'timeout', 'no-answer', 'cancel']));
export type CallStatus = z.infer<typeof callStatus>;

const uuid = z.string().min(1).max(80);
export const callForm = z.object({
  CallUUID: uuid,
  RequestUUID: z.string().max(80).optional(),
  ALegRequestUUID: z.string().max(80).optional(),
  CallStatus: callStatus.optional().catch(undefined),
  Machine: z.string().max(20).optional(),
  HangupCause: z.string().max(80).optional(),
  HangupCauseCode: z.string().max(20).optional(),
  HangupCauseName: z.string().max(120).optional(),
  HangupSource: z.string().max(80).optional(),
  Duration: z.string().max(20).optional(),
});
export type CallForm = z.infer<typeof callForm>;
export const machineForm = callForm.extend({ Machine: z.string().max(20) });
export const digitsForm = callForm.extend({ Digits: z.string().max(64).default('') });
export const saidForm = callForm.extend({
  InputType: z.string().max(20).optional(),
  Speech: z.string().max(4_000).default(''),
  SpeechConfidenceScore: z.coerce.number().min(0).max(1).nullish().catch(null),
  Digits: z.string().max(64).default(''),
});
export const dialDoneForm = callForm.extend({
  DialStatus: z
    .string()
    .transform((status) => status.toLowerCase())
    .pipe(z.enum(['completed', 'busy', 'failed', 'cancel', 'timeout', 'no-answer'])),
  DialHangupCause: z.string().max(80).optional(),
});
/** `answer`, `connected`, `hangup` or `digits`. */
export const dialStatusForm = z.object({ DialAction: z.string().max(40) });
/** Two vocabularies are documented: `DroppedStream`, `DegradedStream`, … and `started`, `stopped`, `failed`. */
export const streamStatusForm = z.object({
  Event: z.string().max(80),
  StatusReason: z.string().max(200).optional(),
  CallUUID: z.string().min(1).max(80).optional(),
});
/** The `<Record>` element names its fields in one way, the Record API in another. */
export const recordingForm = z
  .object({
    RecordUrl: z.string().max(2_048).optional(),
    record_url: z.string().max(2_048).optional(),
    RecordingID: z.string().max(80).optional(),
    recording_id: z.string().max(80).optional(),
    RecordingDuration: z.string().optional(),
    recording_duration: z.string().optional(),
  })
  .transform((form) => ({
    url: form.RecordUrl ?? form.record_url ?? null,
    id: form.RecordingID ?? form.recording_id ?? null,
    duration: form.RecordingDuration ?? form.recording_duration ?? null,
  }));

/** `start` on a media socket. The name of the stream stands inside at first, at the top afterwards; either place will do. */
export const startMessage = z.object({
  streamId: z.string().min(1).max(80).optional(),
  start: z.object({
    streamId: z.string().min(1).max(80).optional(),
    callId: uuid,
    mediaFormat: z.object({ encoding: z.string(), sampleRate: z.coerce.number().optional() }).optional(),
  }),
});
export const playedMessage = z.object({ name: z.string().max(200) });
export const dtmfMessage = z.object({ dtmf: z.object({ digit: z.string().regex(/^[0-9*#A-D]$/) }) });
