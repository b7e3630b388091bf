import { readFileSync } from 'node:fs';

/**
 * The public entry points, as `exports` of package.json names them, each file once. `name` is what
 * a user imports, `types` the declarations in dist/, `source` the file in ts/ that they are made
 * from.
 */
export function entryPoints() {
  const { name: packageName, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const found = new Map();
  for (const [path, entry] of Object.entries(exports)) {
    for (const { conditions, types } of declarations(entry)) {
      const name = [packageName + path.slice(1), ...conditions].join(' ');
      if (!found.has(types)) found.set(types, { name, types, source: sourceOf(types) });
    }
  }
  return [...found.values()];
}

/** The declarations that an entry leads to, each with the conditions on its way. */
function declarations(entry, conditions = []) {
  if (typeof entry === 'string') return [];
  const nested = Object.entries(entry).filter(([, value]) => typeof value !== 'string');
  return [
    ...(entry.types === undefined ? [] : [{ conditions, types: entry.types }]),
    ...nested.flatMap(([condition, value]) => declarations(value, [...conditions, condition])),
  ];
}

function sourceOf(types) {
  return types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'ts/$1.ts');
}
