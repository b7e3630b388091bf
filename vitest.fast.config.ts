// The tests of `npm run test:fast`: of the library on both backends, and of one command.
import { defineConfig } from 'vitest/config';
import { COMMON } from './vitest.config.js';

/** What they load, or put in the place of something, would stay for the files after them. */
const APART = [
  'test/unit/backend/choose.test.ts',
  'test/unit/entries/judged.test.ts',
  'test/unit/io/files/many-files.test.ts',
];

/** They repeat what is random, or compute what is large. */
const LONG = [
  'test/unit/explorer/explorer.test.ts',
  'test/unit/statistics/{rounding,change-points}.test.ts',
  'test/unit/entropy/learning-curve-limit.test.ts',
  'test/unit/io/files/{fuzz,http}.test.ts',
  'test/unit/io/matrices/npz-bomb.test.ts',
  'test/unit/io/structures/skipped-frames.test.ts',
  'test/unit/phase-line/phase-line.test.ts',
  'test/unit/shards/shards.test.ts',
  'test/contract/batches.test.ts',
  'test/contract/entropy-difference.test.ts',
  'test/contract/{estimate,intervals}.test.ts',
];

export default defineConfig({
  test: {
    ...COMMON,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          // Files that one process runs one after the other load the library once.
          isolate: false,
          include: [
            'test/unit/**/*.test.ts',
            'test/contract/*.test.ts',
            'test/golden/golden.test.ts',
            'test/cli/information.test.ts',
          ],
          exclude: [...LONG, ...APART],
        },
      },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
  },
});
