// The bundles: what runs under Node, and the library for browsers, each in a few files, made from
// what the compiler made.
import { readFileSync, writeFileSync } from 'node:fs';

import { filesUnder } from './part.mjs';
import { typescript } from './parts.mjs';

/**
 * Packages that are installed with this one, since its declarations name their types. All others
 * become part of its files: fewer to install, and fewer to find.
 */
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const INSTALLED = Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`));

/**
 * The bindings of the WebAssembly module stay outside: they are beside the folders of bundles. The
 * bundler would address them as from the folder of a module before bundling.
 */
const BESIDE = {
  name: 'bindings',
  resolveId: (source) =>
    source.endsWith('/quests_wasm.js') ? { id: '../wasm/quests_wasm.js', external: true } : null,
};

/** From there; the bundler takes the path in ts/backend for one relative to the output. */
const besideBundle = (id) => (id.endsWith('quests_wasm.js') ? '../wasm/quests_wasm.js' : id);

/**
 * What draws pictures is a file of its own, a tenth of the package. Node takes that of browsers.
 */
const DRAWN = {
  name: 'pictures',
  resolveId: (source, importer) =>
    source === './draw.js' && importer?.endsWith('/figure/svg.js')
      ? { id: '../browser/draw.js', external: true }
      : null,
};

const INPUTS = [
  ...typescript.inputs,
  'package.json',
  'scripts/build/bundles.mjs',
  'scripts/build/licences.mjs',
];

/**
 * What this many commands and entries share is one file, which all load. Without it most commands
 * would load ten files more, and start 5 ms later.
 */
const SHARED_BY = 8;

/**
 * What runs under Node in a few files instead of hundreds, since Node takes half a millisecond for
 * each: the command line, each entry of `package.json`, and the worker of the WebAssembly backend.
 * One file has what most share, and each command has one or a few for itself, so that none loads
 * the code of the others. Packages stay outside that are installed with this one.
 */
export const node = {
  name: 'library and command line',
  inputs: INPUTS,
  outputs: () => filesUnder('dist/node'),
  async make() {
    const { build } = await import('rolldown');
    const faces = ['io', 'explore', 'analysis', 'shards'];
    const { output } = await build({
      input: {
        main: 'dist/cli/program/main.js',
        quests: 'dist/node.js',
        figure: 'dist/entries/figure.js',
        ...Object.fromEntries(faces.map((face) => [face, `dist/entries/node/${face}.js`])),
        'node-worker': 'dist/backend/node-worker.js',
      },
      platform: 'node',
      external: INSTALLED,
      plugins: [BESIDE, DRAWN],
      output: {
        // Two folders below the root, as is every module that has addresses relative to its own.
        dir: 'dist/node',
        format: 'esm',
        chunkFileNames: '[name].js',
        codeSplitting: { groups: [{ name: 'shared', minShareCount: SHARED_BY }] },
        paths: besideBundle,
        // Names stay: people read those of functions where something fails.
        minify: {
          compress: { keepNames: { function: true, class: true } },
          mangle: { keepNames: true },
          codegen: { removeWhitespace: true },
        },
      },
      logLevel: 'silent',
    });
    // It needs a package, which may have been missing when this file was loaded.
    const { licences } = await import('./licences.mjs');
    writeFileSync('dist/node/LICENCES.txt', licences(output));
  },
};

/**
 * The package for a plain `<script type="module">`: the browser's entry with the packages it needs,
 * which a page without a bundler could not find. What is loaded only when it is needed stays a file
 * of its own.
 */
export const browser = {
  name: 'browser modules',
  inputs: INPUTS,
  outputs: () => filesUnder('dist/browser'),
  async make() {
    const { build } = await import('rolldown');
    const { output } = await build({
      input: {
        quests: 'dist/browser.js',
        figure: 'dist/entries/figure.js',
        ...Object.fromEntries(
          ['io', 'explore', 'analysis', 'workers'].map((face) => [face, `dist/entries/browser/${face}.js`]),
        ),
        'browser-worker': 'dist/backend/browser-worker.js',
      },
      platform: 'browser',
      plugins: [BESIDE],
      // As deep as dist/backend, so that addresses relative to a module stay right.
      output: {
        dir: 'dist/browser',
        format: 'esm',
        chunkFileNames: '[name].js',
        paths: besideBundle,
        minify: true,
      },
      logLevel: 'silent',
    });
    const { licences } = await import('./licences.mjs');
    writeFileSync('dist/browser/LICENCES.txt', licences(output));
  },
};
