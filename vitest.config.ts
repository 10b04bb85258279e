import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 15_000, hookTimeout: 20_000, restoreMocks: true } as const;

export default defineConfig({
  test: {
    projects: [
      {
        // Two workers: the machines this runs on are small, and whole calls in real time suffer on a crowded processor.
        test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], maxWorkers: 2 },
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
