import type { Case, Group } from '../case.js';
import { copperFrames, denseRows, replicatedRows } from '../data/sets.js';
import { NATIVE } from '../engines/engine.js';
import { seconds } from '../target.js';

/** Atoms of the frame: 4·14³. */
const CELLS = 14;

/** One check of a frame, its largest δH and what is new in it, against a reference. */
function check(kind: string, title: string, reference: () => Promise<string>): Case {
  return {
    name: `watch-${kind}`,
    title: `a check of 10,976 atoms against ${title}`,
    task: async () => ({
      kind: 'watch',
      frames: await copperFrames(CELLS),
      reference: await reference(),
    }),
    engines: [NATIVE],
    trusted: NATIVE,
    tolerance: 1e-9,
    targets: [
      seconds('native', {
        least: 0.15,
        aim: 0.15,
        limit: 'descriptors, and the leaves that show of each atom that it is known',
      }),
    ],
  };
}

/** Running simulations. */
export const watchCases: Group = {
  name: 'watch',
  title: 'Running simulations',
  cases: [
    check('diverse', '1,000,000 environments of many materials', () => replicatedRows(1_000_000, 1)),
    check('dense', '48,668 environments of its own phase', () => denseRows(23)),
    check('dense-million', '1,000,188 environments of its own phase', () => denseRows(63)),
  ],
};
