import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden, npy } from '../support/data/files.js';

const folder = temporaryFolder();
const good = readFileSync(golden('fcc_cu_periodic.xyz'), 'utf8');
const zeros = new Float64Array(126);

/** Files that hold something wrong, by what is wrong, with what the message must say. */
const FILES: Record<string, readonly [name: string, content: string | Uint8Array, message: RegExp]> = {
  'NaN coordinates': [
    'nan.xyz',
    frame(['Cu 0 0 0', 'Cu nan 1 1']),
    /nan\.xyz.*frame 0.*NaN|nan\.xyz.*not finite/i,
  ],
  'infinite coordinates': ['inf.xyz', good + frame(['Cu 0 0 inf']), /inf\.xyz.*frame 1/],
  'atoms on top of each other': [
    'near.xyz',
    frame(['Cu 1 1 1', 'Cu 1 1 1.0009']),
    /near\.xyz, frame 0: atoms 0 and 1/,
  ],
  'a zero cell': ['zero.xyz', frame(['Cu 0 0 0'], 'Lattice="0 0 0 0 0 0 0 0 0"'), /zero\.xyz, frame 0.*cell/],
  'a singular cell': [
    'flat.xyz',
    frame(['Cu 0 0 0'], 'Lattice="1 0 0 2 0 0 0 0 1"'),
    /flat\.xyz, frame 0.*cell/,
  ],
  'a lattice of six numbers': [
    'six.xyz',
    frame(['Cu 0 0 0'], 'Lattice="4 4 4 90 90 90"'),
    /six\.xyz.*line 2.*(9|nine)/,
  ],
  'text in a number column': ['text.xyz', frame(['Cu 0 0 0', 'Cu 1 one 1']), /text\.xyz.*line 4.*one/],
  'a negative count': ['minus.xyz', '-3\n\nCu 0 0 0\n', /minus\.xyz.*line 1/],
  'a huge count': ['huge.xyz', '1000000000000\n\nCu 0 0 0\n', /huge\.xyz.*1000000000000/],
  'a count that is no number': ['word.xyz', 'four\n\nCu 0 0 0\n', /word\.xyz.*line 1.*four/],
  'fewer atoms than promised': ['fewer.xyz', `3\n\nCu 0 0 0\nCu 2 0 0\n`, /fewer\.xyz.*frame 0/],
  'more atoms than promised': ['more.xyz', `1\n\nCu 0 0 0\nCu 2 0 0\n`, /more\.xyz.*line 4/],
  'no frame at all': ['empty.xyz', '', /empty\.xyz.*empty/],
  'a frame without atoms': ['void.xyz', '0\n\n', /void\.xyz, frame 0, line 1: a frame of 0 atoms/],
  'an end in the middle of a frame': [
    'mid-frame.xyz',
    good + good.split('\n').slice(0, 50).join('\n') + '\n',
    /frame 1/,
  ],
  'an end in the middle of a line': ['mid-line.xyz', good.slice(0, -30), /mid-line\.xyz.*frame 0/],
  'an end in the middle of a number': ['mid-number.xyz', good.slice(0, -3), /mid-number\.xyz.*frame 0/],
  'a binary file': [
    'binary.xyz',
    Uint8Array.from({ length: 999 }, (_, at) => (at * 37) % 256),
    /binary\.xyz/,
  ],
  'a damaged .gz': ['cut.xyz.gz', gzipSync(good).subarray(0, 1000), /cut\.xyz\.gz.*gzip/],
  'a .gz that is none': [
    'fake.xyz.gz',
    Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5),
    /fake\.xyz\.gz.*gzip/,
  ],
  'a damaged .npy': ['cut.npy', npy('(2, 63)', zeros).subarray(0, 300), /cut\.npy.*shape \(2, 63\)/],
  'an .npy header without sense': ['sense.npy', npy('(2, x)', zeros), /sense\.npy.*header/],
  'an .npy that is none': ['fake.npy', 'not an array', /fake\.npy/],
  'an .npy with NaN': ['nan.npy', npy('(1, 3)', [1, NaN, 3]), /nan\.npy.*NaN in row 0, column 1/],
  'an empty .npy': ['empty.npy', npy('(0, 63)', []), /empty\.npy/],
  'an unknown format': ['what.txt', 'once upon a time', /what\.txt.*unknown format/],
};

