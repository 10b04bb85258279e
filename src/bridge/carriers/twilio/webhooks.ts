import type { Logger } from 'pino';
import type { AnswerType } from '#bridge/contract/words.ts';
import type { AfterStream } from '../after-stream.ts';
import type { CarrierHost, DialResult, DocumentMoment, LegRef, Webhook, WebhookReply, WebhookRequest } from '../carrier.ts';
import { tamed } from '../mask.ts';
import type { PendingDocuments } from '../pending-documents.ts';
import { secondsMs } from '../times.ts';
import { noted, readFields, serve, ticketOf, xmlReply } from '../webhook-kit.ts';
import { endOf, isTerminal, publicSideCause } from './causes.ts';
import { emptyTwiml, twiml } from './twiml.ts';
import {
  type CallStatus,
  callForm,
  dialDoneForm,
  dialStatusForm,
  digitsForm,
  fallbackForm,
  machineForm,
  recordingForm,
  relayDoneForm,
  saidForm,
  statusForm,
  streamStatusForm,
} from './wire.ts';

/** What Twilio calls on our public side, below `/carrier/twilio`. Every handler may be called twice and in any order. */
export function twilioWebhooks({
  host,
  pending,
  afterStream,
  log,
}: {
  host: CarrierHost;
  pending: PendingDocuments;
  afterStream: Pick<AfterStream, 'failed'>;
  log: Logger;
}): readonly Webhook[] {
  const on = (path: string, handle: (request: WebhookRequest) => WebhookReply): Webhook => ({
    path: `/${path}/:ticket`,
    methods: ['POST', 'GET'],
    handle,
  });

  const answered = (request: WebhookRequest, leg: LegRef) =>
    host.onLegEvent({ type: 'leg.answered', attempt: request.attempt, atMs: request.receivedAtMs, leg });

  /** A leg that is over asks for nothing more. */
  const next = (request: WebhookRequest, status: CallStatus | undefined, moment: DocumentMoment) =>
    status !== undefined && isTerminal(status) ? xmlReply(emptyTwiml) : serve(host, request, moment, twiml);

  return [
    on('answer', (request) => {
      const form = readFields(callForm, request);
      if (form.CallStatus !== undefined && isTerminal(form.CallStatus)) return xmlReply(emptyTwiml);
      answered(request, legOf(form.CallSid));
      return serve(host, request, { kind: 'answered' }, twiml);
    }),
    on('fallback', (request) => {
      const form = readFields(fallbackForm, request);
      log.warn({ attempt: request.attempt, code: form.ErrorCode }, 'the carrier could not use the answer document and asks for another');
      if (form.CallStatus !== undefined && isTerminal(form.CallStatus)) return xmlReply(emptyTwiml);
      answered(request, legOf(form.CallSid));
      return serve(host, request, { kind: 'fallback' }, twiml);
    }),
    on('document', (request) => {
      const form = readFields(callForm, request);
      const waiting = pending.get(ticketOf(request));
      if (waiting === null || (form.CallStatus !== undefined && isTerminal(form.CallStatus))) {
        return next(request, form.CallStatus, { kind: 'stream-ended' });
      }
      host.onLegEvent({
        type: 'leg.document-served',
        attempt: request.attempt,
        atMs: request.receivedAtMs,
        document: waiting.document.kind,
      });
      return xmlReply(twiml(waiting.document, waiting.links));
    }),
    on('digits', (request) => {
      const { CallStatus: status, Digits: digits } = readFields(digitsForm, request);
      if (digits !== '') host.onLegEvent({ type: 'leg.digits', attempt: request.attempt, atMs: request.receivedAtMs, digits });
      return next(request, status, { kind: 'digits', digits });
    }),
    on('said', (request) => {
      const form = readFields(saidForm, request);
      const { Digits: digits, SpeechResult: words } = form;
      if (digits !== '') host.onLegEvent({ type: 'leg.digits', attempt: request.attempt, atMs: request.receivedAtMs, digits });
      return next(request, form.CallStatus, { kind: 'said', words, confidence: words === '' ? null : (form.Confidence ?? null), digits });
    }),
    on('waited', (request) => next(request, readFields(callForm, request).CallStatus, { kind: 'waited' })),
    on('relay-done', (request) => {
      const form = readFields(relayDoneForm, request);
      const failed = form.SessionStatus === 'failed' || form.ErrorCode !== undefined;
      const problem = failed ? relayProblem(form.ErrorCode, form.ErrorMessage) : null;
      if (problem !== null)
        host.onLegEvent({ type: 'leg.stream-trouble', attempt: request.attempt, atMs: request.receivedAtMs, detail: problem });
      return next(request, form.CallStatus, { kind: 'relay-ended', handoff: form.HandoffData ?? null, problem });
    }),
    on('dial-done', (request) => {
      const form = readFields(dialDoneForm, request);
      const { result, cause } = dialResults[form.DialCallStatus];
      host.onLegEvent({ type: 'leg.dial-ended', attempt: request.attempt, atMs: request.receivedAtMs, result, cause });
      return next(request, form.CallStatus, { kind: 'dial-ended', result });
    }),
    on('dial-status', (request) => {
      const { CallStatus: status } = readFields(dialStatusForm, request);
      const { attempt, receivedAtMs: atMs } = request;
      if (status === 'in-progress') host.onLegEvent({ type: 'leg.dial-answered', attempt, atMs });
      return noted;
    }),
    on('status', (request) => {
      const form = readFields(statusForm, request);
      const leg = legOf(form.CallSid);
      const { attempt, receivedAtMs: atMs } = request;
      const status = form.CallStatus;
      if (isTerminal(status)) {
        const end = endOf(status, form.SipResponseCode ?? null);
        host.onLegEvent({ type: 'leg.ended', attempt, atMs, leg, ...end, durationMs: secondsMs(form.CallDuration) });
      } else if (status === 'queued' || status === 'initiated') host.onLegEvent({ type: 'leg.queued', attempt, atMs, leg });
      else if (status === 'ringing') host.onLegEvent({ type: 'leg.ringing', attempt, atMs, leg });
      else host.onLegEvent({ type: 'leg.answered', attempt, atMs, leg });
      return noted;
    }),
    on('machine', (request) => {
      const detail = readFields(machineForm, request).AnsweredBy;
      const { attempt, receivedAtMs: atMs } = request;
      host.onLegEvent({ type: 'leg.machine-detected', attempt, atMs, answerType: answerTypeOf(detail), detail });
      return noted;
    }),
    on('stream-status', (request) => {
      const form = readFields(streamStatusForm, request);
      if (form.StreamEvent === 'stream-error') {
        const report = form.StreamError ?? '';
        const detail = publicSideCause(report) ?? `the media stream failed: ${tamed(report) || 'no reason was given'}`;
        host.onLegEvent({ type: 'leg.stream-trouble', attempt: request.attempt, atMs: request.receivedAtMs, detail });
        if (form.CallSid !== undefined) afterStream.failed(request.attempt, legOf(form.CallSid));
      }
      return noted;
    }),
    on('recording', (request) => {
      const form = readFields(recordingForm, request);
      if ((form.RecordingStatus ?? 'completed') === 'completed' && form.RecordingUrl !== undefined) {
        host.onLegEvent({
          type: 'leg.recording-ready',
          attempt: request.attempt,
          atMs: request.receivedAtMs,
          recordingId: form.RecordingSid,
          // The address comes without an ending; this one gives both channels.
          url: `${form.RecordingUrl}.wav?RequestedChannels=2`,
        });
      }
      return noted;
    }),
  ];
}

