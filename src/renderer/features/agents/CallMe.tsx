import { Select, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPhoneCall } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CarrierName } from '#bridge/contract/words.ts';
import { useOperation } from '../../client/hooks.ts';
import { phone } from '../../ui/format.ts';
import { Choice, Notice, Problem } from '../../ui/parts.tsx';
import { readPhone } from '../../ui/phone-number.ts';
import styles from './TrialCall.module.css';
import { MissingValues, TrialFoot, TrialPopover, type TrialProps, useTrial } from './TrialCall.tsx';
import { carrierWords, missingFor, ownCall, whyNoRealCall } from './trial-call.ts';

/** Ring the owner's own phone with this agent: a real call. */
export function CallMe({ agent, fields, values, ready, savesFirst }: TrialProps) {
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useLocalStorage({ key: 'ringside.own-number', defaultValue: '' });
  const [chosenCarrier, setCarrier] = useState<CarrierName | null>(null);
  const [chosenNumber, setNumber] = useState<string | null>(null);
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const { data: status } = useOperation('setup.status', {});
  const carrier =
    chosenCarrier ?? (whyNoRealCall(status, 'twilio') !== null && whyNoRealCall(status, 'plivo') === null ? 'plivo' : 'twilio');
  const impossible = whyNoRealCall(status, carrier);
  const { data: owned, error } = useOperation('setup.numbers', { carrier }, { enabled: opened && impossible === null });
  const trial = useTrial(ready);
  const own = readPhone(typed);
  const callers = (owned ?? []).filter(({ canCall }) => canCall);
  const from = callers.find(({ number }) => number === chosenNumber)?.number ?? callers[0]?.number ?? null;
  const missing = missingFor(fields, values);
  const lacking = missing.filter((name) => !given[name]?.trim());
  const blocked =
    impossible ??
    own.problem ??
    (from === null ? (owned ? `${carrierWords[carrier]} has no number that can call.` : 'The numbers are being read.') : null) ??
    (lacking.length > 0 ? `Fill in ${lacking.join(', ')} first.` : null);
  const start = () => {
    if (own.number === null || from === null) return;
    void trial.start(ownCall({ agentId: agent.id, carrier, to: own.number, values: { ...values, ...given } }, from), () =>
      setOpened(false),
    );
  };
  return (
    <TrialPopover
      label="Call me"
      icon={<IconPhoneCall size={16} aria-hidden />}
      title="Ring your own phone"
      opened={opened}
      onChange={(next) => {
        setOpened(next);
        trial.forget();
      }}
    >
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
      {impossible === null ? (
        <>
          <TextInput
            label="Your number"
            description="Kept on this computer alone."
            type="tel"
            placeholder="(520) 555-0118"
            value={typed}
            error={typed.trim() !== '' && own.problem ? own.problem : null}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {error ? (
            <Problem error={error} />
          ) : (
            <Select
              label="Call from"
              data={callers.map(({ number, name }) => ({
                value: number,
                label: name && name !== number ? `${phone(number)}, ${name}` : phone(number),
              }))}
              value={from}
              placeholder={owned ? 'No number can call' : 'Reading the numbers'}
              allowDeselect={false}
              onChange={setNumber}
            />
          )}
          <MissingValues names={missing} given={given} onChange={setGiven} />
        </>
      ) : (
        <Notice action={<Link href="~/setup">Open Setup</Link>}>{impossible}</Notice>
      )}
      <TrialFoot
        savesFirst={savesFirst}
        error={trial.error}
        busy={trial.busy}
        blocked={blocked}
        reasonBeside={impossible === null && (typed.trim() === '' || own.problem === null)}
        words="Ring my phone"
        note="A real call, at your carrier's price. It speaks to you with the values of the preview."
        onStart={start}
      />
    </TrialPopover>
  );
}
