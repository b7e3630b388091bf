import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../ts/io/files/dataset.js';
import { readMatrix } from '../../../ts/io/files/files.js';
import type { ReadOptions } from '../../../ts/io/files/opened.js';
import { readThermo } from '../../../ts/io/tables/lammps-log.js';
import type { Structure } from '../../../ts/model/structure.js';
import { all, failure } from '../../support/data/reading.js';
import { hasSharedCases, SHARED_CASES, withoutSharedCases } from '../../support/data/shared-cases.js';

const at = (name: string): string => join(SHARED_CASES, name);

function read(name: string, options: ReadOptions = {}): Promise<Structure[]> {
  return all(readStructures(at(name), options));
}

/** First cell vector's length along x, species, frame. */
function essence({ cell = [], species, source }: Structure): unknown[] {
  return [cell[0], species?.join(' '), source?.frame];
}

describe.skipIf(!hasSharedCases)(`files that failed once${withoutSharedCases}`, () => {
  it('are XDATCARs: titles of numbers, restarts, other names', async () => {
    expect((await read('XDATCAR_222')).map(essence)).toEqual([
      [4, 'Cu Zr', 0],
      [4.1, 'Cu Zr', 1],
      [4.2, 'Cu Zr', 2],
    ]);
    const onSkip = (): void => undefined;
    expect((await read('XDATCAR_skip_other_title', { onSkip })).map(essence)).toEqual([
      [4, 'Cu Zr', 0],
      [5, 'Ag Au', 2],
      [5, 'Ag Au', 3],
    ]);
    const frames = await read('XDATCAR.vasp');
    expect(frames).toHaveLength(5);
    for (const { arrays } of frames) expect(arrays).toEqual({});
  });

  it('are POSCARs that were joined', async () => {
    expect(await failure(read('POSCAR_cat_Cu.vasp'))).toContain(
      'frame 0, line 11: another structure begins here',
    );
  });

  it('are comment lines', async () => {
    const [empty] = await read('x_slab_emptyinfo.xyz');
    const [plain] = await read('x_slab_plain.xyz');
    expect(empty?.pbc).toEqual([true, true, false]);
    expect(empty?.info).toEqual({ label: '' });
    expect({ ...empty, info: {}, source: {} }).toEqual({ ...plain, source: {} });
    expect((await read('x_em_energy.xyz'))[0]?.info).toEqual({ config_type: '', energy: -1.5 });
    expect((await read('x_em_prop.xyz'))[0]?.info).toEqual({ note: '', energy: -1 });
    expect((await read('x_lattice_nested.xyz'))[0]?.cell).toEqual([4, 0, 0, 0, 4, 0, 1, 0, 5]);
  });

  it('are of i-PI', async () => {
    const [truth] = await read('ipi_truth.xyz');
    for (const name of ['ipi_ang.xyz', 'ipi_H.xyz']) {
      const [found] = await read(name);
      expect(found?.pbc).toEqual([true, true, true]);
      const differences = (values: ArrayLike<number> = [], others: ArrayLike<number> = []): number =>
        Math.max(...Array.from(values, (value, index) => Math.abs(value - (others[index] ?? NaN))));
      expect(differences(found?.cell, truth?.cell)).toBeLessThan(1e-6);
      // Six digits are written.
      expect(differences(found?.positions, truth?.positions)).toBeLessThan(1e-4);
    }
  });

  it('are frames with a row too many', async () => {
    const skipped: unknown[] = [];
    const onSkip: ReadOptions['onSkip'] = ({ frame }) => void skipped.push(frame);
    expect((await read('x_extra_row.xyz', { onSkip })).map(({ source }) => source?.frame)).toEqual([0, 2]);
    expect(skipped).toEqual([1]);
  });

  it('are of LAMMPS: accelerated styles, numbers between rows, types from 0', async () => {
    expect((await read('l_kk.data'))[0]?.species).toEqual(['1', '2']);
    const { rows } = await readThermo(at('lg_fixprint1.log'));
    expect([...rows].map(([step, [temperature]]) => [step, temperature])).toEqual([
      [0, 300],
      [100, 310],
      [200, 320],
    ]);
    expect(await failure(read('el_01.lammpstrj', { elements: ['Cu', 'Zr'] }))).toContain(
      'type 0 has no element',
    );
  });

  it('are named like something else, or compressed', async () => {
    expect(await failure(read('nm_dump.xyz'))).toContain('looks like a LAMMPS dump: --format lammps-dump');
    expect((await readMatrix(at('p_brotli.parquet'))).shape).toEqual([40, 63]);
    const notes: unknown[] = [];
    await read('xyz_nine.xyz', { onNote: ({ kind }) => void notes.push(kind) });
    expect(notes).toEqual(['cell']);
  });
});
