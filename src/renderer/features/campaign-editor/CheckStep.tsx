import { useLocation } from 'wouter';
import { useAction, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { money, span } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, Problem } from '../../ui/parts.tsx';
import styles from './CampaignEditor.module.css';
import type { Step } from './draft.ts';
import { previewWords } from './preview-words.ts';

/** What stands in the way, what will happen, and the button that begins it. */
export function CheckStep({ campaignId, address }: { readonly campaignId: string; readonly address: (step: Step) => string }) {
  const [, go] = useLocation();
  const campaign = useOperation('campaigns.get', { id: campaignId });
  const check = useOperation('campaigns.check', { id: campaignId });
  const preview = useOperation('campaigns.preview', { id: campaignId });
  const start = useAction('campaigns.start');
  const resume = useAction('campaigns.resume');
  const blockers = check.data ?? [];
  const blocking = blockers.filter(({ blocks }) => blocks);
  const state = campaign.data?.state;
  const error = start.error ?? resume.error ?? check.error ?? preview.error;
  const begun = () => go(`~/campaigns/${campaignId}`);
  return (
    <div className={styles.form}>
      {check.isPending || preview.isPending ? <Loading what="Checking everybody in this campaign" rows={3} /> : null}
      {preview.data ? (
        <p className={styles.sentence}>
          {previewWords(preview.data)}{' '}
          {preview.data.willDial > 0 ? (
            <>
              About <b>{span(preview.data.forecast.durationMs)}</b>, about{' '}
              <b>{money(campaign.data?.world === 'rehearsal' ? 0 : preview.data.forecast.costMicros)}</b>
              {campaign.data?.world === 'rehearsal' ? ` (${money(preview.data.forecast.costMicros)} if real)` : ''}.
            </>
          ) : null}
        </p>
      ) : null}
      <ul className={styles.blockers}>
        {blockers.map(({ name, message, step, blocks }) => (
          <li key={`${name} ${message}`}>
            <Mark name={blocks ? 'look' : 'held'} size={16} />
            <span>{message}</span>
            <Button size="small" onClick={() => go(step === 'setup' ? '~/setup' : address(step))}>
              {step === 'setup' ? 'Open the setup' : 'Go there'}
            </Button>
          </li>
        ))}
        {check.data && blockers.length === 0 ? (
          <li>
            <Mark name="passed" size={16} />
            <span>Nothing stands in the way.</span>
            <span />
          </li>
        ) : null}
      </ul>
      {error ? <Problem error={error} /> : null}
      <div>
        {state === 'paused' ? (
          <Button
            kind="primary"
            size="large"
            busy={resume.isPending}
            onClick={() => resume.mutate({ id: campaignId }, { onSuccess: begun })}
          >
            Resume
          </Button>
        ) : (
          <Button
            kind="primary"
            size="large"
            busy={start.isPending}
            blocked={
              state !== 'draft'
                ? 'It was started already.'
                : check.data === undefined
                  ? 'Still checking.'
                  : blocking.length > 0
                    ? (blocking[0]?.message ?? null)
                    : null
            }
            onClick={() => start.mutate({ id: campaignId }, { onSuccess: begun })}
          >
            Start
          </Button>
        )}
      </div>
    </div>
  );
}
