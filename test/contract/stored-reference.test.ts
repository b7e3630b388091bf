import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  buildReference,
  compress,
  deltaEntropy,
  DescriptorMatrix,
  entropy,
  openReference,
  overlap,
  referenceSet,
  type StoredReference,
} from '../../ts/node.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { kernelMean, nearestDeltaEntropy, nearestEnvironment } from '../../ts/faces/node/analysis.js';
import { crc32 } from '../../ts/io/text/crc32.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { batchesOf, type OpenedReference, referenceFolder } from '../support/data/stored-references.js';

const { path: newPath, stored: store } = referenceFolder();

function stored(x: DescriptorMatrix, backend: 'native' | 'wasm', memory?: number): Promise<OpenedReference> {
  return store(x, { backend, memory });
}

/**
 * Rows in some clusters that are far from each other, so that most leaves are far from most rows.
 */
function clustered(seed: number, rows: number, width: number, clusters: number): Float64Array {
  const data = randomRows(seed, rows, width, 0.02);
  for (let row = 0; row < rows; row++) data[row * width] = (data[row * width] as number) + (row % clusters);
  return data;
}

/** Rows of some elements in a random order, each in clusters; the first column is their label. */
function labelled(
  seed: number,
  counts: Readonly<Record<string, number>>,
  width: number,
  clusters: number,
  species: 'center' | 'full' = 'center',
): DescriptorMatrix {
  const elements = Object.entries(counts).flatMap(([element, count]) => Array<string>(count).fill(element));
  const places = randomRows(seed + 1, elements.length, 1, 9);
  const order = [...places.keys()].sort((a, b) => (places[a] as number) - (places[b] as number));
  const rows = clustered(seed, elements.length, width - 1, clusters);
  const data = new Float64Array(elements.length * width);
  for (const [row, from] of order.entries()) {
    data[row * width] = labelOf(elements[from] as string);
    data.set(rows.subarray(row * (width - 1), (row + 1) * (width - 1)), row * width + 1);
  }
  return new DescriptorMatrix(data, { width, species });
}

/** A file with another head. */
function withHead(bytes: Buffer, change: (head: Record<string, unknown>) => void): Buffer {
  const length = bytes.readUInt32LE(12);
  const head = JSON.parse(bytes.toString('utf8', 24, 24 + length)) as Record<string, unknown>;
  change(head);
  const text = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.from(bytes.subarray(0, 24));
  prefix.writeUInt32LE(text.length, 12);
  prefix.writeUInt32LE(crc32(text), 16);
  const fill = (size: number): number => Math.ceil(size / 8) * 8;
  const filled = Buffer.concat([text, Buffer.alloc(fill(text.length) - text.length)]);
  return Buffer.concat([prefix, filled, bytes.subarray(24 + fill(length))]);
}

