import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readStructures, type Structure } from '../../ts/node.js';
import { BIN, contents, ended, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden, npy } from '../support/data/files.js';

const folder = temporaryFolder();
const CU = golden('fcc_cu_periodic.xyz');
const HEATING = golden('heating_trajectory.xyz');

/** The JSON that a command prints; it must end well. */
async function printed(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await quests([...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function frames(path: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(path)) structures.push(structure);
  return structures;
}

const ONE = frame(['Cu 0 0 0', 'Cu 1.9 2.1 0']);
const TWO = frame(['Cu 0 0 0', 'Zr 2.2 1.8 0.1', 'Zr 1 1 3']);
mkdirSync(join(folder, 'runs'));
writeFileSync(join(folder, 'runs/a.2.xyz'), ONE + TWO);
writeFileSync(join(folder, 'runs/a.10.xyz'), TWO + ONE + ONE);
writeFileSync(join(folder, 'all.xyz'), ONE + TWO + TWO + ONE + ONE);
writeFileSync(join(folder, 'broken.xyz'), `${ONE}2\n\nCu 0 0 0\n${TWO}2\n\nCu 0 0 0\nCu 0 0 0\n`);

describe('several files', () => {
  it('are one data set, named one by one or by a pattern', async () => {
    const expected = await printed(['metrics', 'all.xyz']);
    const named = await printed(['metrics', 'runs/a.2.xyz', 'runs/a.10.xyz']);
    const pattern = await printed(['metrics', 'runs/*.xyz']);
    for (const found of [named, pattern]) {
      expect(found).toMatchObject({ file: 'runs/a.2.xyz', files: ['runs/a.2.xyz', 'runs/a.10.xyz'] });
      for (const key of ['entropy', 'diversity', 'dH', 'n_envs']) expect(found[key]).toEqual(expected[key]);
    }
    expect(expected).toMatchObject({ file: 'all.xyz', files: ['all.xyz'] });
  });

  it('count as often as they are given, and a note says so', async () => {
    const twice = await quests(['metrics', 'runs/*.xyz', './runs/a.2.xyz', '--json'], folder);
    expect(twice.stderr).toContain('note: runs/a.2.xyz is given 2 times, and counted as often\n');
    expect(JSON.parse(twice.stdout)).toMatchObject({ n_envs: 17 });
    // Other frames are no copies, and two sets are not one.
    for (const args of [
      ['metrics', 'all.xyz@:2', 'all.xyz@2:'],
      ['overlap', 'all.xyz', 'all.xyz'],
    ]) {
      expect((await quests(args, folder)).stderr).not.toContain('times');
    }
  });

  it('need names, and outputs that are files', async () => {
    const nameless = await quests(['metrics', ''], folder);
    expect(nameless).toMatchObject({ code: 2, stderr: 'quests: expected the name of a file, got ""\n' });
    const before = contents(folder);
    const standard = await quests(['convert', 'all.xyz', '-o', '-', '--to', 'extxyz'], folder);
    expect(standard).toMatchObject({
      code: 2,
      stderr: 'quests: cannot write "-": expected the name of a file, or /dev/stdout\n',
    });
    expect(contents(folder)).toEqual(before);
  });

  it('can be cut down to some of their frames', async () => {
    const found = await printed(['metrics', 'all.xyz@1:3']);
    expect(found).toMatchObject({ file: 'all.xyz@1:3', n_envs: 6 });
    expect(found.dH).toEqual((await printed(['metrics', 'runs/a.2.xyz@-1', 'runs/a.10.xyz@0'])).dH);
  });

  it('make up test and reference sets', async () => {
    const expected = await printed(['dH', HEATING, CU]);
    const options = ['dH', '--test', `${HEATING}@:6`, `${HEATING}@6:`, '--reference', CU];
    const found = await printed(options);
    expect(found).toMatchObject({
      test_file: `${HEATING}@:6`,
      test_files: [`${HEATING}@:6`, `${HEATING}@6:`],
      reference_file: CU,
      reference_files: [CU],
      delta_entropy: expected.delta_entropy,
    });
    const mixed = await printed(['overlap', HEATING, '--reference', CU, CU]);
    expect(mixed).toMatchObject({ test_file: HEATING, reference_envs: 216 });
  });

  it('keep their columns when they are written, each frame in its place', async () => {
    const { code } = await quests(['dH', 'runs/*.xyz', 'all.xyz', '-o', 'all_dH.xyz'], folder);
    expect(code).toBe(0);
    const written = await frames(join(folder, 'all_dH.xyz'));
    const read = await frames(join(folder, 'all.xyz'));
    expect(written.map(({ positions }) => positions)).toEqual(read.map(({ positions }) => positions));
    expect(written.every(({ arrays }) => arrays?.dH !== undefined)).toBe(true);
  });
});

describe('standard input', () => {
  it('is a data set like any other', async () => {
    const child = start(['dH', '--json', '--', '-@1:', CU], folder);
    child.stdin?.end(readFileSync(HEATING));
    const { code, stdout } = await ended(child);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Record<string, unknown>;
    const expected = await printed(['dH', `${HEATING}@1:`, CU]);
    expect(found).toMatchObject({ test_file: '-@1:', delta_entropy: expected.delta_entropy });
  });

  it.skipIf(process.platform === 'win32')('that can give nothing is said to be what it is', () => {
    const read = (stdin: number | 'ignore', ...args: string[]): unknown => {
      const stdio = [stdin, 'pipe', 'pipe'] as const;
      const run = spawnSync(process.execPath, [BIN, ...args], { cwd: folder, stdio: [...stdio] });
      return [run.status, run.stderr.toString()];
    };
    const opened = openSync(folder, 'r');
    for (const args of [
      ['entropy', '-'],
      ['phase_line', '-'],
    ]) {
      expect(read(opened, ...args)).toEqual([1, 'quests: cannot read standard input: is a folder\n']);
      const closed = 'quests: cannot read standard input: it is closed, or /dev/null\n';
      expect(read('ignore', ...args)).toEqual([1, closed]);
    }
    closeSync(opened);
  });
});

describe('notes', () => {
  it.each(['poscar', 'data'])('of open boundaries that a %s file cannot say', async (ending) => {
    const structure = (pbc: string): string =>
      `2\nLattice="9 0 0 0 9 0 0 0 9" pbc="${pbc}" Properties=species:S:1:pos:R:3\nCu 0 0 0\nCu 2 0 0\n`;
    for (const [name, pbc] of [
      ['slab', 'T T F'],
      ['bulk', 'T T T'],
    ] as const) {
      writeFileSync(join(folder, `${name}.xyz`), structure(pbc));
      const { code, stderr } = await quests(['convert', `${name}.xyz`, '-o', `${name}.${ending}`], folder);
      expect(code, stderr).toBe(0);
      const note = `note: ${name}.${ending} is periodic along a, b and c, as every `;
      if (name === 'slab') expect(stderr).toContain(note);
      else expect(stderr).not.toContain('note:');
    }
  });

  it('that no environment has a neighbour', async () => {
    writeFileSync(join(folder, 'apart.xyz'), '2\n\nCu 0 0 0\nCu 30 0 0\n');
    const alone = await quests(['entropy', 'apart.xyz'], folder);
    expect(alone.stderr).toContain('note: no environment of apart.xyz has a neighbour within 5 Å');
    const wide = await quests(['entropy', 'apart.xyz', '-c', '31'], folder);
    expect(wide.stderr).not.toContain('note: no environment');
  });
});

describe('--on-error skip', () => {
  it('leaves out what cannot be read or computed on, and says so', async () => {
    const refused = await quests(['entropy', 'broken.xyz'], folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/broken\.xyz, frame 1, line 8, atom 1: 1 field, expected 4/);

    const { code, stdout, stderr } = await quests(
      ['entropy', 'broken.xyz', 'all.xyz@0', '--on-error', 'skip', '--json'],
      folder,
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ n_envs: 7, skipped: 2 });
    expect(stderr).toContain(
      'skipped 2 frames of 1 file\n  broken.xyz: 2 frames; the first: frame 1, line 8, atom 1: 1 field',
    );
  });

  it('says that a file is cut', async () => {
    const atoms = Array.from({ length: 20_000 }, (_, at) => `Cu ${Math.sqrt(at)} ${Math.cbrt(at)} ${at}\n`);
    const text = `${atoms.length}\n\n${atoms.join('')}`.repeat(20);
    const whole = gzipSync(text);
    writeFileSync(join(folder, 'cut.xyz.gz'), whole.subarray(0, whole.length / 2));
    const args = ['convert', 'cut.xyz.gz', '-o', 'rest.xyz', '--on-error', 'skip', '--json'];
    const { code, stdout, stderr } = await quests(args, folder);
    expect(code, stderr).toBe(0);
    const { frames } = JSON.parse(stdout) as { frames: number };
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(10);
    expect(stderr).toMatch(
      /cut\.xyz\.gz: 1 frame and all that follows; the first: damaged or truncated gzip/,
    );
  });

  it('does not make a result of nothing', async () => {
    writeFileSync(join(folder, 'none.xyz'), '2\n\nCu 0 0 0\n');
    const outcome = await quests(['entropy', 'none.xyz', '--on-error', 'skip'], folder);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/none\.xyz, frame 0/);
  });

  it.each([
    ['entropy', 'bad.xyz'],
    ['convert', 'bad.xyz', '-o', 'left.xyz'],
    ['trajectory', 'bad.xyz'],
    ['trajectory', 'near.xyz'],
    ['dH', 'bad.xyz', 'all.xyz'],
    ['overlap', 'all.xyz', 'near.xyz'],
    ['compress', 'bad.xyz', '-s', '0.5', '-o', 'left.xyz'],
    ['audit', 'bad.xyz'],
    ['make_descriptors', 'near.xyz', '-o', 'left.npy'],
  ])('refuses with the first reason where no frame is left: %s %s', async (...args) => {
    writeFileSync(join(folder, 'bad.xyz'), frame(['Cu 0 0 x', 'Cu 2 2 2']).repeat(2));
    writeFileSync(join(folder, 'near.xyz'), frame(['Cu 0 0 0', 'Cu 0 0 0.0001']).repeat(2));
    const outcome = await quests([...args, '--on-error', 'skip'], folder);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(
      /^quests: no frame is left; the first was skipped: (bad|near)\.xyz, frame 0.*(found "x"|apart)/m,
    );
    expect(existsSync(join(folder, 'left.xyz'))).toBe(false);
  });
});

