import { mean } from '../statistics/moments.js';
import { errorAt, inCore, QuestsError } from '../base/error.js';
import { cellVolume, inverseCell } from '../model/cell.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import type { Structure } from '../model/structure.js';

/** How {@link estimateBandwidth} goes from a volume to a bandwidth. */
export type BandwidthMethod = 'gaussian' | 'cutoff';

/** Options of {@link estimateBandwidth}. */
export interface BandwidthOptions extends Pick<RunOptions, 'backend'> {
  /**
   * `gaussian`: h = 0.0897141·exp(−½(V/10.896)²) + 0.0119417;
   * `cutoff`: h = 0.086164·w(ln²V; 11.61172) + 0.016, with the weight function of the descriptors.
   * Default: `gaussian`.
   */
  readonly method?: BandwidthMethod | undefined;
}

/**
 * Suggests a bandwidth for a material from its volume V per atom: a fit over known structures.
 *
 * @param volume V, in Å³ per atom, above 0
 * @returns h, in 1/Å
 * @throws {QuestsError} INVALID_ARGUMENT: a volume that is not above 0 or not finite, an unknown
 *   method
 * @see arXiv 2404.12367
 *
 * @example
 * const bandwidth = await estimateBandwidth(volumePerAtom(structure));
 * const H = await entropy(x, { bandwidth });
 */
export async function estimateBandwidth(volume: number, options: BandwidthOptions = {}): Promise<number> {
  const { method = 'gaussian' } = options;
  const { core } = await backendOf(options);
  return inCore(() => core.bandwidth(volume, method));
}

/**
 * Volume of the cell per atom, in Å³.
 *
 * @throws {QuestsError} INVALID_STRUCTURE: a structure without atoms, or one that is not periodic
 *   in all three directions: its cell may hold empty space
 *
 * @example
 * console.log(volumePerAtom(structure)); // 16.44 for copper
 */
export function volumePerAtom(structure: Structure): number {
  const { positions, source = {} } = structure;
  const atoms = positions.length / 3;
  const volume = cellVolume(structure);
  if (volume === undefined || atoms === 0) {
    const problem = atoms === 0 ? 'no atoms' : 'not periodic in all three directions';
    throw errorAt('INVALID_STRUCTURE', source, `no volume per atom: ${problem}`);
  }
  return volume / atoms;
}

/**
 * Mean over structures of their {@link volumePerAtom}, each structure alike, in Å³: for
 * {@link estimateBandwidth}.
 *
 * @param structures at least one
 * @throws {QuestsError} EMPTY: no structures; INVALID_STRUCTURE: as {@link volumePerAtom}, and a
 *   cell with a vacuum, as that of a slab, which would count as volume
 */
export function meanVolumePerAtom(structures: readonly Structure[]): number {
  if (structures.length === 0)
    throw new QuestsError('EMPTY', 'there are no structures to take a volume from');
  return mean(structures.map(filledVolume));
}

/**
 * Layers of atoms in dense matter are nearer than this, in Å; what is farther apart has a vacuum.
 */
const VACUUM = 6;

function filledVolume(structure: Structure): number {
  const volume = volumePerAtom(structure);
  const [length, axis] = largestGap(structure);
  if (length < VACUUM) return volume;
  const problem = `${length.toFixed(1)} Å without atoms along ${'abc'.charAt(axis)}: a vacuum is no volume`;
  throw errorAt('INVALID_STRUCTURE', structure.source ?? {}, `no volume per atom: ${problem}`);
}

/** The largest distance of two neighbouring layers of atoms, and the cell vector it is along. */
function largestGap({ positions, cell = [] }: Structure): readonly [length: number, axis: number] {
  const inverse = inverseCell(cell) ?? [];
  const gaps = [0, 1, 2].map((axis) => {
    const column = [0, 1, 2].map((row) => inverse[3 * row + axis] as number);
    const places = Array.from({ length: positions.length / 3 }, (_, atom) => {
      const along = column.reduce((sum, part, at) => sum + part * (positions[3 * atom + at] as number), 0);
      return along - Math.floor(along);
    }).sort((one, other) => one - other);
    // The cell repeats: after the last comes the first.
    const around = 1 + (places[0] as number) - (places.at(-1) as number);
    const gap = places.reduce(
      (most, place, at) => Math.max(most, at === 0 ? 0 : place - (places[at - 1] as number)),
      around,
    );
    return gap / Math.hypot(...column);
  });
  const length = Math.max(...gaps);
  return [length, gaps.indexOf(length)];
}
