// Runs in the documentation. A block marked `console` holds commands, lines that begin with "$ ",
// and under each of them what it prints. The commands of a page run in order in one folder, where
// `examples/` and `golden/` are found.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const BLOCK = /^```console\n([\s\S]*?)^```$/gm;
/** A command, with the lines that continue it. */
const COMMAND = /^\$ ((?:.*\\\n)*.*)$/gm;

/**
 * A page with what its commands print now. `keep` is given the folder with the files that they
 * wrote.
 *
 * @param {string} page
 * @param {(folder: string) => void} [keep]
 * @returns {string}
 */
export function withRuns(page, keep = () => undefined) {
  if (!page.includes('```console\n')) return page;
  const folder = mkdtempSync(join(tmpdir(), 'quests-docs-'));
  try {
    const env = furnish(folder);
    const now = page.replaceAll(BLOCK, (_, block) => {
      const runs = [...block.matchAll(COMMAND)].map(
        ([line, command]) => `${line}\n${printed(command, folder, env)}`,
      );
      return `\`\`\`console\n${runs.join('')}\`\`\``;
    });
    keep(folder);
    return now;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Puts into a folder what a page's commands expect, and returns the environment that they run in.
 */
function furnish(folder) {
  symlinkSync(resolve('examples'), join(folder, 'examples'), 'dir');
  symlinkSync(resolve('test/golden/data'), join(folder, 'golden'), 'dir');
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const program = join(bin, 'quests');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/quests.js')}' "$@"\n`);
  chmodSync(program, 0o755);
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, LC_ALL: 'C.UTF-8' };
}

/**
 * What a command prints; of one that is refused also what it says about it. Notes and progress are
 * left out.
 */
function printed(command, cwd, env) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  return status === 0 ? stdout : `${stdout}${stderr}`;
}

/**
 * The first line in which two versions of a page differ; undefined where they say the same. Numbers
 * may differ by one in their last digit, since instruction sets round differently.
 *
 * @param {string} page
 * @param {string} now
 * @returns {{ line: number, expected: string, found: string } | undefined}
 */
export function firstDifference(page, now) {
  const before = page.split('\n');
  const after = now.split('\n');
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [expected = 'nothing', found = 'nothing'] = [before[i], after[i]];
    if (!saysTheSame(expected, found)) return { line: i + 1, expected, found };
  }
  return undefined;
}

const NUMBER = /\d+(?:\.(\d+))?(?:e[+-]?\d+)?/g;

function saysTheSame(one, other) {
  if (one === other) return true;
  if (one.replaceAll(NUMBER, '#') !== other.replaceAll(NUMBER, '#')) return false;
  const numbers = [...one.matchAll(NUMBER)];
  return [...other.matchAll(NUMBER)].every(([text, decimals], i) => {
    const [before] = numbers[i];
    if (text === before) return true;
    // Whole numbers are counts.
    if (decimals === undefined) return false;
    const slack = Math.max(1.01 * 10 ** -decimals.length, 1e-9 * Math.abs(Number(text)));
    return Math.abs(Number(text) - Number(before)) <= slack;
  });
}
