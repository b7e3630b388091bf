// The licences of npm packages, as the lockfile names them: nothing is asked of the network.
import { readFileSync } from 'node:fs';

import satisfies from 'spdx-satisfies';

import { Missing } from '../build/stage.mjs';

/** Those that ask for no more than their text in what we ship. */
const SHIPPED = ['MIT', 'Apache-2.0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0'];

/** For tools, which only run here: copyleft by file, and lists of data. */
const TOOLS = [...SHIPPED, 'MPL-2.0', 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'Python-2.0', 'PSF-2.0'];

/** Tools in package.json, but part of the page that we ship. */
const IN_THE_PAGE = ['three'];

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
    const allowed = dev && !IN_THE_PAGE.includes(name) ? TOOLS : SHIPPED;
    if (license !== undefined && isAllowed(license, allowed)) return [];
    return [`${name}: licence ${license ?? 'unknown'}, expected one of ${allowed.join(', ')}`];
  });
}

function isAllowed(licence, allowed) {
  try {
    return satisfies(licence, allowed);
  } catch {
    // No expression of SPDX: for a person to read.
    return false;
  }
}
