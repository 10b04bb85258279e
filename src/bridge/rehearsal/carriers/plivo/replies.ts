import type { Random } from '../random.ts';
import type { RestReply } from '../rest-server.ts';

/** A successful answer of Plivo's API; each carries an id of the request. */
export function ok(random: Random, status: number, body: object): RestReply {
  return { status, json: { api_id: random.uuid(), ...body } };
}

/** An error as Plivo's API tells it. */
export function refusal(random: Random, status: number, error: string): RestReply {
  return { status, json: { api_id: random.uuid(), error } };
}
