import { Route, Switch } from 'wouter';
import { AgentList } from './AgentList.tsx';
import { AgentPage } from './AgentPage.tsx';
import { NewAgent } from './NewAgent.tsx';
import { VersionsPage } from './VersionsPage.tsx';

/** What speaks for us: its words, voice and tools, and every version of them. */
export function AgentsScreen() {
  return (
    <Switch>
      <Route path="/">
        <AgentList />
      </Route>
      <Route path="/new">
        <NewAgent />
      </Route>
      <Route path="/:id/versions">{({ id }) => <VersionsPage key={id} id={id} />}</Route>
      <Route path="/:id">{({ id }) => <AgentPage key={id} id={id} />}</Route>
    </Switch>
  );
}
