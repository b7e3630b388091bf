import { crc32 } from 'node:zlib';

/** Bytes of a name that most file systems take. */
const LONGEST = 255;

/**
 * Bytes of an output's name that are repeated in the name of a hidden file beside it. Few, so that
 * the hidden file can be made wherever the output can, whatever the file system takes.
 */
const REPEATED = 48;

/** The name of a hidden file beside another: `.NAME.ENDING`, a long NAME shortened. */
export function hiddenName(name: string, ending: string): string {
  return `.${shortened(name, REPEATED)}.${ending}`;
}

/** A name with an ending more: `NAME.ENDING`, a NAME shortened that leaves no room for it. */
export function extendedName(name: string, ending: string): string {
  return `${shortened(name, LONGEST - 1 - Buffer.byteLength(ending))}.${ending}`;
}

/** A name of at most so many bytes; of a longer one the beginning, and a checksum of all. */
function shortened(name: string, most: number): string {
  if (Buffer.byteLength(name) <= most) return name;
  const sum = `~${crc32(name).toString(16).padStart(8, '0')}`;
  let beginning = '';
  let room = most - sum.length;
  for (const letter of name) {
    room -= Buffer.byteLength(letter);
    if (room < 0) break;
    beginning += letter;
  }
  return beginning + sum;
}
