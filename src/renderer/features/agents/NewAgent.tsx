import { TextInput } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { TitleRow } from '../../ui/parts.tsx';
import editorStyles from './AgentEditor.module.css';
import { AgentEditor } from './AgentEditor.tsx';
import { emptyFields } from './agent-fields.ts';
import { exampleLead, valuesOf } from './columns.ts';
import { keptDrafts, newAgent } from './kept-drafts.ts';
import styles from './NewAgent.module.css';
import { fill, spokenText } from './template.ts';
import { type StarterTemplate, starterTemplates } from './templates.ts';

/** A new agent begins with a template, and is edited like any other until it is saved. */
export function NewAgent() {
  const begun = useStore(keptDrafts.store, ({ drafts }) => newAgent in drafts);
  return begun ? <AgentEditor agent={null} initial={emptyFields} /> : <Chooser />;
}

const unnamed = { agent: 'Maya', business: 'Cedar Street Dental' };

function Chooser() {
  const [agent, setAgent] = useState('');
  const [business, setBusiness] = useState('');
  const [tried, setTried] = useState(false);
  const who = { agent: agent.trim() || unnamed.agent, business: business.trim() || unnamed.business };
  const begin = (template: StarterTemplate | null) => {
    if (template !== null && (agent.trim() === '' || business.trim() === '')) {
      setTried(true);
      document.getElementById(agent.trim() === '' ? 'new-agent-name' : 'new-agent-business')?.focus();
      return;
    }
    const fields = template ? template.write(who) : { ...emptyFields, name: agent.trim() };
    keptDrafts.keep(newAgent, { fields, baseVersion: 0 });
  };
  return (
    <div className={editorStyles.screen}>
      <TitleRow
        mark={
          <Link href="/" aria-label="All agents" className={editorStyles.back}>
            <IconChevronLeft size={16} aria-hidden />
          </Link>
        }
        title="New agent"
        below="Two names, and something to start from. Every word can be changed afterwards."
      />
      <div className={styles.body}>
        <div className={styles.names}>
          <TextInput
            id="new-agent-name"
            label="What the agent calls itself"
            placeholder={unnamed.agent}
            value={agent}
            maxLength={60}
            error={tried && agent.trim() === '' ? 'A first name is enough.' : null}
            onChange={(event) => setAgent(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            id="new-agent-business"
            label="On whose behalf it calls"
            placeholder={unnamed.business}
            value={business}
            maxLength={80}
            error={tried && business.trim() === '' ? 'The name of your business, as people know it.' : null}
            onChange={(event) => setBusiness(event.currentTarget.value)}
          />
        </div>
        <ul className={styles.templates}>
          {starterTemplates.map((template) => (
            <Starter key={template.id} template={template} who={who} onBegin={() => begin(template)} />
          ))}
          <li className={styles.template}>
            <div className={styles.what}>
              <h2>Nothing written</h2>
              <p>For somebody who has the words already.</p>
            </div>
            <p className={styles.sample} />
            <Button onClick={() => begin(null)}>Start empty</Button>
          </li>
        </ul>
      </div>
    </div>
  );
}

function Starter({
  template,
  who,
  onBegin,
}: {
  readonly template: StarterTemplate;
  readonly who: { readonly agent: string; readonly business: string };
  readonly onBegin: () => void;
}) {
  const { disclosure, greeting } = template.write(who);
  const said = spokenText(fill(`${disclosure} ${greeting}`, valuesOf(exampleLead)));
  return (
    <li className={styles.template}>
      <div className={styles.what}>
        <h2>{template.name}</h2>
        <p>{template.use}</p>
      </div>
      <p className={styles.sample}>{said}</p>
      <Button onClick={onBegin}>{`Start with ${template.name.toLowerCase()}`}</Button>
    </li>
  );
}
