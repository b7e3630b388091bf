import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DescriptorMatrix, type Structure } from 'quests';
import { readMatrix, writeMatrix } from 'quests/io';

/** Where data sets are kept between runs; remove the folder to have them made again. */
export const DATA = 'build/bench/data';

/** Structures that other people made; absent where the project stands alone. */
export const SHARED = join('..', 'shared', 'data');

/** Makes a file or folder of the data, unless it is there. */
export async function kept(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(DATA, name);
  if (existsSync(path)) return path;
  mkdirSync(DATA, { recursive: true });
  // Under another name at first: what was interrupted half way must not be taken for the whole.
  const unfinished = join(DATA, `unfinished-${name}`);
  rmSync(unfinished, { recursive: true, force: true });
  await make(unfinished);
  renameSync(unfinished, path);
  return path;
}

/** Writes frames as arrays, which every engine reads at once. */
export async function writeFrames(folder: string, frames: readonly Structure[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const atoms = frames.reduce((sum, { positions }) => sum + positions.length / 3, 0);
  const positions = new Float64Array(3 * atoms);
  const offsets = new Float64Array(frames.length + 1);
  const cells = new Float64Array(9 * frames.length);
  const pbc = new Float64Array(frames.length);
  frames.forEach((frame, index) => {
    const start = offsets[index] as number;
    positions.set(frame.positions, 3 * start);
    cells.set(frame.cell ?? [], 9 * index);
    pbc[index] = frame.cell !== undefined && (frame.pbc?.every(Boolean) ?? true) ? 1 : 0;
    offsets[index + 1] = start + frame.positions.length / 3;
  });
  await write(folder, 'positions', positions, [atoms, 3]);
  await write(folder, 'offsets', offsets, [offsets.length, 1]);
  await write(folder, 'cells', cells, [frames.length, 9]);
  await write(folder, 'pbc', pbc, [pbc.length, 1]);
}

/** Reads frames that {@link writeFrames} wrote. */
export async function framesIn(folder: string): Promise<Structure[]> {
  const read = async (name: string): Promise<Float64Array> =>
    (await readMatrix(join(folder, `${name}.npy`))).data;
  const [positions, offsets] = [await read('positions'), await read('offsets')];
  const [cells, pbc] = [await read('cells'), await read('pbc')];
  return Array.from(pbc, (periodic, index) => {
    const own = positions.slice(3 * (offsets[index] as number), 3 * (offsets[index + 1] as number));
    if (periodic === 0) return { positions: own };
    return { positions: own, cell: cells.slice(9 * index, 9 * index + 9) };
  });
}

/** Writes descriptors, or some of their rows, in the order given. */
export async function writeRows(path: string, x: DescriptorMatrix, rows?: ArrayLike<number>): Promise<void> {
  const { width } = x;
  if (rows === undefined) {
    await writeMatrix(path, { data: x.data, shape: [x.rows, width] }, { format: 'npy' });
    return;
  }
  const data = new Float64Array(rows.length * width);
  Array.from(rows, (row, at) => data.set(x.data.subarray(row * width, (row + 1) * width), at * width));
  await writeMatrix(path, { data, shape: [rows.length, width] }, { format: 'npy' });
}

/** Reads descriptors. */
export async function loadMatrix(path: string, rows?: number): Promise<DescriptorMatrix> {
  const { data, shape } = await readMatrix(path);
  const width = shape[1] ?? 1;
  return new DescriptorMatrix(rows === undefined ? data : data.slice(0, rows * width), { width });
}

async function write(folder: string, name: string, data: Float64Array, shape: number[]): Promise<void> {
  await writeMatrix(join(folder, `${name}.npy`), { data, shape });
}
