import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { BIN, contents, ended, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { json } from '../support/data/files.js';

const folder = temporaryFolder();
const EXAMPLES = [
  'examples/cu_crystal.xyz',
  'examples/cu_melt.xyz',
  'examples/cu_train.xyz',
  'test/golden/data/mixed_dataset.xyz',
];

beforeAll(() => {
  for (const path of EXAMPLES) {
    copyFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), join(folder, basename(path)));
  }
});

async function done(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await quests(args, folder, env);
  expect(stderr.includes('Error') || code !== 0 ? stderr : '').toBe('');
  return stdout;
}

/** Plans, runs all shards, last first, and merges. */
async function inShards(
  work: string,
  shards: number,
  command: readonly string[],
  more: readonly string[] = [],
) {
  await done(['shard', 'plan', '--shards', String(shards), '-o', work, ...command]);
  for (let shard = shards - 1; shard >= 0; shard--) await done(['shard', 'run', work, '-i', String(shard)]);
  return done(['shard', 'merge', work, ...more]);
}

/** A result without what differs from run to run. */
function plain(record: Record<string, unknown>): Record<string, unknown> {
  const differs = /times?$|^jobs$/;
  const text = JSON.stringify(record, (key, value: unknown) => (differs.test(key) ? undefined : value));
  return JSON.parse(text) as Record<string, unknown>;
}

async function refused(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await quests(args, folder);
  expect(stdout).toBe('');
  expect(code).toBe(1);
  return stderr.trimEnd();
}

