import type { PublicDoors } from '#bridge/calls/calls.ts';
import type { Webhook } from '#bridge/carriers/carrier.ts';
import type { CarrierName } from '#bridge/contract/words.ts';

type Target = NonNullable<ReturnType<PublicDoors['webhookTarget']>>;

/** What a path below `/carrier/` leads to. */
export type WebhookRoute =
  /** Not a carrier's path at all, or not one of this carrier's. */
  | { readonly kind: 'nowhere' }
  /** It looks like a webhook and names no attempt of ours; whether such a path exists is not told. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'webhook'; readonly target: Target; readonly webhook: Webhook };

/** Carriers' paths are short; what is longer is somebody else's. */
const segmentsMax = 6;
const ticketMaxLength = 400;

/**
 * Find the webhook that a request line means. Paths are compared as they were sent, nothing is decoded or normalised, because the
 * carriers sign them as they are.
 *
 * @param target path and query as received
 */
export function findWebhook(doors: PublicDoors, method: string, target: string): WebhookRoute {
  const path = target.split('?', 1)[0] ?? '';
  const [empty, root, name, ...rest] = path.split('/');
  if (empty !== '' || root !== 'carrier' || (name !== 'twilio' && name !== 'plivo')) return { kind: 'nowhere' };
  if (rest.length === 0 || rest.length > segmentsMax || rest.includes('') || (method !== 'GET' && method !== 'POST'))
    return { kind: 'nowhere' };

  const found = ticketIn(doors, name, rest);
  if (!found) return { kind: 'stranger' };
  const asked = `/${rest.map((segment, index) => (index === found.index ? ':ticket' : segment)).join('/')}`;
  const webhook = found.target.carrier.webhooks.find((candidate) => candidate.path === asked && candidate.methods.includes(method));
  return webhook ? { kind: 'webhook', target: found.target, webhook } : { kind: 'nowhere' };
}

/** The ticket stands where the carrier's adapter wants it, mostly last. */
function ticketIn(doors: PublicDoors, carrier: CarrierName, segments: readonly string[]): { index: number; target: Target } | null {
  for (let index = segments.length - 1; index >= 0; index--) {
    const segment = segments[index];
    if (!segment || segment.length > ticketMaxLength) continue;
    const target = doors.webhookTarget(carrier, segment);
    if (target) return { index, target };
  }
  return null;
}
