import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildReference, DescriptorMatrix, type Structure } from '../../../../ts/node.js';
import { QuestsError } from '../../../../ts/base/error.js';
import type { FrameOptions } from '../../../../ts/io/structures/frames.js';
import { rangesOf } from '../../../../ts/io/text/ranges.js';
import { formatByName } from '../../../../ts/io/files/detect-format.js';
import type { Format, FormatName } from '../../../../ts/io/files/format.js';
import { FORMATS } from '../../../../ts/io/files/formats.js';
import { openBlob, readStructures as readBlobs } from '../../../../ts/io/files/blob.js';
import { writeNpy } from '../../../../ts/io/matrices/npy.js';
import { readDeepmd } from '../../../../ts/io/structures/deepmd.js';
import { writeStructuresParquet } from '../../../../ts/io/matrices/parquet-write.js';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import { COMPRESSED } from '../../../support/data/compressed-seeds.js';
import { random as randomSource } from '../../../support/data/random.js';
import { all, rowReader } from '../../../support/data/reading.js';
import { aseFile } from '../structures/ase/files.js';
import { zipOf } from '../../../support/data/zip.js';
import { cpuSeconds } from '../../../support/cpu-time.js';

/** Inputs per file in a usual run; QUESTS_FUZZ asks for more. */
const INPUTS = Number(process.env.QUESTS_FUZZ ?? 2000);

/** Longest that a reader may take with one of these small inputs, in s of CPU time. */
const LIMIT = 60;

/** Pieces that files are broken with. */
const PIECES = [
  '',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '"',
  "'",
  '{',
  '[',
  '=',
  ':',
  '\\',
  '\0',
  '-',
  'e',
  'nan',
  '****',
  '1e999',
]
  .concat([
    '1000000000000',
    '9999999',
    'Lattice=',
    'Properties=',
    'pbc=',
    '_JSON ',
    'species:S:1',
    'ITEM: TIMESTEP\n',
    ' atoms\n',
    'Direct',
    ' vasp.5.4',
    '<?xml ',
    '<v>',
    'BEGIN_CFG\n',
    'END_CFG\n',
    'Feature ',
    'begin\n',
    'data_',
    'loop_',
    '\n;',
    'end\n',
    'atom ',
    '</calculation>\n',
    '\ufeff',
    '\udc00',
  ])
  .map((piece) => new TextEncoder().encode(piece));

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (count: number): number => Math.floor(random() * count);
  let mutated = bytes;
  for (let count = 1 + below(4); count > 0; count--) {
    const from = below(mutated.length + 1);
    const to = random() < 0.5 ? from : Math.min(mutated.length, from + below(40));
    const piece =
      random() < 0.3
        ? Uint8Array.of(below(256))
        : random() < 0.5
          ? PIECES[below(PIECES.length)]
          : bytes.subarray(from, to + 20);
    mutated = Buffer.concat([mutated.subarray(0, from), piece ?? new Uint8Array(0), mutated.subarray(to)]);
  }
  return random() < 0.2 ? mutated.subarray(0, below(mutated.length + 1)) : mutated;
}

/**
 * Memory that a reader may take for an input, in bytes: what it starts with, and so much for each
 * byte.
 */
const MOST_AT_FIRST = 64e6;
const MOST_PER_BYTE = 20;

async function fuzz(
  seed: Uint8Array,
  read: (source: Uint8Array) => Promise<unknown>,
  inputs = INPUTS,
): Promise<{ read: number; refused: number }> {
  const random = randomSource(inputs);
  const result = { read: 0, refused: 0 };
  for (let input = 0; input < inputs; input++) {
    const bytes = mutate(seed, random);
    const shown = (): string => `input ${input}: ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`;
    const start = cpuSeconds();
    const before = process.memoryUsage().arrayBuffers;
    try {
      await read(bytes);
      result.read++;
    } catch (error) {
      if (!(error instanceof QuestsError) || error.code === 'INTERNAL' || /[\r\n]/.test(error.message)) {
        throw new Error(shown(), { cause: error });
      }
      result.refused++;
    }
    if (cpuSeconds() - start > LIMIT) throw new Error(`took too long: ${shown()}`);
    const taken = process.memoryUsage().arrayBuffers - before;
    if (taken > MOST_AT_FIRST + MOST_PER_BYTE * bytes.length) {
      throw new Error(`took ${taken} bytes: ${shown()}`);
    }
  }
  return result;
}

