import { IconChevronLeft } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { Agent } from '#bridge/contract/agents.ts';
import { operationKey, useAction, useNow, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { dateTime } from '../../ui/format.ts';
import { Choice, Loading, Problem, TitleRow } from '../../ui/parts.tsx';
import { Unread } from '../../ui/Unread.tsx';
import editorStyles from './AgentEditor.module.css';
import { changeOf, fieldsOf } from './agent-fields.ts';
import { Diff } from './Diff.tsx';
import { keptDrafts } from './kept-drafts.ts';
import styles from './VersionsPage.module.css';
import { changedFields } from './version-diff.ts';

export function VersionsPage({ id }: { readonly id: string }) {
  const [, go] = useLocation();
  const { data, error, refetch } = useOperation('agents.versions', { id });
  if (data?.[0]) return <Versions versions={data} newest={data[0]} />;
  if (error) {
    return <Unread error={error} what="agent" others="All agents" onOthers={() => go('~/agents')} onRetry={() => void refetch()} />;
  }
  return <Loading what="Reading the versions" />;
}

/** What a restoration did: which version came back, as which, over which. */
interface Restored {
  readonly from: number;
  readonly as: number;
  readonly over: Agent;
}

/** Every version, what each changed, and a way back to it. @param versions newest first */
function Versions({ versions, newest }: { readonly versions: readonly Agent[]; readonly newest: Agent }) {
  const nowMs = useNow(60_000);
  const [wanted, setWanted] = useState<number | null>(null);
  const [against, setAgainst] = useState<'before' | 'newest'>('before');
  const [restored, setRestored] = useState<Restored | null>(null);
  const update = useAction('agents.update');
  const queries = useQueryClient();
  const hasDraft = useStore(keptDrafts.store, ({ drafts }) => newest.id in drafts);
  const shown = versions.find(({ version }) => version === wanted) ?? newest;
  const before = versions.find(({ version }) => version === shown.version - 1);
  const isNewest = shown.version === newest.version;
  const againstWords = before ? `Against version ${before.version}` : 'As it began';
  const shownAgainst = isNewest ? 'before' : against;
  const restore = async (version: Agent, done: (made: Agent) => void) => {
    try {
      const made = await update.mutateAsync({ id: newest.id, ...changeOf(fieldsOf(version)) });
      queries.setQueryData(operationKey('agents.get', { id: made.id }), made);
      await queries.invalidateQueries({ queryKey: ['agents.versions'] });
      void queries.invalidateQueries({ queryKey: ['agents.list'] });
      setWanted(null);
      done(made);
    } catch {
      // The mutation keeps the error, and it is shown below.
    }
  };
  return (
    <div className={editorStyles.screen}>
      <TitleRow
        mark={
          <Link href={`/${newest.id}`} aria-label={`Back to ${newest.name}`} className={editorStyles.back}>
            <IconChevronLeft size={16} aria-hidden />
          </Link>
        }
        title={newest.name}
        beside={<span className={styles.beside}>Versions</span>}
        below={
          <span role="status">
            {restored
              ? `Saved as version ${restored.as}, the same as version ${restored.from}.`
              : 'Calls that run keep their version. Restoring makes a new one.'}
          </span>
        }
        actions={
          restored ? (
            <Button
              busy={update.isPending}
              onClick={() => void restore(restored.over, () => setRestored(null))}
            >{`Undo: back to version ${restored.over.version}`}</Button>
          ) : null
        }
      />
      <div className={styles.panes}>
        <nav className={styles.list} aria-label="Versions">
          <ol>
            {versions.map((version) => {
              const older = versions.find((other) => other.version === version.version - 1);
              const changed = older ? changedFields(older, version) : null;
              return (
                <li key={version.version}>
                  <button
                    type="button"
                    className={version.version === shown.version ? styles.chosen : ''}
                    aria-current={version.version === shown.version || undefined}
                    onClick={() => setWanted(version.version)}
                  >
                    <b>{`Version ${version.version}`}</b>
                    <span className={styles.when}>{dateTime(version.updatedAt, nowMs)}</span>
                    <span className={styles.changed}>
                      {changed === null ? 'The first' : changed.length === 0 ? 'Nothing changed' : changed.join(', ')}
                    </span>
                    {version.version === newest.version ? <span className={styles.now}>In use</span> : null}
                  </button>
                </li>
              );
            })}
          </ol>
        </nav>
        <section className={styles.detail} aria-label={`Version ${shown.version}`}>
          <div className={styles.toolbar}>
            {isNewest ? (
              <span className={styles.against}>{againstWords}</span>
            ) : (
              <Choice
                label="Compare with"
                value={against}
                options={[
                  { value: 'before', words: againstWords },
                  { value: 'newest', words: `Against version ${newest.version}` },
                ]}
                onChange={setAgainst}
              />
            )}
            <span className={styles.space} />
            {hasDraft && !isNewest ? <span className={styles.when}>Your unsaved changes stay in the editor.</span> : null}
            <Button
              busy={update.isPending}
              blocked={isNewest ? 'It is the one in use.' : null}
              onClick={() => void restore(shown, (made) => setRestored({ from: shown.version, as: made.version, over: newest }))}
            >{`Restore version ${shown.version}`}</Button>
          </div>
          {update.error ? <Problem error={update.error} next="Nothing was restored." /> : null}
          <Diff
            key={`${shown.version}-${shownAgainst}`}
            older={shownAgainst === 'before' ? before : shown}
            newer={shownAgainst === 'before' ? shown : newest}
          />
        </section>
      </div>
    </div>
  );
}
