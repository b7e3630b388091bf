import { readdirSync, statSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QuestsError } from '../../../../ts/base/error.js';
import { checkOutput, writeOutput } from '../../../../ts/io/files/output.js';
import { failure } from '../../../support/data/reading.js';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-output-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Pieces that wait before the last until they are told to go on. */
function waiting(): { pieces: AsyncGenerator<string>; goOn: () => void; begun: Promise<void> } {
  let goOn = (): void => undefined;
  let begin = (): void => undefined;
  const waited = new Promise<void>((resolve) => (goOn = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  async function* pieces(): AsyncGenerator<string> {
    yield 'one ';
    begin();
    await waited;
    yield 'two';
  }
  return { pieces: pieces(), goOn, begun };
}

describe('checkOutput', () => {
  it.each(['a.xyz.bz2', 'a.xyz.xz', 'a.csv.zst', 'a.xyz.GZ'])(
    'refuses %s: nothing would be compressed in this way',
    async (name) => {
      const text = `cannot write ${at(name)}: of compressed files .gz alone is written`;
      expect(await failure(checkOutput(at(name)))).toBe(`INVALID_ARGUMENT: ${text}`);
    },
  );

  it('accepts a new name, and an old one that may be replaced', async () => {
    await checkOutput(at('new.xyz'));
    await writeFile(at('old.xyz'), 'old');
    await checkOutput(at('old.xyz'), true);
    expect(await readdir(folder)).toEqual(['old.xyz']);
  });

  it('refuses what cannot be written', async () => {
    await writeFile(at('old.xyz'), 'old');
    await mkdir(at('dir'));
    expect(await failure(checkOutput(at('old.xyz')))).toBe(
      `FILE_ACCESS: ${at('old.xyz')} exists already; --overwrite replaces it`,
    );
    for (const overwrite of [false, true]) {
      expect(await failure(checkOutput(at('dir'), overwrite))).toBe(
        `FILE_ACCESS: cannot write ${at('dir')}: is a folder`,
      );
      expect(await failure(checkOutput(at('none/a.xyz'), overwrite))).toBe(
        `FILE_ACCESS: cannot write ${at('none/a.xyz')}: there is no folder ${at('none')}`,
      );
      expect(await failure(checkOutput(at('old.xyz/a.xyz'), overwrite))).toContain('is not a folder');
    }
  });

  it('refuses a folder that cannot be written to', async () => {
    await mkdir(at('locked'));
    await chmod(at('locked'), 0o500);
    // Nothing is forbidden to root, and Windows has no such bits.
    const isForbidden = process.platform !== 'win32' && process.getuid?.() !== 0;
    const refusal = await checkOutput(at('locked/a.xyz')).then(() => 'none', String);
    expect(refusal).toContain(isForbidden ? 'permission denied' : 'none');
  });
});

describe('writeOutput', () => {
  it('writes text and bytes, compressed where the name says so', async () => {
    await writeOutput(at('a.txt'), ['é', Uint8Array.of(1, 2), 'x'.repeat(1 << 20)]);
    const written = await readFile(at('a.txt'));
    expect(written.subarray(0, 4)).toEqual(Buffer.from([0xc3, 0xa9, 1, 2]));
    expect(written.length).toBe(4 + (1 << 20));
    await writeOutput(at('a.txt.gz'), ['one ', 'two']);
    expect(gunzipSync(await readFile(at('a.txt.gz'))).toString()).toBe('one two');
    await writeOutput(at('empty'), []);
    expect(await readFile(at('empty'), 'utf8')).toBe('');
    expect((await readdir(folder)).sort()).toEqual(['a.txt', 'a.txt.gz', 'empty']);
  });

  it('refuses a file that exists, and replaces it when told to', async () => {
    await writeFile(at('a'), 'old');
    expect(await failure(writeOutput(at('a'), ['new']))).toContain('exists already');
    expect(await readFile(at('a'), 'utf8')).toBe('old');
    await writeOutput(at('a'), ['new'], { overwrite: true });
    expect(await readFile(at('a'), 'utf8')).toBe('new');
  });

  it('shows nothing under the name until all is written', async () => {
    await writeFile(at('a'), 'old');
    const { pieces, goOn, begun } = waiting();
    const writing = writeOutput(at('a'), pieces, { overwrite: true });
    await begun;
    expect(await readFile(at('a'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toHaveLength(2);
    goOn();
    await writing;
    expect(await readFile(at('a'), 'utf8')).toBe('one two');
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('does not replace a file that appeared while it wrote', async () => {
    const { pieces, goOn, begun } = waiting();
    const writing = writeOutput(at('a'), pieces);
    await begun;
    await writeFile(at('a'), 'of another');
    goOn();
    expect(await failure(writing)).toContain('exists already');
    expect(await readFile(at('a'), 'utf8')).toBe('of another');
    expect(await readdir(folder)).toEqual(['a']);
  });

  it.each(['a', 'a.gz'])('leaves nothing behind when the pieces fail: %s', async (name) => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'one';
      await Promise.resolve();
      throw new QuestsError('INVALID_FILE', 'b.xyz, frame 3: no');
    }
    expect(await failure(writeOutput(at(name), pieces()))).toBe('INVALID_FILE: b.xyz, frame 3: no');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['a', 'a.gz'])(
    'leaves nothing behind when it is cancelled, and throws the reason: %s',
    async (name) => {
      const { pieces, begun } = waiting();
      const controller = new AbortController();
      const writing = writeOutput(at(name), pieces, { signal: controller.signal });
      await begun;
      controller.abort(new Error('enough'));
      await expect(writing).rejects.toThrow('enough');
      expect(await readdir(folder)).toEqual([]);
      const signal = AbortSignal.abort(new Error('before'));
      await expect(writeOutput(at(name), ['x'], { signal })).rejects.toThrow('before');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('takes the temporary file away when the process exits in the middle', async () => {
    const { pieces, goOn, begun } = waiting();
    const writing = writeOutput(at('a'), pieces);
    await begun;
    const listeners = process.listeners('exit');
    // The file is there once it is open, which may take longer than the first piece.
    await expect.poll(() => readdir(folder)).toHaveLength(1);
    listeners.at(-1)?.(0);
    expect(await readdir(folder)).toEqual([]);
    goOn();
    expect(await failure(writing)).toContain(`FILE_ACCESS: cannot write ${at('a')}`);
    expect(process.listeners('exit')).toHaveLength(listeners.length - 1);
  });

  it('keeps a link, and replaces what it leads to', async () => {
    await mkdir(at('dir'));
    await writeFile(at('dir/real'), 'old');
    await symlink(at('dir/real'), at('link'));
    await writeOutput(at('link'), ['new'], { overwrite: true });
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
    expect(await readFile(at('dir/real'), 'utf8')).toBe('new');
    expect(await readdir(at('dir'))).toEqual(['real']);
  });

  it.skipIf(process.platform === 'win32')('writes into a device as it is', async () => {
    await writeOutput('/dev/null', ['gone']);
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('takes pieces only as fast as it can write them', async () => {
    const SIZE = 1 << 16;
    let ahead = 0;
    function* pieces(): Generator<Uint8Array> {
      for (let made = 0; made < 1000; made++) {
        // What is made beside what has reached the file, in pieces.
        const written = readdirSync(folder).reduce((sum, name) => sum + statSync(at(name)).size, 0);
        ahead = Math.max(ahead, made - written / SIZE);
        yield new Uint8Array(SIZE);
      }
    }
    await writeOutput(at('a'), pieces());
    expect(ahead).toBeLessThan(100);
    expect((await lstat(at('a'))).size).toBe(1000 * SIZE);
  });
});
