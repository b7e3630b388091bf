/** A format that others read: how to tell it by name or first bytes, and the way round. */
interface Foreign {
  readonly title: string;
  readonly names: RegExp;
  readonly begins?: (head: Uint8Array, text: string) => boolean;
  readonly way: (file: string) => string;
}

const convert = (file: string): string => `convert it: ase convert ${file} out.extxyz`;

/** Formats that people have, and that are not read. */
const FOREIGN: readonly Foreign[] = [
  {
    title: 'CIF',
    names: /\.cif$/i,
    begins: (_, text) => /^\s*(#.*\n\s*)*data_\S/.test(text) && /^_\w/m.test(text),
    way: convert,
  },
  {
    title: 'an ASE trajectory',
    names: /\.traj$/i,
    begins: (_, text) => text.startsWith('- of Ulm'),
    way: convert,
  },
  {
    title: 'an ASE database (SQLite)',
    names: /\.db$/i,
    begins: (_, text) => text.startsWith('SQLite format 3\0'),
    way: (file) => `convert it: ase convert ${file}@: out.extxyz`,
  },
  {
    title: 'HDF5',
    names: /\.(h5|hdf5?|h5md)$/i,
    begins: (_, text) => text.startsWith('\x89HDF\r\n\x1a\n'),
    way: () => 'write the structures as extxyz, or descriptors as .npy',
  },
  {
    title: 'VASP XML',
    names: /vasprun.*\.xml$|\.xml$/i,
    begins: (_, text) => /^\s*<\?xml|^\s*<modeling>/.test(text),
    way: (file) => `convert it: ase convert -i vasp-xml ${file}@: out.extxyz`,
  },
  {
    title: 'VASP OUTCAR',
    names: /OUTCAR/,
    begins: (_, text) => /^ vasp\.\d/.test(text),
    way: (file) => `convert it: ase convert -i vasp-out ${file}@: out.extxyz`,
  },
  {
    title: 'a binary LAMMPS dump',
    // The name that LAMMPS asks for, and what its revision of binary dumps begins with, after a
    // negative length.
    names: /\.lammpsbin$|\.dump\.bin$/i,
    begins: (head, text) =>
      (head[7] === 0xff && text.slice(8).startsWith('DUMP')) || text.startsWith('DUMPCUSTOM'),
    way: (file) => `convert it with the program binary2txt of LAMMPS: binary2txt ${file}`,
  },
  {
    title: 'a Python pickle',
    names: /\.(pkl|pickle)$/i,
    begins: (head) => head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5,
    way: () => 'write the structures as extxyz, or descriptors as .npy',
  },
];

/**
 * What a file is that others read, with the way round; undefined where it is nothing of the kind.
 */
export function foreignFormat(file: string, head: Uint8Array): string | undefined {
  const name = file.replace(/^.*[/\\]/, '').replace(/\.gz$/i, '');
  return (
    foreignContent(file, head) ??
    described(
      FOREIGN.find(({ names }) => names.test(name)),
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
