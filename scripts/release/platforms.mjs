// The platforms that a native addon is published for: the one list of them. Elsewhere the package
// computes by WebAssembly.

/**
 * @typedef {object} Platform
 * @property {string} name the name of its package, after `quests-`, as ts/backend/native.ts asks
 *   for it
 * @property {string[]} os what npm must know, with `cpu` and `libc`, to install it there alone
 * @property {string[]} cpu
 * @property {string[]} [libc]
 * @property {string} target of the Rust compiler
 * @property {{ glibc: string } | { macos: string } | { windows: string }} [oldest] the oldest
 *   system that it runs on
 */

/** @type {readonly Platform[]} */
export const PLATFORMS = [
  {
    name: 'linux-x64-gnu',
    os: ['linux'],
    cpu: ['x64'],
    libc: ['glibc'],
    target: 'x86_64-unknown-linux-gnu',
    oldest: { glibc: '2.17' },
  },
  {
    name: 'linux-arm64-gnu',
    os: ['linux'],
    cpu: ['arm64'],
    libc: ['glibc'],
    target: 'aarch64-unknown-linux-gnu',
    oldest: { glibc: '2.17' },
  },
  {
    name: 'linux-x64-musl',
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
    target: 'x86_64-unknown-linux-musl',
  },
  {
    name: 'linux-arm64-musl',
    os: ['linux'],
    cpu: ['arm64'],
    libc: ['musl'],
    target: 'aarch64-unknown-linux-musl',
  },
  {
    name: 'darwin-arm64',
    os: ['darwin'],
    cpu: ['arm64'],
    target: 'aarch64-apple-darwin',
    oldest: { macos: '11.0' },
  },
  {
    name: 'darwin-x64',
    os: ['darwin'],
    cpu: ['x64'],
    target: 'x86_64-apple-darwin',
    oldest: { macos: '10.12' },
  },
  {
    name: 'win32-x64',
    os: ['win32'],
    cpu: ['x64'],
    target: 'x86_64-pc-windows-gnu',
    oldest: { windows: '10' },
  },
  {
    name: 'win32-arm64',
    os: ['win32'],
    cpu: ['arm64'],
    target: 'aarch64-pc-windows-gnullvm',
    oldest: { windows: '10' },
  },
];

/** The platform of a name; `undefined` where there is none. */
export const platformOf = (name) => PLATFORMS.find((platform) => platform.name === name);

/** That of this machine, as Node and npm see it; `undefined` where there is none. */
export function platformHere() {
  return PLATFORMS.find(
    ({ os, cpu, libc }) =>
      os.includes(process.platform) &&
      cpu.includes(process.arch) &&
      (libc === undefined || libc.includes(libcHere())),
  );
}

/** Only glibc tells its version to a process. */
function libcHere() {
  const { glibcVersionRuntime } = process.report.getReport().header;
  return glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
