import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FrameOptions, ReadNote } from '../../../../ts/io/structures/frames.js';
import { looksLikeOutcar, readOutcar } from '../../../../ts/io/structures/outcar.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';
import { cpuSeconds } from '../../../support/cpu-time.js';

function made(name: string): string {
  return readFileSync(new URL(`ase/made/${name}`, import.meta.url), 'utf8');
}

const RUN = made('OUTCAR');
const LEARNED = made('OUTCAR.ml');
/** Free energies of the steps. */
const TOTEN = [-20.51, -20.52, -20.53];

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readOutcar(bytesOf(text), { file: 'OUTCAR', rowReader, ...options }));
}

async function readWithNotes(text: string): Promise<{ energies: unknown[]; notes: ReadNote[] }> {
  const notes: ReadNote[] = [];
  const frames = await read(text, { onNote: (note) => notes.push(note) });
  return { energies: frames.map(({ info }) => info?.free_energy), notes };
}

/** The energy that finishes the last step. */
const energyLine = RUN.slice(RUN.lastIndexOf('energy  without')).split('\n')[0] ?? '';

/** The line of a text, from 1, where a piece of it begins for the n-th time. */
function lineOf(text: string, piece: string, nth = 1): number {
  return text.split(piece).slice(0, nth).join(piece).split('\n').length;
}

