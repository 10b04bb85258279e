import { defineConfig } from 'vitest/config';

/**
 * Tests speak over real sockets and listen in real time, and a busy machine can hold one of them up. So each has a second try: what
 * fails twice is broken, and the report tells what needed its second try.
 */
const retry = 1;
const shared = { testTimeout: 15_000, hookTimeout: 20_000, restoreMocks: true, retry, expect: { poll: { timeout: 8_000 } } } as const;
const inRealTime = ['test/bridge/whole/**/*.test.ts', 'test/bridge/restart/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './test/support/second-try-reporter.ts'],
    projects: [
      {
        // Three workers: the machines this runs on are small, but much of the time is spent waiting for sockets.
        test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', ...inRealTime], maxWorkers: 3 },
      },
      {
        // Whole calls with their people, in real time: what else the machine does is heard in them.
        test: { ...shared, name: 'whole', include: inRealTime, maxWorkers: 2 },
      },
      {
        // In a real browser, and with sound: one file at a time, and nothing beside it.
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
