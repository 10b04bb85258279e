import { TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPhoneCall, IconTheater } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/parts.tsx';
import { readPhone } from '../../ui/phone-number.ts';
import type { useProof } from '../line-proof/use-proof.ts';
import styles from './Guide.module.css';

/** The last step: hear it. */
export function CallStep({
  world,
  carrier,
  proof,
}: {
  readonly world: World;
  readonly carrier: CarrierName;
  readonly proof: ReturnType<typeof useProof>;
}) {
  return world === 'real' ? <OwnPhone carrier={carrier} proof={proof} /> : <Sample />;
}

function OwnPhone({ carrier, proof }: { readonly carrier: CarrierName; readonly proof: ReturnType<typeof useProof> }) {
  const [typed, setTyped] = useLocalStorage({ key: 'ringside.own-number', defaultValue: '', getInitialValueInEffect: false });
  const own = readPhone(typed);
  const busy = proof.running !== null;
  const call = () => {
    if (own.number !== null) void proof.start({ world: 'real', carrier, ringOwner: own.number });
  };
  const rang = proof.shown?.world === 'real' ? proof.shown.steps.find(({ name }) => name === 'ring') : undefined;
  return (
    <>
      <h2>Ring your own phone</h2>
      <p>Pick up, say a few words, and hear them come back. That measures the whole way, there and back.</p>
      <form
        className={styles.actions}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) call();
        }}
      >
        <TextInput
          aria-label="Your own phone"
          placeholder="+1 520 555 0118"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" kind="primary" busy={busy} blocked={own.problem} icon={<IconPhoneCall size={16} aria-hidden />}>
          {busy ? 'Ringing' : 'Call me'}
        </Button>
      </form>
      {proof.error ? <Problem error={proof.error} /> : null}
      <p role="status" className={styles.result}>
        {rang ? rang.result : ''}
      </p>
    </>
  );
}

function Sample() {
  const [, go] = useLocation();
  const start = useAction('rehearsal.startSample');
  const rehearse = () => start.mutate({}, { onSuccess: () => go('~/board') });
  return (
    <>
      <h2>Hear it</h2>
      <p>
        The sample campaign of a plumbing firm calls twelve simulated people over both carriers. It takes about a minute; listen to any call
        on the board, and find them all in Review afterwards.
      </p>
      <div className={styles.actions}>
        <Button kind="primary" busy={start.isPending} onClick={rehearse} icon={<IconTheater size={16} aria-hidden />} autoFocus>
          {start.isPending ? 'Starting the rehearsal' : 'Start the rehearsal'}
        </Button>
      </div>
      {start.error ? <Problem error={start.error} onRetry={rehearse} /> : null}
    </>
  );
}
