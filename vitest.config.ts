import { defineConfig, type TestUserConfig } from 'vitest/config';

/**
 * Tests that take all cores, or ask how busy they are: they run by themselves, after the others.
 */
const TIMED = ['test/cli/cancel.test.ts', 'test/contract/job.test.ts', 'test/browser/*.test.ts'];

/** What holds for the tests of every tier. */
export const COMMON: TestUserConfig = {
  // Limits end what hangs. They are no promise about time: the slowest test takes a tenth of them
  // on a quiet machine.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 60_000 } },
  // Readers ask for the core, which the entry point of Node registers.
  setupFiles: ['ts/node.ts', 'test/support/backends/simd.ts', 'test/support/random-cases.ts'],
  // The addon has its own threads, and what one file does to them must not reach the next.
  pool: 'forks',
  // One process for each core; vitest leaves one idle otherwise.
  maxWorkers: '100%',
};

export default defineConfig({
  test: {
    ...COMMON,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [...TIMED, 'test/cluster/**', 'test/emulated/**'],
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
