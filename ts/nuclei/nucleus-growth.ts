import type { NucleusGrowth } from './first-passage.js';
import type { Nucleus } from './nuclei.js';

/** A frame of a run, and the nuclei in it. */
export interface NucleiOfFrame {
  /** Number of its run. */
  readonly run: number;
  /** In ps; `null` where unknown. */
  readonly time: number | null;
  /** Step of the simulation; `null` where unknown. */
  readonly step: number | null;
  /** The largest first. */
  readonly nuclei: readonly Nucleus[];
}

/** The largest nucleus of several runs over time: what {@link nucleusGrowth} gives. */
export interface GrowthOfRuns {
  /** In the order in which the runs first appear; each at least one frame. */
  readonly runs: readonly NucleusGrowth[];
  /** What times are: of time in ps, of steps, or numbers of frames. */
  readonly axis: 'time' | 'step' | 'frame';
}

/**
 * The largest nucleus over time, run by run, for `firstPassage`. A nucleus that reaches its own
 * image cannot grow freely, so a run ends before the first frame whose largest nucleus percolates.
 * Times are in ps where all frames know them, else in steps, else numbers of frames.
 *
 * @param frames of each run in the order of time
 * @param sizeOf the size that counts. Default: atoms of the core
 *
 * @example
 * const { runs, axis } = nucleusGrowth(frames, ({ sizeWithShell }) => sizeWithShell);
 * const { critical } = await firstPassage(runs);
 */
export function nucleusGrowth(
  frames: readonly NucleiOfFrame[],
  sizeOf: (nucleus: Nucleus) => number = ({ size }) => size,
): GrowthOfRuns {
  const has = (key: 'time' | 'step'): boolean => frames.every((one) => one[key] !== null);
  const axis = has('time') ? 'time' : has('step') ? 'step' : 'frame';
  const runs = [...new Set(frames.map(({ run }) => run))].map((number) => {
    const all = frames.filter(({ run }) => run === number);
    const endless = all.findIndex(({ nuclei }) => (nuclei[0]?.percolation ?? 0) > 0);
    const own = endless === -1 ? all : all.slice(0, Math.max(1, endless));
    return {
      times: own.map((one, at) => (axis === 'frame' ? at : Number(one[axis]))),
      largest: own.map(({ nuclei }) => Math.max(0, ...nuclei.map(sizeOf))),
    };
  });
  return { runs, axis };
}
