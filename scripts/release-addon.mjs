// node scripts/release-addon.mjs: builds the native addon as it is published, for Linux with glibc
// 2.17 or newer, into build/release. The linker and the old C library are those of napi-rs'
// toolchain, an npm package that is fetched when it is needed.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { targetFolder } from './build/parts.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';

const TARGET = 'x86_64-unknown-linux-gnu';
const TOOLCHAIN = '@napi-rs/cross-toolchain-x64-target-x86_64@1.0.0';
const FOLDER = 'build/toolchain';
const OUTPUT = 'build/release/quests.linux-x64-gnu.node';

/** The newest version of the C library whose functions may be used. */
const GLIBC = [2, 17];

await script(async () => {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Missing('this takes Linux on x64');
  await toolchain();
  const bin = resolve(FOLDER, 'bin', TARGET);
  const env = { ...process.env, CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER: `${bin}-gcc` };
  const cargo = ['build', '--release', '--locked', '-p', 'quests-napi', '--target', TARGET];
  await stage('native addon', () => run('cargo', [...cargo, '--target-dir', targetFolder], { env }));
  await stage('symbols', async (note) => {
    const built = join(targetFolder, TARGET, 'release/libquests_napi.so');
    const symbols = await run(`${bin}-objdump`, ['-T', built]);
    const newest = newestOf(symbols);
    if (newest[0] > GLIBC[0] || newest[1] > GLIBC[1]) {
      throw new Missing(`the addon needs glibc ${newest.join('.')}, expected ${GLIBC.join('.')} at most`);
    }
    mkdirSync('build/release', { recursive: true });
    copyFileSync(built, OUTPUT);
    note(`${OUTPUT} needs glibc ${newest.join('.')}`);
  });
  // What is shipped must start, and compute.
  execFileSync(process.execPath, ['-e', `require(${JSON.stringify(resolve(OUTPUT))}).version()`]);
});

async function toolchain() {
  const stamp = join(FOLDER, 'package');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === TOOLCHAIN) return;
  await stage('toolchain', async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    const file = (await run('npm', ['pack', '--silent', TOOLCHAIN, '--pack-destination', FOLDER])).trim();
    await run('tar', ['xzf', join(FOLDER, file), '-C', FOLDER]);
    await run('tar', ['xJf', join(FOLDER, 'package', `${TARGET}.tar.xz`), '-C', FOLDER]);
    rmSync(join(FOLDER, 'package'), { recursive: true });
    rmSync(join(FOLDER, file));
    writeFileSync(stamp, TOOLCHAIN);
  });
}

/** The newest version of glibc that a table of dynamic symbols names. */
function newestOf(symbols) {
  const versions = [...symbols.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [+major, +minor]);
  return versions.reduce(
    (newest, one) => ((one[0] - newest[0] || one[1] - newest[1]) > 0 ? one : newest),
    [0, 0],
  );
}
