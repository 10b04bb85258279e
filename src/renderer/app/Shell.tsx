import { Component, type ReactNode, Suspense, useState } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';

import { useConnection } from '../client/hooks.ts';
import { NeedAlerts } from '../features/operator/NeedAlerts.tsx';
import { Button } from '../ui/Button.tsx';
import { Loading, Problem } from '../ui/parts.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { useHashLocation } from './hash-location.ts';
import { KeyList } from './KeyList.tsx';
import { useKeys } from './keys.ts';

import { Quitting } from './Quitting.tsx';
import { Rail } from './Rail.tsx';
import { RehearsalBand } from './RehearsalBand.tsx';
import { screens } from './routes.ts';
import styles from './Shell.module.css';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';

/** The frame of every screen: top bar, rail, status bar; the rest is the screen. */
export function Shell() {
  return (
    <Router hook={useHashLocation}>
      <Frame />
    </Router>
  );
}

function Frame() {
  const [, go] = useHashLocation();
  const [keysShown, setKeysShown] = useState(false);
  useKeys('Everywhere', [
    { keys: '?', words: 'Show the keys', action: () => setKeysShown(true) },
    ...screens.map(({ path, name }, index) => ({ keys: `alt+${index + 1}`, words: `Go to ${name}`, action: () => go(path) })),
  ]);
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={() => document.getElementById('main')?.focus()}>
        Go to the content
      </button>
      <TopBar />
      <Rail />
      <main id="main" tabIndex={-1} className={styles.main}>
        <RehearsalBand />
        <LineLost />
        <div className={styles.screen}>
          <Boundary>
            <Suspense fallback={<Loading what="Opening the screen" />}>
              <Switch>
                {screens.map(({ path, Component: Screen }) => (
                  <Route key={path} path={path} nest>
                    <Screen />
                  </Route>
                ))}
                <Route>
                  <Redirect to="/board" replace />
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </div>
      </main>
      <StatusBar onKeys={() => setKeysShown(true)} />
      <KeyList opened={keysShown} onClose={() => setKeysShown(false)} />
      <CommandPalette />
      <Quitting />
      <NeedAlerts />
    </div>
  );
}

/** Says that the window has lost the bridge, and what goes on without it. */
function LineLost() {
  const connection = useConnection();
  if (connection.state === 'refused') {
    return (
      <div className={styles.lost}>
        <Problem
          error={{ message: 'Ringside was started anew and no longer knows this window.' }}
          next="Open the address that it printed when it started."
        />
      </div>
    );
  }
  return null;
}

/** A screen that breaks says so and leaves the frame, the calls and the other screens alone. */
class Boundary extends Component<{ readonly children: ReactNode }, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { readonly message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <div className={styles.broken}>
        <Problem error={{ message: `This screen broke: ${this.state.message}.` }} next="Calls go on." />
        <Button onClick={() => this.setState({ message: null })}>Open it again</Button>
      </div>
    );
  }
}
