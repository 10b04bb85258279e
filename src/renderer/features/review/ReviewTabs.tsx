import { Link } from 'wouter';
import styles from './ReviewTabs.module.css';

/** The two ways to find a call: by what is known of it, or by what was said in it. */
export function ReviewTabs({ current }: { readonly current: 'calls' | 'words' }) {
  return (
    <nav className={styles.tabs} aria-label="Ways to find calls">
      <Link href="/" className={current === 'calls' ? styles.current : ''} aria-current={current === 'calls' ? 'page' : undefined}>
        Calls
      </Link>
      <Link href="/search" className={current === 'words' ? styles.current : ''} aria-current={current === 'words' ? 'page' : undefined}>
        Words that were said
      </Link>
    </nav>
  );
}
