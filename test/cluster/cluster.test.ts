import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ended, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { json } from '../support/data/files.js';

const folder = temporaryFolder();
const OPTIONS = '--partition=cpu --time=00:05:00';
const ENTROPY = ['entropy', 'cu_melt.xyz', 'cu_crystal.xyz'];

beforeAll(() => {
  for (const name of ['cu_crystal.xyz', 'cu_melt.xyz', 'cu_train.xyz']) {
    copyFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), join(folder, name));
  }
});

async function done(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await quests(args, folder);
  expect(code, stderr).toBe(0);
  return stdout;
}

function slurm(program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
}

/** Waits for jobs to leave the queue. */
async function over(...jobs: string[]): Promise<void> {
  while (
    /RUNNING|PENDING|COMPLETING/.exec(slurm('squeue', '-h', '-t', 'all', '-o', '%T', '-j', jobs.join(',')))
  ) {
    await sleep(200);
  }
}

/** Numbers of the two jobs that a command submitted. */
function jobsOf(said: string): [string, string] {
  const [, array = '', merge = ''] = /job (\d+) with \d+ tasks, and job (\d+), which merges/.exec(said) ?? [];
  expect(array).not.toBe('');
  return [array, merge];
}

describe('shards on Slurm', () => {
  it('what is waited for is what one machine prints', async () => {
    const command = [
      ...ENTROPY,
      '--shards',
      '5',
      '--work',
      'waited',
      '--slurm',
      OPTIONS,
      '--wait',
      '-o',
      'H.json',
    ];
    expect(await done(command)).toBe(await done(ENTROPY));
    const here = await done([...ENTROPY, '--json']);
    expect(json(join(folder, 'H.json')).entropy).toBe((JSON.parse(here) as { entropy: number }).entropy);
  });

  it('so it is of sets that cover each other', async () => {
    const coverage = ['coverage', 'cu_train.xyz', 'cu_melt.xyz@:2', '--top', '3'];
    const slurm_ = ['--shards', '3', '--work', 'sets', '--slurm', OPTIONS, '--wait'];
    expect(await done([...coverage, ...slurm_])).toBe(await done(coverage));
  });

  it('δH of structures, without waiting', async () => {
    const dH = ['dH', 'cu_melt.xyz', 'cu_train.xyz'];
    const said = await done([...dH, '-o', 'merged.xyz', '--shards', '3', '--slurm', OPTIONS]);
    await over(...jobsOf(said));
    expect(readFileSync(join(folder, 'merged.xyz.shards/merge.out'), 'utf8')).toBe(await done(dH));
    await done([...dH, '-o', 'here.xyz']);
    expect(readFileSync(join(folder, 'merged.xyz'), 'utf8')).toBe(
      readFileSync(join(folder, 'here.xyz'), 'utf8'),
    );
  });

  it('a task that is cancelled, and one that is killed, are named, and run again', async () => {
    const said = await done([...ENTROPY, '--shards', '4', '--work', 'hurt', '--slurm', `${OPTIONS} --hold`]);
    const [array, merge] = jobsOf(said);
    slurm('scancel', `${array}_1`);
    // In the middle of its work: its process, by the command line that it alone has.
    slurm('scontrol', 'update', `JobId=${array}`, 'ArrayTaskThrottle=1');
    slurm('scontrol', 'release', array);
    const killed = await killTask(`${join(folder, 'hurt')} -i 2`);
    slurm('scontrol', 'release', merge);
    await over(array, merge);
    const missing = killed ? '1-2' : '1';
    const status = await quests(['shard', 'status', 'hurt'], folder);
    expect(status).toMatchObject({ code: 1 });
    expect(status.stdout).toMatch(`missing: ${killed ? 2 : 1} of 4: ${missing}`);
    expect(killed).toBe(true);
    expect(readFileSync(join(folder, 'hurt/merge.err'), 'utf8')).toMatch(
      `missing: ${missing}: run them again`,
    );
    expect(readFileSync(join(folder, 'hurt/merge.out'), 'utf8')).toBe('');
    const again = slurm('sbatch', '--parsable', `--array=${missing}`, 'hurt/shards.sbatch').trim();
    slurm('scontrol', 'release', again);
    await over(again);
    expect(await done(['shard', 'merge', 'hurt'])).toBe(await done(ENTROPY));
  });

  it('a shard that is damaged between run and merge is caught', async () => {
    const said = await done([
      ...ENTROPY,
      '--shards',
      '2',
      '--work',
      'damaged',
      '--slurm',
      `${OPTIONS} --hold`,
    ]);
    const [array, merge] = jobsOf(said);
    slurm('scontrol', 'release', array);
    await over(array);
    const path = join(folder, 'damaged/shard-000001.result');
    const bytes = readFileSync(path);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    slurm('scontrol', 'release', merge);
    await over(merge);
    expect(readFileSync(join(folder, 'damaged/merge.err'), 'utf8')).toMatch('damaged: 1: run them again');
    expect(readFileSync(join(folder, 'damaged/merge.out'), 'utf8')).toBe('');
  });

  it('no more tasks run at once than the array allows', async () => {
    const array = '--array=0-5%1';
    const said = await done([...ENTROPY, '--shards', '6', '--work', 'few', '--slurm', `${OPTIONS} ${array}`]);
    expect(readFileSync(join(folder, 'few/shards.sbatch'), 'utf8')).toMatch(`#SBATCH ${array}\n`);
    const jobs = jobsOf(said);
    let most = 0;
    for (;;) {
      const states = slurm('squeue', '-h', '-r', '-t', 'all', '-o', '%T', '-j', jobs.join(','))
        .trim()
        .split('\n');
      most = Math.max(most, states.filter((state) => state === 'RUNNING').length);
      if (!states.some((state) => /RUNNING|PENDING|COMPLETING/.test(state))) break;
      await sleep(100);
    }
    expect(most).toBe(1);
    expect(readFileSync(join(folder, 'few/merge.out'), 'utf8')).toBe(await done(ENTROPY));
  });

  it('arrays too large for the cluster and unknown options are refused in one line', async () => {
    const command = [...ENTROPY, '--slurm', '--partition=none', '--work', 'refused'];
    const large = await quests([...command, '--shards', '2000'], folder);
    expect(large.code).toBe(1);
    expect(large.stderr).toMatch(/quests: job arrays have at most 1001 tasks here, got 2000 shards\n$/);
    const unknown = await quests([...command, '--shards', '2', '--overwrite'], folder);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/quests: sbatch: .*invalid partition/i);
  });
});

/** Kills the process with these words on its command line, once it is there and at work. */
async function killTask(words: string): Promise<boolean> {
  for (let tries = 0; tries < 600; tries++) {
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        if (!line.includes(words) || line.includes('slurmstepd')) continue;
        process.kill(Number(name), 'SIGKILL');
        return true;
      } catch {
        // It has ended meanwhile.
      }
    }
    await sleep(20);
  }
  return false;
}

it('tasks that wait can be looked at, and waiting cancelled', async () => {
  const command = [
    ...ENTROPY,
    '--shards',
    '2',
    '--work',
    'stopped',
    '--wait',
    '--slurm',
    `${OPTIONS} --hold`,
  ];
  const child = start(command, folder);
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  const end = ended(child);
  while (!said.includes('which merges')) await sleep(100);
  child.kill('SIGINT');
  expect((await end).code).toBe(130);
  const jobs = jobsOf(said);
  expect(slurm('squeue', '-h', '-j', jobs.join(','))).not.toBe('');
  slurm('scancel', ...jobs);
});
