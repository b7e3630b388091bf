import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures, type Structure } from '../../ts/node.js';
import { readMatrix } from '../../ts/faces/node/io.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { reference } from '../support/data/reference.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden, json } from '../support/data/files.js';

const folder = temporaryFolder();
const CU = golden('fcc_cu_periodic.xyz');
const HEATING = golden('heating_trajectory.xyz');
const pair = reference.dH[0] as (typeof reference.dH)[number];
const dH = pair.dH as number[];

async function frames(path: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(path)) structures.push(structure);
  return structures;
}

describe.each(BACKENDS)('results on %s', (backend) => {
  it('entropy: lines', async () => {
    const { code, stdout, stderr } = await quests(['entropy', CU, '--backend', backend], folder);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'Descriptors shape: (108, 63)',
      'Dataset entropy: 3.001 (nats)',
      'Max theoretical entropy: 4.682 (nats)',
      'Entropy / log N: 0.641',
      '',
    ]);
    expect(stderr).toContain(backend);
  });

  it('metrics: lines, JSON', async () => {
    const args = ['metrics', CU, '--backend', backend, '-o', `${backend}.json`];
    const { stdout } = await quests(args, folder);
    expect(stdout).toContain(
      'Dataset entropy: 3.001 (nats)\nDataset diversity: 3.272 (nats)\nMax theoretical',
    );
    const written = json(join(folder, `${backend}.json`));
    const golden = reference.cases.fcc_cu_periodic;
    expectClose(written.entropy as number, golden?.entropy ?? NaN, 1e-9);
    expectClose(written.diversity as number, golden?.diversity ?? NaN, 1e-9);
    expectClose(written.dH as number[], golden?.self_dH ?? [], 1e-9);
    expect(written).toMatchObject({ backend, n_envs: 108, k: 32, cutoff: 5, bandwidth: 0.015, jobs: null });
  });

  it('dH: a short summary', async () => {
    expect([pair.test, pair.reference]).toEqual(['heating_trajectory', 'fcc_cu_periodic']);
    const { stdout } = await quests(['dH', HEATING, CU, '--backend', backend], folder);
    const mean = dH.reduce((sum, value) => sum + value, 0) / dH.length;
    const novel = dH.filter((value) => value >= 1e-5).length / dH.length;
    expect(stdout.split('\n')).toEqual([
      'Environments: 384, reference: 108',
      `Mean dH: ${mean.toFixed(3)} (nats)`,
      `Min dH: ${Math.min(...dH).toFixed(3)} (nats)`,
      `Max dH: ${Math.max(...dH).toFixed(3)} (nats)`,
      `Novel environments (dH >= 1e-5): ${(100 * novel).toFixed(1)} %`,
      '',
    ]);
  });

  it('overlap: the value and its threshold', async () => {
    const share = (epsilon: number): string =>
      (dH.filter((value) => value < epsilon).length / dH.length).toFixed(4);
    const one = await quests(['overlap', HEATING, CU, '--backend', backend], folder);
    expect(one.stdout).toBe(`Overlap value: ${share(1e-5)}\nThreshold: dH < 1e-5 (nats)\n`);
    const two = await quests(['overlap', HEATING, CU, '--backend', backend, '-e', '1'], folder);
    expect(two.stdout).toBe(`Overlap value: ${share(1)}\nThreshold: dH < 1 (nats)\n`);
    expect(share(1)).not.toBe(share(1e-5));
  });

  it('bandwidth: both fits', async () => {
    const gaussian = await quests(['bandwidth', '11.8'], folder, { QUESTS_BACKEND: backend });
    expect(gaussian.stdout).toBe('V = 11.80 Å^3/atom -> h = 0.06185\n');
    const cutoff = await quests(['bandwidth', '20', '-c'], folder, { QUESTS_BACKEND: backend });
    expect(cutoff.stdout).toBe('V = 20.00 Å^3/atom -> h = 0.02997\n');
  });

  it('example: a report of at most 15 lines', async () => {
    const { code, stdout, stderr } = await quests(['example', '--backend', backend], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    // Checked against the Python package once.
    for (const value of [
      '12000',
      '5.145',
      '8.982',
      '0.548',
      '0.956',
      '6.374',
      '9.037',
      '99.5 %',
      '23.1',
      '174.7',
      '0.0046',
    ]) {
      expect(stdout).toContain(value);
    }
    expect(stdout).toContain(backend);
  });
});

