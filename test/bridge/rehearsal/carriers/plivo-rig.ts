import { afterEach } from 'vitest';
import { startPlivoSim } from '#bridge/rehearsal/carriers/plivo/plivo-sim.ts';
import type { PlivoSimOptions } from '#bridge/rehearsal/carriers/plivo/world.ts';
import type { CarrierSim, SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { Person } from '#bridge/rehearsal/person.ts';
import { BridgeDouble, person, speech } from './bridge-double.ts';

export const AUTH = 'MA00000000000000000001';
export const TOKEN = 'test_token_1';
export const FROM = '+15550100001';
export const TO = '+15550100002';

export interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

type Body = Readonly<Record<string, unknown>>;

/** A simulated Plivo, a bridge double, and the calls between them. */
export interface Rig {
  readonly sim: CarrierSim;
  readonly bridge: BridgeDouble;
  rest(method: string, path: string, body?: Body, auth?: string): Promise<Answer>;
  /** Place a call with `/answer`, `/ring` and `/hangup`. */
  dial(body?: Body): Promise<SimCall>;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

export async function rig(
  people: Readonly<Record<string, Person>> | Person = person(),
  options: Partial<PlivoSimOptions> = {},
): Promise<Rig> {
  const bridge = await new BridgeDouble().open();
  const sim = await startPlivoSim({
    credentials: { authId: AUTH, authToken: TOKEN },
    numbers: [FROM],
    directory: (number) => {
      if ('ringing' in people) return people as Person;
      return (people as Record<string, Person>)[number] ?? person({ ringing: { kind: 'invalid-number' } });
    },
    speech,
    seed: 1,
    callsPerSecond: 1_000,
    keepAudio: true,
    upgradeRetryMs: 10,
    ...options,
    timing: { ringAfterMs: 10, recordingReadyMs: 20, recordAfterMs: 20, ...options.timing },
  });
  open.push(sim, bridge);
  const rest = async (method: string, path: string, body?: Body, auth = `${AUTH}:${TOKEN}`): Promise<Answer> => {
    const response = await fetch(`${sim.baseUrl}/v1/Account/${AUTH}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(auth).toString('base64')}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  const dial = async (body: Body = {}): Promise<SimCall> => {
    const answer = await rest('POST', '/Call/', callBody(bridge, body));
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.json));
    const call = sim.calls().find((known) => known.requestId === answer.json.request_uuid);
    if (!call) throw new Error('no such call');
    return call;
  };
  return { sim, bridge, rest, dial };
}

/** The usual create body; fields given replace the usual ones, `undefined` takes one away. */
export function callBody(bridge: BridgeDouble, body: Body = {}): Body {
  return {
    from: FROM,
    to: TO,
    answer_url: `${bridge.url}/answer`,
    ring_url: `${bridge.url}/ring`,
    hangup_url: `${bridge.url}/hangup`,
    ...body,
  };
}
