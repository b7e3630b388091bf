import { existsSync } from 'node:fs';
import { buildReference, type DescriptorMatrix, descriptors, type Structure } from 'quests';
import { kept, loadMatrix, SHARED, writeFrames, writeRows } from './files.js';
import { shuffled, normalNumbers } from './random.js';
import { copper, rattled, replicas, sharedStructures } from './structures.js';

/**
 * Thrown by a data set that needs the shared folder where that is absent: the case sits out, by
 * name.
 */
export class Absent extends Error {}

/** Folders of the diverse data. */
const DIVERSE = ['mlearn', 'molecular'];

/** One periodic cell of 4·cells³ rattled copper atoms, as frames. */
export function copperFrames(cells: number): Promise<string> {
  return kept(`copper-${cells}`, (path) => writeFrames(path, [copper(cells, cells)]));
}

/** 2,000 frames of 4 to 60 atoms: those of `mlearn`, in turn and rattled. */
export function smallFrames(): Promise<string> {
  return kept('mlearn-2000', async (path) => {
    const frames = await shared(['mlearn']);
    const small = frames.filter(({ positions }) => positions.length >= 12 && positions.length <= 180);
    const normal = normalNumbers(2000);
    const chosen = Array.from({ length: 2000 }, (_, at) => small[at % small.length] as Structure);
    await writeFrames(
      path,
      chosen.map((frame) => rattled(frame, normal)),
    );
  });
}

/**
 * Descriptors of one phase: a rattled copper cell, where no pair of environments can be left out.
 */
export function denseRows(cells: number, seed = cells): Promise<string> {
  return kept(`dense-${cells}-${seed}.npy`, async (path) => {
    await writeRows(path, await descriptors(copper(cells, seed)));
  });
}

/** Descriptors of all structures of some folders of the shared data, in random order. */
export function diverseRows(folders: readonly string[]): Promise<string> {
  return kept(`${folders.join('-')}.npy`, async (path) => {
    const x = await descriptors(await shared(folders));
    await writeRows(path, x, shuffled(x.rows, 1));
  });
}

/**
 * Descriptors of rattled copies of all diverse structures, in random order: `rows` environments.
 */
export function replicatedRows(rows: number, seed: number): Promise<string> {
  return kept(`replicas-${rows}-${seed}.npy`, async (path) => {
    const x = await descriptors(replicas(await shared(DIVERSE), rows, seed));
    await writeRows(path, x, shuffled(x.rows, seed).subarray(0, rows));
  });
}

/** Rows that are made at once, at most. */
const BATCH = 1_000_000;

/**
 * The same as a stored reference; of more than a million, each further million is of a seed more.
 */
export function storedRows(rows: number, seed: number): Promise<string> {
  return kept(`replicas-${rows}-${seed}.qref`, async (path) => {
    async function* batches(): AsyncGenerator<DescriptorMatrix> {
      for (let at = 0; at * BATCH < rows; at++)
        yield await loadMatrix(await replicatedRows(Math.min(BATCH, rows - at * BATCH), seed + at));
    }
    await buildReference(batches(), path);
  });
}

async function shared(folders: readonly string[]): Promise<Structure[]> {
  if (!existsSync(SHARED)) throw new Absent(`needs ${SHARED}, which is not there`);
  const frames: Structure[] = [];
  for (const folder of folders) frames.push(...(await sharedStructures(folder)));
  return frames;
}
