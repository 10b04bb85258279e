import type { Insights } from '#bridge/contract/insights.ts';
import { clockTime, count, percent } from '../../ui/format.ts';
import { ChartSection } from './ChartSection.tsx';
import { shareTicks } from './columns.ts';
import styles from './Insights.module.css';
import { bestHour, bestHourWords, hourDialsMin, hourFigures, hourWords, share, shareWords, unzoned } from './insights-words.ts';
import { Legend } from './Legend.tsx';
import { UprightBars } from './UprightBars.tsx';

type Hours = Insights['hours'];

/** Of those who were dialled in each hour of their own day, how many picked up. */
export function PickUpHours({ hours, dialled }: { readonly hours: Hours; readonly dialled: number }) {
  const best = bestHour(hours);
  const shares = hours.map((hour) => share(hour.people, hour.dialled) ?? 0);
  const missing = unzoned(dialled, hours);
  return (
    <ChartSection
      name="When people pick up"
      beside={<span className={styles.quiet}>on the lead's own clock</span>}
      chart={
        <>
          <UprightBars
            label="Share of people by hour: arrow keys go from one to the next"
            fits={8}
            ticks={shareTicks(Math.max(...shares))}
            tickWords={percent}
            idle={`${bestHourWords(hours)}.`}
            first={
              best?.hour ??
              Math.max(
                0,
                hours.findIndex((hour) => hour.dialled > 0),
              )
            }
            bars={hours.map((hour, index) => ({
              key: String(hour.hour),
              name: clockTime(`${String(hour.hour).padStart(2, '0')}:00`),
              of: hourWords(hour.hour),
              words: hourFigures(hour),
              layers: [
                {
                  tone: hour.dialled < hourDialsMin ? 'hollow' : hour.hour === best?.hour ? 'green' : 'accent',
                  value: shares[index] ?? 0,
                },
              ],
            }))}
          />
          <Legend
            entries={[
              { tone: 'accent', words: 'Share of people' },
              { tone: 'green', words: 'Best hour' },
              { tone: 'hollow', words: `Fewer than ${hourDialsMin} dials` },
            ]}
          />
          {missing === null ? null : <p className={styles.quiet}>{missing}</p>}
        </>
      }
      table={<HourTable hours={hours} />}
    />
  );
}

function HourTable({ hours }: { readonly hours: Hours }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Hour</th>
          <th scope="col" className={styles.figure}>
            Dialled
          </th>
          <th scope="col" className={styles.figure}>
            People
          </th>
          <th scope="col" className={styles.figure}>
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ hour, dialled, people }) => (
          <tr key={hour}>
            <th scope="row">{hourWords(hour)}</th>
            <td className={styles.figure}>{count(dialled)}</td>
            <td className={styles.figure}>{count(people)}</td>
            <td className={styles.figure}>{shareWords(people, dialled)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
