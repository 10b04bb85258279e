import { IconKey } from '@tabler/icons-react';
import { Route, Switch, useLocation } from 'wouter';
import { useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, Problem, TitleRow } from '../../ui/parts.tsx';
import { GuideScreen } from '../first-run/GuideScreen.tsx';
import { ProviderSection } from './setup/ProviderSection.tsx';
import { providerGroups } from './setup/provider-words.ts';
import styles from './setup/SetupScreen.module.css';
import { abilityOf, nextStepOf, stationsOf, statusOf } from './setup/setup-summary.ts';

/** Setup, all at a glance or step by step. */
export function SetupScreen() {
  return (
    <Switch>
      <Route path="/guide" nest>
        <Switch>
          <Route path="/:step?">
            <GuideScreen />
          </Route>
        </Switch>
      </Route>
      <Route>
        <Overview />
      </Route>
    </Switch>
  );
}

/** What real calls need: keys, a way in, and whether each of them works. */
function Overview() {
  const [, go] = useLocation();
  const { data: status, error, refetch } = useOperation('setup.status', {});
  return (
    <div className={styles.screen}>
      <TitleRow
        mark={status ? <Mark name={status.canCallForReal ? 'passed' : 'waiting'} size={24} /> : null}
        title="Setup"
        beside={status ? <span role="status">{abilityOf(status)}</span> : null}
        below={status ? nextStepOf(status) : 'What real calls need, and whether it works.'}
        actions={<Button onClick={() => go('/guide')}>Set up step by step</Button>}
      />
      <div className={styles.body}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {!status && !error ? <Loading what="Reading the set-up" /> : null}
        {status ? (
          <>
            <ul className={styles.stations} aria-label="What a real call needs">
              {stationsOf(status).map(({ id, name, words, ready }) => (
                <li key={id} className={styles.station}>
                  <Mark name={ready ? 'passed' : 'waiting'} label={ready ? 'Ready' : 'Missing'} />
                  <b>{name}</b>
                  <span>{words}</span>
                </li>
              ))}
            </ul>
            {providerGroups.map(({ name, note, providers }) => (
              <section key={name} aria-label={name}>
                <h2 className={styles.groupHead}>
                  {name}
                  <span>{note}</span>
                </h2>
                {providers.map((words) => {
                  const one = statusOf(status, words.provider);
                  return one ? <ProviderSection key={words.provider} words={words} status={one} shown={status} /> : null;
                })}
              </section>
            ))}
            <p className={styles.vault}>
              <IconKey size={16} aria-hidden />
              {status.vault.message}
            </p>
          </>
        ) : null}
      </div>
    </div>
  );
}
