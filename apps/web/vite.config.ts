import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig, type Plugin, type Rollup } from 'vite';
import { licences } from '../../scripts/build/licences.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'dist/page');
const SAMPLES = ['cu_crystal.xyz', 'cu_melt.xyz', 'cu_train.xyz', 'cu_test.xyz'];

function sourceLink(): string {
  const { homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { homepage?: string };
  return homepage === undefined ? '' : `<a href="${homepage}">Documents and source</a> · `;
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
      { find: /^quests$/, replacement: join(ROOT, 'dist/browser.js') },
      { find: /^quests\/figure$/, replacement: join(ROOT, 'dist/faces/figure.js') },
      { find: /^quests\/(\w+)$/, replacement: join(ROOT, 'dist/faces/browser/$1.js') },
    ],
  },
  build: {
    outDir: OUT,
    rolldownOptions: {
      input: ['index.html', 'help.html'].map((file) => join(import.meta.dirname, file)),
    },
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
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
      },
    },
  ],
});
