import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { build, createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';

import { descriptors, entropy } from '../../ts/node.js';
import { type Browser, hasChromium, startChromium, withoutChromium } from '../support/browser/chromium.js';
import { serve } from '../support/browser/serve.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** 216 atoms, rattled: more than one step of a job, so that workers are started. */
const ATOMS = 216;
const positions = Float64Array.from(
  { length: 3 * ATOMS },
  (_, at) => 2.5 * (Math.floor(Math.floor(at / 3) / 6 ** (at % 3)) % 6) + 0.3 * Math.sin(12.9898 * at) ** 3,
);
const FRAMES = 40;
const cell = [15, 0, 0, 0, 15, 0, 0, 0, 15];
const structures = Array.from({ length: FRAMES }, (_, frame) => ({
  positions: positions.map((value, at) => value + 0.1 * Math.sin(frame * 7.1 + at)),
  cell,
}));

/** What the page does: the same structures, the same calls. */
const pageSource = (from: string): string => `
import { descriptors, entropy, loadBackend } from '${from}';
const positions = Float64Array.from({ length: ${3 * ATOMS} }, (_, at) =>
  2.5 * (Math.floor(Math.floor(at / 3) / 6 ** (at % 3)) % 6) + 0.3 * Math.sin(12.9898 * at) ** 3);
const structures = Array.from({ length: ${FRAMES} }, (_, frame) => ({
  positions: positions.map((value, at) => value + 0.1 * Math.sin(frame * 7.1 + at)),
  cell: [15, 0, 0, 0, 15, 0, 0, 0, 15],
}));
globalThis.compute = async (threads) => {
  const { name, core } = await loadBackend();
  core.setThreads(threads);
  const x = await descriptors(structures);
  const engine = { name, simd: core.simd(), threads: core.threads() };
  return { ...engine, isolated: crossOriginIsolated, entropy: await entropy(x) };
};
`;

/** The same in a worker, with workers that the page lends it. */
const lending = (from: string): { worker: string; page: string } => ({
  worker: `${pageSource(from)}
import { borrowWorkers } from '${from.replace('quests.js', 'workers.js')}';
self.onmessage = async ({ data }) => {
  if (data instanceof MessagePort) {
    borrowWorkers(data);
    return;
  }
  try {
    self.postMessage({ report: await compute(data) });
  } catch ({ message }) {
    self.postMessage({ message });
  }
};
`,
  page: `
import { lendWorkers } from '${from.replace('quests.js', 'workers.js')}';
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
globalThis.end = lendWorkers(worker);
globalThis.compute = (threads) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data: { report, message } }) =>
    message === undefined ? resolve(report) : reject(new Error(message));
  worker.postMessage(threads);
});
`,
});

interface Report {
  readonly name: string;
  readonly simd: string;
  readonly threads: number;
  readonly isolated: boolean;
  readonly entropy: number;
}

describe.runIf(hasChromium || process.env.CI)(`the package in Chromium${withoutChromium}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-pages-'));
  let browser: Browser;
  let expected: number;

  beforeAll(async () => {
    browser = await startChromium();
    expected = await entropy(await descriptors(structures));
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A project with the package in its node_modules, as npm lays it out. */
  function project(name: string, from: string, script: string): string {
    const root = join(folder, name);
    const home = join(root, 'node_modules/quests');
    mkdirSync(home, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(home, 'package.json'));
    cpSync(join(ROOT, 'dist'), join(home, 'dist'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, name, 'node_modules/quests/node_modules'));
    writeFileSync(join(root, 'page.js'), pageSource(from));
    writeFileSync(join(root, 'index.html'), `<!doctype html><title>page</title>${script}`);
    return root;
  }

  async function check(root: string, isolated: boolean): Promise<void> {
    const server = await serve(root, { isolated });
    await checkServed(server, isolated);
  }

  async function checkServed(
    server: { readonly url: string; close(): Promise<void> },
    isolated: boolean,
  ): Promise<void> {
    const page = await browser.context.newPage();
    try {
      const failures: string[] = [];
      page.on('pageerror', ({ message }) => failures.push(message));
      await page.goto(server.url);
      await page.waitForFunction(() => 'compute' in globalThis);
      for (const threads of [0, 1, 2]) {
        const report = await page.evaluate<Report, number>(
          (count) => (globalThis as unknown as { compute: (n: number) => Promise<Report> }).compute(count),
          threads,
        );
        expect(report).toMatchObject({ name: 'wasm', simd: 'simd128', isolated });
        expect(report.threads).toBe(threads === 0 ? report.threads : threads);
        expect(Math.abs(report.entropy - expected)).toBeLessThan(1e-12 * Math.max(1, expected));
      }
      expect(failures).toEqual([]);
    } finally {
      await page.close();
      await server.close();
    }
  }

  const MODULE = '<script type="module" src="./page.js"></script>';

  it('gives the numbers of Node from a plain script, with and without cross-origin isolation', async () => {
    const root = project('plain', './node_modules/quests/dist/browser/quests.js', MODULE);
    await check(root, false);
    await check(root, true);
  });

  it('gives the numbers of Node from Vite', async () => {
    const root = project('vite', 'quests', MODULE);
    await build({ root, configFile: false, logLevel: 'silent', base: './' });
    await check(join(root, 'dist'), false);
  });

  it('gives the numbers of Node from the development server of Vite, without settings', async () => {
    const root = project('development', 'quests', MODULE);
    const server = await createServer({
      root,
      configFile: false,
      logLevel: 'silent',
      cacheDir: join(root, 'cache'),
      server: { port: 0, hmr: false },
    });
    await server.listen();
    const [url = ''] = server.resolvedUrls?.local ?? [];
    await checkServed({ url, close: () => server.close() }, false);
  });

  it('gives the numbers of Node from a bundler that knows no addresses, and leaves it outside', async () => {
    const imports = '{ "imports": { "quests": "./node_modules/quests/dist/browser/quests.js" } }';
    const map = `<script type="importmap">${imports}</script>`;
    const script = '<script type="module" src="./bundle/page.js"></script>';
    const root = project('outside', 'quests', `${map}${script}`);
    const bundle = await rolldown({ input: join(root, 'page.js'), external: ['quests'], logLevel: 'silent' });
    await bundle.write({ dir: join(root, 'bundle') });
    await check(root, false);
  });

  it('gives the numbers of Node in a worker, with workers that the page lends it', async () => {
    const from = './node_modules/quests/dist/browser/quests.js';
    const root = project('lending', from, MODULE);
    const { worker, page } = lending(from);
    writeFileSync(join(root, 'worker.js'), worker);
    writeFileSync(join(root, 'page.js'), page);
    await check(root, false);
    // One that cannot be started is said, as is one of the worker's own.
    rmSync(join(root, 'node_modules/quests/dist/browser/browser-worker.js'));
    await expect(check(root, false)).rejects.toThrow(
      'a worker of the wasm backend failed: its script cannot be loaded; one thread',
    );
  });

  it('gives the numbers of Node from webpack', async () => {
    const root = project('webpack', 'quests', '<script src="./dist/main.js"></script>');
    await new Promise<void>((done, fail) => {
      webpack(
        {
          context: root,
          mode: 'production',
          // Names may stay as they are: shortening those of the library for plots takes longer than
          // all else.
          optimization: { minimize: false },
          entry: './page.js',
          output: { path: join(root, 'dist') },
        },
        (error, stats) => {
          if (error) fail(error);
          else if (stats?.hasErrors()) fail(new Error(stats.toString('errors-only')));
          else done();
        },
      );
    });
    await check(root, false);
  });
});
