import { describe, expect, it } from 'vitest';
import { failure } from '../../../../support/data/reading.js';
import { aseFile, aseFrames, expectFrames, fromBytes, fromDiskAndPage, readAs } from './files.js';

const read = (text: string): ReturnType<typeof readAs> => readAs('ase-json', new TextEncoder().encode(text));

describe('ASE databases in JSON', () => {
  it('as ASE reads them', async () => {
    for (const structures of await fromDiskAndPage('rows.json', aseFile('rows.json'))) {
      expectFrames(structures, aseFrames('rows.json'));
    }
    expectFrames(await fromBytes(aseFile('rows.json')), aseFrames('rows.json'));
  });

  it('without a list of ids, of one row', async () => {
    const [structure, ...others] = await read(
      '{"1": {"numbers": [6], "positions": [[0, 1, 2]], "energy": 3}}',
    );
    expect(others).toEqual([]);
    expect(structure?.info).toEqual({ energy: 3 });
    expect(structure?.species).toEqual(['C']);
  });

  it('with rows that are bad left out', async () => {
    const skipped: unknown[] = [];
    const text = '{"1": {}, "2": {"numbers": [1], "positions": [[0, 0, 0]]}, "ids": [1, 2, 3], "nextid": 4}';
    const found = await readAs('ase-json', new TextEncoder().encode(text), {
      onSkip: ({ frame, error }) => skipped.push([frame, error.message]),
    });
    expect(found.map(({ source }) => source?.frame)).toEqual([1]);
    expect(skipped).toEqual([
      [0, 'a, frame 0: no atomic numbers (numbers)'],
      [2, 'a, frame 2: row 3 is missing'],
    ]);
  });

  it.each<[string, string]>([
    ['{"1": {', 'INVALID_FILE: a: the file is no JSON'],
    ['[]', 'INVALID_FILE: a: the file is JSON, but no object'],
    ['{}', 'INVALID_FILE: a: expected rows under their ids, and the list ids'],
    ['{"ids": ["x"]}', 'INVALID_FILE: a: expected rows under their ids, and the list ids'],
    ['{"ids": [], "nextid": 1}', 'EMPTY: a: the file has no frames'],
    ['{"ids": [7], "nextid": 8}', 'INVALID_FILE: a, frame 0: row 7 is missing'],
  ])('%s is refused', async (text, message) => {
    expect(await failure(read(text))).toContain(message);
  });
});
