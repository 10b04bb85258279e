import { useAction, useNow, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { count, span } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import styles from './LineProof.module.css';

const words = { off: 'Off', opening: 'Opening', up: 'Up', reconnecting: 'Reconnecting', failed: 'Failed' } as const;
const marks = { off: 'waiting', opening: 'waiting', up: 'passed', reconnecting: 'look', failed: 'failed' } as const;

/** The way in: its address, how long it has stood, and what the month has taken of it. */
export function TunnelState() {
  const { data: tunnel, refetch } = useOperation('tunnel.status', {}, { everyMs: 5_000 });
  const restart = useAction('tunnel.restart');
  const nowMs = useNow(5_000);
  if (!tunnel) return null;
  const { usage } = tunnel;
  const part = ({ count: used, forecast, freeLimit }: typeof usage.requests, shown: (value: number) => string) =>
    freeLimit === null ? shown(used) : `${shown(used)} of ${shown(freeLimit)}, ${shown(forecast)} by the end of the month`;
  return (
    <section aria-label="Tunnel">
      <h2>
        <Mark name={marks[tunnel.state]} size={14} /> {tunnel.provider === 'fixed' ? 'Public address' : 'Tunnel'}: {words[tunnel.state]}
      </h2>
      <dl className={styles.pairs}>
        {tunnel.publicUrl ? <Pair name="Address" value={tunnel.publicUrl} /> : null}
        {tunnel.upSince ? <Pair name="Up for" value={span(Math.max(1_000, nowMs - Date.parse(tunnel.upSince)))} /> : null}
        {tunnel.region ? <Pair name="Region" value={tunnel.region} /> : null}
        {tunnel.cause ? <Pair name={tunnel.code ?? 'Cause'} value={`${tunnel.cause}. ${tunnel.cure ?? ''}`} /> : null}
        <Pair name="Requests" value={part(usage.requests, count)} />
        <Pair name="Traffic" value={part(usage.bytes, (bytes) => `${(bytes / 1e6).toFixed(1)} MB`)} />
      </dl>
      {tunnel.provider === 'ngrok' ? (
        <Button
          size="small"
          busy={restart.isPending}
          onClick={() =>
            void restart.mutateAsync({}).then(
              () => refetch(),
              () => undefined,
            )
          }
        >
          Restart the tunnel
        </Button>
      ) : null}
    </section>
  );
}

function Pair({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
