import { Select, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPhoneCall } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CarrierName } from '#bridge/contract/words.ts';
import { useOperation } from '../../client/hooks.ts';
import { CarrierChoice } from '../../ui/CarrierChoice.tsx';
import { carrierWords, phone } from '../../ui/format.ts';
import { Notice, Problem } from '../../ui/parts.tsx';
import { readPhone } from '../../ui/phone-number.ts';
import styles from './TrialCall.module.css';
import { MissingValues, TrialFoot, TrialPopover, type TrialProps, useMissing, useTrial } from './TrialCall.tsx';
import { missingFor, ownCall, whyNoRealCall } from './trial-call.ts';

/** Ring the owner's own phone with this agent: a real call. */
export function CallMe({ agent, fields, values, ready, savesFirst }: TrialProps) {
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useLocalStorage({ key: 'ringside.own-number', defaultValue: '' });
  const [chosenCarrier, setCarrier] = useState<CarrierName | null>(null);
  const [chosenNumber, setNumber] = useState<string | null>(null);
  const { data: status } = useOperation('setup.status', {});
  const carrier =
    chosenCarrier ?? (whyNoRealCall(status, 'twilio') !== null && whyNoRealCall(status, 'plivo') === null ? 'plivo' : 'twilio');
  const impossible = whyNoRealCall(status, carrier);
  const { data: owned, error } = useOperation('setup.numbers', { carrier }, { enabled: opened && impossible === null });
  const trial = useTrial(ready);
  const own = readPhone(typed);
  const callers = (owned ?? []).filter(({ canCall }) => canCall);
  const from = callers.find(({ number }) => number === chosenNumber)?.number ?? callers[0]?.number ?? null;
  const missing = useMissing(missingFor(fields, values));
  const blocked =
    impossible ??
    own.problem ??
    (from === null ? (owned ? `${carrierWords[carrier]} has no number that can call.` : 'The numbers are being read.') : null) ??
    missing.lacks;
  const start = () => {
    if (own.number === null || from === null) return;
    void trial.start(ownCall({ agentId: agent.id, carrier, to: own.number, values: { ...values, ...missing.given } }, from), () =>
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
        <CarrierChoice value={carrier} onChange={setCarrier} />
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
          <MissingValues {...missing} />
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
