import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readStructures, type Structure } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden, json } from '../support/data/files.js';

interface Record_ extends Record<string, unknown> {
  readonly thresholds: readonly { name: string; relative: number; threshold: number; n_envs: number }[];
  readonly frames: readonly {
    frame: number;
    time: number | null;
    counts: Record<string, number>;
    largest: number;
    largest_with_shell: number;
    nuclei: readonly {
      size: number;
      size_with_shell: number;
      center: number[] | null;
      percolation: number;
    }[];
  }[];
  readonly sizes: readonly (readonly [number, number])[];
}

const folder = temporaryFolder();
const RUN = fileURLToPath(new URL('../../examples/cu_run.lammpstrj.gz', import.meta.url));
const REFERENCES = ['-r', `solid=${RUN}@3:5`, `liquid=${RUN}@11:13`];
const MELTING = [`${RUN}@6:9`, ...REFERENCES, '--timestep', '0.002', '-b', '0.03', '--phase', 'liquid'];

async function record(args: readonly string[]): Promise<Record_> {
  const { code, stdout, stderr } = await quests(['nuclei', ...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record_;
}

async function atoms(file: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(join(folder, file))) structures.push(structure);
  return structures;
}

describe('nuclei', () => {
  it.each(BACKENDS)('follows the largest nucleus of a melting crystal: %s', async (backend) => {
    const { frames, thresholds, sizes } = await record([...MELTING, '--backend', backend]);
    expect(frames.map(({ frame: number, time }) => [number, time])).toEqual([
      [6, 30],
      [7, 35],
      [8, 40],
    ]);
    const largest = frames.map((one) => one.largest);
    expect(largest).toEqual([...largest].sort((a, b) => a - b));
    expect(largest[2]).toBeGreaterThan(3000);
    for (const { counts, nuclei, largest: size } of frames) {
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(4000);
      expect(nuclei.reduce((sum, nucleus) => sum + nucleus.size, 0)).toBe(counts.liquid);
      expect(nuclei[0]?.size).toBe(size);
    }
    expect(thresholds.map(({ name, n_envs }) => [name, n_envs])).toEqual([
      ['solid', 8000],
      ['liquid', 8000],
    ]);
    for (const { relative, threshold, n_envs } of thresholds) {
      expect(threshold).toBeCloseTo(relative - Math.log(n_envs), 12);
    }
    const counted = sizes.reduce((sum, [size, count]) => sum + size * count, 0);
    expect(counted).toBe(frames.reduce((sum, { counts }) => sum + (counts.liquid ?? NaN), 0));
  });

  it('writes columns that programs colour atoms by, a table of nuclei, and a picture', async () => {
    for (const name of ['atoms.xyz', 'atoms.lammpstrj']) {
      const { code, stderr } = await quests(
        ['nuclei', ...MELTING, '-o', name, '--plot', `${name}.svg`, '--min-size', '3'],
        folder,
      );
      expect(code, stderr).toBe(0);
      expect(readFileSync(join(folder, `${name}.svg`), 'utf8')).toContain('largest nucleus (atoms)');
    }
    const found = await record([...MELTING, '--min-size', '3']);
    for (const name of ['atoms.xyz', 'atoms.lammpstrj']) {
      const written = await atoms(name);
      written.forEach(({ arrays = {} }, at) => {
        const column = (key: string): number[] => Array.from(arrays[key]?.data ?? [], Number);
        const { counts, nuclei } = found.frames[at] as Record_['frames'][number];
        expect(column('phase').filter((one) => one === 2)).toHaveLength(counts.liquid ?? NaN);
        const [cluster, part] = [column('cluster'), column('part')];
        nuclei.forEach(({ size, size_with_shell: whole }, number) => {
          const own = part.filter((_, atom) => cluster[atom] === number + 1);
          expect(own).toHaveLength(whole);
          expect(own.filter((one) => one === 2)).toHaveLength(size);
        });
        expect(column('dH_solid')).toHaveLength(4000);
      });
    }
    expect((await quests(['nuclei', ...MELTING, '-o', 'nuclei.csv', '--min-size', '3'], folder)).code).toBe(
      0,
    );
    const [head, ...rows] = readFileSync(join(folder, 'nuclei.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe(
      'file,frame,step,time,cluster,size,size_with_shell,radius_of_gyration,center_x,center_y,center_z,percolation',
    );
    expect(rows).toHaveLength(found.frames.reduce((sum, { nuclei }) => sum + nuclei.length, 0));
    expect((await quests(['nuclei', ...MELTING, '-o', 'nuclei.json'], folder)).code).toBe(0);
    expect(json(join(folder, 'nuclei.json')).phase).toEqual(['liquid']);
  });

  it('selects by bonds, bridges and thresholds as it is told', async () => {
    const few = (more: readonly string[]): Promise<Record_> => record([...MELTING, ...more]);
    const [plain, bridges, bonds, strict] = await Promise.all([
      few([]),
      few(['--remove-bridges']),
      few(['--min-coordination', '6']),
      few(['--thresholds', 'liquid=-20']),
    ]);
    const core = (one: Record_): number =>
      one.frames.reduce((sum, { nuclei }) => sum + nuclei.reduce((all, { size }) => all + size, 0), 0);
    expect(core(bridges)).toBe(core(plain));
    expect(bridges.frames[0]?.nuclei.length).toBeGreaterThan(plain.frames[0]?.nuclei.length ?? NaN);
    expect(core(bonds)).toBeLessThan(core(plain));
    expect(core(strict)).toBe(0);
  });

  it('gives each run its log, and refuses another number of them', async () => {
    const log = fileURLToPath(new URL('../../examples/cu_run.log', import.meta.url));
    // Steps of frames 6 and 7, and what was the temperature in another run; the second was stopped
    // before frame 8.
    const other = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(20|22|25|27|30|32|35|37|40|42|45)\d{3}\s/.test(line))
      .map((line) => line.replace(/^(\s*1[57][05]00\s+\S+\s+)\S+/, '$1777'))
      .join('\n');
    writeFileSync(join(folder, 'other.log'), other);
    const runs = ['nuclei', `${RUN}@6:8`, `${RUN}@6:9`, ...REFERENCES, '--runs', '-b', '0.03', '--json'];
    const found = await quests([...runs, '--log', log, 'other.log'], folder);
    expect(found.code, found.stderr).toBe(0);
    const { frames } = JSON.parse(found.stdout) as { frames: readonly { temperature: number | null }[] };
    const temperatures = frames.map(({ temperature }) => temperature);
    expect(temperatures[0]).toBeCloseTo(1501.1, 1);
    expect(temperatures[1]).toBeCloseTo(1680.4, 1);
    expect(temperatures.slice(2)).toEqual([777, 777, null]);
    expect(found.stderr).toContain('1 frame comes after the last step of');
    for (const logs of [[log], [log, log, log]]) {
      expect(await quests([...runs, '--log', ...logs], folder)).toMatchObject({
        code: 2,
        stderr:
          `quests: ${logs.length} log${logs.length === 1 ? '' : 's'} for 2 runs: expected ` +
          `one for each, in their order\n`,
      });
    }
  });

  it('says why nothing is fitted', async () => {
    const { stdout } = await quests(['nuclei', `${RUN}@6`, ...REFERENCES, '--min-size', '500'], folder);
    expect(stdout).toMatch(/^ln N\(n\) = .*: not fitted: .*expected at least 6 sizes and 50 nuclei/m);
    expect(stdout).toMatch(/^Mean first-passage times .*: not fitted: /m);
  });

  it('refuses what it cannot use, in one line', async () => {
    writeFileSync(join(folder, 'open.xyz'), frame(['Cu 0 0 0', 'Cu 2 0 0', 'Cu 0 2 0'], 'pbc="F F F"'));
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [[`${RUN}@6`], 2, /--reference/],
      [[`${RUN}@6`, '-r', 'a.xyz'], 2, /expected a name, a letter first, and a file: solid=a\.xyz/],
      [[`${RUN}@6`, ...REFERENCES, '--bond', '0'], 2, /above 0/],
      [[`${RUN}@6`, ...REFERENCES, '--bond', '50'], 2, /--bond 50: each atom would have about 4\d{4} bonds/],
      [[`${RUN}@6`, ...REFERENCES, '--fit-sizes', '9:3'], 2, /smallest size first/],
      [[`${RUN}@6`, '-r', 'solid='], 2, /--reference solid=: expected .*: solid=crystal\.xyz/],
      [
        [`${RUN}@6`, ...REFERENCES, '--phase', 'gas'],
        2,
        /no reference is called gas, expected one of solid, liquid/,
      ],
      [[`${RUN}@6`, ...REFERENCES, '--thresholds', 'gas=1'], 2, /NAME=NATS/],
      [[`${RUN}@6`, ...REFERENCES, '--fit-sizes', '3'], 2, /Expected sizes/],
      [[`${RUN}@6`, ...REFERENCES, '--density', '0.08'], 2, /--density and --temperature/],
      [
        [`${RUN}@6`, '-r', `alloy=${golden('agau_alloy.xyz')}`],
        1,
        /a reference of Ag, Au, but the trajectory is of Cu; --any-element/,
      ],
      [['open.xyz', ...REFERENCES], 1, /open\.xyz, frame 0: .*not periodic.*--bond/],
      [[`${RUN}@6`, ...REFERENCES, '-o', 'x.poscar'], 2, /cannot write/],
    ];
    for (const [args, code, message] of cases) {
      const found = await quests(['nuclei', ...args, '--quiet'], folder);
      expect(found.stderr).toMatch(message);
      expect(found.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(found.code).toBe(code);
    }
    expect(
      (await quests(['nuclei', 'open.xyz', ...REFERENCES, '--bond', '2.5', '--quiet'], folder)).code,
    ).toBe(0);
  });
});