for (const [name, content] of Object.values(FILES)) writeFileSync(join(folder, name), content);
writeFileSync(join(folder, 'good.xyz'), good);
writeFileSync(join(folder, 'k32.npy'), npy('(2, 63)', zeros));
writeFileSync(join(folder, 'k16.npy'), npy('(2, 31)', zeros.subarray(0, 62)));
writeFileSync(join(folder, 'wide.npy'), npy('(2, 64)', new Float64Array(128)));
writeFileSync(join(folder, 'reshape.xyz'), good + frame(['Cu 0 0 0']));
mkdirSync(join(folder, 'directory.xyz'));
mkdirSync(join(folder, 'directory.json'));

async function expectRefusal(args: readonly string[], code: 1 | 2, message: RegExp, env = {}): Promise<void> {
  const before = contents(folder);
  const outcome = await quests(args, folder, env);
  expect(outcome.stderr).toMatch(message);
  expect(outcome).toMatchObject({ code, stdout: '' });
  const lines = outcome.stderr.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(3);
  expect(lines.at(-1)).toMatch(/^quests: /);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(outcome.stderr).not.toMatch(/internal error/);
  expect(contents(folder)).toEqual(before);
}

describe.each(BACKENDS)('bad data on %s', (backend) => {
  it.each(Object.entries(FILES))('%s: exit 1', async (_, [name, , message]) => {
    await expectRefusal(['entropy', name, '-o', 'out.json', '--backend', backend], 1, message);
  });

  it.each([
    ['a missing file', ['entropy', 'nowhere.xyz'], /cannot read nowhere\.xyz: no such file/],
    [
      'the address of a file',
      ['entropy', 'file:///nowhere.xyz'],
      /: no such file or folder; give the path without file:\/\/$/m,
    ],
    [
      'an address of another kind',
      ['entropy', 'ftp://nowhere.org/x.xyz'],
      /: no such file or folder; of addresses, only those of stored references are read/,
    ],
    ['a folder', ['entropy', 'directory.xyz'], /cannot read directory\.xyz: is a folder/],
    [
      'another k in two matrices',
      ['dH', 'k16.npy', 'k32.npy'],
      /k is 16 in the test set, 32 in the reference set/,
    ],
    [
      'another k than that of the matrix',
      ['dH', 'good.xyz', 'k32.npy', '-k', '16'],
      /k32\.npy: 63 columns, but k = 16/,
    ],
    [
      'another width',
      ['overlap', 'wide.npy', 'k32.npy'],
      /width is 64 in the test set, 63 in the reference set/,
    ],
    ['species of other descriptors', ['dH', 'good.xyz', 'wide.npy', '--species'], /wide\.npy: 64 columns/],
    ['a bad reference set', ['dH', 'good.xyz', 'fewer.xyz'], /fewer\.xyz/],
    [
      'frames of other sizes',
      ['make_descriptors', 'reshape.xyz', '-r', '-o', 'x.npy'],
      /frame 1 has 1 atoms, expected 108/,
    ],
    [
      'an output in no folder',
      ['entropy', 'good.xyz', '-o', 'nowhere/x.json'],
      /cannot write nowhere\/x\.json/,
    ],
    [
      'an output that is a folder',
      ['entropy', 'good.xyz', '-o', 'directory.json'],
      /cannot write directory\.json: is a folder/,
    ],
  ])('%s: exit 1', async (_, args, message) => {
    await expectRefusal([...args, '--backend', backend, '--quiet'], 1, message);
  });
});

