import { useConnection, useNow, useOperation } from '../client/hooks.ts';
import { lostForMs, lostNext } from '../client/lost-connection.ts';
import { carrierNames, carrierWords, day, span, timeOfDay } from '../ui/format.ts';
import { Key } from '../ui/Key.tsx';
import { Mark } from '../ui/Mark.tsx';
import { HealthDot } from './HealthDot.tsx';
import styles from './StatusBar.module.css';

const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? '';

export function StatusBar({ onKeys }: { readonly onKeys: () => void }) {
  const nowMs = useNow(1_000);
  return (
    <footer className={styles.bar}>
      <HealthDot />
      <Line nowMs={nowMs} />
      <span className={styles.clock}>
        {day(nowMs)}, {timeOfDay(nowMs)} in {zoneName}
      </span>
      <button type="button" className={styles.keys} onClick={onKeys}>
        <Key of="?" /> Keys
      </button>
    </footer>
  );
}

/** The line in one word, and what it lacks. */
function Line({ nowMs }: { readonly nowMs: number }) {
  const connection = useConnection();
  const { data } = useOperation('setup.status', {});
  if (connection.state === 'lost') {
    const lostMs = lostForMs(connection.sinceMs, nowMs);
    return (
      <span className={styles.trouble} role="status">
        <Mark name="look" size={14} />
        {`This window is ${span(lostMs)} behind. ${lostNext(lostMs)}`}
      </span>
    );
  }
  if (connection.state === 'connecting') return <span role="status">Connecting to the bridge</span>;
  if (!data) return <span />;
  const has = (name: string) => data.providers.some(({ provider, configured }) => provider === name && configured);
  const carriers = carrierNames.filter(has).map((name) => carrierWords[name]);
  const parts = [
    carriers.length > 0 ? carriers.join(' and ') : 'no carrier',
    has('openai') ? 'OpenAI' : 'no AI service',
    data.publicUrl === null ? 'no public address' : 'public address set',
  ].join(', ');
  return (
    <span className={styles.line} role="status">
      {`${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`}
      {data.canCallForReal ? null : ' The rehearsal needs none of them.'}
    </span>
  );
}