describe.each(BACKENDS)('a stored reference of several elements, on %s', (backend) => {
  const bandwidth = 0.03;
  const options = { backend, bandwidth };

  it.each([
    [{ Cu: 1, Au: 1 }, 3, 1],
    [{ Cu: 240, Au: 239, O: 1 }, 2, 1],
    [{ O: 480, Cu: 241, Au: 1 }, 4, 2],
    [{ Cu: 1921, Au: 1920, Ag: 3 }, 6, 3],
    [{ Cu: 4801 }, 10, 7],
    [{ Au: 700, Cu: 900, Ag: 30, O: 400 }, 254, 2],
  ])('gives the bits of %j with %i columns in memory', async (counts, width, clusters) => {
    for (const species of ['center', 'full'] as const) {
      const x = labelled(width, counts, width, clusters, species);
      const near = labelled(width + 5, { Cu: 150, Au: 80, Pt: 7, O: 20 }, width, clusters + 2, species);
      const far = near.data.map((value, at) => (at % width === 0 ? value : value + 0.37));
      const y = new DescriptorMatrix(Float64Array.from([...near.data, ...far.slice(0, 50 * width)]), {
        width,
        species,
      });
      const file = await stored(x, backend);
      const inMemory = await referenceSet(x, { backend });
      const expected = await deltaEntropy(y, inMemory, options);
      const found = await deltaEntropy(y, file, options);
      expect(found).toEqual(expected);
      for (const [row, value] of found.entries()) {
        const isKnown = Object.keys(counts).some((element) => labelOf(element) === y.data[row * width]);
        expect(Number.isFinite(value)).toBe(isKnown);
      }
      const several = { backend, bandwidth: [0.01, 0.1] };
      expect(await deltaEntropy(y, file, several)).toEqual(await deltaEntropy(y, inMemory, several));
      expect(await overlap(y, file, { ...options, epsilon: [0, 5] })).toEqual(
        await overlap(y, inMemory, { ...options, epsilon: [0, 5] }),
      );
      const tight = await openReference(file.path, { memory: 1 });
      expect(await deltaEntropy(y, tight, options)).toEqual(expected);
      expect(await deltaEntropy(y, tight, { ...options, tolerance: 0.1 })).toMatchObject({
        values: expected,
      });
      const matrix = await file.matrix();
      expect([matrix.data, matrix.species]).toEqual([x.data, species]);
      const some = Uint32Array.of(x.rows - 1, 0, x.rows - 1);
      expect((await file.rowsAt(some)).data).toEqual(
        Float64Array.from([...some].flatMap((row) => [...x.data.slice(row * width, (row + 1) * width)])),
      );
      expect(file.facts.elements).toEqual(Object.keys(counts).sort());
      expect(file.facts.centers).toEqual(
        Object.fromEntries(Object.entries(counts).map(([one, rows]) => [one, { rows, stored: rows }])),
      );
      inMemory.dispose();
      await tight.close();
      await file.close();
    }
  });

  it('stores copies of each element once, where it has many', async () => {
    const width = 6;
    const [copied, single] = [labelled(3, { Cu: 700 }, width, 3), labelled(4, { Au: 900, Ag: 1 }, width, 3)];
    // The same numbers around atoms of another element are no copies.
    const other = copied.data.map((value, at) => (at % width === 0 ? labelOf('O') : value));
    const data = [copied.data, single.data, copied.data, other, copied.data].flatMap((part) => [...part]);
    const x = new DescriptorMatrix(data, { width, species: 'center' });
    const y = labelled(5, { Cu: 200, Au: 100, Ag: 20, O: 30 }, width, 4);
    const twice = new DescriptorMatrix(Float64Array.from([...y.data, ...y.data]), {
      width,
      species: 'center',
    });
    const file = await stored(x, backend);
    expect(file.facts.centers).toEqual({
      Cu: { rows: 2100, stored: 700 },
      Au: { rows: 900, stored: 900 },
      Ag: { rows: 1, stored: 1 },
      O: { rows: 700, stored: 700 },
    });
    for (const queries of [y, twice]) {
      expect(await deltaEntropy(queries, file, options)).toEqual(await deltaEntropy(queries, x, options));
    }
    expect((await file.matrix()).data).toEqual(x.data);
    const same = await nearestEnvironment(copied, 17, file, { backend });
    expect(same).toMatchObject({ row: 17, distance: 0, alike: 3 });
    const gold = await nearestEnvironment(single, 30, file, { backend });
    expect(gold).toMatchObject({ row: 730, distance: 0, alike: 1 });
    await expect(nearestEnvironment(labelled(6, { Pt: 1 }, width, 1), 0, file, { backend })).rejects.toThrow(
      'has no environment of Pt',
    );
    await file.close();
  });

  it('reads of one element what is near', async () => {
    const width = 6;
    const x = labelled(5, { Cu: 9000, Au: 9000 }, width, 50);
    const file = await stored(x, backend);
    const opened = file.bytesRead;
    await deltaEntropy(labelled(6, { Cu: 50 }, width, 1), file, options);
    const read = file.bytesRead - opened;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(0.15 * file.facts.bytes);
    await deltaEntropy(labelled(6, { Pt: 50 }, width, 1), file, options);
    expect(file.bytesRead - opened).toBe(read);
    await file.close();
  });

  it('has the H of a sample that the set in memory has', async () => {
    const width = 5;
    const x = labelled(10, { Cu: 9000, Au: 7000, Ag: 600 }, width, 5);
    const file = await stored(x, backend);
    const tolerant = { ...options, tolerance: 0.2, seed: 7 };
    const expected = await entropy(x, tolerant);
    expect(expected.error).toBeGreaterThan(0);
    expect(await entropy(file, tolerant)).toEqual(expected);
    const tight = await openReference(file.path, { memory: 1e5 });
    expect(await entropy(tight, tolerant)).toEqual(expected);
    await tight.close();
    await file.close();
  });

  it('takes half of the room in single precision', async () => {
    const width = 64;
    const x = labelled(20, { Cu: 1500, Au: 900, O: 3 }, width, 3);
    const y = labelled(21, { Cu: 60, Au: 60, O: 5, Pt: 2 }, width, 4);
    const path = newPath();
    await buildReference(batchesOf(x, 700), path, { backend, precision: 'single' });
    const file = await openReference(path, { memory: 1 });
    const exact = await deltaEntropy(y, x, options);
    for (const [row, value] of (await deltaEntropy(y, file, options)).entries()) {
      const expected = exact[row] as number;
      if (expected === Infinity) expect(value).toBe(Infinity);
      else expect(Math.abs(value - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected) / 100));
    }
    const double = await stored(x, backend);
    expect(file.facts.bytes).toBeLessThan(0.56 * double.facts.bytes);
    await double.close();
    await file.close();
  });

  it('stands wherever a set does', async () => {
    const width = 5;
    const x = labelled(7, { Cu: 400, Au: 200 }, width, 2);
    const y = labelled(8, { Cu: 60, Au: 29, Pt: 1 }, width, 3);
    const weights = randomRows(9, 600, 1, 1);
    const file = await stored(x, backend);
    expect(await entropy(file, options)).toBe(await entropy(x, options));
    expect(await kernelMean(y, file, weights, options)).toEqual(await kernelMean(y, x, weights, options));
    expect(await nearestDeltaEntropy(y, file, options)).toEqual(await nearestDeltaEntropy(y, x, options));
    const plain = new DescriptorMatrix(y.data, { width });
    await expect(deltaEntropy(plain, file, options)).rejects.toMatchObject({ code: 'MISMATCH' });
    await file.close();
  });
});

