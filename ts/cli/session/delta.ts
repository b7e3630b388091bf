import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorKind, DescriptorMatrix, Environments } from '../../faces/node/quests.js';
import type { NearestEnvironment, PartialMean } from '../../faces/node/analysis.js';
import { bound, counted, significant } from '../../base/number-format.js';
import { type Batch, Describer } from './describer.js';
import { descriptorSettings, known } from './descriptor-settings.js';
import { noveltyThreshold } from './novel-level.js';
import { openSets } from './open-sets.js';
import type { RunFlags } from './options.js';
import type { ValuedBatch } from './result.js';
import { duration, type Session } from './session.js';
import type { SetFacts } from './load-set.js';
import { referenceWithinMemory } from './set-within-memory.js';
import { missingKeys } from './missing-elements.js';
import { checkHolds } from './output.js';
import { checkColumns } from './output-columns.js';
import type { PairFlags, PairFiles } from './pair-options.js';

/** δH of a test set with respect to a reference set, computed while the test set is read. */
export interface Delta<One extends DeltaBatch = DeltaBatch> {
  readonly reference: Pick<SetFacts, 'file' | 'files' | 'seconds' | 'x'>;
  /** ε at the level that was asked for; undefined where none was. */
  readonly threshold?: number | undefined;
  readonly test: {
    readonly file: string;
    readonly files: readonly string[];
    readonly holds: 'structures' | 'matrix';
  };
  /**
   * The environments of the test set with their δH, batch by batch, in their order; to be gone
   * through once.
   */
  readonly batches: AsyncGenerator<One, void, undefined>;
  /** What is known after the last batch. */
  readonly summary: () => DeltaSummary;
}

/** What is known of a test set that has been gone through. */
export interface DeltaSummary {
  readonly rows: number;
  /** How the descriptors were made. */
  readonly kind: DescriptorKind;
  readonly descriptorSeconds: number;
  readonly seconds: number;
  /** Half-width of the 95 % interval of the mean of δH; 0 where all is exact. */
  readonly meanError: number;
  /** Elements that the reference does not have. */
  readonly missing: readonly string[];
  /** The environment with the largest δH. */
  readonly mostNovel:
    { readonly x: DescriptorMatrix; readonly row: number; readonly value: number } | undefined;
  /** The largest δH that is finite: not of an element that the reference lacks. */
  readonly largest: number | undefined;
  /** Their environments, which are counted as novel; `null` where elements are not told apart. */
  readonly missingRows: number | null;
}

/** Environments, their δH, and half-widths of 95 % intervals where these were estimated. */
export interface DeltaBatch extends ValuedBatch {
  /** Values that novel environments are counted by, where these are others; see `countedDeltas`. */
  readonly counted?: Float64Array;
  readonly errors?: Float64Array;
}

/** Reads the reference set, and prepares to go through the test set here. */
export async function startDelta(
  session: Session,
  files: PairFiles,
  flags: PairFlags,
): Promise<Delta<DeltaBatch & Batch>> {
  const sets = await openSets(session, [files.test, files.reference], flags);
  const [test, referenceSet] = sets;
  const { holds } = test.opened;
  checkHolds(session.output, test.file, holds);
  await checkColumns(session.output, test);
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  // Both need all of the reference.
  const isWhole = flags.uqNbrs !== undefined || flags.novelLevel !== undefined;
  const within = isWhole ? { memory: Infinity } : flags;
  const reference = await referenceWithinMemory(session, describer, referenceSet, within);
  if (flags.precision === 'single' && reference.x instanceof quests.StoredReference) {
    session.note(`note: ${referenceSet.file} is read from the disk: its sums are in double precision`);
  }
  const threshold = await noveltyThreshold(session, reference.x, flags);
  // A stored reference may say so, too.
  const tellsApart = describer.settings.species !== 'ignore';

  const clock = { seconds: 0 };
  let rows = 0;
  let seconds = 0;
  let count = 0;
  // Batches are sampled independently of each other.
  const means: PartialMean[] = [];
  let kind: DescriptorKind | undefined;
  let missingRows = 0;
  let mostNovel: DeltaSummary['mostNovel'];
  let largest: number | undefined;
  async function* batches(): AsyncGenerator<DeltaBatch & Batch, void, undefined> {
    for await (const batch of describer.batches(test, clock)) {
      const { value: found, seconds: spent } = await session.timed(() =>
        deltas(session, batch.x, reference.x, flags, count++),
      );
      rows += batch.x.rows;
      for (const [row, value] of found.values.entries()) {
        if (value > (mostNovel?.value ?? -Infinity)) mostNovel = { x: batch.x, row, value };
        if (value < Infinity) largest = Math.max(value, largest ?? -Infinity);
      }
      means.push({ count: batch.x.rows, error: found.meanError });
      seconds += spent;
      kind = batch.x;
      const missing = tellsApart ? describer.missingElements(test, [referenceSet]) : [];
      const elements = missing.length === 0 ? [] : analysis.environmentElements(batch.structures ?? []);
      for (const element of elements) missingRows += Number(missing.includes(element));
      yield { ...batch, ...found, counted: analysis.countedDeltas(found.values, elements, missing) };
    }
    describer.noteBlindness();
    describer.noteMissing(test, [referenceSet]);
    session.note(`dH computed in ${duration(seconds)} (${session.engine})`);
  }
  return {
    reference,
    threshold,
    test: { file: test.file, files: test.files, holds },
    batches: batches(),
    summary: () => ({
      rows,
      kind: kind ?? reference.x,
      descriptorSeconds: clock.seconds,
      seconds,
      meanError: analysis.errorOfCombinedMean(means),
      mostNovel,
      largest,
      missing: describer.missingElements(test, [referenceSet]),
      missingRows: tellsApart ? missingRows : null,
    }),
  };
}

