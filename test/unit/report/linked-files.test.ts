import { describe, expect, it } from 'vitest';
import { linkedFiles } from '../../../ts/report/living/linked-files.js';
import { gunzipped, gzipped } from '../../../ts/report/living/gzip.js';

function page(files: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
}

describe('files of the page that become blobs', () => {
  it('name each other by a function, and by a table where imports are static, those first', () => {
    const files = linkedFiles(
      page({
        'assets/index-1.js': 'const a=()=>import(`./late-2.js`);export{a}',
        'assets/late-2.js': 'import{a}from"./index-1.js";import"./side-3.js";a("./not-a-file.js")',
        'assets/side-3.js':
          'new Worker(new URL(new URL(`w.worker-4.js`,import.meta.url).href,``+import.meta.url))',
        'assets/w.worker-4.js': "fetch(new URL('m-5.wasm', import.meta.url))",
        'assets/m-5.wasm': '\0asm',
        'assets/style-6.css': 'a{}',
        'LICENCES.txt': 'MIT',
        'index.html': '<p>',
      }),
    );
    const texts = Object.fromEntries(files.map(({ path, text }) => [path, text]));
    expect(files.map(({ path }) => path).sort()).toEqual([
      'LICENCES.txt',
      'assets/index-1.js',
      'assets/late-2.js',
      'assets/m-5.wasm',
      'assets/side-3.js',
      'assets/w.worker-4.js',
    ]);
    const order = files.map(({ path }) => path);
    expect(order.indexOf('assets/side-3.js')).toBeLessThan(order.indexOf('assets/late-2.js'));
    expect(texts['assets/index-1.js']).toBe('const a=()=>import(questsFile("assets/late-2.js"));export{a}');
    expect(files.find(({ path }) => path === 'assets/late-2.js')?.imports).toEqual({
      './index-1.js': 'assets/index-1.js',
      './side-3.js': 'assets/side-3.js',
    });
    expect(texts['assets/side-3.js']).toContain(
      'new URL(new URL(questsFile("assets/w.worker-4.js"),import.meta.url).href,``+import.meta.url)',
    );
    expect(texts['assets/w.worker-4.js']).toBe(
      'fetch(new URL(questsFile("assets/m-5.wasm"),import.meta.url))',
    );
    expect(files.find(({ path }) => path === 'assets/m-5.wasm')).toMatchObject({
      type: 'application/wasm',
      base64: btoa('\0asm'),
    });
  });

  it('are refused where one names another in a way that is not known, or itself', () => {
    const named = { 'assets/a-1.js': 'load("b-2.js")', 'assets/b-2.js': '' };
    expect(() => linkedFiles(page(named))).toThrow(/^INVALID_FILE|assets\/a-1\.js of the page names b-2\.js/);
    const circle = { 'assets/a-1.js': 'import"./b-2.js"', 'assets/b-2.js': 'import"./a-1.js"' };
    expect(() => linkedFiles(page(circle))).toThrow(/assets\/a-1\.js of the page imports itself/);
  });
});

it('is compressed text that comes back, whatever its letters', async () => {
  const text = 'δH ≥ ε \u{1f9ca} '.repeat(1000);
  const bytes = await gzipped(text);
  expect(bytes.length).toBeLessThan(1000);
  expect(await gunzipped(bytes)).toBe(text);
});
