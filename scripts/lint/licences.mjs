// The licences of npm packages, as the lockfile names them: nothing is asked of the network. What
// the bundles are made of is checked where they are made.
import { readFileSync } from 'node:fs';

import { isAllowed, SHIPPED } from '../build/licences.mjs';
import { Missing } from '../build/stage.mjs';

/** For tools, which only run here: copyleft by file, and lists of data. */
const TOOLS = [...SHIPPED, 'MPL-2.0', 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'Python-2.0', 'PSF-2.0'];

/** Fails where a package has another licence, or none. */
export function checkLicences() {
  const problems = problemsOf(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  if (problems.length > 0) throw new Missing(problems.join('\n'));
}

/** What is wrong with the licences of a lockfile, one line each. */
export function problemsOf({ packages }) {
  return Object.entries(packages).flatMap(([path, { license, dev }]) => {
    // The first entry is our own.
    if (path === '') return [];
    const name = path.replace(/^.*node_modules\//, '');
    const allowed = dev ? TOOLS : SHIPPED;
    if (license !== undefined && isAllowed(license, allowed)) return [];
    return [`${name}: licence ${license ?? 'unknown'}, expected one of ${allowed.join(', ')}`];
  });
}
