// npm run bench: builds what is out of date, sets up the Python packages to compare with, and runs
// the benchmarks.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { everything } from './build/everything.mjs';
import { program } from './build/packages.mjs';
import { targetFolder } from './build/parts.mjs';
import { run, script, stage } from './build/stage.mjs';

const PYTHON = 'build/python';
const ROOFLINE = ['--release', '--locked', '-p', 'quests', '--features', 'profile', '--example', 'roofline'];
const REQUIREMENTS = 'bench/requirements.txt';

await script(async () => {
  await everything();
  await stage('benchmarks', () => run(process.execPath, [program('typescript', 'tsc'), '-p', 'bench']));
  await stage('roofline', () => run('cargo', ['build', ...ROOFLINE, '--target-dir', targetFolder]));
  await pythonPackages();
  const args = ['build/bench/js/main.js', ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
});

/** Installs the Python packages; without a Python the benchmarks go on without them, and say so. */
async function pythonPackages() {
  const stamp = join(PYTHON, 'requirements.txt');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (spawnSync('python3', ['-c', 'import venv, ensurepip']).status !== 0) {
    process.stdout.write('no python3 with venv: the Python packages sit out\n');
    return;
  }
  await stage('Python packages', async () => {
    rmSync(PYTHON, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', PYTHON]);
    const pip = join(PYTHON, process.platform === 'win32' ? 'Scripts/pip.exe' : 'bin/pip');
    await run(pip, ['install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
    writeFileSync(stamp, wanted);
  });
}
