import { Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Colleague } from '#bridge/contract/colleagues.ts';
import { operationKey, useAction, useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { phone } from '../../../ui/format.ts';
import { Empty, Loading, Problem, TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { ColleagueForm } from './ColleagueForm.tsx';
import { type ColleagueFields, draftOf, fieldsOf, hoursWords, nobodyYet } from './colleague-fields.ts';
import list from './DoNotCall.module.css';

/** People on a phone to whom a call can be handed: who, when, and whether they are there today. */
export function ColleaguesSection() {
  const queries = useQueryClient();
  const { data, error, refetch } = useOperation('colleagues.list', {});
  const save = useAction('colleagues.save');
  const remove = useAction('colleagues.remove');
  const [edited, setEdited] = useState<ColleagueFields | null>(null);
  const again = () => void queries.invalidateQueries({ queryKey: operationKey('colleagues.list') });
  const keep = (fields: ColleagueFields) =>
    save.mutate(draftOf(fields), {
      onSuccess: () => {
        setEdited(null);
        again();
      },
    });
  const duty = (colleague: Colleague, onDuty: boolean) => save.mutate(draftOf({ ...fieldsOf(colleague), onDuty }), { onSuccess: again });
  return (
    <>
      <TitleRow
        title="Colleagues"
        below="People on a phone to whom a call can be handed. Hours are by this computer's clock."
        actions={
          <Button kind="primary" blocked={edited === null ? null : 'Save this one first.'} onClick={() => setEdited(nobodyYet)}>
            Add a colleague
          </Button>
        }
      />
      <div className={styles.body}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {(save.error ?? remove.error) ? (
          <Problem error={save.error ?? remove.error ?? { message: '' }} next="Nothing was changed." />
        ) : null}
        {!data && !error ? <Loading what="Reading your colleagues" rows={3} /> : null}
        {edited ? (
          <ColleagueForm fields={edited} busy={save.isPending} onChange={setEdited} onSave={keep} onClose={() => setEdited(null)} />
        ) : null}
        {data?.length === 0 && edited === null ? (
          <Empty title="Nobody yet">With somebody here, a call can be put through to their phone, by you or by the agent.</Empty>
        ) : null}
        {data && data.length > 0 && edited === null ? (
          <table className={list.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Phone</th>
                <th scope="col">Hours</th>
                <th scope="col">On duty</th>
                <th scope="col">
                  <span className="visually-hidden">What you can do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((colleague) => (
                <tr key={colleague.id}>
                  <th scope="row">{colleague.name}</th>
                  <td>{phone(colleague.number)}</td>
                  <td>
                    {hoursWords(colleague.hours)}
                    {colleague.canTakeTransfers ? '' : '. Takes no transfers'}
                  </td>
                  <td>
                    <Switch
                      size="xs"
                      aria-label={`${colleague.name} is on duty`}
                      checked={colleague.onDuty}
                      onChange={({ currentTarget: { checked } }) => duty(colleague, checked)}
                    />
                  </td>
                  <td>
                    <Button size="small" onClick={() => setEdited(fieldsOf(colleague))}>
                      Change
                    </Button>{' '}
                    <Button size="small" busy={remove.isPending} onClick={() => remove.mutate({ id: colleague.id }, { onSuccess: again })}>
                      Remove
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </div>
    </>
  );
}
