import { TextInput } from '@mantine/core';
import { type KeyboardEvent, type SubmitEvent, useRef, useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useKeys } from '../../app/keys.ts';
import { useAction, useOperation } from '../../client/hooks.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { Button } from '../../ui/Button.tsx';
import { Key } from '../../ui/Key.tsx';
import { Choice } from '../../ui/parts.tsx';
import { useOperator } from '../operator/operator-context.ts';
import styles from './CoachBox.module.css';
import { shortName } from './call-words.ts';

/** A hint that only the AI reads, or a line that it says; the lead hears neither the typing nor the hint. */
export function CoachBox({
  call,
  detail,
  onDigits,
}: {
  readonly call: CallSummary;
  readonly detail: CallDetail | undefined;
  /** Press keys instead; null when nobody is there to hear them. */
  readonly onDigits: (() => void) | null;
}) {
  const [mode, setMode] = useState<'coach' | 'say'>('coach');
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const { desk } = useOperator();
  const coach = useAction('calls.coach');
  const say = useAction('calls.say');
  const withdraw = useAction('calls.withdrawNudge');
  const { data: agent } = useOperation('agents.get', { id: call.agentId, version: call.agentVersion });
  const agentName = shortName(call.agentName);
  const blocked = whyNot(call);
  const quick = agent?.quickNudges ?? [];
  const open = (to: 'coach' | 'say') => {
    setMode(to);
    input.current?.focus();
  };
  const words = text.trim();
  const sent = { onSuccess: () => setText('') };
  const hint = (hintText: string) => {
    desk.acted.add(call.id);
    coach.mutate({ id: call.id, text: hintText }, sent);
  };
  const speak = (when: 'gap' | 'now') => say.mutate({ id: call.id, text: words, when }, sent);
  useKeys('Open call', [
    { keys: 'C', words: 'Coach', action: blocked === null ? () => open('coach') : null },
    { keys: 'S', words: 'Say a line', action: blocked === null ? () => open('say') : null },
  ]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (words === '' || blocked !== null) return;
    if (mode === 'coach') hint(words);
    else speak('gap');
  };
  const typed = (event: KeyboardEvent) => {
    if (event.key === 'Escape') input.current?.blur();
    if (mode === 'say' && event.key === 'Enter' && (event.ctrlKey || event.metaKey) && words !== '') {
      event.preventDefault();
      speak('now');
    }
    // An empty box: Backspace takes back the last hint that was not used yet.
    const last = detail?.nudges.findLast(({ state }) => state === 'queued' || state === 'in-context');
    if (event.key === 'Backspace' && text === '' && mode === 'coach' && last) withdraw.mutate({ id: call.id, nudgeId: last.id });
  };
  const error = coach.error ?? say.error ?? withdraw.error;
  const nothing = words === '' ? 'Type the words first.' : null;
  return (
    <div className={styles.box}>
      {quick.length > 0 && blocked === null ? (
        <fieldset className={styles.quick}>
          <legend className="visually-hidden">Quick hints</legend>
          {quick.map((each) => (
            <button key={each} type="button" title={each} onClick={() => hint(each)}>
              {each}
            </button>
          ))}
        </fieldset>
      ) : null}
      <form className={styles.row} onSubmit={submit}>
        <Choice<'coach' | 'say' | 'digits'>
          label="What you do"
          value={mode}
          options={[
            {
              value: 'coach',
              words: (
                <>
                  Coach <Key of="C" />
                </>
              ),
            },
            {
              value: 'say',
              words: (
                <>
                  Say <Key of="S" />
                </>
              ),
            },
            ...(onDigits === null
              ? []
              : [
                  {
                    value: 'digits' as const,
                    words: (
                      <>
                        Digits <Key of="D" />
                      </>
                    ),
                  },
                ]),
          ]}
          onChange={(to) => (to === 'digits' ? onDigits?.() : open(to))}
        />
        <TextInput
          ref={input}
          className={styles.text}
          aria-label={mode === 'coach' ? `Hint for ${agentName}` : `Line that ${agentName} says`}
          placeholder={blocked ?? (mode === 'coach' ? `Only ${agentName} reads this` : `${agentName} says this`)}
          value={text}
          maxLength={500}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={typed}
        />
        {mode === 'coach' ? (
          <Button type="submit" className={styles.send ?? ''} hotkey="enter" busy={coach.isPending} blocked={blocked ?? nothing}>
            Send
          </Button>
        ) : (
          <>
            <Button type="submit" hotkey="enter" busy={say.isPending} blocked={blocked ?? nothing} title="When nobody speaks">
              At a gap
            </Button>
            <Button
              busy={say.isPending}
              blocked={blocked ?? nothing}
              title="At once, in the middle of its own sentence"
              onClick={() => speak('now')}
            >
              Now
            </Button>
          </>
        )}
      </form>
      {error ? (
        <p className={styles.error} role="alert">
          {error.message}
        </p>
      ) : null}
    </div>
  );
}

function whyNot(call: CallSummary): string | null {
  if (call.state === 'ended') return 'The call is over.';
  if (call.state === 'dialling' || call.state === 'ringing') return 'Nobody has answered yet.';
  if (call.rung === 'announcement') return 'An announcement plays. Nobody reads hints.';
  return null;
}
