import { IconBroadcast, IconCloud, IconDeviceLaptop, IconPhone, IconWaveSine } from '@tabler/icons-react';
import type { ProofStep } from '#bridge/contract/line.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { carrierWords, latency } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import styles from './Path.module.css';
import { type Station, type StepState, stateOf, stateOfAll, stationsOf } from './proof-words.ts';

const icons = [IconPhone, IconBroadcast, IconCloud, IconDeviceLaptop, IconWaveSine] as const;
const spoken: Readonly<Record<StepState, string>> = { good: 'works', bad: 'broken', untried: 'not tried', waiting: 'not tried yet' };

/** The way from a phone to the AI: five stations, and between them the wires, broken where the line is. */
export function Path({ steps, carrier }: { readonly steps: readonly ProofStep[]; readonly carrier: CarrierName }) {
  const stations = stationsOf(carrierWords[carrier], 'Tunnel');
  return (
    <ol className={styles.path} aria-label="The way from a phone to the AI">
      {stations.map((station, at) => {
        const Icon = icons[at] ?? IconCloud;
        const state = stateOfAll(station.steps, steps);
        return (
          <li key={station.name} className={styles.station}>
            <span className={styles.place}>
              <span className={`${styles.box} ${styles[state]}`}>
                <Icon size={22} stroke={1.6} aria-hidden />
                {state === 'bad' ? (
                  <span className={styles.corner}>
                    <Mark name="failed" size={16} />
                  </span>
                ) : null}
              </span>
              <b>{station.name}</b>
              <span className={styles.note}>{noteOf(station, steps, state)}</span>
            </span>
            {station.wires.length > 0 ? (
              <span className={styles.wires}>
                {station.wires.map((wire) => (
                  <Wire key={wire.name} name={wire.name} state={stateOfAll(wire.steps, steps)} />
                ))}
              </span>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}

/** A whole line where it holds, a dashed one where nobody tried, and a break where it is. */
function Wire({ name, state }: { readonly name: string; readonly state: StepState }) {
  return (
    <span className={`${styles.wire} ${styles[`wire-${state}`]}`}>
      <span className="visually-hidden">{`${name} ${spoken[state]}`}</span>
      <i aria-hidden />
      {state === 'bad' ? (
        <>
          <Mark name="failed" size={16} />
          <b aria-hidden>{name}</b>
          <i className={styles.beyond} aria-hidden />
        </>
      ) : null}
    </span>
  );
}

/** What its steps took together, or why there is no figure. */
function noteOf({ steps: own }: Station, steps: readonly ProofStep[], state: StepState): string {
  if (steps.length === 0) return '\u00a0';
  const mine = steps.filter(({ name }) => own.includes(name));
  if (state === 'untried' && mine.every(({ ok }) => ok)) return 'not proven';
  if (state !== 'good') return spoken[state];
  return latency(mine.filter((step) => stateOf(step) === 'good').reduce((sum, { ms }) => sum + ms, 0));
}
