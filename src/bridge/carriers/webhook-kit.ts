import type { z } from 'zod';
import { BridgeError, type FieldProblem } from '#bridge/contract/errors.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CallDocument, CallLinks, CarrierHost, DocumentMoment, WebhookReply, WebhookRequest } from './carrier.ts';

/**
 * The fields of a signed webhook by a schema. They come from the form of a POST and from the query; a repeated field counts with its first
 * value.
 *
 * @throws {BridgeError} `input/invalid`, with the offending fields in `details`
 */
export function readFields<Schema extends z.ZodType>(schema: Schema, request: WebhookRequest): z.infer<Schema> {
  const fields: Record<string, string> = Object.create(null);
  for (const source of [request.query, request.form]) {
    for (const [name, value] of Object.entries(source)) {
      const first = Array.isArray(value) ? value[0] : value;
      if (first !== undefined) fields[name] = first;
    }
  }
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const details: FieldProblem[] = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
  throw new BridgeError('input/invalid', `The webhook's ${details.map(({ field }) => field).join(', ')} cannot be read.`, { details });
}

/** For webhooks that only tell us something. */
export const noted: WebhookReply = { status: 200, contentType: 'text/plain; charset=utf-8', body: '' };

/** Both carriers accept this type for their documents. */
export function xmlReply(body: string): WebhookReply {
  return { status: 200, contentType: 'text/xml; charset=utf-8', body };
}

/** Ask the host what the leg shall run, render it, and say that it was served. */
export function serve(
  host: CarrierHost,
  request: { readonly attempt: AttemptId; readonly receivedAtMs: number },
  moment: DocumentMoment,
  render: (document: CallDocument, links: CallLinks) => string,
): WebhookReply {
  const { document, links } = host.documentFor(request.attempt, moment);
  const reply = xmlReply(render(document, links));
  host.onLegEvent({ type: 'leg.document-served', attempt: request.attempt, atMs: request.receivedAtMs, document: document.kind });
  return reply;
}

/** Address of one of the adapter's own webhooks, for one attempt. */
export function webhookUrl(links: CallLinks, name: string): string {
  return `${links.webhookBase}/${name}/${links.ticket}`;
}

/** The media address of a document that needs one. @throws {BridgeError} `internal`, when whoever made the document left it out */
export function mediaUrlOf(links: CallLinks): string {
  if (links.mediaUrl === null) throw new BridgeError('internal', 'A stream document came without a media address.');
  return links.mediaUrl;
}

/** The ticket in a webhook's path: its last segment. */
export function ticketOf(request: WebhookRequest): string {
  const path = request.target.split(/[?#]/, 1)[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1);
}
