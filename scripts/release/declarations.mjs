// The declarations of types that a package brings: those that its entries lead to. The compiler
// writes one for each module, and most are of modules that are bundled.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.js['"]/g;

/** The declarations that the entries of a manifest lead to. */
export function reachedDeclarations({ exports }) {
  const reached = new Set();
  const open = entriesOf(exports);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file) || !existsSync(file)) continue;
    reached.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      open.push(join(dirname(file), `${path}.d.ts`));
    }
  }
  return reached;
}

function entriesOf(exports) {
  if (typeof exports === 'string') return exports.endsWith('.d.ts') ? [join(exports)] : [];
  return Object.values(exports).flatMap(entriesOf);
}
