import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useKeys } from '../../app/keys.ts';
import { useAction, useKnownUntil, useLive, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { count, money, percent, span, timeOfDay } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { RehearsalTag } from '../../ui/parts.tsx';
import styles from './CampaignStrips.module.css';

const shownMost = 2;

/** The campaigns that run or are paused: how far, how fast, why not faster, and what it has cost. */
export function CampaignStrips() {
  const campaigns = useLive(({ campaigns: all }) => [...all.values()].filter(({ state }) => state === 'running' || state === 'paused'));
  const sorted = [...campaigns].sort((a, b) => (a.state === b.state ? a.name.localeCompare(b.name) : a.state === 'running' ? -1 : 1));
  const pause = useAction('campaigns.pause');
  const resume = useAction('campaigns.resume');
  const first = sorted[0];
  const toggle = (campaign: Campaign) =>
    campaign.state === 'running' ? pause.mutate({ id: campaign.id, reason: 'Paused on the board' }) : resume.mutate({ id: campaign.id });
  useKeys('Campaign', [
    {
      keys: 'P',
      words: first?.state === 'paused' ? 'Resume the campaign' : 'Pause the campaign',
      action: first ? () => toggle(first) : null,
    },
  ]);
  return (
    <section aria-label="Campaigns that run">
      {sorted.slice(0, shownMost).map((campaign, index) => (
        <Strip
          key={campaign.id}
          campaign={campaign}
          hasKey={index === 0}
          busy={pause.isPending || resume.isPending}
          onToggle={() => toggle(campaign)}
        />
      ))}
      {sorted.length > shownMost ? (
        <Link href="~/campaigns" className={styles.more}>
          and {sorted.length - shownMost} more
        </Link>
      ) : null}
    </section>
  );
}

function Strip({
  campaign,
  hasKey,
  busy,
  onToggle,
}: {
  readonly campaign: Campaign;
  readonly hasKey: boolean;
  readonly busy: boolean;
  readonly onToggle: () => void;
}) {
  const nowMs = useKnownUntil();
  const { data: health } = useOperation('campaigns.health', { id: campaign.id }, { keep: true });
  const leads = health?.leads ?? {};
  const total = Object.values(leads).reduce((sum, value) => sum + (value ?? 0), 0);
  const done = (leads.done ?? 0) + (leads.suppressed ?? 0) + (leads.unknown ?? 0);
  const onCall = leads.dialling ?? 0;
  const attempts = Object.values(health?.outcomes ?? {}).reduce((sum, value) => sum + (value ?? 0), 0);
  const answered = health?.outcomes.completed ?? 0;
  const reason = health?.reasons[0];
  const clears = reason?.clearsAt ? Date.parse(reason.clearsAt) - nowMs : null;
  const paused = campaign.state === 'paused';
  return (
    <div className={styles.strip}>
      <div className={styles.name}>
        <span className={styles.title}>
          <Link href={`~/campaigns/${campaign.id}`} title={campaign.name}>
            {campaign.name}
          </Link>
          {campaign.world === 'rehearsal' ? <RehearsalTag /> : null}
        </span>
        <span className={paused ? styles.paused : styles.running}>
          <Mark name={paused ? 'paused' : 'ai-speaking'} size={12} />
          {paused ? 'Paused' : 'Running'}
          <i title={paused ? (campaign.stateReason ?? '') : undefined}>
            {paused ? (campaign.stateReason ?? '') : campaign.startedAt ? `since ${timeOfDay(campaign.startedAt)}` : ''}
          </i>
        </span>
      </div>
      <div className={styles.progress}>
        <div>
          <span>
            <b>{count(done)}</b> of {count(total)} leads done
          </span>
          <span className={styles.quiet}>{attempts === 0 ? '' : `${percent(answered / attempts)} answered`}</span>
        </div>
        <div
          className={styles.bar}
          role="progressbar"
          aria-valuenow={done}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-label={`${campaign.name}: leads done`}
        >
          <i className={styles.done} style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }} />
          <i className={styles.onCall} style={{ width: `${total === 0 ? 0 : (onCall / total) * 100}%` }} />
        </div>
      </div>
      <div className={styles.dispatch}>
        <span title={reason?.message}>{reason?.message.split(';')[0] ?? (health?.dialling ? 'Dialling' : ' ')}</span>
        <span className={styles.quiet}>
          {health ? `${health.lines.inUse} of ${health.lines.limit} lines` : ' '}
          {clears !== null && clears > 0 ? `, clears in ${span(clears)}` : ''}
        </span>
      </div>
      <div className={styles.money}>
        <span>
          <b>{money(campaign.world === 'rehearsal' ? 0 : (health?.spentMicros ?? 0))}</b>
          {health?.budgetMicros ? ` of ${money(health.budgetMicros)}` : ''}
        </span>
        <span className={styles.quiet}>
          {campaign.world === 'rehearsal' ? `${money(health?.spentMicros ?? 0)} if real` : 'on ended calls'}
        </span>
      </div>
      <Button
        busy={busy}
        onClick={onToggle}
        {...(hasKey ? { hotkey: 'P' } : {})}
        icon={paused ? <IconPlayerPlayFilled size={14} aria-hidden /> : <IconPlayerPauseFilled size={14} aria-hidden />}
      >
        {paused ? 'Resume' : 'Pause'}
        <span className="visually-hidden"> {campaign.name}</span>
      </Button>
    </div>
  );
}
