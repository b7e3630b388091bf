import { COMPRESSED_ENDING } from './compressed.js';

/** A format that others read: how to tell it by name or first bytes, and the way round. */
interface Foreign {
  readonly title: string;
  readonly names?: RegExp;
  readonly begins?: (head: Uint8Array, text: string) => boolean;
  readonly way: (file: string) => string;
}

const convert = (file: string): string => `convert it: ase convert ${file} out.extxyz`;

/** Trajectories that need a topology to be read. */
const withMdtraj = (file: string): string =>
  `convert it with MDTraj: mdtraj.load('${file}', top='TOPOLOGY').save('out.lammpstrj')`;

/** Last bytes of the numbers 1993 (.trr), 1995 and 2023 (.xtc). */
const MAGIC_XDR: ReadonlySet<number> = new Set([0xc9, 0xcb, 0xe7]);

/** Formats that people have, and that are not read. */
const FOREIGN: readonly Foreign[] = [
  {
    title: 'a binary LAMMPS dump',
    // The name that LAMMPS asks for, and what its revision of binary dumps begins with, after a
    // negative length.
    names: /\.lammpsbin$|\.dump\.bin$/i,
    begins: (head, text) =>
      (head[7] === 0xff && text.slice(8).startsWith('DUMP')) || text.startsWith('DUMPCUSTOM'),
    way: (file) => `convert it with the program binary2txt of LAMMPS: binary2txt ${file}`,
  },
  { title: 'a GROMACS structure', names: /\.(gro|g96)$/i, way: convert },
  {
    title: 'a GROMACS trajectory',
    names: /\.(xtc|trr|tng)$/i,
    // The numbers that .xtc and .trr begin with, most significant byte first.
    begins: (head) => head[0] === 0 && head[1] === 0 && head[2] === 0x07 && MAGIC_XDR.has(head[3] ?? 0),
    way: withMdtraj,
  },
  {
    title: 'a DCD trajectory',
    names: /\.dcd$/i,
    begins: (_, text) => /^.{4}(.{4})?(CORD|VELD)/s.test(text),
    way: withMdtraj,
  },
  {
    title: 'a tar archive',
    names: /\.(tar|tgz|tbz2?|txz)$/i,
    // The mark at the end of the first header.
    begins: (_, text) => text.slice(257, 262) === 'ustar',
    way: (file) => `unpack it: tar xf ${file}`,
  },
  {
    title: 'a trajectory of ASE before 3.8, a Python pickle',
    begins: (_, text) => text.startsWith('PickleTrajectory'),
    way: (file) => `convert it with ASE: python -m ase.io.trajectory ${file}`,
  },
  {
    title: 'a Python pickle',
    names: /\.(pkl|pickle)$/i,
    begins: (head) => head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5,
    way: () =>
      'a pickle may run any program when it is read; write the structures in Python, as with ' +
      "ase.io.write('out.extxyz', frames), or descriptors with numpy.save",
  },
];

/**
 * What a file is that others read, with the way round; undefined where it is nothing of the kind.
 */
export function foreignFormat(file: string, head: Uint8Array): string | undefined {
  const name = file.replace(/^.*[/\\]/, '').replace(COMPRESSED_ENDING, '');
  return (
    foreignContent(file, head) ??
    described(
      FOREIGN.find(({ names }) => names?.test(name) === true),
      file,
    )
  );
}

/** {@link foreignFormat} of the content alone, for a file whose name says something else. */
export function foreignContent(file: string, head: Uint8Array): string | undefined {
  const text = new TextDecoder('latin1').decode(head);
  return described(
    FOREIGN.find(({ begins }) => begins?.(head, text)),
    file,
  );
}

function described(found: Foreign | undefined, file: string): string | undefined {
  return found && `${found.title}, which is not read; ${found.way(file)}`;
}

/** Arrays of DeePMD-kit's data sets: a row per frame, of the numbers of all its atoms. */
const DEEPMD = /(^|[/\\])((real_)?(coord|box|force|virial)|atom_ener)\.npy$/;

/** What an array is that is no matrix of descriptors, by its name; undefined for any other. */
export function foreignArray(file: string): string | undefined {
  if (!DEEPMD.test(file)) return undefined;
  const way = 'give the folder that has type.raw, of which it is a part';
  return `named like an array of DeePMD-kit: ${way} (--format npy: they are descriptors)`;
}
