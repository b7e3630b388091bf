// Rules for dependency-cruiser, run by `npm run lint`: the scripts that npm runs start where no
// package is installed yet. They import packages where they use them, after `packages()` has
// installed them. test/lint/before-packages.test.ts plants offences.
import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Those of package.json, and those that .ci/run starts by themselves. */
const STARTED = [...Object.values(scripts), 'node scripts/release-addon.mjs'].flatMap(
  (command) => /scripts\/[\w-]+\.mjs/.exec(command) ?? [],
);

export default {
  forbidden: [
    {
      name: 'no-package-before-it-is-installed',
      comment: 'import it where it is used: await import(...)',
      severity: 'error',
      from: { path: `^(${STARTED.join('|').replaceAll('.', '\\.')})$` },
      to: { path: 'node_modules/', reachable: true },
    },
  ],
  options: { doNotFollow: { path: 'node_modules/' }, exclude: { dynamic: true } },
};
