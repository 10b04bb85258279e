import { Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../client/hooks.ts';
import { CarrierChoice } from '../../ui/CarrierChoice.tsx';
import { phone } from '../../ui/format.ts';
import { readNumbers } from '../settings/sections/defaults.ts';
import { ladderChoice, ladders, rehearsalNumber, withPerson, withWorld } from './editor-fields.ts';
import { Options } from './Options.tsx';
import styles from './steps.module.css';
import type { CampaignEditing } from './use-campaign-editor.ts';

/** Name, world, carrier, caller numbers and voice. */
export function BasicsStep({ editing }: { readonly editing: CampaignEditing }) {
  const { campaign, fields, change, problems } = editing;
  const { data: settings } = useOperation('settings.get', {});
  const dialled = campaign !== null && campaign.startedAt !== null;
  return (
    <div className={styles.step}>
      <TextInput
        label="Name"
        placeholder="Roof inspections, Tucson"
        value={fields.name}
        maxLength={120}
        autoFocus={campaign === null}
        error={campaign === null && fields.name === '' ? null : problems.get('name')}
        onChange={({ currentTarget }) => change({ name: currentTarget.value })}
      />
      <AgentSelect editing={editing} />
      <Options
        label="World"
        value={fields.world}
        fixed={dialled ? 'It has dialled, so its world stays as it is.' : null}
        options={[
          { value: 'real', name: 'Real', below: 'Calls real people over your carrier. It costs money.' },
          { value: 'rehearsal', name: 'Rehearsal', below: 'Calls simulated people on this machine. Nobody is called, nothing is spent.' },
        ]}
        onChange={(world) => change(withWorld(fields, world, settings?.defaults.fromNumbers ?? []))}
      />
      <fieldset className={styles.group}>
        <legend>Carrier</legend>
        <CarrierChoice value={fields.carrier} onChange={(carrier) => change({ carrier })} />
      </fieldset>
      <CallerNumbers editing={editing} />
      <Options
        label="Voice"
        value={ladderChoice(fields.ladder)}
        options={[
          { value: 'ai', name: 'AI voice', below: 'A conversation, and the announcement when the AI voice is not there.' },
          {
            value: 'whole',
            name: 'AI voice with every rung below it',
            below: 'When the AI voice fails, the call goes on with the cascade, then turn by turn, and only then with the announcement.',
          },
          {
            value: 'announcement',
            name: 'Announcement only',
            below: "The carrier's own voice reads the agent's announcement. Nobody can answer it.",
          },
        ]}
        onChange={(voice) => change({ ladder: withPerson(ladders[voice], fields.ladder.includes('human')) })}
      />
      <Switch
        label="Ring a colleague when no AI voice is left"
        description="The person hears that they are connected, and a colleague on duty is rung. When nobody is free, the announcement offers to call back."
        checked={fields.ladder.includes('human')}
        onChange={({ currentTarget }) => change({ ladder: withPerson(fields.ladder, currentTarget.checked) })}
      />
    </div>
  );
}

function AgentSelect({ editing: { fields, change } }: { readonly editing: CampaignEditing }) {
  const { data: agents } = useOperation('agents.list', {});
  if (agents?.length === 0) {
    return (
      <p className={styles.hint}>
        There is no agent yet, and a campaign needs one. <Link href="~/agents/new">Write one</Link>; what you typed here stays.
      </p>
    );
  }
  return (
    <Select
      label="Agent"
      description="Its words can be read and changed in a later step."
      className={styles.short}
      placeholder="Choose who speaks"
      data={(agents ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={fields.agentId}
      searchable
      allowDeselect={false}
      onChange={(agentId) => agentId && change({ agentId })}
    />
  );
}

function CallerNumbers({ editing: { fields, change, problems, campaign } }: { readonly editing: CampaignEditing }) {
  const [unread, setUnread] = useState<string | null>(null);
  const { data: status } = useOperation('setup.status', {});
  const isSetUp = status?.providers.some(({ provider, configured }) => provider === fields.carrier && configured) ?? false;
  const asks = fields.world === 'real' && isSetUp;
  const { data: owned, error } = useOperation('setup.numbers', { carrier: fields.carrier }, { enabled: asks });
  const offered = asks ? (owned ?? []).filter(({ canCall }) => canCall).map(({ number }) => phone(number)) : [];
  const words = {
    rehearsal: `In a rehearsal any number does; ${phone(rehearsalNumber)} belongs to nobody.`,
    offered: 'Numbers of your account; each person sees the same one every time.',
    typed: 'Type a number, then press Enter. With the carrier set up, its numbers are offered here.',
  }[fields.world === 'rehearsal' ? 'rehearsal' : asks && error === null ? 'offered' : 'typed'];
  const missing = campaign === null && fields.fromNumbers.length === 0 ? null : problems.get('fromNumbers');
  return (
    <TagsInput
      label="Call from"
      description={words}
      placeholder={fields.fromNumbers.length === 0 ? '(520) 555-0118' : ''}
      data={offered}
      value={fields.fromNumbers.map(phone)}
      error={unread ?? (asks && error ? error.message : null) ?? missing}
      maxTags={200}
      acceptValueOnBlur
      onChange={(typed) => {
        const read = readNumbers(typed);
        setUnread(read.problem);
        change({ fromNumbers: read.numbers });
      }}
    />
  );
}
