// What tools that know all ways of importing say of the package: publint of its manifest and files,
// "are the types wrong" of its declarations. Both are fetched where they are needed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { run } from '../build/stage.mjs';

const TOOLS = { publint: '0.3.25', '@arethetypeswrong/cli': '0.18.5' };
const FOLDER = resolve('build/release-tools');

/**
 * What they may say: the package is ESM alone, which CommonJS of the Node versions in question can
 * require; and resolution of before 2020 knows no entries.
 */
const RULES = ['--profile', 'esm-only', '--ignore-rules', 'cjs-resolves-to-esm', 'no-resolution'];

/** Fails where one of them has something to say. */
export async function checkEntries(tarball) {
  await tools();
  const bin = (name) => join(FOLDER, 'node_modules/.bin', name);
  await run(bin('publint'), ['run', '--strict', tarball]);
  await run(bin('attw'), [tarball, '--no-emoji', '--no-color', ...RULES]);
}

async function tools() {
  const stamp = join(FOLDER, 'stamp');
  const wanted = JSON.stringify(TOOLS);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ private: true }));
  const names = Object.entries(TOOLS).map(([name, version]) => `${name}@${version}`);
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...names], { cwd: FOLDER });
  writeFileSync(stamp, wanted);
}
