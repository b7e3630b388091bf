// What builds addons for other systems on Linux: Zig, which links and has the C libraries of them
// all, and what hands it to cargo. Both are packages of PyPI.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import { Missing, run, stage } from '../build/stage.mjs';

const PACKAGES = ['ziglang==0.17.1', 'cargo-zigbuild==0.24.1'];
const FOLDER = resolve('build/toolchain');
const STAMP = join(FOLDER, 'packages');

/** The command that builds as `cargo build` does, for any target. */
export const CARGO = join(FOLDER, 'bin/cargo-zigbuild');

/** The environment in which it finds Zig. */
export function environment() {
  const { PATH, ...others } = process.env;
  return { ...others, PATH: join(FOLDER, 'bin') + delimiter + PATH, PYTHONPATH: FOLDER };
}

/** Installs it where it is missing, and the Rust compiler's library for some targets. */
export async function toolchain(targets) {
  if (process.platform !== 'linux') {
    throw new Missing(`addons are built on Linux for every system; this is ${process.platform}`);
  }
  const wanted = PACKAGES.join('\n');
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== wanted) {
    await stage('toolchain', async () => {
      rmSync(FOLDER, { recursive: true, force: true });
      mkdirSync(FOLDER, { recursive: true });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-cache-dir'];
      await run('python3', [...pip, '--target', FOLDER, ...PACKAGES]);
      writeFileSync(STAMP, wanted);
    });
  }
  const root = (await run('rustc', ['--print', 'sysroot'])).trim();
  const missing = targets.filter((target) => !existsSync(join(root, 'lib/rustlib', target, 'lib')));
  if (missing.length > 0) {
    await stage('Rust targets', () => run('rustup', ['target', 'add', ...missing]));
  }
}