/** What `status` says of work that is not done, or no longer true. */
async function undone(work: string): Promise<string> {
  const { code, stdout, stderr } = await quests(['shard', 'status', work], folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^quests: ${work}: .*(not done|have changed)\n$`));
  return stdout;
}

function flip(work: string, ending: string): string {
  const name = contents(join(folder, work)).find((each) => each.endsWith(ending)) ?? '';
  const path = join(folder, work, name);
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  return name;
}

describe('a result from shards', () => {
  const commands: readonly (readonly string[])[] = [
    ['metrics', 'cu_crystal.xyz', 'cu_melt.xyz', '-b', '0.02'],
    ['dH', 'cu_melt.xyz', 'cu_crystal.xyz'],
    [
      'dH',
      '--test',
      'cu_crystal.xyz',
      'cu_train.xyz',
      '--reference',
      'cu_melt.xyz',
      'cu_train.xyz',
      '-k',
      '16',
    ],
    ['coverage', 'cu_crystal.xyz', 'cu_melt.xyz', 'cu_train.xyz', '-e', '1e-5,1', '--top', '3'],
    ['coverage', 'mixed_dataset.xyz@::2', 'mixed_dataset.xyz@1::2', '--species', '--top', '3'],
    ['entropy', 'mixed_dataset.xyz', 'cu_train.xyz', '--species', '-b', '0.1'],
    ['entropy', 'cu_train.xyz', '--bandwidths', '0.01,0.1'],
    ['overlap', 'cu_melt.xyz', 'cu_train.xyz', '-e', '1'],
    ['learning_curve', 'cu_train.xyz', '-n', '2', '-f', '0.1,0.5,1'],
    ['coverage', 'cu_train.xyz', 'cu_melt.xyz', 'cu_crystal.xyz', '--generations', '-b', '0.03'],
  ];
  // A dozen processes each.
  it.each(commands)('has the bits of one machine: %s', async (...command) => {
    const expected = await done([...command, '-o', 'here.json', '--overwrite']);
    for (const shards of [1, 7]) {
      const stdout = await inShards(`of-${command[0]}`, shards, command, [
        '-o',
        'merged.json',
        '--overwrite',
      ]);
      expect(stdout).toBe(expected);
      expect(plain(json(join(folder, 'merged.json')))).toEqual(plain(json(join(folder, 'here.json'))));
      rmSync(join(folder, `of-${command[0]}`), { recursive: true });
    }
  });

  it('can be structures with δH', async () => {
    const dH = ['dH', 'cu_melt.xyz', 'cu_train.xyz'];
    await done([...dH, '-o', 'here.xyz']);
    await inShards('xyz', 3, dH, ['-o', 'merged.xyz']);
    expect(readFileSync(join(folder, 'merged.xyz'), 'utf8')).toBe(
      readFileSync(join(folder, 'here.xyz'), 'utf8'),
    );
  });
});

describe('frames in shards', () => {
  it.each([2, 5])('descriptors have the same bytes: %i shards', async (shards) => {
    const command = ['make_descriptors', 'cu_melt.xyz', '--species'];
    expect(await inShards(`descriptors-${shards}`, shards, command, ['-o', `merged-${shards}.npz`])).toBe(
      await done([...command, '-o', 'here.npz', '--overwrite']),
    );
    // Buffers as they are: to compare them number by number takes minutes.
    const merged = readFileSync(join(folder, `merged-${shards}.npz`));
    expect(merged.equals(readFileSync(join(folder, 'here.npz')))).toBe(true);
  });

  it('descriptors of several species are written as they are read', async () => {
    const command = ['make_descriptors', 'mixed_dataset.xyz', '--species'];
    expect(await inShards('species', 3, command, ['-o', 'merged.npy'])).toBe(
      await done([...command, '-o', 'here.npy']),
    );
    expect(readFileSync(join(folder, 'merged.npy')).equals(readFileSync(join(folder, 'here.npy')))).toBe(
      true,
    );
    await done([...command, '-o', 'here.parquet']);
    await done(['shard', 'merge', 'species', '-o', 'merged.parquet']);
    const bytes = (name: string): Buffer => readFileSync(join(folder, name));
    expect(bytes('merged.parquet').equals(bytes('here.parquet'))).toBe(true);
  });

  it('shards and the merge run from any folder, with paths of the plan and of their own', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const from = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await quests(args, elsewhere);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const command = ['dH', 'cu_melt.xyz@:3', 'cu_cry*.xyz', '-b', '0.03'];
    const here = await done([...command, '-o', 'of-one.json']);
    await done([...command, '--shards', '2', '--work', 'far', '-o', 'of-plan.json']);
    for (const shard of ['0', '1']) await from('shard', 'run', '../far', '-i', shard);
    expect(await from('shard', 'merge', '../far')).toBe(here);
    await from('shard', 'merge', '../far', '-o', 'of-merge.json');
    const one = plain(json(join(folder, 'of-one.json')));
    expect(plain(json(join(folder, 'of-plan.json')))).toEqual(one);
    expect(plain(json(join(elsewhere, 'of-merge.json')))).toEqual(one);
    expect(one).toMatchObject({ test_file: 'cu_melt.xyz@:3' });

    const frames = ['trajectory', 'cu_melt.xyz', '--reference', 'cu_crystal.xyz'];
    const alone = await done(frames);
    await done(['shard', 'plan', '--shards', '2', '-o', 'far-frames', ...frames, '--atoms', 'of-plan.xyz']);
    for (const shard of ['1', '0']) await from('shard', 'run', '../far-frames', '-i', shard);
    expect(await from('shard', 'merge', '../far-frames', '-o', 'frames.csv')).toBe(alone);
    expect(contents(elsewhere).sort()).toEqual(['frames.csv', 'of-merge.json']);
    expect(contents(folder)).toContain('of-plan.xyz');
  });

  it('a merge takes options of the output alone', async () => {
    await inShards('alone', 1, ['entropy', 'cu_crystal.xyz']);
    for (const option of ['--bandwidth=1', '--log=x.log', 'cu_melt.xyz']) {
      const { code, stdout } = await quests(['shard', 'merge', 'alone', option], folder);
      expect([code, stdout]).toEqual([2, '']);
    }
  });

  it('a trajectory has the same bytes, with values of its atoms', async () => {
    const command = ['trajectory', 'cu_crystal.xyz', 'cu_melt.xyz', '--first', '2'];
    const files = (name: string): string[] => ['-o', `${name}.json`, '--atoms', `${name}-atoms.xyz`];
    const here = await done([...command, ...files('trajectory')]);
    await done(['shard', 'plan', '--shards', '3', '-o', 'frames', ...command, '--atoms', 'merged-atoms.xyz']);
    for (const shard of [2, 0, 1]) await done(['shard', 'run', 'frames', '-i', String(shard)]);
    expect((await quests(['shard', 'run', 'frames', '-i', '3'], folder)).stderr).toMatch('expected 0 to 2');
    expect(await done(['shard', 'merge', 'frames', '-o', 'merged-trajectory.json'])).toBe(here);
    const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
    expect(text('merged-atoms.xyz')).toBe(text('trajectory-atoms.xyz'));
    const record = (name: string): Record<string, unknown> => ({
      ...plain(json(join(folder, name))),
      atoms: '',
    });
    expect(record('merged-trajectory.json')).toEqual(record('trajectory.json'));
  });
});

describe('what goes wrong', () => {
  const ENTROPY = ['entropy', 'cu_train.xyz'];
  const plan = (work: string): Promise<string> =>
    done(['shard', 'plan', '--shards', '3', '-o', work, '--overwrite', ...ENTROPY]);

  it('a merge of shards that are missing, failed or damaged says which', async () => {
    await plan('wrong');
    await done(['shard', 'run', 'wrong', '-i', '1']);
    expect(await refused(['shard', 'merge', 'wrong'])).toMatch(
      /2 of 3 shards of .* missing: 0,2: run them again/,
    );
    await done(['shard', 'run', 'wrong', '-i', '0']);
    await done(['shard', 'run', 'wrong', '-i', '2']);
    const expected = await done(ENTROPY);
    expect(await done(['shard', 'merge', 'wrong'])).toBe(expected);
    flip('wrong', '000001.result');
    expect(await refused(['shard', 'merge', 'wrong'])).toMatch(
      /1 of 3 shards of .* damaged: 1: run them again.* -i 1$/,
    );
    expect(await undone('wrong')).toBe('done: 2 of 3\ndamaged: 1 of 3: 1\n');
    await done(['shard', 'run', 'wrong', '-i', '1']);
    expect(await done(['shard', 'merge', 'wrong'])).toBe(expected);
  });

  it('a damaged block fails the shards that read it, with the reason', async () => {
    await plan('block');
    const name = flip('block', '.block');
    expect(await refused(['shard', 'run', 'block', '-i', '0'])).toMatch(`${name} is damaged`);
    expect(await undone('block')).toMatch(
      new RegExp(`^done: 0 of 3\nmissing: 2 of 3: 1-2\nfailed: 0: .*${name} is damaged`),
    );
    expect(await refused(['shard', 'merge', 'block'])).toMatch('failed: 0');
  });

  it('a changed input is named, and refused', async () => {
    copyFileSync(join(folder, 'cu_train.xyz'), join(folder, 'changing.xyz'));
    await done(['shard', 'plan', '--shards', '1', '-o', 'stale', 'entropy', 'changing.xyz']);
    // Another date alone is no change.
    copyFileSync(join(folder, 'cu_train.xyz'), join(folder, 'changing.xyz'));
    await done(['shard', 'run', 'stale', '-i', '0']);
    const text = readFileSync(join(folder, 'changing.xyz'), 'utf8');
    writeFileSync(join(folder, 'changing.xyz'), text.replace(/\d\n/, '0\n').replace(/1/, '2'));
    for (const step of [
      ['run', 'stale', '-i', '0'],
      ['merge', 'stale'],
    ]) {
      expect(await refused(['shard', ...step])).toMatch('changing.xyz has changed since the plan was made');
    }
    expect(await undone('stale')).toMatch('stale: changing.xyz has changed');
    rmSync(join(folder, 'changing.xyz'));
    expect(await refused(['shard', 'merge', 'stale'])).toMatch('changing.xyz is gone');
    expect(await undone('stale')).toMatch('stale: changing.xyz is gone');
  });

  it('a killed task leaves nothing, and a second one the same bits', async () => {
    await done([
      'shard',
      'plan',
      '--shards',
      '1',
      '-o',
      'killed',
      'entropy',
      'cu_melt.xyz',
      'cu_crystal.xyz',
    ]);
    const before = contents(join(folder, 'killed'));
    for (const wait of [150, 300, 450]) {
      const child = start(['shard', 'run', 'killed', '-i', '0', '-j', '1'], folder);
      const end = ended(child);
      await sleep(wait);
      child.kill('SIGKILL');
      await end;
    }
    const whole = contents(join(folder, 'killed')).filter((name) => !name.startsWith('.'));
    expect(whole.filter((name) => !name.endsWith('.result'))).toEqual(before);
    await done(['shard', 'run', 'killed', '-i', '0']);
    expect(await done(['shard', 'merge', 'killed'])).toBe(
      await done(['entropy', 'cu_melt.xyz', 'cu_crystal.xyz']),
    );
  });

  it('two tasks on one shard do no harm, and a third has nothing to do', async () => {
    await plan('twice');
    const run = ['shard', 'run', 'twice', '-i', '0'];
    const both = await Promise.all([quests(run, folder), quests(run, folder)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const bytes = readFileSync(join(folder, 'twice/shard-000000.result'));
    expect((await quests(run, folder)).stderr).toMatch('was already computed');
    expect(readFileSync(join(folder, 'twice/shard-000000.result'))).toEqual(bytes);
  });

  it.skipIf(process.platform === 'win32')('a full disk fails the task, and leaves no result', async () => {
    await plan('full');
    // Not larger than 4 kB: as a full disk, but without the rights to mount one.
    const child = spawn(
      'bash',
      ['-c', `trap '' XFSZ; ulimit -f 4; exec "$0" "$@"`, process.execPath, BIN].concat([
        'shard',
        'run',
        'full',
        '-i',
        '0',
      ]),
      { cwd: folder },
    );
    const { code, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot write \S*full\/shard-000000.result: the file is larger than allowed/);
    expect(contents(join(folder, 'full')).filter((name) => /result|tmp/.test(name))).toEqual([]);
    expect(await undone('full')).toMatch('failed: 0: cannot write');
  });

  it('only the file that writes jobs knows the scheduler', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const files = ['ts', 'crates'].flatMap((part) =>
      readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((name) => join(part, name)),
    );
    const sources = files.filter((name) => /\.(ts|rs)$/.test(name));
    const knowing = sources.filter((name) => /slurm/i.test(readFileSync(join(root, name), 'utf8')));
    expect(knowing).toEqual([join('ts', 'cli', 'runs', 'sbatch.ts')]);
  });

  it('jobs are written as they would be typed, and submitted only on request', async () => {
    const options = '-p cpu --time=02:00:00 --array=0-9%3';
    const said = await done([...ENTROPY, '--shards', '5', '--work', 'dry', '--slurm', options, '--dry-run']);
    expect(said).toMatch('Written: dry/shards.sbatch, dry/merge.sbatch');
    const text = readFileSync(join(folder, 'dry/shards.sbatch'), 'utf8');
    expect(text).toMatch('# quests entropy cu_train.xyz --shards 5 --work dry --slurm ');
    for (const line of ['--array=0-4%3', '-p cpu', '--time=02:00:00'])
      expect(text).toMatch(`#SBATCH ${line}\n`);
    expect(text).toMatch(/^#SBATCH --mem=\d+M$/m);
    expect(text).toMatch(/^exec \S+ \S+ shard run \S+dry -i "\$SLURM_ARRAY_TASK_ID"/m);
    const wrong = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await quests([...ENTROPY, ...args], folder);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await wrong('--slurm', options)).toMatch('--slurm needs --shards');
    expect(await wrong('--shards', '2', '--wait')).toMatch('--wait needs --slurm');
    expect(await wrong('--shards', '2', '--slurm', 'cpu')).toMatch('expected options of sbatch, got cpu');
    expect(await wrong('--shards', '2', '--slurm', '--output=x')).toMatch('--output=x is set by quests');
  });

  it('a plan is refused where it cannot be', async () => {
    await plan('taken');
    const planned = (...args: string[]): Promise<string> =>
      refused(['shard', 'plan', '--shards', '2', ...args]);
    expect(await planned('-o', 'taken', ...ENTROPY)).toMatch(
      'is a working folder already; --overwrite replaces it',
    );
    expect(await planned('-o', '.', ...ENTROPY)).toMatch('it holds other files');
    writeFileSync(join(folder, 'a-file'), 'kept');
    expect(await planned('--work', 'a-file', ...ENTROPY)).toMatch('cannot write a-file: it is a file');
    expect(await planned('--work', 'a-file/w', ...ENTROPY)).toMatch(
      /cannot write a-file\/w: .*a-file is a file/,
    );
    expect(readFileSync(join(folder, 'a-file'), 'utf8')).toBe('kept');
    expect(await planned('-o', 'new', '--memory', '300M', ...ENTROPY)).toMatch(
      /tasks of 2 shards do not fit \d+ MB: every task takes \d+ MB at least/,
    );
    expect(await planned('-o', 'new', 'entropy', 'missing.xyz')).toMatch('missing.xyz');
    expect(contents(folder)).not.toContain('new');
    expect(await refused(['shard', 'status', 'nowhere'])).toMatch('does not exist');
    for (const text of ['{"format":1,"version":"0.1.0"}', '[]', 'null', '{']) {
      writeFileSync(join(folder, 'taken/manifest.json'), text);
      expect(await refused(['shard', 'status', 'taken'])).toMatch('manifest.json is damaged');
    }
    const { code, stdout, stderr } = await quests(
      ['shard', 'plan', '--shards', '2', '-o', 'new', 'bandwidth', '11'],
      folder,
    );
    expect(stdout).toBe('');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^quests: bandwidth cannot be split into shards: expected one of .*coverage.*trajectory.*\n$/,
      ),
    ]);
  });
});
