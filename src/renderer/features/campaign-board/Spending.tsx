import type { Campaign, CampaignHealth } from '#bridge/contract/campaigns.ts';
import { useOperation } from '../../client/hooks.ts';
import { money, timeOfDay } from '../../ui/format.ts';
import styles from './CampaignView.module.css';
import { spendingLine } from './spending-line.ts';

const width = 320;
const height = 96;

/** Spent so far as a solid line, where it leads as a dashed one, and the cap at which it stops. */
export function Spending({ campaign, health }: { readonly campaign: Campaign; readonly health: CampaignHealth }) {
  const { data: points } = useOperation('campaigns.spending', { id: campaign.id }, { keep: true });
  const rehearsal = campaign.world === 'rehearsal';
  const share = leftShare(health);
  const line = spendingLine(points ?? [], { budgetMicros: health.budgetMicros, leftShare: campaign.state === 'running' ? share : 0 });
  const x = (value: number) => value * width;
  const y = (value: number) => height - 2 - value * (height - 6);
  return (
    <section className={styles.column} aria-label="Spend">
      <h2>
        Spend <span className={styles.quiet}>{rehearsal ? `${money(health.spentMicros)} if real` : 'on ended calls'}</span>
      </h2>
      <p>
        <b className={styles.big}>{money(rehearsal ? 0 : health.spentMicros)}</b>{' '}
        {health.budgetMicros === null ? 'no cap is set' : `of ${money(health.budgetMicros)}, then it stops`}
      </p>
      {line ? (
        <>
          <svg
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            className={styles.chart}
            role="img"
            aria-label={`Spent ${money(health.spentMicros)}`}
          >
            <polygon
              points={`0,${y(0)} ${line.spent.map(([at, cost]) => `${x(at)},${y(cost)}`).join(' ')} ${x(line.spent.at(-1)?.[0] ?? 0)},${y(0)}`}
              className={styles.area}
            />
            <polyline points={line.spent.map(([at, cost]) => `${x(at)},${y(cost)}`).join(' ')} className={styles.spent} />
            {line.forecast ? (
              <line
                x1={x(line.forecast[0][0])}
                y1={y(line.forecast[0][1])}
                x2={x(line.forecast[1][0])}
                y2={y(line.forecast[1][1])}
                className={styles.forecast}
              />
            ) : null}
            {line.cap === null ? null : <line x1="0" x2={width} y1={y(line.cap)} y2={y(line.cap)} className={styles.cap} />}
            <line x1="0" x2={width} y1={y(0)} y2={y(0)} className={styles.axis} />
          </svg>
          <p className={styles.ends}>
            <span>{timeOfDay(line.fromMs)}</span>
            <span>{line.endsNearMicros === null ? '' : `ends near ${money(line.endsNearMicros)}${rehearsal ? ' if real' : ''}`}</span>
          </p>
        </>
      ) : (
        <p className={styles.quiet}>Nothing has been spent yet.</p>
      )}
    </section>
  );
}

/** Leads that are left for each one that is done. */
function leftShare({ leads }: CampaignHealth): number {
  const left = (leads.ready ?? 0) + (leads.waiting ?? 0) + (leads.dialling ?? 0);
  const done = leads.done ?? 0;
  return done === 0 ? 0 : left / done;
}
