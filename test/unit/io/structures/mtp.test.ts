import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withElements } from '../../../../ts/io/structures/elements.js';
import type { FrameOptions } from '../../../../ts/io/structures/frames.js';
import { looksLikeMtp, readMtp } from '../../../../ts/io/structures/mtp.js';
import { writeMtp } from '../../../../ts/io/structures/mtp-write.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

const TRAIN = readFileSync(new URL('ase/made/train.cfg', import.meta.url), 'utf8');

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readMtp(bytesOf(text), { file: 'train.cfg', rowReader, ...options }));
}

async function written(structures: readonly Structure[]): Promise<string> {
  return (await all(writeMtp(structures))).join('');
}

const ATOM: Structure = { positions: Float64Array.of(0, 1, 2) };

describe('readMtp', () => {
  it('keeps columns and features', async () => {
    const [first, second, third] = await read(TRAIN);
    expect(first?.info).toMatchObject({ EFS_by: 'VASP', mindist: 1.876543 });
    expect(first?.arrays?.id).toEqual({ kind: 'I', width: 1, data: Int32Array.of(1, 2, 3) });
    expect(second).not.toHaveProperty('cell');
    expect(second?.pbc).toEqual([false, false, false]);
    expect(Object.keys(third?.arrays ?? {})).toEqual(['id', 'nbh_grades']);
    expect(looksLikeMtp(bytesOf(TRAIN))).toBe(true);
    expect(looksLikeMtp(bytesOf('BEGIN'))).toBe(false);
  });

  it('reads pieces of any size, and passes over frames', async () => {
    const whole = await read(TRAIN);
    expect(await all(readMtp(inPieces(bytesOf(TRAIN), 7), { file: 'train.cfg' }))).toEqual(whole);
    expect(await read(TRAIN, { frames: { end: 3, wants: (frame) => frame === 2 } })).toEqual(whole.slice(2));
  });

  it('reads other names and orders, as old files have them', async () => {
    const old = TRAIN.replaceAll('Supercell', 'SuperCell')
      .replaceAll('AtomData:', 'Atomic_data:')
      .replace(
        /PlusStress:.*\n.*\n/,
        'PlusStress: xy xx yy zz yz xz\n .34567 1.23456 -2.34567 3.45678 .12345 -.23456\n',
      );
    expect(await read(old)).toEqual(await read(TRAIN));
  });

  it('keeps the virial of a structure without a volume', async () => {
    const slab = TRAIN.replace(/ +-1\.250000 +-1\.125000 +6\.000000\n/, '');
    const [first] = await read(slab);
    expect(first?.info?.virial).toEqual([
      1.23456, 0.34567, -0.23456, 0.34567, -2.34567, 0.12345, -0.23456, 0.12345, 3.45678,
    ]);
    expect(first?.pbc).toEqual([true, true, false]);
    expect(first?.info).not.toHaveProperty('stress');
  });

  it('has types from 0 for --elements', async () => {
    const named = await all(
      withElements(readMtp(bytesOf(TRAIN), { file: 'a' }), ['Cu', 'Zr', 'Al'], undefined, 0),
    );
    expect(named.map(({ species }) => species)).toEqual([['Cu', 'Zr', 'Zr'], ['Al', 'Cu'], ['Cu']]);
    const short = all(withElements(readMtp(bytesOf(TRAIN), { file: 'a' }), ['Cu', 'Zr'], undefined, 0));
    expect(await failure(short)).toBe(
      'INVALID_ARGUMENT: a, frame 1, atom 0: type 2 has no element; elements of 2 types were given',
    );
  });
});

