import { afterEach } from 'vitest';
import type { CarrierSim, SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { startTwilioSim } from '#bridge/rehearsal/carriers/twilio/twilio-sim.ts';
import type { TwilioSimOptions } from '#bridge/rehearsal/carriers/twilio/world.ts';
import type { Person } from '#bridge/rehearsal/person.ts';
import { BridgeDouble, person, type Seen, speech } from './bridge-double.ts';

export const ACCOUNT = `AC${'0'.repeat(31)}1`;
export const TOKEN = 'test_token_1';
export const FROM = '+15550100001';
export const TO = '+15550100002';

export interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** A simulated Twilio, a bridge double, and the calls between them. */
export interface Rig {
  readonly sim: CarrierSim;
  readonly bridge: BridgeDouble;
  rest(method: string, path: string, form?: string[][], auth?: string): Promise<Answer>;
  /** Place a call with `/answer` as its document and `/status` as its status callback. */
  dial(form?: string[][]): Promise<SimCall>;
}

/** What the bridge was told of a call, in the order in which it was sent: each request goes its own way and may overtake another. */
export const told = (bridge: BridgeDouble): Seen['form'][] =>
  bridge
    .to('/status')
    .map(({ form }) => form)
    .sort((one, other) => Number(one.SequenceNumber) - Number(other.SequenceNumber));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

export async function rig(
  people: Readonly<Record<string, Person>> | Person = person(),
  options: Partial<TwilioSimOptions> = {},
): Promise<Rig> {
  const bridge = await new BridgeDouble().open();
  const sim = await startTwilioSim({
    credentials: { accountSid: ACCOUNT, authToken: TOKEN, apiKey: { sid: 'SK1', secret: 'key secret' } },
    numbers: [FROM],
    directory: (number) => {
      if ('ringing' in people) return people as Person;
      return (people as Record<string, Person>)[number] ?? person({ ringing: { kind: 'invalid-number' } });
    },
    speech,
    seed: 1,
    callsPerSecond: 1_000,
    keepAudio: true,
    ...options,
    timing: { ringAfterMs: 10, recordingReadyMs: 20, priceAfterMs: 20, ...options.timing },
  });
  open.push(sim, bridge);
  const rest = async (method: string, path: string, form: string[][] = [], auth = `${ACCOUNT}:${TOKEN}`): Promise<Answer> => {
    const response = await fetch(`${sim.baseUrl}/2010-04-01/Accounts/${ACCOUNT}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(auth).toString('base64')}` },
      ...(method === 'POST' ? { body: new URLSearchParams(form as [string, string][]) } : {}),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const dial = async (form: string[][] = []): Promise<SimCall> => {
    const answer = await rest('POST', '/Calls.json', callForm(bridge, form));
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.json));
    const call = sim.calls().find((known) => known.id === answer.json.sid);
    if (!call) throw new Error('no such call');
    return call;
  };
  return { sim, bridge, rest, dial };
}

/** The usual create form; fields given replace the usual ones, an empty value takes one away. */
export function callForm(bridge: BridgeDouble, form: string[][] = []): string[][] {
  const usual: string[][] = [
    ['To', TO],
    ['From', FROM],
    ['Url', `${bridge.url}/answer`],
    ['StatusCallback', `${bridge.url}/status`],
    ...['initiated', 'ringing', 'answered', 'completed'].map((event) => ['StatusCallbackEvent', event]),
  ];
  const given = new Set(form.map(([name]) => name));
  return [...usual.filter(([name]) => !given.has(name)), ...form.filter(([, value]) => value !== '')];
}
