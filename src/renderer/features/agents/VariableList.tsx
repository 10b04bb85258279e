import { count, phone } from '../../ui/format.ts';
import type { Column } from './columns.ts';
import styles from './TemplateField.module.css';

/** The columns that fit what is being typed, each with what it would say. */
export function VariableList({
  id,
  offered,
  current,
  leads,
  example,
  place,
  onTake,
  onPoint,
}: {
  readonly id: string;
  readonly offered: readonly Column[];
  readonly current: number;
  /** How many leads were looked at. */
  readonly leads: number;
  readonly example: (name: string) => string | null;
  readonly place: { readonly left: number; readonly top: number };
  readonly onTake: (name: string) => void;
  readonly onPoint: (index: number) => void;
}) {
  return (
    <div className={styles.popup} style={place}>
      <div className={styles.popupHead}>{leads > 0 ? 'Columns of the leads' : 'Usual columns'}</div>
      <div id={id} role="listbox" aria-label="Variables">
        {offered.map((column, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field that has the focus takes the keys
          <div
            key={column.name}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={index === current ? styles.current : ''}
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => onPoint(index)}
            onClick={() => onTake(column.name)}
          >
            <b>{column.name}</b>
            <span className={styles.example}>{exampleOf(column, example)}</span>
            <span className={styles.have}>
              {leads === 0 ? '' : column.have === leads ? 'all' : `${count(column.have)} of ${count(leads)}`}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}

function exampleOf(column: Column, example: (name: string) => string | null): string {
  const text = example(column.name) ?? column.example ?? '';
  return column.name === 'phone' ? phone(text) : text;
}
