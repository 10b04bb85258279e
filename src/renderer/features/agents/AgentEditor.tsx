import { IconChevronLeft, IconHistory } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import type { Agent } from '#bridge/contract/agents.ts';
import { useKeys } from '../../app/keys.ts';
import { useNow } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { dateTime } from '../../ui/format.ts';
import { Notice, Problem, TitleRow } from '../../ui/parts.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './AgentEditor.module.css';
import { AgentForm } from './AgentForm.tsx';
import type { AgentFields } from './agent-fields.ts';
import { CallMe } from './CallMe.tsx';
import { keptDrafts, newAgent } from './kept-drafts.ts';
import { Preview } from './Preview.tsx';
import { Rehearse } from './Rehearse.tsx';
import { type AgentEditor as Editor, useAgentEditor } from './use-agent-editor.ts';
import { usePreviewLead } from './use-preview-lead.ts';

/** @param agent null for one that was never saved */
export function AgentEditor({ agent, initial }: { readonly agent: Agent | null; readonly initial: AgentFields }) {
  const [, go] = useLocation();
  const editor = useAgentEditor(agent, initial);
  const preview = usePreviewLead(agent?.id ?? null);
  const form = useRef<HTMLFormElement>(null);
  const save = async () => {
    const made = await editor.save();
    if (made === null) requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    else if (agent === null) go(`/${made.id}`, { replace: true });
    return made;
  };
  const canSave = editor.dirty && !editor.saving;
  useKeys('Agent', [{ keys: 'mod+S', words: 'Save a new version', action: canSave ? () => void save() : null }]);
  useSayUnsaved(agent);
  const trial = {
    agent,
    fields: editor.fields,
    values: preview.values,
    ready: async () => (editor.dirty ? await save() : agent),
    savesFirst: editor.dirty,
  };
  return (
    <div className={styles.screen}>
      <TitleRow
        mark={
          <Link href="/" aria-label="All agents" className={styles.back}>
            <IconChevronLeft size={16} aria-hidden />
          </Link>
        }
        title={editor.fields.name.trim() || (agent ? agent.name : 'New agent')}
        beside={<State agent={agent} editor={editor} />}
        below={agent ? <Below agent={agent} /> : 'Nothing is saved yet.'}
        actions={
          <>
            {agent === null ? null : (
              <>
                <Button icon={<IconHistory size={16} aria-hidden />} onClick={() => go(`/${agent.id}/versions`)}>
                  Versions
                </Button>
                <Rehearse {...trial} agent={agent} />
                <CallMe {...trial} agent={agent} />
              </>
            )}
            <Button
              kind="primary"
              hotkey="mod+S"
              busy={editor.saving}
              blocked={editor.dirty ? null : 'Nothing has changed since it was saved.'}
              onClick={() => void save()}
            >
              Save
            </Button>
          </>
        }
      />
      <div className={styles.panes}>
        <div className={styles.left}>
          <div className={styles.notices}>
            {editor.error ? <Problem error={editor.error} next="Nothing was saved; your changes are still here." /> : null}
            {editor.overtakenBy === null ? null : (
              <Notice
                action={editor.drop ? <Button size="small" onClick={editor.drop}>{`Take version ${editor.overtakenBy}`}</Button> : null}
              >
                {`Version ${editor.overtakenBy} was saved meanwhile. Saving yours puts it on top.`}
              </Notice>
            )}
          </div>
          <AgentForm ref={form} editor={editor} preview={preview} onSubmit={() => void save()} />
        </div>
        <Preview fields={editor.fields} preview={preview} />
      </div>
    </div>
  );
}

/** Where the version stands, in a place of its own: saved, changed, or changes dropped. */
function State({ agent, editor }: { readonly agent: Agent | null; readonly editor: Editor }) {
  if (agent === null) {
    return (
      <span className={styles.state}>
        <span className={styles.unsaved}>Not saved</span>
        <button type="button" className={styles.inline} onClick={startOver}>
          Start over
        </button>
      </span>
    );
  }
  return (
    <span className={styles.state} role="status">
      <span>{editor.saved ? `Saved as version ${agent.version}` : `Version ${agent.version}`}</span>
      {editor.dirty ? (
        <>
          <span className={styles.unsaved}>Unsaved changes</span>
          <button type="button" className={styles.inline} onClick={() => editor.drop?.()}>
            Drop them
          </button>
        </>
      ) : null}
      {editor.undrop ? (
        <>
          <span>Changes dropped</span>
          <button type="button" className={styles.inline} onClick={editor.undrop}>
            Undo
          </button>
        </>
      ) : null}
    </span>
  );
}

/** Back to the templates; what was written can be brought back. */
function startOver(): void {
  const draft = keptDrafts.store.getState().drafts[newAgent];
  keptDrafts.drop(newAgent);
  if (draft === undefined) return;
  toast(
    <>
      The new agent was dropped.{' '}
      <button type="button" className={styles.inline} onClick={() => keptDrafts.keep(newAgent, draft)}>
        Undo
      </button>
    </>,
  );
}

function Below({ agent }: { readonly agent: Agent }) {
  const nowMs = useNow(60_000);
  return <>{`Changed ${dateTime(agent.updatedAt, nowMs)}. New calls use the newest saved version; calls that run keep theirs.`}</>;
}

/** Whoever leaves with changes is told where they are, and that calls do not use them. */
function useSayUnsaved(agent: Agent | null): void {
  const current = useRef(agent);
  current.current = agent;
  useEffect(
    () => () => {
      const left = current.current;
      if (left === null || keptDrafts.store.getState().drafts[left.id] === undefined) return;
      toast(`${left.name} has unsaved changes. They wait in the editor; calls use version ${left.version}.`);
    },
    [],
  );
}
