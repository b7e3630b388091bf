// npm packages: installed from the lockfile where they are missing or differ from it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run, stage } from './stage.mjs';

/** Installs the packages of a folder: those of the project, or of a tool that has its own. */
export async function packages(folder = '.') {
  if (isInstalled(folder)) return;
  // NODE_ENV=production must not leave out what the build needs.
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  // npm names itself to the scripts it runs; `npm` by name could be another one, and on Windows
  // needs a shell.
  const npm = process.env.npm_execpath;
  await stage(folder === '.' ? 'npm packages' : `npm packages of ${folder}`, async () => {
    const options = { cwd: folder };
    await (npm?.endsWith('.js') ? run(process.execPath, [npm, ...args], options) : run('npm', args, options));
  });
}

/** The program of an installed package, to be run by this Node. */
export function program(packageName, name, within = '.') {
  const folder = join(within, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

/** npm keeps the lockfile of what it installed; entries for other platforms are missing there. */
function isInstalled(folder) {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const here = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || here[path]?.version === entry.version || (entry.optional && here[path] === undefined),
  );
}
