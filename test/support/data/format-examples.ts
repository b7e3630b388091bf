import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatByName } from '../../../ts/io/files/detect-format.js';
import type { FormatName } from '../../../ts/io/files/format.js';
import { writeDeepmd } from '../../../ts/io/structures/deepmd-write.js';
import type { Structure } from '../../../ts/node.js';
import { all } from './reading.js';

/** A small file of a format, or the files of a folder, by their names in it. */
export interface FormatExample {
  readonly format: FormatName;
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const SPECIES = ['Cu', 'Cu', 'Zr', 'Zr'];
const CELL = [6, 0, 0, 0, 6.5, 0, 0, 0.5, 7];

/** Two frames of four atoms, with energies and forces. */
const FRAMES: readonly Structure[] = [0, 1].map((frame) => {
  const shift = [0.1, -0.2, 0.3].map((value) => frame * value);
  const sites = [0, 0, 0, 2.5, 0.1, 0, 0.2, 2.75, 0.1, 0, 0.3, 3].map((value, at) =>
    at === 4 ? value + (shift[1] as number) : at === 9 ? value + (shift[2] as number) : value,
  );
  return {
    positions: Float64Array.from(sites),
    cell: CELL,
    pbc: [true, true, true],
    species: SPECIES,
    arrays: { forces: { kind: 'R', width: 3, data: Float64Array.from(sites, (value) => value / 8) } },
    info: { energy: -1.5 - frame },
  };
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function rows(values: ArrayLike<number>, indent = ''): string {
  const all = Array.from(values);
  const lines = all.flatMap((_, at) => (at % 3 === 0 ? [all.slice(at, at + 3).join(' ')] : []));
  return lines.map((line) => `${indent}${line}\n`).join('');
}

/** Rows of XML. */
function vectors(values: ArrayLike<number>): string {
  return rows(values, '<v> ').replaceAll('\n', ' </v>\n');
}

const XDATCAR = FRAMES.map(({ positions }, frame) => {
  const direct = rows(positions.map((value) => value / 8));
  return `Cu Zr\n1\n${rows(CELL)}Cu Zr\n2 2\nDirect configuration= ${frame + 1}\n${direct}`;
}).join('');

const OUTCAR =
  ' vasp.6.3.0\n TITEL  = PAW_PBE Cu 01Jan2000\n TITEL  = PAW_PBE Zr 01Jan2000\n' +
  '   ions per type =               2   2\n   NELM   =     60;\n' +
  FRAMES.map(({ positions, info }, frame) => {
    const table = Array.from({ length: 4 }, (_, atom) => {
      const place = Array.from(positions.subarray(3 * atom, 3 * atom + 3));
      return ` ${[...place, 0.5, -0.25, 0].join(' ')}\n`;
    }).join('');
    const lattice = [0, 3, 6].map((at) => ` ${CELL.slice(at, at + 3).join(' ')} 0 0 0\n`).join('');
    return (
      `---- Iteration ${frame + 1}(   1)  ----\n  in kB  1.0 2.0 3.0 0.5 0.25 0.125\n` +
      `      direct lattice vectors                 reciprocal lattice vectors\n${lattice}` +
      ` POSITION                                       TOTAL-FORCE (eV/Angst)\n -----\n${table} -----\n` +
      `  free  energy   TOTEN  =  ${String(info?.energy)} eV\n\n` +
      `  energy  without entropy=  -1.25  energy(sigma->0) =  ${String(info?.energy)}\n`
    );
  }).join('');

const VASPRUN =
  '<?xml version="1.0"?>\n<modeling>\n<array name="atoms">\n' +
  SPECIES.map((symbol) => `<rc><c>${symbol}</c><c>1</c></rc>\n`).join('') +
  '</array>\n' +
  FRAMES.map(
    ({ positions, info }) =>
      `<calculation>\n<scstep>\n<i name="e_fr_energy"> -1 </i>\n</scstep>\n<structure>\n` +
      `<varray name="basis">\n${vectors(CELL)}</varray>\n` +
      `<varray name="positions">\n${vectors(positions.map((value) => value / 8))}</varray>\n</structure>\n` +
      `<i name="e_fr_energy"> ${String(info?.energy)} </i>\n</calculation>\n`,
  ).join('') +
  '</modeling>\n';

const CIF =
  'data_cu\n_cell_length_a 6\n_cell_length_b 6.5\n_cell_length_c 7\n_cell_angle_alpha 90\n' +
  '_cell_angle_beta 90\n_cell_angle_gamma 95.5\nloop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n' +
  'loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n' +
  'Cu1 0.1 0.2 0.3\nZr2 0.4 0.1 0.25\n';

const PYMATGEN = FRAMES.map(({ positions, info }) => {
  const sites = SPECIES.map((element, atom) => ({
    species: [{ element, occu: 1 }],
    abc: Array.from(positions.subarray(3 * atom, 3 * atom + 3), (value) => value / 8),
  }));
  const matrix = [0, 3, 6].map((at) => CELL.slice(at, at + 3));
  return `${JSON.stringify({ energy: info?.energy, structure: { lattice: { matrix }, sites } })}\n`;
}).join('');

/** A file of the unit tests. */
function unitFile(path: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../unit/io/structures/${path}`, import.meta.url)));
}

/** What our own writer makes. */
async function written(format: FormatName, name: string, frames = FRAMES): Promise<FormatExample> {
  const pieces = await all(formatByName(format).structures?.write?.(frames) ?? []);
  const bytes = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  return { format, name, files: { [name]: Buffer.concat(bytes) } };
}

async function system(): Promise<FormatExample> {
  const files = new Map<string, Buffer>();
  await writeDeepmd(FRAMES, {
    append: (file, bytes) => {
      files.set(file, Buffer.concat([files.get(file) ?? Buffer.alloc(0), bytes]));
      return Promise.resolve();
    },
    overwrite: (file, bytes) => {
      files.get(file)?.set(bytes);
      return Promise.resolve();
    },
    rename: () => Promise.resolve(),
  });
  const own = [...files].map(([file, bytes]) => [file.replace(/^[^/]*\//, 'system/'), bytes] as const);
  return { format: 'deepmd', name: 'system', files: Object.fromEntries(own) };
}

function one(format: FormatName, name: string, contents: string | Uint8Array): FormatExample {
  const bytes = typeof contents === 'string' ? bytesOf(contents) : contents;
  return { format, name, files: { [name]: bytes } };
}

/** A small example of every format that structures are read from. */
export async function formatExamples(): Promise<readonly FormatExample[]> {
  const [first] = FRAMES as [Structure];
  return [
    await written('extxyz', 'a.extxyz'),
    await written('lammps-dump', 'a.lammpstrj'),
    await written('poscar', 'POSCAR', [first]),
    one('xdatcar', 'XDATCAR', XDATCAR),
    one('outcar', 'OUTCAR', OUTCAR),
    one('vasprun', 'vasprun.xml', VASPRUN),
    await written('mtp', 'a.cfg'),
    await written('runner', 'input.data'),
    await written('lammps-data', 'a.lmp', [first]),
    one('ase-traj', 'a.traj', unitFile('ase/files/mixed.traj')),
    one('ase-lmdb', 'a.aselmdb', unitFile('ase/files/rows.aselmdb.gz')),
    one('ase-db', 'a.db', unitFile('ase/files/rows.db.gz')),
    one('ase-json', 'a.json', unitFile('ase/files/rows.json.gz')),
    one('hdf5', 'a.h5', unitFile('hdf5/files/spice.h5.gz')),
    one('cif', 'a.cif', CIF),
    await system(),
    await written('parquet', 'a.parquet'),
    one('pymatgen', 'a.jsonl', PYMATGEN),
  ];
}
