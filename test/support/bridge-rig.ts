import { join } from 'node:path';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import type { Bridge, BridgeHost } from '#bridge/bridge.ts';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import type { Call } from '#bridge/contract/calls.ts';
import type { ErrorBody } from '#bridge/contract/errors.ts';
import type { AgentId, CallId, CampaignId } from '#bridge/contract/ids.ts';
import type { OperationInput, OperationName, OperationOutput } from '#bridge/contract/operations.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { createBridge } from '#bridge/create-bridge.ts';
import { announcementFor } from '#bridge/engines/announcement/announcement.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { CarrierSim, SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { type Move, ScriptedConversation } from '#bridge/rehearsal/people/conversation.ts';
import type { Directory, Person, Voices } from '#bridge/rehearsal/person.ts';
import { type RehearsalOptions, type RehearsalWorld, startRehearsalWorld } from '#bridge/rehearsal/world.ts';
import { readSettings } from '#bridge/settings.ts';
import { type Stretch, speechStretches } from './audio.ts';
import { freePort } from './free-port.ts';
import { temporaryFolder } from './store.ts';

/** Somebody at a number, for one test. */
export interface ShortPerson {
  readonly moves?: readonly Move[];
  readonly ringing?: Person['ringing'];
  readonly machine?: Person['machine'];
  /** They hang up when the call has lasted so long; 40 s when absent. */
  readonly giveUpMs?: number;
}

export interface BridgeRigOptions {
  readonly world?: Partial<Omit<RehearsalOptions, 'people'>>;
  /** Who answers at which number; everybody else is {@link brief}. */
  readonly people?: (number: string) => ShortPerson | null;
  /** Variables of the bridge on top of those that point it at the simulated services; an empty one counts as not set. */
  readonly env?: Readonly<Record<string, string>>;
  /** The bridge has keys for everybody who can hear and speak, not for realtime speech alone. */
  readonly allVoices?: boolean;
  /** What the program around the bridge brings along. */
  readonly host?: BridgeHost;
  /** What 20 ms stand for that nobody of this world has said: a sound that a test plays to a microphone. */
  readonly understands?: Voices['recognise'];
}

/** What the live feed told, as it came. */
export type Told = { readonly seq: number; readonly type: string; readonly at: string } & Record<string, unknown>;

export interface HttpAnswer<Result> {
  readonly status: number;
  readonly result: Result;
  readonly error: ErrorBody & { readonly details?: unknown };
}

/** The whole bridge in this process against the simulated services in this process, and a person's doors into it. */
export interface BridgeRig extends AsyncDisposable {
  readonly world: RehearsalWorld;
  readonly bridge: Bridge;
  readonly dataDir: string;
  /** Everything that a bridge in another process must be told to be this one. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: readonly string[];
  readonly feed: readonly Told[];
  /** Ask by HTTP, whatever the answer. */
  ask<Name extends OperationName>(name: Name, input: object): Promise<HttpAnswer<OperationOutput<Name>>>;
  /** Ask by HTTP. @throws unless it was done */
  invoke<Name extends OperationName>(name: Name, input: Partial<OperationInput<Name>> | object): Promise<OperationOutput<Name>>;
  http(path: string, init?: RequestInit): Promise<Response>;
  agent(fields?: Partial<AgentDraft>): Promise<AgentId>;
  /** One call outside any campaign, real world unless told otherwise; the default agent unless `input` names one. */
  dial(to: string, carrier: CarrierName, input?: object): Promise<Call>;
  /** A campaign of these numbers in the real world, with the rules of a test; not started. */
  campaign(carrier: CarrierName, numbers: readonly string[], fields?: object): Promise<CampaignId>;
  /** Wait until a call has ended and its last words and files are in. */
  over(id: CallId, withinMs?: number): Promise<Call>;
  /** Have the default agent's first words rendered, as they are from a campaign's second call on, and what the carrier's voice says for it. */
  warmUp(): Promise<void>;
  /** Dial and wait for its end. */
  callThrough(to: string, carrier: CarrierName, input?: object): Promise<Call>;
  sim(carrier: CarrierName): CarrierSim;
  /** Every leg that the carriers were asked to ring at this number. */
  ringsAt(to: string): readonly SimCall[];
  /** Everything that the bridge did against any protocol, in words. */
  violations(): readonly string[];
  /** End the bridge and start another on the same folder and ports. */
  restart(): Promise<void>;
}

