import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallScore, ScoreAnswer, ScoreItem } from '#bridge/contract/scores.ts';
import { answersTold, operationKey, useAction, useNow } from '../../../client/hooks.ts';
import { dateTime } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { Problem } from '../../../ui/parts.tsx';
import { answers, answerWords, markOfItem, scoreHint } from './score-words.ts';
import styles from './scorecard.module.css';

interface Given {
  readonly criterionId: ScoreItem['id'];
  /** Null when it is taken back. */
  readonly answer: ScoreAnswer | null;
}

/** What a person makes of the call by the questions of the scorecard. Each answer is kept at once. */
export function Scorecard({ call, score }: { readonly call: Pick<Call, 'id'>; readonly score: CallScore }) {
  const queries = useQueryClient();
  const scoring = useAction('calls.score');
  const nowMs = useNow(60_000);
  /** What was pressed and is not kept yet, in its order: it shows at once. */
  const [given, setGiven] = useState<readonly Given[]>([]);
  const give = async ({ id: criterionId }: ScoreItem, answer: ScoreAnswer | null) => {
    const mine: Given = { criterionId, answer };
    setGiven((before) => [...before, mine]);
    try {
      const changed = await scoring.mutateAsync({ id: call.id, answers: [mine] });
      queries.setQueryData(operationKey('calls.get', { id: call.id }), changed);
    } catch {
      // The mutation keeps the error, and it stands below the questions.
    } finally {
      await answersTold();
      setGiven((before) => before.filter((one) => one !== mine));
    }
  };
  const hint = scoreHint(score);
  return (
    <>
      {score.items.map((item) => (
        <Question
          key={item.id}
          item={given.filter(({ criterionId }) => criterionId === item.id).reduce(pressed, item)}
          onAnswer={(answer) => void give(item, answer)}
        />
      ))}
      {hint === null ? null : <p className={styles.hint}>{hint}</p>}
      {score.scoredBy === null || score.scoredAt === null ? null : (
        <p
          className={styles.hint}
        >{`Scored by ${score.scoredBy}, ${dateTime(score.scoredAt, nowMs)}. The answer pressed again is taken back.`}</p>
      )}
      {scoring.error ? <Problem error={scoring.error} next="The answers are as they were." /> : null}
    </>
  );
}

function pressed(item: ScoreItem, { answer }: Given): ScoreItem {
  return { ...item, answer, by: answer === null ? null : 'person' };
}

function Question({ item, onAnswer }: { readonly item: ScoreItem; readonly onAnswer: (answer: ScoreAnswer | null) => void }) {
  const { id, question, answer, by, isFatal } = item;
  const takeBack = () => {
    if (by === 'person') onAnswer(null);
  };
  return (
    <fieldset className={styles.question}>
      <legend>
        <Mark name={markOfItem(item)} size={14} />
        <span>
          {question}
          {isFatal ? <i title="A no fails the call">decides</i> : null}
        </span>
      </legend>
      <div className={styles.answers}>
        {answers.map((option) => (
          <label key={option} className={answer === option ? styles.given : ''}>
            <input
              type="radio"
              name={id}
              checked={answer === option}
              onChange={() => onAnswer(option)}
              onClick={() => {
                if (answer === option) takeBack();
              }}
              onKeyDown={({ key }) => {
                if (key === 'Delete' || key === 'Backspace') takeBack();
              }}
            />
            {answerWords[option]}
          </label>
        ))}
        {by === 'record' ? <span className={styles.by}>By the record</span> : null}
      </div>
    </fieldset>
  );
}
