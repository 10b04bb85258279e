import { IconMasksTheater } from '@tabler/icons-react';
import { useState } from 'react';
import type { CarrierName } from '#bridge/contract/words.ts';
import { useOperation } from '../../client/hooks.ts';
import { Choice, Loading, Problem } from '../../ui/parts.tsx';
import { PeopleChoice } from '../rehearsal/PeopleChoice.tsx';
import styles from './TrialCall.module.css';
import { MissingValues, TrialFoot, TrialPopover, type TrialProps, useTrial } from './TrialCall.tsx';
import { carrierWords, missingFor, rehearsalCall, valuesFor } from './trial-call.ts';

/** Call one of the simulated people with this agent, and hear it on the board. */
export function Rehearse({ agent, fields, values, ready, savesFirst }: TrialProps) {
  const [opened, setOpened] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [carrier, setCarrier] = useState<CarrierName>('twilio');
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const { data: people, error, refetch } = useOperation('rehearsal.people', {}, { enabled: opened });
  const trial = useTrial(ready);
  const person = people?.find(({ number }) => number === chosen) ?? people?.[0];
  const theirs = valuesFor(values, person ?? null);
  const missing = missingFor(fields, theirs);
  const lacking = missing.filter((name) => !given[name]?.trim());
  const start = () => {
    if (!person) return;
    void trial.start(rehearsalCall({ agentId: agent.id, carrier, to: person.number, values: { ...theirs, ...given } }), () =>
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
            <Choice
              label="Carrier"
              value={carrier}
              options={[
                { value: 'twilio', words: carrierWords.twilio },
                { value: 'plivo', words: carrierWords.plivo },
              ]}
              onChange={setCarrier}
            />
          </div>
          <MissingValues names={missing} given={given} onChange={setGiven} />
          <TrialFoot
            savesFirst={savesFirst}
            error={trial.error}
            busy={trial.busy}
            blocked={lacking.length > 0 ? `Fill in ${lacking.join(', ')} first.` : null}
            words="Call them"
            note="Nobody is called and nothing is spent. The board opens."
            onStart={start}
          />
        </>
      ) : null}
    </TrialPopover>
  );
}
