import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset, readStructures } from '../../../../ts/io/files/dataset.js';
import { findFiles } from '../../../../ts/io/files/inputs.js';
import { writeNpy } from '../../../../ts/io/matrices/npy.js';
import type { Progress } from '../../../../ts/run/run-options.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, failure } from '../../../support/data/reading.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';

const FRAME = '2\nProperties=species:S:1:pos:R:3 a=1\nCu 0 0 0\nO 1 2 3\n';

let folder = '';
const at = (name: string): string => join(folder, name);
const names = async (patterns: string[]): Promise<string[]> =>
  (await findFiles(patterns.map(at))).map(({ path, select }) => {
    const name = path.slice(folder.length + 1);
    return select === undefined ? name : `${name} ${select}`;
  });
const places = (structures: readonly Structure[]): string[] =>
  structures.map(({ source }) => `${source?.file.slice(folder.length + 1) ?? ''} ${source?.frame ?? ''}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-dataset-'));
  await mkdir(at('runs/1'), { recursive: true });
  await mkdir(at('runs/2/dump.folder'), { recursive: true });
  await Promise.all([
    writeFile(at('a.xyz'), FRAME.repeat(3)),
    writeFile(at('b.xyz'), gzipSync(FRAME.repeat(2))),
    writeFile(at('a.xyz@1'), FRAME),
    writeFile(at('b[1].xyz'), FRAME),
    writeFile(at('broken.xyz'), `${FRAME}2\n\nCu 0 0 0\nCu 1 1\n${FRAME}${FRAME}2\n\nCu 0 0 0\n`),
    writeFile(at('empty.xyz'), ''),
    writeFile(at('m.npy'), Buffer.concat([...writeNpy({ data: Float64Array.of(1, 2, 3), shape: [1, 3] })])),
    ...['runs/1/dump.9', 'runs/1/dump.10', 'runs/2/dump.1', 'runs/2/log'].map((name) =>
      writeFile(at(name), FRAME),
    ),
  ]);
});

afterAll(() => rm(folder, { recursive: true }));

describe('findFiles', () => {
  it('takes paths, patterns and selections', async () => {
    expect(await names(['b.xyz', 'a.xyz'])).toEqual(['b.xyz', 'a.xyz']);
    expect(await names(['runs/*/dump.*'])).toEqual(['runs/1/dump.9', 'runs/1/dump.10', 'runs/2/dump.1']);
    expect(await names(['runs/**/dump.{1,9}@::2'])).toEqual(['runs/1/dump.9 ::2', 'runs/2/dump.1 ::2']);
    expect(await names(['a.xyz@-1', 'b.xyz@0:1'])).toEqual(['a.xyz -1', 'b.xyz 0:1']);
    expect(await findFiles(['-', '-@::5'])).toEqual([{ path: '-' }, { path: '-', select: '::5' }]);
  });

  it('finds files from another folder, and keeps the names they have there', async () => {
    const found = await findFiles(['b.xyz', 'runs/1/*@::2', 'a.xyz@1', '-'], { folder });
    expect(found).toEqual([
      { path: at('b.xyz'), name: 'b.xyz' },
      { path: at('runs/1/dump.9'), name: 'runs/1/dump.9', select: '::2' },
      { path: at('runs/1/dump.10'), name: 'runs/1/dump.10', select: '::2' },
      { path: at('a.xyz@1'), name: 'a.xyz@1' },
      { path: '-' },
    ]);
    const [structure] = await all(readStructures(await findFiles(['b.xyz'], { folder })));
    expect(structure?.source?.file).toBe('b.xyz');
    const missing = await findFiles(['missing.xyz'], { folder });
    expect(await failure(all(readStructures(missing)))).toMatch(/^FILE_ACCESS: cannot read missing\.xyz/);
  });

  it('prefers a path that is there as it is written', async () => {
    expect(await names(['a.xyz@1', 'b[1].xyz', 'a.xyz@1@0'])).toEqual(['a.xyz@1', 'b[1].xyz', 'a.xyz@1 0']);
  });

  it('leaves a missing file for the message when it is read', async () => {
    expect(await names(['missing.xyz'])).toEqual(['missing.xyz']);
    expect(await names(['missing.xyz@::2'])).toEqual(['missing.xyz ::2']);
  });

  it.each([
    ['runs/*/nothing', 'FILE_ACCESS: no file matches PATH'],
    ['a.xyz@first', 'INVALID_ARGUMENT: cannot select frames "first"; expected an index'],
  ])('refuses %s', async (pattern, message) => {
    const found = await failure(findFiles([at(pattern)]));
    expect(found).toContain(message.replace('PATH', at(pattern)));
  });
});

describe('several files as one dataset', () => {
  it('are read one after the other, and every structure knows where it is from', async () => {
    const structures = await all(readStructures(await findFiles(['a.xyz@::2', 'b.xyz', 'a.xyz'].map(at))));
    expect(places(structures)).toEqual([
      'a.xyz 0',
      'a.xyz 2',
      'b.xyz 0',
      'b.xyz 1',
      'a.xyz 0',
      'a.xyz 1',
      'a.xyz 2',
    ]);
  });

  it('tell how far reading has come over all of them', async () => {
    const calls: Progress[] = [];
    await all(readStructures([at('a.xyz'), at('b.xyz')], { onProgress: (progress) => calls.push(progress) }));
    const last = calls.at(-1);
    expect(last?.done).toBe(last?.total);
    expect(last?.total).toBe(3 * FRAME.length + gzipSync(FRAME.repeat(2)).length);
  });

  it('must hold the same', async () => {
    const mixed = await openDataset([at('a.xyz'), at('m.npy')]);
    expect(mixed.holds).toBe('structures');
    expect(await failure(all(mixed.structures()))).toBe(
      `INVALID_FILE: ${at('m.npy')}: expected structures, but the format is NumPy array`,
    );
    const matrices = await openDataset([at('m.npy'), at('a.xyz')]);
    expect(matrices.holds).toBe('matrix');
    expect(await failure(all(matrices.matrices()))).toBe(
      `INVALID_FILE: ${at('a.xyz')}: expected a matrix of descriptors, but the format is extended or ` +
        'plain xyz',
    );
    expect(await failure(openDataset([]))).toBe('INVALID_ARGUMENT: no files are named');
  });

  it('lose their bad frames and files where those are to be skipped, and say which and why', async () => {
    const skipped: Skipped[] = [];
    const files = ['empty.xyz', 'broken.xyz', 'a.xyz'].map(at);
    const structures = await all(readStructures(files, { onSkip: (one) => skipped.push(one) }));
    expect(places(structures)).toEqual([
      'broken.xyz 0',
      'broken.xyz 2',
      'broken.xyz 3',
      'a.xyz 0',
      'a.xyz 1',
      'a.xyz 2',
    ]);
    expect(
      skipped.map(({ file, frame, error }) => [file.slice(folder.length + 1), frame, error.message]),
    ).toEqual([
      ['empty.xyz', undefined, `${at('empty.xyz')}: the file is empty`],
      [
        'broken.xyz',
        1,
        `${at('broken.xyz')}, frame 1, line 8, atom 1: 3 fields, expected 4 (species, pos ×3)`,
      ],
      ['broken.xyz', 4, `${at('broken.xyz')}, frame 4, line 19: the file ends after 1 of 2 atoms`],
    ]);
    expect(await failure(all(readStructures(files)))).toBe(`EMPTY: ${at('empty.xyz')}: the file is empty`);
    expect(await failure(all(readStructures([at('empty.xyz')], { onSkip: () => undefined })))).toBe(
      'EMPTY: none of the files can be read',
    );
  });

  it('do not skip a file that is not there', async () => {
    expect(await failure(all(readStructures([at('no.xyz')], { onSkip: () => undefined })))).toContain(
      'FILE_ACCESS',
    );
  });
});

describe('elements', () => {
  const types = '2\nProperties=species:S:1:pos:R:3\n1 0 0 0\n2 1 2 3\n';

  it('take the places of types, and only of those', async () => {
    await writeFile(at('types.xyz'), types + FRAME);
    const found = await all(readStructures(at('types.xyz'), { elements: ['Cu', 'Zr'] }));
    expect(found.map(({ species }) => species)).toEqual([
      ['Cu', 'Zr'],
      ['Cu', 'O'],
    ]);
    const plain = await all(readStructures(at('types.xyz')));
    expect(plain[0]?.species).toEqual(['1', '2']);
  });

  it.each([
    [
      '0 0 0 0\n1 1 2 3',
      'atom 0: type 0 has no element, they begin with type 1; elements of 2 types were given',
    ],
    ['OW 0 0 0\nHW 1 2 3', 'atom 0: "OW" is a label, no number of a type; elements of 2 types were given'],
    ['1 0 0 0\nCu 1 2 3', 'atom 1: "Cu" is a label, no number of a type; elements of 2 types were given'],
  ])('refuse the rows %j', async (rows, message) => {
    await writeFile(at('odd.xyz'), `2\n\n${rows}\n`);
    const elements = ['Cu', 'Zr'];
    expect(await failure(all(readStructures(at('odd.xyz'), { elements })))).toContain(
      `odd.xyz, frame 0, ${message}`,
    );
    await writeFile(at('none.xyz'), '1\nProperties=pos:R:3\n0 0 0\n');
    expect(await failure(all(readStructures(at('none.xyz'), { elements })))).toContain(
      'none.xyz, frame 0: the atoms have no types; elements of 2 types were given',
    );
  });

  it('are told where there are elements already', async () => {
    await writeFile(at('types.xyz'), types + FRAME.repeat(2));
    const notes: unknown[] = [];
    const onNote = (note: unknown): void => void notes.push(note);
    await all(readStructures(at('types.xyz'), { elements: ['Cu', 'Zr'], onNote }));
    expect(notes).toEqual([expect.objectContaining({ kind: 'elements', frame: 1 })]);
  });

  it.each([
    [['Cu'], 'types.xyz, frame 0, atom 1: type 2 has no element; elements of 1 type were given'],
    [['Cu', 'Qq'], 'elements: expected symbols as in Cu,Zr; got Qq'],
    [[], 'elements: expected symbols as in Cu,Zr; got none'],
  ])('refuse %j', async (elements, message) => {
    expect(await failure(all(readStructures(at('types.xyz'), { elements })))).toContain(message);
  });
});

describe('many small files', () => {
  it('leave time for a signal between them', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 30);
    // Long, but for the signal: nothing here waits for the disk.
    const files = Array<string>(200_000).fill(at('a.xyz'));
    const reading = all(readStructures(files, { signal: controller.signal }));
    await expect(reading).rejects.toThrow('enough');
  });
});
