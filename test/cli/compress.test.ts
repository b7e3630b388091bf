import { copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readStructures, type Structure } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { reference } from '../support/data/reference.js';
import { SHARED_DATA } from '../support/data/shared-data.js';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { golden, json } from '../support/data/files.js';

const folder = temporaryFolder();
const MIXED = golden('mixed_dataset.xyz');
const HEATING = golden('heating_trajectory.xyz');
const EXAMPLE = fileURLToPath(new URL('../../examples/cu_test.xyz', import.meta.url));
const CU = golden('fcc_cu_periodic.xyz');
const compression = reference.compression.mixed_dataset as NonNullable<
  typeof reference.compression.mixed_dataset
>;
const NOWHERE = { file: '', frame: 0 };
const SHARED = `${SHARED_DATA}mlearn/`;

async function structures(path: string): Promise<Structure[]> {
  const all: Structure[] = [];
  for await (const structure of readStructures(path)) all.push(structure);
  return all;
}

async function record(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await quests(['compress', ...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** All that is known of structures but where they were read. */
function same(found: readonly Structure[], expected: readonly Structure[]): void {
  const plain = (all: readonly Structure[]): Structure[] =>
    all.map((structure) => ({ ...structure, source: NOWHERE }));
  expect(plain(found)).toEqual(plain(expected));
}

describe.each(BACKENDS)('compress on %s', (backend) => {
  it('keeps the golden picks, and says what they hold', async () => {
    const args = [MIXED, '-s', '0.5', '--backend', backend];
    const outputs = [
      '-o',
      `${backend}.xyz`,
      '--dropped',
      `${backend}-dropped.xyz`,
      '--summary',
      `${backend}.json`,
    ];
    const { code, stdout } = await quests(['compress', ...args, ...outputs], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('# Structs: 12 (out of 24)\n');
    const written = json(join(folder, `${backend}.json`));
    const picks = compression['msc_h0.015'];
    expect(written.selected).toEqual(picks);
    const all = await structures(MIXED);
    same(
      await structures(join(folder, `${backend}.xyz`)),
      picks.map((pick) => all[pick] as Structure),
    );
    same(
      await structures(join(folder, `${backend}-dropped.xyz`)),
      all.filter((_, index) => !picks.includes(index)),
    );
    // What the summary says is what the other commands say of the files.
    const kept = await quests(['metrics', `${backend}.xyz`, '--json'], folder);
    const metrics = JSON.parse(kept.stdout) as { entropy: number; diversity: number; n_envs: number };
    expectClose(
      [written.comp_H as number, written.comp_D as number],
      [metrics.entropy, metrics.diversity],
      1e-10,
    );
    expect(written.comp_n_envs).toBe(metrics.n_envs);
    for (const [key, epsilon] of [
      ['overlap', '1e-5'],
      ['overlap_1nat', '1'],
    ] as const) {
      const overlap = await quests(['overlap', MIXED, `${backend}.xyz`, '-e', epsilon, '--json'], folder);
      expect(written[key]).toBe((JSON.parse(overlap.stdout) as { overlap: number }).overlap);
    }
    expectClose(written.orig_H as number, reference.cases.mixed_dataset?.entropy ?? NaN, 1e-9);
    expect(await record(args)).toMatchObject({ selected: picks, curve: written.curve });
  });
});

describe('compress', () => {
  it('reads sizes by their text, and adds to a reference', async () => {
    expect(await record([MIXED, '-s', '1'])).toMatchObject({ comp_n_structs: 1, size: '1' });
    expect(await record([MIXED, '-s', '1.'])).toMatchObject({ comp_n_structs: 24 });
    expect(await record([MIXED, '-s', '.1'])).toMatchObject({ comp_n_structs: 2 });
    const added = await record([MIXED, '-r', CU, '-s', '12', '-b', '0.06', '-m', 'msc']);
    expect(added).toMatchObject({
      method: 'msc_conditional',
      reference: CU,
      selected: compression['msc_conditional_on_fcc_cu_h0.06'],
    });
    expect(added.overlap_1nat_with_reference).toBeGreaterThanOrEqual(added.overlap_1nat as number);
  });

  it('finds the size at which H·D is largest, from one run', async () => {
    const all = await record([MIXED, '-s', '1.']);
    const best = await record([MIXED, '-s', 'optimal']);
    const { H, D } = all.curve as { H: number[]; D: number[] };
    const products = H.map((value, at) => value * (D[at] ?? NaN));
    const count = products.indexOf(Math.max(...products)) + 1;
    expect(best.comp_n_structs).toBe(count);
    expect(best.selected).toEqual((all.selected as number[]).slice(0, count));
    expect(best.comp_H).toBe(H[count - 1]);
  });

  it('covers a target environment by environment', async () => {
    const found = await record([HEATING, '-m', 'atom_msc', '--target-overlap', '0.8']);
    expect(found.overlap_1nat).toBeGreaterThanOrEqual(0.8);
    expect(found).toMatchObject({ target_overlap: 0.8, target_eps: 1 });
  });

  it(
    'picks chunk by chunk where chunks are smaller than the set, and all the same where they are ' + 'not',
    async () => {
      const whole = await record([MIXED, '-s', '6']);
      const one = await record([MIXED, '-s', '6', '--chunk-size', '100']);
      for (const key of ['selected', 'overlap', 'overlap_1nat', 'comp_H', 'max_dH', 'before', 'after']) {
        expect(one[key]).toEqual(whole[key]);
      }
      const args = [MIXED, '-s', '0.25', '--chunk-size', '7'];
      const { code, stdout } = await quests(
        ['compress', ...args, '-o', 'chunks.xyz', '--dropped', 'rest.xyz', '--summary', 'chunks.json'],
        folder,
      );
      expect(code).toBe(0);
      // 4 of each 7, 2 of the last 3.
      expect(stdout).toContain('Kept after chunks: 14, then selected among them\n# Structs: 6 (out of 24)');
      const written = json(join(folder, 'chunks.json'));
      const picks = written.selected as number[];
      const all = await structures(MIXED);
      same(
        await structures(join(folder, 'chunks.xyz')),
        picks.map((pick) => all[pick] as Structure),
      );
      same(
        await structures(join(folder, 'rest.xyz')),
        all.filter((_, index) => !picks.includes(index)),
      );
      const overlap = await quests(['overlap', MIXED, 'chunks.xyz', '-e', '1', '--json'], folder);
      expect(written.overlap_1nat).toBe((JSON.parse(overlap.stdout) as { overlap: number }).overlap);
    },
  );

  it('says when it drops the lowest energy, or a whole kind', async () => {
    const cell = 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3';
    const one = (x: number, energy: number, kind: string): string =>
      `2\n${cell} free_energy=-99 REF_energy=${energy} config_type=${kind}\nCu 0 0 0\nCu ${x} 2 2\n`;
    const set = one(1.9, -6, 'bulk') + one(2, -7, 'bulk') + one(1.2, -2, 'gas') + one(2.01, -6.5, 'wall');
    writeFileSync(join(folder, 'kinds.xyz'), set);
    const { stdout } = await quests(['compress', 'kinds.xyz', '-s', '2', '--summary', 'kinds.json'], folder);
    const written = json(join(folder, 'kinds.json'));
    expect(written.selected).toEqual([0, 2]);
    expect(stdout).toMatch(
      /Not kept: the lowest energy per atom \(REF_energy\), -3\.5000; kept are -3\.0000 and above\n/,
    );
    expect(stdout).toMatch(/Not kept: all structures of config_type wall \(1\)\n$/);
    expect(written.before).toMatchObject({
      energy_key: 'REF_energy',
      energy_per_atom: { min: -3.5, max: -1 },
    });
    const all = await quests(['compress', 'kinds.xyz', '-s', '1.', '--chunk-size', '2'], folder);
    expect(all.stdout).not.toContain('Not kept');
  });

  it('says when it does not know which energy is meant', async () => {
    const cell = 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3';
    const one = (x: number, labels: string): string => `2\n${cell} ${labels}\nCu 0 0 0\nCu ${x} 2 2\n`;
    const set = [1.9, 2, 1.2].map((x) => one(x, `REF_energy=${-x}`)).join('');
    writeFileSync(join(folder, 'unclear.xyz'), set + one(1.5, 'energy=-9'));
    const line = 'Not checked: energies, since REF_energy, energy differ and each may be the energy\n';
    for (const chunks of [[], ['--chunk-size', '2']]) {
      const args = ['compress', 'unclear.xyz', '-s', '2', '--summary', 'unclear.json', '--overwrite'];
      const { stdout } = await quests([...args, ...chunks], folder);
      expect(stdout).toContain(line);
      expect(stdout).not.toContain('Not kept');
      expect(json(join(folder, 'unclear.json')).before).toMatchObject({
        energy_key: null,
        energy_per_atom: null,
        energy_candidates: ['REF_energy', 'energy'],
      });
    }
  });

  it('draws by its seed', async () => {
    for (const method of ['random', 'mean_fps', 'k_means']) {
      const args = [MIXED, '-s', '8', '-m', method];
      const [one, again, other] = [
        await record([...args, '--seed', '1']),
        await record([...args, '--seed', '1']),
        await record([...args, '--seed', '2']),
      ];
      expect(again.selected).toEqual(one.selected);
      expect(other.selected).not.toEqual(one.selected);
    }
  });

  it('refuses what cannot be obeyed, before it computes, and writes nothing', async () => {
    const before = contents(folder);
    const refused = async (args: readonly string[], code: number, text: string): Promise<void> => {
      const outcome = await quests(['compress', ...args], folder);
      expect(outcome).toMatchObject({ code, stdout: '' });
      expect(outcome.stderr).toContain(text);
    };
    await refused([MIXED, '-s', '0'], 2, 'Expected at least 1 structure');
    await refused([MIXED, '-s', '1.5'], 2, 'up to 1., with a dot');
    await refused([MIXED, '-s', '25', '-o', 'new.xyz'], 2, 'expected a whole number from 1 to 24');
    await refused([MIXED, '-m', 'msc_conditional'], 2, '-r FILE');
    await refused([MIXED, '-m', 'fps', '-r', CU], 2, 'fps takes no reference');
    await refused([MIXED, '--target-overlap', '0.9'], 2, 'need -m atom_msc');
    await refused([MIXED, '-m', 'k_means', '-s', 'optimal'], 2, 'nested');
    await refused([MIXED, '--dropped', 'a.xyz', '-o', 'a.xyz'], 2, 'two outputs go to one file');
    await refused([MIXED, '--summary', 'a.xyz'], 2, 'expected a name that ends in .json');
    await refused([golden('heating_trajectory.descriptors.npy'), '-o', 'a.xyz'], 2, 'holds descriptors');
    await refused([MIXED, '-o', 'native.xyz'], 1, 'exists already');
    await refused([MIXED, '--dropped', 'native.xyz', '-o', 'b.xyz'], 1, 'exists already');
    expect(contents(folder)).toEqual(before);
  });

  // The values of the trials that the methods were chosen by, where a quarter was rounded up.
  const trials = [
    { set: 'Mo', size: 49, overlap: 0.912, largest: 6.3 },
    { set: 'Si', size: 54, overlap: 0.853, largest: 8.4 },
    { set: 'Li', size: 61, overlap: 0.88, largest: 4.6 },
  ];
  it.skipIf(!existsSync(SHARED)).each(trials)(
    'msc keeps most of $set (needs ../shared/data/mlearn)',
    { timeout: 120_000 },
    async ({ set, size, overlap, largest }) => {
      const file = `${SHARED}${set}_training.extxyz`;
      const msc = await record([file, '-s', String(size)]);
      expect(msc.overlap_1nat).toBeCloseTo(overlap, 3);
      expect(msc.max_dH).toBeCloseTo(largest, 1);
      for (const method of ['random', 'fps', 'mean_fps']) {
        const other = await record([file, '-s', String(size), '-m', method]);
        expect(msc.overlap_1nat).toBeGreaterThan(other.overlap_1nat as number);
        expect(msc.max_dH).toBeLessThan(other.max_dH as number);
        if (method === 'random') expect(msc.comp_H).toBeGreaterThan(other.comp_H as number);
      }
    },
  );
});

describe('sets that are read twice, and several outputs', () => {
  const at = (name: string): string => join(folder, name);

  it('drops what it does not keep where the set itself is overwritten', async () => {
    copyFileSync(MIXED, at('replaced.xyz'));
    const args = ['compress', 'replaced.xyz', '--chunk-size', '8', '-s', '0.5', '-o', 'replaced.xyz'];
    const { code } = await quests([...args, '--dropped', 'rest.xyz', '--overwrite'], folder);
    expect(code).toBe(0);
    const [kept, dropped] = [await structures(at('replaced.xyz')), await structures(at('rest.xyz'))];
    expect([kept.length, dropped.length]).toEqual([12, 12]);
    const texts = (all: readonly Structure[]): string[] =>
      all.map(({ positions }) => positions.join()).sort();
    expect(texts([...kept, ...dropped])).toEqual(texts(await structures(MIXED)));
  });

  it('refuses two names of one file before anything is written', async () => {
    symlinkSync('target.xyz', at('link.xyz'));
    const args = ['compress', MIXED, '-s', '2', '-o', 'target.xyz', '--dropped'];
    const plain = await quests([...args, './target.xyz'], folder);
    expect(plain).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two outputs go to one file') as string,
    });
    copyFileSync(CU, at('target.xyz'));
    const link = await quests([...args, 'link.xyz', '--overwrite'], folder);
    expect(link).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two outputs go to one file') as string,
    });
    expect(await structures(at('target.xyz'))).toHaveLength(1);
  });

  it('writes several structures as JSON, and prints what as many at random cover', async () => {
    const outcome = await quests(['compress', MIXED, '-s', '0.25', '-o', 'some.json'], folder);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/^Overlap of as many at random: \d+\.\d % .*, \d+\.\d % .*$/m);
    const written = json(at('some.json'));
    expect(written).toMatchObject({ comp_n_structs: 6 });
    const random = await record([MIXED, '-s', '0.25', '-m', 'random']);
    expect(written.overlap_1nat_random).toBe(random.overlap_1nat);
    expect(random.overlap_random).toBeNull();
  });

  it('refuses a file for one structure before it describes any', async () => {
    const { code, stderr } = await quests(['compress', MIXED, '-s', '0.5', '-o', 'a.poscar'], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('a.poscar can hold only one structure')]);
    expect(stderr).not.toContain('descriptors built');
  });

  it('writes nothing where one of the files has no room', async () => {
    const args = ['compress', MIXED, '-s', '1', '-o', 'one.xyz', '--dropped', 'many.poscar'];
    const { code, stderr } = await quests(args, folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('many.poscar can hold only one structure')]);
    expect(existsSync(at('one.xyz'))).toBe(false);
  });

  it('knows before it computes whether there is room', async () => {
    const tried = async (...args: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await quests(['compress', MIXED, ...args], folder);
      return [code, stderr];
    };
    const full = (name: string): string =>
      `quests: ${name} can hold only one structure: choose a format for several, such as .xyz\n`;
    expect(await tried('-s', '0.4', '-o', 'full.poscar')).toEqual([2, full('full.poscar')]);
    expect(await tried('-s', '2', '-o', 'full.data')).toEqual([2, full('full.data')]);
    expect(await tried('-o', 'kept.xyz', '--dropped', 'full.vasp')).toEqual([2, full('full.vasp')]);
    expect((await tried('-s', '1', '-o', 'room.poscar'))[0]).toBe(0);
    expect((await tried('-s', '23', '-o', 'room.xyz', '--dropped', 'room.data'))[0]).toBe(0);
  });

  it('writes its record where the output is JSON, whatever the size', async () => {
    for (const size of ['0.4', '1', '10', 'optimal']) {
      const name = `record-${size}.json`;
      expect((await quests(['compress', MIXED, '-s', size, '-o', name], folder)).code).toBe(0);
      const timeless = (all: Record<string, unknown>): [string, unknown][] =>
        Object.entries(all).filter(([key]) => !key.endsWith('_time'));
      const printed = timeless(await record([MIXED, '-s', size]));
      const written = timeless(json(at(name)));
      expect(written).toEqual(printed);
    }
  });

  it('names file and frame of what it picks', async () => {
    const { selected, selected_sources: sources } = await record([`${MIXED}@3:`, '-s', '2']);
    expect(sources).toEqual((selected as number[]).map((index) => ({ file: MIXED, frame: index + 3 })));
  });

  it('keeps, leaves out and spaces what it is told to', async () => {
    const spaced = await record([HEATING, '-s', '4', '--spacing', '3']);
    const frames = (spaced.selected as number[]).toSorted((a, b) => a - b);
    expect(frames).toHaveLength(4);
    for (let at = 1; at < 4; at++)
      expect((frames[at] as number) - (frames[at - 1] as number)).toBeGreaterThan(2);
    expect(spaced).toMatchObject({ spacing: 3, method: 'msc' });

    const until = await record([MIXED, '--until', 'max-dH=5']);
    expect(until.max_dH).toBeLessThanOrEqual(5);
    const fewer = await record([MIXED, '-s', String((until.comp_n_structs as number) - 1)]);
    expect(fewer.max_dH).toBeGreaterThan(5);
    expect(until).toMatchObject({ until: 'max-dH=5', size: null });

    const rejected = await record([MIXED, '-r', CU, '--reject-above', '20', '-s', '2']);
    const largest = ({ causes }: Record<string, unknown>): number =>
      Math.max(...(causes as { dH: number }[]).map(({ dH }) => dH));
    expect(largest(rejected)).toBeLessThanOrEqual(20);
    expect(largest(await record([MIXED, '-r', CU, '-s', '2']))).toBeGreaterThan(20);
  });

  it('keeps structures of lowest energy, and says what each pick stands for', async () => {
    const kept = ['-s', '6', '--keep', 'config_type=hot', '--keep', 'lowest=1'];
    const few = `${EXAMPLE}@::12`;
    const found = await record([few, ...kept, '--weights', 'config_weight', '-o', 'weighted.xyz']);
    const all = (await structures(EXAMPLE)).filter((_, at) => at % 12 === 0);
    const hot = all.flatMap(({ info }, at) => (info?.config_type === 'hot' ? [at] : []));
    const energies = all.map(({ info, positions }) => (info?.energy as number) / positions.length);
    const selected = found.selected as number[];
    expect(selected.slice(0, hot.length)).toEqual(hot);
    expect(selected[hot.length]).toBe(energies.indexOf(Math.min(...energies)));
    const weights = (await structures(join(folder, 'weighted.xyz'))).map(({ info }) => info?.config_weight);
    expect(weights).toEqual(found.weights);
    expect((found.stands_for_envs as number[]).reduce((sum, value) => sum + value, 0)).toBeCloseTo(
      (found.orig_n_envs as number) - (found.unlike_envs as number),
      6,
    );
    const [first, second] = found.causes as ({ atom: number; dH: number } | null)[];
    expect(first).toBeNull();
    expect(second?.atom).toBeLessThan(32);
  });

  it.each([
    [['--keep', 'config_type=x', '-m', 'fps'], /--keep needs a method that adds to what is kept/],
    [['--spacing', '2', '--chunk-size', '4'], /--spacing cannot be combined with --chunk-size/],
    [['--reject-above', '3'], /--reject-above needs --reference/],
    [['--until', 'max-dH=0', '-s', '3'], /--until and --size both say how many/],
    [['--until', 'max-dH=0', '-m', 'k_means'], /--until needs a method with nested selections/],
    [['--until', 'dH=0'], /Expected max-dH=NATS, or overlap=SHARE/],
    [['--keep', 'lowest=1', '-s', 'optimal'], /--keep cannot be combined with -s optimal/],
    [['--keep', 'lowest=1'], /lowest=1: no structure has an energy/],
  ])('refuses %s', async (args, message) => {
    const outcome = await quests(['compress', HEATING, ...args], folder);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(message);
  });
});
