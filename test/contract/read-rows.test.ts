import { describe, expect, it } from 'vitest';
import { BACKENDS, bothBackends } from '../support/backends/backends.js';
import { literals } from '../support/data/literals.js';

const LITERALS = 1_000_000;

const backends = await bothBackends();
const REAL = Uint8Array.of(82);
const ONE = Uint32Array.of(1);

describe.each(BACKENDS)('rows of a table: %s', (name) => {
  const { core } = backends[name];

  it('gives the bits of Number() on random literals of every shape', () => {
    // Those that are too large are for the caller: the core reads finite numbers.
    const texts = [...literals(3, LITERALS)].filter((text) => Number.isFinite(Number(text)));
    const bytes = new TextEncoder().encode(`${texts.join('\n')}\n`);
    const values = new Float64Array(texts.length);
    const [rows, length] = core.readRows(bytes, REAL, ONE, values);
    expect({ rows, length }).toEqual({ rows: texts.length, length: bytes.length });
    const wrong = texts.filter((text, at) => !Object.is(values[at], Number(text)));
    expect(wrong).toEqual([]);
  });

  it('lays columns one after the other and says how the last field is written', () => {
    const bytes = new TextEncoder().encode('1 Cu 0.5 -2.25 7\n2 Zr 1e2 3.500 9\n3 Zr nan 0 1\n');
    const values = new Float64Array(5 * 3);
    const kinds = Uint8Array.from('ISRR', (letter) => letter.charCodeAt(0));
    const found = core.readRows(bytes, kinds, Uint32Array.of(1, 1, 2, 1), values);
    expect([...found]).toEqual([2, 34, 0, 0]);
    const [Cu, Zr] = [0x4375, 0x5a72];
    const column = (before: number, width = 1): number[] => [
      ...values.subarray(3 * before, 3 * before + 2 * width),
    ];
    expect([column(0), column(1), column(2, 2), column(4)]).toEqual([
      [1, 2],
      [Cu, Zr],
      [0.5, -2.25, 100, 3.5],
      [7, 9],
    ]);
  });

  it('refuses what has no meaning', () => {
    const refused = (kinds: string, widths: number[], room: number) => (): void =>
      void core.readRows(
        new Uint8Array(8),
        Uint8Array.from(kinds, (letter) => letter.charCodeAt(0)),
        Uint32Array.from(widths),
        new Float64Array(room),
      );
    expect(refused('RX', [1, 1], 4)).toThrow(
      'INVALID_ARGUMENT: kind of a column: expected R, I or S, found X',
    );
    expect(refused('RR', [1], 4)).toThrow('INVALID_ARGUMENT: columns of a table: 2 kinds and 1 widths');
    expect(refused('R', [3], 4)).toThrow('INVALID_ARGUMENT: rows of a table: expected room for rows of 3');
  });
});
