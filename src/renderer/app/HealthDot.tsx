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

/** Whether the outside reaches us, and what the last proof found broken; a click opens the proof. */
export function HealthDot() {
  const { data: health } = useOperation('line.health', {}, { everyMs: 30_000 });
  if (!health) return null;
  const trouble = health.unmended ? `Line: “${health.unmended.title}” failed` : 'Line: one probe failed';
  const words = { good: 'Line good', trouble, broken: 'Line broken', unknown: 'Line not known' }[health.state];
  return (
    <Link
      href="/line"
      className={`${styles.line} ${health.state === 'broken' ? styles.broken : ''}`}
      title={health.unmended ? health.summary : (health.cause ?? health.summary)}
    >
      <Mark name={marks[health.state]} size={12} /> {words}
    </Link>
  );
}
