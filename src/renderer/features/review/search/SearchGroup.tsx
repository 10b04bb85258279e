import { Link } from 'wouter';
import type { Call } from '#bridge/contract/calls.ts';
import type { SearchHit } from '#bridge/contract/operations.ts';
import { useOperation } from '../../../client/hooks.ts';
import { clock, dateTime, phone } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { RehearsalTag } from '../../../ui/parts.tsx';
import { voiceName } from '../call/transcript-rows.ts';
import { dispositionOf, markOf, outcomeOf } from '../calls/call-words.ts';
import { callAddress } from '../use-review-address.ts';
import { type HitGroup, snippetParts } from './groups.ts';
import styles from './search.module.css';

/** One call and what was found in it. Who was called is read when the group comes on screen; its places are kept until then. */
export function SearchGroup({ group, list }: { readonly group: HitGroup; readonly list: string }) {
  const { data: call } = useOperation('calls.get', { id: group.callId });
  const first = group.hits[0];
  return (
    <section className={styles.call}>
      <h2 className={styles.head}>
        {call ? <Mark name={markOf(call)} size={16} /> : <i className={styles.unread} />}
        {first?.world === 'rehearsal' ? <RehearsalTag /> : null}
        {call ? (
          <>
            <span className={styles.name}>{call.leadName ?? phone(call.to)}</span>
            <span className={styles.about}>{phone(call.to)}</span>
            <span className={styles.about}>{dateTime(call.startedAt)}</span>
            <span className={styles.about}>{dispositionOf(call) || outcomeOf(call)}</span>
          </>
        ) : null}
      </h2>
      <ol>
        {group.hits.map((hit) => (
          <li key={hit.segmentId}>
            <Hit hit={hit} call={call} list={list} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Hit({ hit, call, list }: { readonly hit: SearchHit; readonly call: Call | undefined; readonly list: string }) {
  const speaker = call?.transcript.find(({ id }) => id === hit.segmentId)?.speaker;
  return (
    <Link href={callAddress(hit.callId, list, hit.startMs)} className={styles.hit} data-hit>
      <span className={styles.time}>{clock(hit.startMs)}</span>
      <span className={`${styles.who} ${speaker ? styles[speaker] : ''}`}>
        {call && speaker && speaker !== 'system' ? voiceName(speaker, call.agentName) : ''}
      </span>
      <span className={styles.words}>
        {snippetParts(hit.snippet).map(({ text, isMatch }, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, which never change places
          isMatch ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
        )}
      </span>
    </Link>
  );
}