export const shortAgent = {
  name: 'Mia',
  instructions: 'You are Mia of Northside Plumbing. Offer a free check of pipes and boiler.',
  disclosure: 'Hello, this is Mia, an AI assistant.',
  greeting: 'We offer a free check of pipes. Would that interest you?',
  announcement: 'Hello, this is Northside Plumbing with a short message. Please call us back.',
  voice: 'marin',
  language: 'en-US',
  turnDetection: { type: 'server_vad', threshold: 0.6, prefixPaddingMs: 300, silenceMs: 400 },
  tools: { endCall: true, callback: true, optOut: true },
} as const;

/** Picks up after a moment, says hello, hears the disclosure and hangs up: a call of about four seconds. */
export const brief: ShortPerson = {
  moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 3_500 }, { kind: 'hang-up' }],
};

/** Hears everything that is said first, so that it has been rendered. */
const warmsUp: ShortPerson = { moves: [{ kind: 'listen', pauseMs: 900 }, { kind: 'hang-up' }] };
const warmUpNumber = '+12125550199';

const picksUp: Person['ringing'] = { kind: 'answers', afterMs: 500 };
const human: Person['machine'] = { kind: 'human', afterMs: 1_500, beepAtMs: null };
const longestMs = 40_000;

function personOf({ moves = [], ringing = picksUp, machine = human, giveUpMs = longestMs }: ShortPerson, voices: Voices): Person {
  for (const move of moves) if (move.kind === 'say') void voices.render(move.text, 'rms').catch(() => undefined);
  return { ringing, machine, answer: () => new ScriptedConversation(moves, 'rms', voices, giveUpMs) };
}

