import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contents, ended, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { appeared } from '../support/cli/killed.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const CRYSTAL = golden('fcc_cu_periodic.xyz');

/** Longest time to the end after a signal, in ms, on a machine that is busy with other tests. */
const SOON = 5000;

function pipe(name: string): string {
  spawnSync('mkfifo', [name], { cwd: folder });
  return join(folder, name);
}

/** Ends a run by a signal once it waits; `out` is an output that shows that it has begun. */
async function stopped(args: readonly string[], out: string, signal: NodeJS.Signals): Promise<void> {
  const child = start(args, folder);
  const end = ended(child);
  await appeared(join(folder, `.${out}.lock`));
  // Past the lock it opens its input.
  await sleep(1000);
  const asked = performance.now();
  child.kill(signal);
  const { code, stderr } = await end;
  expect({ code, stderr }).toEqual({ code: 130, stderr: 'cancelled\n' });
  expect(performance.now() - asked).toBeLessThan(SOON);
  expect(contents(folder)).not.toContain(`.${out}.lock`);
}

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('without a writer ends at %s', async (signal) => {
    pipe('silent');
    await stopped(['entropy', 'silent', '-o', 'silent.json'], 'silent.json', signal);
    await stopped(['trajectory', CRYSTAL, '-r', 'silent', '-o', 'ref.json'], 'ref.json', signal);
  });

  it.each(['mcmc', 'active_learning'])('from which %s makes structures ends at a signal', async (command) => {
    pipe('silent');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      await stopped([command, 'silent', '-o', 'made.xyz'], 'made.xyz', signal);
    }
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('that stalls in the middle ends at %s', async (signal) => {
    for (const [name, bytes] of [
      ['stalled', readFileSync(CRYSTAL).subarray(0, 200)],
      ['stalled.gz', gzipSync(readFileSync(CRYSTAL)).subarray(0, 60)],
    ] as const) {
      const writer = createWriteStream(pipe(name), { flags: 'r+' });
      writer.write(bytes);
      await stopped(['entropy', name, '-o', 'stalled.json'], 'stalled.json', signal);
      writer.destroy();
    }
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('on standard input that stalls ends at %s', async (signal) => {
    await stopped(['entropy', '-', '-o', 'input.json'], 'input.json', signal);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('without a reader ends at %s', async (signal) => {
    pipe('unread.json');
    const child = start(['entropy', CRYSTAL, '-o', 'unread.json'], folder);
    const end = ended(child);
    await sleep(3000);
    const asked = performance.now();
    child.kill(signal);
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toMatch(/\ncancelled\n$/);
    expect(performance.now() - asked).toBeLessThan(SOON);
  });

  it('is read and written like a file', async () => {
    const input = pipe('input.xyz');
    const output = pipe('output.xyz');
    const copy = readFileSync(CRYSTAL).toString().repeat(2000);
    writeFileSync(join(folder, 'long.xyz'), copy);
    const run = quests(['convert', 'input.xyz', '-o', 'output.xyz'], folder);
    // It waits for both.
    await sleep(500);
    createWriteStream(input).end(copy);
    const written = await text(createReadStream(output));
    expect((await run).code).toBe(0);
    await quests(['convert', 'long.xyz', '-o', 'whole.xyz'], folder);
    expect(written).toBe(readFileSync(join(folder, 'whole.xyz'), 'utf8'));
  });

  it.each([
    ['compress', ['--chunk-size', '2']],
    ['trajectory', ['--atoms', 'atoms.xyz']],
    ['entropy', ['--shards', '2']],
  ])('is refused at once by what reads it twice: %s %s', async (command, options) => {
    pipe('once.xyz');
    const { code, stderr } = await quests([command, 'once.xyz', ...options], folder);
    expect(stderr).toMatch(/^quests: .*; the pipe once\.xyz can be read only once\n$/);
    expect(code).toBe(2);
    const input = await quests([command, ...options, '--', '-@:1'], folder);
    expect(input.stderr).toMatch(/; standard input can be read only once\n$/);
    expect(input.code).toBe(2);
  });
});
