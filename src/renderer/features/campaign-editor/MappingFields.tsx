import { Select } from '@mantine/core';
import { sentence } from '../../ui/format.ts';
import { headersOf, mappedColumns } from './import-list.ts';
import styles from './steps.module.css';
import type { LeadImport } from './use-lead-import.ts';

/** Which column of the list holds what; each choice has the bridge look again. */
export function MappingFields({ work, problems }: { readonly work: LeadImport; readonly problems: ReadonlyMap<string, string> }) {
  const { list, look, choices, choose } = work;
  const found: Readonly<Record<string, string | undefined>> = look?.mapping ?? {};
  const headers = list ? headersOf(list.text, look?.delimiter ?? null) : [];
  return (
    <fieldset className={styles.group}>
      <legend>Which column is which. Other columns are kept too, and agents can say them.</legend>
      <div className={styles.mapping}>
        {mappedColumns.map(({ column, name }) => {
          const problem = problems.get(column);
          const value = choices.mapping[column] ?? found[column] ?? null;
          const data = value === null || headers.includes(value) ? headers : [...headers, value];
          return (
            <Select
              key={column}
              label={name}
              placeholder="Not in the list"
              data={[...data]}
              value={value}
              allowDeselect={false}
              error={problem === undefined ? null : sentence(problem)}
              onChange={(header) => header && choose({ mapping: { ...choices.mapping, [column]: header } })}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
