// The release as those meet it who install it: in a fresh folder, with one command, from a
// registry.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { program } from '../build/packages.mjs';
import { Missing, run } from '../build/stage.mjs';
import { platformHere } from './platforms.mjs';
import { registry } from './registry.mjs';

/** On Windows npm is a script of a shell. */
const SHELL = process.platform === 'win32';

/**
 * Installs the packages of a folder with and without the optional ones, starts what is there, and
 * makes a page of it.
 */
export async function rehearse(packed, note) {
  await inFreshFolder(packed, async (folder, url) => {
    const here = platformHere();
    const addons = here === undefined ? [] : [`quests-${here.name}`];
    await installed(join(folder, 'all'), url, [], addons, here === undefined ? 'wasm' : 'native');
    await installed(join(folder, 'main'), url, ['--omit=optional'], [], 'wasm');
    await page(join(folder, 'main'));
    note(`with ${addons.join('') || 'no addon for this machine'}, without an addon, in a page of Vite`);
  });
}

/** Installs the packages of a folder once. What is there must compute by `backend`. */
export async function tryOut(packed, backend, note) {
  await inFreshFolder(packed, async (folder, url) => {
    const { name } = platformHere() ?? {};
    await installed(join(folder, 'all'), url, [], name === undefined ? [] : [`quests-${name}`], backend);
    note(`${name ?? 'no addon'}, computes by ${backend}`);
  });
}

async function inFreshFolder(packed, work) {
  const folder = mkdtempSync(join(tmpdir(), 'quests-release-'));
  const shelf = join(folder, 'shelf');
  cpSync(packed, shelf, { recursive: true });
  await dependencies(shelf);
  const { url, close } = await registry(shelf);
  try {
    await work(folder, url);
  } finally {
    close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts the packages that ours asks for on the shelf: those of this checkout, or else npm's. */
async function dependencies(shelf) {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  for (const name of Object.keys(manifest.dependencies)) {
    const here = resolve('node_modules', name);
    const what = existsSync(here) ? here : `${name}@${packages[`node_modules/${name}`].version}`;
    await npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', shelf, what], {});
  }
}

async function installed(project, url, options, addons, backend) {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const env = { ...process.env, QUESTS_BACKEND: '' };
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', `--cache=${join(project, '.cache')}`];
  await npm(['install', 'quests', `--registry=${url}`, ...quiet, ...options], { cwd: project, env });

  const found = readdirSync(join(project, 'node_modules')).filter((name) => name.startsWith('quests-'));
  if (found.join() !== addons.join()) {
    throw new Missing(`installed: ${found.join() || 'no addon'}, expected ${addons.join() || 'none'}`);
  }
  const command = join(project, 'node_modules/quests/bin/quests.js');
  const said = await run(process.execPath, [command, 'example'], { cwd: project, env });
  if (!said.includes(`${backend}, `)) {
    throw new Missing(`quests example does not compute by ${backend}, it says: ${said}`);
  }
}

/** A page that computes with the package, made by Vite. */
async function page(project) {
  writeFileSync(join(project, 'index.html'), '<script type="module" src="./page.js"></script>');
  writeFileSync(join(project, 'page.js'), "import { loadBackend } from 'quests';\nloadBackend();\n");
  const vite = resolve(program('vite', 'vite'));
  await run(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: project });
  const assets = readdirSync(join(project, 'dist/assets'));
  if (!assets.some((name) => name.endsWith('.wasm'))) {
    throw new Missing(`a page made by Vite has no module: ${assets.join(', ')}`);
  }
}

const npm = (args, options) => run('npm', args, { ...options, shell: SHELL });
