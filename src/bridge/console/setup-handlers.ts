import { type CredentialValues, credentials, type Provider } from '#bridge/contract/credentials.ts';
import { BridgeError, inputError } from '#bridge/contract/errors.ts';
import type { OperationInput } from '#bridge/contract/operations.ts';
import type { ConsoleSettings } from '#bridge/contract/settings.ts';
import { fieldProblems, type Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';
import { testCredentials } from './setup.ts';

/** What a person has set in the console. */
export interface ConsoleSettingsKeeper {
  get(): ConsoleSettings;
  /** Only what is named changes. @throws {BridgeError} `store/unavailable` */
  update(change: OperationInput<'settings.update'>): Promise<ConsoleSettings>;
}

type Names =
  | 'settings.get'
  | 'settings.update'
  | 'setup.status'
  | 'setup.saveCredentials'
  | 'setup.removeCredentials'
  | 'setup.numbers'
  | 'setup.testCredentials'
  | 'recordings.ticket';

/** Set-up, settings, and the tickets of recordings. */
export function setupHandlers({ calls, setup, settings, tickets, clock }: HandlerDeps): Pick<Handlers, Names> {
  return {
    'settings.get': () => settings.get(),
    'settings.update': (change) => settings.update(change),

    'setup.status': () => setup.status(),
    'setup.saveCredentials': ({ provider, values }) => setup.save(provider, validValues(provider, values)),
    'setup.removeCredentials': ({ provider }) => setup.remove(provider),
    'setup.numbers': async ({ carrier }) => [...(await setup.numbers(carrier))],
    'setup.testCredentials': ({ provider, carrier }) => testCredentials(setup, carrier ?? provider, clock),

    'recordings.ticket': ({ id }) => {
      if (calls.recordingPath(id) === null) throw new BridgeError('not-found', 'This call has no recording.');
      return { url: `/recordings/${id}.wav?ticket=${tickets.issue(id)}` };
    },
  };
}

/** @throws {BridgeError} `input/invalid` naming each field as `values.authToken`; never a value */
function validValues(provider: Provider, values: Readonly<Record<string, string>>): CredentialValues {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
  const parsed = credentials[provider].safeParse(given);
  if (parsed.success) return parsed.data as CredentialValues;
  const problems = fieldProblems(parsed.error).map(({ field, message }) => ({ field: `values.${field}`, message }));
  throw inputError(problems);
}
