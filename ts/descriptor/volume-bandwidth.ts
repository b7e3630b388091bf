import { mean } from '../statistics/moments.js';
import { QuestsError } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import type { Structure } from '../model/structure.js';
import { type BandwidthMethod, estimateBandwidth, meanVolumePerAtom } from './bandwidth.js';

/** The bandwidth of the published fit for a volume per atom. */
export interface FittedBandwidth {
  /** Mean volume per atom, in Å³. */
  readonly volume: number;
  /** h, in 1/Å. */
  readonly bandwidth: number;
}

/** What the published fit says of some structures. */
export interface VolumeBandwidth extends FittedBandwidth {
  /** The fit. */
  readonly method: BandwidthMethod;
  /** Structures whose volume is known. */
  readonly structures: number;
  /** Structures without a volume per atom: not periodic, or with a vacuum. */
  readonly skipped: number;
  /** The same for the structures that have an element, by element; empty for one element. */
  readonly elements: Readonly<Record<string, FittedBandwidth>>;
}

/**
 * The bandwidth of the published fit for the mean volume per atom of structures, each alike; for
 * several elements also that of the structures that have each.
 *
 * @returns null where no structure has a volume per atom
 */
export async function volumeBandwidth(
  structures: readonly Structure[],
  method: BandwidthMethod,
  { backend }: Pick<RunOptions, 'backend'>,
): Promise<VolumeBandwidth | null> {
  const known = structures.flatMap((structure) => {
    const volume = volumeOf(structure);
    return volume === undefined ? [] : [{ volume, species: new Set(structure.species) }];
  });
  if (known.length === 0) return null;
  const fitted = async (some: typeof known): Promise<FittedBandwidth> => {
    const volume = mean(some.map((one) => one.volume));
    return { volume, bandwidth: await estimateBandwidth(volume, { backend, method }) };
  };
  const elements: Record<string, FittedBandwidth> = {};
  const symbols = [...new Set(known.flatMap(({ species }) => [...species]))].sort();
  for (const symbol of symbols.length > 1 ? symbols : []) {
    elements[symbol] = await fitted(known.filter(({ species }) => species.has(symbol)));
  }
  const skipped = structures.length - known.length;
  return { ...(await fitted(known)), method, structures: known.length, skipped, elements };
}

/** The volume per atom of a structure; undefined where its cell holds empty space. */
function volumeOf(structure: Structure): number | undefined {
  try {
    return meanVolumePerAtom([structure]);
  } catch (error) {
    if (error instanceof QuestsError && error.code === 'INVALID_STRUCTURE') return undefined;
    throw error;
  }
}
