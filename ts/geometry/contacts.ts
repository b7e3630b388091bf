import { withoutBadFrames, type Skipped } from '../model/bad-frames.js';
import { COVALENT_RADII } from './covalent-radii.js';
import { DEFAULTS } from '../base/defaults.js';
import { CONTACT_FRACTION } from '../base/constants.js';
import { collect } from '../descriptor/batches.js';
import { flatten } from '../model/flatten.js';
import { runJob } from '../run/job.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import type { Structure } from '../model/structure.js';
import type { Structures } from '../descriptor/descriptor-options.js';

/** Options of {@link contacts}. */
export interface ContactOptions extends RunOptions {
  /** f: two atoms are too close below f times the sum of their radii; above 0. Default: 0.6. */
  readonly fraction?: number | undefined;
  /** An atom without any other within this is isolated, in Å, above 0. Default: 5. */
  readonly cutoff?: number | undefined;
  /** Radii by species, in Å. Default: {@link COVALENT_RADII}. */
  readonly radii?: ReadonlyMap<string, number> | undefined;
  /**
   * Called for each invalid structure (coordinates that are not finite, a singular cell), which is
   * left out. Default: an error.
   */
  readonly onSkip?: ((skipped: Skipped, structure: Structure) => void) | undefined;
}

/** Two atoms that are too close. */
export interface Contact {
  readonly structure: Structure;
  /** Index of the first atom in its structure. */
  readonly atom: number;
  /** Index of the second; the same where an atom is too close to its own image. */
  readonly other: number;
  /** Å, the shortest under the boundary conditions. */
  readonly distance: number;
  /** f·(r_i + r_j), Å. */
  readonly allowed: number;
}

/** What {@link contacts} finds. */
export interface Contacts {
  /** By structure, then atom. */
  readonly contacts: readonly Contact[];
  /** Atoms without any other, or an image of themselves, within the cutoff. */
  readonly isolated: readonly { readonly structure: Structure; readonly atom: number }[];
  /**
   * Species without a radius, sorted: their contacts were not looked at. Empty text stands for
   * atoms without a species.
   */
  readonly withoutRadius: readonly string[];
}

/**
 * Pairs of atoms closer than f·(r_i + r_j), with covalent radii r, under the boundary conditions;
 * and isolated atoms. O(N).
 *
 * @throws {QuestsError} INVALID_ARGUMENT: fraction, cutoff or a radius unusable; INVALID_STRUCTURE;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const { contacts: pairs } = await contacts(readStructures('train.xyz'), { fraction: 0.7 });
 */
export async function contacts(structures: Structures, options: ContactOptions = {}): Promise<Contacts> {
  const { fraction = CONTACT_FRACTION, cutoff = DEFAULTS.cutoff, radii = COVALENT_RADII, onSkip } = options;
  const all = await collect(structures, options.signal);
  const unknown = new Set<string>();
  const { core } = await backendOf(options);
  const { value: found } = await withoutBadFrames(all, onSkip, async (frames) => {
    const { positions, offsets, cells, pbc } = flatten(frames, null);
    const radius = Float64Array.from(speciesOf(frames), (symbol) => {
      const known = radii.get(symbol);
      if (known === undefined) unknown.add(symbol);
      return known ?? 0;
    });
    const numbers = await runJob(
      () => core.contacts(positions, offsets, cells, pbc, radius, fraction, cutoff),
      options,
      'contacts',
    );
    return unpacked(numbers, frames, offsets, (i, j) => fraction * ((radius[i] ?? 0) + (radius[j] ?? 0)));
  });
  return { contacts: [], isolated: [], ...found, withoutRadius: [...unknown].sort() };
}

function* speciesOf(frames: readonly Structure[]): Generator<string, void, undefined> {
  for (const { species, positions } of frames) {
    if (species !== undefined) yield* species;
    else for (let atom = 0; atom < positions.length / 3; atom++) yield '';
  }
}

/** Numbers of the core, by structure. */
function unpacked(
  numbers: Float64Array,
  frames: readonly Structure[],
  offsets: Uint32Array,
  allowed: (i: number, j: number) => number,
): Pick<Contacts, 'contacts' | 'isolated'> {
  const pairs = numbers[0] as number;
  // Atoms rise, so the frame they are in does, too.
  let frame = 0;
  const place = (atom: number): { structure: Structure; atom: number } => {
    while (atom >= (offsets[frame + 1] as number)) frame++;
    return { structure: frames[frame] as Structure, atom: atom - (offsets[frame] as number) };
  };
  const found: Contact[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const [i = 0, j = 0, x = 0, y = 0, z = 0] = numbers.subarray(1 + 5 * pair, 6 + 5 * pair);
    const at = place(i);
    const contact = {
      ...at,
      other: at.atom + j - i,
      distance: Math.sqrt(x * x + y * y + z * z),
      allowed: allowed(i, j),
    };
    // Images of one pair follow each other; the nearest counts.
    const last = found.at(-1);
    if (last?.structure !== at.structure || last.atom !== at.atom || last.other !== contact.other) {
      found.push(contact);
    } else if (contact.distance < last.distance) found[found.length - 1] = contact;
  }
  frame = 0;
  return { contacts: found, isolated: Array.from(numbers.subarray(1 + 5 * pairs), place) };
}
