import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const RULES = resolve('scripts/lint/direction.mjs');

/** The folders of ts/ by layer, lowest first, and the rule of each layer. */
const LAYERS = [
  { rule: 'base-never-import-up', folders: ['base'] },
  { rule: 'statistics-model-backend-never-import-up', folders: ['statistics', 'model', 'backend'] },
  { rule: 'run-never-import-up', folders: ['run'] },
  { rule: 'readers-never-import-up', folders: ['io'] },
  { rule: 'descriptor-geometry-kernel-never-import-up', folders: ['descriptor', 'geometry', 'kernel'] },
  {
    rule: 'subjects-never-import-up',
    folders: ['entropy', 'coverage', 'select', 'carve', 'nuclei', 'trajectory', 'phase-line', 'uncertainty'],
  },
  { rule: 'figure-explore-never-import-up', folders: ['figure', 'explore'] },
  {
    rule: 'report-explorer-serve-shards-never-import-up',
    folders: ['report', 'explorer', 'live', 'serve', 'shards'],
  },
];
const FOLDERS = LAYERS.flatMap(({ folders, rule }, layer) =>
  folders.map((folder) => ({ folder, layer, rule })),
);

/** A file with one import, and the rules it offends. */
interface Planted {
  file: string;
  imports: string;
  rules: string[];
}

/** Every folder imports from every other. */
const BETWEEN_FOLDERS: Planted[] = FOLDERS.flatMap((from) =>
  FOLDERS.map((to) => {
    const rules = to.layer > from.layer ? [from.rule] : [];
    if (from.folder === 'figure' && to.folder === 'explore') rules.push('figure-knows-nothing-of-explore');
    return { file: `ts/${from.folder}/to-${to.folder}.ts`, imports: `ts/${to.folder}/file.ts`, rules };
  }),
);

const OTHERS: Planted[] = [
  {
    file: 'ts/report/to-command-line.ts',
    imports: 'ts/cli/session/options.ts',
    rules: ['report-explorer-serve-shards-never-import-up'],
  },
  {
    file: 'ts/kernel/to-entry-point.ts',
    imports: 'ts/index.ts',
    rules: ['folders-never-import-entry-points'],
  },
  {
    file: 'ts/figure.ts',
    imports: 'ts/cli/session/options.ts',
    rules: ['entry-points-never-import-the-command-line'],
  },
  {
    file: 'ts/cli/commands/to-kernel.ts',
    imports: 'ts/kernel/file.ts',
    rules: ['the-command-line-uses-entry-points-and-base'],
  },
  {
    file: 'ts/cli/commands/to-command.ts',
    imports: 'ts/cli/commands/entropy.ts',
    rules: ['commands-never-import-each-other'],
  },
  {
    file: 'ts/cli/session/to-runs.ts',
    imports: 'ts/cli/runs/sharding.ts',
    rules: ['the-command-line-session-is-lowest'],
  },
  {
    file: 'ts/cli/runs/to-program.ts',
    imports: 'ts/cli/program/failures.ts',
    rules: ['command-line-runs-never-import-up'],
  },
  {
    file: 'ts/cli/commands/to-program.ts',
    imports: 'ts/cli/program/failures.ts',
    rules: ['commands-never-import-the-program'],
  },
  {
    file: 'apps/web/src/to-kernel.ts',
    imports: 'ts/kernel/file.ts',
    rules: ['the-page-and-benchmarks-import-the-package-by-name'],
  },
  {
    file: 'bench/cases/to-entry-point.ts',
    imports: 'ts/node.ts',
    rules: ['the-page-and-benchmarks-import-the-package-by-name'],
  },
  {
    file: 'ts/cli/program/to-page.ts',
    imports: 'apps/web/src/page.ts',
    rules: ['nothing-imports-the-page-or-benchmarks'],
  },
  { file: 'ts/explore.ts', imports: 'ts/utils/drawer.ts', rules: ['every-folder-has-its-layer'] },
  { file: 'ts/shards.ts', imports: 'ts/flat.ts', rules: ['only-entry-points-lie-flat'] },
  // A circle is reported at one of its files.
  { file: 'ts/model/that.ts', imports: 'ts/model/this.ts', rules: ['no-circle'] },
  { file: 'ts/model/this.ts', imports: 'ts/model/that.ts', rules: [] },
  { file: 'bench/cases/that.ts', imports: 'bench/cases/this.ts', rules: ['no-circle'] },
  { file: 'bench/cases/this.ts', imports: 'bench/cases/that.ts', rules: [] },
  { file: 'apps/web/src/that.ts', imports: 'apps/web/src/this.ts', rules: ['no-circle'] },
  { file: 'apps/web/src/this.ts', imports: 'apps/web/src/that.ts', rules: [] },
  { file: 'ts/run/to-nowhere.ts', imports: 'ts/base/absent.ts', rules: ['every-import-is-found'] },
  // What is allowed.
  { file: 'ts/faces/list.ts', imports: 'ts/kernel/file.ts', rules: [] },
  { file: 'ts/node.ts', imports: 'ts/index.ts', rules: [] },
  { file: 'ts/index.ts', imports: 'ts/kernel/file.ts', rules: [] },
  { file: 'ts/io/index.ts', imports: 'ts/descriptor/file.ts', rules: [] },
  { file: 'ts/cli/program/main.ts', imports: 'ts/cli/commands/entropy.ts', rules: [] },
  { file: 'ts/cli/commands/to-session.ts', imports: 'ts/cli/session/options.ts', rules: [] },
  { file: 'ts/cli/commands/to-entry-point.ts', imports: 'ts/node.ts', rules: [] },
  { file: 'ts/cli/commands/to-readers.ts', imports: 'ts/io/index.ts', rules: [] },
  { file: 'ts/cli/commands/to-base.ts', imports: 'ts/base/file.ts', rules: [] },
];