describe('readOutcar', () => {
  it('reads steps with what others do not read', async () => {
    const [first] = await read(RUN);
    expect(first?.arrays?.magmoms).toMatchObject({ kind: 'R', width: 1 });
    expect(first?.info).not.toHaveProperty('converged');
    expect(looksLikeOutcar(bytesOf(RUN))).toBe(true);
    expect(looksLikeOutcar(bytesOf('vasp run'))).toBe(false);
  });

  it('reads pieces of any size, and passes over steps', async () => {
    const whole = await read(RUN);
    for (const size of [1000, 37]) {
      const pieces = inPieces(bytesOf(RUN), size);
      expect(await all(readOutcar(pieces, { file: 'OUTCAR' }))).toEqual(whole);
    }
    const frames = { end: 3, wants: (frame: number) => frame === 2 };
    expect(await read(RUN, { frames })).toEqual(whole.slice(2));
    const last = { end: 4, wants: (frame: number) => frame > 0 };
    expect(await read(LEARNED, { frames: last })).toEqual((await read(LEARNED)).slice(1));
  });

  it('reads a calculated step instead of the same step of a machine-learned model', async () => {
    const notes: ReadNote[] = [];
    const frames = await read(LEARNED, { onNote: (note) => notes.push(note) });
    expect(frames.map(({ info }) => [info?.free_energy, info?.machine_learned])).toEqual([
      [-21.11, undefined],
      [-21.02, true],
      [-21.13, undefined],
      [-21.04, true],
    ]);
    expect(notes).toEqual([
      {
        file: 'OUTCAR',
        frame: 1,
        text: 'steps of a machine-learned force field are read, too: info.machine_learned',
        kind: 'machine-learned',
      },
    ]);
  });

  it('reads runs that are joined', async () => {
    const energies = (await read(RUN + LEARNED + RUN)).map(({ info }) => info?.free_energy);
    expect(energies).toEqual([...TOTEN, -21.11, -21.02, -21.13, -21.04, ...TOTEN]);
  });

  it('reads the finished steps of a run that is not finished, wherever it ends', async () => {
    const ends = TOTEN.map((energy) =>
      RUN.indexOf('\n', RUN.indexOf('sigma', RUN.indexOf(`TOTEN  =        ${energy.toFixed(8)}`))),
    );
    for (let length = 40; length < RUN.length; length += 97) {
      const finished = ends.filter((end) => end <= length).length;
      if (finished === 0) {
        expect(await failure(read(RUN.slice(0, length)))).toMatch(
          /^INVALID_FILE: OUTCAR, frame 0, line \d+: the file ends before an ionic step with coordinates/,
        );
        continue;
      }
      const { energies, notes } = await readWithNotes(RUN.slice(0, length));
      expect(energies, `${length} bytes`).toEqual(TOTEN.slice(0, finished));
      for (const note of notes) {
        expect(note).toEqual({
          file: 'OUTCAR',
          frame: finished,
          text: `step ${finished + 1} of a run is not finished and is left out`,
          kind: 'unfinished',
        });
      }
    }
    const inTable = RUN.lastIndexOf('TOTAL-FORCE') + 200;
    expect((await readWithNotes(RUN.slice(0, inTable))).notes).toHaveLength(1);
    for (const cut of [0, 3, 20]) {
      const { energies, notes } = await readWithNotes(`${RUN.slice(0, inTable + cut)}\n${RUN}`);
      expect(energies).toEqual([...TOTEN.slice(0, 2), ...TOTEN]);
      expect(notes.map(({ frame, text }) => [frame, text])).toEqual([
        [2, 'step 3 of a run is not finished and is left out'],
      ]);
    }
  });

  it('reads runs that are joined where the first was cut within a line', async () => {
    const places = [
      'in kB',
      'direct lattice vectors',
      'TOTAL-FORCE',
      'free  energy',
      'energy  without',
      'sigma->0)',
      'Iteration',
      'number of electron',
      'magnetization (x)',
    ];
    for (const offset of [3, 17, 24, 60, 150]) {
      for (const piece of places) {
        const cut = RUN.slice(0, RUN.lastIndexOf(piece) + offset).trimEnd();
        const { energies, notes } = await readWithNotes(cut + RUN);
        const left = cut.includes(energyLine) ? [] : [[2, 'step 3 of a run is not finished and is left out']];
        const what = `${piece} + ${offset}`;
        expect(energies, what).toEqual([...TOTEN.slice(0, left.length === 0 ? 3 : 2), ...TOTEN]);
        expect(
          notes.map(({ frame, text }) => [frame, text]),
          what,
        ).toEqual(left);
      }
    }
    // After a bad frame, too, the potentials are those of the second run.
    const row = RUN.split('\n')[lineOf(RUN, 'TOTAL-FORCE', 3) + 1] ?? '';
    const bad = RUN.replace(row, 'x').slice(0, RUN.lastIndexOf('total drift'));
    const other = RUN.replaceAll('PAW_PBE O ', 'PAW_PBE S ').replaceAll('VRHFIN =O', 'VRHFIN =S');
    const frames = await read(bad + other, { onSkip: () => undefined });
    expect(frames.map(({ species }) => species?.[2])).toEqual(['O', 'O', 'S', 'S', 'S']);
    // The whole of the first, without a line end.
    expect((await readWithNotes(RUN.trimEnd() + RUN)).energies).toEqual([...TOTEN, ...TOTEN]);
    const onlyList = RUN.replace(/^ vasp.*\n\n.*\n/, '');
    expect((await readWithNotes(RUN + onlyList)).energies).toEqual([...TOTEN, ...TOTEN]);
  });

  it('leaves steps out that VASP wrote in short, with a note', async () => {
    const table = / POSITION .*\n -+\n(.*\n){3} -+\n/g;
    let count = 0;
    const short = RUN.replaceAll(table, (block) => (count++ === 1 ? '' : block));
    const { energies, notes } = await readWithNotes(short);
    expect(energies).toEqual([TOTEN[0], TOTEN[2]]);
    expect(notes.map(({ kind, frame }) => [kind, frame])).toEqual([['bare-steps', 1]]);
    expect(notes[0]?.text).toBe(
      'steps that VASP wrote in short (NWRITE = 0) have no coordinates and are left out; ' +
        'vasprun.xml has them',
    );
    expect(await failure(read(RUN.replaceAll(table, '')))).toContain(
      'the file ends before an ionic step with',
    );
  });

  it('takes the last cell where a step has none', async () => {
    const at = RUN.lastIndexOf('direct lattice vectors');
    const frames = await read(RUN.slice(0, at) + RUN.slice(at + 10));
    expect(frames[2]?.cell).toEqual(frames[1]?.cell);
    expect(frames[0]?.cell).not.toEqual(frames[1]?.cell);
  });

  it('says that electronic steps did not converge', async () => {
    const { notes } = await readWithNotes(RUN.replace('NELM   =     60', 'NELM   =      2'));
    expect(notes.map(({ kind }) => kind)).toEqual(['unconverged']);
    const [step] = await read(RUN.replace('NELM   =     60', 'NELM   =      2'));
    expect(step?.info?.converged).toBe(false);
  });

  it('reads moments that are not collinear', async () => {
    const block = / magnetization \(x\)\n(.*\n)*?tot .*\n\n/.exec(RUN)?.[0] ?? '';
    const axes = ['x', 'y', 'z'].map((axis) => block.replace('(x)', `(${axis})`));
    const [step] = await read(RUN.replace(block, axes.join('')));
    const [one] = await read(RUN);
    expect(step?.arrays?.magmoms?.width).toBe(3);
    expect(
      Array.from((step?.arrays?.magmoms?.data ?? []) as Float64Array).filter((_, at) => at % 3 === 2),
    ).toEqual(Array.from((one?.arrays?.magmoms?.data ?? []) as Float64Array));
  });
});

