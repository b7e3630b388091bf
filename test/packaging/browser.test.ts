import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, { browser?: { default: string } }>;
};

/** The entries for browsers, as package.json names them. */
const ENTRIES = Object.values(exports).flatMap(({ browser }) => browser?.default ?? []);

it('the browser entries are whole: they import nothing but what lies beside them', async () => {
  const outside: string[] = [];
  const bundle = await rolldown({
    input: ENTRIES.map((entry) => join(ROOT, entry)),
    platform: 'browser',
    external: (id, importer) => {
      const isOutside = importer !== undefined && !/^\.{0,2}\//.test(id) && !id.startsWith('\0');
      if (isOutside) outside.push(`${id} in ${importer}`);
      return isOutside;
    },
  });
  const { output } = await bundle.generate();
  const reached = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  expect(ENTRIES.length).toBeGreaterThan(3);
  expect(outside).toEqual([]);
  // The walk went somewhere: the module's bindings and what draws are among what it saw.
  expect(reached).toContain(join(ROOT, 'dist/wasm/quests_wasm.js'));
  expect(reached).toContain(join(ROOT, 'dist/browser/draw.js'));
});
