import type { OperationOutput } from '../../client/operations.ts';
import styles from './PeopleChoice.module.css';

export type Person = OperationOutput<'rehearsal.people'>[number];

/** Which of the simulated people answers. */
export function PeopleChoice({
  people,
  chosen,
  onChange,
}: {
  readonly people: readonly Person[];
  readonly chosen: Person | undefined;
  readonly onChange: (number: Person['number']) => void;
}) {
  return (
    <fieldset className={styles.people}>
      <legend className="visually-hidden">Who answers</legend>
      {people.map(({ name, number, description }) => (
        <label key={number} className={styles.person}>
          <input type="radio" name="person" checked={number === chosen?.number} onChange={() => onChange(number)} />
          <b>{name}</b>
          <span>{description}</span>
        </label>
      ))}
    </fieldset>
  );
}
