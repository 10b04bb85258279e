import { TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { LineProof, ProofAction, ProofStep } from '#bridge/contract/line.ts';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import { useAction, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { CarrierChoice } from '../../ui/CarrierChoice.tsx';
import { latency, timeOfDay } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Choice, Empty, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import styles from './LineProof.module.css';
import { Path } from './Path.tsx';
import { againstLastGood, factsOf, firstBroken, reportOf, resultOf } from './proof-words.ts';
import { StepRow } from './StepRow.tsx';
import { TunnelState } from './TunnelState.tsx';
import { useProof } from './use-proof.ts';

const worlds = [
  { value: 'real', words: 'Real line' },
  { value: 'rehearsal', words: 'Rehearsal' },
] as const;

/** Walks the whole path between a phone and the AI, and says what is broken, why, and what to do. */
export function LineProofScreen() {
  const [, go] = useLocation();
  const { data: status, isPending } = useOperation('setup.status', {});
  const { data: settings } = useOperation('settings.get', {});
  const configured = (name: string) => status?.providers.some(({ provider, configured: is }) => provider === name && is) ?? false;
  const [chosen, setChosen] = useState<{ carrier?: CarrierName; world?: World; from?: string | null }>({});
  const [ownPhone, setOwnPhone] = useState('');
  const { start, error, running, shown, show, proofs, isLoading } = useProof();
  const restart = useAction('tunnel.restart');
  const clipboard = useClipboard({ timeout: 2_000 });

  // What is on the screen was proven for a carrier and a world; the choice begins with them.
  const carrier = chosen.carrier ?? shown?.carrier ?? (configured('twilio') || !configured('plivo') ? 'twilio' : 'plivo');
  const world = chosen.world ?? shown?.world ?? (configured(carrier) ? 'real' : 'rehearsal');
  const usual = settings?.defaults.carrier === carrier ? settings.defaults.fromNumbers[0] : undefined;
  const prove = (more: { from?: string; ringOwner?: string } = {}) => {
    const from = more.from ?? chosen.from ?? (world === 'real' ? usual : undefined);
    return start({ carrier, world, ...(from ? { from } : {}), ...(more.ringOwner ? { ringOwner: more.ringOwner } : {}) });
  };
  const act = (action: ProofAction) => {
    if (action.kind === 'open-setup') go('~/setup');
    if (action.kind === 'restart-tunnel')
      void restart
        .mutateAsync({})
        .catch(() => undefined)
        .then(() => prove());
    if (action.kind === 'choose-caller-number') {
      const [from] = action.numbers;
      setChosen({ ...chosen, from: from ?? null });
      void prove(from ? { from } : {});
    }
  };
  const mine = ownPhone.replaceAll(/[\s().-]/g, '');
  const isPhone = /^\+[1-9]\d{6,14}$/.test(mine);
  const busy = running !== null;
  // Before it is known what is set up, the world in which it would be proven is only a guess.
  const early = isPending || isLoading ? 'Wait until it is known what is set up' : null;
  const broken = shown ? firstBroken(shown.steps) : null;
  return (
    <div className={styles.screen}>
      <TitleRow
        mark={<Mark name={busy || !shown ? 'waiting' : broken ? 'failed' : 'passed'} size={24} />}
        title="Line proof"
        beside={
          <>
            <span role="status" className={busy || !shown ? styles.resting : broken ? styles.fails : styles.works}>
              {busy ? `${running.length} steps done` : shown ? resultOf(shown) : 'Not proven yet'}
            </span>
            {!busy && shown?.world === 'rehearsal' ? <RehearsalTag long /> : null}
          </>
        }
        below={shown && !busy ? factsOf(shown) : 'Everything between a phone and the AI, step by step.'}
        actions={
          <>
            <Copies proof={busy ? null : shown} copied={clipboard.copied} onCopy={(text) => clipboard.copy(text)} />
            <Button kind="primary" icon={<IconRefresh size={16} aria-hidden />} busy={busy} blocked={early} onClick={() => void prove()}>
              {shown ? 'Prove again' : 'Prove the line'}
            </Button>
          </>
        }
      />
      <div className={styles.options}>
        <CarrierChoice value={carrier} onChange={(value) => setChosen({ ...chosen, carrier: value, from: null })} />
        <Choice label="World" value={world} options={worlds} onChange={(value) => setChosen({ ...chosen, world: value, from: null })} />
        <form
          className={styles.ring}
          onSubmit={(event) => {
            event.preventDefault();
            if (isPhone && !busy && early === null) void prove({ ringOwner: mine });
          }}
        >
          <TextInput
            size="xs"
            aria-label="Your own phone, with country code"
            placeholder="+1 520 555 0118"
            value={ownPhone}
            onChange={(event) => setOwnPhone(event.currentTarget.value)}
          />
          <Button type="submit" size="small" busy={busy} blocked={isPhone ? early : 'Give your number with its country code'}>
            Prove, and ring my phone
          </Button>
        </form>
      </div>
      {error ? <Problem error={error} /> : null}
      <Path steps={running ?? shown?.steps ?? []} carrier={carrier} />
      <div className={styles.body}>
        <Steps steps={running ?? shown?.steps ?? []} wholeMs={busy ? lastMs(running) : (shown?.ms ?? 0)} onAct={act} />
        <aside className={styles.side}>
          <TunnelState />
          {shown && !busy ? <LastGood proof={shown} proofs={proofs} /> : null}
          <Earlier proofs={proofs} onShow={show} />
        </aside>
      </div>
    </div>
  );
}

const lastMs = (steps: readonly ProofStep[]) => Math.max(1, ...steps.map(({ startMs, ms }) => startMs + ms));

function Copies({
  proof,
  copied,
  onCopy,
}: {
  readonly proof: LineProof | null;
  readonly copied: boolean;
  readonly onCopy: (text: string) => void;
}) {
  const blocked = proof ? null : 'There is no proof yet';
  return (
    <>
      <Button icon={<IconCopy size={16} aria-hidden />} blocked={blocked} onClick={() => proof && onCopy(reportOf(proof))}>
        {copied ? 'Copied' : 'Copy as text'}
      </Button>
      <Button blocked={blocked} onClick={() => proof && onCopy(JSON.stringify(proof, null, 2))}>
        Copy as JSON
      </Button>
    </>
  );
}

function Steps({
  steps,
  wholeMs,
  onAct,
}: {
  readonly steps: readonly ProofStep[];
  readonly wholeMs: number;
  readonly onAct: (action: ProofAction) => void;
}) {
  if (steps.length === 0) {
    return (
      <div className={styles.steps}>
        <Empty title="Nothing is proven yet">A proof takes a few seconds, rings nobody, and names the first thing that is broken.</Empty>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className={styles.steps} aria-label="What was found" tabIndex={0}>
      <div className={styles.stepsHead} aria-hidden>
        <span />
        <span>Step</span>
        <span>What happened</span>
        <span />
        <span className={styles.time}>Time</span>
      </div>
      <ol aria-label="Steps">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} wholeMs={wholeMs} onAct={onAct} />
        ))}
      </ol>
    </section>
  );
}

