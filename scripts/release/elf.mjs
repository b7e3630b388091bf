// Libraries of Linux: ELF, 64 bits, little-endian.
import { textAt } from './text.mjs';

const MACHINES = { 62: 'x64', 183: 'arm64' };

/** Kinds of sections. */
const DYNAMIC = 6;
const DYNAMIC_SYMBOLS = 11;
const VERSIONS_NEEDED = 0x6f_ff_ff_fe;
const VERSIONS = 0x6f_ff_ff_ff;

/** An entry of the dynamic section: a library that is needed. */
const NEEDED = 1;

const WEAK = 2;

export function elf(bytes) {
  const number = (at) => Number(bytes.readBigUInt64LE(at));
  const start = number(0x28);
  const size = bytes.readUInt16LE(0x3a);
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, i) => {
    const at = start + i * size;
    return {
      kind: bytes.readUInt32LE(at + 4),
      offset: number(at + 24),
      size: number(at + 32),
      link: bytes.readUInt32LE(at + 40),
      entry: number(at + 56),
    };
  });
  const section = (kind) => sections.find((one) => one.kind === kind);
  const entries = (one) =>
    one === undefined || one.entry === 0
      ? []
      : Array.from({ length: one.size / one.entry }, (_, i) => one.offset + i * one.entry);

  const dynamic = section(DYNAMIC);
  const libraries = entries(dynamic)
    .filter((at) => number(at) === NEEDED)
    .map((at) => textAt(bytes, sections[dynamic.link].offset + number(at + 8)));

  const table = section(DYNAMIC_SYMBOLS);
  const versions = section(VERSIONS);
  const names = neededVersions(bytes, section(VERSIONS_NEEDED), sections);
  const symbols = entries(table)
    .slice(1)
    .map((at, i) => ({
      name: textAt(bytes, sections[table.link].offset + bytes.readUInt32LE(at)),
      weak: bytes[at + 4] >> 4 === WEAK,
      defined: bytes.readUInt16LE(at + 6) !== 0,
      version: versions && names.get(bytes.readUInt16LE(versions.offset + 2 * (i + 1)) & 0x7f_ff),
    }));
  return {
    format: 'elf',
    cpu: MACHINES[bytes.readUInt16LE(0x12)] ?? 'other',
    libraries,
    imports: symbols
      .filter(({ defined }) => !defined)
      .map(({ name, version, weak }) => ({ name, version, weak })),
    exports: symbols.filter(({ defined }) => defined).map(({ name }) => name),
  };
}

/** The names of the versions that symbols have by number. */
function neededVersions(bytes, section, sections) {
  const names = new Map();
  if (section === undefined) return names;
  const texts = sections[section.link].offset;
  for (let at = section.offset, next = 1; next !== 0; at += next) {
    next = bytes.readUInt32LE(at + 12);
    let one = at + bytes.readUInt32LE(at + 8);
    for (let left = bytes.readUInt16LE(at + 2); left > 0; left--) {
      names.set(bytes.readUInt16LE(one + 6), textAt(bytes, texts + bytes.readUInt32LE(one + 8)));
      one += bytes.readUInt32LE(one + 12);
    }
  }
  return names;
}
