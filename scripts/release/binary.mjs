// What an addon asks of the system that loads it, read from the file itself, so that those of other
// systems are checked on any machine.
import { readFileSync } from 'node:fs';

import { elf } from './elf.mjs';
import { machO } from './mach-o.mjs';
import { pe } from './pe.mjs';

/**
 * @typedef {object} Binary
 * @property {'elf' | 'mach-o' | 'pe'} format
 * @property {'x64' | 'arm64' | 'other'} cpu
 * @property {string[]} libraries that the loader has to find
 * @property {{ name: string, version?: string, library?: string, weak?: boolean }[]} imports
 *   symbols that others have to bring; without a version and a library, anyone
 * @property {string[]} exports
 * @property {string} [oldest] macOS: the oldest system that it is for
 * @property {boolean} [isSigned] macOS: whether it has a sound signature, without which Arm loads
 *   nothing
 */

/**
 * Reads a shared library or program.
 *
 * @returns {Binary}
 */
export function binary(path) {
  const bytes = readFileSync(path);
  const magic = bytes.readUInt32LE(0);
  if (magic === 0x46_4c_45_7f) return elf(bytes);
  if (magic === 0xfe_ed_fa_cf) return machO(bytes);
  if ((magic & 0xffff) === 0x5a_4d) return pe(bytes);
  throw new Error(`${path}: not a library of Linux, macOS or Windows`);
}
