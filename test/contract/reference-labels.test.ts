import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  buildReference,
  DescriptorMatrix,
  openReference,
  type StoredReference,
  type Structure,
} from '../../ts/node.js';
import { nearestEnvironment } from '../../ts/faces/node/analysis.js';
import { randomRows } from '../support/data/random.js';
import { oneBatch, type OpenedReference, referenceFolder } from '../support/data/stored-references.js';

const { stored, path } = referenceFolder();

const WIDTH = 3;
const ATOMS = 700;
const FRAMES = 30;

/** Frame i: an energy but for every fifth, a text, a stress, forces, tags of every second frame. */
function structure(frame: number): Structure {
  const data = Float64Array.from({ length: 3 * ATOMS }, (_, at) => frame + at / 1000);
  const tags = Array.from(
    { length: ATOMS },
    (_, atom) => ['bulk', 'surface', 'Ångström'][(frame + atom) % 3] ?? '',
  );
  return {
    positions: new Float64Array(3 * ATOMS),
    info: {
      ...(frame % 5 > 0 && { energy: -frame - 0.25 }),
      config_type: frame === 3 ? 300 : frame % 2 ? 'liquid' : 'solid',
      stress: [frame, 0, 0, 0, 1, 0, 0, 0, -1],
      converged: frame % 3 === 0,
    },
    arrays: {
      forces: { data, kind: 'R', width: 3 },
      ...(frame % 2 === 1 && { tag: { data: tags, kind: 'S', width: 1 } }),
    },
  };
}

function built(
  keep: readonly string[],
  structures: readonly Structure[],
  merge?: number,
): Promise<OpenedReference> {
  // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
  const batches = async function* (): AsyncGenerator<{
    x: DescriptorMatrix;
    structures: readonly Structure[];
  }> {
    for (let first = 0; first < structures.length; first += 4) {
      const some = structures.slice(first, first + 4);
      const frameOffsets = Array.from({ length: some.length + 1 }, (_, frame) => frame * ATOMS);
      const data = randomRows(first, some.length * ATOMS, WIDTH, 0.1);
      yield { x: new DescriptorMatrix(data, { width: WIDTH, frameOffsets }), structures: some };
    }
  };
  return stored(batches(), { keep, ...(merge && { merge }) });
}

const ALL = Array.from({ length: FRAMES }, (_, frame) => structure(frame));

describe('labels of a stored reference', () => {
  it('are those of the frame and the atom of each environment', async () => {
    const keep = ['tag', 'energy', 'config_type', 'stress', 'converged', 'forces', 'energy'];
    const file = await built(keep, ALL);
    expect(file.facts.labels).toEqual([
      { name: 'tag', of: 'atom' },
      { name: 'energy', of: 'frame' },
      { name: 'config_type', of: 'frame' },
      { name: 'stress', of: 'frame' },
      { name: 'converged', of: 'frame' },
      { name: 'forces', of: 'atom' },
    ]);
    for (const [frame, atom] of [
      [0, 0],
      [3, 17],
      [5, 699],
      // Values before and after the end of what has one checksum.
      [11, 491],
      [11, 492],
      [29, 699],
    ] as const) {
      const { info = {}, arrays = {} } = ALL[frame] as Structure;
      const { labels, atom: found } = await file.placeOf(frame * ATOMS + atom);
      expect(found).toBe(atom);
      expect(labels).toEqual({
        tag: (arrays.tag?.data[atom] as string | undefined) ?? null,
        energy: info.energy ?? null,
        config_type: String(info.config_type),
        stress: info.stress,
        converged: info.converged,
        forces: Array.from({ length: 3 }, (_, axis) => arrays.forces?.data[3 * atom + axis]),
      });
    }
    // An older program refuses it by its version.
    expect(readFileSync(file.path)[8]).toBe(2);
    await file.close();
  });

  it('come with the nearest environment, also of merged ones', async () => {
    const file = await built(['config_type'], ALL, 1);
    const y = new DescriptorMatrix(randomRows(0, ATOMS, WIDTH, 0.1), { width: WIDTH });
    const { row, labels } = await nearestEnvironment(y, 5, file);
    expect(labels).toEqual({ config_type: String(ALL[Math.floor(row / ATOMS)]?.info?.config_type) });
    await file.close();
  });

  it('leave files without any as they were', async () => {
    const file = await built([], ALL.slice(0, 4));
    expect([file.facts.labels, readFileSync(file.path)[8]]).toEqual([[], 1]);
    expect((await file.placeOf(3)).labels).toEqual({});
    await file.close();
  });

  it('are taken over into another reference', async () => {
    const keep = ['energy', 'config_type', 'tag', 'forces', 'converged'];
    const [one, other] = [await built(keep, ALL), await built(keep, ALL)];
    await other.close();
    const structures = await one.labelled();
    const again = await built(keep, structures);
    for (const row of [0, 777, 2345, FRAMES * ATOMS - 1]) {
      expect(await again.placeOf(row)).toEqual(await one.placeOf(row));
    }
    await one.close();
    await again.close();
  });

  it('are refused where they are not there, or cannot be kept', async () => {
    await expect(built(['energi'], ALL)).rejects.toThrow(
      'no structure has energi: they have config_type, converged, energy, forces, stress, tag',
    );
    const odd = { ...structure(1), info: { forces: 3 } };
    await expect(built(['forces'], [structure(0), odd])).rejects.toThrow(
      'forces is a value of frames, and a column of atoms',
    );
    const other = structure(1);
    const narrow = {
      ...other.arrays,
      forces: { data: new Float64Array(ATOMS), kind: 'R', width: 1 } as const,
    };
    await expect(built(['forces'], [structure(0), { ...other, arrays: narrow }])).rejects.toThrow(
      'column forces has other values (R:1) than before (R:3)',
    );
    const short = { ...other, info: { stress: [1, 2] } };
    await expect(built(['stress'], [structure(0), short])).rejects.toThrow('stress has 2 or 9 numbers');
    const bare = new DescriptorMatrix(randomRows(1, 5, WIDTH, 1), { width: WIDTH });
    await expect(buildReference(oneBatch(bare), path(), { keep: ['energy'] })).rejects.toThrow(
      'labels are kept of structures',
    );
  });

  it('give no wrong value from a changed byte', async () => {
    const file = await built(['config_type', 'forces', 'tag'], ALL.slice(0, 3));
    const row = 2 * ATOMS + 13;
    const right = await file.placeOf(row);
    await file.close();
    const bytes = readFileSync(file.path);
    let refused = 0;
    for (let at = 24; at < bytes.length; at += 401) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 0x10;
      writeFileSync(file.path, changed);
      let opened: StoredReference | undefined;
      try {
        opened = await openReference(file.path);
        expect(await opened.placeOf(row)).toEqual(right);
      } catch (error) {
        expect(error, `byte ${at}`).toMatchObject({ code: 'INVALID_FILE' });
        refused += 1;
      }
      await opened?.close();
    }
    expect(refused).toBeGreaterThan(50);
  });
});
