import { defineConfig } from 'vitest/config';

/** Tests that hold a promise about time: they run by themselves, after the others. */
const TIMED = ['test/cli/cancel.test.ts', 'test/contract/job.test.ts', 'test/browser/*.test.ts'];

export default defineConfig({
  test: {
    // A first call loads a backend; a packaging test runs npm. Neither is quick on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 180_000,
    // Readers ask for the core, which the entry point of Node registers.
    setupFiles: ['ts/node.ts', 'test/support/random-cases.ts'],
    // The addon has its own threads, and what one file does to them must not reach the next.
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [...TIMED, 'test/cluster/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
