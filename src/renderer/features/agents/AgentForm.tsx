import { TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { AdvancedFields } from './AdvancedFields.tsx';
import styles from './AgentForm.module.css';
import { type AgentFields, limits, type TextField } from './agent-fields.ts';
import { DisclosurePoints } from './DisclosurePoints.tsx';
import { QuickNudges } from './QuickNudges.tsx';
import { speechLength, wordsIn } from './speech-length.ts';
import { TemplateField } from './TemplateField.tsx';
import { ToolFields } from './ToolFields.tsx';
import { fill, spokenText } from './template.ts';
import type { AgentEditor } from './use-agent-editor.ts';
import type { PreviewLead } from './use-preview-lead.ts';
import { VoiceFields } from './VoiceFields.tsx';

/** Everything about an agent, in the order in which a call meets it. */
export function AgentForm({
  ref,
  editor,
  preview,
  onSubmit,
}: {
  readonly ref: Ref<HTMLFormElement>;
  readonly editor: AgentEditor;
  readonly preview: PreviewLead;
  readonly onSubmit: () => void;
}) {
  const { fields, change, problems } = editor;
  const { values, columns } = preview;
  const text = (name: TextField) => ({
    name,
    value: fields[name],
    onChange: (value: string) => change({ [name]: value } as Partial<AgentFields>),
    columns,
    values,
    error: problems.get(name),
    aside:
      fields[name].trim() === '' ? '' : `${speechLength(spokenText(fill(fields[name], values)))}${nearLimit(fields[name], limits[name])}`,
  });
  return (
    <form
      ref={ref}
      className={styles.form}
      aria-label="Agent"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <section>
        <TextInput
          label="Name"
          description="For you and your colleagues; the lead does not hear it."
          className={styles.short}
          value={fields.name}
          error={problems.get('name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </section>
      <section>
        <h2>First words</h2>
        <TemplateField
          {...text('disclosure')}
          label="Disclosure"
          description="Spoken first, word for word; the lead cannot talk over it. It counts only when the carrier confirms that it was heard."
          rows={3}
        />
        <DisclosurePoints disclosure={fields.disclosure} language={fields.language} />
        <TemplateField
          {...text('greeting')}
          label="Greeting"
          description="Right after the disclosure. End it with a question, so that the lead has something to answer."
          rows={2}
        />
      </section>
      <section>
        <h2>The conversation</h2>
        <TemplateField
          {...text('instructions')}
          aside={
            fields.instructions.trim() === ''
              ? ''
              : `${wordsIn(fields.instructions)} words${nearLimit(fields.instructions, limits.instructions)}`
          }
          label="Instructions"
          description="Who it is, what the call is for, how it goes, what it must not say. Type {{ for a column of the lead."
          rows={12}
        />
      </section>
      <VoiceFields fields={fields} onChange={change} />
      <ToolFields fields={fields} problems={problems} onChange={change} />
      <QuickNudges fields={fields} onChange={change} />
      <section>
        <h2>When nobody can talk</h2>
        <TemplateField
          {...text('voicemailMessage')}
          label="Voicemail message"
          description="After the beep, in campaigns that leave messages. Without one nothing is left."
          rows={2}
        />
        <TemplateField
          {...text('announcement')}
          label="Announcement"
          description="By the carrier's own voice when no AI can speak. Without one the greeting is used, and a question then gets no answer."
          rows={2}
        />
      </section>
      <AdvancedFields fields={fields} onChange={change} />
    </form>
  );
}

/** Says what is left once little is. */
function nearLimit(text: string, limit: number): string {
  const left = limit - text.trim().length;
  return left < limit / 10 ? `, ${left} characters left` : '';
}
