// The addon of one platform, as it is published, as a part of the build.
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { native, targetFolder } from '../build/parts.mjs';
import { Missing, run } from '../build/stage.mjs';
import { binary } from './binary.mjs';
import { newestGlibc, problems } from './checks.mjs';
import { CARGO, environment } from './toolchain.mjs';

export const RELEASE = 'build/release';

/** Where it lies. */
export const addonOf = ({ name }) => join(RELEASE, `quests.${name}.node`);

/** What says how it is built, and what it must be. */
const INPUTS = [
  'addon',
  'binary',
  'checks',
  'elf',
  'limits',
  'mach-o',
  'pe',
  'platforms',
  'signature',
  'toolchain',
].map((name) => `scripts/release/${name}.mjs`);

/**
 * The compiler's own limit for inlining, less than half of the usual: what is hot is marked as to
 * be inlined, and four instruction sets of all the rest are a tenth of the file.
 */
const INLINE_THRESHOLD = 100;

/** The name of what cargo makes for a platform. */
const LIBRARIES = { linux: 'libquests_napi.so', darwin: 'libquests_napi.dylib', win32: 'quests_napi.dll' };

/** @param {import('./platforms.mjs').Platform} platform */
export function addon(platform) {
  const { name, os, target, oldest } = platform;
  const file = addonOf(platform);
  return {
    name: `addon ${name}`,
    inputs: [...native.inputs, ...INPUTS],
    outputs: () => (existsSync(file) ? [file] : []),
    async make(note) {
      const versioned = oldest?.glibc === undefined ? target : `${target}.${oldest.glibc}`;
      const args = ['zigbuild', '--release', '--locked', '-p', 'quests-napi', '--target', versioned];
      await run(CARGO, [...args, '--target-dir', targetFolder], { env: flags(platform) });
      const built = join(targetFolder, target, 'release', LIBRARIES[os[0]]);
      const found = problems(built, platform);
      if (found.length > 0) throw new Missing(`the addon for ${name}: ${found.join('; ')}`);
      mkdirSync(RELEASE, { recursive: true });
      copyFileSync(built, file);
      note(`${(statSync(file).size / 1e6).toFixed(2)} MB, for ${systemOf(platform, binary(file))}`);
    },
  };
}

function flags({ name, os, oldest }) {
  const env = environment();
  // Flags of this machine, such as those for its own processor, are not for others.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  // Names of functions that nobody outside calls are a fifth of the file.
  env.CARGO_PROFILE_RELEASE_STRIP = 'symbols';
  const rust = [`-C llvm-args=-inline-threshold=${INLINE_THRESHOLD}`];
  // A library cannot have the C library of musl within itself: Node has it already.
  if (name.endsWith('musl')) rust.push('-C target-feature=-crt-static');
  if (os[0] === 'darwin') {
    env.MACOSX_DEPLOYMENT_TARGET = oldest.macos;
    // What the linker is told to use, and nothing uses.
    rust.push('-C link-arg=-Wl,-dead_strip_dylibs');
  }
  if (os[0] === 'win32') env.LIBNODE_PATH = stubOfNode();
  env.RUSTFLAGS = rust.join(' ');
  return env;
}

/**
 * A library of Node's without any function: napi's build script wants one to link with, though the
 * addon looks all functions up as it starts.
 */
function stubOfNode() {
  const folder = resolve('build/libnode');
  mkdirSync(folder, { recursive: true });
  // The first is only asked for; the second is an archive without members, which is linked with.
  writeFileSync(join(folder, 'libnode.dll'), '');
  writeFileSync(join(folder, 'libnode.a'), '!<arch>\n');
  return folder;
}

function systemOf({ oldest, libc }, library) {
  if (oldest?.glibc !== undefined) return `glibc ${newestGlibc(library)}`;
  if (oldest?.macos !== undefined) return `macOS ${library.oldest}`;
  return oldest?.windows === undefined ? libc[0] : `Windows ${oldest.windows}`;
}
