// Which folder may import which: rules for dependency-cruiser, run by `npm run lint`.
// test/lint/direction.test.ts plants an offence against each.
import { entryPoints } from '../docs/entry-points.mjs';

/**
 * The folders of ts/ by layer, lowest first. A folder imports from its own layer and from those
 * below.
 */
const LAYERS = {
  base: ['base'],
  'statistics-model-backend': ['statistics', 'model', 'backend'],
  run: ['run'],
  // Readers know structures and tables, never a subject; a subject reads its tables with them.
  readers: ['io'],
  'descriptor-geometry-kernel': ['descriptor', 'geometry', 'kernel'],
  subjects: ['entropy', 'coverage', 'select', 'carve', 'nuclei', 'trajectory', 'phase-line', 'uncertainty'],
  'figure-explore': ['figure', 'explore'],
  'report-explorer-serve-shards': ['report', 'explorer', 'live', 'serve', 'shards', 'reference'],
};

const FOLDERS = Object.values(LAYERS).flat();

/**
 * The public entry points by their types, as package.json names them, what they share, and what
 * runs: the same names with arguments judged.
 */
const FACES = ['ts/index.ts', 'ts/node.ts', 'ts/browser.ts', ...entryPoints().map(({ source }) => source)];

/** Matches the files in some folders of ts/. */
const inFolders = (folders) => `^ts/(${folders.join('|')})/`;

/**
 * The entry points, and what those for Node and for browsers share, in ts/faces and ts/entries.
 */
const isFace = `^(${FACES.map((file) => file.replaceAll('.', '\\.')).join('|')}|ts/(faces|entries)/.*)$`;

/** `comment` is shown with an offence. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layerRules = Object.entries(LAYERS).map(([layer, folders], at, all) => {
  const allowed = all.slice(0, at + 1).flatMap(([, below]) => below);
  return rule(
    `${layer}-never-import-up`,
    `${folders.join(', ')} may import ${allowed.join(', ')} only`,
    // An entry point in a folder gathers names from everywhere; a rule of its own says who imports
    // it.
    { path: inFolders(folders), pathNot: isFace },
    { path: '^ts/[^/]+/', pathNot: [inFolders(allowed), isFace] },
  );
});

const houseRules = [
  rule(
    'folders-never-import-entry-points',
    'an entry point is for those outside: import the file that defines the name',
    { path: inFolders(FOLDERS), pathNot: isFace },
    { path: isFace },
  ),
  rule(
    'entry-points-never-import-the-command-line',
    'the library does not know its command line',
    { path: isFace },
    { path: '^ts/cli/' },
  ),
  rule(
    'figure-knows-nothing-of-explore',
    'a picture is drawn from data, whoever has them',
    { path: '^ts/figure/' },
    { path: '^ts/explore/' },
  ),
  rule(
    'the-command-line-uses-entry-points-and-base',
    'what a command needs, a user of the library needs too: make it public',
    { path: '^ts/cli/' },
    { path: '^ts/', pathNot: ['^ts/(cli|base)/', isFace] },
  ),
  rule(
    'commands-never-import-each-other',
    'what commands share is in ts/cli/session or ts/cli/runs',
    { path: '^ts/cli/commands/' },
    { path: '^ts/cli/commands/' },
  ),
  rule(
    'the-command-line-session-is-lowest',
    'ts/cli/session knows no runs, no commands and no program',
    { path: '^ts/cli/session/' },
    { path: '^ts/cli/(runs|commands|program)/' },
  ),
  rule(
    'command-line-runs-never-import-up',
    'ts/cli/runs knows the session, no commands and no program',
    { path: '^ts/cli/runs/' },
    { path: '^ts/cli/(commands|program)/' },
  ),
  rule(
    'commands-never-import-the-program',
    'the program lists its commands; they know the session and runs',
    { path: '^ts/cli/commands/' },
    { path: '^ts/cli/program/' },
  ),
  rule(
    'the-page-and-benchmarks-import-the-package-by-name',
    'they are users of the package like any other: import from quests',
    { path: '^(apps|bench)/' },
    { path: '^ts/' },
  ),
  rule(
    'nothing-imports-the-page-or-benchmarks',
    'they stand on top',
    { path: '^ts/' },
    { path: '^(apps|bench)/' },
  ),
  rule(
    'every-folder-has-its-layer',
    'a new folder of ts/ gets its layer in scripts/lint/direction.mjs',
    {},
    { path: '^ts/[^/]+/', pathNot: inFolders([...FOLDERS, 'faces', 'entries', 'cli']) },
  ),
  rule(
    'only-entry-points-lie-flat',
    'a file of ts/ that is no entry point belongs into a folder',
    {},
    { path: '^ts/[^/]+$', pathNot: isFace },
  ),
  rule('no-circle', 'files that import each other are one file', {}, { circular: true }),
  rule(
    'every-import-is-found',
    'an import that leads nowhere is one that no rule judges',
    {},
    // These are built, installed with the site, or beside the page where somebody has lammps.js:
    // they need not be there when sources are judged.
    {
      couldNotResolve: true,
      pathNot: ['dist/wasm/', '^quests(/|$)', '^vitepress(/|$)', '^\\./worker-host\\.js$'],
    },
  ),
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...layerRules, ...houseRules],
  options: {
    // Imports of types count: they say what a file has to know.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Packages and what is built are named, and not looked into.
    doNotFollow: { path: ['node_modules', '^dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['types', 'typings', 'module', 'main'],
    },
  },
};
