import type { Insights } from '#bridge/contract/insights.ts';
import type { World } from '#bridge/contract/words.ts';
import { count } from '../../ui/format.ts';
import { ChartSection } from './ChartSection.tsx';
import { axisTicks, layers, type Stretch, stretches } from './columns.ts';
import { dateWords, dayWords } from './day-words.ts';
import styles from './Insights.module.css';
import { reviewHref, type Whose } from './insights-address.ts';
import { costLine } from './insights-words.ts';
import { Legend } from './Legend.tsx';
import { UprightBars } from './UprightBars.tsx';

const nameOf = ({ since, until }: Stretch) => (since === until ? dayWords(since) : `${dateWords(since)} to ${dateWords(until)}`);

const told = ({ dialled, answered, people, won, costMicros }: Stretch, world: World) =>
  dialled === 0
    ? 'nobody was dialled'
    : `${count(dialled)} dialled, ${count(answered)} answered, ${count(people)} people, ${count(won)} won, ${costLine(costMicros, world)}`;

/** How many were dialled on each day, and how far those calls came. */
export function CallsByDay({ days, whose }: { readonly days: Insights['days']; readonly whose: Whose }) {
  const each = stretches(days);
  const isByWeek = each.length < days.length;
  return (
    <ChartSection
      name={isByWeek ? 'Calls by week' : 'Calls by day'}
      chart={
        <>
          <UprightBars
            label={`Calls by ${isByWeek ? 'week' : 'day'}: arrow keys go from one to the next, Enter shows its calls`}
            fits={8}
            first={Math.max(
              0,
              each.findLastIndex(({ dialled }) => dialled > 0),
            )}
            ticks={axisTicks(Math.max(0, ...each.map(({ dialled }) => dialled)))}
            tickWords={count}
            bars={each.map((stretch) => {
              const { won, people, rest } = layers(stretch);
              return {
                key: stretch.since,
                name: dateWords(stretch.since),
                of: nameOf(stretch),
                words: told(stretch, whose.world),
                layers: [
                  { tone: 'green', value: won },
                  { tone: 'accent', value: people },
                  { tone: 'grey', value: rest },
                ],
                href: reviewHref({ ...whose, since: stretch.since, until: stretch.until }),
              };
            })}
          />
          <Legend
            entries={[
              { tone: 'green', words: 'Won' },
              { tone: 'accent', words: 'Other people' },
              { tone: 'grey', words: 'No person reached' },
            ]}
          />
        </>
      }
      table={<DayTable each={each} world={whose.world} isByWeek={isByWeek} />}
    />
  );
}

function DayTable({ each, world, isByWeek }: { readonly each: readonly Stretch[]; readonly world: World; readonly isByWeek: boolean }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{isByWeek ? 'Week' : 'Day'}</th>
          {['Dialled', 'Answered', 'People', 'Won', 'Asked to stop', 'Cost'].map((head) => (
            <th key={head} scope="col" className={styles.figure}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {each.map((stretch) => (
          <tr key={stretch.since}>
            <th scope="row">{nameOf(stretch)}</th>
            {[stretch.dialled, stretch.answered, stretch.people, stretch.won, stretch.optOuts].map((value, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay where they are
              <td key={index} className={styles.figure}>
                {count(value)}
              </td>
            ))}
            <td className={styles.figure}>{costLine(stretch.costMicros, world)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
