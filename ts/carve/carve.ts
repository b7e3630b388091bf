import { CONTACT_FRACTION } from '../base/constants.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import type { DescriptorOptions, Structures } from '../descriptor/descriptor-options.js';
import { deltaEntropy } from '../entropy/entropy.js';
import type { Environments } from '../kernel/reference-set.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { checkSeed } from '../statistics/random.js';
import type { Carved, CarvedCell, CarveShape, NotCarved } from './carved.js';
import { carvedAt } from './carved-at.js';
import { joined, knownBelow } from './judge.js';
import { describeRows, rowsOf } from './rows.js';
import type { CarveSettings } from './settings.js';

/** Options of {@link carve}. */
export interface CarveOptions extends RunOptions, Pick<DescriptorOptions, 'k' | 'cutoff'> {
  /** h, in 1/Å. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** ε: environments with δH of at least this are new, in nats. Default: 1e-5. */
  readonly epsilon?: number | undefined;
  /** Atoms of a cell, at most. Default: 100. */
  readonly maxAtoms?: number | undefined;
  /**
   * Cells, at most; where so many could not be cut out, the search ends, too. Default: 10.
   */
  readonly cells?: number | undefined;
  /** Default: `periodic`. */
  readonly shape?: CarveShape | undefined;
  /** Atoms this near to the centre stay where they are, in Å. Default: the cutoff. */
  readonly fixRadius?: number | undefined;
  /** Steps in which the outer atoms are moved, where a cell brings in what is new. Default: 500. */
  readonly steps?: number | undefined;
  /** Atoms are never closer than this times the sum of their covalent radii. Default: 0.6. */
  readonly contactFraction?: number | undefined;
  /** A whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
  /** Called for a frame that can have no descriptors, which is left out. Default: an error. */
  readonly onSkip?: DescriptorOptions['onSkip'];
}

/** New environments of a frame. */
interface Novel {
  readonly structure: Structure;
  readonly frame: number;
  readonly atoms: Uint32Array;
  /** δH with respect to the reference. */
  readonly dH: Float64Array;
}

/**
 * Cuts small cells out of large frames, around the environments that a reference lacks: what a
 * calculation needs that cannot take the whole frame. The most novel environment comes first, then
 * the most novel of those that the cells so far do not hold, as `atom_msc` picks.
 *
 * In a crystal, with a defect in it or not, the cell has vectors by which its surroundings repeat,
 * so that its faces fit; at a surface it is a slab. Of such cells the smallest is taken that holds
 * the centre's environment and brings in nothing new, else the best. What else there is around the
 * centre is cut as a box. Where a cell brings in new environments, its outer atoms are moved until
 * they are as little new as can be.
 *
 * @param structures frames of any size; those with new environments are kept in memory
 * @param reference what is known
 * @throws {QuestsError} as `descriptors` and `deltaEntropy`; INVALID_ARGUMENT: an unusable option;
 *   MISMATCH: k or cutoff other than the reference's; EMPTY: no structures
 *
 * @example
 * const { cells } = await carve(readStructures('melt.xyz'), await descriptors(training));
 * for (const { atom, kernel, further } of cells) console.log(atom, kernel, further);
 */
export async function carve(
  structures: Structures,
  reference: Environments,
  options: CarveOptions = {},
): Promise<Carved> {
  const settings = await settingsOf(reference, options);
  const { bandwidth, backend, signal, epsilon } = settings;
  const novel: Novel[] = [];
  const parts: DescriptorMatrix[] = [];
  let environments = 0;
  let frames = 0;
  // One by one: a frame may have a million atoms, and those without anything new are let go of.
  for await (const structure of 'positions' in structures ? [structures] : structures) {
    signal?.throwIfAborted();
    const frame = frames++;
    const x = await rowsUnlessSkipped(structure, settings, options.onSkip);
    if (x === undefined) continue;
    const dH = await deltaEntropy(x, reference, { bandwidth, backend, signal });
    environments += x.rows;
    const atoms = Uint32Array.from([...dH.keys()].filter((at) => (dH[at] as number) >= epsilon));
    options.onProgress?.({ done: frames, total: 0, phase: 'frames' });
    if (atoms.length === 0) continue;
    novel.push({ structure, frame, atoms, dH: Float64Array.from(atoms, (at) => dH[at] as number) });
    parts.push(rowsOf(x, [...atoms]));
  }
  if (frames === 0) throw new QuestsError('EMPTY', 'no structures to carve cells out of');
  if (parts.length === 0) return { cells: [], notCarved: [], environments, novel: 0, covered: 0 };
  return { ...(await carvedOf(novel, concatenated(parts), reference, settings, options)), environments };
}

/** Descriptors of a frame; undefined where it can have none and that was told. */
async function rowsUnlessSkipped(
  structure: Structure,
  settings: CarveSettings,
  onSkip: CarveOptions['onSkip'],
): Promise<DescriptorMatrix | undefined> {
  try {
    return await describeRows(structure, settings);
  } catch (error) {
    const isFrame = error instanceof QuestsError && error.code === 'INVALID_STRUCTURE';
    if (onSkip === undefined || !isFrame) throw error;
    const { file = '', frame } = structure.source ?? {};
    onSkip({ error, file, frame });
    return undefined;
  }
}

