import { Link } from 'wouter';
import { useOperation } from '../client/hooks.ts';
import { Mark, type MarkName } from '../ui/Mark.tsx';
import styles from './StatusBar.module.css';

const marks: Readonly<Record<'good' | 'trouble' | 'broken' | 'unknown', MarkName>> = {
  good: 'passed',
  trouble: 'look',
  broken: 'failed',
  unknown: 'waiting',
};

/** Whether the outside reaches us; a click opens the proof. */
export function HealthDot() {
  const { data: health } = useOperation('line.health', {}, { everyMs: 30_000 });
  if (!health) return null;
  const words = { good: 'Line good', trouble: 'Line: one probe failed', broken: 'Line broken', unknown: 'Line not known' }[health.state];
  return (
    <Link
      href="/line"
      className={`${styles.line} ${health.state === 'broken' ? styles.broken : ''}`}
      title={health.cause ?? health.summary}
    >
      <Mark name={marks[health.state]} size={12} /> {words}
    </Link>
  );
}
