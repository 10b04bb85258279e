import { memo } from 'react';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useOperation } from '../../../client/hooks.ts';
import { dispositionWords, outcomeWords, rungWords } from '../../../ui/format.ts';
import { type Length, lengths, people, scores, worlds } from '../call-filter.ts';
import { FilterDates } from '../FilterDates.tsx';
import { FilterSelect, optionsOf, withChosen } from '../FilterSelect.tsx';
import styles from '../filters.module.css';
import type { FilterInAddress } from '../use-review-address.ts';
import { causeWords } from './call-words.ts';

const outcomes = optionsOf(outcomeWords);
const dispositions = optionsOf(dispositionWords);
const rungs = optionsOf(rungWords);
const causes = optionsOf(causeWords);
const talked = (Object.keys(lengths) as Length[]).map((value) => ({ value, label: lengths[value].words }));
const persons = optionsOf(people);
const worldOptions = optionsOf(worlds);
const scoredOptions = optionsOf(scores);

export const CallFilters = memo(function CallFilters({
  filter,
  change,
  campaigns,
}: Pick<FilterInAddress, 'filter' | 'change'> & { readonly campaigns: readonly Campaign[] }) {
  const { campaign, outcome, disposition, since, until, length, rung, cause, person, world, tag, scored } = filter;
  const { data: known } = useOperation('calls.tags', {});
  const names = campaigns.map(({ id, name }) => ({ value: id as string, label: name }));
  const tagNames = known?.map((one) => ({ value: one.tag, label: one.tag })) ?? [];
  const tags = withChosen(tagNames, tag, tag);
  return (
    <fieldset className={`${styles.bar} ${styles.filters}`}>
      <legend className="visually-hidden">Which calls</legend>
      <FilterSelect
        name="Campaign"
        searchable
        value={campaign}
        options={withChosen(names, campaign)}
        onChange={(value) => change({ campaign: value })}
      />
      <FilterSelect name="Outcome" value={outcome} options={outcomes} onChange={(value) => change({ outcome: value })} />
      <FilterSelect
        name="Disposition"
        searchable
        value={disposition}
        options={dispositions}
        onChange={(value) => change({ disposition: value })}
      />
      <FilterDates since={since} until={until} onChange={change} />
      <FilterSelect name="Length" value={length} options={talked} onChange={(value) => change({ length: value })} />
      <FilterSelect name="Rung" value={rung} options={rungs} onChange={(value) => change({ rung: value })} />
      <FilterSelect name="Reason" searchable value={cause} options={causes} onChange={(value) => change({ cause: value })} />
      <FilterSelect name="Person" value={person} options={persons} onChange={(value) => change({ person: value })} />
      {tags.length > 0 ? (
        <FilterSelect name="Tag" searchable value={tag} options={tags} onChange={(value) => change({ tag: value })} />
      ) : null}
      <FilterSelect name="Score" value={scored} options={scoredOptions} onChange={(value) => change({ scored: value })} />
      <FilterSelect name="World" value={world} options={worldOptions} onChange={(value) => change({ world: value })} />
    </fieldset>
  );
});
