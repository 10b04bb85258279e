import type { Agent } from '#bridge/contract/agents.ts';
import { counted } from '../../ui/format.ts';
import { emptyFields } from './agent-fields.ts';
import { wordsIn } from './speech-length.ts';
import styles from './VersionsPage.module.css';
import { type DiffPart, diffAgents } from './version-diff.ts';

/** Field by field and word by word. @param older absent for the first version, of which everything is shown */
export function Diff({ older, newer }: { readonly older: Agent | undefined; readonly newer: Agent }) {
  const fields = diffAgents(older ?? emptyAgent, newer);
  if (fields.length === 0) return <p className={styles.none}>They are the same.</p>;
  return (
    <dl className={styles.diff}>
      {fields.map(({ name, parts }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{older ? <Parts parts={parts} /> : parts.map(plainText)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** An agent that says nothing, which the first version is compared with. */
const emptyAgent = {
  name: '',
  instructions: '',
  greeting: '',
  voice: '-',
  language: '-',
  model: '-',
  tools: { ...emptyFields.tools, transferTo: [] },
};

const plainText = ({ kind, text }: DiffPart) => (kind === 'removed' ? '' : text);

function Parts({ parts }: { readonly parts: readonly DiffPart[] }) {
  return (
    <>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not change places
        <Part key={index} part={part} />
      ))}
    </>
  );
}

function Part({ part: { kind, text } }: { readonly part: DiffPart }) {
  if (kind === 'same') return <>{text}</>;
  if (kind === 'skipped') return <span className={styles.skipped}>{`${counted(wordsIn(text), 'word')} the same`}</span>;
  if (kind === 'added') {
    return (
      <ins>
        <span className="visually-hidden">added: </span>
        {text}
      </ins>
    );
  }
  return (
    <del>
      <span className="visually-hidden">taken out: </span>
      {text}
    </del>
  );
}
