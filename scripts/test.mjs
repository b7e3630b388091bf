// npm test: sets up whatever is missing, then runs every test. With CI set, a skipped test is a failure.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

import { everything } from './build/everything.mjs';
import { program } from './build/packages.mjs';
import { targetFolder } from './build/parts.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';

const REPORT = 'build/vitest.json';

await script(async () => {
  await everything();
  const totals = { passed: 0, skipped: [] };

  await stage('Rust tests', async (note) => {
    const output = await run('cargo', ['test', '--workspace', '--locked', '--target-dir', targetFolder]);
    const passed = [...output.matchAll(/^test result: ok\. (\d+) passed/gm)].reduce(
      (n, m) => n + Number(m[1]),
      0,
    );
    totals.passed += passed;
    note(`${passed} passed`);
  });

  const tsc = program('typescript', 'tsc');
  await stage('types', () => run(process.execPath, [tsc, '-p', 'tsconfig.json']));
  await stage('types of the page', () => run(process.execPath, [tsc, '-p', 'apps/web']));
  await stage('types of the bindings', () => run(process.execPath, [tsc, '-p', 'test/types']));

  await stage('TypeScript tests', async (note) => {
    mkdirSync('build', { recursive: true });
    rmSync(REPORT, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
    await run(process.execPath, [program('vitest', 'vitest'), 'run', ...reporters]);
    const report = JSON.parse(readFileSync(REPORT, 'utf8'));
    totals.passed += report.numPassedTests;
    for (const { assertionResults } of report.testResults) {
      for (const { status, fullName } of assertionResults) {
        if (status !== 'passed') totals.skipped.push(fullName);
      }
    }
    note(`${report.numPassedTests} passed`);
  });

  for (const name of totals.skipped) process.stdout.write(`skipped: ${name}\n`);
  process.stdout.write(`${totals.passed} passed, ${totals.skipped.length} skipped\n`);
  if (process.env.CI && totals.skipped.length > 0) throw new Missing('in CI a skipped test is a failure');
});
