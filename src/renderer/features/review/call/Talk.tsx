import type { Call } from '#bridge/contract/calls.ts';
import { clock, percent } from '../../../ui/format.ts';
import styles from './side.module.css';
import { interruptions, talkView, talkWords } from './talk-words.ts';

/** Who talked how much, how long nobody did, and how often somebody was cut off. */
export function Talk({ call }: { readonly call: Pick<Call, 'talk' | 'transcript' | 'endedAt'> }) {
  const { talk } = call;
  const view = talkView(talk);
  const cut = interruptions(call.transcript);
  return (
    <>
      {talk && view ? (
        <>
          <div className={styles.talk} role="img" aria-label={talkWords(talk, view)}>
            <i className={styles.lead} style={{ flexGrow: view.lead }} />
            <i className={styles.ours} style={{ flexGrow: view.ours }} />
            <i className={styles.nobody} style={{ flexGrow: view.silence }} />
          </div>
          <dl className={styles.figures}>
            <div>
              <dt>
                <i className={styles.lead} aria-hidden /> Lead
              </dt>
              <dd>{`${clock(talk.leadMs)}, ${percent(view.lead)}`}</dd>
            </div>
            <div>
              <dt>
                <i className={styles.ours} aria-hidden /> Our side
              </dt>
              <dd>{`${clock(talk.ourMs)}, ${percent(view.ours)}`}</dd>
            </div>
            <div>
              <dt>
                <i className={styles.nobody} aria-hidden /> Silence
              </dt>
              <dd>{`${clock(talk.silenceMs)}, ${percent(view.silence)}`}</dd>
            </div>
            {view.leadOfTalk === null ? null : (
              <div>
                <dt>Of what was said, by the lead</dt>
                <dd>{percent(view.leadOfTalk)}</dd>
              </div>
            )}
            <div>
              <dt>Interruptions</dt>
              <dd>{cut.words}</dd>
            </div>
          </dl>
        </>
      ) : (
        <>
          <p className={styles.hint}>
            {call.endedAt === null
              ? 'Shares of talk and silence are here when the call has ended.'
              : 'Nobody measured who talked on this call.'}
          </p>
          {cut.count === 0 ? null : <p>{cut.words} so far</p>}
        </>
      )}
    </>
  );
}
