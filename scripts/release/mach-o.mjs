// Libraries of macOS: Mach-O, 64 bits, of one processor.
import { isSound } from './signature.mjs';
import { textAt } from './text.mjs';

const MACHINES = { 0x1_00_00_07: 'x64', 0x1_00_00_0c: 'arm64' };

/** Load commands; some have a bit that says they must be understood. */
const SYMBOLS = 0x2;
const LOADED = [0xc, 0x80_00_00_18, 0x80_00_00_1f];
const OLDEST = 0x24;
const BUILT_FOR = 0x32;
const SIGNATURE = 0x1d;

/** Of a symbol: debugging, external, and its kind where it has no place in this file. */
const DEBUG = 0xe0;
const EXTERNAL = 0x1;
const KIND = 0xe;

/** Ordinals of libraries from here on are no libraries: whoever has the symbol brings it. */
const ANYONE = 0xfd;
const WEAK = 0x40;

export function machO(bytes) {
  const libraries = [];
  let symbols = [];
  let oldest;
  let isSigned = false;
  let at = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    const command = bytes.readUInt32LE(at);
    if (LOADED.includes(command)) libraries.push(textAt(bytes, at + bytes.readUInt32LE(at + 8)));
    if (command === OLDEST) oldest = version(bytes.readUInt32LE(at + 8));
    if (command === BUILT_FOR) oldest = version(bytes.readUInt32LE(at + 12));
    if (command === SIGNATURE) isSigned = isSound(bytes, bytes.readUInt32LE(at + 8));
    if (command === SYMBOLS) symbols = symbolsOf(bytes, at);
    at += bytes.readUInt32LE(at + 4);
  }
  return {
    format: 'mach-o',
    cpu: MACHINES[bytes.readUInt32LE(4)] ?? 'other',
    libraries,
    imports: symbols
      .filter(({ defined }) => !defined)
      .map(({ name, ordinal, weak }) => ({
        name,
        weak,
        ...(ordinal < ANYONE && { library: libraries[ordinal - 1] }),
      })),
    exports: symbols.filter(({ defined }) => defined).map(({ name }) => name),
    oldest,
    isSigned,
  };
}

function symbolsOf(bytes, command) {
  const start = bytes.readUInt32LE(command + 8);
  const texts = bytes.readUInt32LE(command + 16);
  return Array.from({ length: bytes.readUInt32LE(command + 12) }, (_, i) => {
    const at = start + 16 * i;
    const description = bytes.readUInt16LE(at + 6);
    return {
      // C's names have an underscore before them.
      name: textAt(bytes, texts + bytes.readUInt32LE(at)).replace(/^_/, ''),
      kind: bytes[at + 4],
      defined: (bytes[at + 4] & KIND) !== 0,
      ordinal: description >> 8,
      weak: (description & WEAK) !== 0,
    };
  }).filter(({ kind }) => (kind & EXTERNAL) !== 0 && (kind & DEBUG) === 0);
}

/** 10.12 is 0x000a0c00. */
const version = (number) => `${number >> 16}.${(number >> 8) & 0xff}`;
