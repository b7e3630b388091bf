// The pages of the site: the documents of the repository, where they lie in it.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

const DOCUMENTS = ['README.md', 'COMPARE.md', 'CHANGELOG.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const RESULTS = ['bench/RESULTS.md', 'bench/growth.svg'];
/** The public surface, which is for diffs: the reference in HTML says more. */
const NOT_SHOWN = /^docs\/api\//;

/** Puts the documents into a folder; a README is the index of its folder. */
export function gatherPages(folder) {
  rmSync(folder, { recursive: true, force: true });
  const docs = readdirSync('docs', { recursive: true }).map((name) => join('docs', name));
  const shown = docs.filter((file) => extname(file) !== '' && !NOT_SHOWN.test(file));
  for (const file of [...DOCUMENTS, ...RESULTS, ...shown]) put(file, join(folder, indexed(file)));
  put('apps/site/gallery.md', join(folder, 'gallery.md'));
}

function put(file, target) {
  mkdirSync(dirname(target), { recursive: true });
  if (extname(file) !== '.md') return cpSync(file, target);
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    target,
    text.replaceAll(/\]\(([^)]*)\)/g, (_, link) => `](${indexed(link)})`),
  );
}

/** A path or a link, where a README is the index of its folder. */
function indexed(path) {
  return path.replace(/(^|\/)README\.md(?=#|$)/, '$1index.md');
}
