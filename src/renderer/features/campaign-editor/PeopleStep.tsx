import { Progress, Select, TextInput } from '@mantine/core';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useLive, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { count, counted } from '../../ui/format.ts';
import { Empty, Notice, Problem } from '../../ui/parts.tsx';
import { regions } from '../settings/sections/defaults.ts';
import { BadRows } from './BadRows.tsx';
import { columnsToChoose, consentBases, importShare, mappingProblems } from './import-list.ts';
import { ListDrop } from './ListDrop.tsx';
import { MappingFields } from './MappingFields.tsx';
import styles from './steps.module.css';
import { type LeadImport, useLeadImport } from './use-lead-import.ts';

/** Who is called: a list is looked at, mended and imported. */
export function PeopleStep({ campaign, goToBasics }: { readonly campaign: Campaign | null; readonly goToBasics: () => void }) {
  const { data: settings } = useOperation('settings.get', {});
  if (campaign === null) {
    return (
      <Empty title="The list comes after the basics" action={<Button onClick={goToBasics}>Go to the basics</Button>}>
        People are imported into a campaign that is saved. It needs a name, an agent and a caller number.
      </Empty>
    );
  }
  if (campaign.state === 'stopped') return <p className={styles.hint}>It was stopped for good, so nobody can be added.</p>;
  return <Import campaign={campaign} region={settings?.defaults.region ?? 'US'} />;
}

function Import({ campaign, region }: { readonly campaign: Campaign; readonly region: string }) {
  const work = useLeadImport(campaign.id, region);
  const { list, look, lookError, done, importError } = work;
  const problems = mappingProblems(lookError?.fields ?? []);
  return (
    <div className={`${styles.step} ${styles.wide}`}>
      <PeopleCount id={campaign.id} />
      {done ? (
        <>
          <p role="status">
            {`${done.name}: ${counted(done.imported, 'person', 'people')} imported, ${counted(done.duplicates, 'duplicate')}, ${counted(done.rejectedCount, 'bad row')}.`}
          </p>
          <BadRows name={done.name} rows={done.rejected} all={done.rejectedCount} />
        </>
      ) : null}
      {list === null ? <ListDrop onTake={work.take} /> : null}
      {list ? (
        <>
          <div className={styles.buttons}>
            <h2>{list.name}</h2>
            <Button size="small" kind="quiet" onClick={work.drop} blocked={work.importing ? 'It is being imported.' : null}>
              Take another list
            </Button>
            <span className={styles.hint} role="status">
              {work.looking ? 'Looking at the list' : ''}
            </span>
          </div>
          {lookError ? <Problem error={{ message: columnsToChoose(problems) ?? lookError.message }} next="Nothing was imported." /> : null}
          <MappingFields work={work} problems={problems} />
          <Counts work={work} />
          {look ? <BadRows name={list.name} rows={look.rejected} all={look.rejectedCount} /> : null}
          <ConsentFields work={work} campaign={campaign} />
          {importError ? (
            <Problem error={importError} next="Rows that were read before it are in the campaign; importing again adds none twice." />
          ) : null}
          <Run work={work} campaignId={campaign.id} />
        </>
      ) : null}
    </div>
  );
}

/** How many people are in the campaign by now. */
function PeopleCount({ id }: { readonly id: string }) {
  const { data, error } = useOperation('campaigns.health', { id });
  if (error) return <Problem error={error} />;
  const people = Object.values(data?.leads ?? {}).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return (
    <h2>
      {data ? (people === 0 ? 'Nobody is in this campaign yet' : `${counted(people, 'person', 'people')} in this campaign`) : '\u00A0'}
    </h2>
  );
}

function Counts({ work: { look } }: { readonly work: LeadImport }) {
  const figures = [
    { name: 'good', value: look?.imported },
    { name: 'duplicates', value: look?.duplicates },
    { name: 'bad', value: look?.rejectedCount },
  ];
  return (
    <div className={styles.counts} role="status">
      {figures.map(({ name, value }) => (
        <div key={name}>
          <b>{value === undefined ? '\u2013' : count(value)}</b>
          <span>{name}</span>
        </div>
      ))}
    </div>
  );
}

function ConsentFields({ work, campaign }: { readonly work: LeadImport; readonly campaign: Campaign }) {
  const { choices, choose, look } = work;
  const unknown = choices.basis === null && look !== null && look.mapping.consent === undefined;
  return (
    <div className={styles.rule}>
      <div className={styles.trio}>
        <Select
          label="Numbers without a country code are from"
          data={[...regions(choices.region)]}
          value={choices.region}
          searchable
          allowDeselect={false}
          onChange={(region) => region && choose({ region })}
        />
        <Select
          label="Why they may be called"
          placeholder="Not known"
          data={[...consentBases]}
          value={choices.basis}
          clearable
          onChange={(value) => choose({ basis: consentBases.find((basis) => basis.value === value)?.value ?? null })}
        />
        <TextInput
          label="Where that is on record"
          placeholder="CRM export of 3 November"
          value={choices.source}
          maxLength={500}
          onChange={({ currentTarget }) => choose({ source: currentTarget.value })}
        />
      </div>
      {choices.basis === 'other' ? (
        <TextInput
          label="The reason, in your words"
          className={styles.short}
          value={choices.otherBasis}
          maxLength={200}
          error={choices.otherBasis.trim() === '' ? 'Enter the reason.' : null}
          onChange={({ currentTarget }) => choose({ otherBasis: currentTarget.value })}
        />
      ) : null}
      {unknown && campaign.compliance.consent === 'enforce' ? (
        <Notice>Without a reason nobody of this list is called: an artificial voice needs consent.</Notice>
      ) : null}
    </div>
  );
}

function Run({ work, campaignId }: { readonly work: LeadImport; readonly campaignId: string }) {
  const progress = useLive((state) => state.imports.get(campaignId));
  const { look, importing, choices, run } = work;
  const share = importing ? importShare(progress) : null;
  const blocked = [
    run === null ? (work.lookError ? 'The list cannot be read as it is.' : 'The list is being looked at.') : null,
    look?.imported === 0 ? 'There is nobody new in this list.' : null,
    choices.basis === 'other' && choices.otherBasis.trim() === '' ? 'Enter the reason first.' : null,
  ].find((reason) => reason !== null);
  return (
    <div className={styles.buttons}>
      <Button kind="primary" busy={importing} blocked={blocked ?? null} onClick={() => void run?.()}>
        {look && look.imported > 0 ? `Import ${counted(look.imported, 'person', 'people')}` : 'Import'}
      </Button>
      {importing ? (
        <>
          {share === null ? null : <Progress className={styles.progress ?? ''} value={share} aria-label="Import" />}
          <span className={styles.hint} role="status">
            {progress ? `${counted(progress.rows, 'row')} read` : 'Reading the list'}
          </span>
        </>
      ) : null}
    </div>
  );
}
