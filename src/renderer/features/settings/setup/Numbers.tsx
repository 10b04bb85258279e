import type { CarrierName } from '#bridge/contract/words.ts';
import { useOperation } from '../../../client/hooks.ts';
import { phone } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { Problem } from '../../../ui/parts.tsx';
import styles from './SetupScreen.module.css';

/** Numbers of the account that a campaign may call from. */
export function Numbers({ carrier }: { readonly carrier: CarrierName }) {
  const { data, error, refetch } = useOperation('setup.numbers', { carrier });
  if (error) return <Problem error={error} next="Its numbers are not known." onRetry={() => void refetch()} />;
  if (!data) return <p className={styles.result}>Reading the numbers of the account</p>;
  if (data.length === 0) return <p className={styles.result}>The account has no number. Buy one in the carrier's console to call from.</p>;
  return (
    <table className={styles.numbers}>
      <caption>Numbers of the account</caption>
      <tbody>
        {data.map(({ number, name, canCall }) => (
          <tr key={number}>
            <th scope="row">{phone(number)}</th>
            <td>{name && name !== number ? name : ''}</td>
            <td>
              <span className={styles.can}>
                <Mark name={canCall ? 'passed' : 'never'} size={14} />
                {canCall ? 'Can call' : 'Cannot call'}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
