import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OperationError } from '../../../client/client.ts';
import { useAction } from '../../../client/hooks.ts';
import type { OperationOutput } from '../../../client/operations.ts';
import type { ProviderWords } from './provider-words.ts';

export type TestResult = OperationOutput<'setup.testCredentials'>;

/** One provider's keys: save, try, take away. */
export function useProvider({ provider, fields, canTest }: ProviderWords) {
  const queries = useQueryClient();
  const saving = useAction('setup.saveCredentials');
  const testing = useAction('setup.testCredentials');
  const removing = useAction('setup.removeCredentials');
  const [result, setResult] = useState<TestResult | null>(null);

  const changed = () =>
    Promise.all([queries.invalidateQueries({ queryKey: ['setup.status'] }), queries.invalidateQueries({ queryKey: ['setup.numbers'] })]);
  const test = async () => {
    setResult(null);
    saving.reset();
    try {
      setResult(await testing.mutateAsync({ provider }));
    } catch {
      // The mutation keeps the error, and it is shown.
    }
  };
  /** @returns whether it is saved; then it is tried at once */
  const save = async (values: Readonly<Record<string, string>>): Promise<boolean> => {
    setResult(null);
    testing.reset();
    try {
      await saving.mutateAsync({ provider, values: { ...values } });
    } catch {
      return false;
    }
    await changed();
    if (canTest) void test();
    return true;
  };
  const remove = async () => {
    setResult(null);
    try {
      await removing.mutateAsync({ provider });
      await changed();
    } catch {
      // As above.
    }
  };
  const known = new Set(fields.map(({ key }) => `values.${key}`));
  const fieldErrors = (saving.error?.fields ?? []).filter(({ field }) => known.has(field));
  const error: OperationError | null = (fieldErrors.length > 0 ? null : saving.error) ?? testing.error ?? removing.error;
  return {
    save,
    test,
    remove,
    result,
    error,
    /** What is wrong with a field, by its name. */
    problemOf: (key: string) => sentence(fieldErrors.find(({ field }) => field === `values.${key}`)?.message),
    saving: saving.isPending,
    testing: testing.isPending,
    removing: removing.isPending,
  };
}

const sentence = (message: string | undefined): string | null =>
  message === undefined ? null : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
