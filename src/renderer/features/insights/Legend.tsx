import styles from './Legend.module.css';

/** What the colours of a picture stand for. */
export function Legend({
  entries,
}: {
  readonly entries: readonly { readonly tone: 'green' | 'accent' | 'grey' | 'hollow'; readonly words: string }[];
}) {
  return (
    <span className={styles.legend}>
      {entries.map(({ tone, words }) => (
        <span key={tone}>
          <i className={styles[tone]} aria-hidden />
          {words}
        </span>
      ))}
    </span>
  );
}
