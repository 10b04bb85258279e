import { Route, Switch } from 'wouter';
import { CampaignEditor } from '../campaign-editor/CampaignEditor.tsx';
import { CampaignList } from './CampaignList.tsx';
import { CampaignView } from './CampaignView.tsx';

type Step = Parameters<typeof CampaignEditor>[0]['step'];
const steps: readonly Step[] = ['basics', 'people', 'agent', 'schedule', 'check'];
const stepOf = (text: string | undefined): Step => steps.find((step) => step === text) ?? 'basics';

/** All campaigns, the one that is made or changed, and the one that runs. */
export function CampaignsScreen() {
  return (
    <Switch>
      <Route path="/new/:step?">{({ step }) => <CampaignEditor id={null} step={stepOf(step)} />}</Route>
      <Route path="/:id/edit/:step?">{({ id, step }) => <CampaignEditor id={id} step={stepOf(step)} />}</Route>
      <Route path="/:id">{({ id }) => <CampaignView key={id} id={id} />}</Route>
      <Route>
        <CampaignList />
      </Route>
    </Switch>
  );
}
