import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import satisfies from 'spdx-satisfies';

import { Missing } from './stage.mjs';

/** Licences that ask for no more than their text in what we ship. */
export const SHIPPED = ['MIT', 'Apache-2.0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0'];

/** Whether a licence, as an expression of SPDX, is one of some. */
export function isAllowed(licence, allowed) {
  try {
    return satisfies(licence, allowed);
  } catch {
    // No expression of SPDX: for a person to read.
    return false;
  }
}

/**
 * The licences of the packages whose modules are part of some bundled files, one after the other.
 * Fails where one is not among those that we ship.
 */
export function licences(chunks) {
  const modules = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
  const folders = new Set(modules.flatMap((id) => folderOf(id) ?? []));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (!isAllowed(license, SHIPPED)) {
        throw new Missing(`${name}: licence ${license ?? 'unknown'}, expected one of ${SHIPPED.join(', ')}`);
      }
      const files = readdirSync(folder, { withFileTypes: true })
        .filter((file) => file.isFile() && /^(licen[cs]e|notice)/i.test(file.name))
        .map((file) => file.name);
      const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the package that a module belongs to; undefined for one of ours. */
function folderOf(id) {
  const [, folder] = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id.replace(/^\0/, '')) ?? [];
  return folder !== undefined && existsSync(join(folder, 'package.json')) ? folder : undefined;
}
