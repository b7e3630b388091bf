import { expect, it } from 'vitest';
import { compress, DescriptorMatrix } from '../../ts/node.js';

/** Frames of one environment each. */
function frames(values: readonly number[]): DescriptorMatrix {
  const frameOffsets = [...values.keys(), values.length];
  return new DescriptorMatrix(Float64Array.from(values), { width: 1, frameOffsets });
}

const REFERENCE = frames([0]);

it('environments that are new by name stay new until one with that name is kept', async () => {
  // The kernel takes the last three for known: the names say that two of them are not.
  const x = frames([0.03, 0, 0, 0]);
  const names = [false, false, 'A', 'B'];
  const options = { reference: REFERENCE, size: { count: 4 }, bandwidth: 0.015 };
  const named = await compress(x, { ...options, novel: (row) => names[row] ?? false });
  expect([...named.picks]).toEqual([2, 3, 0, 1]);
  expect([...named.gains.subarray(0, 2)]).toEqual([Infinity, Infinity]);
  expect(named.gains[2]).toBeLessThan(10);
  // Without names, what is like one that is kept is known.
  const unnamed = await compress(x, { ...options, novel: (row) => row > 1 });
  expect([...unnamed.picks].slice(0, 2)).toEqual([2, 0]);
});

it('one name makes no difference to the picks and gains of others', async () => {
  const x = frames([0.03, 0.05, 0, 0.01, 0.002]);
  const options = { reference: REFERENCE, size: { count: 5 }, bandwidth: 0.015 };
  const named = await compress(x, { ...options, novel: (row) => (row === 2 ? 'A' : false) });
  const unnamed = await compress(x, { ...options, novel: (row) => row === 2 });
  expect(named).toEqual(unnamed);
});

it('atom_msc covers each name by its own', async () => {
  const x = frames([0, 0, 0, 0]);
  const names = [false, 'A', 'B', 'A'];
  const options = { reference: REFERENCE, method: 'atom_msc', targetOverlap: 1 } as const;
  const { picks, gains } = await compress(x, { ...options, novel: (row) => names[row] ?? false });
  expect([...picks]).toEqual([1, 2]);
  expect([...gains]).toEqual([1, 1]);
});
