import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectFormat, formatOfName } from '../../../../ts/io/files/detect-format.js';
import type { FrameOptions } from '../../../../ts/io/structures/frames.js';
import { looksLikePymatgen, readPymatgen } from '../../../../ts/io/structures/pymatgen.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces } from '../../../support/data/reading.js';

function made(name: string): string {
  return readFileSync(new URL(`ase/made/${name}`, import.meta.url), 'utf8');
}

const LIST = made('structures.json');
const LINES = made('entries.jsonl');

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readPymatgen(bytesOf(text), { file: 'a.json', ...options }));
}

/** A structure with one site, and parts of its JSON replaced. */
function one(
  changes: Record<string, unknown> = {},
  site: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    lattice: {
      matrix: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 4],
      ],
    },
    sites: [{ species: [{ element: 'Cu', occu: 1 }], abc: [0.5, 0, 0], ...site }],
    ...changes,
  };
}

/** What monty makes of an array of NumPy. */
function numpy(data: unknown): unknown {
  return { '@module': 'numpy', '@class': 'array', dtype: 'float64', data };
}

const CUBE = [
  [4, 0, 0],
  [0, 4, 0],
  [0, 0, 4],
];

/** A trajectory of two atoms and three frames. */
function trajectory(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    '@module': 'pymatgen.core.trajectory',
    '@class': 'Trajectory',
    species: [{ '@class': 'Element', element: 'Cu' }, 'O2-'],
    coords: [0, 1, 2].map((frame) => [
      [0, 0, frame / 8],
      [0.5, 0.25, 0],
    ]),
    lattice: CUBE,
    site_properties: [0, 1, 2].map((frame) => ({ magmom: [frame, -1] })),
    frame_properties: [0, 1, 2].map((frame) => ({ energy: frame, forces: numpy([CUBE[0], CUBE[1]]) })),
    constant_lattice: true,
    time_step: 2,
    coords_are_displacement: false,
    ...changes,
  });
}

describe('trajectories of pymatgen', () => {
  it('are frames with the properties of each', async () => {
    const frames = await read(trajectory());
    expect(looksLikePymatgen(bytesOf(trajectory()))).toBe(true);
    expect(frames.map(({ positions }) => positions[2])).toEqual([0, 0.5, 1]);
    expect(frames.map(({ info }) => info)).toEqual([0, 1, 2].map((energy) => ({ time_step: 2, energy })));
    expect(frames[2]?.species).toEqual(['Cu', 'O']);
    expect(frames[2]?.arrays?.magmom?.data).toEqual(Float64Array.of(2, -1));
    expect(frames[2]?.arrays?.forces?.data).toEqual(Float64Array.of(4, 0, 0, 0, 4, 0));
    expect(await read(trajectory(), { frames: { end: 2, wants: (at) => at === 1 } })).toEqual([frames[1]]);
  });

  it('have a lattice for all frames, for each, or none', async () => {
    const half = CUBE.map((row) => row.map((value) => value / 2));
    const each = await read(trajectory({ lattice: numpy([CUBE, half, CUBE]), constant_lattice: false }));
    expect(each.map(({ positions }) => positions[2])).toEqual([0, 0.25, 1]);
    expect(await read(trajectory({ lattice: [CUBE] }))).toEqual(await read(trajectory()));
    const [, molecule] = await read(trajectory({ lattice: null, charge: 1 }));
    expect(molecule).not.toHaveProperty('cell');
    expect(molecule?.positions[2]).toBe(0.125);
    expect(molecule?.info?.charge).toBe(1);
    expect(await failure(read(trajectory({ lattice: [CUBE, CUBE] })))).toBe(
      'INVALID_FILE: a.json: expected a lattice for each of 3 frames, found 2',
    );
  });

  it('may be displacements, and as older versions write them', async () => {
    const steps = [0, 1, 2].map((frame) => [
      [0, 0, frame === 0 ? 0 : 1 / 8],
      [0, 0, 0],
    ]);
    const base = numpy([
      [0, 0, 0],
      [0.5, 0.25, 0],
    ]);
    const moved = { coords: steps, coords_are_displacement: true, base_positions: base };
    const whole = await read(trajectory());
    expect(await read(trajectory(moved))).toEqual(whole);
    expect(await failure(read(trajectory({ ...moved, base_positions: null })))).toBe(
      'INVALID_FILE: a.json: expected three numbers for each atom in base_positions and coords',
    );
    const { coords } = JSON.parse(trajectory()) as { coords: unknown };
    const old = {
      coords: undefined,
      frac_coords: coords,
      site_properties: { magmom: [1, -1] },
      frame_properties: { energy: [0, 1, 2] },
    };
    const frames = await read(trajectory(old));
    expect(frames.map(({ info }) => info?.energy)).toEqual([0, 1, 2]);
    expect(frames[0]?.arrays?.magmom?.data).toEqual(Float64Array.of(1, -1));
    expect(frames[1]?.positions).toEqual(whole[1]?.positions);
  });

  it('are refused where frames have other atoms', async () => {
    expect(await failure(read(trajectory({ coords: [[[0, 0, 0]]] })))).toBe(
      'INVALID_FILE: a.json: expected coordinates of 2 atoms in frame 0 of the trajectory',
    );
    expect(await failure(read(trajectory({ species: ['Cu', { Cu: 0.5, Zn: 0.5 }] })))).toBe(
      'INVALID_FILE: a.json, frame 0, atom 1: expected the species of a site',
    );
  });
});

