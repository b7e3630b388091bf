// node scripts/surface.mjs: writes what each public entry point exports into docs/api; `--check`
// fails where that is old. `--folder FOLDER` is another place for it. Needs the build.
import { parseArgs } from 'node:util';

import { script } from './build/stage.mjs';
import { checkSurface, writeSurface } from './docs/surface.mjs';

await script(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, folder: { type: 'string' } } });
  if (values.check) await checkSurface(values.folder);
  else process.stdout.write(`${await writeSurface(values.folder)}\n`);
});
