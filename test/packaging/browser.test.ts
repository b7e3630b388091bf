import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);

/** What the compiler writes for an import that is not deferred. */
const IMPORT = /^(?:import|export)(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;

const manifest = new URL('../../package.json', import.meta.url);
const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
  dependencies: Record<string, string>;
};

/** The entries for browsers, as package.json names them. */
const ENTRIES = [
  'browser.js',
  'entries/figure.js',
  ...['io', 'explore', 'analysis'].map((face) => `entries/browser/${face}.js`),
];

it('the browser entries, and the packages they need, reach no module of Node', () => {
  const reached = new Set<string>();
  const outside: string[] = [];
  const follow = (file: URL): void => {
    if (reached.has(file.href)) return;
    reached.add(file.href);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const [name = ''] = specifier.split('/');
      if (specifier.startsWith('.')) follow(new URL(specifier, file));
      // A bundler, or an import map, finds packages; they have to be installed with this one.
      else if (name in dependencies) follow(new URL(import.meta.resolve(specifier)));
      else outside.push(`${specifier} in ${file.href.slice(DIST.href.length)}`);
    }
  };
  for (const entry of ENTRIES) follow(new URL(entry, DIST));
  expect(outside).toEqual([]);
  // The walk went somewhere: the core's facade is among what it saw, and a package.
  expect(reached).toContain(new URL('backend/wasm.js', DIST).href);
  expect(reached).toContain(new URL('entropy/entropy.js', DIST).href);
  expect([...reached].some((file) => file.includes('/node_modules/simple-statistics/'))).toBe(true);
});