describe('output files', () => {
  it('dH -o x.xyz keeps every column and adds one', async () => {
    const input = join(folder, 'forces.xyz');
    const atoms = ['Si 0 0 0 0.5 -1 2 7', 'Si 1.5 1.5 1.5 0 0 0 8'];
    const columns = 'Properties=species:S:1:pos:R:3:forces:R:3:id:I:1 energy=-3.25 tag="a b"';
    writeFileSync(input, `2\nLattice="4 0 0 0 4 0 0 0 4" ${columns}\n${atoms.join('\n')}\n`.repeat(2));
    expect((await quests(['dH', input, CU, '-o', 'with.xyz'], folder)).code).toBe(0);
    const before = await frames(input);
    const after = await frames(join(folder, 'with.xyz'));
    expect(after).toHaveLength(2);
    for (const [index, structure] of after.entries()) {
      expect(structure.positions).toEqual(before[index]?.positions);
      const [first = NaN, second = NaN] = structure.arrays?.dH?.data as Float64Array;
      expect(structure.info).toEqual({
        ...before[index]?.info,
        mean_dH: (first + second) / 2,
        max_dH: Math.max(first, second),
      });
      expect(Object.keys(structure.arrays ?? {})).toEqual(['forces', 'id', 'dH']);
      expect(structure.arrays?.forces).toEqual(before[index]?.arrays?.forces);
    }
  });

  it('dH in .xyz, .npy and .json are the same values', async () => {
    for (const name of ['dh.xyz', 'dh.npy', 'dh.json']) {
      expect((await quests(['dH', HEATING, CU, '-o', name], folder)).code).toBe(0);
    }
    const values = json(join(folder, 'dh.json')).delta_entropy as number[];
    expectClose(values, dH, 1e-9);
    const columns = (await frames(join(folder, 'dh.xyz'))).flatMap((structure) =>
      Array.from(structure.arrays?.dH?.data as Float64Array),
    );
    expect(columns).toEqual(values);
    const bytes = readFileSync(join(folder, 'dh.npy'));
    expect(bytes.subarray(10, 128).toString('latin1')).toContain(`(${values.length},)`);
    expect(Array.from(new Float64Array(new Uint8Array(bytes.subarray(-8 * values.length)).buffer))).toEqual(
      values,
    );
  });

  it('make_descriptors writes .npy, flat or by frame, that all commands read', async () => {
    const flat = await quests(['make_descriptors', HEATING, '-o', 'flat.npy'], folder);
    expect(flat.stdout).toBe('Descriptors shape: (384, 63)\n');
    const cube = await quests(['make_descriptors', HEATING, '--reshape', '-o', 'cube.npy'], folder);
    expect(cube.stdout).toBe('Descriptors shape: (12, 32, 63)\n');
    const { data } = await readMatrix(join(folder, 'flat.npy'));
    expect(await readMatrix(join(folder, 'cube.npy'))).toEqual({ data, shape: [12, 32, 63] });

    const direct = await quests(['entropy', HEATING, '--json'], folder);
    const fromFile = await quests(['entropy', 'cube.npy', '--json', '-o', 'npy.json'], folder);
    const [one, two] = [direct, fromFile].map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    expect(two).toMatchObject({ entropy: one?.entropy, n_envs: 384, k: 32, cutoff: null });
    expect(one).toMatchObject({ k: 32, cutoff: 5 });
    expect(fromFile.stderr).toMatch(/cube\.npy .*cutoff/);
    expect(json(join(folder, 'npy.json'))).toEqual(two);
  });

  it('--reshape needs frames of one size', async () => {
    const { code, stderr } = await quests(['make_descriptors', golden('mixed_dataset.xyz'), '-r'], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/frame \d+ has \d+ atoms, expected \d+ as in frame 0\n$/);
  });

  it('an existing file is refused before anything is read, unless --overwrite is given', async () => {
    const out = join(folder, 'there.json');
    writeFileSync(out, 'precious');
    const refused = await quests(['entropy', 'not-even-there.xyz', '-o', out], folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^quests: .*there\.json exists.*--overwrite.*\n$/);
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect((await quests(['entropy', CU, '-o', out, '--overwrite'], folder)).code).toBe(0);
    expect(json(out)).toHaveProperty('entropy');
  });

  it('the input can be the output', async () => {
    const both = join(folder, 'both.xyz');
    copyFileSync(CU, both);
    expect((await quests(['metrics', both, '-o', both, '--overwrite'], folder)).code).toBe(0);
    expect((await frames(both))[0]?.arrays).toHaveProperty('dH');
  });
});

