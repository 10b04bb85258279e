import { beforeEach } from 'vitest';

/**
 * Before the second try of a test, bring what it shares with others back into the state that it expects: the first try may have ended
 * anywhere. A test that passes at once pays nothing for it.
 *
 * @param tidy told the name of the test
 * @param limitMs that of other hooks when absent
 */
export function beforeSecondTry(tidy: (name: string) => unknown, limitMs?: number): void {
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0) await tidy(task.name);
  }, limitMs);
}
