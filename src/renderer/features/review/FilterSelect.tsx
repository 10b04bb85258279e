import { Select } from '@mantine/core';
import styles from './filters.module.css';

export interface FilterOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** Letters; what is longer is cut. */
const longestShown = 16;

/** A filter that takes one of some values, or none. Beside others it has room for its name or what is chosen, and its share of what is left. */
export function FilterSelect<Value extends string>({
  name,
  value,
  options,
  searchable = false,
  onChange,
}: {
  readonly name: string;
  readonly value: Value | undefined;
  readonly options: readonly FilterOption<Value>[];
  readonly searchable?: boolean;
  readonly onChange: (value: Value | undefined) => void;
}) {
  const shown = options.find((option) => option.value === value)?.label ?? '';
  return (
    <Select
      className={styles.field ?? ''}
      style={{ flexBasis: `${Math.min(Math.max(name.length, shown.length), longestShown)}ch` }}
      classNames={{
        input: `${styles.input} ${value === undefined ? '' : styles.chosen}`,
        option: styles.option ?? '',
        options: styles.options ?? '',
      }}
      aria-label={name}
      placeholder={name}
      value={value ?? null}
      data={options}
      searchable={searchable}
      clearable
      clearSectionMode="clear"
      withScrollArea={false}
      rightSectionWidth={24}
      clearButtonProps={{ 'aria-hidden': false, 'aria-label': `Any ${name.toLowerCase()}`, tabIndex: 0 }}
      nothingFoundMessage="Nothing by that name"
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(chosen) => onChange((chosen as Value | null) ?? undefined)}
    />
  );
}

/** The values of a vocabulary as options. */
export function optionsOf<Value extends string>(words: Readonly<Record<Value, string>>): FilterOption<Value>[] {
  return (Object.keys(words) as Value[]).map((value) => ({ value, label: words[value] }));
}

/** With an option for what a link has chosen and the list does not know. */
export function withChosen<Value extends string>(
  options: readonly FilterOption<Value>[],
  chosen: Value | undefined,
  label = 'Not listed',
): readonly FilterOption<Value>[] {
  return chosen === undefined || options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, label }];
}
