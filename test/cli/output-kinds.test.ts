import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FORMATS, openDataset, findFiles } from '../../ts/faces/node/io.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const [CU, HEATING, MIXED] = ['fcc_cu_periodic', 'heating_trajectory', 'mixed_dataset'].map((name) =>
  golden(`${name}.xyz`),
) as [string, string, string];
const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const CHAIN = ['-n', '3', '-g', '1'];
const ERRORS = [
  'uncertainty',
  example('cu_test.xyz@:20'),
  example('cu_train.xyz'),
  '--prediction',
  'forces_fit',
];

/** A small run of every command that writes a file, without the file. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  entropy: [CU],
  metrics: [HEATING],
  dH: [HEATING, CU],
  dH_traj: [HEATING],
  approx_dH: [HEATING, CU],
  overlap: [HEATING, CU],
  coverage: [`${MIXED}@:9`, HEATING],
  uncertainty: ERRORS.slice(1),
  audit: [MIXED],
  trajectory: [HEATING],
  events: [HEATING],
  nuclei: [HEATING, '-r', `crystal=${CU}`],
  entropy_difference: [`${HEATING}@:5`, `${HEATING}@7:`],
  phase_line: [example('cu_states.csv'), '--resamples', '40'],
  learning_curve: [MIXED],
  entropy_sampler: [MIXED, '-s', '50', '-n', '2'],
  mcmc: [CU, '-n', '3'],
  active_learning: [`${HEATING}@:3`, ...CHAIN],
  compress: [MIXED, '-s', '0.4'],
  bandwidth: ['12'],
  make_descriptors: [HEATING],
  example: [],
};

/** Endings that the help of a command offers for an option. */
async function offered(command: string, option: string): Promise<string[]> {
  const { stdout } = await quests([command, '--help'], folder);
  const [, text = ''] = stdout.replace(/\s+/g, ' ').split(` ${option} <path> `);
  const [, list = ''] = /^[^:]*: ((\.\w+(, )?)+)/.exec(text) ?? [];
  return list.split(/, ?/).filter((ending) => ending !== '');
}

/** Runs a command, and reads what it wrote. */
async function written(args: readonly string[], path: string): Promise<void> {
  const { code, stderr } = await quests([...args, '--quiet', '--overwrite'], folder);
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
  const file = join(folder, path);
  expect(existsSync(file), path).toBe(true);
  expect(statSync(file).size, path).toBeGreaterThan(0);
  if (path.endsWith('.json')) JSON.parse(readFileSync(file, 'utf8'));
  const format = FORMATS.find(({ extensions }) => extensions.some((ending) => path.endsWith(ending)));
  if (format?.structures?.read === undefined) return;
  const opened = await openDataset(await findFiles([file]));
  let frames = 0;
  if (opened.holds === 'structures')
    for await (const { positions } of opened.structures()) frames += positions.length;
  expect(frames, path).toBeGreaterThan(0);
}

describe('every output that help offers is written', () => {
  it.each(Object.entries(RUNS))('%s', async (command, args) => {
    const endings = await offered(command, '-o, --output');
    expect(endings.length).toBeGreaterThan(0);
    for (const ending of endings) {
      // These hold one structure.
      const isOne = command === 'compress' && ['.poscar', '.data'].includes(ending);
      const path = `${command}${ending}`;
      await written([command, ...(isOne ? [MIXED, '-s', '1'] : args), '-o', path], path);
    }
  });

  it('further files of compress, uncertainty and trajectory', async () => {
    for (const ending of ['.xyz', '.lammpstrj', '.poscar', '.data', '.parquet', '.csv']) {
      const size = ['.poscar', '.data'].includes(ending) ? '23' : '0.4';
      await written(['compress', MIXED, '-s', size, '--dropped', `dropped${ending}`], `dropped${ending}`);
    }
    await written(['compress', MIXED, '-s', '0.4', '--summary', 'summary.json'], 'summary.json');
    const bars = await offered('uncertainty', '--bars');
    expect(bars.length).toBeGreaterThan(2);
    for (const ending of bars) {
      await written([...ERRORS, '--apply', HEATING, '--bars', `bars${ending}`], `bars${ending}`);
    }
    for (const ending of ['.xyz', '.lammpstrj']) {
      await written(['trajectory', HEATING, '--atoms', `atoms${ending}`], `atoms${ending}`);
    }
  });

  it('every format of convert, of structures and of descriptors', async () => {
    for (const { extensions, structures, matrix } of FORMATS) {
      const [ending = ''] = extensions;
      if (structures?.write !== undefined) await written(['convert', CU, '-o', `s${ending}`], `s${ending}`);
      if (matrix?.write === undefined) continue;
      const stored = golden('fcc_cu_periodic.descriptors.npy');
      await written(['convert', stored, '-o', `m${ending}`], `m${ending}`);
    }
  });

  it('pictures and the report', async () => {
    const drawn = [
      'entropy',
      'trajectory',
      'events',
      'nuclei',
      'entropy_difference',
      'phase_line',
      'learning_curve',
    ];
    for (const command of drawn) {
      const scan = command === 'entropy' ? ['--bandwidth-scan'] : [];
      await written(
        [command, ...(RUNS[command] ?? []), ...scan, '--plot', `${command}.svg`],
        `${command}.svg`,
      );
    }
    await written(['report', CU, '-o', 'report.html'], 'report.html');
  });
});

describe('an output that cannot be written is refused before the work', () => {
  const cases: [string, readonly string[]][] = [
    ...Object.entries(RUNS).map(([command, args]): [string, readonly string[]] => [command, [...args, '-o']]),
    ['compress', [...(RUNS.compress ?? []), '--dropped']],
    ['compress', [...(RUNS.compress ?? []), '--summary']],
    ['uncertainty', [...ERRORS.slice(1), '--apply', HEATING, '--bars']],
    ['trajectory', [HEATING, '--atoms']],
    ['learning_curve', [MIXED, '--plot']],
  ];

  it.each(cases)('%s %j', async (command, args) => {
    for (const path of ['what.ever', 'no-folder/what']) {
      const { code, stdout, stderr } = await quests([command, ...args, path], folder);
      expect(code, stderr).toBeGreaterThan(0);
      expect(stdout).toBe('');
      // Nothing was read or computed: notes of either would come first.
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/^quests: cannot (write|draw) /);
    }
  });
});
