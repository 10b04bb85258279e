import type { RestReply } from '../rest-server.ts';
import { rfc2822, type TwilioCall } from './twilio-call.ts';

/** What Twilio warns of when an address of ours does not answer as it should. */
const httpFailure = { code: 11_200, words: 'HTTP retrieval failure' };

/** @see https://www.twilio.com/docs/voice/api/notification-resource */
export function listNotifications(call: TwilioCall, path: string): RestReply {
  const notifications = requestsOf(call)
    .filter(({ status }) => status === null || status >= 400)
    .map(({ atMs, url, method }) => ({
      call_sid: call.id,
      log: '0',
      error_code: String(httpFailure.code),
      more_info: `https://www.twilio.com/docs/errors/${httpFailure.code}`,
      message_text: new URLSearchParams({ ErrorCode: String(httpFailure.code), url, Msg: httpFailure.words }).toString(),
      message_date: rfc2822(atMs),
      request_method: method,
      request_url: url,
    }));
  return paged('notifications', notifications, path);
}

/** Every request of Twilio for this call, and its answer. */
export function listEvents(call: TwilioCall, path: string): RestReply {
  const events = requestsOf(call).map(({ atMs, url, method, status, tookMs }) => ({
    request: { method, url, parameters: {} },
    response: { response_code: status, request_duration: Math.round(tookMs), date_created: rfc2822(atMs) },
  }));
  return paged('events', events, path);
}

function requestsOf(call: TwilioCall) {
  return call.history.flatMap((event) => (event.kind === 'webhook' ? [event] : []));
}

function paged(name: string, rows: readonly unknown[], path: string): RestReply {
  return { status: 200, json: { [name]: rows, page: 0, page_size: 50, start: 0, uri: path, next_page_uri: null, previous_page_uri: null } };
}
