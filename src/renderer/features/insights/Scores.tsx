import { Link } from 'wouter';
import type { Insights } from '#bridge/contract/insights.ts';
import { count, counted } from '../../ui/format.ts';
import styles from './Insights.module.css';
import { reviewHref, type Whose } from './insights-address.ts';
import own from './Scores.module.css';

/** What people who reviewed calls found: points, the questions that were most often answered no, and tags. */
export function Scores({ data: { scores, tags }, whose }: { readonly data: Insights; readonly whose: Whose }) {
  return (
    <div className={styles.halves}>
      <section className={styles.column} aria-label="Scorecards">
        <div className={styles.head}>
          <h2>
            Scorecards <span className={styles.quiet}>questions most often answered no</span>
          </h2>
          <span className={styles.quiet}>{scores.scored === 0 ? '' : counted(scores.scored, 'scored call')}</span>
        </div>
        {scores.criteria.length === 0 ? <NoScores /> : <Questions scores={scores} />}
      </section>
      <section className={styles.column} aria-label="Tags">
        <div className={styles.head}>
          <h2>Tags</h2>
          <span className={styles.quiet}>{tags.length === 0 ? '' : 'calls of those days'}</span>
        </div>
        {tags.length === 0 ? (
          <p className={styles.quiet}>No call of these days has a tag. A tag is put on a call in Review.</p>
        ) : (
          <ul className={own.tags}>
            {tags.map(({ tag, calls }) => (
              <li key={tag}>
                <Link href={reviewHref(whose, { tag })} className={styles.link}>
                  {tag}
                </Link>{' '}
                <span className={styles.quiet}>{count(calls)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function NoScores() {
  return (
    <p className={styles.quiet}>
      No call of these days is scored. A call is scored in Review, with the questions in <Link href="~/settings/scorecard">Settings</Link>.
    </p>
  );
}

function Questions({ scores: { averagePoints, criteria } }: { readonly scores: Insights['scores'] }) {
  const asked = criteria.filter(({ yes, no }) => yes + no > 0);
  return (
    <>
      <p className={own.average}>
        <b className={styles.big}>{averagePoints === null ? '–' : Math.round(averagePoints)}</b>{' '}
        {averagePoints === null ? 'no scorecard is complete yet' : 'of 100 points on average'}
      </p>
      <ul className={own.questions}>
        {asked.map(({ criterionId, question, yes, no }) => (
          <li key={criterionId}>
            <span>{question}</span>
            <span className={own.bar} aria-hidden>
              <i style={{ width: `${(no / (yes + no)) * 100}%` }} />
            </span>
            <span className={own.figure}>{no === 0 ? 'never no' : `no in ${count(no)} of ${count(yes + no)}`}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
