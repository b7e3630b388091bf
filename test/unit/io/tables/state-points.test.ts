import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readStatePoints } from '../../../../ts/faces/node/io.js';
import type { StatePoint } from '../../../../ts/faces/node/analysis.js';

const folder = mkdtempSync(join(tmpdir(), 'quests-states-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(text: string, name = 'states.csv'): Promise<StatePoint[]> {
  const path = join(folder, name);
  writeFileSync(path, text);
  return readStatePoints(path);
}

const solid = { phase: 'solid', pressure: 0, temperature: 900, volume: 12, energy: -3.5, entropy: 4 };
const liquid = { phase: 'liquid', pressure: 5, temperature: 1500, volume: 12.5, energy: -3.3, entropy: 5 };

describe('readStatePoints', () => {
  it.each([
    { name: 'long', text: 'phase,P,T,V,U,H\nsolid,0,900,12,-3.5,4\nliquid,5,1500,12.5,-3.3,5\n' },
    {
      name: 'names, units and blanks of others, in another order',
      text:
        'Entropy [k_B/atom], run, energy (eV/atom) ,Phase, temperature (K),pressure(GPa),volume ' +
        '(A^3)\r\n4,a.log,-3.5, solid ,900,0,12\r\n5, b.log, -3.3,liquid,1500,5,12.5\r\n',
    },
    { name: "NumPy's header", text: '# phase,P,T,V,U,H\nsolid,0,900,12,-3.5,4\nliquid,5,1500,12.5,-3.3,5\n' },
    {
      name: 'wide',
      text:
        'P,T,V_solid,U_solid,H_solid,V_liquid,U_liquid,H_liquid\n5,1500,,,,12.5,-3.3,5\n' +
        '0,900,12,-3.5,4,,,\n',
    },
    {
      name: 'JSON',
      text: JSON.stringify([
        { phase: 'solid', P: 0, T: 900, V: 12, U: -3.5, H: 4 },
        { phase: 'liquid', P: 5, T: 1500, V: 12.5, U: -3.3, H: 5 },
      ]),
    },
  ])('reads $name', async ({ text }) => {
    expect(await read(text)).toEqual([solid, liquid]);
  });

  it('takes no bandwidth for H, and no time for T', async () => {
    const text = 'h,t,phase,P,T,V,U,H\n0.03,1,solid,0,900,12,-3.5,4\n0.03,2,liquid,5,1500,12.5,-3.3,5\n';
    expect(await read(text)).toEqual([solid, liquid]);
  });

  it('reads errors, and phases as they are written', async () => {
    expect(await read('phase,P,T,V,U,H,H_error,U_error\nfcc Cu,0,900,12,-3.5,4,0.01,1e-3\n')).toEqual([
      { ...solid, phase: 'fcc Cu', entropyError: 0.01, energyError: 1e-3 },
    ]);
    const wide = 'T,P,V_Cu_fcc (Å^3),U_Cu_fcc,H_Cu_fcc,H_Cu_fcc_error,V_Melt,U_Melt,H_Melt,H_Melt_error\n';
    expect(await read(`${wide}900,0,12,-3.5,4,0.01,13,-3.4,5,0.02\n`)).toEqual([
      { ...solid, phase: 'Cu_fcc', entropyError: 0.01 },
      { ...solid, phase: 'Melt', volume: 13, energy: -3.4, entropy: 5, entropyError: 0.02 },
    ]);
  });

  const head = 'phase,P,T,V,U,H\nsolid,0,900,12,-3.5,4\n';
  it.each([
    [
      'phase,P,T,V,H\nsolid,0,900,12,4\n',
      'no column U: expected phase, P, T, V, U, H, or P, T and V_NAME, U_NAME, H_NAME for each phase; ' +
        'found "phase", "P", "T", "V", "H"',
    ],
    ['P,T,V_a,U_a\n0,900,12,-3.5\n', 'no column H_a: expected'],
    ['time,H\n0,1\n', 'no column phase: expected'],
    ['phase,p,T,V,U,H\nsolid,0,900,12,-3.5,4\n', 'no column P: expected'],
    [
      '# phase P T V U H\nsolid 0 900 12 -3.5 4\n',
      'found "# phase P T V U H"; fields are separated by commas',
    ],
    ['phase,P (bar),T,V,U,H\nsolid,0,900,12,-3.5,4\n', 'column "P (bar)" is in bar, expected GPa'],
    [`${head}solid,0,1000,twelve,-3.5,4\n`, 'states.csv, line 3: V is "twelve", expected a number'],
    [`${head}\nsolid,0,1000,12,,4\n`, 'states.csv, line 4: no U, expected a number'],
    [`${head}solid,0,1000,12,nan,4\n`, 'states.csv, line 3: no U, expected a number'],
    [`${head},0,1000,12,-3.5,4\n`, 'states.csv, line 3: no phase, expected the name of a phase'],
    [`${head}solid,0,-5,12,-3.5,4\n`, 'states.csv, line 3: temperature is -5, expected more than 0 K'],
    [
      `${head}solid,0,1000,-12,-3.5,4\n`,
      'states.csv, line 3: volume is -12, expected more than 0 Å³ per atom',
    ],
    [`${head}solid,0.0,900,12.0,-3.5,4\n`, 'states.csv, line 3: says the same as line 2'],
    ['P,T,V_a,U_a,H_a\n0,900,12,,4\n', 'states.csv, line 2: no U_a, expected a number'],
    ['phase,P,T,V,U,H,V_error\nsolid,0,900,12,-3.5,4,0\n', 'line 2: the error of volume is 0'],
    ['[{"phase":"a","P":0,"T":900,"V":"x","U":1,"H":1}]', 'states.csv: row 0: V is "x", expected a number'],
    ['phase,P,T,V,U,H\n', 'states.csv: no rows'],
    ['phase,P,T,V,U,H\nsolid,0,900\n', 'states.csv, line 2: 3 fields, expected 6'],
  ])('refuses %j', async (text, problem) => {
    await expect(read(text)).rejects.toThrow(problem);
  });
});
