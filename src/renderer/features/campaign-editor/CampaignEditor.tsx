import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { CampaignState } from '#bridge/contract/words.ts';
import { useAction, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Loading, Notice, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import { StepFrame } from '../../ui/StepFrame.tsx';
import { Unread } from '../../ui/Unread.tsx';
import { AgentStep } from './AgentStep.tsx';
import { BasicsStep } from './BasicsStep.tsx';
import styles from './CampaignEditor.module.css';
import { CheckStep } from './CheckStep.tsx';
import { type EditorFields, newFields } from './editor-fields.ts';
import { PeopleStep } from './PeopleStep.tsx';
import { ScheduleStep } from './ScheduleStep.tsx';
import { StepFooter } from './StepFooter.tsx';
import { type EditorStep, markOf, pathOf, steps } from './steps.ts';
import { type CampaignEditing, useCampaignEditor } from './use-campaign-editor.ts';

export interface CampaignEditorProps {
  /** Null for a campaign that is not saved yet. */
  readonly id: string | null;
  readonly step: EditorStep;
}

/** A campaign in five steps, new or paused: it saves itself, and says what stands between it and its start. */
export function CampaignEditor({ id, step }: CampaignEditorProps) {
  // A new campaign gets its id on the way: the same editor goes on, with the same text under the cursor.
  const [session, setSession] = useState<{ readonly id: string | null; readonly made: string | null; readonly number: number }>({
    id,
    made: null,
    number: 0,
  });
  const number = id === session.id || (id !== null && id === session.made) ? session.number : session.number + 1;
  if (id !== session.id) setSession({ id, made: session.made, number });
  const campaign = useOperation('campaigns.get', { id: id ?? '' }, { enabled: id !== null });
  const settings = useOperation('settings.get', {}, { enabled: id === null });
  const agents = useOperation('agents.list', {});
  const [, go] = useLocation();
  const error = (id === null ? settings.error : campaign.error) ?? agents.error;
  const again = () => void Promise.all([id === null ? settings.refetch() : campaign.refetch(), agents.refetch()]);
  if (error) {
    return (
      <div className={styles.alone}>
        <Unread error={error} what="campaign" others="All campaigns" onOthers={() => go('~/campaigns')} onRetry={again} />
      </div>
    );
  }
  const given = id === null ? null : (campaign.data ?? null);
  const initial =
    settings.data && agents.data
      ? newFields(
          settings.data.defaults,
          agents.data.map((agent) => agent.id),
        )
      : null;
  if (given === null && (id !== null || initial === null)) return <Loading what="Reading the campaign" />;
  return (
    <Editor key={number} given={given} initial={initial} step={step} onMade={(made) => setSession((before) => ({ ...before, made }))} />
  );
}

function Editor({
  given,
  initial,
  step,
  onMade,
}: {
  readonly given: Campaign | null;
  readonly initial: EditorFields | null;
  readonly step: EditorStep;
  readonly onMade: (id: string) => void;
}) {
  const [, go] = useLocation();
  const editing = useCampaignEditor(given, initial ?? nothingYet, (id) => {
    onMade(id);
    go(pathOf(id, step), { replace: true });
  });
  const { campaign, fields, error, save } = editing;
  const check = useOperation('campaigns.check', { id: campaign?.id ?? '' }, { enabled: campaign !== null, keep: true });
  const blockers = campaign === null ? null : (check.data ?? null);
  const goTo = (next: EditorStep) => {
    void save();
    go(pathOf(campaign?.id ?? null, next));
  };
  return (
    <div className={styles.screen}>
      <TitleRow
        title={fields.name.trim() || 'New campaign'}
        beside={fields.world === 'rehearsal' ? <RehearsalTag long /> : null}
        below={stateWords[campaign?.state ?? 'draft']}
        actions={
          <Button kind="quiet" onClick={() => go(campaign === null ? '~/campaigns' : `~/campaigns/${campaign.id}`)}>
            Close
          </Button>
        }
      />
      <StepFrame
        current={step}
        steps={steps.map(({ step: key, name, below }) => ({
          key,
          href: pathOf(campaign?.id ?? null, key),
          name,
          below,
          ...markOf(key, blockers),
        }))}
        footer={<StepFooter step={step} editing={editing} goTo={goTo} />}
        onLeave={() => void save()}
      >
        <Fixed campaign={campaign} />
        {error ? <Problem error={error} next="What you typed is still here." onRetry={() => void save()} /> : null}
        <Step step={step} editing={editing} goTo={goTo} />
      </StepFrame>
    </div>
  );
}

function Step({
  step,
  editing,
  goTo,
}: {
  readonly step: EditorStep;
  readonly editing: CampaignEditing;
  readonly goTo: (step: EditorStep) => void;
}) {
  const { campaign } = editing;
  const fixed = campaign !== null && campaign.state !== 'draft' && campaign.state !== 'paused';
  if (step === 'people') return <PeopleStep campaign={campaign} goToBasics={() => goTo('basics')} />;
  if (step === 'check') return <CheckStep editing={editing} goTo={goTo} />;
  const Form = { basics: BasicsStep, agent: AgentStep, schedule: ScheduleStep }[step];
  return (
    <fieldset className={styles.form} disabled={fixed}>
      <Form editing={editing} />
    </fieldset>
  );
}

/** Why nothing can be changed, and what can be done about it. */
function Fixed({ campaign }: { readonly campaign: Campaign | null }) {
  const pause = useAction('campaigns.pause');
  if (campaign === null || campaign.state === 'draft' || campaign.state === 'paused') return null;
  if (campaign.state !== 'running') {
    return <Notice>It has ended, so its settings stay as they are. Duplicate it to call again with others.</Notice>;
  }
  return (
    <>
      <Notice
        action={
          <Button size="small" busy={pause.isPending} onClick={() => pause.mutate({ id: campaign.id, reason: 'Paused for a change.' })}>
            Pause
          </Button>
        }
      >
        It is running. Pause it to change it; calls that are under way go on.
      </Notice>
      {pause.error ? <Problem error={pause.error} next="It goes on running." /> : null}
    </>
  );
}

const stateWords: Readonly<Record<CampaignState, string>> = {
  draft: 'Draft',
  running: 'Running',
  paused: 'Paused. What you change here holds from the next call on.',
  completed: 'Completed',
  stopped: 'Stopped',
};

/** Never drawn: a saved campaign has its own fields. */
const nothingYet: EditorFields = newFields(
  {
    carrier: 'twilio',
    fromNumbers: [],
    region: 'US',
    lines: 3,
    ringSeconds: 25,
    maxCallSeconds: 300,
    budgetMicros: null,
    window: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '20:00' },
  },
  [],
);
