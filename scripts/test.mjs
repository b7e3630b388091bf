// npm test: sets up whatever is missing, then runs every test. npm run test:fast: Rust tests and
// those TypeScript tests that take no browser, no npm and no large data, in two minutes. With CI
// set, a skipped test is a failure.
import { parseArgs } from 'node:util';

import { everything } from './build/everything.mjs';
import { program } from './build/packages.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';
import { rustTests, Totals, typescriptTests } from './test/totals.mjs';

await script(async () => {
  const { values } = parseArgs({ options: { fast: { type: 'boolean', default: false } } });
  await everything();
  const totals = new Totals();
  await stage('Rust tests', async (note) => note(totals.add(await rustTests(values.fast))));
  if (!values.fast) {
    const tsc = program('typescript', 'tsc');
    for (const [of, project] of [
      ['types', 'tsconfig.json'],
      ['types of the page', 'apps/web'],
      ['types of the bindings', 'test/types'],
    ]) {
      await stage(of, () => run(process.execPath, [tsc, '-p', project]));
    }
  }
  await stage('TypeScript tests', async (note) => note(totals.add(await typescriptTests(values.fast))));

  process.stdout.write(totals.report());
  if (totals.failed > 0) throw new Missing('some tests failed');
  if (process.env.CI && totals.skipped > 0) throw new Missing('in CI a skipped test is a failure');
});
