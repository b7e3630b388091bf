import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quests-scripts-'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'scripts'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The scripts that load a package too early, where these are the scripts. */
async function early(scripts: Record<string, string>): Promise<string[]> {
  const started = Object.keys(scripts).filter((name) => name !== 'build');
  const commands = Object.fromEntries(started.map((name) => [name, `node scripts/${name}.mjs`]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: commands }));
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, 'scripts', `${name}.mjs`), text);
  }
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const rules = resolve('scripts/lint/before-packages.mjs');
  const args = ['--config', rules, '--output-type', 'json', 'scripts'];
  const printed = await new Promise<string>((done) => {
    // It ends with the number of offences.
    execFile(process.execPath, [program, ...args], { cwd: folder, maxBuffer: 2 ** 26 }, (_, stdout) => {
      done(stdout);
    });
  });
  const { summary } = JSON.parse(printed) as { summary: { violations: { from: string }[] } };
  return summary.violations.map(({ from }) => from).sort();
}

it('finds scripts that load a package before it is installed', async () => {
  const scripts = {
    build: "import satisfies from 'spdx-satisfies';\nexport const a = satisfies;\n",
    start: "import { a } from './build.mjs';\na();\n",
    test: "import 'spdx-satisfies';\n",
    lint: "const { a } = await import('./build.mjs');\na();\n",
    docs: "import 'node:fs';\n",
  };
  expect(await early(scripts)).toEqual(['scripts/start.mjs', 'scripts/test.mjs']);
});
