import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Campaign, StartBlocker } from '#bridge/contract/campaigns.ts';
import { useAction, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, Loading, Problem } from '../../ui/parts.tsx';
import { listed } from './editor-fields.ts';
import { forecastSentence } from './forecast-words.ts';
import { NotProven } from './NotProven.tsx';
import { brokenLineOf } from './not-proven.ts';
import styles from './steps.module.css';
import { type EditorStep, startBlocked, steps } from './steps.ts';
import type { CampaignEditing } from './use-campaign-editor.ts';

/** What stands between the campaign and its start, who will be called, and the start. */
export function CheckStep({ editing, goTo }: { readonly editing: CampaignEditing; readonly goTo: (step: EditorStep) => void }) {
  const { campaign, lacking } = editing;
  if (campaign === null) {
    return (
      <Empty title="There is nothing to check yet" action={<Button onClick={() => goTo('basics')}>Go to the basics</Button>}>
        {`The campaign needs ${listed(lacking)} before it can be saved and checked.`}
      </Empty>
    );
  }
  return <Check campaign={campaign} editing={editing} goTo={goTo} />;
}

function Check({
  campaign,
  editing,
  goTo,
}: {
  readonly campaign: Campaign;
  readonly editing: CampaignEditing;
  readonly goTo: (step: EditorStep) => void;
}) {
  const [, go] = useLocation();
  const { id, state, world } = campaign;
  const check = useOperation('campaigns.check', { id }, { keep: true });
  const preview = useOperation('campaigns.preview', { id }, { keep: true });
  const start = useAction('campaigns.start');
  const resume = useAction('campaigns.resume');
  const begin = state === 'paused' ? resume : start;
  // The setup, the lists and the clock change elsewhere: it is looked at again when the step opens.
  const again = useRef(() => Promise.all([check.refetch(), preview.refetch()]));
  useEffect(() => void again.current(), []);
  const startNow = async (anyway = false) => {
    try {
      if (!(await editing.save())) return;
      await (state === 'paused' ? resume.mutateAsync({ id }) : start.mutateAsync({ id, anyway }));
      go(`~/campaigns/${id}`);
    } catch {
      // The mutation keeps the error, and it is shown.
    }
  };
  const error = check.error ?? preview.error;
  const broken = brokenLineOf(begin.error);
  return (
    <div className={styles.step}>
      <p className={styles.forecast} role="status">
        {preview.data ? forecastSentence(preview.data, world) : 'Counting who will be called'}
      </p>
      {error ? <Problem error={error} onRetry={() => void again.current()} /> : null}
      {check.data ? <Blockers found={check.data} goTo={goTo} /> : <Loading what="Checking" rows={2} />}
      {begin.error && !broken ? <Problem error={begin.error} next="It has not started." /> : null}
      {broken ? <NotProven broken={broken} onAnyway={() => void startNow(true)} /> : null}
      <div className={styles.buttons}>
        <Button
          kind="primary"
          size="large"
          busy={begin.isPending}
          blocked={editing.problems.size > 0 ? 'A field is wrong; the line below says which.' : startBlocked(check.data ?? null)}
          onClick={() => void startNow()}
        >
          {state === 'paused' ? 'Resume' : campaign.world === 'rehearsal' ? 'Start the rehearsal' : 'Start calling'}
        </Button>
        <span className={styles.hint}>{check.data ? (startBlocked(check.data) ?? '') : ''}</span>
      </div>
    </div>
  );
}

function Blockers({ found, goTo }: { readonly found: readonly StartBlocker[]; readonly goTo: (step: EditorStep) => void }) {
  if (found.length === 0) return <p>Nothing stands in its way.</p>;
  return (
    <ul className={styles.blockers}>
      {found.map((blocker) => (
        <li key={`${blocker.name} ${blocker.message}`}>
          <Mark name={blocker.blocks ? 'act' : 'look'} label={blocker.blocks ? 'Blocks the start' : 'Worth knowing'} />
          <span>{blocker.message}</span>
          <Settle step={blocker.step} goTo={goTo} />
        </li>
      ))}
    </ul>
  );
}

function Settle({ step, goTo }: { readonly step: StartBlocker['step']; readonly goTo: (step: EditorStep) => void }) {
  const [, go] = useLocation();
  if (step === 'setup') {
    return (
      <Button size="small" onClick={() => go('~/setup')}>
        Go to Setup
      </Button>
    );
  }
  return (
    <Button size="small" onClick={() => goTo(step)}>
      {`Go to ${steps.find((one) => one.step === step)?.name ?? step}`}
    </Button>
  );
}
