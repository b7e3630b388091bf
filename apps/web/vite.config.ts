import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { defineConfig, type Plugin, type Rollup } from 'vite';
import { licences } from '../../scripts/build/licences.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'dist/page');
const SAMPLES = ['cu_crystal.xyz', 'cu_melt.xyz', 'cu_train.xyz', 'cu_test.xyz'];

function sourceLink(): string {
  const { homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { homepage?: string };
  return homepage === undefined ? '' : `<a href="${homepage}">Documents and source</a> · `;
}

const inputOf = (file: string): string => join(import.meta.dirname, file);

/** Scripts that are known by their names. */
const BY_NAME = ['living', 'explorer', 'sw'];

/** All files of the page, by their paths in its folder. */
function builtFiles(): readonly string[] {
  return readdirSync(OUT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(OUT, join(parentPath, name)).split(sep).join('/'))
    .sort();
}

/** The digest of files, as policies of pages write it. */
function digestOf(...files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(OUT, file)));
  return `sha256-${hash.digest('base64')}`;
}

/** All files that are built, those of the workers too, which are built apart. */
const built: (Rollup.OutputChunk | Rollup.OutputAsset)[] = [];
const collect: Plugin = {
  name: 'collect',
  generateBundle(_, bundle) {
    built.push(...Object.values(bundle));
  },
};

export default defineConfig({
  root: import.meta.dirname,
  // It works from any folder of any static host.
  base: './',
  worker: { format: 'es', plugins: () => [collect] },
  resolve: {
    alias: [
      // What words and pictures need comes without the engine and its readers: whoever computes
      // takes these from quests/io or quests/analysis.
      { find: /^quests$/, replacement: join(ROOT, 'dist/index.js') },
      { find: /^quests\/explore$/, replacement: join(ROOT, 'dist/faces/explore.js') },
      { find: /^quests\/figure$/, replacement: join(ROOT, 'dist/faces/figure.js') },
      { find: /^quests\/(\w+)$/, replacement: join(ROOT, 'dist/faces/browser/$1.js') },
    ],
  },
  build: {
    outDir: OUT,
    rolldownOptions: {
      input: {
        index: inputOf('index.html'),
        help: inputOf('help.html'),
        ...Object.fromEntries(BY_NAME.map((name) => [name, inputOf(`src/${name}.ts`)])),
      },
      output: {
        entryFileNames: ({ name }) => (BY_NAME.includes(name) ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    // What is loaded later names no addresses of its own: a living report has none.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  plugins: [
    collect,
    {
      name: 'link to the source',
      // A package that says where its source is gets a link to it.
      transformIndexHtml: (text) => text.replace('<!-- source -->', sourceLink()),
    },
    {
      name: 'samples and licences',
      closeBundle() {
        writeFileSync(join(OUT, 'LICENCES.txt'), licences(built));
        cpSync(join(import.meta.dirname, 'sets.json'), join(OUT, 'sets.json'));
        mkdirSync(join(OUT, 'samples'), { recursive: true });
        for (const file of SAMPLES) cpSync(join(ROOT, 'examples', file), join(OUT, 'samples', file));
        const files = builtFiles();
        writeFileSync(join(OUT, 'files.json'), `${JSON.stringify({ boot: digestOf('living.js'), files })}\n`);
        const worker = readFileSync(join(OUT, 'sw.js'), 'utf8');
        writeFileSync(join(OUT, 'sw.js'), worker.replace('VERSION_OF_THE_PAGE', digestOf(...files)));
      },
    },
  ],
});