describe('readPymatgen', () => {
  it('reads numbers that only Python writes, and arrays of NumPy', async () => {
    const entry = { energy: 1.5, gap: numpy([1, 2]), forces: numpy([[1, 2, 3]]), structure: one() };
    const text = JSON.stringify(entry).replace('1.5', 'NaN');
    const frames = await read(`${text}\n${text.replace('NaN', '-Infinity')}\n`);
    expect(frames.map(({ info }) => info)).toEqual(
      [NaN, -Infinity].map((energy) => ({ energy, gap: [1, 2] })),
    );
    expect(frames[0]?.arrays?.forces?.data).toEqual(Float64Array.of(1, 2, 3));
  });

  it('keeps properties of sites, and values of the structure and its document', async () => {
    const [first, , molecule] = await read(LIST);
    expect(first?.arrays?.selective_dynamics).toEqual({
      kind: 'L',
      width: 3,
      data: Uint8Array.of(1, 1, 0, 1, 1, 1),
    });
    expect(molecule?.info).toEqual({ charge: -1 });
    expect(molecule).not.toHaveProperty('cell');
    const [entry] = await read(LINES);
    expect(entry?.info).toEqual({ charge: 0, energy: -3.25, entry_id: 'mp-0', correction: 0.5 });
    const rich = one(
      {
        properties: {
          stress: [
            [1, 2, 3],
            [2, 4, 5],
            [3, 5, 6],
          ],
          nested: { a: 1 },
          ok: true,
        },
        charge: 0,
      },
      { properties: { magmom: { '@class': 'Magmom', moment: 1.5 }, label: 'a', odd: { b: 1 }, none: null } },
    );
    const [document] = await read(JSON.stringify({ structure: rich, forces: [[1, 2, 3]], bad: null }));
    expect(document?.info).toEqual({ charge: 0, stress: [1, 2, 3, 2, 4, 5, 3, 5, 6], ok: true });
    expect(Object.keys(document?.arrays ?? {})).toEqual(['magmom', 'label', 'forces']);
  });

  it('finds structures in lists and objects of documents', async () => {
    const nested = {
      'mp-1': { 'mp-1-0': { structure: one(), energy: -1 }, 'mp-1-1': { structure: one(), energy: -2 } },
    };
    const frames = await read(JSON.stringify([nested, one()]));
    expect(frames.map(({ info }) => info?.energy)).toEqual([-1, -2, undefined]);
    expect(frames.map(({ source }) => source?.frame)).toEqual([0, 1, 2]);
  });

  it('reads JSON lines in pieces of any size, whatever the name, and passes over frames', async () => {
    const whole = await read(LINES);
    expect(whole).toHaveLength(3);
    expect(await all(readPymatgen(inPieces(bytesOf(LINES), 99), { file: 'a.jsonl' }))).toEqual(
      whole.map((frame, at) => ({ ...frame, source: { file: 'a.jsonl', frame: at } })),
    );
    for (const text of [LINES, LIST]) {
      const frames = { end: 3, wants: (frame: number) => frame === 2 };
      expect(await read(text, { frames })).toEqual((await read(text)).slice(2));
    }
    expect(await read(`${JSON.stringify(one())}\n\n`)).toHaveLength(1);
    const two = `${JSON.stringify([one(), one()])}\n${JSON.stringify(one())}\n`;
    expect(await read(two)).toHaveLength(3);
  });

  it('is known by content among files of its name', () => {
    expect(looksLikePymatgen(bytesOf(LIST))).toBe(true);
    expect(looksLikePymatgen(bytesOf(LINES))).toBe(true);
    expect(detectFormat('a.json', bytesOf(LIST)).name).toBe('pymatgen');
    expect(detectFormat('a.jsonl', bytesOf(LINES)).name).toBe('pymatgen');
    expect(() => detectFormat('a.json', bytesOf('[\n{"positions":[[0,0,0]]}]'))).toThrow(
      'a.json: neither pymatgen JSON nor ASE database (JSON); other JSON is not read',
    );
    expect(formatOfName('a.json')?.name).toBe('json');
  });
});

