// What must hold for an addon before anybody installs it.
import { statSync } from 'node:fs';

import { binary } from './binary.mjs';
import { ADDON_LIMIT } from './limits.mjs';

/** Libraries that every system in question has, or Node brings along. */
const LIBRARIES = {
  gnu: /^(lib(c|m|dl|rt|pthread)\.so\.\d|libgcc_s\.so\.1|ld-linux-[\w-]+\.so\.\d)$/,
  musl: /^(libc\.so|libc\.musl-\w+\.so\.1|libgcc_s\.so\.1)$/,
  darwin: /^\/usr\/lib\/lib(System\.B|iconv\.2)\.dylib$/,
  win32:
    /^(kernel32|ntdll|advapi32|userenv|ws2_32|bcryptprimitives|msvcrt|api-ms-win-(core|crt)-[\w-]+)\.dll$/,
};

/** What Node calls first. */
const ENTRY = 'napi_register_module_v1';

const FORMATS = { linux: 'elf', darwin: 'mach-o', win32: 'pe' };

/**
 * What is wrong with an addon, a line each; none where it is as it must be.
 *
 * @param {string} path
 * @param {import('./platforms.mjs').Platform} platform that it is for
 */
export function problems(path, platform) {
  const found = [];
  const { size } = statSync(path);
  if (size > ADDON_LIMIT) found.push(`${size} bytes, expected ${ADDON_LIMIT} at most`);
  return [...found, ...misfits(binary(path), platform)];
}

/** What in a library does not fit a platform. */
export function misfits(library, { name, os, cpu, oldest }) {
  const found = [];
  const [format, processor] = [FORMATS[os[0]], cpu[0]];
  if (library.format !== format) return [`a library of format ${library.format}, expected ${format}`];
  if (library.cpu !== processor) found.push(`for ${library.cpu}, expected ${processor}`);
  if (!library.exports.includes(ENTRY)) found.push(`does not export ${ENTRY}`);

  const kind = os[0] === 'linux' ? (name.endsWith('musl') ? 'musl' : 'gnu') : os[0];
  for (const needed of library.libraries) {
    if (!LIBRARIES[kind].test(needed)) found.push(`needs ${needed}, which not every system has`);
  }
  // Functions of Node are looked up as the addon starts; whatever else has no library is missing.
  for (const symbol of library.imports) {
    if (!symbol.weak && isUnplaced(symbol, kind)) found.push(`needs ${symbol.name}, which no library brings`);
  }
  const newest = newestGlibc(library);
  if (kind === 'musl' && newest !== undefined) found.push(`needs glibc ${newest}, expected none`);
  if (kind === 'gnu' && newest === undefined) found.push('needs no glibc, expected one');
  if (kind === 'gnu' && isNewer(newest, oldest.glibc)) {
    found.push(`needs glibc ${newest}, expected ${oldest.glibc} at most`);
  }
  if (kind === 'darwin' && (library.oldest === undefined || isNewer(library.oldest, oldest.macos))) {
    found.push(`needs macOS ${library.oldest ?? 'unknown'}, expected ${oldest.macos} at most`);
  }
  if (kind === 'darwin' && processor === 'arm64' && !library.isSigned) found.push('has no sound signature');
  return found;
}

/** musl's symbols have no versions: any library may bring them, and the C library is there. */
function isUnplaced({ version, library }, kind) {
  return kind === 'musl' ? false : version === undefined && library === undefined;
}

/** The newest version of glibc that a library asks for; `undefined` where it asks for none. */
export function newestGlibc({ imports }) {
  return imports
    .flatMap(({ version }) => /^GLIBC_(\d+\.\d+)/.exec(version ?? '')?.[1] ?? [])
    .reduce((newest, one) => (newest === undefined || isNewer(one, newest) ? one : newest), undefined);
}

/** Compares `major.minor`. */
function isNewer(one, other = '0.0') {
  const [major, minor] = one.split('.').map(Number);
  const [otherMajor, otherMinor] = other.split('.').map(Number);
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}