describe('wrong usage: exit 2', () => {
  const entropy = ['entropy', 'good.xyz', '-o', 'out.json'];
  it.each<[string, string[], RegExp]>([
    ...['0', '-1', '2.5', 'NaN', 'inf', 'many', '', '1e9999', '99999999999'].map(
      (k): [string, string[], RegExp] => [`-k ${k}`, [...entropy, '-k', k], /--nbrs.*whole number/],
    ),
    ...['0', '-1', 'nan', 'Infinity', 'five', '', '0x10'].flatMap((value): [string, string[], RegExp][] => [
      [`-c ${value}`, [...entropy, '-c', value], /--cutoff/],
      [`-b ${value}`, [...entropy, '-b', value], /--bandwidth/],
    ]),
    ...['0', '-2', '1.5', 'all', '100000'].map((jobs): [string, string[], RegExp] => [
      `-j ${jobs}`,
      [...entropy, '-j', jobs],
      /--jobs.*from 1 to/,
    ]),
    ['-e nan', ['overlap', 'good.xyz', 'good.xyz', '-e', 'nan'], /--eps/],
    ['--batch_size 0', [...entropy, '--batch_size', '0'], /--batch-size/],
    ['an unknown backend', [...entropy, '--backend', 'gpu'], /gpu.*native, wasm, auto/],
    ['an unknown option', [...entropy, '--bandwith', '1'], /--bandwith.*--bandwidth/],
    ['an unknown command', ['entropie', 'good.xyz'], /entropie.*entropy/],
    ['help for an unknown command', ['help', 'entropie'], /unknown command 'entropie'/],
    ['help for an unknown part of a command', ['help', 'shard', 'plans'], /unknown command 'shard plans'/],
    ['help for a part of a command that has none', ['help', 'dH', 'plan'], /unknown command 'dH plan'/],
    ['an argument too many', ['bandwidth', '10', '11'], /arguments/],
    [
      'three data sets',
      ['dH', 'good.xyz', 'good.xyz', 'good.xyz'],
      /got 3 arguments; .*--test A B --reference C D/,
    ],
    [
      'a data set by its option and by its place',
      ['overlap', 'good.xyz', 'good.xyz', '--test', 'good.xyz'],
      /got 2 arguments/,
    ],
    ['no data set', ['dH'], /the test set is missing/],
    ['standard input twice', ['dH', '-', '-'], /standard input can be read only once/],
    [
      'an unknown format',
      [...entropy, '--format', 'gaussian'],
      /unknown format "gaussian"; expected one of: extxyz/,
    ],
    [
      'an unknown element',
      [...entropy, '--elements', 'Cu,Q'],
      /elements: expected symbols as in Cu,Zr; got Q/,
    ],
    ['another action on errors', [...entropy, '--on-error', 'ignore'], /--on-error.*fail, skip/],
    [
      'a selection that is none',
      ['entropy', 'good.xyz@1:2:3:4'],
      /cannot select frames "1:2:3:4"; expected an index/,
    ],
    ['a frame that is not there', ['entropy', 'good.xyz@7'], /good\.xyz@7: the file has no such frame/],
    [
      'frames of descriptors',
      ['entropy', 'k32.npy@0'],
      /k32\.npy: frames can be selected of structures only/,
    ],
    ['convert without an output', ['convert', 'good.xyz'], /--output/],
    ['convert to a name without a format', ['convert', 'good.xyz', '-o', 'x'], /unknown format of x: .*--to/],
    ['an argument too few', ['dH', 'good.xyz'], /reference/],
    ['an option without its value', ['entropy', 'good.xyz', '-k'], /--nbrs/],
    ['a volume of zero', ['bandwidth', '0'], /atomic_volume/],
    ['a volume below zero', ['bandwidth', '--', '-3'], /atomic_volume/],
    ['a volume in words', ['bandwidth', 'large'], /atomic_volume/],
    ['an output of another format', ['entropy', 'good.xyz', '-o', 'x.csv'], /x\.csv.*\.json/],
    [
      'an output without a format',
      ['metrics', 'good.xyz', '-o', 'x'],
      /cannot write x: expected a name that ends in .*\.npy.*\.json/,
    ],
    ['descriptors as structures', ['make_descriptors', 'good.xyz', '-o', 'x.xyz'], /x\.xyz.*\.npy/],
    [
      'structures from descriptors',
      ['dH', 'k32.npy', 'good.xyz', '-o', 'x.xyz', '--quiet'],
      /k32\.npy holds descriptors/,
    ],
    ['descriptors of descriptors', ['make_descriptors', 'k32.npy', '--quiet'], /k32\.npy holds descriptors/],
  ])('%s', async (_, args, message) => {
    await expectRefusal(args, 2, message);
  });

  it('an unknown QUESTS_BACKEND', async () => {
    await expectRefusal(entropy, 2, /QUESTS_BACKEND.*gpu.*native/, { QUESTS_BACKEND: 'gpu' });
  });

  it('no command: the help, on standard error', async () => {
    const outcome = await quests([], folder);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^Usage: quests/);
  });
});
