import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);

/** What the compiler writes for an import that is not deferred. */
const IMPORT = /^(?:import|export)(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;

it('the browser entry reaches no module of Node', () => {
  const reached = new Set<string>();
  const outside: string[] = [];
  const follow = (file: URL): void => {
    if (reached.has(file.href)) return;
    reached.add(file.href);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (specifier.startsWith('.')) follow(new URL(specifier, file));
      else outside.push(`${specifier} in ${file.href.slice(DIST.href.length)}`);
    }
  };
  follow(new URL('browser.js', DIST));
  expect(outside).toEqual([]);
  // The walk went somewhere: the core's facade is among what it saw.
  expect(reached).toContain(new URL('backend/wasm.js', DIST).href);
  expect(reached).toContain(new URL('entropy.js', DIST).href);
});
