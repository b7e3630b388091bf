import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['README.md', ...readdirSync(`${ROOT}/docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** An entry of `exports`: a file, or what leads to one by conditions. */
type Entry = string | { readonly [condition: string]: Entry };

const { exports } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
  readonly exports: Readonly<Record<string, Entry>>;
};

/** Names that a sample imports, and from where. */
interface Import {
  readonly from: string;
  readonly names: readonly string[];
}

/** What the code samples of a page import from the package. */
function importsOf(page: string): Import[] {
  const samples = [...page.matchAll(/^```(?:js|ts|html)\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const imports = samples.flatMap((code) => [
    ...code.matchAll(/import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'(?:\.\/node_modules\/)?(quests[^']*)'/g),
  ]);
  return imports.map(([, names = '', from = '']) => ({
    from,
    names: names
      .split(',')
      .map((name) => name.trim().replace(/ as .*/, ''))
      .filter((name) => name !== ''),
  }));
}

/** The module of `ts/` behind a name that users import. */
function sourceOf(from: string): string {
  const found = exports[from.replace(/^quests/, '.')];
  if (found === undefined) throw new Error(`package.json exports no ${from}`);
  const types = typesOf(found);
  return `${ROOT}/${types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'ts/$1.ts')}`;
}

function typesOf(entry: Entry): string {
  if (typeof entry === 'string') throw new Error(`${entry} has no types`);
  const { types, node, browser } = entry;
  if (typeof types === 'string') return types;
  const only = node ?? browser;
  if (only === undefined) throw new Error('an entry point has no types');
  return typesOf(only);
}

const samples = PAGES.flatMap((page) =>
  importsOf(readFileSync(`${ROOT}/${page}`, 'utf8')).map((one) => ({ page, ...one })),
);

describe('the code samples of the documentation import what there is', () => {
  it('finds samples', () => {
    expect(samples.length).toBeGreaterThan(10);
    expect(importsOf("```ts\nimport { a, b as c } from 'quests/io';\n```\n")).toEqual([
      { from: 'quests/io', names: ['a', 'b'] },
    ]);
  });

  it.each(samples)('$page: $names from $from', async ({ from, names }) => {
    const source = sourceOf(from);
    expect(existsSync(source)).toBe(true);
    const exported = Object.keys((await import(pathToFileURL(source).href)) as object);
    expect(exported).toEqual(expect.arrayContaining([...names]));
  });
});

/** Names of the package that samples use without importing them would send readers looking. */
it.each(PAGES)('%s imports every function of the package that its samples call', async (page) => {
  const everyday = Object.keys(await import('../../ts/node.js'));
  for (const [, code = ''] of readFileSync(`${ROOT}/${page}`, 'utf8').matchAll(
    /^```(?:js|ts)\n([\s\S]*?)^```$/gm,
  )) {
    const imported = importsOf(`\`\`\`ts\n${code}\`\`\`\n`).flatMap(({ names }) => names);
    const called = [...code.matchAll(/(?<![.\w])(\w+)\(/g)].map(([, name = '']) => name);
    expect(called.filter((name) => everyday.includes(name) && !imported.includes(name))).toEqual([]);
    // Nor are there imports that nothing uses.
    const body = code.replaceAll(/^import[\s\S]*?;.*$/gm, '');
    expect(imported.filter((name) => !new RegExp(`\\b${name}\\b`).test(body))).toEqual([]);
  }
});
