import type { Logger } from 'pino';
import type { Clock } from './contract/clock.ts';
import type { Publish } from './contract/feed.ts';
import type { TunnelStatus as TunnelView } from './contract/line.ts';
import { forecastOf, freePlan, type TunnelUsage } from './domain/tunnel-usage.ts';
import type { Settings } from './settings.ts';
import { FixedUrlTunnel } from './tunnel/fixed-url/fixed-url.ts';
import type { StartHelper } from './tunnel/helper-process.ts';
import { NgrokTunnel } from './tunnel/ngrok/ngrok-tunnel.ts';
import type { Tunnel, TunnelStatus } from './tunnel/tunnel.ts';

export interface PublicSideParts {
  readonly publish: Publish;
  readonly startHelper: StartHelper;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The way in from outside, as it is set at this moment. */
export class PublicSide {
  readonly #parts: PublicSideParts;
  #key: string;
  #tunnel: Tunnel | null;
  #port: number | null = null;

  constructor(settings: Settings, parts: PublicSideParts) {
    this.#parts = parts;
    this.#key = keyOf(settings);
    this.#tunnel = this.#make(settings);
  }

  get tunnel(): Tunnel | null {
    return this.#tunnel;
  }

  /** Begins, and does not wait: a slow network must not hold up the start of everything else. */
  open(ingressPort: number): void {
    this.#port = ingressPort;
    this.#begin(this.#tunnel);
  }

  /** The address or the tunnel's token may have been changed; whoever watches is told. */
  async move(settings: Settings): Promise<void> {
    const key = keyOf(settings);
    if (key === this.#key) return;
    this.#key = key;
    const old = this.#tunnel;
    this.#tunnel = this.#make(settings);
    await old?.close();
    if (this.#tunnel === null) this.#parts.publish({ type: 'tunnel.changed', publicUrl: null, state: 'off', cause: null, cure: null });
    else if (this.#port !== null) this.#begin(this.#tunnel);
  }

  async close(): Promise<void> {
    this.#port = null;
    await this.#tunnel?.close();
  }

  #begin(tunnel: Tunnel | null): void {
    if (this.#port === null) return;
    tunnel?.open(this.#port).catch((error: unknown) => this.#parts.log.error({ err: error }, 'the tunnel could not be opened'));
  }

  /** A fixed address goes first: who gives one wants no tunnel. */
  #make(settings: Settings): Tunnel | null {
    const { clock, log, startHelper, publish } = this.#parts;
    const { publicUrl, ngrok } = settings;
    if (publicUrl === null && ngrok === null) return null;
    const tunnel =
      publicUrl !== null || ngrok === null
        ? new FixedUrlTunnel(publicUrl ?? '')
        : new NgrokTunnel({ ...ngrok, startHelper, clock, log: log.child({ part: 'tunnel' }), random: Math.random });
    tunnel.onChange((status) => {
      if (tunnel !== this.#tunnel || this.#port === null) return;
      publish({
        type: 'tunnel.changed',
        publicUrl: status.publicOrigin,
        state: status.state,
        cause: status.trouble?.cause ?? null,
        cure: status.trouble?.cure ?? null,
      });
    });
    return tunnel;
  }
}

function keyOf({ publicUrl, ngrok }: Settings): string {
  return JSON.stringify([publicUrl, publicUrl === null ? ngrok : null]);
}

/** The tunnel as the console shows it. */
export function tunnelView(status: TunnelStatus | null, usage: TunnelUsage, nowMs: number): TunnelView {
  const isLimited = status?.provider === 'ngrok';
  const isoOf = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());
  const counted = (count: number, limit: number) => ({
    count,
    forecast: forecastOf(count, usage.sinceMs, nowMs),
    freeLimit: isLimited ? limit : null,
  });
  return {
    provider: status?.provider ?? 'none',
    state: status?.state ?? 'off',
    publicUrl: status?.publicOrigin ?? null,
    code: status?.trouble?.code ?? null,
    cause: status?.trouble?.cause ?? null,
    cure: status?.trouble?.cure ?? null,
    openPage: status?.trouble?.openPage ?? null,
    upSince: isoOf(status?.upSinceMs ?? null),
    nextTryAt: isoOf(status?.nextTryAtMs ?? null),
    region: status?.region ?? null,
    usage: {
      month: usage.month,
      since: new Date(usage.sinceMs).toISOString(),
      requests: counted(usage.requests, freePlan.requests),
      bytes: counted(usage.bytes, freePlan.bytes),
    },
  };
}
