import type { ReactNode } from 'react';
import type { Call, Mark } from '#bridge/contract/calls.ts';
import { Notice } from '../../../ui/parts.tsx';
import { PickedUp } from '../../picked-up/PickedUp.tsx';
import { Costs } from './Costs.tsx';
import { Diagnosis, Verdict } from './Diagnosis.tsx';
import { Disposition } from './Disposition.tsx';
import { endingOf } from './ending.ts';
import { LegalHold } from './LegalHold.tsx';
import { Marks } from './Marks.tsx';
import { Replies } from './Replies.tsx';
import { Scorecard } from './Scorecard.tsx';
import { scoreAside } from './score-words.ts';
import styles from './side.module.css';
import { switchedOff } from './switched-off.ts';
import { Tags } from './Tags.tsx';
import { Talk } from './Talk.tsx';
import { Voices } from './Voices.tsx';

interface Props {
  readonly call: Call;
  /** Goes to a moment of the call. */
  readonly onGo: (ms: number) => void;
  readonly onRemoveMark: (mark: Mark) => void;
  /** What was cut out of its sound, when it has any. */
  readonly clips?: ReactNode;
}

/** What is known of a call beside its words. It scrolls by itself. */
export function SideColumn({ call, onGo, onRemoveMark, clips }: Props) {
  const guards = switchedOff(call);
  const ending = endingOf(call);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <aside className={styles.column} aria-label="About this call" tabIndex={0}>
      {guards === null ? null : (
        <div className={styles.guards}>
          <Notice>{guards}</Notice>
        </div>
      )}
      <Section name="Disposition">
        <Disposition call={call} />
      </Section>
      {call.score ? (
        <Section name="Scorecard" aside={scoreAside(call.score)}>
          <Scorecard call={call} score={call.score} />
        </Section>
      ) : null}
      {call.endedAt === null ? null : (
        <Section name="Tags">
          <Tags call={call} />
        </Section>
      )}
      <Section name="Who picked up">
        <PickedUp call={call} keysOf="Call" />
      </Section>
      {ending === null ? null : (
        <Section name="How it ended">
          <p>{ending.words}</p>
          {ending.cause === null ? null : <p className={styles.hint}>{ending.cause}</p>}
          <Verdict call={call} />
        </Section>
      )}
      <Section name="Marks" aside={call.marks.length > 0 ? String(call.marks.length) : undefined}>
        {call.marks.length === 0 ? (
          <p className={styles.hint}>{call.endedAt === null ? 'No moment is marked yet.' : 'Nobody marked a moment of this call.'}</p>
        ) : (
          <Marks marks={call.marks} onGo={onGo} onRemove={onRemoveMark} />
        )}
      </Section>
      {clips}
      {call.answeredAt === null ? null : (
        <Section name="Talk">
          <Talk call={call} />
        </Section>
      )}
      {(call.rungChanges ?? []).length > 0 ? (
        <Section name="Voice changed" aside={String(call.rungChanges?.length)}>
          <Voices call={call} onGo={onGo} />
        </Section>
      ) : null}
      {call.turns.length > 0 ? (
        <Section name="Reply times">
          <Replies turns={call.turns} onGo={onGo} />
        </Section>
      ) : null}
      <Section name="Hops" aside="seconds after dialling">
        <Diagnosis call={call} />
      </Section>
      <Section name="Cost">
        <Costs call={call} />
      </Section>
      <Section name="Legal hold">
        <LegalHold key={call.id} call={call} />
      </Section>
    </aside>
  );
}

function Section({ name, aside, children }: { readonly name: string; readonly aside?: string | undefined; readonly children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header>
        <h2>{name}</h2>
        {aside === undefined ? null : <span className={styles.aside}>{aside}</span>}
      </header>
      {children}
    </section>
  );
}
