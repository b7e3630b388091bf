import { defineConfig } from 'vitest/config';

/** Tests that need Slurm: `npm run test:cluster` starts it and runs them. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    testTimeout: 120_000,
    setupFiles: ['ts/node.ts'],
    pool: 'forks',
    // One machine is the whole cluster.
    maxWorkers: 1,
  },
});
