import { Popover, TextInput } from '@mantine/core';
import { IconDownload, IconPencil, IconPlayerPauseFilled, IconPlayerPlayFilled, IconSquare } from '@tabler/icons-react';
import { type SubmitEvent, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Campaign, CampaignHealth } from '#bridge/contract/campaigns.ts';
import { useCommands } from '../../app/commands.ts';
import { useEscape, useKeys } from '../../app/keys.ts';
import { useAction, useNow, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { carrierWords, clockTime, count, dispositionWords, money, percent, phone, span } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import { isGone, Unread } from '../../ui/Unread.tsx';
import { AttentionRules } from './AttentionRules.tsx';
import styles from './CampaignView.module.css';
import { dispatchWord, progressOf, remainingMs, stateOf, summed } from './campaign-words.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { LeadTable } from './LeadTable.tsx';
import { Spending } from './Spending.tsx';
import { Talk } from './Talk.tsx';

/** A campaign at work: how far, why not faster, how attempts ended, what it costs, and every lead. */
export function CampaignView({ id }: { readonly id: string }) {
  const [, go] = useLocation();
  const campaign = useOperation('campaigns.get', { id });
  const health = useOperation('campaigns.health', { id }, { keep: true, everyMs: 10_000 });
  // What was read stays in sight while it cannot be read again.
  const error = campaign.data && !isGone(campaign.error) ? (health.data ? null : health.error) : campaign.error;
  if (error) {
    const again = () => void Promise.all([campaign.refetch(), health.refetch()]);
    return <Unread error={error} what="campaign" others="All campaigns" onOthers={() => go('~/campaigns')} onRetry={again} />;
  }
  if (!campaign.data || !health.data) return <Loading what="Reading the campaign" />;
  return (
    <div className={styles.page}>
      <Head campaign={campaign.data} />
      <ProgressBlock campaign={campaign.data} health={health.data} />
      <div className={styles.columns}>
        <Dispatch health={health.data} />
        <Endings health={health.data} />
        <Spending campaign={campaign.data} health={health.data} />
      </div>
      <Talk health={health.data} ladder={campaign.data.ladder} />
      <AttentionRules campaign={campaign.data} />
      <LeadTable campaignId={id} health={health.data} />
    </div>
  );
}

function Head({ campaign }: { readonly campaign: Campaign }) {
  const [, go] = useLocation();
  const [asking, setAsking] = useState<'pause' | 'stop' | null>(null);
  const [reason, setReason] = useState('');
  const { data: agent } = useOperation('agents.get', { id: campaign.agentId });
  const start = useAction('campaigns.start');
  const pause = useAction('campaigns.pause');
  const resume = useAction('campaigns.resume');
  const stop = useAction('campaigns.stop');
  const { mark, word, since, tone } = stateOf(campaign);
  const close = () => setAsking(null);
  const isRunning = campaign.state === 'running';
  const isPaused = campaign.state === 'paused';
  const toggle = isRunning ? () => setAsking('pause') : isPaused ? () => resume.mutate({ id: campaign.id }) : null;
  useKeys('Campaign', [
    { keys: 'P', words: isPaused ? 'Resume' : 'Pause', action: toggle },
    { keys: 'E', words: 'Edit', action: () => go(`~/campaigns/${campaign.id}/edit/basics`) },
  ]);
  useEscape(asking !== null, close);
  const { mutate: pauseNow } = pause;
  const { mutate: resumeNow } = resume;
  useCommands(
    useMemo(
      () =>
        isRunning
          ? [{ id: 'pause', group: 'Do', words: `Pause ${campaign.name}`, run: () => pauseNow({ id: campaign.id }) }]
          : isPaused
            ? [{ id: 'resume', group: 'Do', words: `Resume ${campaign.name}`, run: () => resumeNow({ id: campaign.id }) }]
            : [],
      [isRunning, isPaused, campaign.name, campaign.id, pauseNow, resumeNow],
    ),
  );
  const submitPause = (event: SubmitEvent) => {
    event.preventDefault();
    pause.mutate({ id: campaign.id, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) }, { onSuccess: close });
  };
  const error = start.error ?? pause.error ?? resume.error ?? stop.error;
  return (
    <>
      <TitleRow
        mark={<Mark name={mark} size={24} />}
        title={campaign.name}
        beside={
          <>
            <b className={styles[tone]}>{word}</b>
            <span className={styles.quiet}>{since}</span>
            {campaign.world === 'rehearsal' ? <RehearsalTag long /> : null}
          </>
        }
        below={`${agent ? `Agent ${agent.name}, version ${agent.version}` : 'Reading the agent'}, ${carrierWords[campaign.carrier]}, calls from ${campaign.fromNumbers.map(phone).join(', ')}, ${clockTime(campaign.window.start)} to ${clockTime(campaign.window.end)} on the lead's clock`}
        actions={
          <>
            <Button icon={<IconPencil size={16} aria-hidden />} onClick={() => go(`~/campaigns/${campaign.id}/edit/basics`)}>
              Edit
            </Button>
            {campaign.state === 'draft' ? (
              <Button kind="primary" busy={start.isPending} onClick={() => go(`~/campaigns/${campaign.id}/edit/check`)}>
                Check and start
              </Button>
            ) : null}
            {isRunning || isPaused ? (
              <Popover opened={asking === 'pause'} onChange={close} position="bottom-end" trapFocus returnFocus>
                <Popover.Target>
                  <Button
                    hotkey="P"
                    busy={pause.isPending || resume.isPending}
                    icon={isPaused ? <IconPlayerPlayFilled size={14} aria-hidden /> : <IconPlayerPauseFilled size={14} aria-hidden />}
                    onClick={() => toggle?.()}
                  >
                    {isPaused ? 'Resume' : 'Pause'}
                  </Button>
                </Popover.Target>
                <Popover.Dropdown>
                  <form className={styles.form} onSubmit={submitPause}>
                    <TextInput
                      label="Why, for whoever comes next"
                      placeholder="Lunch"
                      maxLength={300}
                      value={reason}
                      onChange={(event) => setReason(event.currentTarget.value)}
                      data-autofocus
                    />
                    <Button type="submit" kind="primary" busy={pause.isPending}>
                      Pause
                    </Button>
                  </form>
                </Popover.Dropdown>
              </Popover>
            ) : null}
            {isRunning || isPaused ? (
              <Popover opened={asking === 'stop'} onChange={close} position="bottom-end" trapFocus returnFocus>
                <Popover.Target>
                  <Button kind="danger" busy={stop.isPending} icon={<IconSquare size={14} aria-hidden />} onClick={() => setAsking('stop')}>
                    Stop
                  </Button>
                </Popover.Target>
                <Popover.Dropdown>
                  <p className={styles.question}>Stop for good? Nobody else is called. Calls in progress go on.</p>
                  <div className={styles.form}>
                    <Button data-autofocus onClick={close}>
                      Keep it
                    </Button>
                    <Button
                      kind="confirm-danger"
                      busy={stop.isPending}
                      onClick={() => stop.mutate({ id: campaign.id }, { onSuccess: close })}
                    >
                      Stop
                    </Button>
                  </div>
                </Popover.Dropdown>
              </Popover>
            ) : null}
            <ExportMenu campaignId={campaign.id} icon={<IconDownload size={16} aria-hidden />} />
          </>
        }
      />
      {error ? <Problem error={error} /> : null}
    </>
  );
}

