import { Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SuppressionReason } from '#bridge/contract/leads.ts';
import type { World } from '#bridge/contract/words.ts';
import { useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { counted } from '../../../ui/format.ts';
import { Problem } from '../../../ui/parts.tsx';
import styles from './DoNotCall.module.css';
import { readLines, reasonChoices } from './suppression-words.ts';

/** Numbers typed or pasted, one a line. */
export function AddNumbers({
  world,
  onAdded,
  onClose,
}: {
  readonly world: World;
  readonly onAdded: () => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [reason, setReason] = useState<SuppressionReason>('manual');
  const [source, setSource] = useState('');
  const [said, setSaid] = useState('');
  const add = useAction('suppressions.add');
  const { numbers, bad } = readLines(text);
  const submit = async () => {
    try {
      const { added, alreadyThere } = await add.mutateAsync({
        numbers: [...numbers],
        reason,
        world,
        ...(source.trim() === '' ? {} : { source: source.trim() }),
      });
      setSaid(`${counted(added, 'number')} added${alreadyThere > 0 ? `, ${alreadyThere} there already` : ''}.`);
      setText(bad.map(({ line }) => line).join('\n'));
      onAdded();
    } catch {
      // The mutation keeps the error, and it is shown.
    }
  };
  return (
    <form
      className={styles.task}
      aria-label="Add numbers"
      onSubmit={(event) => {
        event.preventDefault();
        if (numbers.length > 0 && !add.isPending) void submit();
      }}
    >
      <Textarea
        label="Numbers"
        description="One a line. Without + they are North American."
        minRows={4}
        maxRows={10}
        autosize
        value={text}
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setSaid('');
        }}
      />
      <div className={styles.side}>
        <Select
          label="Why"
          data={reasonChoices}
          value={reason}
          allowDeselect={false}
          onChange={(value) => value && setReason(value as SuppressionReason)}
        />
        <TextInput
          label="Where from"
          placeholder="Letter of 14 Nov"
          maxLength={300}
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
        />
        {add.error ? <Problem error={add.error} next="Nothing was added." /> : null}
        <div className={styles.buttons}>
          <Button type="submit" kind="primary" busy={add.isPending} blocked={numbers.length === 0 ? 'Enter a number first.' : null}>
            {numbers.length === 0 ? 'Add' : `Add ${counted(numbers.length, 'number')}`}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            Close
          </Button>
          <span className={styles.said} role="status">
            {said}
          </span>
        </div>
        {bad.length > 0 ? (
          <ul className={styles.bad}>
            {bad.slice(0, 3).map(({ line, problem }) => (
              <li key={line}>{`${line}: ${problem}`}</li>
            ))}
            {bad.length > 3 ? <li>{`and ${bad.length - 3} more that are no numbers`}</li> : null}
          </ul>
        ) : null}
      </div>
    </form>
  );
}
