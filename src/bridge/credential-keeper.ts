import type { Logger } from 'pino';
import { type CredentialValues, credentials, type Provider, type ProviderStatus, type VaultStatus } from './contract/credentials.ts';
import { BridgeError } from './contract/errors.ts';
import { isFromEnvironment, type Settings, type StoredVariables, type VariableName, withStored } from './settings.ts';
import type { Vault } from './vault.ts';

/** The variable that goes before each saved value. */
const variableOf: { readonly [Name in Provider]: Readonly<Record<keyof (typeof credentials)[Name]['shape'], VariableName>> } = {
  twilio: { accountSid: 'TWILIO_ACCOUNT_SID', authToken: 'TWILIO_AUTH_TOKEN' },
  plivo: { authId: 'PLIVO_AUTH_ID', authToken: 'PLIVO_AUTH_TOKEN' },
  openai: { apiKey: 'OPENAI_API_KEY' },
  ngrok: { authToken: 'NGROK_AUTHTOKEN', domain: 'RINGSIDE_NGROK_DOMAIN' },
  deepgram: { apiKey: 'DEEPGRAM_API_KEY' },
  elevenlabs: { apiKey: 'ELEVENLABS_API_KEY' },
  cartesia: { apiKey: 'CARTESIA_API_KEY' },
  'public-url': { url: 'RINGSIDE_PUBLIC_URL' },
};
const providers = Object.keys(variableOf) as Provider[];

/** What the bridge works with: the environment, and behind it what was saved. Keeps both apart, and tells who must know of a change. */
export class CredentialKeeper {
  readonly #environment: Settings;
  readonly #vault: Vault;
  readonly #stored = new Map<Provider, CredentialValues>();
  readonly #problems = new Map<Provider, string>();
  readonly #changed: (settings: Settings) => Promise<void>;
  #settings: Settings;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(environment: Settings, vault: Vault, changed: (settings: Settings) => Promise<void>) {
    this.#environment = environment;
    this.#settings = environment;
    this.#vault = vault;
    this.#changed = changed;
  }

  /**
   * Read what was saved. What cannot be read keeps nothing from starting: it counts as not there, and {@link vault} says so.
   *
   * @param changed told of every later change, before whoever made it gets an answer
   */
  static async open(
    environment: Settings,
    vault: Vault,
    log: Logger,
    changed: (settings: Settings) => Promise<void>,
  ): Promise<CredentialKeeper> {
    const keeper = new CredentialKeeper(environment, vault, changed);
    for (const provider of providers) await keeper.#load(provider, log);
    keeper.#settings = keeper.#merged();
    return keeper;
  }

  get settings(): Settings {
    return this.#settings;
  }

  vault(): VaultStatus {
    return { kind: this.#vault.kind, message: [this.#vault.message, ...new Set(this.#problems.values())].join(' ') };
  }

  /**
   * @param values complete and valid, see `contract/credentials.ts`
   * @throws {BridgeError} `state/conflict` when the environment gives all of it, `store/unavailable`, `unavailable`
   */
  save(provider: Provider, values: CredentialValues): Promise<ProviderStatus> {
    return this.#inTurn(async () => {
      if (isFromEnvironment(this.#environment, provider)) {
        const names = Object.values(variableOf[provider]).filter((name) => this.#environment.environment[name] !== undefined);
        throw new BridgeError(
          'state/conflict',
          `${names.join(' and ')} ${names.length === 1 ? 'comes' : 'come'} from the environment, which goes first. Unset ${names.length === 1 ? 'it' : 'them'} and start again to use what is saved here.`,
        );
      }
      await this.#vault.set(provider, values);
      await this.#adopt(provider, values);
      return this.#statusOf(provider);
    });
  }

  /** Forget what was saved; what the environment gives stays. @throws {BridgeError} `store/unavailable` */
  remove(provider: Provider): Promise<ProviderStatus> {
    return this.#inTurn(async () => {
      await this.#vault.remove(provider);
      await this.#adopt(provider, null);
      return this.#statusOf(provider);
    });
  }

  async #adopt(provider: Provider, values: CredentialValues | null): Promise<void> {
    if (values === null) this.#stored.delete(provider);
    else this.#stored.set(provider, values);
    this.#problems.delete(provider);
    this.#settings = this.#merged();
    await this.#changed(this.#settings);
  }

  async #load(provider: Provider, log: Logger): Promise<void> {
    try {
      const kept = await this.#vault.get(provider);
      if (kept === null) return;
      const parsed = credentials[provider].safeParse(kept);
      if (!parsed.success) throw new BridgeError('settings/invalid', `What is saved for ${provider} is not complete. Enter it again.`);
      this.#stored.set(provider, parsed.data as CredentialValues);
    } catch (error) {
      // The cause of a failed decryption may hold anything: only our own sentences are passed on.
      const message = error instanceof BridgeError ? error.message : `What is saved for ${provider} cannot be decrypted. Enter it again.`;
      this.#problems.set(provider, message);
      log.warn({ provider, problem: message }, 'saved credentials cannot be used');
    }
  }

  #merged(): Settings {
    const stored: Partial<Record<VariableName, string>> = {};
    for (const [provider, values] of this.#stored) Object.assign(stored, variablesOf(provider, values));
    return withStored(this.#environment, stored, this.#vault.kind === 'keychain' ? 'keychain' : 'data-folder');
  }

  #statusOf(provider: Provider): ProviderStatus {
    const status = this.#settings.providers.find((known) => known.provider === provider);
    if (!status) throw new BridgeError('internal', `There is no status of ${provider}.`);
    return status;
  }

  /** Two people may save at the same moment. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function variablesOf(provider: Provider, values: CredentialValues): StoredVariables {
  return Object.fromEntries(
    Object.entries(variableOf[provider]).flatMap(([field, variable]) => (values[field] === undefined ? [] : [[variable, values[field]]])),
  );
}
