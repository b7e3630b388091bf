// What the machine must bring along; each check throws one line that says what is missing and where
// to get it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Missing } from './stage.mjs';

export function needNode() {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const needed = engines.node.replace('>=', '');
  if (older(process.versions.node, needed)) {
    throw new Missing(
      `Node ${process.versions.node} is too old: install ${needed} or newer from https://nodejs.org`,
    );
  }
}

export function needRust() {
  const version = printed('cargo', ['--version']);
  if (version === undefined) {
    throw new Missing('Rust is missing: install it from https://rustup.rs, then open a new terminal');
  }
  const found = /\d+\.\d+/.exec(version)?.[0] ?? '0.0';
  const needed = /^rust-version = "(.*)"/m.exec(readFileSync('Cargo.toml', 'utf8'))[1];
  if (older(found, needed)) {
    throw new Missing(`Rust ${found} is too old, ${needed} or newer is needed: run rustup update stable`);
  }
  if (process.platform !== 'win32' && printed('cc', ['--version']) === undefined) {
    throw new Missing(
      'a C linker (cc) is missing: install build-essential (Debian, Ubuntu), gcc (Fedora) or, on ' +
        'macOS, run xcode-select --install',
    );
  }
}

/** Whether the Rust toolchain in use can build for WebAssembly. */
export function hasWasmTarget() {
  const root = printed('rustc', ['--print', 'sysroot']);
  return root !== undefined && existsSync(join(root.trim(), 'lib/rustlib/wasm32-unknown-unknown/lib'));
}

export function needRustup() {
  if (printed('rustup', ['--version']) === undefined) {
    throw new Missing(
      'this Rust has no target wasm32-unknown-unknown and rustup is missing: install it from ' +
        'https://rustup.rs',
    );
  }
}

/** What a command prints; `undefined` where it is not there or fails. */
function printed(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

/** Compares `major.minor`. */
function older(found, needed) {
  const [major, minor] = found.split('.').map(Number);
  const [neededMajor, neededMinor] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}
