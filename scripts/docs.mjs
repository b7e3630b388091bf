// npm run docs: writes into the documentation what the code knows: the table of formats, and what the commands in its
// pages print. Needs the build. `-- PAGE …` does some pages only; `-- --check` writes nothing and fails where one is old.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Missing, script } from './build/stage.mjs';
import { firstDifference, withRuns } from './docs/runs.mjs';

const FORMATS = 'docs/formats.md';

await script(async () => {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (!existsSync('dist/command/main.js')) throw new Missing('dist/ is missing: run npm run build');
  const { formatsTable, withTable } = await import('../dist/io/files/formats-table.js');
  const all = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const pages = positionals.length > 0 ? positionals : all.map((name) => `docs/${name}`);
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
});
