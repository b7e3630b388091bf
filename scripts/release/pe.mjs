// Libraries of Windows: PE, 64 bits.
import { textAt } from './text.mjs';

const MACHINES = { 0x86_64: 'x64', 0xaa_64: 'arm64' };

/** Of an import: it has a number in place of a name. */
const BY_NUMBER = 1n << 63n;

export function pe(bytes) {
  const header = bytes.readUInt32LE(0x3c) + 4;
  const optional = header + 20;
  const table = optional + bytes.readUInt16LE(header + 16);
  const sections = Array.from({ length: bytes.readUInt16LE(header + 2) }, (_, i) => {
    const at = table + 40 * i;
    return {
      address: bytes.readUInt32LE(at + 12),
      size: bytes.readUInt32LE(at + 16),
      offset: bytes.readUInt32LE(at + 20),
    };
  });
  /** Where in the file lies what is at an address in memory. */
  const place = (address) => {
    const section = sections.find((one) => address >= one.address && address < one.address + one.size);
    return section === undefined ? undefined : section.offset + address - section.address;
  };
  const directory = (index) => place(bytes.readUInt32LE(optional + 112 + 8 * index));

  const libraries = [];
  const imports = [];
  for (let at = directory(1); at !== undefined && bytes.readUInt32LE(at + 12) !== 0; at += 20) {
    const library = textAt(bytes, place(bytes.readUInt32LE(at + 12))).toLowerCase();
    libraries.push(library);
    for (let one = place(bytes.readUInt32LE(at) || bytes.readUInt32LE(at + 16)); ; one += 8) {
      const entry = bytes.readBigUInt64LE(one);
      if (entry === 0n) break;
      const name =
        (entry & BY_NUMBER) === 0n ? textAt(bytes, place(Number(entry)) + 2) : `#${entry & 0xff_ffn}`;
      imports.push({ name, library });
    }
  }
  return {
    format: 'pe',
    cpu: MACHINES[bytes.readUInt16LE(header)] ?? 'other',
    libraries,
    imports,
    exports: exportsOf(bytes, directory(0), place),
  };
}

function exportsOf(bytes, directory, place) {
  if (directory === undefined) return [];
  const names = place(bytes.readUInt32LE(directory + 32));
  return Array.from({ length: bytes.readUInt32LE(directory + 24) }, (_, i) =>
    textAt(bytes, place(bytes.readUInt32LE(names + 4 * i))),
  );
}