const VASP = 'a b\n1.0\n4 0 0\n0 4.5 0\n0 0.1 5\nCu Zr\n1 1\n';

/**
 * A file of each format, with as much of the format in it as fits a few lines; others are made by
 * their writers.
 */
const SEEDS: Readonly<Partial<Record<FormatName, string | Uint8Array>>> = {
  extxyz: [
    '2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:f:R:1:id:I:1:fix:L:1 e=-1.5 n="a ' +
      'b" pbc="T T F"\n',
    'Cu 0.125 1.5 -2.25 1e-3 1 T\nZr 0.5 1.25 2.0 nan 2 F\n',
    '1\nfree text\nO 1.0 2.0 3.0\n',
    "1\nProperties=pos:R:3:Z:I:1 a={1 2 3} b=[T, F] c='x' d=_JSON\n0.1 0.2 0.3 8\n",
  ].join(''),
  'lammps-dump': [
    'ITEM: UNITS\nmetal\nITEM: TIME\n0.5\nITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\n',
    'ITEM: BOX BOUNDS xy xz yz pp pp ff\n0 5.5 1\n0 4.3 -0.5\n-1.0e+00 4 0.3\n',
    'ITEM: ATOMS id type element xs ys zs vx\n2 1 Cu 0.25 0.5 -0.125 1e-3\n1 2 Zr 0.5 0.75 2.0 nan\n',
    'ITEM: TIME\n1\nITEM: TIMESTEP\n10\nITEM: NUMBER OF ATOMS\n1\n',
    'ITEM: BOX BOUNDS abc origin pp pp ff\n4 0 0 -1\n1 4 0 -2\n0.5 0.3 4 -3\nITEM: ATOMS id x y z\n7 1 2 3\n',
  ].join(''),
  'lammps-data': [
    'title\n\n2 atoms\n1 atom types\n\n0 4 xlo xhi\n0 5 ylo yhi\n0 6 zlo zhi\n1 0 -1 xy xz yz\n\n',
    'Masses\n\n1 27 # Al\n\nAtoms # full\n\n2 1 1 -0.5 1 2 3 0 1 0\n1 1 1 0.5 0.25 0 1e-3 0 0 0\n\n',
    'Velocities\n\n1 1 2 3\n2 4 5 6\n\nBonds\n\n1 1 1 2\n',
  ].join(''),
  poscar: `${VASP}Selective\nDirect\n0 0 0 T T F\n0.5 0.5 0.5 F F F\n\n0 1 2\n1e-3 4 5\n`,
  xdatcar: `${VASP}Direct configuration= 1\n0 0 0\n.5 .5 .5\n`.repeat(2),
  outcar: ` vasp.6.3\n TITEL = PAW_PBE Cu\n TITEL = PAW_PBE Zr\n ions per type = 1 1\n NELM = 9;\n${[1, 2]
    .map((step) =>
      ['', 'ML '].map((ml) =>
        [
          `--- Iteration ${step}( 1) ---\nnumber of electron 9 magnetization 2.5`,
          'magnetization (x)\n\n#\n---\n1 0.5 0.25\n2 -1 1e-3\n---',
          ' in kB 1 2.5 -3-4.25 5 6\n direct lattice vectors\n4 0 0 1 1 1\n0 4.5-1.5 0 0 0\n0 0.1 5 0 0 0',
          ' POSITION          TOTAL-FORCE (ML)\n ---\n 0 0 0 1 2 3\n .5 .5 1e-3 -4 5 6\n ---',
          ` free  energy ${ml} TOTEN = -1.50000000 eV\n`,
          ` ${ml}energy  without entropy= -1.25 ${ml}energy(sigma->0) = -1.37500000\n`,
        ].join('\n'),
      ),
    )
    .flat()
    .join('')}`,
  vasprun: `<?xml?>\n<modeling>\n<i name="PSTRESS"> 1.5 </i>\n<array name="atoms">\n<rc><c>Cu</c><c>1</c></rc>
<rc><c>Zr</c><c>2</c></rc>\n</array>\n<structure name="initialpos">\n<varray name="selective">
<v type="logical"> T T F </v>\n<v> F F F </v>\n</varray>\n</structure>\n${`<calculation>\n<scstep>
<i name="e_fr_energy"> -1.5 </i>\n<i name="e_0_energy"> -1.25 </i>\n</scstep>\n<structure>
<varray name="basis">\n<v> 4 0 0 </v>\n<v>0 4.5 0</v>\n<v> 0 0.1 5 </v>\n</varray>
<varray name="positions">\n<v> 0 0 0 </v>\n<v> .5 1e-3 2</v>\n</varray>\n</structure>
<varray name="stress">\n<v> 1 2 3 </v>\n<v> 2 4 5 </v>\n<v> 3 5 6 </v>\n</varray>
<i name="e_fr_energy"> -1.5 </i>\n</calculation>\n`.repeat(2)}</modeling>\n`,
  mtp: [
    'BEGIN_CFG\n Size\n 2\n Supercell\n 4 0 0\n 0 4.5 0\n 0 0.1 5\n AtomData: id type cartes_x cartes_y ' +
      'cartes_z fx fy fz site_en\n 1 0 0 0 0 1 2 3 -1\n 2 1 .5 1e-3 2 4 5 6 -2\n Energy\n -1.5\n',
    ' PlusStress: xx yy zz yz xz xy\n 1 2 3 4 5 6\n Feature EFS_by VASP\nEND_CFG\n\n',
    'BEGIN_CFG\nSize\n1\nSupercell\n4 0 0\nAtomData: type cartes_x cartes_y cartes_z a\n0 1 2 3 x\nEND_CFG\n',
  ].join(''),
  runner: [
    'begin\ncomment a b\nlattice 4 0 0\nlattice 0 4.5 0\nlattice 0 0.1 5\natom 0 0 0 Cu 0.5 0 1 2 3\n',
    'atom .5 1e-3 2 Zr 0 -1 4 5 nan\nenergy -1.5\ncharge 0.5\nend\nbegin\natom 0 0 0 Cu 0 0 0 0 0\nend\n',
  ].join(''),
  pymatgen: [1, 2]
    .map(
      (n) =>
        `{"energy":-${n}.5,"structure":{"lattice":{"matrix":[[4,0,0],[0,4.5,0],[0,0.1,5]],` +
        `"pbc":[true,true,false]},` +
        `"sites":[{"species":[{"element":"Cu","occu":1}],"abc":[0,0,0],` +
        `"properties":{"magmom":1.5,"tag":"a"}},` +
        `{"species":[{"element":"Zr","occu":1}],"abc":[0.5,1e-3,2],"properties":{"magmom":-2,"tag":"b"}}]}}\n`,
    )
    .join(''),
  'ase-traj': aseFile('mixed.traj'),
  'ase-lmdb': aseFile('rows.aselmdb'),
  'ase-db': aseFile('rows.db'),
  'ase-json': aseFile('rows.json'),
  hdf5: gunzipSync(readFileSync(new URL('../structures/hdf5/files/spice.h5.gz', import.meta.url))),
  cif: [1, 2]
    .map(
      (n) =>
        `data_${n}\n_cell_length_a 4.${n}(1)\n_cell_length_b 4.5\n_cell_length_c 5\n` +
        '_cell_angle_gamma 95.5\n' +
        "_t 'a b'\n;text\nof lines\n;\nloop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n'-x, y+1/2, -z'\nloop_\n" +
        '_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n' +
        '_atom_site_occupancy\n' +
        'Cu1 0.1 0.2 0.3 1\nZr2 0 1e-3 2 1.0 # rest\n',
    )
    .join('')
    .replaceAll("_t 'a b'\n;", '_t\n;'),
  npy: readFileSync(new URL('../../../golden/data/primitive_small_cells.k8c3.5.npy', import.meta.url)),
};