async function carvedOf(
  novel: readonly Novel[],
  x: DescriptorMatrix,
  reference: Environments,
  settings: CarveSettings,
  { onProgress }: RunOptions,
): Promise<Omit<Carved, 'environments'>> {
  const { bandwidth, backend, signal } = settings;
  const places = novel.flatMap((of) =>
    Array.from(of.atoms, (atom, at) => ({ of, atom, dH: of.dH[at] as number })),
  );
  const left = Float64Array.from(places, ({ dH }) => dH);
  const isDone = new Uint8Array(left.length);
  const cells: CarvedCell[] = [];
  const notCarved: NotCarved[] = [];
  const limit = knownBelow(settings);
  while (cells.length < settings.cells && notCarved.length < settings.cells) {
    signal?.throwIfAborted();
    const next = mostNovel(left, isDone);
    if (next === undefined || (cells.length > 0 && (left[next] as number) < limit)) break;
    isDone[next] = 1;
    const { of, atom, dH } = places[next] as (typeof places)[number];
    const place = { frame: of.frame, source: of.structure.source, atom };
    const found = await carvedAt(of.structure, atom, reference, settings);
    if (typeof found === 'string') {
      notCarved.push({ ...place, problem: found });
      continue;
    }
    const { x: rows, ...cell } = found;
    cells.push({ ...cell, ...place, dH, structure: withInfo(cell.structure, { ...place, dH }) });
    const toCell = await deltaEntropy(x, rows, { bandwidth, backend, signal });
    left.forEach((value, at) => (left[at] = joined(value, toCell[at] as number)));
    onProgress?.({ done: cells.length, total: settings.cells, phase: 'cells' });
  }
  const covered = cells.length === 0 ? 0 : left.filter((value) => value < limit).length;
  return { cells, notCarved, novel: left.length, covered };
}

/** The first of the most novel environments that no cell was cut out for. */
function mostNovel(left: Float64Array, isDone: Uint8Array): number | undefined {
  let best: number | undefined;
  left.forEach((value, at) => {
    if (isDone[at] === 0 && (best === undefined || value > (left[best] as number))) best = at;
  });
  return best;
}

function withInfo(
  structure: Structure,
  { frame, source, atom, dH }: Pick<CarvedCell, 'frame' | 'source' | 'atom' | 'dH'>,
): Structure {
  const place = { ...(source && { carved_from: source.file }), frame: source?.frame ?? frame, atom };
  return { ...structure, info: { ...place, dH_center: dH, ...structure.info } };
}

async function settingsOf(reference: Environments, options: CarveOptions): Promise<CarveSettings> {
  for (const name of ['k', 'cutoff'] as const) {
    const [asked, has] = [options[name], reference[name]];
    if (asked === undefined || has === null || asked === has) continue;
    throw new QuestsError('MISMATCH', `${name} is ${has} in the reference, ${asked} was asked for`);
  }
  const cutoff = options.cutoff ?? reference.cutoff ?? DEFAULTS.cutoff;
  const settings = {
    k: options.k ?? reference.k ?? DEFAULTS.k,
    cutoff,
    species: reference.species,
    bandwidth: options.bandwidth ?? DEFAULTS.bandwidth,
    epsilon: options.epsilon ?? DEFAULTS.epsilon,
    maxAtoms: options.maxAtoms ?? DEFAULTS.cellAtoms,
    cells: options.cells ?? DEFAULTS.cells,
    shape: options.shape ?? 'periodic',
    fixRadius: options.fixRadius ?? cutoff,
    steps: options.steps ?? DEFAULTS.relaxSteps,
    contactFraction: options.contactFraction ?? CONTACT_FRACTION,
    seed: options.seed ?? DEFAULTS.seed,
  };
  checkSettings(settings);
  return { ...settings, backend: await backendOf(options), signal: options.signal };
}

function checkSettings(settings: Omit<CarveSettings, 'backend' | 'signal'>): void {
  const { maxAtoms, cells, steps, shape, epsilon, fixRadius, contactFraction, seed } = settings;
  const refuse = (name: string, value: unknown, expected: string): never => {
    throw new QuestsError('INVALID_ARGUMENT', `${name} is ${String(value)}, expected ${expected}`);
  };
  const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  if (!isWhole(maxAtoms, 2)) refuse('maxAtoms', maxAtoms, 'a whole number of at least 2');
  if (!isWhole(cells, 1)) refuse('cells', cells, 'a whole number of at least 1');
  if (!isWhole(steps, 0)) refuse('steps', steps, 'a whole number of at least 0');
  if (!['periodic', 'cluster'].includes(shape)) refuse('shape', shape, 'periodic or cluster');
  if (Number.isNaN(epsilon)) refuse('epsilon', epsilon, 'a number of nats');
  if (!(fixRadius >= 0)) refuse('fixRadius', fixRadius, 'a number of Å of at least 0');
  if (!(contactFraction >= 0 && contactFraction < 1)) {
    refuse('contactFraction', contactFraction, 'a number from 0 to below 1');
  }
  checkSeed(seed);
}
