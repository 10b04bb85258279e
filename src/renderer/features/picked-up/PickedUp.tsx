import { Popover, Radio } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useEscape, useKeys } from '../../app/keys.ts';
import { operationKey, useAction, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { answerWords, sentence } from '../../ui/format.ts';
import { Problem } from '../../ui/parts.tsx';
import styles from './PickedUp.module.css';
import { choices, nextWords, type PickedUpChoice } from './picked-up-words.ts';

/**
 * Who picked up, what says so, and a way for a person to say that it is somebody else.
 *
 * @param keysOf the group its key belongs to @param heading stands beside the button in a narrow column, with the verdict below
 */
export function PickedUp({ call, keysOf, heading }: { readonly call: CallSummary; readonly keysOf: string; readonly heading?: ReactNode }) {
  const queries = useQueryClient();
  const correct = useAction('calls.correctVerdict');
  const [isOpen, setOpen] = useState(false);
  const [choice, setChoice] = useState<PickedUpChoice | null>(null);
  // The reason changes with the verdict, so it is asked for again with each.
  const { data } = useOperation('calls.get', { id: call.id });
  const reason = data?.answerType === call.answerType ? data?.answerReason : undefined;
  const blocked = call.answeredAt === null ? 'Nobody has answered.' : null;
  const button = useRef<HTMLButtonElement>(null);
  const open = () => {
    // In a column that scrolls it may be out of sight, and what opens beside it would be too.
    button.current?.scrollIntoView({ block: 'nearest' });
    correct.reset();
    setChoice(null);
    setOpen(true);
  };
  useKeys(keysOf, [{ keys: 'V', words: 'Say who picked up', action: blocked === null ? open : null }]);
  useEscape(isOpen, () => setOpen(false));
  const surroundings = useSurroundings(call, isOpen);
  const save = () => {
    if (choice === null) return;
    correct.mutate(
      { id: call.id, answerType: choice },
      {
        onSuccess: (changed) => {
          queries.setQueryData(operationKey('calls.get', { id: call.id }), changed);
          setOpen(false);
        },
      },
    );
  };
  return (
    <div className={heading === undefined ? styles.row : styles.narrow}>
      {heading}
      <div className={styles.text}>
        <b>{call.answerType === null || call.answerType === 'unknown' ? 'Not known yet' : answerWords[call.answerType]}</b>
        {reason && call.answerType !== 'unknown' ? <span title={sentence(reason)}>{sentence(reason)}</span> : null}
      </div>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={336} trapFocus returnFocus>
        <Popover.Target>
          <Button
            ref={button}
            size="small"
            kind="quiet"
            hotkey="V"
            blocked={blocked}
            aria-expanded={isOpen}
            onClick={() => (isOpen ? setOpen(false) : open())}
          >
            Correct<span className="visually-hidden"> who picked up</span>
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <Radio.Group label="Who picked up" value={choice} onChange={(value) => setChoice(value as PickedUpChoice)}>
              <div className={styles.choices}>
                {choices.map(({ value, words }, index) => (
                  <Radio
                    key={value}
                    value={value}
                    label={value === call.answerType ? `${words}, as it is now` : words}
                    size="xs"
                    data-autofocus={index === 0 || undefined}
                  />
                ))}
              </div>
            </Radio.Group>
            <p className={styles.next} role="status">
              {choice === null ? 'Choose, and what happens next stands here.' : nextWords(choice, surroundings)}
            </p>
            {correct.error ? <Problem error={correct.error} /> : null}
            <div className={styles.buttons}>
              <Button onClick={() => setOpen(false)}>Leave it</Button>
              <Button kind="primary" type="submit" busy={correct.isPending} blocked={choice === null ? 'Choose who picked up.' : null}>
                Correct
              </Button>
            </div>
          </form>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

/** What was set for this call. */
function useSurroundings(call: CallSummary, enabled: boolean): Parameters<typeof nextWords>[1] {
  const { data: campaign } = useOperation('campaigns.get', { id: call.campaignId ?? '' }, { enabled: enabled && call.campaignId !== null });
  const { data: agent } = useOperation('agents.get', { id: call.agentId, version: call.agentVersion }, { enabled });
  return {
    call,
    machines: campaign?.answeringMachine ?? null,
    hasMessage: (agent?.voicemailMessage ?? '').trim() !== '',
    agent: call.agentName.split(/[,(:]/)[0]?.trim() || call.agentName,
  };
}
