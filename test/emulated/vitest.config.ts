import { defineConfig } from 'vitest/config';

import { COMMON } from '../../vitest.config.js';

/**
 * Tests on a machine that QEMU makes: `scripts/test-emulated.mjs` says which by its Node, and runs
 * this. This machine compiles the tests, and that Node runs them: vitest starts its processes with
 * the program that it takes for its own.
 */
process.execPath = process.env.QUESTS_MACHINE_NODE ?? process.execPath;

export default defineConfig({
  test: {
    ...COMMON,
    include: ['test/emulated/*.test.ts', 'test/golden/*.test.ts', 'test/contract/*.test.ts'],
    setupFiles: ['test/emulated/setup.ts', COMMON.setupFiles ?? []].flat(),
    teardownTimeout: 60_000,
  },
});
