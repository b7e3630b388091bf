import type { CoreModule } from '../backend/backend.js';
import { type ClosestPair, closestPair, type Configuration } from '../geometry/closest-pair.js';
import { deltaEntropy } from '../entropy/entropy.js';
import { QuestsError } from '../base/error.js';
import { type CoreElements, coreElements } from '../descriptor/core-elements.js';
import { flatten } from '../model/flatten.js';
import { runJob } from '../run/job.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { ReferenceSet } from '../kernel/reference-set.js';
import type { Structure } from '../model/structure.js';

/** Atoms closer than this, in Å, have no descriptors. */
export const LEAST_DISTANCE = 1e-3;

/** A configuration that a move leads to, and the environments that it changes. */
export interface Proposal extends Configuration {
  readonly atoms: readonly number[];
  /** Descriptors of those atoms, row-major. */
  readonly rows: Float64Array;
  /** δH of all atoms, in nats. */
  readonly dH: Float64Array;
}

/**
 * The structure that a Monte Carlo chain moves, with its descriptors and their δH with respect to a
 * reference set. A move recomputes what it changes: descriptors of atoms with a moved atom within
 * the cutoff, and δH where a descriptor changed.
 */
export class MonteCarloStructure {
  readonly #core: CoreModule;
  readonly #pbc: number;
  readonly #species: Uint32Array;
  readonly #elements: CoreElements;
  readonly #reference: ReferenceSet;
  readonly #k: number;
  readonly #cutoff: number;
  readonly #bandwidth: number;
  readonly #signal: AbortSignal | undefined;
  #configuration: Configuration;
  #descriptors: Float64Array = new Float64Array(0);
  #dH: Float64Array = new Float64Array(0);

  /**
   * Not ready before the first {@link settle}.
   *
   * @throws {QuestsError} INVALID_ARGUMENT: the reference does not say how its descriptors were
   *   made; INVALID_STRUCTURE
   */
  constructor(
    structure: Structure,
    reference: ReferenceSet,
    settings: { readonly bandwidth: number; readonly signal?: AbortSignal | undefined },
  ) {
    const { k, cutoff, species } = reference;
    if (k === null || cutoff === null) {
      const problem = 'the reference set does not say the k and cutoff of its descriptors, expected both';
      throw new QuestsError('INVALID_ARGUMENT', problem);
    }
    const elements = coreElements(species, [structure]);
    const flat = flatten([structure], elements.alphabet);
    // Zeros without a sign: they are the same after writing and reading.
    this.#configuration = { positions: flat.positions.map(unsigned), cell: flat.cells.map(unsigned) };
    this.#pbc = flat.pbc[0] as number;
    this.#species = flat.species;
    this.#elements = elements;
    this.#reference = reference;
    this.#core = reference.backend.core;
    this.#k = k;
    this.#cutoff = cutoff;
    this.#bandwidth = settings.bandwidth;
    this.#signal = settings.signal;
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  /** δH of each atom, in nats. */
  get dH(): Float64Array {
    return this.#dH;
  }

  get atoms(): number {
    return this.#configuration.positions.length / 3;
  }

  /**
   * The closest two atoms of a configuration, images included; undefined if none are within the
   * radius (default: the cutoff).
   */
  closestPair(configuration: Configuration, radius = this.#cutoff): ClosestPair | undefined {
    return closestPair(this.#core, configuration, this.#pbc, radius);
  }

  /** Takes a configuration, and computes all descriptors and δH anew. */
  async settle(configuration: Configuration): Promise<void> {
    this.#descriptors = await this.#described(configuration);
    this.#dH = await this.#deltas(this.#descriptors);
    this.#configuration = configuration;
  }

  /** What a move of some atoms would change. */
  async moved(positions: Float64Array): Promise<Proposal> {
    const { positions: before, cell } = this.#configuration;
    const start = (): ReturnType<CoreModule['describeMoved']> =>
      this.#core.describeMoved(
        before,
        positions,
        cell,
        this.#pbc,
        this.#species,
        ...this.#coreElements(),
        this.#k,
        this.#cutoff,
      );
    const result = await runJob(start, { signal: this.#signal }, 'descriptors');
    const count = result[0] as number;
    const near = Array.from(result.subarray(1, 1 + count));
    return this.#proposal({ positions, cell }, near, result.subarray(1 + count));
  }

  /** What a strained cell would change: all of it. */
  async strained(configuration: Configuration): Promise<Proposal> {
    const rows = await this.#described(configuration);
    return this.#proposal(
      configuration,
      Array.from({ length: this.atoms }, (_, atom) => atom),
      rows,
    );
  }

  /** Takes the configuration of a proposal. */
  accept({ atoms, rows, dH, positions, cell }: Proposal): void {
    const width = this.#reference.width;
    for (const [at, atom] of atoms.entries()) {
      this.#descriptors.set(rows.subarray(at * width, (at + 1) * width), atom * width);
    }
    this.#dH = dH;
    this.#configuration = { positions, cell };
  }

  #described({ positions, cell }: Configuration): Promise<Float64Array> {
    const start = (): ReturnType<CoreModule['describe']> =>
      this.#core.describe(
        positions,
        Uint32Array.of(0, this.atoms),
        cell,
        Uint8Array.of(this.#pbc),
        this.#species,
        ...this.#coreElements(),
        this.#k,
        this.#cutoff,
      );
    return runJob(start, { signal: this.#signal }, 'descriptors');
  }

  #coreElements(): [number, Float64Array, Float64Array] {
    const { alphabet, labels, channels } = this.#elements;
    return [alphabet?.length ?? 0, labels, channels];
  }

  async #proposal(
    configuration: Configuration,
    near: readonly number[],
    rows: Float64Array,
  ): Promise<Proposal> {
    const width = this.#reference.width;
    // Among more than k neighbours the moved one need not count: then the row, and its δH, are what
    // they were.
    const changed = near.flatMap((atom, at) => (this.#differs(atom, rows, at) ? [{ atom, at }] : []));
    const dH = this.#dH.slice();
    const atoms = changed.map(({ atom }) => atom);
    if (atoms.length === 0) return { ...configuration, atoms, rows: new Float64Array(0), dH };
    const kept = new Float64Array(atoms.length * width);
    changed.forEach(({ at }, to) => {
      kept.set(rows.subarray(at * width, (at + 1) * width), to * width);
    });
    const values = await this.#deltas(kept);
    atoms.forEach((atom, at) => (dH[atom] = values[at] as number));
    return { ...configuration, atoms, rows: kept, dH };
  }

  #differs(atom: number, rows: Float64Array, at: number): boolean {
    const width = this.#reference.width;
    for (let column = 0; column < width; column++) {
      if (rows[at * width + column] !== this.#descriptors[atom * width + column]) return true;
    }
    return false;
  }

  #deltas(rows: Float64Array): Promise<Float64Array> {
    const { width, species } = this.#reference;
    const y = new DescriptorMatrix(rows, { width, species });
    return deltaEntropy(y, this.#reference, { bandwidth: this.#bandwidth, signal: this.#signal });
  }
}

function unsigned(value: number): number {
  return value + 0;
}
