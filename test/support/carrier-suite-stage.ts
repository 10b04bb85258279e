import { afterEach, beforeEach, expect } from 'vitest';
import type { Carrier, CarrierHost, DialRequest } from '#bridge/carriers/carrier.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { attempt, linksFor, ScriptedRest, StageHost, silentLog } from './carrier-stage.ts';
import { ManualClock } from './manual-clock.ts';

export type Fields = Readonly<Record<string, string>>;

/** One carrier's way of saying what all carriers say. */
export interface CarrierDialect {
  readonly name: CarrierName;
  make(options: { baseUrl: string; host: CarrierHost; clock: Clock; log: typeof silentLog }): Carrier;
  readonly createPath: string;
  /** What it answers to a create request, and the names that follow from it. */
  readonly created: { readonly body: string; readonly requestId: string; readonly carrierCallId: string | null };
  /** A refusal with a text in it. */
  refusal(text: string): string;
  /** Headers of a request that it signed. */
  sign(method: 'GET' | 'POST', url: string, form: Fields): Record<string, string>;
  /** Headers of an upgrade to this address below the public origin. */
  signUpgrade(path: string): Record<string, string>;
  /** Names of the call in webhooks. */
  readonly leg: { readonly carrierCallId: string; readonly requestId: string };
  readonly webhooks: {
    readonly answer: Fields;
    readonly ringing: { readonly path: string; readonly fields: Fields };
    readonly ended: { readonly path: string; readonly fields: Fields; readonly durationMs: number };
    readonly busy: { readonly path: string; readonly fields: Fields };
    readonly machine: Fields;
    readonly digits: Fields;
    readonly dialDone: Fields;
    /** Of the other leg: that it rings, that it was answered, that it has ended. */
    readonly dialStatus: readonly Fields[];
    readonly streamTrouble: Fields;
    readonly recording: Fields;
    /** A field of `answer` that must be there. */
    readonly needed: string;
  };
  readonly media: {
    opening(callId: string, streamId: string): readonly object[];
    frame(streamId: string, payload: string, n: number): object;
    digit(streamId: string, digit: string): object;
    played(streamId: string, name: string): object;
    /** What a message of ours means. */
    read(
      message: Record<string, unknown>,
      streamId: string,
    ): { audio: string } | { checkpoint: string } | { clear: true } | { digits: string };
    readonly canPressKeys: boolean;
  };
}

/** What each test of the suite stands on; new for every test. */
export interface SuiteStage {
  rest: ScriptedRest;
  clock: ManualClock;
  host: StageHost;
  carrier: Carrier;
  /** Another adapter, for another address. */
  open(baseUrl: string): Carrier;
}

/** Set the stage before each test, and take it away after it: no timer may be left. */
export function useSuiteStage(dialect: CarrierDialect): SuiteStage {
  const links = linksFor(dialect.name);
  const stage = {} as SuiteStage;

  beforeEach(async () => {
    stage.rest = await new ScriptedRest().open();
    stage.clock = new ManualClock();
    stage.host = new StageHost(links);
    stage.open = (baseUrl) => dialect.make({ baseUrl, host: stage.host, clock: stage.clock, log: silentLog });
    stage.carrier = stage.open(stage.rest.baseUrl);
  });

  afterEach(async () => {
    await stage.carrier.close();
    await stage.rest.close();
    expect(stage.clock.pending).toBe(0);
  });
  return stage;
}

/** A dial as the tests ask for it. */
export function dialRequest(carrier: CarrierName, overrides: Partial<DialRequest> = {}): DialRequest {
  return {
    attempt,
    to: '+15550100002',
    from: '+15550100001',
    links: linksFor(carrier),
    fallback: { kind: 'hang-up' },
    ringTimeoutMs: 25_000,
    maxCallMs: 300_000,
    detectMachine: true,
    recordAtCarrier: false,
    ...overrides,
  };
}
