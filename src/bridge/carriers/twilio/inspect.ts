import { z } from 'zod';
import type { CarrierInspection } from '../inspection.ts';
import { tamed } from '../mask.ts';
import type { RestClient } from '../rest-client.ts';
import { ask, parseJson } from '../rest-errors.ts';

const name = 'Twilio';
const text = z.string().nullish();
const notesMax = 40;

/** Twilio's warnings and errors of a call. */
const notifications = z.object({
  notifications: z.array(
    z.object({ log: text, error_code: z.coerce.string().nullish(), message_text: text, message_date: text, more_info: text }),
  ),
});

/** Every request of Twilio to us, and what it was answered. */
const events = z.object({
  events: z.array(
    z.object({
      request: z.object({ method: text, url: text }).nullish(),
      response: z.object({ response_code: z.coerce.number().nullish(), date_created: text }).nullish(),
    }),
  ),
});

/**
 * What Twilio's records hold beside the call itself. What cannot be read is left out: these lists differ between accounts.
 *
 * @see https://www.twilio.com/docs/voice/api/notification-resource
 */
export async function notesOf(client: RestClient, callPath: string): Promise<CarrierInspection['notes']> {
  const [warnings, requests] = await Promise.all([
    ask(client, name, { method: 'GET', path: `${callPath}/Notifications.json` }, [404]),
    ask(client, name, { method: 'GET', path: `${callPath}/Events.json` }, [404]),
  ]);
  const told = warnings.status === 404 ? null : notifications.safeParse(parseJson(warnings.text));
  const asked = requests.status === 404 ? null : events.safeParse(parseJson(requests.text));
  return [...(told?.success ? told.data.notifications.map(warning) : []), ...(asked?.success ? asked.data.events.map(request) : [])].slice(
    0,
    notesMax,
  );
}

function warning(note: z.infer<typeof notifications>['notifications'][number]): CarrierInspection['notes'][number] {
  const level = note.log === '0' ? 'Error' : 'Warning';
  const words = new URLSearchParams(note.message_text ?? '').get('Msg') ?? note.message_text ?? '';
  return { at: note.message_date ?? null, title: `${level} ${note.error_code ?? ''}`.trim(), detail: tamed(words) };
}

function request(event: z.infer<typeof events>['events'][number]): CarrierInspection['notes'][number] {
  const { method, url } = event.request ?? {};
  const code = event.response?.response_code ?? null;
  return {
    at: event.response?.date_created ?? null,
    title: `${method ?? 'Request'} ${pathOf(url ?? '')}`.trim(),
    detail: code === null ? 'no answer' : `answered ${code}`,
  };
}

/** The path without the ticket, which is nobody's business. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/]+/, '').split('?', 1)[0] ?? '';
  return tamed(path.replace(/\/[\w.~-]{16,}$/, '/…'), 80);
}