function ProgressBlock({ campaign, health }: { readonly campaign: Campaign; readonly health: CampaignHealth }) {
  const nowMs = useNow(5_000);
  const progress = progressOf(health.leads);
  const attempts = summed(health.outcomes);
  const booked = (health.dispositions.appointment ?? 0) + (health.dispositions.interested ?? 0) + (health.dispositions.sale ?? 0);
  const left = campaign.state === 'running' ? remainingMs(progress, campaign.startedAt, nowMs) : null;
  const part = (value: number) => ({ width: `${progress.total === 0 ? 0 : (value / progress.total) * 100}%` });
  const parts = [
    { name: 'Done', value: progress.done, className: styles.done },
    { name: 'On a call', value: progress.onCall, className: styles.onCall },
    { name: 'Ready', value: progress.ready, className: styles.ready },
    { name: 'Held for now', value: progress.held, className: styles.held },
    { name: 'Never', value: progress.never, className: styles.never },
  ];
  return (
    <section className={styles.progress} aria-label="Progress">
      <div className={styles.figures}>
        <p>
          <b className={styles.big}>{count(progress.done)}</b> of {count(progress.total)} leads done
        </p>
        <p>
          <b>{count(booked)}</b> interested
        </p>
        <p>
          <b>{attempts === 0 ? '–' : percent((health.outcomes.completed ?? 0) / attempts)}</b> answered
        </p>
        <p>
          <b>{count(attempts)}</b> {attempts === 1 ? 'attempt' : 'attempts'}
        </p>
        <p>
          <b>
            {health.lines.inUse} of {health.lines.limit}
          </b>{' '}
          lines
        </p>
        {campaign.state === 'running' ? (
          <p>
            <b>{left === null ? '–' : `about ${span(left)}`}</b> to go
          </p>
        ) : null}
      </div>
      <div className={styles.bar} role="img" aria-label={parts.map(({ name, value }) => `${name} ${value}`).join(', ')}>
        {parts
          .filter(({ value }) => value > 0)
          .map(({ name, value, className }) => (
            <i key={name} className={className} style={part(value)} />
          ))}
      </div>
      <ul className={styles.legend}>
        {parts.map(({ name, value, className }) => (
          <li key={name}>
            <i className={className} aria-hidden />
            {name} {count(value)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every check that may hold it up; the one that holds first, with when it clears. */
function Dispatch({ health }: { readonly health: CampaignHealth }) {
  const nowMs = useNow(1_000);
  const first = health.reasons[0];
  const holds = !health.dialling && first !== undefined;
  // That the lines are in use stands in the row of the lines.
  const told = health.reasons.filter(({ name }) => name !== 'no-line');
  const freeLines = Math.max(0, health.lines.limit - health.lines.inUse);
  return (
    <section className={styles.column} aria-label="Dispatch">
      <h2>
        {health.state === 'running' ? 'Why is it not dialling faster?' : 'Dispatch'}
        <span className={holds ? styles.paused : styles.quiet}>{dispatchWord(health)}</span>
      </h2>
      <ul>
        {told.map(({ name, message, clearsAt }) => (
          <li key={name}>
            <Mark name={health.state === 'completed' ? 'passed' : name === first?.name && holds ? 'look' : 'held'} size={14} />
            <span>{message}</span>
            <span className={styles.quiet}>{clearsAt ? `in ${span(Math.max(1_000, Date.parse(clearsAt) - nowMs))}` : ''}</span>
          </li>
        ))}
        {health.reasons.length === 0 ? (
          <li>
            <Mark name="passed" size={14} />
            <span>Nothing holds it up</span>
          </li>
        ) : null}
        <li>
          <Mark name={freeLines === 0 ? 'held' : 'passed'} size={14} />
          <span>
            <b>Lines</b> {health.lines.inUse} of {health.lines.limit} in use
          </span>
          <span className={styles.quiet}>{freeLines === 0 ? 'until a call ends' : `${count(freeLines)} free`}</span>
        </li>
        {health.budgetMicros === null ? null : (
          <li>
            <Mark name={health.spentMicros + health.reservedMicros >= health.budgetMicros ? 'look' : 'passed'} size={14} />
            <span>
              <b>Budget</b> {money(Math.max(0, health.budgetMicros - health.spentMicros))} left
            </span>
            <span className={styles.quiet}>stops at {money(health.budgetMicros)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}

const good = new Set(['appointment', 'interested', 'sale', 'callback-requested', 'transferred']);

function Endings({ health }: { readonly health: CampaignHealth }) {
  const rows = Object.entries(health.dispositions)
    .map(([name, value]) => ({ name: name as keyof typeof dispositionWords, value: value ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, 8);
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <section className={styles.column} aria-label="How attempts ended">
      <h2>
        How attempts ended <span className={styles.quiet}>{count(summed(health.dispositions))}</span>
      </h2>
      {rows.length === 0 ? <p className={styles.quiet}>No attempt has ended yet.</p> : null}
      <dl className={styles.bars}>
        {rows.map(({ name, value }) => (
          <div key={name}>
            <dt>{dispositionWords[name]}</dt>
            <dd>
              <i
                className={good.has(name) ? styles.good : name === 'failed' ? styles.bad : styles.other}
                style={{ width: `${(value / most) * 100}%` }}
              />
            </dd>
            <dd>{count(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
