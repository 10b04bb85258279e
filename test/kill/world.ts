import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { type RehearsalOptions, type RehearsalWorld, startRehearsalWorld } from '#bridge/rehearsal/world.ts';
import { freePort } from '#test/support/free-port.ts';
import type { BridgeEnv } from './bridge-child.ts';
import { type CarrierDoor, type CreateHooks, type CreateRequest, openCarrierDoor } from './carrier-door.ts';
import { shortPeople } from './people.ts';

/** Carriers, people and AI service that outlive every bridge, and what a bridge has to be told to find them. */
export interface KillWorld {
  readonly rehearsal: RehearsalWorld;
  readonly doors: readonly CarrierDoor[];
  readonly env: BridgeEnv;
  readonly folder: string;
  /** Calls that the bridge asked for, at both carriers. */
  calls(): readonly SimCall[];
  creates(): readonly CreateRequest[];
  violations(): readonly string[];
  /** @param keep leave the folder, for somebody who wants to look at it */
  close(keep?: boolean): Promise<void>;
}

/** @param hooks met by every request to dial, at either carrier */
export async function openKillWorld(
  options: Partial<RehearsalOptions> & { readonly seed: number },
  hooks: CreateHooks,
  logLevel = 'info',
): Promise<KillWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-kill-'));
  const rehearsal = await startRehearsalWorld({ callsPerSecond: 50, people: shortPeople, ...options });
  const doors = [
    await openCarrierDoor('twilio', rehearsal.twilio.baseUrl, hooks),
    await openCarrierDoor('plivo', rehearsal.plivo.baseUrl, hooks),
  ] as const;
  const { twilio, plivo, openai } = rehearsal.addresses;
  const calls = () => [...rehearsal.twilio.calls(), ...rehearsal.plivo.calls()].filter(({ direction }) => direction === 'outbound-api');
  return {
    rehearsal,
    doors,
    folder,
    env: {
      dataDir: join(folder, 'data'),
      // The carriers keep the address, so that every run of the bridge must listen at the same one.
      ingressPort: await freePort(),
      logFile: join(folder, 'bridge.log'),
      variables: {
        TWILIO_ACCOUNT_SID: twilio.accountSid,
        TWILIO_AUTH_TOKEN: twilio.authToken,
        RINGSIDE_TWILIO_BASE_URL: doors[0].baseUrl,
        PLIVO_AUTH_ID: plivo.authId,
        PLIVO_AUTH_TOKEN: plivo.authToken,
        RINGSIDE_PLIVO_BASE_URL: doors[1].baseUrl,
        OPENAI_API_KEY: openai.apiKey,
        OPENAI_BASE_URL: openai.baseUrl,
        RINGSIDE_LOG: logLevel,
      },
    },
    calls,
    creates: () => doors.flatMap((door) => door.creates),
    violations: () => [
      ...rehearsal.twilio.violations().map(({ rule, detail }) => `twilio ${rule}: ${detail}`),
      ...rehearsal.plivo.violations().map(({ rule, detail }) => `plivo ${rule}: ${detail}`),
      ...rehearsal.openai.violations().flatMap(({ code, message, harmless }) => (harmless ? [] : [`openai ${code}: ${message}`])),
    ],
    async close(keep = false) {
      await Promise.all(doors.map((door) => door.close()));
      await rehearsal.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}
