// The packages of a release, as they were packed: what must hold before anybody sees them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { isAllowed, SHIPPED } from '../build/licences.mjs';
import { ADDON_LIMIT, PACKAGE_LIMIT, WASM_LIMIT } from './limits.mjs';
import { PLATFORMS } from './platforms.mjs';
import { manifestOf } from './registry.mjs';

/** What is wrong with the packages of a folder, a line each. */
export function problemsOfPackages(folder) {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const packages = readdirSync(folder).map((file) => {
    const path = join(folder, file);
    const files = execFileSync('tar', ['tzf', path], { encoding: 'utf8' }).split('\n');
    return { file, size: statSync(path).size, manifest: manifestOf(path), files };
  });
  const crates = /^version = "(.*)"/m.exec(readFileSync('Cargo.toml', 'utf8'))?.[1];
  const module = compressedModule(folder, packages, name);
  return [
    ...problemsOfSet(packages, name, version),
    ...(crates === version ? [] : [`Cargo.toml: version ${crates}, expected ${version}`]),
    ...(module <= WASM_LIMIT
      ? []
      : [`the module: ${module} bytes compressed, expected ${WASM_LIMIT} at most`]),
  ];
}

/** Bytes of the module that the main package brings, as a server sends it. */
function compressedModule(folder, packages, name) {
  const main = packages.find(({ manifest }) => manifest.name === name);
  if (main === undefined) return 0;
  const file = 'package/dist/wasm/quests_wasm_bg.wasm';
  const options = { maxBuffer: 100e6 };
  return gzipSync(execFileSync('tar', ['xzOf', join(folder, main.file), file], options)).length;
}

/** What is wrong with packages that go out together. */
export function problemsOfSet(packages, name, version) {
  const wanted = [name, ...PLATFORMS.map((platform) => `${name}-${platform.name}`)];
  const names = packages.map(({ manifest }) => manifest.name);
  const found = wanted.filter((one) => !names.includes(one)).map((one) => `${one}: no package`);
  for (const { file, size, manifest, files } of packages) {
    const limit = manifest.name === name ? PACKAGE_LIMIT : ADDON_LIMIT;
    if (!wanted.includes(manifest.name)) found.push(`${file}: not part of a release`);
    if (manifest.version !== version) found.push(`${file}: version ${manifest.version}, expected ${version}`);
    if (size > limit) found.push(`${file}: ${size} bytes, expected ${limit} at most`);
    if (!isAllowed(manifest.license, SHIPPED)) found.push(`${file}: licence ${manifest.license}`);
    if (!files.includes('package/LICENSE')) found.push(`${file}: has no LICENSE`);
    if (manifest.publishConfig?.provenance !== true) found.push(`${file}: published without provenance`);
    if (manifest.name === name) found.push(...problemsOfMain(manifest, files, wanted.slice(1), version));
  }
  return found;
}

function problemsOfMain({ optionalDependencies = {}, scripts }, files, addons, version) {
  const found = [];
  for (const addon of addons) {
    const asked = optionalDependencies[addon];
    if (asked !== version) found.push(`asks for ${addon} ${asked ?? 'not at all'}, expected ${version}`);
  }
  for (const other of Object.keys(optionalDependencies).filter((one) => !addons.includes(one))) {
    found.push(`asks for ${other}, which is not released`);
  }
  if (scripts !== undefined) found.push('has scripts, which only a checkout needs');
  for (const folder of ['dist/node', 'dist/browser', 'dist/page']) {
    if (!files.includes(`package/${folder}/LICENCES.txt`)) found.push(`${folder} lacks LICENCES.txt`);
  }
  return found;
}
