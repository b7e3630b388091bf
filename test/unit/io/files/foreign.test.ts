import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../../ts/io/files/detect-format.js';
import { failure } from '../../../support/data/reading.js';

function refusal(file: string, head: string): Promise<string> {
  const bytes = Uint8Array.from(head, (character) => character.charCodeAt(0));
  return failure(Promise.resolve().then(() => detectFormat(file, bytes)));
}

describe('formats that others read', () => {
  it.each<[string, string, string]>([
    [
      'a.lammpsbin',
      '\xf6\xff\xff\xff\xff\xff\xff\xffDUMPCUSTOM',
      'a binary LAMMPS dump, which is not read; convert it with the program binary2txt of LAMMPS: ' +
        'binary2txt a.lammpsbin',
    ],
    [
      'a',
      '\x80\x04\x95',
      'a Python pickle, which is not read; a pickle may run any program when it is read; write the ' +
        "structures in Python, as with ase.io.write('out.extxyz', frames), or descriptors with numpy.save",
    ],
    [
      'a.traj',
      'PickleTrajectory\x80\x02}q',
      'named like an ASE trajectory, but a trajectory of ASE before 3.8, a Python pickle, which is not ' +
        'read; convert it with ASE: python -m ase.io.trajectory a.traj',
    ],
    ['a.gro', 'x', 'a GROMACS structure, which is not read; convert it: ase convert a.gro out.extxyz'],
    [
      'a',
      '\0\0\x07\xcb\0\0\0\x01',
      "a GROMACS trajectory, which is not read; convert it with MDTraj: mdtraj.load('a', top='TOPOLOGY')" +
        ".save('out.lammpstrj')",
    ],
    [
      'a.dcd',
      'T\0\0\0CORD',
      "a DCD trajectory, which is not read; convert it with MDTraj: mdtraj.load('a.dcd', top='TOPOLOGY')" +
        ".save('out.lammpstrj')",
    ],
    ['a.tar.gz', `${'\0'.repeat(257)}ustar`, 'a tar archive, which is not read; unpack it: tar xf a.tar.gz'],
    ['a.json', '{"a": 1}', 'neither pymatgen JSON nor ASE database (JSON); other JSON is not read'],
  ])('are named, with the way round: %s, %j', async (file, head, message) => {
    expect(await refusal(file, head)).toBe(`INVALID_FILE: ${file}: ${message}`);
  });

  it('are not seen where there are none', async () => {
    expect(await refusal('a.txt', 'data_ is what this line begins with')).toContain(
      'a.txt: unknown format; known are',
    );
  });
});

describe('names that say another format than the content', () => {
  const poscar = 'x\n1\n4 0 0\n0 4 0\n0 0 4\nCu\n1\n';
  const dump = 'ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n';
  it.each<[string, string, string]>([
    ['a.xyz', dump, 'named like extended or plain xyz, but looks like a LAMMPS dump: --format lammps-dump'],
    [
      'POSCAR_md',
      `${poscar}Direct configuration=     1\n0 0 0\n`,
      'named like VASP POSCAR and CONTCAR, but looks like VASP XDATCAR: --format xdatcar',
    ],
    [
      'run.dump',
      '2\n\nCu 0 0 0\nCu 1 1 1\n',
      'named like a LAMMPS dump, but looks like extended or plain xyz: --format extxyz',
    ],
    ['x.npy', 'PAR1', 'named like a NumPy array, but looks like Parquet: --format parquet'],
    ['x.npy', '\x89HDF\r\n\x1a\n', 'named like a NumPy array, but looks like HDF5: --format hdf5'],
    [
      'set.000/coord.npy',
      '\x93NUMPY\x01\x00',
      'named like an array of DeePMD-kit: give the folder that has type.raw, of which it is a part ' +
        '(--format npy: they are descriptors)',
    ],
  ])('are refused with the way round: %s', async (file, head, message) => {
    expect(await refusal(file, head)).toBe(`INVALID_FILE: ${file}: ${message}`);
  });

  it('are obeyed where the content tells nothing, and where they may mean it', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(detectFormat('a.xyz', bytes('x')).name).toBe('extxyz');
    expect(detectFormat('XDATCAR.vasp', bytes(`${poscar}Direct configuration= 1\n0 0 0\n`)).name).toBe(
      'xdatcar',
    );
    expect(detectFormat('XDATCAR.vasp', bytes(`${poscar}Direct\n0 0 0\n`)).name).toBe('poscar');
    expect(detectFormat('what', bytes(dump)).name).toBe('lammps-dump');
  });
});
