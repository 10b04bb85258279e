import { useLocation } from 'wouter';
import type { Insights } from '#bridge/contract/insights.ts';
import { useKeys } from '../../app/keys.ts';
import { useLive } from '../../client/hooks.ts';
import { isRehearsing } from '../../client/live-store.ts';
import { Button } from '../../ui/Button.tsx';
import { HatchedBand } from '../../ui/HatchedBand.tsx';
import { Choice, Empty, Loading, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import { worlds } from '../review/call-filter.ts';
import { FilterDates } from '../review/FilterDates.tsx';
import { FilterSelect, withChosen } from '../review/FilterSelect.tsx';
import { AgentVersions } from './AgentVersions.tsx';
import { CallsByDay } from './CallsByDay.tsx';
import { daysWords } from './day-words.ts';
import { Endings } from './Endings.tsx';
import { Figures } from './Figures.tsx';
import styles from './Insights.module.css';
import { type Range, ranges, type Whose, wider } from './insights-address.ts';
import { nobodyWords } from './insights-words.ts';
import { PickUpHours } from './PickUpHours.tsx';
import { Scores } from './Scores.tsx';
import { Talk } from './Talk.tsx';
import { type InsightsShown, useInsights } from './use-insights.ts';

const rangeOptions = (Object.keys(ranges) as Range[]).map((value) => ({ value, words: ranges[value] }));
const worldOptions = (['real', 'rehearsal'] as const).map((value) => ({ value, words: worlds[value] }));

/** The browser and the rows of bars bind them; the list of keys names them. */
const keys = [
  { keys: 'ArrowLeft', words: 'Bar before, in a row of bars', action: null },
  { keys: 'ArrowRight', words: 'Next bar, in a row of bars', action: null },
  { keys: 'Enter', words: 'Show the calls of the bar or row', action: null },
] as const;

/** What became of all calls of some days, added up: whether it works, what it costs, when people pick up, and what goes wrong. */
export function InsightsScreen() {
  const shown = useInsights();
  const { whose, data, error, isStale, retry } = shown;
  // While somebody is rehearsed with, the frame has the band already.
  const banded = useLive(isRehearsing);
  useKeys('Insights', keys);
  return (
    <>
      {whose.world === 'rehearsal' && !banded ? (
        <HatchedBand>Figures of simulated people. Nobody was called, nothing was spent.</HatchedBand>
      ) : null}
      <Head shown={shown} />
      {error ? <Problem error={error} next={data ? 'What is shown stays. Calls go on.' : 'Calls go on.'} onRetry={retry} /> : null}
      {data ? (
        data.totals.dialled === 0 ? (
          <NoCalls shown={shown} />
        ) : (
          <Body data={data} whose={whose} isStale={isStale} />
        )
      ) : error ? null : (
        <Loading what="Adding up the calls" rows={10} />
      )}
    </>
  );
}

function Head({ shown: { asked, whose, today, campaigns, change } }: { readonly shown: InsightsShown }) {
  const { campaign, world } = whose;
  const names = (campaigns ?? []).map(({ id, name }) => ({ value: id as string, label: name }));
  const { range, since, until, ...rest } = asked;
  const chosen = range === null && since && until ? { since, until } : { since: undefined, until: undefined };
  return (
    <TitleRow
      title="Insights"
      beside={world === 'rehearsal' ? <RehearsalTag long /> : null}
      below={daysWords(whose.since, whose.until, today)}
      actions={
        <div className={styles.asked}>
          <Choice<Range | 'days'>
            label="Days"
            value={range ?? 'days'}
            options={rangeOptions}
            onChange={(value) => value !== 'days' && change({ ...rest, range: value })}
          />
          <div className={styles.days}>
            <FilterDates
              {...chosen}
              onChange={(days) =>
                change(
                  days.since && days.until ? { ...rest, range: null, since: days.since, until: days.until } : { ...rest, range: 'last-7' },
                )
              }
            />
          </div>
          <div className={styles.campaign}>
            <FilterSelect
              name="Campaign"
              searchable
              value={campaign}
              options={withChosen(names, campaign)}
              onChange={(value) => {
                const { campaign: _, ...others } = asked;
                change(value === undefined ? others : { ...others, campaign: value });
              }}
            />
          </div>
          <Choice
            label="World"
            value={world}
            options={worldOptions}
            onChange={(value) => {
              // A campaign is of one world.
              const { campaign: _, ...others } = asked;
              change({ ...others, world: value });
            }}
          />
        </div>
      }
    />
  );
}

function Body({ data, whose, isStale }: { readonly data: Insights; readonly whose: Whose; readonly isStale: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and most of it has nothing to focus
    <section className={`${styles.page} ${isStale ? styles.stale : ''}`} aria-busy={isStale} tabIndex={0} aria-label="Figures">
      <Figures totals={data.totals} whose={whose} />
      <div className={styles.charts}>
        <CallsByDay days={data.days} whose={whose} />
        <PickUpHours hours={data.hours} dialled={data.totals.dialled} />
      </div>
      <Endings data={data} whose={whose} />
      <Talk data={data} whose={whose} />
      <AgentVersions agents={data.agents} whose={whose} />
      <Scores data={data} whose={whose} />
    </section>
  );
}

/** What will be here, and the next wider days in which it may be. */
function NoCalls({ shown: { asked, whose, today, change } }: { readonly shown: InsightsShown }) {
  const [, go] = useLocation();
  const next = wider(asked, today);
  const { world, campaign } = asked;
  const whoseCalls = { ...(world ? { world } : {}), ...(campaign ? { campaign } : {}) };
  return (
    <Empty
      title="No calls in these days"
      action={
        next ? (
          <Button onClick={() => change({ ...whoseCalls, ...next.asked })}>{next.words}</Button>
        ) : (
          <Button onClick={() => go('~/board')}>Go to the board</Button>
        )
      }
    >
      Who picked up and when, what came of it, what it cost and why calls ended will be here.{' '}
      {nobodyWords(whose, daysWords(whose.since, whose.until, today))}
    </Empty>
  );
}
