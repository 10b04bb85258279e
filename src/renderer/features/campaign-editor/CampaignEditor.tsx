import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import { AgentStep } from './AgentStep.tsx';
import { BasicsStep } from './BasicsStep.tsx';
import styles from './CampaignEditor.module.css';
import { CheckStep } from './CheckStep.tsx';
import { lacking, type Step, steps } from './draft.ts';
import { PeopleStep } from './PeopleStep.tsx';
import { ScheduleStep } from './ScheduleStep.tsx';
import { useDraft } from './use-draft.ts';

/** A campaign in five steps; each is saved as it is filled in, and the last one says what stands in the way of the start. */
export function CampaignEditor({ id, step }: { readonly id: string | null; readonly step: Step }) {
  const [, go] = useLocation();
  const { draft, change, status, error } = useDraft(id, step);
  const { data: blockers } = useOperation('campaigns.check', { id: id ?? '' }, { enabled: id !== null, keep: true });
  const address = (to: Step) => (id === null ? `~/campaigns/new/${to}` : `~/campaigns/${id}/edit/${to}`);
  const at = steps.findIndex((one) => one.step === step);
  const next = steps[at + 1];
  const before = steps[at - 1];
  const needsDraft = id === null && (step === 'people' || step === 'check');
  return (
    <>
      <TitleRow
        mark={
          <Link href="~/campaigns" className={styles.back} aria-label="Back to all campaigns">
            <IconArrowLeft size={18} aria-hidden />
          </Link>
        }
        title={draft.name.trim() === '' ? 'New campaign' : draft.name}
        beside={draft.world === 'rehearsal' ? <RehearsalTag long /> : null}
        below={<span role="status">{status}</span>}
      />
      <div className={styles.page}>
        <nav className={styles.steps} aria-label="Steps">
          <ol>
            {steps.map(({ step: one, words }, index) => {
              const open = (blockers ?? []).some(
                (blocker) => blocker.blocks && (blocker.step === one || (one === 'check' && blocker.step === 'setup')),
              );
              return (
                <li key={one}>
                  <Link href={address(one)} aria-current={one === step ? 'step' : undefined} className={one === step ? styles.current : ''}>
                    <Mark name={id === null ? 'waiting' : open ? 'look' : 'passed'} size={14} />
                    <span>
                      {index + 1}. {words}
                    </span>
                  </Link>
                </li>
              );
            })}
          </ol>
        </nav>
        <div className={styles.content}>
          {error ? (
            <Problem
              error={{
                message:
                  error.fields.length > 0 ? error.fields.map(({ field, message }) => `${field}: ${message}`).join('. ') : error.message,
              }}
            />
          ) : null}
          {change === null ? <Loading what="Reading the campaign" /> : null}
          {change && needsDraft ? (
            <p className={styles.words}>
              This step opens when the draft is saved. It still needs {lacking(draft).join(' and ') || 'a moment'}.{' '}
              <Link href={address('basics')}>Go to the basics</Link>
            </p>
          ) : null}
          {change && step === 'basics' ? <BasicsStep draft={draft} change={change} /> : null}
          {change && step === 'people' && id !== null ? <PeopleStep campaignId={id} /> : null}
          {change && step === 'agent' ? <AgentStep draft={draft} change={change} campaignId={id} /> : null}
          {change && step === 'schedule' ? <ScheduleStep draft={draft} change={change} /> : null}
          {change && step === 'check' && id !== null ? <CheckStep campaignId={id} address={address} /> : null}
        </div>
      </div>
      <footer className={styles.foot}>
        <Button onClick={() => (before ? go(address(before.step)) : go('~/campaigns'))}>
          {before ? `Back to ${before.words.toLowerCase()}` : 'All campaigns'}
        </Button>
        {next ? (
          <Button kind="primary" onClick={() => go(address(next.step))}>
            Next: {next.words.toLowerCase()}
          </Button>
        ) : null}
      </footer>
    </>
  );
}
