import { IconTheater } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { CampaignId } from '#bridge/contract/ids.ts';
import { useKeys } from '../../app/keys.ts';
import { useAction, useLive, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/parts.tsx';
import { progressOf } from '../campaign-board/campaign-words.ts';
import styles from './RehearsalScreen.module.css';

/** The bundled sample: whole campaigns of simulated people. */
export function Sample() {
  const start = useAction('rehearsal.startSample');
  const { data: agents } = useOperation('agents.list', {});
  const running = useLive(({ campaigns }) =>
    [...campaigns.values()].filter(({ world, state }) => world === 'rehearsal' && state === 'running'),
  );
  const isRunning = running.length > 0;
  const rehearse = () => start.mutate({});
  useKeys('Rehearsal', [{ keys: 'R', words: 'Start the sample', action: isRunning || start.isPending ? null : rehearse }]);
  return (
    <section className={styles.sample} aria-labelledby="sample">
      <h2 id="sample">A whole campaign</h2>
      <p>
        The sample is a plumbing firm with twelve simulated people over both carriers: somebody who books, somebody busy, a voicemail, one
        who wants a person, one who wants never to be called again.
      </p>
      <div className={styles.start}>
        <Button
          kind={agents?.length === 0 ? 'primary' : 'default'}
          hotkey="R"
          busy={start.isPending}
          blocked={isRunning ? 'A rehearsal runs' : null}
          icon={<IconTheater size={16} aria-hidden />}
          onClick={rehearse}
        >
          Start the sample
        </Button>
        <Link href="~/campaigns/new">Rehearse a list of your own</Link>
      </div>
      {start.error ? <Problem error={start.error} /> : null}
      {isRunning ? (
        <ul className={styles.running} aria-label="Rehearsals that run">
          {running.map(({ id, name }) => (
            <Running key={id} id={id} name={name} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Running({ id, name }: { readonly id: CampaignId; readonly name: string }) {
  const { data: health } = useOperation('campaigns.health', { id }, { keep: true });
  const progress = health ? progressOf(health.leads) : null;
  return (
    <li>
      <Link href={`~/campaigns/${id}`}>{name}</Link>
      {progress ? <span>{`${progress.done + progress.never} of ${progress.total} called`}</span> : null}
    </li>
  );
}
