import { Select } from '@mantine/core';
import styles from './AgentForm.module.css';
import type { AgentFields } from './agent-fields.ts';
import { languages, voices, withChosen } from './voices.ts';

export function VoiceFields({
  fields,
  onChange,
}: {
  readonly fields: AgentFields;
  readonly onChange: (change: Partial<AgentFields>) => void;
}) {
  return (
    <section>
      <h2>Voice</h2>
      <div className={styles.pair}>
        <Select
          label="Voice"
          description="The rehearsal speaks with its own voices."
          data={withChosen(voices, fields.voice)}
          value={fields.voice}
          allowDeselect={false}
          onChange={(voice) => voice && onChange({ voice })}
        />
        <Select
          label="Language"
          description="What it speaks and listens for. Ringside's own sentences follow it."
          data={withChosen(languages, fields.language)}
          value={fields.language}
          allowDeselect={false}
          searchable
          onChange={(language) => language && onChange({ language })}
        />
      </div>
    </section>
  );
}
