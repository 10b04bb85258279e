import type { Reporter, TestCase } from 'vitest/node';

/** Says what failed in the first try of a test that passed with its second: a report of passed tests is silent about it. */
export default class SecondTryReporter implements Reporter {
  readonly #told: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'passed' || !test.diagnostic()?.flaky) return;
    const causes = (result.errors ?? []).map(({ message, stacks }) => {
      const place = stacks?.[0];
      return `    ${message}${place ? `\n    at ${place.file}:${place.line}` : ''}`;
    });
    this.#told.push(`  ${test.module.relativeModuleId} > ${test.fullName}\n${causes.join('\n')}`);
  }

  onTestRunEnd(): void {
    if (this.#told.length > 0)
      process.stdout.write(`\nPassed with the second try, and what the first one said:\n${this.#told.join('\n')}\n`);
    this.#told.length = 0;
  }
}