describe('writeMtp', () => {
  it('writes what is read back the same', async () => {
    const frames = await read(TRAIN);
    const back = await read(await written(frames));
    const rounded = ({ info = {}, ...frame }: Structure): unknown => ({
      ...frame,
      info: { ...info, stress: (info.stress as number[] | undefined)?.map((value) => value.toPrecision(14)) },
    });
    expect(back.map(rounded)).toEqual(frames.map(rounded));
  });

  it('numbers elements from 0 over the whole file, and names them', async () => {
    const structures = [
      { ...ATOM, species: ['Zr'] },
      { ...ATOM, species: ['Cu'], info: { tag: 'a b', ok: true, list: [1, 2] } },
      { ...ATOM, species: ['3'] },
    ];
    const text = await written(structures);
    expect(text).toContain(' Feature   elements Zr,Cu\n Feature   tag a b\n Feature   ok T\n');
    const back = await read(text);
    expect(back.map(({ species }) => species)).toEqual([['Zr'], ['Cu'], ['3']]);
    expect(back[1]?.info).toEqual({ tag: 'a b', ok: true, list: [1, 2] });
  });

  it.each<[Structure, string]>([
    [
      { ...ATOM, cell: [1, 0, 0, 0, 1, 0, 0, 0, 1], pbc: [false, true, true] },
      'MLIP has periodic vectors first',
    ],
    [{ ...ATOM, info: { virial: [1] } }, 'virial must be six or nine numbers'],
    [{ ...ATOM, info: { 'a b': 1 } }, '"a b" cannot be written as a feature'],
    [
      { ...ATOM, arrays: { forces: { kind: 'R', width: 3, data: new Float64Array(6) } } },
      '6 values in forces',
    ],
    [{ positions: Float64Array.of(0, NaN, 0) }, 'the coordinates are not finite'],
    [{ positions: new Float64Array(0) }, 'positions are not three numbers per atom'],
  ])('refuses what the format cannot hold: %#', async (structure, problem) => {
    expect(await failure(written([structure]))).toContain(problem);
  });
});

describe('broken configurations', () => {
  it.each<[string, string, string]>([
    ['0.333333', '', 'line 10, atom 1: 7 fields, expected 8'],
    ['0.100000', 'nan', 'line 9, atom 0: cartes must be finite, found "nan"'],
    ['0.100000', '***', 'line 9, atom 0: expected a number for cartes, found "***"'],
    ['   3\n', '   0\n', 'line 3: a configuration of 0 atoms'],
    ['   3\n', '   x\n', 'line 3: expected a number, found "x"'],
    ['   3\n', '   4\n', 'line 12, atom 3: expected a whole number below 2^53 for id, found "Energy"'],
    ['   3\n', '   2\n', 'line 11: expected a keyword of MLIP or END_CFG, found'],
    [' Size\n    3\n', '', 'expected Size before AtomData'],
    ['4.012000', 'inf', 'Supercell must be finite'],
    [' Supercell\n', ' Supercell\n x\n', 'expected three numbers of a vector, found "x"'],
    ['id type', 'id', 'has no type'],
    ['cartes_x', 'x', 'has no coordinates'],
    ['fx ', 'id ', 'has id twice'],
    [' 0       0.012500', ' -1       0.012500', 'atom 0: expected types from 0, found -1'],
    ['-20.512345678901', 'high', 'expected a number, found "high"'],
    ['xx          yy', 'xx          xx', 'expected xx yy zz yz xz xy, found'],
    ['PlusStress:', 'Stress:', 'Stress: of old versions is not read, only PlusStress:'],
    ['Feature   EFS_by       VASP', 'Feature', 'expected a name and a value of the feature, found "Feature"'],
    ['Feature   EFS_by', 'Factor   EFS_by', 'expected a keyword of MLIP or END_CFG, found "Factor'],
  ])('are refused in one line, and skipped: %j → %j', async (from, to, problem) => {
    expect(TRAIN).toContain(from);
    const broken = TRAIN.replace(from, to);
    expect(await failure(read(broken))).toMatch(/^(INVALID_\w+|EMPTY): train.cfg, frame 0, line \d+/);
    expect(await failure(read(broken))).toContain(problem);
    const skipped: Skipped[] = [];
    const frames = await read(broken, { onSkip: (skip) => skipped.push(skip) });
    expect(frames.map(({ source }) => source?.frame)).toEqual([1, 2]);
    expect(skipped.map(({ frame }) => frame)).toEqual([0]);
  });

  it('are refused where they end early or begin late', async () => {
    expect(await failure(read(TRAIN.slice(0, TRAIN.indexOf('Energy'))))).toContain(
      'train.cfg, frame 0, line 12: the file ends before END_CFG',
    );
    expect(await failure(read(TRAIN.replace(/END_CFG/, '')))).toContain('END_CFG, found "BEGIN_CFG"');
    const wants = { end: 3, wants: (frame: number) => frame === 2 };
    expect(await failure(read(TRAIN.replace(/END_CFG/, ''), { frames: wants }))).toContain(
      'found "BEGIN_CFG"',
    );
    expect(await failure(read(`x\n${TRAIN}`))).toContain('frame 0, line 1: expected BEGIN_CFG, found "x"');
    expect(await failure(read('BEGIN_CFG\nSize\n1\nEND_CFG\n'))).toContain(
      'expected AtomData before END_CFG',
    );
  });
});
