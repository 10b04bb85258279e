import { Mark } from '../../ui/Mark.tsx';
import styles from './AgentForm.module.css';
import { checkDisclosure } from './disclosure-check.ts';

/** The four things that an opening says. Advice: it knows usual phrases, not every good sentence. */
export function DisclosurePoints({ disclosure, language }: { readonly disclosure: string; readonly language: string }) {
  const points = checkDisclosure(disclosure, language);
  return (
    <ul className={styles.points} aria-label="What the disclosure says">
      {points.map(({ id, words, found, example }) => (
        <li key={id}>
          <Mark name={found ? 'passed' : found === null || disclosure.trim() === '' ? 'waiting' : 'look'} size={14} />
          <span>
            {words}
            <span className={styles.example}>{found === false ? `, as "${example}"` : ''}</span>
            <span className="visually-hidden">{found === null ? '' : found ? ': found' : ': not found'}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
