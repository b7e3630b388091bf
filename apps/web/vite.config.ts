import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig } from 'vite';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'build/page');
const SAMPLES = ['cu_crystal.xyz', 'cu_melt.xyz', 'cu_train.xyz', 'cu_test.xyz'];

export default defineConfig({
  root: import.meta.dirname,
  // It works from any folder of any static host.
  base: './',
  worker: { format: 'es' },
  resolve: { alias: { quests: join(ROOT, 'dist/browser.js') } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  plugins: [
    {
      name: 'samples',
      closeBundle() {
        mkdirSync(join(OUT, 'samples'), { recursive: true });
        for (const file of SAMPLES) cpSync(join(ROOT, 'examples', file), join(OUT, 'samples', file));
      },
    },
  ],
});
