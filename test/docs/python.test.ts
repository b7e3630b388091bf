// The Python of docs/from-python.md prints what the page says, with whatever Python has the
// modules.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { simdOf } from '../support/backends/simd.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** That of `QUESTS_PYTHON`, the one of the benchmarks, or the machine's. */
const PYTHON = [process.env.QUESTS_PYTHON ?? '', join(ROOT, 'build/python/bin/python'), 'python3'].find(
  (program) => program !== '' && spawnSync(program, ['--version']).status === 0,
);

const page = readFileSync(join(ROOT, 'docs/from-python.md'), 'utf8');
const samples = [...page.matchAll(/^```python\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)].map(
  ([, code = '', printed = ''], i) => {
    const modules = [...code.matchAll(/^(?:import|from) ([\w, .]+?)(?: as \w+| import .*)?$/gm)].flatMap(
      ([, names = '']) => names.split(', '),
    );
    return { name: `sample ${i + 1}, with ${modules.join(', ')}`, code, printed, modules };
  },
);

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quests-python-'));
  symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'));
  const command = join(folder, 'quests');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/quests.js')}' "$@"\n`);
  chmodSync(command, 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const has = (modules: readonly string[]): boolean =>
  PYTHON !== undefined && spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0;

function printed(code: string): string {
  const env = { ...process.env, ...simdOf([]), PATH: folder + delimiter + (process.env.PATH ?? '') };
  return execFileSync(PYTHON ?? '', ['-c', code], { cwd: folder, env, encoding: 'utf8' });
}

describe('docs/from-python.md', () => {
  it('has samples, each with what it prints', () => {
    expect(samples.length).toBeGreaterThan(3);
    expect(page.match(/^```python$/gm)).toHaveLength(samples.length);
  });

  it.for(samples)('$name', ({ code, printed: expected, modules }, { skip }) => {
    if (process.platform === 'win32') skip('the command is a script of a shell here');
    if (!has(modules)) skip(`needs Python with ${modules.join(', ')}: set QUESTS_PYTHON`);
    expect(printed(code)).toBe(expected);
  });

  it('results come back from ASE with all columns as they were', ({ skip }) => {
    if (!has(['ase.io'])) skip('needs Python with ase: set QUESTS_PYTHON');
    printed(`
import subprocess
from ase.io import read, write
run = lambda *args: subprocess.run(["quests", *args, "--quiet"], check=True, stdout=subprocess.DEVNULL)
run("dH", "examples/cu_test.xyz@:3", "examples/cu_train.xyz", "-o", "first.xyz")
first = read("first.xyz", ":")
write("second.xyz", first)
run("dH", "second.xyz", "examples/cu_train.xyz", "-o", "third.xyz")
third = read("third.xyz", ":")
assert len(first) == len(third) == 3
for a, b in zip(first, third):
    assert str(a.symbols) == str(b.symbols)
    assert abs(a.positions - b.positions).max() < 1e-7
    assert abs(a.cell - b.cell).max() < 1e-7
    assert abs(a.arrays["dH"] - b.arrays["dH"]).max() < 1e-5
    assert set(a.arrays) == set(b.arrays)
`);
    expect(existsSync(join(folder, 'third.xyz'))).toBe(true);
  });
});