/** @returns the first value that is not null, undefined or false. @throws when there is none in time, naming what was waited for */
export async function until<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  withinMs = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadlineMs)
      throw new Error(`waited ${withinMs} ms in vain for this: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resume) => setTimeout(resume, 25));
  }
}

/** The simulated services in this process, and what a bridge anywhere on this machine must be told to work with them. */
export interface WorldRig {
  readonly world: RehearsalWorld;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of everybody in the world. */
  readonly voices: Voices;
  close(): Promise<void>;
}

export async function openWorldRig(options: BridgeRigOptions = {}): Promise<WorldRig> {
  const folder = await temporaryFolder();
  const made = Promise.withResolvers<Voices>();
  const people = (voices: Voices): Directory => {
    made.resolve(voices);
    const { understands } = options;
    if (understands) {
      const knows = voices.recognise.bind(voices);
      voices.recognise = (frame) => knows(frame) ?? understands(frame);
    }
    const known = new Map<string, Person>();
    return (number) => {
      const person = known.get(number) ?? personOf(number === warmUpNumber ? warmsUp : (options.people?.(number) ?? brief), voices);
      known.set(number, person);
      return person;
    };
  };
  const world = await startRehearsalWorld({ seed: 11, callsPerSecond: 50, keepAudio: true, ...options.world, people });
  const ingressPort = await freePort();
  const { twilio, plivo, openai, deepgram, elevenlabs, cartesia } = world.addresses;
  const env: Record<string, string> = {
    HOME: folder.path,
    RINGSIDE_DATA_DIR: join(folder.path, 'data'),
    RINGSIDE_CONSOLE_PORT: '0',
    RINGSIDE_INGRESS_PORT: `${ingressPort}`,
    RINGSIDE_PUBLIC_URL: `http://127.0.0.1:${ingressPort}`,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    RINGSIDE_TWILIO_BASE_URL: twilio.baseUrl,
    PLIVO_AUTH_ID: plivo.authId,
    PLIVO_AUTH_TOKEN: plivo.authToken,
    RINGSIDE_PLIVO_BASE_URL: plivo.baseUrl,
    OPENAI_API_KEY: openai.apiKey,
    OPENAI_BASE_URL: openai.baseUrl,
    RINGSIDE_DEEPGRAM_BASE_URL: deepgram.baseUrl,
    RINGSIDE_ELEVENLABS_BASE_URL: elevenlabs.baseUrl,
    RINGSIDE_CARTESIA_BASE_URL: cartesia.baseUrl,
    ...(options.allVoices && {
      DEEPGRAM_API_KEY: deepgram.apiKey,
      ELEVENLABS_API_KEY: elevenlabs.apiKey,
      CARTESIA_API_KEY: cartesia.apiKey,
    }),
    ...options.env,
  };
  return {
    world,
    folder: folder.path,
    env,
    voices: await made.promise,
    async close() {
      await world.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export async function openBridgeRig(options: BridgeRigOptions = {}): Promise<BridgeRig> {
  const rig = new Rig(await openWorldRig(options), options.host);
  try {
    await rig.start();
  } catch (error) {
    await rig[Symbol.asyncDispose]();
    throw error;
  }
  return rig;
}

class Rig implements BridgeRig {
  readonly world: RehearsalWorld;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string[] = [];
  readonly feed: Told[] = [];
  readonly #services: WorldRig;
  readonly #host: BridgeHost;
  #bridge: Bridge | null = null;
  #live: WebSocket | null = null;
  #agent: Promise<AgentId> | null = null;

  constructor(services: WorldRig, host: BridgeHost = {}) {
    this.#services = services;
    this.#host = host;
    this.world = services.world;
    this.env = services.env;
  }

  get bridge(): Bridge {
    if (!this.#bridge) throw new Error('the bridge of this rig does not run');
    return this.#bridge;
  }

  get dataDir(): string {
    return join(this.#services.folder, 'data');
  }

  async start(): Promise<void> {
    const log = pino({ level: 'debug' }, { write: (line: string) => void this.log.push(line) });
    const bridge = await createBridge(readSettings(this.env), log, this.#host);
    this.#bridge = bridge;
    const live = new WebSocket(`${bridge.console.url.replace(/^http/, 'ws')}/live`, [`ringside.${bridge.token}`]);
    this.#live = live;
    live.on('error', () => undefined);
    live.on('message', (data, isBinary) => {
      if (!isBinary) this.feed.push(JSON.parse(String(data)) as Told);
    });
    await new Promise<void>((resolve, reject) => {
      live.once('open', () => resolve());
      live.once('close', () => reject(new Error('the live feed was refused')));
    });
  }

  async restart(): Promise<void> {
    await this.#stop();
    await this.start();
  }

  http(path: string, init: RequestInit = {}): Promise<Response> {
    const { console, token } = this.bridge;
    return fetch(`${console.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  }

  async ask<Name extends OperationName>(name: Name, input: object): Promise<HttpAnswer<OperationOutput<Name>>> {
    const response = await this.http(`/api/${name}`, { method: 'POST', body: JSON.stringify(input) });
    return { status: response.status, ...((await response.json()) as { result: OperationOutput<Name>; error: ErrorBody }) };
  }

  async invoke<Name extends OperationName>(name: Name, input: object): Promise<OperationOutput<Name>> {
    const { status, result, error } = await this.ask(name, input);
    if (status !== 200) throw new Error(`${name} was answered with ${status}: ${JSON.stringify(error)}`);
    return result;
  }

  async agent(fields: Partial<AgentDraft> = {}): Promise<AgentId> {
    return (await this.invoke('agents.create', { ...shortAgent, ...fields })).id;
  }

  async dial(to: string, carrier: CarrierName, input: object = {}): Promise<Call> {
    this.#agent ??= this.agent();
    const from = '+12025550100';
    const shared = { world: 'real', compliance: 'off', ringSeconds: 10, maxCallSeconds: 60, answeringMachine: 'hang-up' };
    return this.invoke('calls.dial', { ...shared, to, carrier, from, agentId: await this.#agent, ...input });
  }

  async campaign(carrier: CarrierName, numbers: readonly string[], fields: object = {}): Promise<CampaignId> {
    this.#agent ??= this.agent();
    const rules = { lines: 20, callsPerSecond: 20, ringSeconds: 10, maxCallSeconds: 60, compliance: { hours: 'off', consent: 'off' } };
    const { id } = await this.invoke('campaigns.create', {
      ...rules,
      name: `over ${carrier}`,
      agentId: await this.#agent,
      carrier,
      world: 'real',
      fromNumbers: ['+12025550100', '+12025550101'],
      ...fields,
    });
    await this.invoke('leads.import', { campaignId: id, csv: `phone\n${numbers.join('\n')}\n` });
    return id;
  }

  over(id: CallId, withinMs = 45_000): Promise<Call> {
    return until(
      `the end of ${id}`,
      async () => {
        const call = await this.invoke('calls.get', { id });
        // Words of the last turn may follow for some seconds.
        const isSettled = call.endedAt !== null && call.transcript.every(({ final }) => final);
        return call.state === 'ended' && isSettled ? call : null;
      },
      withinMs,
    );
  }

  async callThrough(to: string, carrier: CarrierName, input: object = {}): Promise<Call> {
    return this.over((await this.dial(to, carrier, input)).id);
  }

  async warmUp(): Promise<void> {
    // A carrier has its voice at hand; here it is made by the processor that everything else runs on.
    await this.#services.voices.render(announcementFor(shortAgent).text, 'kal16');
    await this.callThrough(warmUpNumber, 'twilio');
  }

  sim(carrier: CarrierName): CarrierSim {
    return this.world[carrier];
  }

  ringsAt(to: string): readonly SimCall[] {
    return [...this.world.twilio.calls(), ...this.world.plivo.calls()].filter((call) => call.to === to);
  }

  violations(): readonly string[] {
    return violationsIn(this.world);
  }

  async #stop(): Promise<void> {
    this.#live?.terminate();
    this.#live = null;
    const bridge = this.#bridge;
    this.#bridge = null;
    if (!bridge) return;
    bridge.stopDialling();
    await bridge.land(0);
    await bridge.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.#services.close();
  }
}

/** Everything that a bridge did against any protocol, in words. */
export function violationsIn({ twilio, plivo, openai }: RehearsalWorld): readonly string[] {
  return [
    ...[twilio, plivo].flatMap((sim) => sim.violations().map(({ rule, detail }) => `${rule}: ${detail}`)),
    ...openai.violations().flatMap(({ code, message, harmless }) => (harmless ? [] : [`openai ${code}: ${message}`])),
  ];
}

/** When the person at the far end heard a voice, in milliseconds since they picked up: by what reached their ear. */
export function voiceHeardBy(call: SimCall | undefined): readonly Stretch[] {
  return call?.heard ? speechStretches(decodeMulaw(call.heard)) : [];
}

/** The longest time without a voice in an ear, from the answer to `untilMs`. */
export function longestSilenceMs(stretches: readonly Stretch[], untilMs: number): number {
  let from = 0;
  let longest = 0;
  for (const { startMs, endMs } of stretches) {
    if (startMs >= untilMs) break;
    longest = Math.max(longest, startMs - from);
    from = endMs;
  }
  return Math.max(longest, untilMs - from);
}

/** What a carrier asked of the bridge on behalf of a call, in order. */
export function webhooksOf(call: SimCall | undefined) {
  return (call?.history ?? []).filter((event) => event.kind === 'webhook');
}

/** Nobody waits longer than three seconds for a voice; and one more, because a test machine may be busy. */
export const longestWaitMs = 4_000;

/** A source of numbers that no other test of the file calls: the gate lets nobody be called twice within two hours. */
export function numbersFrom(first: number): () => string {
  let next = first;
  return () => {
    next += 1;
    if (next > first + 99) throw new Error('a file that calls so many numbers needs another range');
    return `+1212555${String(next - 1).padStart(4, '0')}`;
  };
}
