import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  scripts: Record<string, string>;
  optionalDependencies?: unknown;
};

const { PACKAGE_LIMIT, WASM_LIMIT } = (await import(join(ROOT, 'scripts/release/limits.mjs'))) as {
  PACKAGE_LIMIT: number;
  WASM_LIMIT: number;
};

let folder = '';
let tarballs: { main: string; addon: string };

/** Bytes and packages that an installation takes at the most, on one platform. */
const INSTALLED_LIMIT = 20_000_000;
const PACKAGES_LIMIT = 15;

/** Before it there are no disposable resources. */
const OLDEST_TYPESCRIPT = '5.2.2';

/** What the consumers print. */
interface Report {
  backend: string;
  entropy: number;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quests-packaging-'));
  run(ROOT, process.execPath, 'scripts/pack.mjs', folder);
  const { version } = manifest;
  // The name of the platform package is that of the machine; which one npm would choose is npm's
  // business.
  const addon = readdirSync(folder).find((file) => /^quests-\D.*\.tgz$/.test(file)) ?? 'none';
  tarballs = { main: join(folder, `quests-${version}.tgz`), addon: join(folder, addon) };
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the checkout', () => {
  it('compiles nothing on npm install and names no package that may not be published yet', () => {
    for (const name of ['prepare', 'preinstall', 'install', 'postinstall']) {
      expect(manifest.scripts).not.toHaveProperty(name);
    }
    expect(manifest).not.toHaveProperty('optionalDependencies');
  });

  it('has a lockfile that names no registry', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});

it('is not too large to be installed for one command', () => {
  expect(statSync(tarballs.main).size).toBeLessThan(PACKAGE_LIMIT);
});

describe.each([
  { packages: 'both packages', names: ['main', 'addon'] as const, backend: 'native' },
  { packages: 'the main package alone', names: ['main'] as const, backend: 'wasm' },
])('$packages, installed in an empty folder', ({ names, backend }) => {
  let project = '';

  beforeAll(() => {
    project = join(folder, backend);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
    cpSync(join(ROOT, 'test/packaging/consumer'), project, { recursive: true });
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    // The platform package comes from its tarball or not at all, whether it is published by now or
    // not.
    run(
      project,
      'npm',
      'install',
      ...quiet,
      '--omit=optional',
      ...names.map((name) => tarballs[name]),
      `typescript@${OLDEST_TYPESCRIPT}`,
    );
  });

  it('is small, with all that comes with it', () => {
    const entries = readdirSync(join(project, 'node_modules'), { recursive: true, withFileTypes: true });
    // What the test itself installs beside it.
    const ours = entries.filter(({ parentPath }) => !/node_modules[\\/](typescript|\.bin)/.test(parentPath));
    const bytes = ours
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    const packages = ours.filter(({ name }) => name === 'package.json').length;
    expect(bytes).toBeLessThan(INSTALLED_LIMIT);
    expect(packages).toBeGreaterThan(0);
    expect(packages).toBeLessThanOrEqual(PACKAGES_LIMIT);
  });

  it('brings every file that its documents lead to', () => {
    const home = join(project, 'node_modules/quests');
    const documents = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.md'),
    );
    const missing = documents.flatMap((file) =>
      [...readFileSync(join(home, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, link = '']) => join(home, file, '..', link))
        .filter((path) => !existsSync(path)),
    );
    expect(documents).toContain('README.md');
    expect(missing).toEqual([]);
  });

  it('has its example', () => {
    const bin = 'node_modules/quests/bin/quests.js';
    expect(run(project, process.execPath, bin, 'example')).toContain(`${backend}, `);
  });

  it('says what is wrong where Node is given the modules for browsers', () => {
    const code = "import('quests').then((q) => q.loadBackend()).catch((e) => console.log(e.message))";
    expect(run(project, process.execPath, '-C', 'browser', '-e', code).trim()).toBe(
      'no backend can be loaded: native: not for this environment; wasm: these modules are for browsers; ' +
        'import "quests" without the condition "browser"',
    );
  });

  it.each(['esm.mjs', 'require.cjs'])(`runs on ${backend} from %s`, (file) => {
    const report = JSON.parse(run(project, process.execPath, file)) as Report;
    expect(report.backend).toBe(backend);
    expect(report.entropy).toBeGreaterThan(0);
    expect(report.entropy).toBeLessThanOrEqual(Math.log(4));
  });

  it('has types for a strict nodenext project', () => {
    run(project, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.');
  });

  it('has types for the oldest TypeScript that it is promised for', () => {
    run(project, process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.');
  });

  it('has its command', () => {
    expect(run(project, process.execPath, 'node_modules/quests/bin/quests.js', '--version').trim()).toBe(
      manifest.version,
    );
  });

  it('brings the addon in its own package only', () => {
    const files = readdirSync(join(project, 'node_modules/quests'), { recursive: true, encoding: 'utf8' });
    expect(files.some((file) => file.endsWith('_bg.wasm'))).toBe(true);
    expect(files.some((file) => file.endsWith('.node'))).toBe(false);
  });

  it('brings the page, and serves it', async () => {
    const bin = join(project, 'node_modules/quests/bin/quests.js');
    const server = spawn(process.execPath, [bin, 'serve'], {
      cwd: project,
      env: { ...process.env, QUESTS_BACKEND: '' },
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        server.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
        server.once('exit', (code) => reject(new Error(`quests serve ended with ${code}`)));
      });
      const page = await (await fetch(url)).text();
      expect(page).toContain(
        `<meta name="quests-serve" content="{&quot;sets&quot;:[],&quot;engine&quot;:&quot;${backend}`,
      );
      const [, script = ''] = /<script[^>]* src="\.\/([^"]+)"/.exec(page) ?? [];
      expect((await fetch(new URL(script, url))).status).toBe(200);
    } finally {
      server.kill('SIGKILL');
    }
  });

  it('brings a module that a page loads at once', () => {
    const module = readFileSync(join(project, 'node_modules/quests/dist/wasm/quests_wasm_bg.wasm'));
    expect(gzipSync(module).length).toBeLessThan(WASM_LIMIT);
  });
});

/** What a command prints; its output is part of the error when it fails. */
function run(cwd: string, command: string, ...args: string[]): string {
  const shell = process.platform === 'win32' && command === 'npm';
  // A backend the person running the tests prefers must not decide here.
  const env = { ...process.env, QUESTS_BACKEND: '' };
  return execFileSync(command, args, {
    cwd,
    env,
    shell,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
