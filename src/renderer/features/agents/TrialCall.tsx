import { Popover, TextInput } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { Agent } from '#bridge/contract/agents.ts';
import type { OperationError } from '../../client/client.ts';
import { useAction } from '../../client/hooks.ts';
import type { OperationRequest } from '../../client/operations.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/parts.tsx';
import type { AgentFields } from './agent-fields.ts';
import styles from './TrialCall.module.css';

/** What both kinds of trial call need to know. */
export interface TrialProps {
  readonly agent: Agent;
  readonly fields: AgentFields;
  /** Of the lead in the preview. */
  readonly values: Readonly<Record<string, string>>;
  /** Saves what is not saved. @returns null when that did not work, and the form says why */
  readonly ready: () => Promise<Agent | null>;
  readonly savesFirst: boolean;
}

/** Save, dial, and open the board at the call. */
export function useTrial(ready: TrialProps['ready']) {
  const [, go] = useLocation();
  const dial = useAction('calls.dial');
  const [saving, setSaving] = useState(false);
  const start = async (request: OperationRequest<'calls.dial'>, notSaved: () => void) => {
    setSaving(true);
    try {
      if ((await ready()) === null) {
        notSaved();
        return;
      }
      const { id } = await dial.mutateAsync(request);
      go(`~/board/${id}`);
    } catch {
      // The mutation keeps the error, and the popover shows it.
    } finally {
      setSaving(false);
    }
  };
  return { start, busy: saving || dial.isPending, error: dial.error, forget: dial.reset };
}

/** A button, and the layer in which a trial call is set up. */
export function TrialPopover({
  label,
  icon,
  title,
  opened,
  onChange,
  children,
}: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly title: string;
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  readonly children: ReactNode;
}) {
  const titleId = useId();
  return (
    <Popover
      opened={opened}
      onChange={onChange}
      position="bottom-end"
      width={400}
      trapFocus
      returnFocus
      shadow="none"
      radius="lg"
      offset={4}
    >
      <Popover.Target>
        <Button icon={icon} aria-haspopup="dialog" aria-expanded={opened} onClick={() => onChange(!opened)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.layer} aria-labelledby={titleId}>
        <h2 id={titleId}>{title}</h2>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Values that the texts ask for, and as they were typed. */
export interface Missing {
  readonly names: readonly string[];
  readonly given: Readonly<Record<string, string>>;
  /** What to do before there can be a call; null when nothing lacks. */
  readonly lacks: string | null;
  readonly onChange: (given: Readonly<Record<string, string>>) => void;
}

/** @param names values that nobody else gives */
export function useMissing(names: readonly string[]): Missing {
  const [given, onChange] = useState<Readonly<Record<string, string>>>({});
  const lacking = names.filter((name) => !given[name]?.trim());
  return { names, given, lacks: lacking.length > 0 ? `Fill in ${lacking.join(', ')} first.` : null, onChange };
}

/** Values that the texts need and nobody gives: without them the call would be refused. */
export function MissingValues({ names, given, onChange }: Omit<Missing, 'lacks'>) {
  if (names.length === 0) return null;
  return (
    <div className={styles.missing}>
      <p>The texts ask for these, and this person has none:</p>
      {names.map((name) => (
        <TextInput
          key={name}
          label={name}
          value={given[name] ?? ''}
          onChange={(event) => onChange({ ...given, [name]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}

/** The button that dials, with what it does first beside it, and what the bridge said when it did not. */
export function TrialFoot({
  savesFirst,
  error,
  busy,
  blocked,
  reasonBeside = true,
  words,
  note,
  onStart,
}: {
  readonly savesFirst: boolean;
  readonly error: OperationError | null;
  readonly busy: boolean;
  readonly blocked: string | null;
  /** False where the reason stands already. */
  readonly reasonBeside?: boolean;
  readonly words: string;
  readonly note: string;
  readonly onStart: () => void;
}) {
  return (
    <>
      {error ? <Problem error={error} /> : null}
      <div className={styles.foot}>
        <Button kind="primary" busy={busy} blocked={blocked} onClick={onStart}>
          {savesFirst ? `Save and ${words.toLowerCase()}` : words}
        </Button>
        <span>{blocked === null ? note : reasonBeside ? blocked : ''}</span>
      </div>
    </>
  );
}
