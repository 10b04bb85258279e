import type { Logger } from 'pino';
import type { CallDesk } from './calls/call-desk.ts';
import type { Speakers, WorldAdapters, Worlds } from './calls/worlds.ts';
import type { Carrier, CarrierHost } from './carriers/carrier.ts';
import { PlivoCarrier } from './carriers/plivo/plivo-carrier.ts';
import { TwilioCarrier } from './carriers/twilio/twilio-carrier.ts';
import { assertNever } from './contract/assert-never.ts';
import type { Clock } from './contract/clock.ts';
import { BridgeError } from './contract/errors.ts';
import type { CarrierName, World } from './contract/words.ts';
import { standardCascade, standardMinds } from './engines/cascade/standard-cascade.ts';
import { textMindOf } from './engines/cascade/text-mind.ts';
import type { Engine } from './engines/engine.ts';
import { EngineHealth } from './engines/health.ts';
import { OpenAiLiveEngine } from './engines/openai-live/openai-live-engine.ts';
import type { OpenVoiceActivity } from './engines/openai-live/voice-activity.ts';
import { OpenAiRealtimeEngine } from './engines/openai-realtime/openai-realtime-engine.ts';
import { OpenAiTranscription } from './engines/openai-transcription/openai-transcription.ts';
import { type RehearsalThread, startRehearsalThread } from './rehearsal/start-in-thread.ts';
import type { RehearsalAddresses } from './rehearsal/world.ts';
import type { Settings } from './settings.ts';
import type { Tunnel } from './tunnel/tunnel.ts';

export interface BridgeWorldsParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears on this machine that a callee speaks, for voices whose service does not tell. */
  readonly openDetector?: OpenVoiceActivity;
  /** Calls that are none, for the line proof. */
  readonly probes?: { hostFor(host: CarrierHost): CarrierHost };
  /** How the carriers reach us at this moment. */
  tunnel(): Tunnel | null;
  /** Where the ingress listens, as `http://127.0.0.1:4701`: the rehearsal world calls it there and nowhere else. */
  ingressUrl(): string;
}

type RealAdapters = { readonly [Name in CarrierName]: Carrier | null } & {
  readonly engine: OpenAiRealtimeEngine;
  readonly transcription: OpenAiTranscription;
  readonly live: OpenAiLiveEngine;
  readonly cascade: Engine;
};

/** Keys and addresses of everybody who can hear, think or speak for us. */
type SpeechAccounts = Record<
  'openai' | 'deepgram' | 'elevenlabs' | 'cartesia',
  { readonly apiKey: string | null; readonly baseUrl: string }
>;

/** The two worlds: the same adapters, with the addresses of the real services or of the simulated ones. */
export class BridgeWorlds implements Worlds {
  readonly #parts: BridgeWorldsParts;
  #desk: CallDesk | null = null;
  #settings: Settings;
  #real: WorldAdapters | null = null;
  #realAdapters: RealAdapters | null = null;
  #rehearsal: WorldAdapters | null = null;
  #rehearsalStart: Promise<WorldAdapters> | null = null;
  #thread: RehearsalThread | null = null;
  #carriers: Carrier[] = [];
  readonly #health: Readonly<Record<World, EngineHealth>>;
  #closed = false;

  constructor(parts: BridgeWorldsParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#health = { real: new EngineHealth(parts.clock), rehearsal: new EngineHealth(parts.clock) };
  }

  /** The desk needs the worlds and the worlds need the desk: the carriers are made when it is there. */
  attach(desk: CallDesk): void {
    this.#desk = desk;
    this.#real = this.#makeReal(desk, this.#settings);
  }

