import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { phone } from '../../ui/format.ts';
import { Notice, Problem } from '../../ui/parts.tsx';
import styles from './Erase.module.css';
import { erasedWords, foundWords, hasAnything, lastFour } from './erasure-words.ts';

/** Lists that may show somebody who is erased. */
const lists = ['leads.list', 'calls.list', 'calls.count', 'calls.get', 'search.transcripts', 'campaigns.health', 'data.usage'];

/**
 * Erases everything about whoever has a number, once its last four digits are typed. Says before what goes and what stays, and after what
 * went. @param number E.164 @param onClose the person is through with it
 */
export function EraseForm({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const queries = useQueryClient();
  // Never from memory: what is true when it is asked decides what goes.
  const look = useAction('leads.erase');
  const { mutate: lookNow } = look;
  useEffect(() => lookNow({ number, dryRun: true }), [lookNow, number]);
  const erase = useAction('leads.erase');
  const [typed, setTyped] = useState('');
  const found = look.data;
  const done = erase.data;
  const matches = typed.trim() === lastFour(number);
  if (done) {
    return (
      <div className={styles.form}>
        <p role="status">{erasedWords(done)}</p>
        <div className={styles.buttons}>
          <Button data-autofocus onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className={styles.form}
      aria-label={`Erase ${phone(number)}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!matches || erase.isPending) return;
        erase.mutate(
          { number },
          {
            onSettled: () => {
              for (const name of lists) void queries.invalidateQueries({ queryKey: [name] });
            },
          },
        );
      }}
    >
      <p>
        Names, numbers, notes, words and recordings of {phone(number)} go for good, in every campaign, real and rehearsed. When each call
        was, how it ended and what it cost stays. If the number is on the do-not-call list, it stays there.
      </p>
      {look.error ? <Problem error={look.error} next="Nothing is erased." onRetry={() => lookNow({ number, dryRun: true })} /> : null}
      {look.isPending ? <p role="status">Looking for what is known of it</p> : null}
      {found ? found.held > 0 ? <Notice>{foundWords(found)}</Notice> : <p className={styles.found}>{foundWords(found)}</p> : null}
      {found && hasAnything(found) ? (
        <TextInput
          label={`Type the last four digits, ${lastFour(number)}`}
          className={styles.digits ?? ''}
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          value={typed}
          data-autofocus
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      ) : null}
      {erase.error ? <Problem error={erase.error} /> : null}
      <div className={styles.buttons}>
        <Button onClick={onClose}>Keep it</Button>
        <Button
          kind="confirm-danger"
          type="submit"
          busy={erase.isPending}
          blocked={
            !found
              ? 'What is known of it is still looked for.'
              : !hasAnything(found)
                ? 'There is nothing to erase.'
                : matches
                  ? null
                  : 'Type the digits first.'
          }
        >
          {erase.isPending ? 'Erasing' : 'Erase for good'}
        </Button>
      </div>
    </form>
  );
}
