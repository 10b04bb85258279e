import type { SetupStatus } from '#bridge/contract/setup.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { CarrierChoice } from '../../ui/CarrierChoice.tsx';
import { ProviderSection } from '../settings/setup/ProviderSection.tsx';
import { wordsOf } from '../settings/setup/provider-words.ts';
import { statusOf } from '../settings/setup/setup-summary.ts';
import styles from './Guide.module.css';

/** Each call names its own addresses, and none comes in: an application at the carrier would be asked for nothing. */
const nothingToSetUp: Readonly<Record<CarrierName, string>> = {
  twilio: 'Nothing has to be set up at Twilio: each call brings its own addresses along.',
  plivo: 'Nothing has to be set up at Plivo, no application either: each call brings its own addresses along.',
};

export function CarrierStep({
  status,
  carrier,
  onChoose,
}: {
  readonly status: SetupStatus;
  readonly carrier: CarrierName;
  readonly onChoose: (carrier: CarrierName) => void;
}) {
  return (
    <>
      <h2>Who rings the phones?</h2>
      <p>{`One carrier is enough. ${nothingToSetUp[carrier]}`}</p>
      <CarrierChoice value={carrier} onChange={onChoose} />
      <Provider name={carrier} status={status} />
    </>
  );
}

export function VoiceStep({ status }: { readonly status: SetupStatus }) {
  return (
    <>
      <h2>Who speaks?</h2>
      <p>Without a key, calls are one-way announcements by the carrier’s own voice.</p>
      <Provider name="openai" status={status} />
    </>
  );
}

export function WayInStep({ status }: { readonly status: SetupStatus }) {
  return (
    <>
      <h2>How does the carrier reach this computer?</h2>
      <p>Ringside opens a tunnel by itself. Only the public side goes through it, never this console.</p>
      <Provider name="ngrok" status={status} />
      <details className={styles.other} open={statusOf(status, 'public-url')?.configured ?? false}>
        <summary>I have an https address of my own</summary>
        <Provider name="public-url" status={status} />
      </details>
    </>
  );
}

function Provider({ name, status }: { readonly name: keyof typeof wordsOf; readonly status: SetupStatus }) {
  const one = statusOf(status, name);
  return one ? <ProviderSection key={name} words={wordsOf[name]} status={one} shown={status} asTyped /> : null;
}
