// The parts of the build that compilers make: the native addon, the WebAssembly module, the
// TypeScript; and the page.
import { join } from 'node:path';

import { hasWasmTarget, needRust, needRustup } from './machine.mjs';
import { program } from './packages.mjs';
import { filesUnder } from './part.mjs';
import { run, stage } from './stage.mjs';

/**
 * Given to cargo in so many words, so that we know where it builds whatever the user's
 * configuration says.
 */
export const targetFolder = process.env.CARGO_TARGET_DIR ?? 'target';

const workspace = [
  'Cargo.toml',
  'Cargo.lock',
  'rust-toolchain.toml',
  'crates/quests/Cargo.toml',
  'crates/quests/src',
];

export const native = {
  name: 'native addon',
  inputs: [...workspace, 'crates/quests-napi', 'scripts/build/parts.mjs'],
  outputs: () => filesUnder('dist/native'),
  needs: needRust,
  async make() {
    const cli = program('@napi-rs/cli', 'napi');
    const where = ['--manifest-path', 'crates/quests-napi/Cargo.toml', '--output-dir', 'dist/native'];
    const types = ['--no-js', '--dts', 'quests.d.ts'];
    const cargo = ['--target-dir', targetFolder, '--', '--locked'];
    await run(process.execPath, [cli, 'build', '--platform', '--release', ...where, ...types, ...cargo]);
  },
};

/** What every Node and browser in question has; wasm-opt must neither refuse it nor use more. */
const WASM_FEATURES = [
  'simd',
  'bulk-memory',
  'bulk-memory-opt',
  'mutable-globals',
  'nontrapping-float-to-int',
  'sign-ext',
  'reference-types',
  'multivalue',
].map((feature) => `--enable-${feature}`);

/**
 * Functions larger than this stay apart, even those with one caller. Inner loops inside a large
 * function are slow: an engine keeps what they add up in memory.
 */
const LARGEST_INLINED = 50;

/**
 * The compiler's own limit, a fifth of the usual: what is hot is marked as to be inlined, the rest
 * is smaller so by a tenth of the module, and as fast.
 */
const INLINE_THRESHOLD = 50;

const WASM_FLAGS = `-C target-feature=+simd128 -C llvm-args=-inline-threshold=${INLINE_THRESHOLD}`;

export const wasm = {
  name: 'WebAssembly module',
  inputs: [...workspace, 'crates/quests-wasm', 'crates/bindgen', 'scripts/build/parts.mjs'],
  outputs: () => filesUnder('dist/wasm'),
  async make() {
    const target = 'wasm32-unknown-unknown';
    const cargo = ['--locked', '--target-dir', targetFolder];
    const env = { ...process.env, RUSTFLAGS: WASM_FLAGS };
    // Goes over RUSTFLAGS where it is set.
    delete env.CARGO_ENCODED_RUSTFLAGS;
    // Side by side: the last crate of either leaves a core idle.
    await Promise.all([
      run('cargo', ['build', '--release', '--target', target, '-p', 'quests-wasm', ...cargo], { env }),
      run('cargo', ['build', '-p', 'bindgen', ...cargo]),
    ]);

    const built = join(targetFolder, target, 'release/quests_wasm.wasm');
    await run('cargo', ['run', '-p', 'bindgen', ...cargo, '--', built, 'dist/wasm']);

    const module = 'dist/wasm/quests_wasm_bg.wasm';
    const optimiser = program('binaryen', 'wasm-opt');
    const inlining = ['--one-caller-inline-max-function-size', String(LARGEST_INLINED)];
    // The stack lies first, and grows down: nothing that a sound program reads or writes is in the
    // first kilobyte. So constants can be added to addresses by the loads themselves, which the
    // inner loop of kernel sums needs.
    const options = ['-O3', ...inlining, '--low-memory-unused', '--strip-debug', ...WASM_FEATURES];
    await run(process.execPath, [optimiser, ...options, module, '-o', module]);
  },
};

export const typescript = {
  name: 'TypeScript',
  inputs: ['ts', 'tsconfig.base.json', 'tsconfig.build.json', 'package-lock.json'],
  outputs: () =>
    filesUnder('dist').filter((file) => !/^dist[\\/](native|wasm|node|browser|page)[\\/]/.test(file)),
  make: () => run(process.execPath, [program('typescript', 'tsc'), '-p', 'tsconfig.build.json']),
};

/** The page, as a static host serves it. */
export const page = {
  name: 'page',
  inputs: [...typescript.inputs, ...wasm.inputs, 'apps/web', 'examples', 'scripts/build/licences.mjs'],
  outputs: () => filesUnder('dist/page'),
  make: () => run(process.execPath, [program('vite', 'vite'), 'build', '-c', 'apps/web/vite.config.ts']),
};

/** Adds the WebAssembly target to the Rust toolchain where it lacks it. */
export async function wasmTarget() {
  needRust();
  if (hasWasmTarget()) return;
  needRustup();
  await stage('Rust target for WebAssembly', async () => {
    await run('rustup', ['target', 'add', 'wasm32-unknown-unknown']);
  });
}
