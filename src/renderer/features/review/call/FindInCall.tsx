import { TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from '../../../app/keys.ts';
import { Button } from '../../../ui/Button.tsx';
import { count } from '../../../ui/format.ts';
import { type Find, finds } from './find.ts';
import { clearFinds } from './highlights.ts';
import styles from './transcript.module.css';
import type { Row } from './transcript-rows.ts';

/** Words in this call: how many, and from one to the next. @param onShow marks them on the page and goes to the current one */
export function FindInCall({
  rows,
  onShow,
}: {
  readonly rows: readonly Row[];
  readonly onShow: (all: readonly Find[], current: number) => void;
}) {
  const [wanted, setWanted] = useState('');
  const [current, setCurrent] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const all = useMemo(() => finds(rows, wanted), [rows, wanted]);
  const at = Math.min(current, Math.max(0, all.length - 1));
  const show = useRef(onShow);
  show.current = onShow;
  useEffect(() => {
    if (all.length > 0) show.current(all, at);
    else clearFinds();
  }, [all, at]);
  useEffect(() => clearFinds, []);
  useKeys('Transcript', [{ keys: '/', words: 'Find in this call', action: () => input.current?.select() }]);
  const move = (by: number) => {
    if (all.length > 0) setCurrent((at + by + all.length) % all.length);
  };
  const isSearching = wanted.trim() !== '';
  return (
    <div className={styles.find}>
      <span className={styles.finds} role="status">
        {isSearching ? (all.length === 0 ? 'Not in this call' : `${count(at + 1)} of ${count(all.length)}`) : ''}
      </span>
      <div className={isSearching && all.length > 0 ? styles.steps : styles.noSteps}>
        <Button
          size="small"
          kind="quiet"
          className={styles.step ?? ''}
          aria-label="Find before"
          icon={<IconChevronUp size={14} />}
          onClick={() => move(-1)}
        />
        <Button
          size="small"
          kind="quiet"
          className={styles.step ?? ''}
          aria-label="Next find"
          icon={<IconChevronDown size={14} />}
          onClick={() => move(1)}
        />
      </div>
      <TextInput
        ref={input}
        className={styles.findField ?? ''}
        classNames={{ input: styles.findInput ?? '' }}
        type="search"
        aria-label="Find in this call"
        placeholder="Find in this call"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={wanted}
        onChange={({ currentTarget: { value } }) => {
          setWanted(value);
          setCurrent(0);
        }}
        onKeyDown={({ key, shiftKey, currentTarget }) => {
          if (key === 'Enter') move(shiftKey ? -1 : 1);
          if (key !== 'Escape') return;
          setWanted('');
          currentTarget.blur();
        }}
      />
    </div>
  );
}
