/// <reference lib="esnext.disposable" preserve="true" />
import type { Backend, CoreReference } from '../backend/backend.js';
import { QuestsError, inCore } from '../base/error.js';
import { notOfKind } from '../base/kinds.js';
import { checkComparable, type DescriptorKind, DescriptorMatrix } from '../model/descriptor-matrix.js';
import { LabelledReference, labelledSums, type SummingCore } from './labelled-sums.js';
import { type DescriptorSpecies, isLabelled } from '../base/species-mode.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { StoredReference } from './stored-reference.js';

/**
 * A reference set X, prepared once in the core for any number of kernel sums. It is accepted
 * wherever a function takes a matrix as `x`. Made by {@link referenceSet}. It holds memory outside
 * the JavaScript heap until `dispose()`.
 */
export class ReferenceSet implements DescriptorKind {
  readonly width: number;
  readonly k: number | null;
  readonly cutoff: number | null;
  readonly species: DescriptorSpecies;
  /** Where the set is held, and where every sum over it runs. */
  readonly backend: Backend;
  /** @internal What sums over {@link core}. */
  readonly sums: SummingCore;
  readonly #core: CoreReference;
  #rows: number;
  #disposed = false;

  /** @internal Use {@link referenceSet}. */
  constructor(x: DescriptorMatrix, backend: Backend) {
    if (!(x instanceof DescriptorMatrix)) throw notOfKind('a DescriptorMatrix', x, 'x');
    // In plain JavaScript anybody may call this.
    if ((backend as Partial<Backend> | undefined)?.core === undefined) {
      throw new QuestsError('INVALID_ARGUMENT', 'a ReferenceSet is made by referenceSet(x)');
    }
    this.width = x.width;
    this.#rows = x.rows;
    this.k = x.k;
    this.cutoff = x.cutoff;
    this.species = x.species;
    this.backend = backend;
    const { core } = backend;
    const hasLabels = isLabelled(x.species);
    this.sums = hasLabels ? labelledSums(core) : core;
    this.#core = inCore(() =>
      hasLabels ? new LabelledReference(core, x.data, x.width) : core.reference(x.data, x.width),
    );
  }

  /** Number of environments. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds environments, at a cost proportional to their number. Results afterwards agree with those
   * of one set made of all rows, except in the last digits. Calls that are already running use the
   * set as it was when they began.
   *
   * @param y made as those that are there; copied
   * @throws {QuestsError} MISMATCH: made differently; INVALID_ARGUMENT; TOO_LARGE. The set is then
   *   as it was.
   *
   * @example
   * for (const y of candidates) if ((await overlap(y, known)) < 0.5) known.add(y);
   */
  add(y: DescriptorMatrix): void {
    if (!(y instanceof DescriptorMatrix)) throw notOfKind('a DescriptorMatrix', y, 'y');
    checkComparable(y, this, ['the added set', 'the reference set']);
    inCore(() => {
      this.core.extend(y.data);
    });
    this.#rows += y.rows;
  }

  /** @internal The core's handle. */
  get core(): CoreReference {
    if (this.#disposed) throw new QuestsError('INVALID_ARGUMENT', 'this reference set was disposed of');
    return this.#core;
  }

  /** Frees the memory of the core. Calls that are already running finish; new ones are refused. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#core.free();
  }

  declare [Symbol.dispose]: () => void;

  static {
    // Not every browser has the symbol yet; where it is missing, so is `using`.
    if ((Symbol as { dispose?: symbol }).dispose !== undefined) {
      ReferenceSet.prototype[Symbol.dispose] = function (this: ReferenceSet): void {
        this.dispose();
      };
    }
  }
}

/**
 * A set of environments to sum over: a matrix, a matrix prepared by {@link referenceSet}, or one in
 * a file, opened by `openReference`.
 */
export type Environments = DescriptorMatrix | ReferenceSet | StoredReference;

/**
 * Prepares a reference set once for several calls that use it.
 *
 * @param x descriptors, at least one row; copied
 * @throws {QuestsError} INVALID_ARGUMENT, TOO_LARGE, BACKEND_UNAVAILABLE
 *
 * @example
 * const known = await referenceSet(x);
 * for (const y of candidates) console.log(await overlap(y, known));
 * known.dispose();
 */
export async function referenceSet(
  x: DescriptorMatrix,
  options: Pick<RunOptions, 'backend'> = {},
): Promise<ReferenceSet> {
  return new ReferenceSet(x, await backendOf(options));
}

/** Lends `x` as a reference set: itself, or one that lives as long as the loan. */
export async function withReference<T>(
  x: Environments,
  options: RunOptions,
  use: (reference: ReferenceSet) => Promise<T>,
): Promise<T> {
  if (x instanceof ReferenceSet) {
    checkBackend(x, options);
    return use(x);
  }
  if (x instanceof StoredReference) return use(await inMemory(x, options));
  const reference = await referenceSet(x, options);
  try {
    return await use(reference);
  } finally {
    reference.dispose();
  }
}

/**
 * Stored references that were read as a whole, by backend: read once, since a command asks for each
 * batch. They live as long as the reference.
 */
const whole = new WeakMap<StoredReference, Map<Backend, Promise<ReferenceSet>>>();

async function inMemory(x: StoredReference, options: RunOptions): Promise<ReferenceSet> {
  const backend = await backendOf(options);
  const sets = whole.get(x) ?? new Map<Backend, Promise<ReferenceSet>>();
  whole.set(x, sets);
  const known = sets.get(backend);
  if (known !== undefined) return known;
  const made = x.read().then((matrix) => new ReferenceSet(matrix, backend));
  sets.set(backend, made);
  made.catch(() => sets.delete(backend));
  return made;
}

/**
 * A reference set cannot move to another backend, and must not be used where another was asked for.
 */
function checkBackend(x: ReferenceSet, { backend }: RunOptions): void {
  if (backend === undefined || backend === 'auto' || backend === x.backend) return;
  const asked = typeof backend === 'string' ? backend : backend.name;
  if (asked === x.backend.name) return;
  const problem = `the reference set is held by the ${x.backend.name} backend, not by ${asked}`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
