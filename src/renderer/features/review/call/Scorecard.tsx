import { useQueryClient } from '@tanstack/react-query';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallScore, ScoreAnswer, ScoreItem } from '#bridge/contract/scores.ts';
import { operationKey, useAction, useNow } from '../../../client/hooks.ts';
import { dateTime } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { Problem } from '../../../ui/parts.tsx';
import { answers, answerWords, markOfItem, scoreHint } from './score-words.ts';
import styles from './scorecard.module.css';

/** What a person makes of the call by the questions of the scorecard. Each answer is kept at once. */
export function Scorecard({ call, score }: { readonly call: Pick<Call, 'id'>; readonly score: CallScore }) {
  const queries = useQueryClient();
  const scoring = useAction('calls.score');
  const nowMs = useNow(60_000);
  const give = ({ id: criterionId }: ScoreItem, answer: ScoreAnswer | null) =>
    scoring.mutate(
      { id: call.id, answers: [{ criterionId, answer }] },
      { onSuccess: (changed) => queries.setQueryData(operationKey('calls.get', { id: call.id }), changed) },
    );
  const asked = scoring.isPending ? scoring.variables.answers[0] : undefined;
  const hint = scoreHint(score);
  return (
    <>
      {score.items.map((item) => (
        <Question
          key={item.id}
          item={asked?.criterionId === item.id ? { ...item, answer: asked.answer ?? null, by: asked.answer ? 'person' : null } : item}
          onAnswer={(answer) => give(item, answer)}
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
