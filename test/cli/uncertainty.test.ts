import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { json } from '../support/data/files.js';

const folder = temporaryFolder();
const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const [test, training] = [example('cu_test.xyz'), example('cu_train.xyz')];
const pair = ['uncertainty', test, training];

describe('quests uncertainty', () => {
  it('reports, and writes error bars for new structures', async () => {
    const bars = ['--apply', `${test}@5:7`, '--bars', 'bars.xyz', '--level', '0.8'];
    const outcome = await quests(
      [...pair, '--prediction', 'forces_fit', ...bars, '-o', 'report.json'],
      folder,
    );
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain('Error: |dF| of an atom, forces_fit against forces;');
    const found = json(join(folder, 'report.json')) as Record<string, unknown> & {
      error_bars: {
        level: number;
        intercept: number;
        slope: number;
        correction: number;
        coverage_error: number;
      }[];
    };
    expect(found).toMatchObject({ test_structures: 120, property: 'forces', split: { fit: 60, seed: 0 } });
    expect(found.error_bars.map(({ level }) => level)).toEqual([0.5, 0.8, 0.9, 0.95]);
    const bar = found.error_bars[1];
    const [, comment = '', first = ''] = readFileSync(join(folder, 'bars.xyz'), 'utf8').split('\n');
    expect(comment).toMatch(/forces_fit:R:3:dH:R:1:error_bar:R:1.*mean_error_bar=.*max_error_bar=/);
    const [dH, own] = first.trim().split(/\s+/).slice(-2).map(Number);
    const expected =
      10 ** ((bar?.intercept ?? NaN) + (bar?.slope ?? NaN) * (dH ?? NaN) + (bar?.correction ?? NaN));
    expect(own).toBeCloseTo(expected, 9);
  });

  it('does the same for energies, whose bars belong to frames', async () => {
    const energy = ['--property', 'energy', '--prediction', 'energy_fit'];
    const bars = ['--apply', `${test}@5:7`, '--bars', 'bars.csv', '--level', '0.8', '--levels', '0.5'];
    const { code, stdout } = await quests([...pair, ...energy, ...bars, '--thresholds', '0.01'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('Error: |dE|/N of a structure, energy_fit against energy;');
    expect(stdout).toMatch(/^ {2}0\.01 .* %/m);
    const [header, ...rows] = readFileSync(join(folder, 'bars.csv'), 'utf8').trim().split('\n');
    expect(header).toMatch(/^file,frame,atom,.*,dH,error_bar$/);
    expect(new Set(rows.map((row) => row.split(',').at(-1))).size).toBe(2);
  });

  it('says where new structures lie outside what the bars were calibrated on', async () => {
    const cool = ['uncertainty', `${test}@:40`, training, '--prediction', 'forces_fit'];
    const applied = async (frames: string): Promise<[string, Record<string, unknown>]> => {
      const bars = ['--apply', `${test}@${frames}`, '--bars', 'cool.csv', '--overwrite', '-o', 'cool.json'];
      const { code, stdout } = await quests([...cool, ...bars], folder);
      expect(code).toBe(0);
      return [stdout, json(join(folder, 'cool.json')).applied as Record<string, unknown>];
    };
    const [like, known] = await applied('20:40');
    expect(like).toMatch(/^New structures: 20; error bars at level 0\.9 for \d+ of 640 environments$/m);
    expect(like).not.toContain('unlike');
    expect(known).toMatchObject({ unlike: false, structures: 20, points: 640 });
    // Hot crystals.
    const [unlike, hot] = await applied('40:70');
    expect(unlike).toMatch(/^No error bar: \d+ \(\d\d\.\d %\) with dH outside -4\.9.* frame 40 \(/m);
    expect(unlike).toMatch(/^Outside the calibration: [5-9]\d\.\d % of the new environments/m);
    expect(unlike).toMatch(/new against held-out: D = 1, p = \d/);
    expect(unlike).toMatch(/^The new structures are unlike those that the bars were calibrated on/m);
    expect(hot.unlike).toBe(true);
    const rows = readFileSync(join(folder, 'cool.csv'), 'utf8').trim().split('\n').slice(1);
    const bars = rows.map((row) => row.split(',').at(-1));
    expect(bars.filter((bar) => bar === 'nan')).toHaveLength(hot.without_bar as number);
    // The largest error of cool crystals is below 1 eV/Å.
    expect(Math.max(...bars.filter((bar) => bar !== 'nan').map(Number))).toBeLessThan(1);
    const named = hot.without_bar_in as { frame: number; without: number }[];
    expect(named.reduce((sum, { without }) => sum + without, 0)).toBe(hot.without_bar);
    expect(named.every(({ frame }) => frame >= 40 && frame < 70)).toBe(true);
  });

  it('looks at new structures before it computes', async () => {
    const outcome = await quests(
      [...pair, '--prediction', 'f', '--apply', 'no.xyz', '--bars', 'b.xyz'],
      folder,
    );
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/no\.xyz/) as string });
  });

  it('takes predictions from a second file, if it holds the same structures', async () => {
    const text = readFileSync(test, 'utf8');
    writeFileSync(join(folder, 'model.xyz'), text.replaceAll('forces:R:3:forces_fit', 'true:R:3:forces'));
    const two = await quests([...pair, '--predictions', 'model.xyz', '--json'], folder);
    const one = await quests([...pair, '--prediction', 'forces_fit', '--json'], folder);
    const environments = ({ stdout }: typeof one): unknown =>
      (JSON.parse(stdout) as { environments: unknown }).environments;
    expect(environments(two)).toEqual(environments(one));
    expect(await quests([...pair, '--predictions', training], folder)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /quests: 12 structures with predictions for 120 with the truth\n$/,
      ) as string,
    });
  });

  it.each([
    ['forces_none', ['--prediction', 'forces_none']],
    ['forces_none', ['--prediction', 'forces_none', '--compare']],
    ['spread_none', ['--prediction', 'forces_fit', '--compare', '--spread', 'spread_none']],
  ])('refuses a column that is not there before anything is computed, %j', async (name, options) => {
    const { code, stderr } = await quests([...pair, ...options], folder);
    expect(code).toBe(2);
    expect(stderr.startsWith('quests: ')).toBe(true);
    expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/descriptors built|computed/);
  });

  it('compares scores, and draws their curves', async () => {
    const compare = ['--prediction', 'forces_fit', '--compare'];
    const files = ['--plot', 'curves.svg', '-o', 'scores.json', '--spread', 'forces_fit'];
    const outcome = await quests([...pair, ...compare, ...files], folder);
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toMatch(/^ {2}10th nearest +0\.\d\d \[0\.\d\d, 0\.\d\d\]/m);
    expect(outcome.stdout).toMatch(/^By Spearman's correlation, better than dH: .*; worse: .*KDE \(PCA\)/m);
    expect(outcome.stderr).toMatch(/scores computed: dH \d+\.\d\d s; nearest/);
    const found = json(join(folder, 'scores.json')) as {
      scores: { name: string; seconds: number | null; environments: { spearman: { value: number } } }[];
    };
    expect(found).toMatchObject({ test_structures: 120, resamples: 200, level: 0.9, errors: 3786 });
    expect(found.scores.map(({ name }) => name)).toEqual([
      'dH',
      'nearest_1',
      'nearest_10',
      'kde',
      'mahalanobis',
      'mixture',
      'grade',
      'local_grade',
      'known_errors',
      'forces_fit',
    ]);
    const [dH] = found.scores;
    expect(outcome.stdout).toContain(`dH                  ${dH?.environments.spearman.value.toFixed(2)} [`);
    expect(readFileSync(join(folder, 'curves.svg'), 'utf8')).toContain('errors themselves');
    const energy = ['--property', 'energy', '--prediction', 'energy_fit', '--compare', '--json'];
    const { stdout } = await quests([...pair, ...energy], folder);
    expect(JSON.parse(stdout)).toMatchObject({
      errors: 120,
      scores: [{ name: 'dH', environments: null }, {}, {}, {}, {}, {}, {}, {}],
    });
  });

  it('refuses what it cannot do, and writes nothing', async () => {
    const before = contents(folder);
    const refused: [string[], number, RegExp][] = [
      [
        pair,
        2,
        /no predicted forces named; columns of three numbers in the first structure: forces, forces_fit/,
      ],
      [[...pair, '--prediction', 'f'], 2, /no structure has forces f; columns of three numbers in the first/],
      [[...pair, '--apply', test], 2, /--apply and --bars need each other/],
      [[...pair, '--plot', 'p.svg'], 2, /--plot needs --compare/],
      [[...pair, '--spread', 'forces'], 2, /--spread needs --compare/],
      [[...pair, '--compare', '--levels', '0.5'], 2, /--levels has no effect with --compare/],
      [[...pair, '--compare', '--thresholds', '1,2'], 2, /--compare takes one threshold/],
      [[...pair, '--compare', '--apply', test, '--bars', 'x.csv'], 2, /--compare and --apply are two/],
      [
        [...pair, '--prediction', 'forces_fit', '--compare', '--spread', 'sigma'],
        2,
        /cu_test\.xyz, frame 0: no sigma that could be a spread/,
      ],
      [
        [...pair, '--prediction', 'forces_fit', '--apply', test, '--bars', 'x.json'],
        2,
        /cannot write x\.json/,
      ],
      [[...pair, '--levels', '1'], 2, /Expected shares above 0 and below 1/],
      [
        [
          'uncertainty',
          `${test}@:8`,
          training,
          '--prediction',
          'forces_fit',
          '--apply',
          test,
          '--bars',
          'x.xyz',
        ],
        1,
        /8 structures with known errors, expected at least 12/,
      ],
    ];
    for (const [args, code, message] of refused) {
      const outcome = await quests(args, folder);
      expect(outcome.stderr).toMatch(message);
      expect(outcome.code).toBe(code);
    }
    expect(contents(folder)).toEqual(before);
  });
});
