// npm run docs: writes into the documentation what the code knows: the table of formats. Needs the built dist/.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { Missing, script } from './build/stage.mjs';

const PAGE = 'docs/formats.md';

await script(async () => {
  if (!existsSync('dist/io/formats-table.js')) throw new Missing('dist/ is missing: run npm run build');
  const { formatsTable, withTable } = await import('../dist/io/formats-table.js');
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), formatsTable()));
});
