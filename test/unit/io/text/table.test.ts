import { describe, expect, it } from 'vitest';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import type { Structure } from '../../../../ts/node.js';
import { literals } from '../../../support/data/literals.js';
import { random as randomSource } from '../../../support/data/random.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

const FILES = 60;

/** Fields that are not plain, yet numbers. */
const ODD = ['1.5D+02', '-2.d-1', '12345678901234567890', '1e-320', '0.1234567890123456789'];
/** Fields that are refused. */
const BAD = ['x', 'nan', '****', '1e', '1e999', '--1', '1.2.3', '1 2', ''];

/**
 * A table is read by the core where it is plain, and by a loop of its own where it has a column of
 * logicals, which the core does not read: the slow twin.
 */
function file(seed: number, faults: number): { plain: string; twin: string } {
  const random = randomSource(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const atoms = 1 + below(400);
  const numbers = [...literals(seed, 6 * atoms + 200)].filter((text) => Number.isFinite(Number(text)));
  const number = (): string => numbers.pop() ?? '0';
  const words = ['Si', 'Cu', 'Zr', 'X', 'He4', 'longer-than-six', 'é'];
  const blanks = [' ', '  ', '\t', ' \t '];
  const end = ['\n', '\r\n', ' \n'][below(3)] ?? '\n';
  const rows = Array.from({ length: atoms }, () => {
    const fields = [
      words[below(words.length)] ?? '',
      ...[1, 2, 3].map(number),
      String(below(1e9) - 5e8),
      number(),
    ];
    if (random() < 0.02) fields[1 + below(3)] = ODD[below(ODD.length)] ?? '';
    return fields;
  });
  for (let fault = 0; fault < faults; fault++) {
    const row = rows[below(atoms)] ?? [];
    row[below(row.length)] = BAD[below(BAD.length)] ?? '';
  }
  const table = (first: readonly string[]): string =>
    rows.map((row) => [...first, ...row].join(blanks[below(blanks.length)]).trimEnd() + end).join('');
  const head = (more: string): string => `${atoms}\nProperties=${more}species:S:1:pos:R:3:tag:I:1:q:R:1\n`;
  return { plain: head('') + table([]), twin: head('flag:L:1:') + table(['T']) };
}

function read(text: string, piece: number): Promise<Structure[]> {
  return all(readExtxyz(inPieces(bytesOf(text), piece), { file: 'a.xyz', rowReader }));
}

/** What both have. */
function shared({ positions, species, arrays }: Structure): unknown {
  return { positions, species, tag: arrays?.tag, q: arrays?.q };
}

describe('a table', () => {
  it('is read by the core as by its own loop, however the file is cut into pieces', async () => {
    for (let seed = 0; seed < FILES; seed++) {
      const { plain, twin } = file(seed, 0);
      const pieces = [7, 100, 4096, 1 << 18][seed % 4] ?? 1;
      const [one] = await read(plain, pieces);
      const [other] = await read(twin, 1 << 18);
      expect(one && shared(one), `file ${seed}`).toEqual(other && shared(other));
    }
  });

  it('is refused with the same words', async () => {
    for (let seed = 0; seed < FILES; seed++) {
      const { plain, twin } = file(seed, 1 + (seed % 3));
      const found = await failure(read(plain, [100, 1 << 18][seed % 2] ?? 1)).catch(() => 'read');
      const wanted = await failure(read(twin, 1 << 18)).catch(() => 'read');
      // Where a field is missing or one too many, the fields that are expected are named, and
      // counted.
      const place = (text: string): string => text.replace(/\d+ fields?, expected.*/, 'fields');
      expect(place(found), `file ${seed}`).toBe(place(wanted));
    }
  });

  it('knows a last number that the end of the file cuts, whoever read the others', async () => {
    const row = (at: number): string => `Si ${at}.25 0.50 1.125`;
    const rows = Array.from({ length: 300 }, (_, at) => row(at)).join('\n');
    const text = `300\nProperties=species:S:1:pos:R:3\n${rows}`;
    await expect(read(text, 1 << 18)).resolves.toHaveLength(1);
    expect(await failure(read(text.slice(0, -1), 1 << 18))).toMatch(/ends with a number of 2 decimals/);
  });
});
