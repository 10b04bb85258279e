import {
  IconChartBar,
  IconHistory,
  IconLayoutRows,
  IconPlugConnected,
  IconRouteAltLeft,
  IconSettings,
  IconSpeakerphone,
  IconTheater,
  IconUserCog,
} from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useLive } from '../client/hooks.ts';
import { Mark } from '../ui/Mark.tsx';
import styles from './Rail.module.css';
import { screens } from './routes.ts';

const icons: Readonly<Record<string, typeof IconHistory>> = {
  '/board': IconLayoutRows,
  '/campaigns': IconSpeakerphone,
  '/agents': IconUserCog,
  '/rehearsal': IconTheater,
  '/review': IconHistory,
  '/insights': IconChartBar,
  '/setup': IconPlugConnected,
  '/settings': IconSettings,
  '/line': IconRouteAltLeft,
};

export function Rail() {
  const [location] = useLocation();
  const needed = useLive(
    ({ calls }) =>
      [...calls.values()].filter(({ attention, state, heldBy }) => attention?.level === 'act' && state !== 'ended' && heldBy === null)
        .length,
  );
  return (
    <nav className={styles.rail} aria-label="Screens">
      {screens.map(({ path, name }) => {
        const Icon = icons[path] ?? IconHistory;
        const current = location.startsWith(path);
        return (
          <Link
            key={path}
            href={path}
            className={`${styles.item} ${current ? styles.current : ''}`}
            aria-current={current ? 'page' : undefined}
          >
            <Icon size={20} stroke={1.6} aria-hidden />
            <span>{name}</span>
            {path === '/board' && needed > 0 ? (
              <span className={styles.need}>
                <Mark name="act" size={12} label={needed === 1 ? 'One call needs a person' : `${needed} calls need a person`} />
              </span>
            ) : null}
          </Link>
        );
      })}
    </nav>
  );
}
