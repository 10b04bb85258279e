import type { Logger } from 'pino';
import type { AfterStream } from '../after-stream.ts';
import type { CarrierHost, DialResult, DocumentMoment, LegRef, Webhook, WebhookReply, WebhookRequest } from '../carrier.ts';
import { tamed } from '../mask.ts';
import type { PendingDocuments } from '../pending-documents.ts';
import { secondsMs } from '../times.ts';
import { noted, readFields, serve, ticketOf, xmlReply } from '../webhook-kit.ts';
import { endOf, isTerminal } from './causes.ts';
import { emptyPlivoXml, plivoXml } from './markup.ts';
import {
  type CallForm,
  callForm,
  dialDoneForm,
  dialStatusForm,
  digitsForm,
  machineForm,
  recordingForm,
  saidForm,
  streamStatusForm,
} from './wire.ts';

/** What Plivo calls on our public side, below `/carrier/plivo`. Every handler may be called twice and in any order. */
export function plivoWebhooks({
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

  const answered = (request: WebhookRequest, form: CallForm) => {
    const { attempt, receivedAtMs: atMs } = request;
    host.onLegEvent({ type: 'leg.answered', attempt, atMs, leg: legOf(form) });
    if (isTrue(form.Machine))
      host.onLegEvent({ type: 'leg.machine-detected', attempt, atMs, answerType: 'machine', detail: 'Machine=true' });
  };

  const ended = (request: WebhookRequest, form: CallForm) => {
    const end = endOf({
      code: form.HangupCauseCode ?? null,
      word: form.HangupCause ?? form.HangupCauseName ?? null,
      status: form.CallStatus ?? null,
      source: form.HangupSource ?? null,
    });
    const { attempt, receivedAtMs: atMs } = request;
    host.onLegEvent({ type: 'leg.ended', attempt, atMs, leg: legOf(form), ...end, durationMs: secondsMs(form.Duration) });
  };

  const isOver = (form: CallForm) => form.CallStatus !== undefined && isTerminal(form.CallStatus);

  /** A leg that is over asks for nothing more. */
  const next = (request: WebhookRequest, form: CallForm, moment: DocumentMoment) =>
    isOver(form) ? xmlReply(emptyPlivoXml) : serve(host, request, moment, plivoXml);

  return [
    on('answer', (request) => {
      const form = readFields(callForm, request);
      // Plivo asks here once more at the end of a call whose hangup address it did not keep.
      if (isOver(form)) {
        ended(request, form);
        return xmlReply(emptyPlivoXml);
      }
      answered(request, form);
      const record = request.query.record === '1';
      return serve(host, request, { kind: 'answered' }, (document, links) => plivoXml(document, links, { record }));
    }),
    on('fallback', (request) => {
      const form = readFields(callForm, request);
      log.warn({ attempt: request.attempt }, 'the carrier could not use the answer document and asks for another');
      if (isOver(form)) {
        ended(request, form);
        return xmlReply(emptyPlivoXml);
      }
      answered(request, form);
      return serve(host, request, { kind: 'fallback' }, plivoXml);
    }),
    on('document', (request) => {
      const form = readFields(callForm, request);
      const waiting = pending.get(ticketOf(request));
      if (waiting === null || isOver(form)) return next(request, form, { kind: 'stream-ended' });
      host.onLegEvent({
        type: 'leg.document-served',
        attempt: request.attempt,
        atMs: request.receivedAtMs,
        document: waiting.document.kind,
      });
      return xmlReply(plivoXml(waiting.document, waiting.links));
    }),
    on('digits', (request) => {
      const form = readFields(digitsForm, request);
      const digits = form.Digits;
      if (digits !== '') host.onLegEvent({ type: 'leg.digits', attempt: request.attempt, atMs: request.receivedAtMs, digits });
      return next(request, form, { kind: 'digits', digits });
    }),
    on('said', (request) => {
      const form = readFields(saidForm, request);
      const { Digits: digits, Speech: words } = form;
      if (digits !== '') host.onLegEvent({ type: 'leg.digits', attempt: request.attempt, atMs: request.receivedAtMs, digits });
      return next(request, form, { kind: 'said', words, confidence: words === '' ? null : (form.SpeechConfidenceScore ?? null), digits });
    }),
    on('waited', (request) => next(request, readFields(callForm, request), { kind: 'waited' })),
    on('dial-done', (request) => {
      const form = readFields(dialDoneForm, request);
      const { result, cause } = dialResults[form.DialStatus];
      host.onLegEvent({ type: 'leg.dial-ended', attempt: request.attempt, atMs: request.receivedAtMs, result, cause });
      return next(request, form, { kind: 'dial-ended', result });
    }),
    on('dial-status', (request) => {
      const { DialAction: action } = readFields(dialStatusForm, request);
      const { attempt, receivedAtMs: atMs } = request;
      if (action === 'answer' || action === 'connected') host.onLegEvent({ type: 'leg.dial-answered', attempt, atMs });
      return noted;
    }),
    on('ring', (request) => {
      const form = readFields(callForm, request);
      const { attempt, receivedAtMs: atMs } = request;
      if (isOver(form)) ended(request, form);
      else host.onLegEvent({ type: 'leg.ringing', attempt, atMs, leg: legOf(form) });
      return noted;
    }),
    on('hangup', (request) => {
      ended(request, readFields(callForm, request));
      return noted;
    }),
    on('machine', (request) => {
      const detail = readFields(machineForm, request).Machine;
      const { attempt, receivedAtMs: atMs } = request;
      // Plivo calls here only when it has found a machine; a "false" would be news.
      const answerType = isTrue(detail) ? 'machine' : 'human';
      host.onLegEvent({ type: 'leg.machine-detected', attempt, atMs, answerType, detail: `Machine=${detail.toLowerCase()}` });
      return noted;
    }),
    on('stream-status', (request) => {
      const form = readFields(streamStatusForm, request);
      const told = streamTroubles[form.Event.toLowerCase()];
      if (told !== undefined) {
        const reason = form.StatusReason ? ` (${tamed(form.StatusReason)})` : '';
        const { attempt, receivedAtMs: atMs } = request;
        host.onLegEvent({ type: 'leg.stream-trouble', attempt, atMs, detail: `${told}${reason}` });
        const isLate = form.Event.toLowerCase() === 'degradedstream';
        if (!isLate && form.CallUUID !== undefined) {
          afterStream.failed(attempt, { carrierCallId: form.CallUUID, requestId: null });
        }
      }
      return noted;
    }),
    on('recording', (request) => {
      const { id, url, duration } = readFields(recordingForm, request);
      // A recording of a whole session is announced at its start too, with durations of -1.
      if (id !== null && url !== null && !duration?.startsWith('-')) {
        host.onLegEvent({ type: 'leg.recording-ready', attempt: request.attempt, atMs: request.receivedAtMs, recordingId: id, url });
      }
      return noted;
    }),
  ];
}

/** The name of the request need not be the name of the call; the first webhook brings both. */
function legOf(form: CallForm): LegRef {
  return { carrierCallId: form.CallUUID, requestId: form.RequestUUID ?? form.ALegRequestUUID ?? null };
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

/** Both of Plivo's vocabularies, in lower case; what is not here is no trouble. */
const streamTroubles: Readonly<Record<string, string>> = {
  droppedstream: 'The media stream was dropped.',
  degradedstream: 'The media stream is late: our side reads too slowly.',
  failed: 'The media stream could not be opened.',
};

const dialResults: Readonly<
  Record<'completed' | 'busy' | 'failed' | 'cancel' | 'timeout' | 'no-answer', { result: DialResult; cause: string }>
> = {
  completed: { result: 'answered', cause: 'The other party answered and the conversation ended.' },
  busy: { result: 'busy', cause: 'The other line was busy.' },
  'no-answer': { result: 'no-answer', cause: 'Nobody answered at the other line.' },
  timeout: { result: 'no-answer', cause: 'Nobody answered at the other line in time.' },
  failed: { result: 'failed', cause: 'The other line could not be reached.' },
  cancel: { result: 'cancelled', cause: 'The callee hung up before the other party answered.' },
};
