import type { Clock } from '#bridge/contract/clock.ts';
import type { CredentialValues, Provider, ProviderStatus } from '#bridge/contract/credentials.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { OperationOutput } from '#bridge/contract/operations.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import type { CarrierName } from '#bridge/contract/words.ts';

/** Providers answer such a question within a second; a person waits for this one. */
const testMaxMs = 15_000;

/**
 * Ask a provider whether it takes our credentials; costs nothing, calls nobody.
 * @returns a sentence for a person, as the account's name @throws {BridgeError} whose message says what is wrong
 */
export type CredentialTest = (signal: AbortSignal) => Promise<string>;

export interface ConsoleSetup {
  status(): SetupStatus;
  /** Those that are configured at this moment; a provider without one is reported as not configured. */
  readonly testers: Readonly<Partial<Record<Provider, CredentialTest>>>;
  /** @param values complete and valid @throws {BridgeError} `state/conflict`, `store/unavailable`, `unavailable` */
  save(provider: Provider, values: CredentialValues): Promise<ProviderStatus>;
  remove(provider: Provider): Promise<ProviderStatus>;
  /** Numbers of the carrier's account. @throws {BridgeError} `settings/missing`, `carrier/*` */
  numbers(carrier: CarrierName): Promise<OperationOutput<'setup.numbers'>>;
}

/** A wrong key is a finding, not a failure: it is answered with what is wrong and what would cure it. */
export async function testCredentials(
  setup: ConsoleSetup,
  provider: Provider,
  clock: Clock,
): Promise<OperationOutput<'setup.testCredentials'>> {
  const test = setup.testers[provider];
  if (!test) {
    const missing = setup.status().providers.find((status) => status.provider === provider)?.missing ?? [];
    const cure = missing.length > 0 ? `Save it here, or set ${missing.join(' and ')}.` : 'Nothing of it can be tested in this version.';
    return { ok: false, ms: 0, message: missing.length > 0 ? `${provider} is not configured.` : `${provider} cannot be tested.`, cure };
  }
  const startedMs = clock.monotonicMs();
  const since = () => Math.max(0, Math.round(clock.monotonicMs() - startedMs));
  const aborter = new AbortController();
  let cancel = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(testMaxMs, () => {
      aborter.abort();
      reject(new BridgeError('unavailable', `${provider} did not answer within ${testMaxMs / 1000} seconds.`));
    });
  });
  try {
    const message = await Promise.race([test(aborter.signal), late]);
    return { ok: true, ms: since(), message, cure: null };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return { ok: false, ms: since(), message: error.message, cure: cureOf(error, setup, provider) };
  } finally {
    cancel();
  }
}

function cureOf(error: BridgeError, setup: ConsoleSetup, provider: Provider): string {
  const isKey = error.code === 'carrier/credentials' || error.code === 'engine/refused';
  if (!isKey) return 'Check the connection to the internet and the address of the service, then test again.';
  const source = setup.status().providers.find((status) => status.provider === provider)?.source;
  return source === 'environment'
    ? 'Copy the credentials from the account again into the environment, and start the bridge anew.'
    : 'Enter the credentials again.';
}
