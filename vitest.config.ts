import { defineConfig } from 'vitest/config';

// Two workers: the machines this runs on are small, and whole calls in real time suffer on a crowded processor.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
});
