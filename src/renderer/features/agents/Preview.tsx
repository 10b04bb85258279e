import { Select } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Button } from '../../ui/Button.tsx';
import { counted, phone } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import type { AgentFields } from './agent-fields.ts';
import { nameOf } from './columns.ts';
import styles from './Preview.module.css';
import { secondsFor, speechLength, wordsIn } from './speech-length.ts';
import { fill, spokenText } from './template.ts';
import type { PreviewLead } from './use-preview-lead.ts';

/** People hang up on an opening that is longer. */
const openingMaxSeconds = 20;

/** What this agent says to one lead, in the order in which the lead hears it. */
export function Preview({ fields, preview }: { readonly fields: AgentFields; readonly preview: PreviewLead }) {
  const { values } = preview;
  const read = (text: string) => spokenText(fill(text, values));
  const opening = secondsFor(wordsIn(`${read(fields.disclosure)} ${read(fields.greeting)}`));
  return (
    <aside className={styles.pane} aria-label="Preview">
      <header className={styles.head}>
        <h2>As one lead hears it</h2>
        <LeadChoice preview={preview} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and there is nothing else in it to focus */}
      <section className={styles.body} tabIndex={0} aria-label="What is said">
        <Spoken name="Disclosure" text={fields.disclosure} values={values} absent="Nothing is said before the greeting." />
        <Spoken name="Greeting" text={fields.greeting} values={values} absent="No greeting yet." />
        <p className={styles.total}>
          {opening > openingMaxSeconds ? <Mark name="look" size={14} /> : null}
          {`The lead can speak after about ${opening} s.`}
          {opening > openingMaxSeconds ? ' Long: many hang up after twenty.' : ''}
        </p>
        {fields.voicemailMessage.trim() === '' ? null : (
          <Spoken name="On voicemail, after the beep" text={fields.voicemailMessage} values={values} absent="" />
        )}
        <Spoken
          name="When no AI can speak"
          text={fields.announcement.trim() === '' ? fields.greeting : fields.announcement}
          values={values}
          absent="Nothing yet."
          note="After the disclosure, by the carrier's voice, twice; then how to be removed."
        />
        <Spoken
          name="Instructions"
          text={fields.instructions}
          values={values}
          absent="No instructions yet."
          note="The model reads them. Nobody hears them."
          silent
        />
      </section>
    </aside>
  );
}

function LeadChoice({ preview }: { readonly preview: PreviewLead }) {
  const { campaigns, campaignId, lead, isExample, index, leads, previous, next } = preview;
  return (
    <>
      {campaigns.length > 0 ? (
        <Select
          aria-label="Campaign whose leads are shown"
          data={campaigns.map(({ id, name, world }) => ({ value: id, label: world === 'rehearsal' ? `${name} (rehearsal)` : name }))}
          value={campaignId}
          onChange={(id) => id && preview.chooseCampaign(id)}
          allowDeselect={false}
        />
      ) : null}
      <div className={styles.lead}>
        <div className={styles.who}>
          <b>{nameOf(lead) ?? phone(lead.phone)}</b>
          <span>
            {isExample
              ? campaigns.length > 0
                ? 'An example: this campaign has no leads yet.'
                : 'An example: there are no leads yet.'
              : `${phone(lead.phone)}, lead ${index + 1} of ${counted(leads, 'lead').replace(/ leads?$/, '')}`}
          </span>
        </div>
        <Button
          size="small"
          aria-label="Previous lead"
          icon={<IconChevronLeft size={16} aria-hidden />}
          blocked={previous ? null : 'There is none before.'}
          onClick={() => previous?.()}
        />
        <Button
          size="small"
          aria-label="Next lead"
          icon={<IconChevronRight size={16} aria-hidden />}
          blocked={next ? null : 'There is none behind.'}
          onClick={() => next?.()}
        />
      </div>
    </>
  );
}

function Spoken({
  name,
  text,
  values,
  absent,
  note,
  silent = false,
}: {
  readonly name: string;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  readonly absent: string;
  readonly note?: string;
  /** It is read, not spoken. */
  readonly silent?: boolean;
}) {
  const pieces = fill(text, values);
  const said = spokenText(pieces);
  const blank = text.trim() === '';
  return (
    <section className={styles.spoken}>
      <h3>
        {name}
        <span>{blank ? '' : silent ? counted(wordsIn(said), 'word') : speechLength(said)}</span>
      </h3>
      {note ? <p className={styles.note}>{note}</p> : null}
      <p className={blank ? styles.absent : silent ? styles.read : styles.words}>
        {blank
          ? absent
          : pieces.map((piece, index) => {
              const key = `${index}-${piece.kind}`;
              if (piece.kind === 'text') return <span key={key}>{piece.text}</span>;
              if (piece.kind === 'missing') {
                return (
                  <mark key={key} className={styles.missing}>
                    {`no ${piece.name ?? ''}`}
                  </mark>
                );
              }
              return (
                <mark
                  key={key}
                  className={styles[piece.kind]}
                  title={piece.kind === 'fallback' ? `Used without "${piece.name}"` : undefined}
                >
                  {piece.text}
                </mark>
              );
            })}
      </p>
    </section>
  );
}
