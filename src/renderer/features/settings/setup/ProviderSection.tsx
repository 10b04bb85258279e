import { PasswordInput, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconExternalLink } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { ProviderStatus } from '#bridge/contract/credentials.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import { Button } from '../../../ui/Button.tsx';
import { latency } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { Problem } from '../../../ui/parts.tsx';
import { Numbers } from './Numbers.tsx';
import type { ProviderWords } from './provider-words.ts';
import { RemoveKeys } from './RemoveKeys.tsx';
import styles from './SetupScreen.module.css';
import { type TestResult, useProvider } from './use-provider.ts';

/** Who has stopped typing for so long has typed it all. */
const typedMs = 800;

export function ProviderSection({
  words,
  status,
  shown,
  asTyped = false,
}: {
  readonly words: ProviderWords;
  readonly status: ProviderStatus;
  readonly shown: SetupStatus;
  /** Saved and tested by itself when all is filled in and nothing was typed for a moment; what is saved already is tested at once. */
  readonly asTyped?: boolean;
}) {
  const id = useId();
  const actions = useProvider(words);
  const [replacing, setReplacing] = useState(false);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const fixed = status.source === 'environment' && status.configured;
  // What was there before is tried once, too: a balance, a trial or a dead tunnel shows without a click.
  const tryAtOnce = useRef(asTyped && words.canTest && status.configured);
  const { test } = actions;
  useEffect(() => {
    if (!tryAtOnce.current) return;
    tryAtOnce.current = false;
    void test();
  }, [test]);
  const editing = !fixed && (replacing || !status.configured);
  const filled = words.fields.every(({ key, optional }) => optional || values[key]?.trim());
  const begun = words.fields.some(({ key }) => values[key]?.trim());
  const save = async () => {
    if (!(await actions.save(values))) return;
    setValues({});
    setReplacing(false);
  };
  const saveSoon = useDebouncedCallback(() => void save(), typedMs);
  const typed = (key: string, value: string) => {
    const next = { ...values, [key]: value };
    setValues(next);
    // Half a key is no key: the shortest there are have twenty characters.
    const isWhole = words.fields.every(
      ({ key: one, optional, secret }) => optional || (next[one]?.trim().length ?? 0) >= (secret ? 20 : 10),
    );
    if (asTyped && isWhole) saveSoon();
  };
  const isCarrier = words.provider === 'twilio' || words.provider === 'plivo' ? words.provider : null;
  return (
    <article className={styles.provider} aria-labelledby={id}>
      <div className={styles.about}>
        <h3 id={id}>
          <State configured={status.configured} result={actions.result} />
          {words.name}
        </h3>
        <p>{words.purpose}</p>
        {fixed ? null : <p className={styles.where}>{words.where}</p>}
        {words.link && !fixed ? (
          <a href={words.link.href} target="_blank" rel="noreferrer">
            {words.link.words}
            <IconExternalLink size={14} aria-hidden />
            <span className="visually-hidden">, in your browser</span>
          </a>
        ) : null}
      </div>
      <form
        className={styles.form}
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (editing && filled && !actions.saving) void save();
        }}
      >
        {editing ? (
          <div className={styles.fields}>
            {words.fields.map(({ key, label, placeholder, secret }) => {
              const Input = secret ? PasswordInput : TextInput;
              return (
                <Input
                  key={key}
                  label={label}
                  placeholder={placeholder}
                  autoComplete="off"
                  spellCheck={false}
                  value={values[key] ?? ''}
                  error={actions.problemOf(key)}
                  onChange={(event) => typed(key, event.currentTarget.value)}
                />
              );
            })}
          </div>
        ) : (
          <Kept words={words} status={status} publicUrl={shown.publicUrl} />
        )}
        <div className={styles.actions}>
          {editing ? (
            <Button type="submit" busy={actions.saving} blocked={filled ? null : `Fill in ${listOf(words, values)}.`}>
              {words.canTest ? 'Save and test' : 'Save'}
            </Button>
          ) : null}
          {status.configured && words.canTest && !editing ? (
            <Button busy={actions.testing} onClick={() => void actions.test()}>
              Test
            </Button>
          ) : null}
          {status.configured && !fixed ? (
            replacing ? (
              <Button kind="quiet" onClick={() => setReplacing(false)}>
                Keep the old
              </Button>
            ) : (
              <>
                <Button onClick={() => setReplacing(true)}>Replace</Button>
                <RemoveKeys words={words} busy={actions.removing} onRemove={() => void actions.remove()} />
              </>
            )
          ) : null}
          {editing && begun && !filled ? <span className={styles.result}>{`Fill in ${listOf(words, values)}.`}</span> : null}
          <Result testing={actions.testing} result={actions.result} />
        </div>
        {actions.error ? <Problem error={actions.error} /> : null}
        {isCarrier && status.configured ? <Numbers carrier={isCarrier} /> : null}
      </form>
    </article>
  );
}

function State({ configured, result }: { readonly configured: boolean; readonly result: TestResult | null }) {
  if (result && !result.ok) return <Mark name="failed" size={16} label="The test failed" />;
  return <Mark name={configured ? 'passed' : 'waiting'} size={16} label={configured ? 'Set up' : 'Not set up'} />;
}

/** What is there, and where from; never the secret itself. */
function Kept({
  words,
  status,
  publicUrl,
}: {
  readonly words: ProviderWords;
  readonly status: ProviderStatus;
  readonly publicUrl: string | null;
}) {
  return (
    <dl className={styles.kept}>
      {words.fields.map(({ key, label, secret, variable }, index) => {
        const value = words.provider === 'public-url' ? publicUrl : secret && status.endsIn !== null ? `ends in ${status.endsIn}` : null;
        const isLast = index === words.fields.length - 1;
        return (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd>
              {value && isLast ? <code>{value}</code> : null}
              {value && isLast ? ', ' : ''}
              {status.source === 'environment' ? (
                <>
                  set by <code>{variable}</code>
                </>
              ) : status.source === 'keychain' ? (
                "saved in this computer's keychain"
              ) : (
                'saved in the data folder'
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Result({ testing, result }: { readonly testing: boolean; readonly result: TestResult | null }) {
  return (
    <span className={`${styles.result} ${result && !result.ok ? styles.failed : ''}`} role="status">
      {testing ? 'Asking' : null}
      {result ? (
        <>
          <Mark name={result.ok ? 'passed' : 'failed'} size={16} />
          <span>
            {`${result.message}${result.cure === null ? '' : ` ${result.cure}`} `}
            {result.ms > 0 ? <span className={styles.ms}>{latency(result.ms)}</span> : null}
          </span>
        </>
      ) : null}
    </span>
  );
}

const listOf = (words: ProviderWords, values: Readonly<Record<string, string>>): string =>
  words.fields
    .filter(({ key, optional }) => !optional && !values[key]?.trim())
    .map(({ label }) => label.replace(/^(?!API)(\w)/, (letter) => letter.toLowerCase()))
    .join(' and ');