const EMPTY = [
  ...FOLDERS.map(({ folder }) => `ts/${folder}/file.ts`),
  'ts/cli/session/options.ts',
  'ts/cli/runs/sharding.ts',
  'ts/cli/commands/entropy.ts',
  'ts/cli/program/failures.ts',
  'apps/web/src/page.ts',
  'ts/utils/drawer.ts',
  'ts/flat.ts',
];

const EXPORTS = {
  '.': { browser: { types: './dist/browser.d.ts' }, types: './dist/node.d.ts', default: './dist/node.js' },
  './io': { types: './dist/io/index.d.ts' },
  './figure': { types: './dist/figure.d.ts' },
  './explore': { types: './dist/explore.d.ts' },
  './shards': { types: './dist/shards.d.ts' },
  './package.json': './package.json',
};

/** The ways to name a type or value of another file. */
const SPELLINGS: Record<string, (path: string) => string> = {
  import: (path) => `import { a } from '${path}';\nexport const b = a;\n`,
  'import type': (path) => `import type { A } from '${path}';\nexport type B = A;\n`,
  export: (path) => `export { a } from '${path}';\n`,
  'export type': (path) => `export type { A } from '${path}';\n`,
  'dynamic import': (path) => `export const b = () => import('${path}');\n`,
  'type of an import': (path) => `export type B = import('${path}').A;\n`,
};

let house: string;
let broken: Map<string, Set<string>>;

beforeAll(async () => {
  house = mkdtempSync(join(tmpdir(), 'quests-direction-'));
  symlinkSync(resolve('node_modules'), join(house, 'node_modules'));
  put('tsconfig.base.json', readFileSync('tsconfig.base.json', 'utf8'));
  put('package.json', JSON.stringify({ name: 'quests', type: 'module', exports: EXPORTS }));
  for (const file of EMPTY) put(file, 'export type A = number;\nexport const a: A = 0;\n');
  for (const { file, imports } of [...BETWEEN_FOLDERS, ...OTHERS]) {
    put(file, `import type { A } from '${pathTo(file, imports)}';\nexport type B = A;\n`);
  }
  for (const [name, spelling] of Object.entries(SPELLINGS)) {
    const file = fileOf(name);
    put(file, spelling(pathTo(file, 'ts/kernel/file.ts')));
  }
  broken = await offences();
});

afterAll(() => {
  rmSync(house, { recursive: true });
});

describe('imports of the folders', () => {
  for (const { folder, layer } of FOLDERS) {
    it(`${folder} imports its own layer and those below`, () => {
      const planted = BETWEEN_FOLDERS.filter(({ file }) => file.startsWith(`ts/${folder}/`));
      const allowed = planted.filter(({ file }) => !broken.has(file)).map(({ imports }) => imports);
      const expected = FOLDERS.filter((other) => other.layer <= layer)
        .filter((other) => folder !== 'figure' || other.folder !== 'explore')
        .map((other) => `ts/${other.folder}/file.ts`);
      expect(allowed).toEqual(expected);
    });
  }
});

describe('rules of imports', () => {
  it('break in no other way than was planted', () => {
    const expected = [...BETWEEN_FOLDERS, ...OTHERS].filter(({ rules }) => rules.length > 0);
    const planted = new Map(expected.map(({ file, rules }) => [file, new Set(rules)]));
    for (const name of Object.keys(SPELLINGS)) {
      planted.set(fileOf(name), new Set(['statistics-model-backend-never-import-up']));
    }
    expect(broken).toEqual(planted);
  });

  it('have an offence each', async () => {
    const { default: config } = (await import(RULES)) as {
      default: { forbidden: { name: string }[] };
    };
    const fired = new Set([...broken.values()].flatMap((rules) => [...rules]));
    expect([...fired].sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  });

  for (const name of Object.keys(SPELLINGS)) {
    it(`see ${name}`, () => {
      expect(broken.get(fileOf(name))).toEqual(new Set(['statistics-model-backend-never-import-up']));
    });
  }
});

/** The file with one spelling of an import that points up. */
function fileOf(spelling: string): string {
  return `ts/statistics/${spelling.replaceAll(' ', '-')}.ts`;
}

function put(file: string, content: string): void {
  const path = join(house, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The path of an import as it is written. */
function pathTo(file: string, imports: string): string {
  const path = relative(dirname(file), imports).replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

/** The rules that each planted file breaks. */
async function offences(): Promise<Map<string, Set<string>>> {
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = ['--config', RULES, '--output-type', 'json', 'ts', 'apps', 'bench'];
  const printed = await new Promise<string>((done) => {
    // It ends with the number of offences.
    execFile(process.execPath, [program, ...args], { cwd: house, maxBuffer: 2 ** 26 }, (_, stdout) => {
      done(stdout);
    });
  });
  const { summary } = JSON.parse(printed) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  const found = new Map<string, Set<string>>();
  for (const { from, rule } of summary.violations) {
    found.set(from, (found.get(from) ?? new Set()).add(rule.name));
  }
  return found;
}
