import { randomBytes } from 'node:crypto';
import { open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { BridgeHost } from './bridge.ts';
import type { ConsoleLine } from './console/line-handlers.ts';
import type { Clock } from './contract/clock.ts';
import { BridgeError } from './contract/errors.ts';
import type { CarrierName, World } from './contract/words.ts';
import { firstBroken } from './domain/line-proof.ts';
import { LineHealth } from './line-proof/line-health.ts';
import type { LineParts, Machine, SignatureRecord } from './line-proof/line-parts.ts';
import { LineProver } from './line-proof/line-prover.ts';
import { type PublicSide, tunnelView } from './public-side.ts';
import type { Store } from './store/store.ts';
import { troubleOf } from './tunnel/ngrok/causes.ts';
import type { TunnelUsageFile } from './tunnel-usage-file.ts';

/** After this long, what a carrier signed wrongly says nothing of today's token. */
const signatureMs = 15 * 60_000;

/** Which carriers signed webhooks of real calls wrongly; a right signature ends the record. */
export class Signatures implements SignatureRecord {
  readonly #wrong = new Map<CarrierName, { count: number; lastMs: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(carrier: CarrierName, isRight: boolean): void {
    if (isRight) this.#wrong.delete(carrier);
    else this.#wrong.set(carrier, { count: this.wrongLately(carrier) + 1, lastMs: this.#clock.monotonicMs() });
  }

  wrongLately(carrier: CarrierName): number {
    const known = this.#wrong.get(carrier);
    return known && this.#clock.monotonicMs() - known.lastMs < signatureMs ? known.count : 0;
  }

  /** The token was changed. */
  forget(): void {
    this.#wrong.clear();
  }
}

/** The computer as the proof asks it. */
export function machineOf(dataDir: string, store: Store, host: BridgeHost): Machine {
  return {
    tryDisk:
      host.disk?.tryDisk ??
      (async () => {
        const path = join(dataDir, `.probe-${randomBytes(4).toString('hex')}`);
        const file = await open(path, 'wx', 0o600);
        try {
          await file.writeFile(randomBytes(65_536));
          await file.sync();
        } finally {
          await file.close();
          await unlink(path).catch(() => undefined);
        }
      }),
    freeBytes:
      host.disk?.freeBytes ??
      (async () => {
        const disk = await statfs(dataDir);
        return disk.bavail * disk.bsize;
      }),
    tryDatabase: () => void store.suppressions.list({ limit: 1 }),
    power: () => host.power?.() ?? null,
  };
}

export interface BridgeLineParts extends Omit<LineParts, 'tunnel' | 'explain'> {
  readonly publicSide: PublicSide;
  readonly usage: TunnelUsageFile;
  /** A proof has had the AI of this world speak. */
  aiProven(world: World): void;
}

export interface BridgeLine {
  readonly console: ConsoleLine;
  readonly health: LineHealth;
  /** Credentials or addresses were changed. */
  changed(): void;
  close(): void;
}

/** The proof of the line, its health, and the tunnel, as the console sees them. */
export function bridgeLine({ publicSide, usage, aiProven, ...shared }: BridgeLineParts): BridgeLine {
  const parts: LineParts = { ...shared, tunnel: () => publicSide.tunnel, explain: (code) => troubleOf(code, '') };
  const health = new LineHealth(parts);
  const prover = new LineProver(parts, (proof) => {
    health.proven(proof);
    if (proof.steps.some(({ name, ok, skipped }) => name === 'ai-audio' && ok && !skipped)) aiProven(proof.world);
  });
  return {
    health,
    changed: () => {
      prover.forget();
      health.wake();
    },
    close: () => {
      health.close();
      prover.close();
    },
    console: {
      tunnel: () => tunnelView(publicSide.tunnel?.status() ?? null, usage.get(), parts.clock.nowMs()),
      restartTunnel: async () => {
        await publicSide.tunnel?.restart();
        prover.forget();
        health.wake();
      },
      prove: (input) => prover.prove(input),
      proofs: () => prover.proofs,
      health: () => health.view,
      refuseBroken: async (carrier, from) => {
        // What is missing altogether is said by the start itself, and better.
        const isSetUp = (await parts.ready('real')).notConfigured(carrier) === null;
        const found = from === null || !isSetUp ? null : await prover.quick(carrier, from, 'real');
        if (!found?.blocks) return;
        const broken = firstBroken(found.proof.steps);
        throw new BridgeError('line/not-proven', `${found.proof.summary} ${broken?.cure ?? ''} Or start anyway.`.replace(/\s+/g, ' '), {
          details: found.proof,
        });
      },
    },
  };
}
