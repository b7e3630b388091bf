// npm run docs: writes into the documentation what the code knows: the table of formats, what the
// commands in its pages print, the public surface (docs/api), and the reference in HTML
// (build/api). Needs the build. `-- PAGE …` does some pages only; `-- --check` writes nothing and
// fails where a page or the surface is old.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Missing, script, stage } from './build/stage.mjs';
import { writeReference } from './docs/reference.mjs';
import { firstDifference, withRuns } from './docs/runs.mjs';
import { checkSurface, writeSurface } from './docs/surface.mjs';

const FORMATS = 'docs/formats.md';

await script(async () => {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (!existsSync('dist/node/main.js')) throw new Missing('dist/ is missing: run npm run build');
  const { formatsTable, withTable } = await import('../dist/io/files/formats-table.js');
  const all = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const every = ['README.md', ...all.map((name) => `docs/${name}`), 'apps/site/gallery.md'];
  const pages = positionals.length > 0 ? positionals : every;
  for (const file of pages) {
    const page = readFileSync(file, 'utf8');
    const now = withRuns(file === FORMATS ? withTable(page, formatsTable()) : page);
    if (!values.check) {
      if (now !== page) writeFileSync(file, now);
      continue;
    }
    const difference = firstDifference(page, now);
    if (difference === undefined) continue;
    const { line, expected, found } = difference;
    throw new Missing(`${file}:${line} says "${expected}", but it is "${found}": npm run docs`);
  }
  if (positionals.length > 0) return;
  if (values.check) {
    await stage('public surface', () => checkSurface());
    return;
  }
  await stage('public surface', async (note) => note(await writeSurface()));
  await stage('reference', writeReference);
});
