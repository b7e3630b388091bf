// A part of the build: made again when what it is made from has changed, by content and not by
// time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stage } from './stage.mjs';

const STAMPS = 'build/stamps';

/**
 * @typedef {object} Part
 * @property {string} name shown while it is made
 * @property {string[]} inputs files and folders it is made from
 * @property {() => void} [needs] throws where the machine lacks something
 * @property {() => string[]} outputs the files it consists of, as they are on disk now
 * @property {(note: (text: string) => void) => Promise<unknown>} make
 */

/** Checks what the machine must bring along to make a part, where the part has to be made. */
export function checkNeeds(part) {
  if (!isFresh(part)) part.needs();
}

/** Makes a part unless it is up to date. */
export async function upToDate(part) {
  const inputs = fingerprint(part.inputs);
  if (isFresh(part, inputs)) return;
  for (const file of part.outputs()) rmSync(file);
  await stage(part.name, (note) => part.make(note));
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stampOf(part), JSON.stringify({ inputs, outputs: part.outputs() }));
}

/** Removes a part that no longer matches its sources, so that nothing uses it by mistake. */
export function discardStale(part) {
  if (isFresh(part)) return;
  for (const file of part.outputs()) rmSync(file);
}

/** All files under some paths, in a fixed order. */
export function filesUnder(...paths) {
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    return filesUnder(
      ...readdirSync(path)
        .sort()
        .map((entry) => join(path, entry)),
    );
  });
}

function isFresh(part, inputs = fingerprint(part.inputs)) {
  if (!existsSync(stampOf(part))) return false;
  const stamp = JSON.parse(readFileSync(stampOf(part), 'utf8'));
  return stamp.inputs === inputs && stamp.outputs.every((file) => existsSync(file));
}

function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const file of filesUnder(...paths)) {
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function stampOf(part) {
  return join(STAMPS, `${part.name.replaceAll(' ', '-')}.json`);
}
