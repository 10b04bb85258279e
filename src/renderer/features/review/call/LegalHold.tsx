import { Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { operationKey, useAction, useNow } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { dateTime } from '../../../ui/format.ts';
import { Problem } from '../../../ui/parts.tsx';
import styles from './side.module.css';

/** Keeps all of a call, whatever its age and whoever asks to be erased. */
export function LegalHold({ call }: { readonly call: Pick<Call, 'id' | 'legalHold'> }) {
  const queries = useQueryClient();
  const setting = useAction('calls.setLegalHold');
  const nowMs = useNow(60_000);
  const hold = call.legalHold ?? null;
  const [reason, setReason] = useState<string | null>(null);
  const set = (on: boolean, why: string) =>
    setting.mutate(
      { id: call.id, on, ...(why.trim() === '' ? {} : { reason: why.trim() }) },
      {
        onSuccess: (changed) => {
          queries.setQueryData(operationKey('calls.get', { id: call.id }), changed);
          setReason(null);
        },
      },
    );
  const written = reason ?? hold?.reason ?? '';
  return (
    <div className={styles.hold}>
      <Switch
        label={hold === null ? 'Off: retention and erasure apply' : 'On: nothing of this call is deleted'}
        aria-label="Legal hold"
        size="sm"
        checked={hold !== null}
        disabled={setting.isPending}
        onChange={({ currentTarget }) => set(currentTarget.checked, '')}
      />
      {hold === null ? (
        <p className={styles.hint}>Switched on, the call keeps its words, sound and names, even when its number is erased.</p>
      ) : (
        <>
          <p className={styles.hint}>{`Since ${dateTime(hold.since, nowMs)}, by ${hold.by}. Switched off, its age counts again.`}</p>
          <form
            className={styles.why}
            onSubmit={(event) => {
              event.preventDefault();
              if (reason !== null) set(true, reason);
            }}
          >
            <TextInput
              aria-label="Reason of the legal hold"
              placeholder="Why, for whoever comes next"
              size="xs"
              maxLength={500}
              value={written}
              onChange={({ currentTarget }) => setReason(currentTarget.value)}
            />
            <Button size="small" type="submit" busy={setting.isPending} blocked={reason === null ? 'Nothing is changed.' : null}>
              Save
            </Button>
          </form>
        </>
      )}
      {setting.error ? <Problem error={setting.error} next="The hold is as it was." /> : null}
    </div>
  );
}