  /** Other credentials, from the next call on; a call in progress keeps the adapters with which it began. */
  update(settings: Settings): void {
    const desk = this.#desk;
    if (!desk || this.#closed) return;
    this.#closeUnused(desk);
    // A key that was refused is perhaps the right one now: the next call tries it.
    if (!isSame(this.#settings.openai, settings.openai)) this.#health.real.mended('openai-realtime', 'openai-live', 'openai-text');
    if (!isSame(speechOf(this.#settings), speechOf(settings))) this.#health.real.mended('cascade');
    this.#real = this.#makeReal(desk, settings);
  }

  /** A proof of the line has had the AI speak. */
  aiProven(world: World): void {
    this.#health[world].mended('openai-realtime');
  }

  get(world: World): WorldAdapters | null {
    return world === 'real' ? this.#real : this.#rehearsal;
  }

  async ready(world: World): Promise<WorldAdapters> {
    if (world === 'rehearsal') {
      this.#rehearsalStart ??= this.#startRehearsal();
      try {
        return await this.#rehearsalStart;
      } catch (error) {
        this.#rehearsalStart = null;
        throw error;
      }
    }
    if (!this.#real) throw new BridgeError('settings/missing', 'Nothing is set up for real calls yet.');
    return this.#real;
  }

  /** Who hears, thinks and speaks in this world; null where nobody does yet. */
  speechAccounts(world: World): SpeechAccounts | null {
    return world === 'real' ? this.#settings : (this.#thread?.addresses ?? null);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const health of Object.values(this.#health)) health.close();
    await Promise.allSettled(this.#carriers.map((carrier) => carrier.close()));
    await this.#rehearsalStart?.catch(() => undefined);
    await this.#thread?.close();
  }

  #makeReal(desk: CallDesk, settings: Settings): WorldAdapters {
    const adapters = this.#realAdaptersFor(desk, settings);
    this.#settings = settings;
    this.#realAdapters = adapters;
    const publicOrigin = () => this.#publicOrigin();
    return {
      world: 'real',
      engine: adapters.engine,
      speakers: this.#speakers('real', adapters, settings),
      transcription: adapters.transcription,
      publicOrigin,
      carrier: (name) => adapters[name],
      notConfigured: (name) => {
        if (!adapters[name]) return missingCredentials(name);
        return this.#noWayIn();
      },
    };
  }

  /** What has the same credentials as before goes on: it knows how its service fares. */
  #realAdaptersFor(desk: CallDesk, settings: Settings): RealAdapters {
    const { clock, log } = this.#parts;
    const [before, had] = [this.#realAdapters, this.#settings];
    const shared = (name: CarrierName) => ({ host: this.#host(desk.hostFor('real', name, () => this.#publicOrigin())), clock, log });
    const keep = <Kept>(kept: Kept | undefined, old: unknown, now: unknown, make: () => Kept) =>
      kept !== undefined && isSame(old, now) ? kept : make();
    return {
      twilio: keep(before?.twilio, had.twilio, settings.twilio, () =>
        settings.twilio
          ? this.#kept(new TwilioCarrier({ ...shared('twilio'), credentials: settings.twilio, baseUrl: settings.twilio.baseUrl }))
          : null,
      ),
      plivo: keep(before?.plivo, had.plivo, settings.plivo, () =>
        settings.plivo
          ? this.#kept(new PlivoCarrier({ ...shared('plivo'), credentials: settings.plivo, baseUrl: settings.plivo.baseUrl }))
          : null,
      ),
      engine: keep(
        before?.engine,
        had.openai,
        settings.openai,
        () => new OpenAiRealtimeEngine({ apiKey: settings.openai.apiKey, baseUrl: settings.openai.baseUrl, clock, log }),
      ),
      transcription: keep(
        before?.transcription,
        had.openai,
        settings.openai,
        () => new OpenAiTranscription({ apiKey: settings.openai.apiKey, baseUrl: settings.openai.baseUrl, clock, log }),
      ),
      live: keep(before?.live, had.openai, settings.openai, () => this.#live(settings)),
      cascade: keep(before?.cascade, speechOf(had), speechOf(settings), () => standardCascade({ ...speechOf(settings), clock })),
    };
  }

  #live({ openai }: Pick<SpeechAccounts, 'openai'>): OpenAiLiveEngine {
    const { clock, log, openDetector: activity } = this.#parts;
    const tester = new OpenAiRealtimeEngine({ ...openai, clock, log });
    return new OpenAiLiveEngine({ ...openai, clock, log, ...(activity && { activity }), testCredentials: () => tester.testCredentials() });
  }

  #speakers(world: World, engines: Pick<RealAdapters, 'engine' | 'live' | 'cascade'>, accounts: SpeechAccounts): Speakers {
    const { clock } = this.#parts;
    return {
      engines: { realtime: engines.engine, live: engines.live, cascade: engines.cascade },
      health: this.#health[world],
      mind: accounts.openai.apiKey === null ? null : textMindOf(standardMinds(accounts.openai, clock)),
    };
  }

  #noWayIn(): string | null {
    const status = this.#parts.tunnel()?.status();
    if (!status)
      return 'The carrier cannot reach this computer: save an ngrok token or a public address in Setup, or set NGROK_AUTHTOKEN or RINGSIDE_PUBLIC_URL.';
    if (status.state === 'up') return null;
    if (status.state === 'opening' && status.trouble === null) return 'The tunnel is being opened.';
    const { cause, cure } = status.trouble ?? { cause: 'The tunnel is not open', cure: 'Restart it.' };
    return `The carrier cannot reach this computer: ${cause[0]?.toLowerCase() ?? ''}${cause.slice(1)}. ${cure}`;
  }

  #host(host: CarrierHost): CarrierHost {
    return this.#parts.probes?.hostFor(host) ?? host;
  }

  #publicOrigin(): string | null {
    return this.#parts.tunnel()?.publicOrigin() ?? null;
  }

  async #startRehearsal(): Promise<WorldAdapters> {
    const desk = this.#desk;
    if (!desk || this.#closed) throw new BridgeError('unavailable', 'Ringside is closing.');
    const seed = Math.floor(Math.random() * 2 ** 31);
    this.#thread = await startRehearsalThread(seed);
    this.#rehearsal = this.rehearsalAdapters(desk, this.#thread.addresses);
    this.#parts.log.info('the rehearsal world is up');
    return this.#rehearsal;
  }

  /** The adapters of the simulated services at these addresses. */
  rehearsalAdapters(desk: CallDesk, addresses: RehearsalAddresses): WorldAdapters {
    const { clock, log, ingressUrl } = this.#parts;
    const { callerNumbers: _, ...services } = addresses;
    for (const { baseUrl } of Object.values(services)) assertLoopback(baseUrl);
    const shared = (name: CarrierName) => ({ host: this.#host(desk.hostFor('rehearsal', name, ingressUrl)), clock, log });
    const carriers: Record<CarrierName, Carrier> = {
      twilio: this.#kept(new TwilioCarrier({ ...shared('twilio'), credentials: addresses.twilio, baseUrl: addresses.twilio.baseUrl })),
      plivo: this.#kept(new PlivoCarrier({ ...shared('plivo'), credentials: addresses.plivo, baseUrl: addresses.plivo.baseUrl })),
    };
    const engine = new OpenAiRealtimeEngine({ apiKey: addresses.openai.apiKey, baseUrl: addresses.openai.baseUrl, clock, log });
    const cascade = standardCascade({ ...speechOf(addresses), clock });
    return {
      world: 'rehearsal',
      engine,
      speakers: this.#speakers('rehearsal', { engine, live: this.#live(addresses), cascade }, addresses),
      transcription: new OpenAiTranscription({ apiKey: addresses.openai.apiKey, baseUrl: addresses.openai.baseUrl, clock, log }),
      publicOrigin: ingressUrl,
      carrier: (name) => carriers[name],
      notConfigured: () => null,
    };
  }

  #kept<Kept extends Carrier>(carrier: Kept): Kept {
    this.#carriers.push(carrier);
    return carrier;
  }

  /** Adapters of earlier credentials which no call uses any more; the ones in use now are left for the next time. */
  #closeUnused(desk: CallDesk): void {
    const inUse = new Set<Carrier | null>(desk.all.map((call) => call.script.carrier));
    for (const world of [this.#real, this.#rehearsal]) for (const name of carrierNames) inUse.add(world?.carrier(name) ?? null);
    for (const carrier of this.#carriers.filter((known) => !inUse.has(known))) {
      this.#carriers.splice(this.#carriers.indexOf(carrier), 1);
      carrier
        .close()
        .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'a carrier that is not used any more could not be closed'));
    }
  }
}

/** Whether two settings, which are plain data, say the same. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function speechOf({ openai, deepgram, elevenlabs, cartesia }: SpeechAccounts): SpeechAccounts {
  return { openai, deepgram, elevenlabs, cartesia };
}

const carrierNames = ['twilio', 'plivo'] as const satisfies readonly CarrierName[];

function missingCredentials(name: CarrierName): string {
  switch (name) {
    case 'twilio':
      return 'Twilio is not set up: save its account SID and auth token in Setup, or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.';
    case 'plivo':
      return 'Plivo is not set up: save its auth ID and auth token in Setup, or set PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.';
    default:
      return assertNever(name);
  }
}

/** The rehearsal world never leaves this machine, whatever anybody configures. */
function assertLoopback(address: string): void {
  const { hostname } = new URL(address);
  if (hostname !== '127.0.0.1' && hostname !== '[::1]')
    throw new BridgeError('internal', 'A rehearsal address leads away from this computer.');
}
