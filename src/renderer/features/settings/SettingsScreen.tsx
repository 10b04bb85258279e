import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import styles from './SettingsScreen.module.css';
import { AlertsSection } from './sections/AlertsSection.tsx';
import { AppearanceSection } from './sections/AppearanceSection.tsx';
import { ColleaguesSection } from './sections/ColleaguesSection.tsx';
import { DataSection } from './sections/DataSection.tsx';
import { DefaultsSection } from './sections/DefaultsSection.tsx';
import { DoNotCallSection } from './sections/DoNotCallSection.tsx';
import { KeyMapSection } from './sections/KeyMapSection.tsx';
import { ScorecardSection } from './sections/ScorecardSection.tsx';
import { SpendingSection } from './sections/SpendingSection.tsx';
import { YouSection } from './sections/YouSection.tsx';

const sections = [
  { path: '/you', name: 'You', Section: YouSection },
  { path: '/defaults', name: 'New campaigns', Section: DefaultsSection },
  { path: '/spending', name: 'Spending', Section: SpendingSection },
  { path: '/colleagues', name: 'Colleagues', Section: ColleaguesSection },
  { path: '/scorecard', name: 'Scorecard', Section: ScorecardSection },
  { path: '/alerts', name: 'Alerts', Section: AlertsSection },
  { path: '/do-not-call', name: 'Do-not-call list', Section: DoNotCallSection },
  { path: '/data', name: 'Data', Section: DataSection },
  { path: '/appearance', name: 'Appearance', Section: AppearanceSection },
  { path: '/keys', name: 'Keyboard', Section: KeyMapSection },
] as const;

/** What holds for this console; keys and addresses are in Setup. */
export function SettingsScreen() {
  const [here] = useLocation();
  return (
    <div className={styles.screen}>
      <nav className={styles.nav} aria-label="Settings">
        <ul>
          {sections.map(({ path, name }) => (
            <li key={path}>
              <Link href={path} className={here === path ? styles.current : ''} aria-current={here === path ? 'page' : undefined}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
        <p>
          Keys of carriers and voices are in <Link href="~/setup">Setup</Link>.
        </p>
      </nav>
      <div className={styles.content}>
        <Switch>
          {sections.map(({ path, Section }) => (
            <Route key={path} path={path}>
              <Section />
            </Route>
          ))}
          <Route>
            <Redirect to="/you" replace />
          </Route>
        </Switch>
      </div>
    </div>
  );
}
