import { Select, TagsInput, TextInput } from '@mantine/core';
import { Link } from 'wouter';
import { useOperation } from '../../client/hooks.ts';
import { phone } from '../../ui/format.ts';
import { Choice } from '../../ui/parts.tsx';
import styles from './CampaignEditor.module.css';
import { type Draft, rehearsalNumber } from './draft.ts';

export interface StepProps {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
}

const isNumber = (text: string) => /^\+[1-9]\d{6,14}$/.test(text);

export function BasicsStep({ draft, change }: StepProps) {
  const { data: agents } = useOperation('agents.list', {});
  const { data: setup } = useOperation('setup.status', {});
  const configured = setup?.providers.some(({ provider, configured: isSet }) => provider === draft.carrier && isSet) ?? false;
  const { data: owned } = useOperation('setup.numbers', { carrier: draft.carrier }, { enabled: configured && draft.world === 'real' });
  const wrong = draft.fromNumbers.find((number) => !isNumber(number));
  return (
    <div className={styles.form}>
      <TextInput
        label="Name"
        placeholder="November recall"
        value={draft.name}
        maxLength={120}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <div>
        <Choice
          label="World"
          value={draft.world}
          options={[
            { value: 'real', words: 'Real calls' },
            { value: 'rehearsal', words: 'Rehearsal' },
          ]}
          onChange={(world) =>
            change({ world, fromNumbers: world === 'rehearsal' && draft.fromNumbers.length === 0 ? [rehearsalNumber] : draft.fromNumbers })
          }
        />
        <p className={styles.quiet}>
          {draft.world === 'real'
            ? 'Rings real phones through your carrier. It can no longer be changed once somebody was dialled.'
            : 'Simulated people answer, with sound. Nobody is called and nothing is spent.'}
        </p>
      </div>
      <Choice
        label="Carrier"
        value={draft.carrier}
        options={[
          { value: 'twilio', words: 'Twilio' },
          { value: 'plivo', words: 'Plivo' },
        ]}
        onChange={(carrier) => change({ carrier })}
      />
      {draft.world === 'real' && setup && !configured ? (
        <p className={styles.look}>
          No account is set up for this carrier. <Link href="~/setup">Set it up</Link>; the draft can be written before.
        </p>
      ) : null}
      <TagsInput
        label="Caller numbers"
        description="With country code, as +15205550118. Several are used in turn."
        placeholder="+1…"
        value={[...draft.fromNumbers]}
        data={(owned ?? []).filter(({ canCall }) => canCall).map(({ number }) => number)}
        renderOption={({ option }) => phone(option.value)}
        error={wrong === undefined ? null : `${wrong} is no number with a country code`}
        onChange={(fromNumbers) => change({ fromNumbers: fromNumbers.map((number) => number.replace(/[\s().-]/g, '')) })}
      />
      <Select
        label="Agent"
        description="Who speaks. Its words are shown in step 3."
        placeholder={agents?.length === 0 ? 'No agent yet' : 'Choose an agent'}
        data={(agents ?? []).map(({ id, name, version }) => ({ value: id, label: `${name}, version ${version}` }))}
        value={draft.agentId === '' ? null : draft.agentId}
        onChange={(agentId) => change({ agentId: agentId ?? '' })}
      />
      {agents?.length === 0 ? (
        <p className={styles.quiet}>
          <Link href="~/agents/new">Write the first agent</Link>. This draft stays as it is meanwhile.
        </p>
      ) : null}
      <div>
        <Choice
          label="Voice"
          value={draft.ladder.includes('realtime') ? 'ai' : 'announcement'}
          options={[
            { value: 'ai', words: 'AI voice' },
            { value: 'announcement', words: 'Announcement only' },
          ]}
          onChange={(voice) => change({ ladder: voice === 'ai' ? ['realtime', 'announcement'] : ['announcement'] })}
        />
        <p className={styles.quiet}>
          {draft.ladder.includes('realtime')
            ? 'The AI speaks; where it cannot be had within three seconds, the carrier’s voice reads the announcement instead. Never silence.'
            : 'The carrier’s voice reads the agent’s announcement. Nobody answers questions.'}
        </p>
      </div>
    </div>
  );
}