/** A trajectory of CP2K, with its forces and cells. */
const CP2K: Readonly<Record<string, string>> = {
  'a-pos-1.xyz': cp2kSteps((step) => `O ${step} 0 1e-3\n  H 0.5 -0.25 2\n`),
  'a-frc-1.xyz': cp2kSteps((step) => `O 0.01 ${step}.5 0\n  H -1 0 1e-3\n`),
  'a-1.cell':
    '#   Step   Time [fs]       Ax [Angstrom] Volume [Angstrom^3]\n' +
    [0, 5, 10].map((step) => `${step} ${step / 2} 8.5 0 0 0 9 0 0.1 0 9.5 726.75\n`).join(''),
};

function cp2kSteps(rows: (step: number) => string): string {
  const head = (step: number): string => ` i = ${step}, time = ${step / 2}, E = -17.${step + 1}\n`;
  return [0, 5, 10].map((step) => `2\n${head(step)}  ${rows(step)}`).join('');
}

const MATRIX = {
  data: Float64Array.from({ length: 60 }, (_, index) => index / 7),
  shape: [20, 3],
  k: 2,
  cutoff: 5,
  species: ['Cu'],
  frameOffsets: [0, 5, 20],
  sources: [{ file: 'a.xyz', frame: 1 }, undefined],
};

