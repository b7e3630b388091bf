import { expect, it } from 'vitest';
import { readStructures } from '../../ts/io/files/blob.js';
import { FORMATS } from '../../ts/io/files/formats.js';
import { descriptors, entropy, type Structure } from '../../ts/node.js';
import { BACKENDS, bothBackends } from '../support/backends/backends.js';
import { formatExamples } from '../support/data/format-examples.js';
import { all } from '../support/data/reading.js';

const backends = await bothBackends();
const examples = await formatExamples();

it('there is an example of every format that structures are read from', () => {
  const read = FORMATS.filter(({ structures }) => {
    const { read, readRanges, readFolder } = structures ?? {};
    return (read ?? readRanges ?? readFolder) !== undefined;
  });
  expect(examples.map(({ format }) => format).sort()).toEqual(read.map(({ name }) => name).sort());
  // What the documentation promises.
  expect(read.length).toBeGreaterThanOrEqual(18);
});

it.each(examples)(
  '$format is read alike by the addon and by WebAssembly, and has an entropy',
  async ({ files }) => {
    const found: { structures: Structure[]; entropy: number }[] = [];
    for (const name of BACKENDS) {
      const backend = backends[name];
      const given = Object.entries(files).map(([path, bytes]) => {
        const file = new File([Uint8Array.from(bytes)], path.replace(/.*\//, ''));
        return Object.defineProperty(file, 'webkitRelativePath', { value: path.includes('/') ? path : '' });
      });
      const structures = await all(readStructures(given, { backend }));
      const x = await descriptors(structures, { backend });
      found.push({ structures, entropy: await entropy(x, { backend }) });
    }
    const [native, wasm] = found;
    expect(native?.structures.length).toBeGreaterThan(0);
    expect(wasm?.structures).toEqual(native?.structures);
    expect(native?.entropy).toBeGreaterThan(0);
    expect(Math.abs((wasm?.entropy ?? NaN) - (native?.entropy ?? NaN))).toBeLessThan(1e-12);
  },
);