describe('--elements', () => {
  it('names types, which else stay numbers', async () => {
    const types = frame(['1 0 0 0', '2 2 2 0']);
    writeFileSync(join(folder, 'types.xyz'), types);
    expect(await printed(['entropy', 'types.xyz', '--species'])).toMatchObject({ species: ['1', '2'] });
    const named = await printed(['entropy', 'types.xyz', '--species', '--elements', 'Cu,Zr']);
    expect(named).toMatchObject({ species: ['Cu', 'Zr'] });
  });

  it('is refused where nothing has types, and said where some have none', async () => {
    writeFileSync(join(folder, 'types.xyz'), frame(['1 0 0 0', '2 2 2 0']));
    writeFileSync(join(folder, 'elements.xyz'), frame(['Cu 0 0 0', 'Zr 2 2 0']));
    writeFileSync(join(folder, 'zero.xyz'), frame(['0 0 0 0', '1 2 2 0']));
    writeFileSync(join(folder, 'zeros.npy'), npy('(2, 63)', new Float64Array(126)));
    const said =
      'elements.xyz, frame 0: the species are elements already, which --elements leaves as they are';
    for (const [files, message] of [
      [['entropy', 'elements.xyz'], said],
      [['dH', 'elements.xyz', 'elements.xyz'], said],
      [['entropy', 'zero.xyz'], 'zero.xyz, frame 0, atom 0: type 0 has no element'],
      [['entropy', 'zeros.npy'], '--elements has no effect: zeros.npy holds descriptors'],
    ] as const) {
      const outcome = await quests([...files, '--elements', 'Cu,Zr'], folder);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toContain(`quests: ${message}`);
    }
    const both = await quests(['dH', 'types.xyz', 'elements.xyz', '--elements', 'Cu,Zr'], folder);
    expect(both.code).toBe(0);
    expect(both.stderr).toContain(`note: ${said}\n`);
  });
});

