import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A first call loads a backend; a packaging test runs npm. Neither is quick on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 180_000,
    // The addon has its own threads, and what one file does to them must not reach the next.
    pool: 'forks',
  },
});
