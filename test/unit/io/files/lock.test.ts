import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputClaim } from '../../../../ts/io/files/claim.js';
import { Lock } from '../../../../ts/io/files/lock.js';
import { failure } from '../../../support/data/reading.js';

let folder = '';
const at = (name: string): string => join(folder, name);
const lock = (): string => at('.a.json.lock');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** What a lock of ours says, with other values. */
async function another(values: Readonly<Record<string, unknown>>): Promise<string> {
  const own = await Lock.take(at('a.json'), 'a.json');
  const said = JSON.parse(await readFile(lock(), 'utf8')) as object;
  own.release();
  return JSON.stringify({ ...said, ...values });
}

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('a lock', () => {
  it('is there until it is released', async () => {
    const own = await Lock.take(at('a.json'), 'a.json');
    expect(await readdir(folder)).toEqual(['.a.json.lock']);
    expect(await failure(Lock.take(at('a.json'), 'a.json'))).toBe(
      `FILE_ACCESS: cannot write a.json: another run is writing it (process ${process.pid})`,
    );
    own.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes with the process that ends in the middle', async () => {
    await Lock.take(at('a.json'), 'a.json');
    process.listeners('exit').at(-1)?.(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not held by a dead process of this machine, however young', async () => {
    await writeFile(lock(), await another({ pid: await deadProcess() }));
    (await Lock.take(at('a.json'), 'a.json')).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is not held by a later process of the same number', async () => {
    await writeFile(lock(), await another({ start: '1' }));
    (await Lock.take(at('a.json'), 'a.json')).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of another machine is held as long as it is touched', async () => {
    await writeFile(lock(), await another({ machine: `not-${hostname()} 4`, pid: 17 }));
    expect(await failure(Lock.take(at('a.json'), 'a.json'))).toContain(`(process 17 on not-${hostname()})`);
    const long = new Date(Date.now() - 100_000);
    await utimes(lock(), long, long);
    (await Lock.take(at('a.json'), 'a.json')).release();
  });

  it('that says nothing is being written, or was left so', async () => {
    await writeFile(lock(), '');
    expect(await failure(Lock.take(at('a.json'), 'a.json'))).toContain('another run is writing it');
    const long = new Date(Date.now() - 100_000);
    await utimes(lock(), long, long);
    (await Lock.take(at('a.json'), 'a.json')).release();
  });

  it('is taken by one of many that find a dead one', async () => {
    await writeFile(lock(), await another({ pid: await deadProcess() }));
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => Lock.take(at('a.json'), 'a.json')));
    const taken = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(taken).toHaveLength(1);
    taken[0]?.release();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('OutputClaim', () => {
  it('refuses two names of one file, and leaves no lock', async () => {
    const claim = new OutputClaim();
    await claim.add([at('a.json'), undefined, at('b.svg')]);
    expect((await readdir(folder)).sort()).toEqual(['.a.json.lock', '.b.svg.lock']);
    expect(await failure(claim.add([join(folder, '.', 'x', '..', 'a.json')]))).toContain(
      'INVALID_ARGUMENT: two outputs go to one file',
    );
    claim.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes names as long as the file system does', async () => {
    const name = `${'å'.repeat(125)}.json`;
    const claim = new OutputClaim();
    await claim.add([at(name)]);
    await writeFile(at(name), '');
    claim.release();
    expect(await readdir(folder)).toEqual([name]);
  });

  it.skipIf(process.platform === 'win32')('leaves devices alone', async () => {
    const claim = new OutputClaim();
    await claim.add(['/dev/null']);
    claim.release();
  });
});