describe('what a file may mean besides', () => {
  it('is said: a cell in a comment, coordinates as descriptors', async () => {
    writeFileSync(join(folder, 'cell.xyz'), '2\n9 9 9\nCu 0 0 0\nCu 2 2 2\n'.repeat(2));
    const { stderr, code } = await quests(['entropy', 'cell.xyz'], folder);
    expect(code).toBe(0);
    expect(stderr.match(/note: cell\.xyz, frame 0: no cell was read/g)).toHaveLength(1);
    writeFileSync(join(folder, 'xyz.npy'), npy('(2, 3)', [0, 1, 2, 3, 4, 5]));
    const columns = await quests(['entropy', 'xyz.npy'], folder);
    expect(columns.stderr).toContain(
      'note: xyz.npy: three columns, read as descriptors; if they are coordinates',
    );
  });
});

describe('convert', () => {
  it('writes the same structures in another file', async () => {
    const args = ['convert', 'all.xyz@::2', '-o', 'every_second.xyz'];
    const { code, stdout } = await quests(args, folder);
    expect(code).toBe(0);
    expect(stdout).toBe('3 frames, 7 environments written to every_second.xyz (extended or plain xyz)\n');
    const written = await frames(join(folder, 'every_second.xyz'));
    const read = (await frames(join(folder, 'all.xyz'))).filter((_, index) => index % 2 === 0);
    const withoutSource = (all: readonly Structure[]): unknown[] =>
      all.map((structure) => ({ ...structure, source: undefined }));
    expect(withoutSource(written)).toEqual(withoutSource(read));
    const again = await quests(args, folder);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/every_second\.xyz exists already/);
  });

  it('writes folders of DeePMD-kit', async () => {
    const convert = (...more: string[]): ReturnType<typeof quests> =>
      quests(['convert', 'all.xyz', '-o', ...more], folder);
    expect(await convert('systems/')).toMatchObject({
      code: 0,
      stdout: '5 frames, 12 environments written to systems/ (DeePMD-kit system)\n',
    });
    expect(contents(join(folder, 'systems'))).toEqual(['Cu1Zr2', 'Cu2']);
    expect(await printed(['entropy', 'systems'])).toMatchObject({ n_envs: 12 });
    const again = await convert('systems', '--to', 'deepmd');
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(
      /^quests: systems\/ exists already and is not empty; --overwrite replaces it$/m,
    );
    expect((await convert('systems', '--to', 'deepmd', '--overwrite')).code).toBe(0);
    expect(await convert('x/', '--to', 'extxyz')).toMatchObject({
      code: 2,
      stderr: 'quests: extended or plain xyz is a file, but x/ names a folder\n',
    });
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  it('writes descriptors', async () => {
    expect((await quests(['make_descriptors', 'all.xyz', '-o', 'x.npy'], folder)).code).toBe(0);
    const found = await printed(['convert', 'x.npy', 'x.npy', '-o', 'xx.npy']);
    expect(found).toMatchObject({ file: 'x.npy', format: 'npy', environments: 24 });
  });
});
