import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 15_000, hookTimeout: 20_000, restoreMocks: true } as const;

export default defineConfig({
  test: {
    projects: [
      {
        // Three workers: the machines this runs on are small, but most of the time is spent waiting for calls in real time.
        test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], maxWorkers: 3 },
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
          expect: { poll: { timeout: 8_000 } },
        },
      },
    ],
  },
});
