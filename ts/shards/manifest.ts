import {
  CHANNELS_VERSION,
  type DescriptorSpecies,
  storedSpecies,
  storedVersion,
} from '../base/species-mode.js';
import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { QuestsError } from '../base/error.js';
import { accessError, systemCode } from '../base/file-access.js';
import { writeOutput } from '../io/files/output.js';
import type { OrderedBlock } from './arrange.js';
import { checksum } from './block.js';

/** A file that a plan was made from. */
export interface PlannedInput {
  /** Relative to {@link Manifest.folder}, or absolute. */
  readonly path: string;
  readonly size: number;
  /** When it was changed last, in ms since 1970. */
  readonly modified: number;
  readonly sha256: string;
}

/** Environments in a working folder. */
export interface StoredSet {
  readonly rows: number;
  /**
   * Blocks of each part that is in an order of its own: one for a set that is summed over, one for
   * each batch of queries; and of these one for each label, where rows have labels.
   */
  readonly segments: readonly (readonly OrderedBlock[])[];
}

/** Sums to be computed: of all rows of a set over another, or over itself. */
export interface PlannedSums {
  /** Numbers of the sets. */
  readonly queries: number;
  readonly over: number;
  /**
   * Where one machine computes the sums of two sets over each other in one pass: whether the
   * queries are of the set that is in order along the axes of the other, or of that other. Default:
   * it computes them alone.
   */
  readonly mutual?: 'asked' | 'asking';
  /** Whether shards take single leaves of the queries, which are few. Default: whole shares. */
  readonly leafByLeaf?: boolean;
}

/** A command whose result is computed: its input and its options, not a line to be read again. */
export interface PlannedCommand {
  readonly name: string;
  /** Arguments that name its files, relative to {@link Manifest.folder}, or absolute. */
  readonly input: readonly string[];
  /** Values of its options, as JSON holds them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What was typed, for people. */
  readonly typed: readonly string[];
}

/** What a plan will cost, by its model; see `docs/cluster.md`. */
export interface PlannedCost {
  /** Seconds of one core for all shards. */
  readonly coreSeconds: number;
  /** Bytes of memory of a task. */
  readonly taskBytes: number;
  /** Bytes of memory of the merge. */
  readonly mergeBytes: number;
  /** Bytes on the disk, with results. */
  readonly diskBytes: number;
}

/**
 * What a working folder holds, and how to compute with it. All that a result depends on is here.
 */
export interface Manifest {
  readonly format: 2;
  /** Version of the package. */
  readonly version: string;
  readonly command: PlannedCommand;
  /** The folder that relative paths begin in: where the plan was made. */
  readonly folder: string;
  readonly inputs: readonly PlannedInput[];
  readonly descriptors: {
    readonly width: number;
    readonly k: number | null;
    readonly cutoff: number | null;
    readonly species: DescriptorSpecies;
  };
  readonly bandwidths: readonly number[];
  readonly sets: readonly StoredSet[];
  readonly sums: readonly PlannedSums[];
  /**
   * Frames, where shards compute these in place of sums: each its share of them, one after the
   * other.
   */
  readonly frames?: number;
  readonly shards: number;
  readonly cost: PlannedCost;
  /** What the command wants to know again when results are merged. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export const MANIFEST = 'manifest.json';

/** A working folder with a plan in it. */
export interface Work {
  readonly folder: string;
  readonly manifest: Manifest;
  /** What results must belong to: SHA-256 of the manifest. */
  readonly id: string;
}

export async function saveManifest(folder: string, manifest: Manifest): Promise<void> {
  const { descriptors } = manifest;
  const stored = {
    ...manifest,
    descriptors: { ...descriptors, species: storedSpecies(descriptors.species) },
  };
  await writeOutput(join(folder, MANIFEST), [`${JSON.stringify(stored, null, 1)}\n`]);
}

/**
 * Opens a working folder.
 *
 * @throws {QuestsError} FILE_ACCESS: there is none, or its plan wasn't finished; INVALID_FILE: the
 *   manifest is damaged; MISMATCH: another version of the package made it, or
 *   `full` has other weights of elements
 */
export async function openWork(folder: string, version: string): Promise<Work> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) {
    const problem = existsSync(folder) ? 'has no finished plan' : 'does not exist';
    throw new QuestsError(
      'FILE_ACCESS',
      `the working folder ${folder} ${problem}: quests shard plan makes one`,
    );
  }
  const text = readFileSync(path);
  const manifest = parsed(text.toString('utf8'));
  if (manifest === undefined) {
    throw new QuestsError('INVALID_FILE', `${path} is damaged: make the plan again`);
  }
  if (manifest.version !== version) {
    const versions = `made by version ${manifest.version}, this is ${version}`;
    throw new QuestsError('MISMATCH', `the plan in ${folder} was ${versions}: make the plan again`);
  }
  const { descriptors } = manifest;
  const species = plannedSpecies(descriptors.species, folder);
  return {
    folder,
    manifest: { ...manifest, descriptors: { ...descriptors, species } },
    id: await checksum([text]),
  };
}

/** The species of a plan; `full` is there with the version of its weights. */
function plannedSpecies(species: Manifest['descriptors']['species'], folder: string): DescriptorSpecies {
  const version = typeof species === 'string' ? storedVersion(species) : undefined;
  if (version === undefined) return species;
  if (version === CHANNELS_VERSION) return 'full';
  const versions = `version ${version} of the weights of elements, this is ${CHANNELS_VERSION}`;
  throw new QuestsError('MISMATCH', `the plan in ${folder} was made with ${versions}: make the plan again`);
}

function parsed(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Partial<Manifest> | null;
    const { command, format, shards, inputs, sets, sums } = manifest ?? {};
    const lists = [command?.input, inputs, sets, sums];
    const whole = format === 2 && Number.isSafeInteger(shards) && lists.every(Array.isArray);
    return whole ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** What is to be known of an input. */
export async function plannedInput(path: string): Promise<PlannedInput> {
  const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
    throw accessError('read', path, error);
  });
  return { path, size, modified: mtimeMs, sha256: await fileChecksum(path) };
}

/**
 * Inputs that aren't as they were when the plan was made, each with what is wrong. A file of
 * another date is read: only one with other bytes counts as changed.
 */
export async function staleInputs({ manifest }: Work): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, size, modified, sha256 } of manifest.inputs) {
    const place = resolve(manifest.folder, path);
    try {
      const now = await stat(place);
      if (now.size === size && now.mtimeMs === modified) continue;
      if (now.size === size && (await fileChecksum(place)) === sha256) continue;
      stale.push(`${path} has changed since the plan was made`);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') stale.push(`${path} is gone`);
      else throw accessError('read', path, error);
    }
  }
  return stale;
}

/**
 * Refuses a plan whose inputs have changed.
 *
 * @throws {QuestsError} MISMATCH
 */
export async function checkInputs(work: Work): Promise<void> {
  const [first, ...others] = await staleInputs(work);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  throw new QuestsError('MISMATCH', `${first}${more}: make the plan in ${work.folder} again`);
}

async function fileChecksum(path: string): Promise<string> {
  const [{ createHash }, { createReadStream }] = await Promise.all([
    import('node:crypto'),
    import('node:fs'),
  ]);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
  } catch (error) {
    throw accessError('read', path, error);
  }
  return hash.digest('hex');
}