/** Structures of a file, read from its beginning or by ranges of it. */
function framesOf(
  { structures }: Format,
  source: Uint8Array,
  options: Partial<FrameOptions> = {},
): AsyncIterable<unknown> | undefined {
  const { read, readRanges } = structures ?? {};
  if (read !== undefined) return read(source, { file: 'a', rowReader, ...options });
  return readRanges?.(rangesOf(source), { file: 'a', rowReader, ...options });
}

async function seedOf(name: FormatName): Promise<Uint8Array> {
  if (name === 'reference') return storedReference();
  const seed = SEEDS[name];
  if (typeof seed === 'string') return new TextEncoder().encode(seed);
  if (seed !== undefined) return seed;
  const pieces = await all(formatByName(name).matrix?.write?.(MATRIX) ?? []);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array)));
}

/** A stored reference of some environments. */
async function storedReference(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'quests-fuzz-'));
  try {
    const path = join(folder, 'a.qref');
    const x = new DescriptorMatrix(MATRIX.data, { width: 3, k: 2, cutoff: 5 });
    const batches = async function* (): AsyncGenerator<DescriptorMatrix> {
      yield await Promise.resolve(x);
    };
    await buildReference(batches(), path);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('broken files give structures or an error of ours', () => {
  it.each(FORMATS.filter(({ sniff }) => sniff !== undefined))('$name', async (format) => {
    const { matrix } = format;
    const bytes = await seedOf(format.name);
    const readWhole = async (source: Uint8Array): Promise<unknown> => {
      const holds = await format.holds?.(rangesOf(source), 'a');
      if (matrix?.openReference !== undefined) {
        return (await matrix.openReference(rangesOf(source), 'a')).matrix();
      }
      const frames = holds === 'matrix' ? undefined : framesOf(format, source);
      return frames === undefined ? matrix?.read?.(source, { file: 'a' }) : all(frames);
    };
    await readWhole(bytes);
    const { read, refused } = await fuzz(bytes, readWhole);
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it.each(FORMATS.filter(({ structures }) => structures?.read !== undefined))(
    '$name without its bad frames',
    async (format) => {
      let skipped = 0;
      const { read, refused } = await fuzz(await seedOf(format.name), async (source) =>
        all(framesOf(format, source, { onSkip: () => skipped++ }) ?? []),
      );
      expect(skipped).toBeGreaterThan(0);
      expect({ read, refused }).toEqual({ read: INPUTS, refused: 0 });
    },
  );

  it.each(
    FORMATS.filter(({ name, structures }) => name !== 'parquet' && structures?.readRanges !== undefined),
  )('$name without its bad frames, where the rest can be found', async ({ name, structures }) => {
    let skipped = 0;
    const { read } = await fuzz(await seedOf(name), async (source) => {
      const frames = structures?.readRanges?.(rangesOf(source), { file: 'a', onSkip: () => skipped++ });
      return all(frames ?? []);
    });
    expect(skipped).toBeGreaterThan(0);
    expect(read).toBeGreaterThan(0);
  });
  it('archives', async () => {
    const xyz = await seedOf('extxyz');
    const bytes = zipOf([
      { name: 'a.xyz', data: xyz, isLarge: true },
      { name: 'b.xyz', data: xyz, method: 0, isStreamed: true },
    ]);
    const readAll = async (source: Uint8Array): Promise<unknown> => {
      const opened = await openBlob(new File([Uint8Array.from(source)], 'a.zip'), {
        onSkip: () => undefined,
      });
      return opened.holds === 'structures' ? all(opened.structures) : opened.matrix();
    };
    expect(await readAll(bytes)).toHaveLength(6);
    const { read, refused } = await fuzz(bytes, readAll);
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it.each(Object.entries(COMPRESSED))('%s', async (name, bytes) => {
    const skipped: unknown[] = [];
    const readAll = async (source: Uint8Array): Promise<unknown> => {
      const file = new File([Uint8Array.from(source)], name);
      return all(readBlobs(file, { onSkip: ({ error }) => skipped.push(error) }));
    };
    expect(await readAll(bytes)).toHaveLength(4);
    // Fewer, since bzip2 and zstd take memory for their largest blocks.
    const { refused } = await fuzz(bytes, readAll, INPUTS / 4);
    expect(skipped.length + refused).toBeGreaterThan(INPUTS / 8);
  });

  it.each(['type.raw', 'set.000/coord.npy', 'set.000/energy.npy'])('%s of DeePMD-kit', async (broken) => {
    const pieces = (shape: [number, number]): Buffer =>
      Buffer.concat([...writeNpy({ data: new Float64Array(shape[0] * shape[1]).fill(0.5), shape })]);
    const files = new Map<string, Uint8Array>([
      ['type.raw', Buffer.from('0 1 0')],
      ['type_map.raw', Buffer.from('Cu Zr')],
      ['set.000/coord.npy', pieces([2, 9])],
      ['set.000/box.npy', pieces([2, 9])],
      ['set.000/energy.npy', pieces([2, 1])],
    ]);
    const readAll = async (source: Uint8Array): Promise<unknown> => {
      const folder = {
        name: 'a',
        files: [...files.keys()],
        open: (file: string) => {
          const bytes = file === broken ? source : (files.get(file) ?? new Uint8Array(0));
          return Promise.resolve({ ...rangesOf(bytes), close: () => Promise.resolve() });
        },
      };
      return all(readDeepmd(folder, { file: 'a' }));
    };
    expect(await readAll(files.get(broken) ?? new Uint8Array(0))).toHaveLength(2);
    const { refused } = await fuzz(files.get(broken) ?? new Uint8Array(0), readAll);
    expect(refused).toBeGreaterThan(0);
  });

  it.each(Object.keys(CP2K))('%s of CP2K', async (broken) => {
    const files = new Map(Object.entries(CP2K).map(([name, text]) => [name, Buffer.from(text)]));
    let skipped = 0;
    const readAll = async (source: Uint8Array): Promise<unknown> => {
      const open = (name: string): Uint8Array | undefined => (name === broken ? source : files.get(name));
      const options = {
        file: 'a-pos-1.xyz',
        rowReader,
        beside: (name: string) => Promise.resolve(open(name)),
        onSkip: () => skipped++,
      };
      return all(readExtxyz(open('a-pos-1.xyz') ?? new Uint8Array(0), options));
    };
    const whole = (await readAll(files.get(broken) ?? new Uint8Array(0))) as readonly Structure[];
    expect(whole.map(({ cell, arrays }) => [cell?.length, arrays?.forces?.width])).toEqual([
      [9, 3],
      [9, 3],
      [9, 3],
    ]);
    await fuzz(files.get(broken) ?? new Uint8Array(0), readAll);
    expect(skipped).toBeGreaterThan(0);
  });

  it.each(['colabfit', 'lemat', 'written'])('structures in Parquet: %s', async (name) => {
    const format = formatByName('parquet');
    const bytes = await structuresInParquet(name);
    const onSkip = (): undefined => undefined;
    const readAll = (source: Uint8Array): Promise<unknown> => all(framesOf(format, source, { onSkip }) ?? []);
    // Fewer, since the files are large for what is in them.
    expect(await readAll(bytes)).not.toEqual([]);
    const { refused } = await fuzz(bytes, readAll, INPUTS / 10);
    // Of a file whose end is damaged nothing can be read.
    expect(refused).toBeGreaterThan(0);
  });
});

async function structuresInParquet(name: string): Promise<Uint8Array> {
  if (name !== 'written')
    return readFileSync(new URL(`../structures/parquet/${name}.parquet`, import.meta.url));
  const xyz = readExtxyz(await seedOf('extxyz'), { file: 'a' });
  const [first] = await all(xyz);
  const pieces = await all(writeStructuresParquet(first === undefined ? [] : [first, first]));
  return Buffer.concat(pieces);
}
