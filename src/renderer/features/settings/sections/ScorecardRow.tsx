import { NumberInput, Select, Switch, Textarea } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import type { Criterion, ScoreMeasure } from '#bridge/contract/scores.ts';
import { Button } from '../../../ui/Button.tsx';
import styles from './Scorecard.module.css';
import { measureWords, questionMax } from './scorecard-fields.ts';

const measures = (Object.keys(measureWords) as (keyof typeof measureWords)[]).map((value) => ({ value, label: measureWords[value] }));

/** One question: its words, what it is worth, and what answers it. */
export function ScorecardRow({
  criterion: { id, question, weight, isFatal, measure },
  place,
  of,
  share,
  onChange,
  onMove,
  onRemove,
}: {
  readonly criterion: Criterion;
  readonly place: number;
  readonly of: number;
  readonly share: string;
  readonly onChange: (part: Partial<Criterion>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}) {
  return (
    <tr data-question={id}>
      <td className={styles.place}>{place}</td>
      <td>
        <Textarea
          data-part="question"
          aria-label={`Question ${place}`}
          placeholder="Was the price named?"
          autosize
          minRows={1}
          maxRows={4}
          maxLength={questionMax}
          value={question}
          // A question is one line, however many it is drawn on: Enter saves, as in every other field.
          onChange={({ currentTarget: { value } }) => onChange({ question: value.replaceAll(/\s*\n\s*/g, ' ') })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </td>
      <td className={styles.weight}>
        <NumberInput
          aria-label={`Weight of question ${place}`}
          value={weight}
          min={1}
          max={100}
          allowDecimal={false}
          clampBehavior="blur"
          onChange={(next) => typeof next === 'number' && next >= 1 && next <= 100 && onChange({ weight: next })}
        />
      </td>
      <td className={styles.share}>{share}</td>
      <td className={styles.measure}>
        <Select
          aria-label={`What answers question ${place} by itself`}
          data={measures}
          value={measure ?? 'person'}
          allowDeselect={false}
          onChange={(chosen) => onChange({ measure: chosen === 'person' ? null : (chosen as ScoreMeasure) })}
        />
      </td>
      <td className={styles.fatal}>
        <Switch
          aria-label={`A no to question ${place} fails the call`}
          checked={isFatal}
          onChange={({ currentTarget: { checked } }) => onChange({ isFatal: checked })}
        />
      </td>
      <td className={styles.order}>
        <Button
          size="small"
          kind="quiet"
          data-part="up"
          aria-label={`Move question ${place} up`}
          icon={<IconArrowUp size={16} aria-hidden />}
          blocked={place === 1 ? 'It is the first.' : null}
          onClick={() => onMove(-1)}
        />
        <Button
          size="small"
          kind="quiet"
          data-part="down"
          aria-label={`Move question ${place} down`}
          icon={<IconArrowDown size={16} aria-hidden />}
          blocked={place === of ? 'It is the last.' : null}
          onClick={() => onMove(1)}
        />
        <Button
          size="small"
          kind="quiet"
          aria-label={`Take question ${place} out`}
          icon={<IconX size={16} aria-hidden />}
          onClick={onRemove}
        />
      </td>
    </tr>
  );
}
