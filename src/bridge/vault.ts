import type { CredentialValues, Provider, VaultKind } from './contract/credentials.ts';

/**
 * Where saved credentials are kept. Whoever starts the bridge brings one: the desktop app one of the system's keychain, plain Node a
 * file. Values are complete and valid when they are set; what comes out is checked again.
 */
export interface Vault {
  readonly kind: VaultKind;
  /** What a person should know about this place, as a sentence for the set-up screen. */
  readonly message: string;
  /** @returns null when nothing is kept for this provider @throws {Error} when it cannot be read, with a sentence that holds no secret */
  get(provider: Provider): Promise<CredentialValues | null>;
  /** Durable when it resolves. @throws {BridgeError} `store/unavailable`, `unavailable` */
  set(provider: Provider, values: CredentialValues): Promise<void>;
  /** Durable when it resolves; fine when there is nothing. */
  remove(provider: Provider): Promise<void>;
}
