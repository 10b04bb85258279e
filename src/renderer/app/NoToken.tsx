import styles from './NoToken.module.css';

/** The page without its token: it can do nothing, and says where the right address is. */
export function NoToken() {
  return (
    <main className={styles.page}>
      <h1>This page needs its own address</h1>
      <p>
        Ringside printed an address that ends in #token=… when it started. Open that one: it lets this browser in, and is used up at once.
      </p>
      <p>The terminal that runs npm run serve, or npm start, has it on its first line.</p>
    </main>
  );
}
