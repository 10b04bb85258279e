import { IconPlugConnected, IconTheater, IconUpload } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { useKeys } from '../../app/keys.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/parts.tsx';
import styles from './EmptyBoard.module.css';
import { NoOpenCall } from './NoOpenCall.tsx';

/** The first thing that a new owner sees: hear some calls, then three steps to real ones. */
export function EmptyBoard() {
  const [, go] = useLocation();
  const start = useAction('rehearsal.startSample');
  const rehearse = () => {
    if (!start.isPending) start.mutate({});
  };
  useKeys('Board', [{ keys: 'R', words: 'Start the rehearsal', action: rehearse }]);
  return (
    <div className={styles.page}>
      <div className={styles.left}>
        <div className={styles.column}>
          <Ghosts />
          <h1>No calls yet. Hear some first.</h1>
          <p>
            The rehearsal runs a sample campaign for a plumbing firm: twelve simulated people, real sound, the same line as real calls. It
            needs no account, no key and no network, and it rings nobody.
          </p>
          <div className={styles.start}>
            <Button
              kind="primary"
              size="large"
              hotkey="R"
              busy={start.isPending}
              onClick={rehearse}
              icon={<IconTheater size={18} aria-hidden />}
              // What somebody has opened meanwhile keeps the focus.
              autoFocus={document.activeElement === document.body}
            >
              {start.isPending ? 'Starting the rehearsal' : 'Start the rehearsal'}
            </Button>
            <span>About 1 minute. Costs nothing.</span>
          </div>
          {start.error ? <Problem error={start.error} onRetry={rehearse} /> : null}
          <h2>When you are ready for real calls</h2>
          <ol className={styles.steps}>
            <Step at={1} name="Connect a line" words="A carrier account, a caller number, an AI key. Each is tested as you save it.">
              <Button icon={<IconPlugConnected size={16} aria-hidden />} onClick={() => go('~/setup/guide')}>
                Set up
              </Button>
            </Step>
            <Step at={2} name="Write what the agent says" words="Start from a recall, reminder or survey script.">
              <Button onClick={() => go('~/agents/new')}>Write</Button>
            </Step>
            <Step at={3} name="Bring your leads" words="CSV. You see who would be skipped, and why, before anyone is called.">
              <Button icon={<IconUpload size={16} aria-hidden />} onClick={() => go('~/campaigns/new')}>
                Import
              </Button>
            </Step>
          </ol>
        </div>
      </div>
      <NoOpenCall />
    </div>
  );
}

function Step({
  at,
  name,
  words,
  children,
}: {
  readonly at: number;
  readonly name: string;
  readonly words: string;
  readonly children: React.ReactNode;
}) {
  return (
    <li className={styles.step}>
      <span className={styles.number} aria-hidden>
        {at}
      </span>
      <div>
        <b>{name}</b>
        <span>{words}</span>
      </div>
      {children}
    </li>
  );
}

/** Three strips as they will be: the first one speaks. */
function Ghosts() {
  return (
    <div className={styles.ghosts} aria-hidden>
      {[0, 1, 2].map((row) => (
        <svg key={row} viewBox="0 0 560 36" className={styles.ghost} aria-hidden="true">
          <rect x=".5" y=".5" width="559" height="35" rx="6" className={styles.frame} />
          <circle cx="22" cy="18" r="8" className={styles.ring} />
          <rect x="44" y="14" width={96 + row * 16} height="8" rx="2" className={styles.word} />
          <rect x="200" y="14" width={64 - row * 8} height="8" rx="2" className={styles.word} />
          {Array.from({ length: 26 }, (_, bar) => {
            const height = 4 + Math.abs(Math.sin(bar * 0.7 + row)) * Math.abs(Math.sin(bar * 0.23 + row * 2)) * 18;
            return (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: a picture
                key={bar}
                x={320 + bar * 8.6}
                y={18 - height / 2}
                width="2.6"
                height={height}
                rx="1"
                className={row === 0 ? styles.voice : styles.word}
              />
            );
          })}
        </svg>
      ))}
    </div>
  );
}
