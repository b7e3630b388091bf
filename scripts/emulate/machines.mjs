// Machines that QEMU makes of this one, program by program: those that people have and this is not.

/**
 * @typedef {object} Machine
 * @property {string} name
 * @property {string} [platform] whose addon it loads, where that is not the one of this checkout
 * @property {string} simd the instruction set that the addon must choose there
 * @property {string[]} emulator the command that runs a program
 * @property {string[]} debian the packages of Debian that it takes
 * @property {boolean} [hasWasm] whether engines run vectors of WebAssembly there
 */

/** @type {readonly Machine[]} */
export const MACHINES = [
  {
    name: 'arm64',
    platform: 'linux-arm64-gnu',
    simd: 'neon',
    emulator: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'],
    debian: ['qemu-user', 'libc6-arm64-cross', 'libstdc++6-arm64-cross'],
    hasWasm: true,
  },
  {
    // Intel's before 2008, which have no SSE4: WebAssembly takes more than they have.
    name: 'scalar',
    simd: 'scalar',
    emulator: ['qemu-x86_64', '-cpu', 'core2duo'],
    debian: ['qemu-user'],
    hasWasm: false,
  },
  {
    name: 'sse4.2',
    simd: 'baseline',
    emulator: ['qemu-x86_64', '-cpu', 'Nehalem'],
    debian: ['qemu-user'],
    hasWasm: true,
  },
  {
    name: 'avx2',
    simd: 'avx2',
    emulator: ['qemu-x86_64', '-cpu', 'Haswell'],
    debian: ['qemu-user'],
    hasWasm: true,
  },
];