describe.each(BACKENDS)('a stored reference, on %s', (backend) => {
  const bandwidth = 0.03;
  const options = { backend, bandwidth };

  it.each([
    [1, 1, 1],
    [239, 3, 1],
    [240, 3, 1],
    [241, 3, 2],
    [1920, 5, 3],
    [1921, 5, 3],
    [4801, 9, 7],
    [2500, 63, 4],
    [700, 300, 2],
  ])('gives the bits of %i rows of %i columns in memory', async (rows, width, clusters) => {
    const x = new DescriptorMatrix(clustered(rows, rows, width, clusters), { width });
    // Some near, some far from all of it, some between two clusters.
    const y = new DescriptorMatrix(
      Float64Array.from([
        ...clustered(rows + 1, 300, width, clusters + 2),
        ...clustered(rows + 2, 20, width, 1).map((value) => value + 0.37),
      ]),
      { width },
    );
    const file = await stored(x, backend);
    const inMemory = await referenceSet(x, { backend });
    const expected = await deltaEntropy(y, inMemory, options);
    expect(await deltaEntropy(y, file, options)).toEqual(expected);
    expect(await deltaEntropy(y, file, { backend, bandwidth: [0.01, 0.1] })).toEqual(
      await deltaEntropy(y, inMemory, { backend, bandwidth: [0.01, 0.1] }),
    );
    expect(await overlap(y, file, { ...options, epsilon: [0, 5] })).toEqual(
      await overlap(y, inMemory, { ...options, epsilon: [0, 5] }),
    );
    // One leaf at a time: every leaf is let go of before the next.
    const tight = await openReference(file.path, { memory: 1 });
    expect(await deltaEntropy(y, tight, options)).toEqual(expected);
    expect((await file.matrix()).data).toEqual(x.data);
    inMemory.dispose();
    await tight.close();
    await file.close();
    await expect(deltaEntropy(y, file, options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is read by two at once, and by several calls of one', async () => {
    const width = 5;
    const x = new DescriptorMatrix(clustered(30, 5000, width, 9), { width });
    const sets = [31, 32, 33].map((seed) => new DescriptorMatrix(clustered(seed, 200, width, 11), { width }));
    const file = await stored(x, backend);
    const other = await openReference(file.path, { memory: 5e4 });
    const expected = await Promise.all(sets.map((y) => deltaEntropy(y, x, options)));
    const found = await Promise.all(
      [file, other].map((each) => Promise.all(sets.map((y) => deltaEntropy(y, each, options)))),
    );
    expect(found).toEqual([expected, expected]);
    await file.close();
    // The other goes on.
    expect(await deltaEntropy(sets[0] as DescriptorMatrix, other, options)).toEqual(expected[0]);
    await other.close();
  });

  it('stores copies once, and counts them', async () => {
    const width = 7;
    const few = clustered(3, 900, width, 3);
    const x = new DescriptorMatrix(Float64Array.from([...few, ...few, ...few.slice(0, 350), ...few]), {
      width,
    });
    const y = new DescriptorMatrix(clustered(4, 400, width, 4), { width });
    const twice = new DescriptorMatrix(Float64Array.from([...y.data, ...y.data]), { width });
    const file = await stored(x, backend);
    expect([file.rows, file.facts.stored]).toEqual([x.rows, 900]);
    for (const queries of [y, twice]) {
      expect(await deltaEntropy(queries, file, options)).toEqual(await deltaEntropy(queries, x, options));
    }
    expect((await file.matrix()).data).toEqual(x.data);
    await file.close();
  });

  it('reads what is near, and only once', async () => {
    const width = 6;
    const x = new DescriptorMatrix(clustered(5, 24_000, width, 100), { width });
    const file = await stored(x, backend);
    const opened = file.bytesRead;
    expect(opened).toBeLessThan(0.1 * file.facts.bytes);
    const y = new DescriptorMatrix(clustered(6, 50, width, 1), { width });
    await deltaEntropy(y, file, options);
    const read = file.bytesRead - opened;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(0.15 * file.facts.bytes);
    await deltaEntropy(y, file, options);
    expect(file.bytesRead - opened).toBe(read);
    await file.close();
  });

  it('has the H of a sample that the set in memory has', async () => {
    const width = 6;
    const x = new DescriptorMatrix(clustered(10, 16_500, width, 5), { width });
    const file = await stored(x, backend);
    const tolerant = { ...options, tolerance: 0.2, seed: 7 };
    const expected = await entropy(x, tolerant);
    expect(expected.error).toBeGreaterThan(0);
    expect(await entropy(file, tolerant)).toEqual(expected);
    // Where all of it may not be in memory, leaves come and go.
    const tight = await openReference(file.path, { memory: 1e5 });
    expect(await entropy(tight, tolerant)).toEqual(expected);
    const y = new DescriptorMatrix(clustered(12, 40, width, 2), { width });
    const values = await deltaEntropy(y, file, options);
    const opened = tight.bytesRead;
    expect(await deltaEntropy(y, tight, tolerant)).toMatchObject({ values, mean: { error: 0 } });
    expect(tight.bytesRead - opened).toBeLessThan(0.8 * tight.facts.bytes);
    for (const wrong of [{ tolerance: 0 }, { tolerance: Infinity }, { seed: -1 }]) {
      const refused = { ...tolerant, ...wrong };
      await expect(deltaEntropy(y, tight, refused)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(entropy(tight, refused)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await tight.close();
    await file.close();
  });

  it('has an H that its interval holds, where the set is larger than memory may be', async () => {
    const width = 4;
    const single = clustered(11, 3000, width, 30);
    const copied = Float64Array.from([...single, ...single, ...single.slice(0, 400)]);
    for (const data of [single, copied]) {
      const x = new DescriptorMatrix(data, { width });
      const exact = await entropy(x, options);
      const file = await stored(x, backend);
      await file.close();
      const tight = await openReference(file.path, { memory: 1e4 });
      let held = 0;
      for (let seed = 0; seed < 20; seed++) {
        const { low, high, error } = await entropy(tight, { ...options, tolerance: 0.1, seed });
        expect(error).toBeLessThan(0.13);
        held += Number(low - 1e-9 <= exact && exact <= high + 1e-9);
      }
      expect(held).toBeGreaterThanOrEqual(19);
      // A tolerance that only all rows keep to.
      const { value } = await entropy(tight, { ...options, tolerance: 1e-9 });
      expect(value).toBeCloseTo(exact, 9);
      await tight.close();
    }
  });

  it.each([
    [1, 1, 1],
    [241, 3, 1],
    [4801, 63, 6],
  ])('takes half of the room in single precision: %i rows of %i columns', async (rows, width, clusters) => {
    const single = clustered(20, rows, width, clusters);
    const whole = new DescriptorMatrix(single, { width });
    const copied = new DescriptorMatrix(Float64Array.from([...single, ...single]), { width });
    const y = new DescriptorMatrix(clustered(21, 60, width, clusters + 1), { width });
    for (const x of [whole, copied]) {
      const path = newPath();
      await buildReference(batchesOf(x, 700), path, { backend, precision: 'single' });
      const file = await openReference(path, { memory: 1 });
      expect(file.facts.precision).toBe('single');
      // Novel ones are far, and their δH is large: the error is relative there.
      const [found, exact] = [await deltaEntropy(y, file, options), await deltaEntropy(y, x, options)];
      for (const [row, value] of found.entries()) {
        const expected = exact[row] as number;
        expect(Math.abs(value - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected) / 100));
      }
      // What is read as a whole is what is summed over leaf by leaf.
      const read = await file.matrix();
      const inMemory = await deltaEntropy(y, read, options);
      for (const [row, value] of found.entries()) expect(value).toBeCloseTo(inMemory[row] as number, 9);
      if (rows > 1000) {
        const { bytes } = await stored(x, backend).then(async (double) => {
          await double.close();
          return double.facts;
        });
        expect(file.facts.bytes).toBeLessThan(0.56 * bytes);
      }
      await file.close();
    }
  });

  it('stands wherever a set does', async () => {
    const width = 5;
    const x = new DescriptorMatrix(clustered(7, 600, width, 2), { width });
    const y = new DescriptorMatrix(clustered(8, 90, width, 3), { width, frameOffsets: [0, 30, 60, 90] });
    const weights = randomRows(9, 600, 1, 1);
    const file = await stored(x, backend);
    expect(await entropy(file, options)).toBe(await entropy(x, options));
    expect(await kernelMean(y, file, weights, options)).toEqual(await kernelMean(y, x, weights, options));
    expect(await nearestDeltaEntropy(y, file, options)).toEqual(await nearestDeltaEntropy(y, x, options));
    const tolerant = { ...options, tolerance: 0.1 };
    expect(await deltaEntropy(y, file, tolerant)).toEqual(await deltaEntropy(y, x, tolerant));
    const picked = { ...options, size: { count: 2 }, method: 'msc_conditional' } as const;
    expect(await compress(y, { ...picked, reference: file })).toEqual(
      await compress(y, { ...picked, reference: x }),
    );
    await file.close();
  });
});

describe('a file of a reference', () => {
  const x = new DescriptorMatrix(randomRows(1, 500, 4, 0.05), { width: 4, k: 3, cutoff: 5 });
  const made = async (): Promise<string> => {
    const path = newPath();
    await buildReference(batchesOf(x, 300), path);
    return path;
  };

  it('says what it was made with, and where each row comes from', async () => {
    const path = newPath();
    const sources = [{ file: 'a.xyz', frame: 3 }, undefined];
    const framed = new DescriptorMatrix(x.data, {
      width: 4,
      k: 3,
      cutoff: 5,
      frameOffsets: [0, 100, 500],
      sources,
    });
    const built = await buildReference(batchesOf(framed, 500), path, { elements: () => ['Cu', 'Ag', 'Cu'] });
    expect(built).toMatchObject({ rows: 500, k: 3, cutoff: 5 });
    const whole = newPath();
    // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
    const one = async function* (): AsyncGenerator<DescriptorMatrix> {
      yield framed;
    };
    await buildReference(one(), whole, { elements: () => ['Cu', 'Ag', 'Cu'] });
    const file = await openReference(whole);
    expect([file.k, file.cutoff, file.species, file.facts.elements]).toEqual([3, 5, null, ['Ag', 'Cu']]);
    expect(await file.placeOf(99)).toEqual({ source: sources[0], atom: 99, labels: {} });
    expect(await file.placeOf(100)).toEqual({ source: undefined, atom: 0, labels: {} });
    await expect(file.placeOf(500)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const matrix = await file.matrix();
    expect([...matrix.frameOffsets]).toEqual([0, 100, 500]);
    expect(matrix.sources).toEqual(sources);
    await file.close();
  });

  it('is the same bytes each time, and replaced only where that is asked for', async () => {
    const [a, b] = [await made(), await made()];
    expect(readFileSync(a)).toEqual(readFileSync(b));
    await expect(buildReference(batchesOf(x, 100), a)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
    await buildReference(batchesOf(x, 100), a, { overwrite: true });
    const file = await openReference(a);
    expect(file.rows).toBe(500);
    await file.close();
  });

  it('is refused where it is cut, at any place', async () => {
    const path = await made();
    const bytes = readFileSync(path);
    for (const length of [5, 23, 24, 100, 400, 5000, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      await expect(openReference(path), `${length} bytes`).rejects.toMatchObject({ code: 'INVALID_FILE' });
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(8)]));
    await expect(openReference(path)).rejects.toMatchObject({ code: 'INVALID_FILE' });
  });

  const changing = [
    ['double', x],
    ['single', x],
    ['double', labelled(1, { Cu: 300, Au: 200 }, 4, 1)],
  ] as const;
  it.each(changing)('gives no number from a changed byte, in %s', async (precision, set) => {
    const path = newPath();
    await buildReference(batchesOf(set, 300), path, { precision });
    const bytes = readFileSync(path);
    const y = new DescriptorMatrix(set.data.slice(0, 80), { width: 4, species: set.species });
    const whole = await openReference(path);
    const right = await deltaEntropy(y, whole);
    await whole.close();
    for (let at = 0; at < bytes.length; at += 37) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 0x10;
      writeFileSync(path, changed);
      let file: StoredReference | undefined;
      try {
        file = await openReference(path);
        // A byte that fills up, or of the frames, which sums do not need.
        expect(await deltaEntropy(y, file)).toEqual(right);
      } catch (error) {
        expect(error, `byte ${at}`).toMatchObject({ code: 'INVALID_FILE' });
      }
      await file?.close();
    }
  });

  it('is refused as what it is', async () => {
    const path = await made();
    const bytes = readFileSync(path);
    const newer = Buffer.from(bytes);
    newer[8] = 4;
    writeFileSync(path, newer);
    await expect(openReference(path)).rejects.toThrow('a reference of version 4, made by a newer quests');
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 5), Buffer.from('\n\x1a'), bytes.subarray(8)]));
    await expect(openReference(path)).rejects.toMatchObject({ code: 'INVALID_FILE' });
    writeFileSync(path, '1\n\nCu 0 0 0\n');
    await expect(openReference(path)).rejects.toMatchObject({ code: 'INVALID_FILE' });
    expect(statSync(path).size).toBeGreaterThan(0);
  });

  it('of several elements says which rows are of which', async () => {
    const path = newPath();
    await buildReference(batchesOf(labelled(1, { Cu: 300, Au: 200 }, 4, 1, 'full'), 300), path);
    const bytes = readFileSync(path);
    const copper = { label: labelOf('Cu'), rows: 300, kept: 300 };
    const wrong: Record<string, unknown>[] = [
      { parts: [copper] },
      { parts: [copper, { ...copper, rows: 200, kept: 200 }] },
      {
        parts: [
          { ...copper, kept: 301 },
          { label: labelOf('Au'), rows: 200, kept: 199 },
        ],
      },
      {
        parts: [
          { ...copper, label: -1 },
          { label: labelOf('Au'), rows: 200, kept: 200 },
        ],
      },
      { parts: undefined },
      { parts: 'Cu' },
      { species: ['Au', 'Cu'] },
    ];
    for (const change of wrong) {
      writeFileSync(
        path,
        withHead(bytes, (head) => Object.assign(head, change)),
      );
      await expect(openReference(path), JSON.stringify(change)).rejects.toThrow('which rows are of which');
    }
    const older = 'weights of elements have version 1 in the file, 2 here';
    writeFileSync(
      path,
      withHead(bytes, (head) => Object.assign(head, { species: 'full' })),
    );
    await expect(openReference(path)).rejects.toThrow(
      `${older}; make them again: quests reference build --species full`,
    );
    writeFileSync(
      path,
      withHead(bytes, (head) => Object.assign(head, { species: 'other' })),
    );
    await expect(openReference(path)).rejects.toMatchObject({ code: 'INVALID_FILE' });
    writeFileSync(
      path,
      withHead(bytes, () => undefined),
    );
    const file = await openReference(path);
    expect(file.species).toBe('full');
    await file.close();
  });

  it('of one kind has the oldest version that knows it', async () => {
    expect(readFileSync(await made())[8]).toBe(1);
    const path = newPath();
    await buildReference(batchesOf(labelled(1, { Cu: 3 }, 4, 1), 300), path);
    expect(readFileSync(path)[8]).toBe(3);
  });

  it('that changes while it is open is noticed', async () => {
    const path = await made();
    const file = await openReference(path);
    const bytes = readFileSync(path);
    // In place: the same file, other rows.
    writeFileSync(path, bytes.fill(0x3f, 1000, 9000));
    const y = new DescriptorMatrix(randomRows(2, 20, 4, 0.05), { width: 4 });
    await expect(deltaEntropy(y, file)).rejects.toMatchObject({ code: 'INVALID_FILE' });
    await file.close();
  });

  it('leaves nothing behind where the build fails', async () => {
    const path = newPath();
    // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
    const failing = async function* (): AsyncGenerator<DescriptorMatrix> {
      yield x;
      throw new Error('no more');
    };
    await expect(buildReference(failing(), path)).rejects.toThrow('no more');
    await expect(openReference(path)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
    const other = new DescriptorMatrix(x.data, { width: 4, k: 5 });
    // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
    const mixed = async function* (): AsyncGenerator<DescriptorMatrix> {
      yield x;
      yield other;
    };
    await expect(buildReference(mixed(), path)).rejects.toMatchObject({ code: 'MISMATCH' });
  });
});