describe('broken pymatgen JSON', () => {
  const shared = [
    { element: 'Cu', occu: 0.5 },
    { element: 'Zr', occu: 0.5 },
  ];

  it.each<[Record<string, unknown>, string]>([
    [
      one({}, { species: shared }),
      'atom 0: a site that is shared or partly occupied cannot be read: "Cu 0.5, Zr 0.5"',
    ],
    [
      one({}, { species: [{ element: 'Cu', occu: 0.9 }] }),
      'shared or partly occupied cannot be read: "Cu 0.9"',
    ],
    [one({}, { species: [] }), 'atom 0: expected the species of a site'],
    [
      one({}, { abc: [0, 'x', 0] }),
      'atom 0: expected three numbers for abc of a site, found "[0,\\"x\\",0]"',
    ],
    [one({}, { abc: undefined }), 'atom 0: expected three numbers for abc of a site, found "none"'],
    [one({ sites: [1] }), 'atom 0: expected a site, found none'],
    [one({ lattice: { matrix: [[1, 2, 3]] } }), 'expected three vectors in lattice.matrix'],
    [
      one({ lattice: { matrix: [[1, 2], 3, 4] } }),
      'expected three numbers for lattice.matrix, found "[1,2]"',
    ],
    [one({ sites: [] }), 'a structure without sites'],
  ])('is refused with its frame, and skipped: %#', async (bad, problem) => {
    for (const [text, place] of [
      [JSON.stringify([one(), bad, one()]), 'a.json, frame 1'],
      [[one(), bad, one()].map((own) => JSON.stringify(own)).join('\n'), 'a.json, frame 1, line 2'],
    ] as const) {
      expect(await failure(read(text))).toContain(`: ${place}`);
      expect(await failure(read(text))).toContain(problem);
      const skipped: Skipped[] = [];
      const frames = await read(text, { onSkip: (skip) => skipped.push(skip) });
      expect(frames.map(({ source }) => source?.frame)).toEqual([0, 2]);
      expect(skipped.map(({ frame }) => frame)).toEqual([1]);
    }
  });

  it('is refused where it is no JSON, or has no structures', async () => {
    expect(await failure(read(LIST.slice(0, 500)))).toMatch(/^INVALID_FILE: a.json: not JSON: /);
    expect(await failure(read(LIST.replace('0.01', 'nan')))).toMatch(/^INVALID_FILE: a.json: not JSON: /);
    // Python writes it.
    expect(await failure(read(LIST.replace('0.01', 'NaN')))).toBe(
      'INVALID_STRUCTURE: a.json, frame 0, atom 0: abc of a site must be finite',
    );
    expect(await failure(read(LIST.replace('0.01', '1e999')))).toContain(
      'atom 0: abc of a site must be finite',
    );
    expect(await failure(read('{"a": 1}'))).toBe(
      'INVALID_FILE: a.json: expected structures of pymatgen, with lattice and sites, found none',
    );
    const skipped: Skipped[] = [];
    const frames = await read(`${LINES}{"a"\n{}\n${LINES}`, { onSkip: (skip) => skipped.push(skip) });
    expect(frames).toHaveLength(6);
    expect(skipped.map(({ frame }) => frame)).toEqual([3, 4]);
    const whole: Skipped[] = [];
    expect(await read(LIST.slice(0, 500), { onSkip: (skip) => whole.push(skip) })).toEqual([]);
    expect(whole.map(({ frame }) => frame)).toEqual([0]);
    const deep = '['.repeat(20) + ']'.repeat(20);
    expect(await failure(read(deep))).toContain('lists and objects are nested more than 16 deep');
  });
});
