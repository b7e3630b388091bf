import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { golden, json } from '../support/data/files.js';

interface Comparison {
  readonly set: string;
  readonly known: readonly string[];
  readonly overlap: readonly number[];
  readonly novelty: number;
  readonly uncovered_envs: number;
  readonly by_element: Record<string, { n_envs: number; overlap: number[] }>;
  readonly environments: readonly { frame: number; atom: number; element: string; dH: number }[];
  readonly structures: readonly { frame: number; max_dH: number }[];
}

interface Record_ extends Record<string, unknown> {
  readonly overlap: readonly (readonly (readonly number[])[])[] | null;
  readonly comparisons: readonly Comparison[];
}

const folder = temporaryFolder();
const CU = golden('fcc_cu_periodic.xyz');
const HEATING = golden('heating_trajectory.xyz');
const ALLOY = golden('agau_alloy.xyz');

async function record(args: readonly string[]): Promise<Record_> {
  const { code, stdout, stderr } = await quests(['coverage', ...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record_;
}

describe('coverage', () => {
  it.each(BACKENDS)(
    'gives the matrix whose rows the command overlap gives one by one: %s',
    async (backend) => {
      const { overlap, comparisons, eps } = await record([CU, HEATING, ALLOY, '--backend', backend]);
      expect(eps).toEqual([1e-5, 1]);
      const files = [CU, HEATING, ALLOY];
      for (const [row, test] of files.entries()) {
        expect(overlap?.[0]?.[row]?.[row]).toBe(1);
        for (const [column, reference] of files.entries()) {
          const { stdout } = await quests(['overlap', test, reference, '-e', '1', '--json'], folder);
          const one = JSON.parse(stdout) as { overlap: number };
          expect(overlap?.[1]?.[row]?.[column]).toBe(one.overlap);
        }
      }
      expect(comparisons.map(({ set, known }) => [set, ...known])).toEqual([
        [CU, HEATING],
        [CU, ALLOY],
        [HEATING, CU],
        [HEATING, ALLOY],
        [ALLOY, CU],
        [ALLOY, HEATING],
      ]);
    },
  );

  it('lists what is not covered, with file, frame and atom, by δH', async () => {
    const { stdout, stderr } = await quests(['coverage', CU, HEATING, '-e', '1', '--top', '2'], folder);
    const dH = json(await written(['dH', HEATING, CU, '-o', 'dh.json'], 'dh.json')).delta_entropy as number[];
    const [newest] = [...dH.entries()].sort((a, b) => b[1] - a[1]);
    const [row = NaN, value = NaN] = newest ?? [];
    const uncovered = dH.filter((one) => one >= 1).length;
    expect(stdout).toContain('Overlap (dH < 1 nats):');
    expect(stdout).toContain(
      `Environments of set 2 not covered by set 1 (dH >= 1 nats), most novel first: 2 of ${uncovered}\n`,
    );
    expect(stdout).toMatch(
      new RegExp(`^ *${value.toFixed(3)} +${row % 32} +Cu +${Math.floor(row / 32)} +.*heating`, 'm'),
    );
    expect(stderr).not.toContain('treated as one element');
    const { comparisons } = await record([CU, HEATING, '-e', '1']);
    expect(comparisons[1]?.uncovered_envs).toBe(uncovered);
    expectClose(
      comparisons[1]?.environments.map((one) => one.dH) ?? [],
      dH.sort((a, b) => b - a).slice(0, 5),
      1e-12,
    );
    expect(comparisons[1]?.structures.map(({ frame }) => frame)).toEqual([11, 10, 9, 8, 7]);
  });

  it('writes all of it as a table', async () => {
    const path = await written(['coverage', CU, HEATING, '-o', 'new.csv'], 'new.csv');
    const [head, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(head).toBe('set,known,file,frame,atom,element,dH');
    const { comparisons } = await record([CU, HEATING]);
    expect(rows).toHaveLength(comparisons.reduce((sum, one) => sum + one.uncovered_envs, 0));
    expect(rows[0]).toMatch(/^1,2,.*fcc_cu_periodic\.xyz,0,\d+,Cu,/);
  });

  it('compares each generation with all before it', async () => {
    const parts = [`${HEATING}@:4`, `${HEATING}@4:8`, `${HEATING}@8:`];
    const { overlap, comparisons } = await record([...parts, '--generations']);
    expect(overlap).toBeNull();
    expect(comparisons.map(({ set, known }) => [set, ...known])).toEqual([
      [parts[1], parts[0]],
      [parts[2], parts[0], parts[1]],
    ]);
    const direct = json(
      await written(
        ['dH', '--test', parts[2] ?? '', '--reference', parts[0] ?? '', parts[1] ?? '', '-o', 'g.json'],
        'g.json',
      ),
    );
    expect(comparisons[1]?.novelty).toBe(direct.novelty);
  });

  it('says it by element where there are several, and that descriptors are blind to them', async () => {
    const { stdout, stderr } = await quests(['coverage', ALLOY, CU], folder);
    expect(stderr).toContain('Ag, Au, Cu are treated as one element');
    expect(stdout).toMatch(/^ +1 +2 +Ag +40 /m);
    const { comparisons, species } = await record([ALLOY, CU]);
    expect(species).toBeNull();
    const elements = comparisons[0]?.by_element ?? {};
    expect(Object.entries(elements).map(([element, { n_envs }]) => [element, n_envs])).toEqual([
      ['Ag', 40],
      ['Au', 68],
    ]);
    const own = await record([ALLOY, CU, '--species']);
    expect(own.species).toEqual(['Ag', 'Au', 'Cu']);
  });

  it('refuses a single set, and thresholds that are no numbers', async () => {
    const one = await quests(['coverage', CU], folder);
    expect(one).toMatchObject({ code: 2, stderr: 'quests: expected at least two datasets, got 1\n' });
    expect((await quests(['coverage', CU, HEATING, '-e', '1,x'], folder)).code).toBe(2);
    const missing = await quests(['coverage', CU, 'nowhere.xyz'], folder);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/^quests: .*nowhere\.xyz/);
  });
});

async function written(args: readonly string[], name: string): Promise<string> {
  const { code, stderr } = await quests(args, folder);
  expect(code, stderr).toBe(0);
  return join(folder, name);
}
