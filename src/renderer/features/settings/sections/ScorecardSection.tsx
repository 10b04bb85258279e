import { IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Criterion } from '#bridge/contract/scores.ts';
import { useKeys } from '../../../app/keys.ts';
import { Button } from '../../../ui/Button.tsx';
import { counted } from '../../../ui/format.ts';
import styles from './Scorecard.module.css';
import { ScorecardRow } from './ScorecardRow.tsx';
import { SettingsForm, SettingsPage } from './SettingsForm.tsx';
import { cardProblem, moved, newQuestion, questionsMax, tidied, weightShare } from './scorecard-fields.ts';
import { useSettings } from './use-settings.ts';

/** What has the focus once the card is drawn anew. */
type Wanted = { readonly id: string; readonly part: 'question' | 'up' | 'down' } | 'add';

/** The questions that reviewers ask of each call, in their order. */
export function ScorecardSection() {
  const using = useSettings();
  const [draft, setDraft] = useState<readonly Criterion[] | null>(null);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const wanted = useRef<Wanted | null>(null);
  const card = draft ?? using.settings?.scorecard ?? [];
  const problem = cardProblem(card);
  const full = card.length >= questionsMax ? `There is room for ${counted(questionsMax, 'question')}.` : null;
  const change = (next: readonly Criterion[], focus: Wanted | null = null, words = '') => {
    wanted.current = focus;
    setDraft(next);
    setSaid(words);
    using.touched();
  };
  const save = async () => {
    setSaid('');
    if (draft && problem === null && (await using.save({ scorecard: tidied(draft) }))) setDraft((now) => (now === draft ? null : now));
  };
  useKeys('Settings', [{ keys: 'mod+S', words: 'Save', action: draft && !using.saving ? () => void save() : null }]);
  // A row that moved or went would take the focus with it.
  useEffect(() => {
    const to = wanted.current;
    wanted.current = null;
    if (to === null) return;
    const selector = to === 'add' ? '[data-part="add"]' : `[data-question="${to.id}"] [data-part="${to.part}"]`;
    list.current?.querySelector<HTMLElement>(selector)?.focus();
  });
  const add = () => {
    const made = newQuestion();
    change([...card, made], { id: made.id, part: 'question' });
  };
  const move = (at: number, by: -1 | 1) => {
    const { id } = card[at] ?? {};
    if (id)
      change(moved(card, at, by), { id, part: by === -1 ? 'up' : 'down' }, `Question ${at + 1} is now ${at + by + 1} of ${card.length}.`);
  };
  const remove = (at: number) => {
    const rest = card.toSpliced(at, 1);
    const next = rest[Math.min(at, rest.length - 1)];
    change(rest, next ? { id: next.id, part: 'question' } : 'add', `Question ${at + 1} is taken out.`);
  };
  return (
    <SettingsPage
      title="Scorecard"
      below="What reviewers ask of each call. Calls that are scored already keep their questions."
      using={using}
    >
      <SettingsForm
        using={using}
        isChanged={draft !== null}
        problem={draft === null ? null : problem}
        saved="Saved. Calls that nobody has scored yet are asked these."
        hotkey="mod+S"
        className={styles.wide}
        onSave={() => void save()}
      >
        <div ref={list}>
          {card.length === 0 ? (
            <p className={styles.none}>No question yet: calls are not scored.</p>
          ) : (
            <table className={styles.table}>
              <caption className="visually-hidden">Questions in their order</caption>
              <thead>
                <tr>
                  <th scope="col">
                    <span className="visually-hidden">Place</span>
                  </th>
                  <th scope="col">Question, to which yes is good</th>
                  <th scope="col">Weight</th>
                  <th scope="col" className={styles.share}>
                    Share
                  </th>
                  <th scope="col">Answered by itself</th>
                  <th scope="col">A no fails the call</th>
                  <th scope="col">
                    <span className="visually-hidden">Order</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {card.map((criterion, at) => (
                  <ScorecardRow
                    key={criterion.id}
                    criterion={criterion}
                    place={at + 1}
                    of={card.length}
                    share={weightShare(card, criterion)}
                    onChange={(part) => change(card.with(at, { ...criterion, ...part }))}
                    onMove={(by) => move(at, by)}
                    onRemove={() => remove(at)}
                  />
                ))}
              </tbody>
            </table>
          )}
          <div className={styles.below}>
            <Button data-part="add" icon={<IconPlus size={16} aria-hidden />} blocked={full} onClick={add}>
              Add a question
            </Button>
            <span className={styles.said} role="status">
              {said || full}
            </span>
          </div>
        </div>
      </SettingsForm>
    </SettingsPage>
  );
}
