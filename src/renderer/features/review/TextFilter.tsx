import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { memo, useEffect, useRef, useState } from 'react';
import { useKeys } from '../../app/keys.ts';
import styles from './filters.module.css';

const settleMs = 250;

/** A field whose words are asked for when somebody stops typing. `/` goes there. */
export const TextFilter = memo(function TextFilter({
  label,
  placeholder,
  text,
  autoFocus = false,
  onChange,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly autoFocus?: boolean;
  readonly onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  /** What this field asked for last: anything else in the address came from elsewhere, such as a step back. */
  const asked = useRef(text);
  const settled = useDebouncedCallback((words: string) => {
    asked.current = words;
    onChange(words);
  }, settleMs);
  useEffect(() => {
    if (text !== asked.current) setTyped(text);
    asked.current = text;
  }, [text]);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  useKeys('Review', [{ keys: '/', words: label, action: () => input.current?.select() }]);
  return (
    <TextInput
      ref={input}
      className={styles.search ?? ''}
      classNames={{ input: `${styles.input} ${styles.searchInput}` }}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      maxLength={120}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        settled(value);
      }}
    />
  );
});
