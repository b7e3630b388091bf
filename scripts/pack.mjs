// node scripts/pack.mjs <folder> [--release]: packs the main package and, for each native addon in
// dist/native, a platform package, from a finished build; with --release, which is what is
// published, the addons that release-addon.mjs made for an old glibc. Only the published manifest
// names the platform packages: in the checkout they would break `npm ci` until they are published.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { Missing, run, script } from './build/stage.mjs';
import { RELEASE } from './release/addon.mjs';
import { reachedDeclarations } from './release/declarations.mjs';
import { PLATFORMS } from './release/platforms.mjs';

const ADDONS = process.argv.includes('--release') ? RELEASE : 'dist/native';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { name, version, description, license, engines } = manifest;

await script(async () => {
  const folder = process.argv[2];
  if (folder === undefined) throw new Missing('usage: node scripts/pack.mjs <folder> [--release]');
  for (const part of ['dist/node', 'dist/browser', 'dist/page', 'dist/wasm', 'dist/native']) {
    if (!existsSync(part)) throw new Missing(`${part} is missing: run npm run build`);
  }
  if (!existsSync(ADDONS)) throw new Missing(`${ADDONS} is missing: run node scripts/release-addon.mjs`);
  const addons = readdirSync(ADDONS).filter((file) => file.endsWith('.node'));
  mkdirSync(folder, { recursive: true });
  for (const cwd of [mainPackage(), ...addons.map(platformPackage)]) {
    const shell = process.platform === 'win32';
    await run('npm', ['pack', '--silent', '--pack-destination', resolve(folder)], { cwd, shell });
  }
});

function mainPackage() {
  const platforms = PLATFORMS.map((platform) => [`${name}-${platform.name}`, version]);
  const published = { ...manifest, optionalDependencies: Object.fromEntries(platforms) };
  // What only a checkout needs.
  delete published.scripts;
  delete published.devDependencies;
  delete published.napi;
  const reached = reachedDeclarations(manifest);
  const isNeeded = (file) => !file.endsWith('.d.ts') || reached.has(file);
  return laidOut(published, ['bin', 'dist', 'docs', 'bench', 'CITATION.cff', ...documents()], isNeeded);
}

/** README, LICENSE and what README leads to, at the root. */
function documents() {
  return readdirSync('.').filter((file) => file.endsWith('.md') || file === 'LICENSE');
}

function platformPackage(file) {
  // What a checkout builds on Windows has the compiler's name, too.
  const platform = PLATFORMS.find((one) => new RegExp(`^${name}\\.${one.name}(-\\w+)?\\.node$`).test(file));
  if (platform === undefined) throw new Missing(`${ADDONS}/${file}: no package is made for its platform`);
  const { os, cpu, libc } = platform;
  const published = {
    name: `${name}-${platform.name}`,
    version,
    description: `${description} (native addon, ${platform.name})`,
    license,
    engines,
    os,
    cpu,
    ...(libc && { libc }),
    main: file,
    files: [file],
  };
  return laidOut(published, [join(ADDONS, file), 'LICENSE']);
}

/**
 * Where a package comes from: npm compares what the workflow that publishes it says with what its
 * manifest says.
 */
function origin() {
  const { GITHUB_REPOSITORY } = process.env;
  const url = `git+https://github.com/${GITHUB_REPOSITORY}.git`;
  return {
    ...(GITHUB_REPOSITORY && { repository: { type: 'git', url } }),
    publishConfig: { access: 'public', provenance: true },
  };
}

/** Lays a package out in a folder of its own, which it returns. */
function laidOut(contents, paths, filter = () => true) {
  const published = { ...contents, ...origin() };
  const folder = join('build/packages', published.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  for (const path of paths) cpSync(path, join(folder, basename(path)), { recursive: true, filter });
  return folder;
}