/**
 * What the JSON of every command with a test set and a reference set says of them; after the last
 * batch.
 */
export function pairKeys(
  session: Session,
  { reference, test, summary }: Delta,
  flags: PairFlags & RunFlags,
): Record<string, unknown> {
  const { rows, kind, descriptorSeconds, missing, missingRows } = summary();
  return {
    test_file: test.file,
    reference_file: reference.file,
    test_files: test.files,
    reference_files: reference.files,
    test_envs: rows,
    k: known(kind.k, reference.x.k),
    cutoff: known(kind.cutoff, reference.x.cutoff),
    bandwidth: flags.bandwidth,
    jobs: flags.jobs ?? null,
    descriptor_time: descriptorSeconds + reference.seconds,
    species: kind.species,
    ...missingKeys(missing, missingRows),
    skipped: session.skippedFrames.count,
    ...storedKeys(reference.x),
    ...mergedKeys(reference.x, flags, summary().largest),
    ...session.provenance,
  };
}

/**
 * What merging changed in δH at most, of a reference whose environments were merged; the upper
 * bound is that of the largest δH.
 */
export function mergedKeys(
  x: unknown,
  { bandwidth }: PairFlags,
  most: number | undefined,
): Record<string, unknown> {
  const merged = x instanceof quests.StoredReference ? x.facts.merged : null;
  if (merged === null || most === undefined) return {};
  const { below, above } = (x as quests.StoredReference).mergedBound(most, bandwidth);
  return { reference_merged: { ...merged, dH_below: below, dH_above: above } };
}

/**
 * It in words; no line for any other reference.
 *
 * @param most δH that the upper bound is of: the largest one
 */
export function mergedLines(x: unknown, { bandwidth }: PairFlags, most: number | undefined): string[] {
  if (!(x instanceof quests.StoredReference) || x.facts.merged === null || most === undefined) return [];
  const { below, above } = x.mergedBound(most, bandwidth);
  return [`Merged reference: dH within -${bound(below)} … +${bound(above)} of the full one`];
}

/** What was read of a stored reference. */
export function storedKeys(x: unknown): Record<string, unknown> {
  if (!(x instanceof quests.StoredReference)) return {};
  return { reference_bytes: x.facts.bytes, reference_bytes_read: x.bytesRead };
}

/** δH of the environments of batch number `index`, exactly or within the tolerance. */
async function deltas(
  { options }: Session,
  x: DescriptorMatrix,
  reference: Environments,
  { bandwidth, tolerance, seed = quests.DEFAULTS.seed, precision, uqNbrs }: PairFlags,
  index: number,
): Promise<{ values: Float64Array; errors?: Float64Array; meanError: number }> {
  if (uqNbrs !== undefined) {
    const nearest = { ...options, bandwidth, neighbors: uqNbrs };
    return { values: await analysis.nearestDeltaEntropy(x, reference, nearest), meanError: 0 };
  }
  if (tolerance === undefined) {
    return {
      values: await quests.deltaEntropy(x, reference, { ...options, bandwidth, precision }),
      meanError: 0,
    };
  }
  const own = analysis.seedOfPart(seed, index);
  const found = await quests.deltaEntropy(x, reference, { ...options, bandwidth, tolerance, seed: own });
  return { values: found.values, errors: found.errors, meanError: found.mean.error };
}

/**
 * Where the nearest known environment to the most novel one is from, of a stored reference; none
 * where that is of an element that the reference lacks.
 */
export async function nearestKnown(
  session: Session,
  { reference, summary }: Delta,
): Promise<NearestEnvironment | undefined> {
  const { mostNovel } = summary();
  if (mostNovel === undefined || mostNovel.value === Infinity) return undefined;
  if (!(reference.x instanceof quests.StoredReference)) return undefined;
  return analysis.nearestEnvironment(mostNovel.x, mostNovel.row, reference.x, session.options);
}

/** It in words. */
export function nearestLine({ source, row, atom, labels, distance, alike }: NearestEnvironment): string {
  const place =
    source === undefined ? `environment ${row}` : `${source.file} frame ${source.frame}, atom ${atom}`;
  const others = alike === 1 ? '' : `, and ${counted(alike - 1, 'other')} stored with it`;
  const known = Object.entries(labels).flatMap(([name, value]) =>
    value === null ? [] : [`, ${name}=${[value].flat().map(labelText).join(' ')}`],
  );
  const found = `${place}${known.join('')}${others}`;
  return `Nearest known environment to that: ${found} (${significant(distance)} 1/Å away)`;
}

function labelText(value: number | string | boolean): string {
  return typeof value === 'number' ? significant(value) : String(value);
}

/** It in JSON. */
export function nearestKeys({
  source,
  row,
  atom,
  labels,
  distance,
  alike,
}: NearestEnvironment): Record<string, unknown> {
  const { file = null, frame = null } = source ?? {};
  return { nearest_known: { file, frame, atom, environment: row, labels, distance, alike } };
}
