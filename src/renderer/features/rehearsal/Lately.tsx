import { Link } from 'wouter';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useLive, useNow, useOperation } from '../../client/hooks.ts';
import { clock, dateTime, phone } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, Problem, SectionHead } from '../../ui/parts.tsx';
import { RungBadge } from '../../ui/RungBadge.tsx';
import { dispositionOf, endWords, markOf } from '../review/calls/call-words.ts';
import styles from './RehearsalScreen.module.css';

const shown = 30;

/** The newest rehearsals: those that go on lead to the board, the others to where they are heard again. */
export function Lately() {
  const { data: stored, error, refetch } = useOperation('calls.list', { world: 'rehearsal', limit: shown }, { keep: true });
  const live = useLive(({ calls }) => [...calls.values()].filter(({ world, state }) => world === 'rehearsal' && state !== 'ended'));
  const calls = newest(live, stored ?? []);
  const nowMs = useNow(60_000);
  return (
    <>
      <SectionHead aside={<Link href="~/review?world=rehearsal">All in Review</Link>}>Rehearsed lately</SectionHead>
      <div className={styles.lately}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {!stored && !error ? <Loading what="Reading the rehearsals" rows={4} /> : null}
        {stored && calls.length === 0 ? (
          <p className={styles.none}>None yet. Each call you rehearse stays here and in Review, with sound.</p>
        ) : null}
        <ul className={styles.calls} aria-label="Rehearsed lately">
          {calls.map((call) => (
            <li key={call.id}>
              <Rehearsed call={call} nowMs={nowMs} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

/** What goes on is told by the feed before the list knows of it. */
function newest(live: readonly CallSummary[], stored: readonly CallSummary[]): readonly CallSummary[] {
  const going = new Set(live.map(({ id }) => id));
  return [...live, ...stored.filter(({ id }) => !going.has(id))].sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, shown);
}

function Rehearsed({ call, nowMs }: { readonly call: CallSummary; readonly nowMs: number }) {
  const ended = call.state === 'ended';
  const how = dispositionOf(call) || endWords(call);
  return (
    <Link className={styles.call ?? ''} href={ended ? `~/review/${call.id}?world=rehearsal` : `~/board/${call.id}`}>
      <Mark name={markOf(call)} size={16} />
      <b>{call.leadName ?? phone(call.to)}</b>
      <span className={styles.at}>{dateTime(call.startedAt, nowMs)}</span>
      <span
        className={styles.with}
      >{`${call.agentName}, version ${call.agentVersion}${call.talkMs > 0 ? `, ${clock(call.talkMs)}` : ''}`}</span>
      <span className={styles.how}>
        {ended && call.rung !== null ? <RungBadge rung={call.rung} /> : null}
        {how}
      </span>
    </Link>
  );
}
