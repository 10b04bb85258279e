import { Route, Switch } from 'wouter';
import { CallPage } from './call/CallPage.tsx';
import { CallListsContext, useCallLists } from './call-lists.ts';
import { CallsView } from './calls/CallsView.tsx';
import { SearchView } from './search/SearchView.tsx';

/** The calls of the past: a table of them, the words that were said in them, and each by itself. */
export function ReviewScreen() {
  const lists = useCallLists();
  return (
    <CallListsContext value={lists}>
      <Switch>
        <Route path="/">
          <CallsView />
        </Route>
        <Route path="/search">
          <SearchView />
        </Route>
        <Route path="/:callId">{({ callId }) => <CallPage key={callId} id={callId ?? ''} />}</Route>
      </Switch>
    </CallListsContext>
  );
}
