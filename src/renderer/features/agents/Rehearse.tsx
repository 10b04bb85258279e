import { IconMasksTheater } from '@tabler/icons-react';
import { useState } from 'react';
import type { CarrierName } from '#bridge/contract/words.ts';
import { useOperation } from '../../client/hooks.ts';
import { CarrierChoice } from '../../ui/CarrierChoice.tsx';
import { Loading, Problem } from '../../ui/parts.tsx';
import { PeopleChoice } from '../rehearsal/PeopleChoice.tsx';
import styles from './TrialCall.module.css';
import { MissingValues, TrialFoot, TrialPopover, type TrialProps, useMissing, useTrial } from './TrialCall.tsx';
import { missingFor, rehearsalCall, valuesFor } from './trial-call.ts';

/** Call one of the simulated people with this agent, and hear it on the board. */
export function Rehearse({ agent, fields, values, ready, savesFirst }: TrialProps) {
  const [opened, setOpened] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [carrier, setCarrier] = useState<CarrierName>('twilio');
  const { data: people, error, refetch } = useOperation('rehearsal.people', {}, { enabled: opened });
  const trial = useTrial(ready);
  const person = people?.find(({ number }) => number === chosen) ?? people?.[0];
  const theirs = valuesFor(values, person ?? null);
  const missing = useMissing(missingFor(fields, theirs));
  const start = () => {
    if (!person) return;
    void trial.start(rehearsalCall({ agentId: agent.id, carrier, to: person.number, values: { ...theirs, ...missing.given } }), () =>
      setOpened(false),
    );
  };
  return (
    <TrialPopover
      label="Rehearse"
      icon={<IconMasksTheater size={16} aria-hidden />}
      title="Rehearse with a simulated person"
      opened={opened}
      onChange={(next) => {
        setOpened(next);
        trial.forget();
      }}
    >
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {!people && !error ? <Loading what="Reading who can be called" rows={3} /> : null}
      {people ? (
        <>
          <div className={styles.people}>
            <PeopleChoice people={people} chosen={person} onChange={setChosen} />
          </div>
          <div className={styles.row}>
            <span>Over</span>
            <CarrierChoice value={carrier} onChange={setCarrier} />
          </div>
          <MissingValues {...missing} />
          <TrialFoot
            savesFirst={savesFirst}
            error={trial.error}
            busy={trial.busy}
            blocked={missing.lacks}
            words="Call them"
            note="Nobody is called and nothing is spent. The board opens."
            onStart={start}
          />
        </>
      ) : null}
    </TrialPopover>
  );
}