describe('species of an OUTCAR', () => {
  const without = (...keys: string[]): string =>
    RUN.split('\n')
      .filter((line) => !keys.some((key) => line.includes(key)))
      .join('\n');

  it.each<[string, string[]]>([
    [without('TITEL'), ['Fe', 'Fe', 'O']],
    [without('VRHFIN', 'TITEL'), ['Fe', 'Fe', 'O']],
    [without('POTCAR', 'TITEL'), ['Fe', 'Fe', 'O']],
    [without('POTCAR', 'TITEL', 'VRHFIN'), ['1', '1', '2']],
    [RUN.replaceAll('PAW_PBE O 08Apr2002', 'H  1/r potential'), ['Fe', 'Fe', 'H']],
    [RUN.replace('=               2   1\n', '=               2\n   1\n'), ['Fe', 'Fe', 'O']],
  ])('come from the potentials it names: %#', async (text, species) => {
    expect((await read(text))[0]?.species).toEqual(species);
  });

  it.each<[string, string, string]>([
    ['=               2   1', '=               2   2', 'expected 3 ions (NIONS) in all, found 4 per type'],
    ['=               2   1', '=               3', 'expected a potential for each of 1 types, found Fe O'],
    [
      '=               2   1',
      '=               a',
      'expected numbers of atoms after "ions per type =", found "a"',
    ],
    ['ions per type', 'ions of type', 'expected "ions per type =" before the first step'],
    [
      '   ions per type =               2   1',
      `${'   TITEL  = PAW_PBE Fe 01Jan2000\n'.repeat(9)}   ions per type = ${' 1'.repeat(10)}`,
      'expected 3 ions (NIONS) in all, found 10 per type; VASP up to 6.3 lists ten types at most: ' +
        'vasprun.xml has all',
    ],
  ])('must be as many as there are atoms: %s, %s', async (from, to, problem) => {
    expect(await failure(read(RUN.replace(from, to)))).toContain(problem);
  });
});

describe('broken OUTCAR files', () => {
  it('take no memory for atoms that are only promised', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const start = cpuSeconds();
    const heap = process.memoryUsage().heapUsed;
    const text = RUN.replace(/NIONS = +3/, 'NIONS = 1000000001').replace(
      '=               2   1',
      '= 2 999999999',
    );
    expect(await failure(read(text))).toContain('expected a moment, found');
    const plain = text.replaceAll('magnetization (x)', 'other');
    expect(await failure(read(plain))).toContain('atom 3: expected a number for position, found');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64e6);
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(256e6);
    expect(cpuSeconds() - start).toBeLessThan(60);
  });

  const row = RUN.split('\n')[lineOf(RUN, 'TOTAL-FORCE') + 1] ?? '';
  const at = lineOf(RUN, 'TOTAL-FORCE') + 2;
  const energy = '-20.50000000\n \n d Force';

  it.each<[string, string, string]>([
    [row, row.slice(0, 60), `frame 0, line ${at}, atom 0: 4 fields, expected 6 (position ×3, force ×3)`],
    [row, row.replace(/\d\.\d{5}/, '*******'), `frame 0, line ${at}, atom 0: expected a number for position`],
    [
      row,
      row.replace(/-?\d\.\d{5}/, 'nan'),
      `frame 0, line ${at}, atom 0: position must be finite, found "nan"`,
    ],
    [row, `${row}\n${row}`, `frame 0, line ${at + 3}: expected dashes after 3 atoms, found`],
    [`${row}\n`, '', `frame 0, line ${at + 2}, atom 2: expected a number for position, found "---`],
    [
      energy,
      energy.replace('-20.50000000', '************'),
      'expected an energy, found "energy  without entropy=     -20.49000',
    ],
    ['  in kB  ', '  in kB  ****', 'expected 6 numbers, found "****'],
    ['   4.012000000', '   4.01200000x', 'expected 6 numbers, found "4.01200000x'],
    ['   4.012000000', '           nan', 'lattice vectors must be finite'],
    ['    tot\n', '    tot\n\n\n\n', 'expected dashes before a table'],
  ])('are refused in one line: %#', async (from, to, problem) => {
    expect(RUN).toContain(from);
    const broken = RUN.replace(from, to);
    expect(await failure(read(broken))).toContain(problem);
    const skipped: Skipped[] = [];
    const frames = await read(broken, { onSkip: (skip) => skipped.push(skip) });
    expect(frames.map(({ info }) => info?.free_energy)).toEqual(TOTEN.slice(1));
    expect(frames.map(({ source }) => source?.frame)).toEqual([1, 2]);
    expect(skipped.map(({ frame }) => frame)).toEqual([0]);
  });
});
