import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const CU = golden('fcc_cu_periodic.xyz');
const HEATING = golden('heating_trajectory.xyz');
const REFERENCES = ['-r', `solid=${HEATING}@:2`, `liquid=${HEATING}@-2:`];

beforeAll(async () => {
  writeFileSync(join(folder, 'rows.csv'), `frame,entropy\n${rowsOf(12)}`);
  writeFileSync(join(folder, 'states.csv'), 'phase,P,T,V,U,H\n');
  for (const name of ['x.npy', 'x.npz', 'y.npy']) {
    const made = await quests(['make_descriptors', CU, '-o', name], folder);
    expect(made.code, made.stderr).toBe(0);
  }
});

function rowsOf(count: number): string {
  return Array.from({ length: count }, (_, at) => `${at},${(at * 7) % 5}\n`).join('');
}

async function refused(args: readonly string[], text: string): Promise<void> {
  const before = contents(folder);
  const outcome = await quests(args, folder);
  expect(outcome, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
  expect(outcome.stderr).toContain(text);
  expect(outcome.stderr.trimEnd().split('\n'), outcome.stderr).toHaveLength(1);
  expect(contents(folder)).toEqual(before);
}

describe('an option that has no effect with the others is refused', () => {
  it.each([
    [['entropy', CU, '--seed', '3'], '--seed needs --tolerance'],
    [['dH', CU, CU, '--seed', '3'], '--seed needs --tolerance'],
    [['trajectory', HEATING, '--seed', '3'], '--seed needs --tolerance'],
    [['report', CU, '-o', 'a.html', '--tolerance', '0', '--seed', '3'], '--tolerance 0'],
    [['compress', HEATING, '-s', '2', '--seed', '3'], '--seed needs a method that draws'],
    [['compress', HEATING, '-s', '2', '-m', 'fps', '--seed', '3'], '--seed needs a method that draws'],
    [['learning_curve', CU, '-f', '1', '--seed', '3'], 'nothing is drawn'],
    [['entropy', CU, '--overwrite'], '--overwrite needs an output file'],
    [['mcmc', CU, '--overwrite'], '--overwrite needs an output file'],
    [['mcmc', CU, '--compare'], '--compare needs --output'],
    [['active_learning', CU, '--full'], '--full needs --output'],
    [['compress', HEATING, '-m', 'atom_msc', '-s', '2', '--target-overlap', '0.5'], '--target-overlap'],
    [['compress', HEATING, '--target-overlap', '0.9'], 'need -m atom_msc'],
    [['compress', HEATING, '-e', '1'], 'need -m atom_msc'],
    [['uncertainty', CU, CU, '--level', '0.8'], '--level needs --apply'],
    [
      ['nuclei', HEATING, ...REFERENCES, '--thresholds', 'solid=1', '--held-out', `solid=${HEATING}@:1`],
      '--held-out has no effect with --thresholds',
    ],
    [['trajectory', HEATING, '--any-element'], '--any-element needs --reference'],
    [['events', HEATING, '-e', '1'], '--eps has no effect here'],
    [['events', 'rows.csv', '-j', '2'], '--jobs is for simulations'],
    [['events', 'rows.csv', '--backend', 'wasm'], '--backend is for simulations'],
    [['convert', CU, '-o', 'a.cif', '-j', '2'], '--jobs has no effect here'],
    [['convert', CU, '-o', 'a.cif', '--backend', 'wasm'], '--backend has no effect here'],
    [['phase_line', 'states.csv', '-j', '2'], '--jobs has no effect here'],
    [['bandwidth', '12', '-j', '2'], '--jobs has no effect here'],
    [['bandwidth', '12', '--backend', 'wasm'], '--backend has no effect here'],
    [['trajectory', HEATING, '--quantiles', '0.1'], '--quantiles needs --output or --json'],
    [['make_descriptors', CU, '-r', '-o', 'a.csv'], '--reshape has no effect on a.csv: CSV has a row'],
    [['make_descriptors', CU, '-r', '-o', 'a.parquet'], '--reshape has no effect on a.parquet'],
    [['trajectory', HEATING, '--timestep', '0.001', '--quiet'], '--timestep has no effect on'],
    [['events', HEATING, '--timestep', '0.001', '--quiet'], '--timestep has no effect on'],
    [['nuclei', HEATING, ...REFERENCES, '--timestep', '0.001', '--quiet'], 'no frame says its step'],
    [['trajectory', `${HEATING}@:6`, `${HEATING}@6:`, '--timestep', '1', '--quiet'], '--timestep has no'],
    [['entropy_sampler', CU, '--seed', '3', '--quiet'], '--seed has no effect on'],
    [['entropy_difference', CU, CU, '--seed', '3', '--quiet'], 'nothing is drawn'],
    [['audit', CU, '--json', '--show', '2'], '--show has no effect with --json'],
    [['entropy', CU, '--plot', 'a.svg'], '--plot needs --bandwidth-scan'],
    [['entropy', CU, '--work', 'w'], '--work needs --shards'],
    [['entropy', CU, '--shards', '2', '--wait'], '--wait needs --slurm'],
    [['entropy_difference', CU, CU, CU, '--units', 'real'], '--units has no effect with 3 states'],
    [['entropy', 'x.npy', '-c', '4'], '--cutoff has no effect: x.npy holds descriptors'],
    [['entropy', 'x.npy', '--elements', 'Cu'], '--elements has no effect: x.npy holds descriptors'],
    [['dH', 'x.npz', 'y.npy', '--elements', 'Cu'], '--elements has no effect: x.npz holds descriptors'],
    [['entropy', 'x.npy', '--on-error', 'skip'], '--on-error has no effect: x.npy holds descriptors'],
  ])('%s', (args, text) => refused(args, text));
});

it.each([
  [['entropy', CU, '-b', '0.02', '--bandwidth', '0.03'], '--bandwidth is given twice: 0.02 and 0.03'],
  [['entropy', CU, '-o', 'a.json', '-o', 'b.json'], '--output is given twice: a.json and b.json'],
])('an option that is given twice with different values is refused: %s', (args, text) => refused(args, text));

it.each([
  [['entropy', CU, '-b', '0.02', '--bandwidth', '2e-2']],
  [['entropy', CU, '--batch_size', '2000']],
  [['entropy', 'x.npz', '-c', '5', '-k', '32']],
  [['dH', CU, 'x.npy', '-c', '5']],
  [['entropy', CU, '--tolerance', '0.1', '--seed', '3']],
  [['entropy_sampler', HEATING, '-s', '40', '--seed', '3']],
  [['entropy_difference', HEATING, HEATING, '--sample', '8', '--seed', '3']],
  [['trajectory', HEATING, '--quantiles', '0.1', '--json']],
  [['make_descriptors', CU, '-r', '-o', 'reshaped.npy']],
  [['dH', '--test', CU, '--test', CU, '--reference', CU]],
])('and what has an effect, or is of the Python package, goes on to be accepted: %s', async (args) => {
  const { code, stderr } = await quests(args, folder);
  expect(code, stderr).toBe(0);
});
