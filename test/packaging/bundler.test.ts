import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, expect, it } from 'vitest';
import { build } from 'vite';

const ENTRY = resolve(import.meta.dirname, '../../dist/browser/quests.js');
const folder = mkdtempSync(join(tmpdir(), 'quests-bundler-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('a bundler finds the module and the worker, and the page asks for them by their new names', async () => {
  writeFileSync(join(folder, 'index.html'), '<script type="module" src="./page.js"></script>');
  writeFileSync(join(folder, 'page.js'), `import { entropy } from ${JSON.stringify(ENTRY)}; entropy();`);
  await build({ root: folder, configFile: false, logLevel: 'silent' });
  const assets = readdirSync(join(folder, 'dist/assets'));
  const named = (pattern: RegExp): string => {
    const found = assets.filter((name) => pattern.test(name));
    expect(found, `${String(pattern)} among ${assets.join(', ')}`).toHaveLength(1);
    return found[0] ?? '';
  };
  const page = readFileSync(join(folder, 'dist/assets', named(/^index-.*\.js$/)), 'utf8');
  expect(page).toContain(named(/^browser-worker-.*\.js$/));
  expect(page).toContain(named(/^quests_wasm_bg-.*\.wasm$/));
});