function LastGood({ proof, proofs }: { readonly proof: LineProof; readonly proofs: readonly LineProof[] }) {
  const rows = againstLastGood(proof, proofs);
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>Against the last good proof</h2>
      <dl className={`${styles.pairs} ${styles.figures}`}>
        {rows.map(({ title, ms, wasMs, state }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {ms === null
                ? `${state === 'bad' ? 'failed' : 'not tried'}, was ${latency(wasMs)}`
                : `${latency(ms)} (${ms >= wasMs ? '+' : '−'}${latency(Math.abs(ms - wasMs))})`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Earlier({ proofs, onShow }: { readonly proofs: readonly LineProof[]; readonly onShow: (proof: LineProof) => void }) {
  if (proofs.length === 0) return null;
  return (
    <section>
      <h2>Earlier proofs</h2>
      <ul className={styles.earlier}>
        {proofs.slice(0, 8).map((proof) => (
          <li key={proof.id}>
            <button type="button" onClick={() => onShow(proof)}>
              <Mark name={proof.ok ? 'passed' : 'failed'} size={14} label={proof.ok ? 'Good' : 'Broken'} />
              <span>{timeOfDay(proof.at)}</span>
              <span>{proof.ok ? `Good, ${latency(proof.ms)}` : resultOf(proof)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