/** @see https://www.twilio.com/docs/api/errors */
const relayProblems: Readonly<Record<string, string>> = {
  '64102': 'Twilio could not open the socket of the relay.',
  '64107': 'Twilio did not take a message on the relay.',
  '39001': 'Twilio had a fault of its own on the relay.',
};

/** An account that was never allowed to use it fails like any other, so the cure is named as well. */
function relayProblem(code: string | undefined, message: string | undefined): string {
  const known = code === undefined ? undefined : relayProblems[code];
  if (known !== undefined) return known;
  const said = tamed(message ?? '') || 'no reason was given';
  return `The relay failed (${said}). The Twilio account must have accepted the AI terms in its Console, under Voice, Settings.`;
}

/** A call made by request has one name at Twilio, known from the first answer on. */
function legOf(callSid: string): LegRef {
  return { carrierCallId: callSid, requestId: callSid };
}

/** @see https://www.twilio.com/docs/voice/answering-machine-detection */
function answerTypeOf(answeredBy: string): AnswerType {
  if (answeredBy === 'human' || answeredBy === 'fax') return answeredBy;
  return answeredBy.startsWith('machine') ? 'machine' : 'unknown';
}

const dialResults: Readonly<
  Record<'completed' | 'answered' | 'busy' | 'no-answer' | 'failed' | 'canceled', { result: DialResult; cause: string }>
> = {
  completed: { result: 'answered', cause: 'The other party answered and the conversation ended.' },
  answered: { result: 'answered', cause: 'The other party answered.' },
  busy: { result: 'busy', cause: 'The other line was busy.' },
  'no-answer': { result: 'no-answer', cause: 'Nobody answered at the other line.' },
  failed: { result: 'failed', cause: 'The other line could not be reached.' },
  canceled: { result: 'cancelled', cause: 'The callee hung up before the other party answered.' },
};
