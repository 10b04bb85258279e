import { Select } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CarrierName } from '#bridge/contract/words.ts';
import { useOperation } from '../../client/hooks.ts';
import { CarrierChoice } from '../../ui/CarrierChoice.tsx';
import { Loading, Notice, Problem, SectionHead } from '../../ui/parts.tsx';
import { fieldsOf } from '../agents/agent-fields.ts';
import { MissingValues, TrialFoot, useMissing, useTrial } from '../agents/TrialCall.tsx';
import { missingFor, rehearsalCall, valuesFor } from '../agents/trial-call.ts';
import { PeopleChoice } from './PeopleChoice.tsx';
import styles from './RehearsalScreen.module.css';
import { ladderFor, type VoiceChoice, voiceOptions, whyNotOver } from './voices.ts';

/** Call one of the simulated people, and hear it on the board. */
export function OnePerson() {
  const agents = useOperation('agents.list', {});
  const people = useOperation('rehearsal.people', {});
  const [agentId, setAgent] = useLocalStorage<string | null>({ key: 'ringside.rehearsed-agent', defaultValue: null });
  const [chosen, setChosen] = useState<string | null>(null);
  const [carrier, setCarrier] = useState<CarrierName>('twilio');
  const [voice, setVoice] = useState<VoiceChoice>('usual');
  const agent = agents.data?.find(({ id }) => id === agentId) ?? agents.data?.[0] ?? null;
  const trial = useTrial(async () => agent);
  const person = people.data?.find(({ number }) => number === chosen) ?? people.data?.[0];
  const theirs = valuesFor({}, person ?? null);
  const missing = useMissing(agent ? missingFor(fieldsOf(agent), theirs) : []);
  const start = () => {
    if (!agent || !person) return;
    void trial.start(
      rehearsalCall({ agentId: agent.id, carrier, to: person.number, values: { ...theirs, ...missing.given } }, ladderFor(voice)),
      () => undefined,
    );
  };
  const error = agents.error ?? people.error;
  return (
    <section className={styles.form} aria-label="Call one person">
      <SectionHead>Call one person</SectionHead>
      {error ? <Problem error={error} onRetry={() => void Promise.all([agents.refetch(), people.refetch()])} /> : null}
      {!error && !(agents.data && people.data) ? <Loading what="Reading who can be called" rows={8} /> : null}
      {agents.data && people.data ? (
        <>
          <div className={styles.fields}>
            <Select
              label="Agent"
              placeholder="No agent yet"
              data={agents.data.map(({ id, name, version }) => ({ value: id, label: `${name}, version ${version}` }))}
              value={agent?.id ?? null}
              allowDeselect={false}
              disabled={agent === null}
              onChange={(id) => {
                setAgent(id);
                trial.forget();
              }}
            />
            <div className={styles.field}>
              <span className={styles.label}>Carrier</span>
              <CarrierChoice value={carrier} onChange={setCarrier} />
            </div>
            <Select
              label="Voice"
              data={voiceOptions}
              value={voice}
              allowDeselect={false}
              onChange={(next) => setVoice((next as VoiceChoice | null) ?? 'usual')}
            />
          </div>
          <div className={styles.people}>
            <PeopleChoice people={people.data} chosen={person} onChange={setChosen} />
          </div>
          <div className={styles.foot}>
            {agent === null ? (
              <Notice action={<Link href="~/agents/new">Write an agent</Link>}>
                There is no agent yet. Write one, or start the sample, which brings its own.
              </Notice>
            ) : (
              <>
                <MissingValues {...missing} />
                <TrialFoot
                  savesFirst={false}
                  error={trial.error}
                  busy={trial.busy}
                  blocked={whyNotOver(voice, carrier) ?? missing.lacks}
                  words={person ? `Call ${person.name}` : 'Call'}
                  note="The board opens, where you listen, coach and take over as on a real call."
                  onStart={start}
                />
              </>
            )}
          </div>
        </>
      ) : null}
    </section>
  );
}
