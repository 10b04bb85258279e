import type { Logger } from 'pino';
import type { CallDesk } from './calls/call-desk.ts';
import type { WorldAdapters, Worlds } from './calls/worlds.ts';
import type { Carrier } from './carriers/carrier.ts';
import { PlivoCarrier } from './carriers/plivo/plivo-carrier.ts';
import { TwilioCarrier } from './carriers/twilio/twilio-carrier.ts';
import { assertNever } from './contract/assert-never.ts';
import type { Clock } from './contract/clock.ts';
import { BridgeError } from './contract/errors.ts';
import type { CarrierName, World } from './contract/words.ts';
import { OpenAiRealtimeEngine } from './engines/openai-realtime/openai-realtime-engine.ts';
import { type RehearsalThread, startRehearsalThread } from './rehearsal/start-in-thread.ts';
import type { RehearsalAddresses } from './rehearsal/world.ts';
import type { Settings } from './settings.ts';
import type { Tunnel } from './tunnel/tunnel.ts';

export interface BridgeWorldsParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tunnel: Tunnel | null;
  /** Where the ingress listens, as `http://127.0.0.1:4701`: the rehearsal world calls it there and nowhere else. */
  ingressUrl(): string;
}

/** The two worlds: the same adapters, with the addresses of the real services or of the simulated ones. */
export class BridgeWorlds implements Worlds {
  readonly #parts: BridgeWorldsParts;
  #desk: CallDesk | null = null;
  #real: WorldAdapters | null = null;
  #rehearsal: WorldAdapters | null = null;
  #rehearsalStart: Promise<WorldAdapters> | null = null;
  #thread: RehearsalThread | null = null;
  #carriers: Carrier[] = [];
  #closed = false;

  constructor(parts: BridgeWorldsParts) {
    this.#parts = parts;
  }

  /** The desk needs the worlds and the worlds need the desk: the carriers are made when it is there. */
  attach(desk: CallDesk): void {
    this.#desk = desk;
    this.#real = this.#makeReal(desk);
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

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#carriers.map((carrier) => carrier.close()));
    await this.#rehearsalStart?.catch(() => undefined);
    await this.#thread?.close();
  }

  #makeReal(desk: CallDesk): WorldAdapters {
    const { settings, clock, log, tunnel } = this.#parts;
    const publicOrigin = () => tunnel?.publicOrigin() ?? null;
    const shared = (name: CarrierName) => ({ host: desk.hostFor('real', name, publicOrigin), clock, log });
    const carriers: Record<CarrierName, Carrier | null> = {
      twilio: settings.twilio
        ? new TwilioCarrier({ ...shared('twilio'), credentials: settings.twilio, baseUrl: settings.twilio.baseUrl })
        : null,
      plivo: settings.plivo ? new PlivoCarrier({ ...shared('plivo'), credentials: settings.plivo, baseUrl: settings.plivo.baseUrl }) : null,
    };
    this.#keep(carriers);
    const engine = new OpenAiRealtimeEngine({ apiKey: settings.openai.apiKey, baseUrl: settings.openai.baseUrl, clock, log });
    return {
      world: 'real',
      engine,
      publicOrigin,
      carrier: (name) => carriers[name],
      notConfigured: (name) => {
        if (!carriers[name]) return missingCredentials(name);
        return publicOrigin() === null
          ? 'The carrier cannot reach this computer: set RINGSIDE_PUBLIC_URL to the public address of the ingress.'
          : null;
      },
    };
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
    for (const { baseUrl } of [addresses.twilio, addresses.plivo, addresses.openai]) assertLoopback(baseUrl);
    const shared = (name: CarrierName) => ({ host: desk.hostFor('rehearsal', name, ingressUrl), clock, log });
    const carriers: Record<CarrierName, Carrier> = {
      twilio: new TwilioCarrier({ ...shared('twilio'), credentials: addresses.twilio, baseUrl: addresses.twilio.baseUrl }),
      plivo: new PlivoCarrier({ ...shared('plivo'), credentials: addresses.plivo, baseUrl: addresses.plivo.baseUrl }),
    };
    this.#keep(carriers);
    return {
      world: 'rehearsal',
      engine: new OpenAiRealtimeEngine({ apiKey: addresses.openai.apiKey, baseUrl: addresses.openai.baseUrl, clock, log }),
      publicOrigin: ingressUrl,
      carrier: (name) => carriers[name],
      notConfigured: () => null,
    };
  }

  #keep(carriers: Readonly<Record<CarrierName, Carrier | null>>): void {
    for (const carrier of Object.values(carriers)) if (carrier) this.#carriers.push(carrier);
  }
}

function missingCredentials(name: CarrierName): string {
  switch (name) {
    case 'twilio':
      return 'Twilio is not set up: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.';
    case 'plivo':
      return 'Plivo is not set up: set PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.';
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