describe('what is said where', () => {
  it('--json prints one JSON value in place of the lines, --quiet leaves out the notes', async () => {
    const { stdout, stderr } = await quests(['overlap', HEATING, CU, '--json', '--quiet'], folder);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ test_envs: 384, reference_envs: 108, eps: 1e-5 });
  });

  it('warns of saturation, of a single element for many, of an unknown cutoff', async () => {
    const saturated = await quests(['entropy', golden('random_cluster_open.xyz')], folder);
    expect(saturated.stderr).toMatch(/saturated: H \/ log N is 1\.000/);
    const alloy = await quests(['entropy', golden('agau_alloy.xyz')], folder);
    expect(alloy.stderr).toMatch(/Ag, Au are treated as one element/);
    const species = await quests(['entropy', golden('agau_alloy.xyz'), '--species', '--json'], folder);
    expect(species.stderr).not.toMatch(/treated as one/);
    expect(JSON.parse(species.stdout)).toMatchObject({ species: ['Ag', 'Au'], n_envs: 108 });
  });

  it('gives two data sets one list of species', async () => {
    const args = ['dH', CU, golden('agau_alloy.xyz'), '--species', '--json'];
    const { code, stdout } = await quests(args, folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ species: ['Ag', 'Au', 'Cu'] });
  });

  it('one environment has an entropy of zero and nothing to compare it with', async () => {
    writeFileSync(join(folder, 'one.xyz'), frame(['Cu 0 0 0']));
    const { code, stdout } = await quests(['entropy', 'one.xyz'], folder);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'Descriptors shape: (1, 63)\nDataset entropy: 0.000 (nats)\nMax theoretical entropy: 0.000 (nats)\n',
    );
  });

  it('-j sets the threads and changes nothing else', async () => {
    const runs = await Promise.all(
      ['1', '2', '3'].map((jobs) =>
        quests(['metrics', HEATING, '-j', jobs, '--json', '--backend', 'native'], folder),
      ),
    );
    const found = runs.map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    expect(found.map((one) => one.threads)).toEqual([1, 2, 3]);
    expect(found.map((one) => one.jobs)).toEqual([1, 2, 3]);
    expect(new Set(found.map((one) => JSON.stringify([one.entropy, one.diversity, one.dH]))).size).toBe(1);
  });

  it('--backend goes over QUESTS_BACKEND', async () => {
    const backendOf = async (args: string[], env: Record<string, string>): Promise<unknown> => {
      const { stdout } = await quests(['entropy', CU, '--json', ...args], folder, env);
      return (JSON.parse(stdout) as Record<string, unknown>).backend;
    };
    expect(await backendOf([], { QUESTS_BACKEND: 'wasm' })).toBe('wasm');
    expect(await backendOf(['--backend', 'native'], { QUESTS_BACKEND: 'wasm' })).toBe('native');
    expect(await backendOf([], {})).toBe('native');
    expect(await backendOf(['--backend', 'auto'], { QUESTS_BACKEND: 'wasm' })).toBe('native');
  });

  it('shows help and version on standard output', async () => {
    const help = await quests(['--help'], folder);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['make_descriptors', 'entropy', 'metrics', 'dH', 'overlap', 'bandwidth', 'example']) {
      expect(help.stdout).toContain(`\n  ${name}`);
    }
    const one = await quests(['entropy', '--help'], folder);
    expect(one.stdout).toMatch(/--batch-size .*has\s+no\s+effect/s);
    const part = await quests(['help', 'shard', 'plan'], folder);
    expect(part).toMatchObject({ code: 0, stderr: '' });
    expect(part.stdout).toMatch(/^Usage: quests shard plan /);
    const version = await quests(['--version'], folder);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

it('a perfect crystal in six digits has H = 0 where k ends with a shell, or with more digits', async () => {
  const entropyOf = async (text: (value: number) => string, ...more: string[]): Promise<string> => {
    writeFileSync(join(folder, 'crystal.xyz'), crystal(text));
    const { stdout } = await quests(['entropy', 'crystal.xyz', ...more], folder);
    return /Dataset entropy: (\S+)/.exec(stdout)?.[1] ?? '';
  };
  const six = (value: number): string => String(Number(value.toPrecision(6)));
  expect(Number(await entropyOf(six))).toBeGreaterThan(0);
  expect(await entropyOf(six, '-k', '42')).toBe('0.000');
  expect(await entropyOf((value) => value.toPrecision(10))).toBe('0.000');
});

/** Face-centred copper, 6 × 6 × 6 cells. */
function crystal(text: (value: number) => string): string {
  const [edge, cells] = [3.61567891, [0, 1, 2, 3, 4, 5]];
  const corners = [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ] as const;
  const rows = cells.flatMap((i) =>
    cells.flatMap((j) =>
      cells.flatMap((k) =>
        corners.map(([x, y, z]) => `Cu ${[i + x, j + y, k + z].map((at) => text(at * edge)).join(' ')}`),
      ),
    ),
  );
  const length = 6 * edge;
  const lattice = `Lattice="${length} 0 0 0 ${length} 0 0 0 ${length}"`;
  return `${rows.length}\n${lattice} Properties=species:S:1:pos:R:3\n${rows.join('\n')}\n`;
}
