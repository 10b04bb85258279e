import { Link } from 'wouter';
import type { Insights } from '#bridge/contract/insights.ts';
import { count } from '../../ui/format.ts';
import own from './AgentVersions.module.css';
import styles from './Insights.module.css';
import type { Whose } from './insights-address.ts';
import { costLine, fewWords, shareWords } from './insights-words.ts';

const figures = ['Calls', 'People', 'Won', 'Asked to stop', 'Points', 'Cost a call'] as const;

/** Which version of which agent did how well, the newest first. */
export function AgentVersions({ agents, whose }: { readonly agents: Insights['agents']; readonly whose: Whose }) {
  return (
    <section className={`${styles.column} ${own.section}`} aria-label="Agents">
      <div className={styles.head}>
        <h2>
          Agents <span className={styles.quiet}>by version; won and asked to stop are shares of people</span>
        </h2>
      </div>
      <table className={`${styles.table} ${own.table}`}>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            {figures.map((head) => (
              <th key={head} scope="col" className={styles.figure}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => {
            const { agentId, name, version, dialled, people, won, optOuts, averagePoints, costMicros } = agent;
            const few = fewWords(agent);
            return (
              <tr key={`${agentId} ${version}`}>
                <th scope="row">
                  <Link href={`~/agents/${agentId}/versions`} className={styles.link}>
                    {name}
                  </Link>{' '}
                  version {version}
                  {few === null ? null : <span className={own.few}>{few}</span>}
                </th>
                <td className={styles.figure}>{count(dialled)}</td>
                <td className={styles.figure}>
                  {count(people)} <span className={styles.quiet}>{shareWords(people, dialled)}</span>
                </td>
                <td className={styles.figure}>
                  {count(won)} <span className={styles.quiet}>{shareWords(won, people)}</span>
                </td>
                <td className={styles.figure}>
                  {count(optOuts)} <span className={styles.quiet}>{shareWords(optOuts, people)}</span>
                </td>
                <td className={styles.figure}>{averagePoints === null ? '–' : Math.round(averagePoints)}</td>
                <td className={styles.figure}>{costLine(costMicros / Math.max(1, dialled), whose.world)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
