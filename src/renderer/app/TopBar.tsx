import { IconSearch } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { useLive, useOperation } from '../client/hooks.ts';
import { isRehearsing } from '../client/live-store.ts';
import { DeskNews } from '../features/operator/DeskNews.tsx';
import { DutyControl } from '../features/operator/DutyControl.tsx';
import { LiveStrip } from '../features/operator/LiveStrip.tsx';
import { useDesk } from '../features/operator/operator-context.ts';
import { counted, money } from '../ui/format.ts';
import { Key } from '../ui/Key.tsx';
import { palette } from './palette.ts';
import { screens } from './routes.ts';
import styles from './TopBar.module.css';

/** The share of a day's budget from which on its figure catches the eye. */
const nearlySpent = 0.8;

export function TopBar() {
  const [location] = useLocation();
  const screen = screens.find(({ path }) => location.startsWith(path));
  const live = useLive(({ calls }) => [...calls.values()].filter(({ state }) => state !== 'ended').length);
  const mine = useDesk(({ mine: held }) => held);
  return (
    <header className={`${styles.bar} ${mine === null ? '' : styles.live}`}>
      <div className={styles.logo}>
        <svg width="26" height="26" viewBox="0 0 24 24" aria-hidden="true">
          <rect x="1.5" y="1.5" width="21" height="21" rx="6" fill="none" stroke="currentColor" strokeWidth="2" />
          <path d="M7 9.5h7M7 14.5h10" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
          <circle cx="17" cy="9.5" r="1.7" fill="var(--accent)" />
        </svg>
      </div>
      <div className={styles.name}>
        {screen?.name ?? 'Ringside'}
        {screen?.path === '/board' && live > 0 ? <span>{counted(live, 'call')}</span> : null}
      </div>
      {mine === null ? <Search /> : <LiveStrip mine={mine} />}
      <div className={styles.end}>
        {mine === null ? <Spent /> : null}
        <World />
        <DutyControl />
      </div>
      <DeskNews />
    </header>
  );
}

function Search() {
  return (
    <button type="button" className={styles.search} onClick={() => palette.open()}>
      <IconSearch size={16} aria-hidden />
      <span>Search calls, leads, commands</span>
      <Key of="mod+K" />
    </button>
  );
}

function Spent() {
  const { data } = useOperation('overview.today', { world: 'real' }, { everyMs: 10_000, keep: true });
  if (!data) return null;
  const { spentMicros, budgetMicros, dayBudgetMicros } = data;
  if (spentMicros === 0 && dayBudgetMicros === null) return <span className={styles.spent}>Nothing spent today</span>;
  const ofMicros = dayBudgetMicros ?? budgetMicros;
  const isNearlySpent = dayBudgetMicros !== null && spentMicros >= dayBudgetMicros * nearlySpent;
  return (
    <span className={`${styles.spent} ${isNearlySpent ? styles.nearlySpent : ''}`}>
      Today <b>{money(spentMicros)}</b>
      {ofMicros === null ? null : ` of ${money(ofMicros)}`}
    </span>
  );
}

/** Which world the calls of this moment belong to. */
function World() {
  const { data } = useOperation('setup.status', {});
  const rehearsing = useLive(isRehearsing);
  if (rehearsing) return <span className={styles.rehearsal}>Rehearsal</span>;
  return (
    <span className={styles.world}>
      {data?.canCallForReal ? (
        <>
          <i aria-hidden />
          Real line
        </>
      ) : (
        'No line yet'
      )}
    </span>
  );
}
