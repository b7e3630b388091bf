import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { countText } from '../../ts/faces/node/explore.js';
import { openedExploration } from '../../ts/explorer/saved-exploration.js';
import { contents, type Outcome, quests, start, ended, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();
const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const TRAIN = join(EXAMPLES, 'cu_train.xyz');
const TEST = join(EXAMPLES, 'cu_test.xyz');

/** Bytes of a report of 100,000 environments at the most. */
const LARGEST = 3_000_000;

/** Reports are the same every day. */
process.env.SOURCE_DATE_EPOCH = '1735689600';

const run = (...args: string[]): Promise<Outcome> => quests(['report', ...args], folder);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** What a record of `--json` has of a report. */
interface Report {
  readonly sets: readonly {
    readonly entropy: number;
    readonly entropyError: number;
    readonly diversity: number;
    readonly frames: number;
    readonly environments: number;
    readonly known: number;
  }[];
  readonly tolerance: number | null;
  readonly seed: number | null;
  readonly comparison: { readonly overlap: number; readonly novelty: number; readonly mean: number } | null;
  readonly bandwidth: number;
  readonly k: number;
  readonly report: string;
}

const json = ({ code, stdout, stderr }: Outcome): unknown => {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

describe('report', () => {
  it('writes one file with verdict, numbers, pictures, maps, frames and how it was computed', async () => {
    const outcome = await run(TEST, '-r', TRAIN, '-o', 'pair.html');
    expect(outcome.code, outcome.stderr).toBe(0);
    const verdict = '49.0 % of cu_test.xyz is outside cu_train.xyz.';
    expect(outcome.stdout.split('\n')[0]).toBe(verdict);
    expect(outcome.stderr).toMatch(/report written to pair\.html \(\d+ kB\)\n$/);
    const html = read('pair.html');
    expect(html).toContain(`<h1>${verdict}</h1>`);
    for (const text of ['overlap', 'novelty', 'diversity D (nats)', 'H / log N', 'information gap (nats)']) {
      expect(html).toContain(`<th scope="row">${text}</th>`);
    }
    expect(html.match(/<img\s+class="plot"/g)).toHaveLength(6);
    expect(html).toContain('<figcaption>Entropy H of each frame of cu_test.xyz</figcaption>');
    expect(html).toContain('<td>all pairs (exact)</td>');
    expect(html.match(/data:image\/png/g)).toHaveLength(2);
    expect(html).toContain('Most novel frames of cu_test.xyz');
    // It is sent to others: no folder of this machine is in it.
    expect(html).not.toContain(EXAMPLES);
    expect(html).toMatch(/<th scope="row">files of the first set<\/th>\s*<td>cu_train\.xyz<\/td>/);
    expect(html).toMatch(/<th scope="row">date<\/th>\s*<td>2025-01-01<\/td>/);
    expect(html).toContain('<strong>Next step:</strong> Label the structures of cu_test.xyz that add most');
    expect(html).toMatch(/quests \d+\.\d+\.\d+/);
    expect(html).not.toMatch(/<script|<link|https?:\/\//i);
    // The same input gives the same bytes.
    expect((await run(TEST, '-r', TRAIN, '-o', 'again.html')).code).toBe(0);
    expect(read('again.html')).toBe(html);
  });

  it('shows of each frame first what differs, and notes before the numbers', async () => {
    const frame = (at: number): string =>
      `2\nconst_a=1 const_b=2 const_c=3 const_d=4 step=${100 + at} Properties=species:S:1:pos:R:3\n` +
      `Cu 0 0 0\nCu ${2 + 0.3 * at} 0 0\n`;
    writeFileSync(join(folder, 'steps.xyz'), [0, 1, 2].map(frame).join(''));
    expect((await run('steps.xyz', '-o', 'steps.html', '-b', '0.001')).code).toBe(0);
    const html = read('steps.html');
    for (const at of [0, 1, 2]) expect(html).toContain(`<td>step=${100 + at}, const_a=1, const_b=2,`);
    writeFileSync(join(folder, 'gas.xyz'), '2\n\nAr 0 0 0\nAr 9 0 0\n');
    expect((await run('gas.xyz', '-o', 'gas.html')).code).toBe(0);
    expect(read('gas.html')).toContain('gas.xyz: no environment has a neighbour within 5 Å');
  });

  it('says as JSON what the other commands say', async () => {
    const options = ['-k', '16', '-b', '0.03', '-e', '1'];
    const found = json(await run(TEST, '-r', TRAIN, '-o', 'json.html', '--json', ...options)) as Report;
    const metrics = json(await quests(['metrics', TEST, '--json', '-k', '16', '-b', '0.03'], folder)) as {
      entropy: number;
      diversity: number;
    };
    const overlap = json(await quests(['overlap', TEST, TRAIN, '--json', ...options], folder)) as {
      overlap: number;
    };
    expect(found.sets[1]).toMatchObject({ entropy: metrics.entropy, diversity: metrics.diversity });
    expect(found.comparison?.overlap).toBe(overlap.overlap);
    expect(found).toMatchObject({ k: 16, bandwidth: 0.03, report: 'json.html' });
    expect(read('json.html')).toContain('<td>0.03</td>');
  });

  it('takes selections, several files, and descriptors', async () => {
    const some = json(await run(`${TEST}@:10`, TRAIN, '-o', 'some.html', '--json')) as Report;
    expect(some.sets).toHaveLength(1);
    expect(some.sets[0]?.frames).toBe(22);
    expect(some.comparison).toBeNull();
    expect(read('some.html')).toContain('Frames with the rarest environments');
    expect((await quests(['make_descriptors', TRAIN, '-o', 'x.npy'], folder)).code).toBe(0);
    const matrix = json(await run('x.npy', '-o', 'matrix.html', '--json')) as Report;
    const plain = json(await run(TRAIN, '-o', 'plain.html', '--json')) as Report;
    expect(matrix.sets[0]?.entropy).toBe(plain.sets[0]?.entropy);
  });

  it('shows names, and what a file says, as text', async () => {
    const evil = `<img src=x onerror=alert(1)>'"&.xyz`;
    const frame = (at: number): string =>
      `2\nconfig_type="<script>alert(${at})</script>" Properties=species:S:1:pos:R:3\n` +
      `Cu 0 0 0\nCu ${2 + at} 0 0\n`;
    writeFileSync(join(folder, evil), frame(0) + frame(0.5));
    const outcome = await run(evil, '-r', TRAIN, '-o', 'evil.html');
    expect(outcome.code, outcome.stderr).toBe(0);
    const html = read('evil.html');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&#39;&quot;&amp;.xyz');
    expect(html).toContain('config_type=&lt;script&gt;alert(0)&lt;/script&gt;');
    expect(html).not.toMatch(/<script|<img src=x/);
    // Pictures are documents of their own, where no name is markup either.
    for (const [, base64 = ''] of html.matchAll(/data:image\/svg\+xml;base64,([^"]+)"/g)) {
      expect(Buffer.from(base64, 'base64').toString()).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    }
  });

  it('writes one that stays alive, with the same words, what was explored, and no network', async () => {
    const plain = await run(TEST, '-r', TRAIN, '-o', 'words.html', '--species', 'full');
    const alive = await run(TEST, '-r', TRAIN, '-o', 'alive.html', '--species', 'full', '--interactive');
    expect(alive.code, alive.stderr).toBe(0);
    expect(alive.stdout).toBe(plain.stdout);
    const html = read('alive.html');
    expect(html).toContain(`<title>${alive.stdout.split('\n')[0] ?? ''}</title>`);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    expect(policy).toMatch(/^default-src &#39;none&#39;; script-src &#39;sha256-[\w+/=]{44}&#39; blob: /);
    expect(policy).not.toMatch(/https?:|unsafe-inline&#39; blob|self/);
    const [, data = ''] = /id="living-data">\s*([^<]+)</.exec(html) ?? [];
    const { exploration } = await openedExploration(Buffer.from(data, 'base64'), {});
    const told = json(
      await run(TEST, '-r', TRAIN, '-o', 'told.html', '--species', 'full', '--json'),
    ) as Report;
    expect(exploration.findings.sets.map(({ entropy }) => entropy)).toEqual(
      told.sets.map(({ entropy }) => entropy),
    );
    expect(exploration.sets[1]?.x.species).toBe('full');
    // No folder of this machine is in it.
    expect(JSON.stringify(exploration.sets.map(({ structures }) => structures[0]?.source))).toBe(
      JSON.stringify([
        { file: 'cu_train.xyz', frame: 0 },
        { file: 'cu_test.xyz', frame: 0 },
      ]),
    );
  });

  it('says why there is no report, and writes none', async () => {
    writeFileSync(join(folder, 'mine.html'), 'mine');
    const before = contents(folder);
    expect(await run(TRAIN, '-o', 'mine.html')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'quests: mine.html exists already; --overwrite replaces it\n',
    });
    expect(read('mine.html')).toBe('mine');
    expect(await run(TRAIN, '-o', 'report.pdf')).toMatchObject({
      code: 2,
      stderr: 'quests: cannot write report.pdf: expected a name that ends in .html\n',
    });
    expect((await run(TRAIN)).code).toBe(2);
    const absent = await run('no-such.xyz', '-o', 'absent.html');
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(/^quests: .*no-such\.xyz.*\n$/);
    const child = start(['report', join(EXAMPLES, 'cu_melt.xyz'), '-o', 'cancelled.html'], folder);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    expect(await ended(child)).toMatchObject({ code: 130 });
    expect(contents(folder)).toEqual(before);
    expect((await run(`${TRAIN}@:3`, '-o', 'mine.html', '--overwrite')).code).toBe(0);
    expect(read('mine.html')).toContain('<!doctype html>');
  });

  it('takes entropies within a tolerance from a sample, and says so', async () => {
    const some = `${join(EXAMPLES, 'cu_run.lammpstrj.gz')}@::4`;
    const options = ['-b', '0.05', '--json'];
    const exact = json(await run(some, '-o', 'exact.html', ...options, '--tolerance', '0')) as Report;
    expect(exact).toMatchObject({ tolerance: null, seed: null, sets: [{ entropyError: 0, known: 20_000 }] });
    const within = ['--tolerance', '0.1', '--seed', '3'];
    const found = json(await run(some, '-o', 'within.html', ...options, ...within)) as Report;
    expect(found).toMatchObject({ tolerance: 0.1, seed: 3 });
    const [[set], [expected]] = [found.sets, exact.sets];
    if (set === undefined || expected === undefined) throw new Error('there are no sets');
    expect(set.entropyError).toBeGreaterThan(0);
    expect(set.entropyError).toBeLessThan(0.1);
    expect(Math.abs(set.entropy - expected.entropy)).toBeLessThan(set.entropyError);
    const html = read('within.html');
    expect(html).toContain(`From ${countText(set.known)} sampled of 20,000 environments.`);
    expect(html).toContain('; grey: not in the sample');
    expect(html).toContain(`, from ${countText(set.known)} of its 20,000 environments</figcaption>`);
    expect(html).toMatch(/<td>random sample of environments, H within ±0\.1 nats \(95 %\); seed 3<\/td>/);
    expect((await run(some, '-o', 'none.html', '--tolerance', '-1')).code).toBe(2);
  });

  /** Frames of four atoms in random places. */
  function writeMany(name: string, count: number): void {
    let seed = 1;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const frames: string[] = [];
    for (let frame = 0; frame < count; frame++) {
      const place = (x: number): string => (x + 0.4 * random()).toFixed(4);
      const atoms = [0, 1, 2, 3].map(
        (at) => `${at % 2 === 0 ? 'Cu' : 'Au'} ${place(2 * (at & 1))} ${place(at & 2)} ${place(0)}`,
      );
      frames.push(`4\nProperties=species:S:1:pos:R:3\n${atoms.join('\n')}\n`);
    }
    writeFileSync(join(folder, name), frames.join(''));
  }

  it('samples sets that are too large for all pairs, unless it is told otherwise', async () => {
    writeMany('larger.xyz', 37_501);
    const outcome = await run('larger.xyz', '-k', '3', '-o', 'larger.html', '--json');
    const { sets, tolerance } = json(outcome) as Report;
    expect(tolerance).toBe(0.05);
    expect(sets[0]?.environments).toBe(150_004);
    expect(sets[0]?.known).toBeLessThan(10_000);
    expect(outcome.stderr).toContain(
      'note: more than 150000 environments: H is estimated to within 0.05 nats (95 % confidence); ' +
        '--tolerance 0 is exact\n',
    );
    expect(statSync(join(folder, 'larger.html')).size).toBeLessThan(LARGEST);
  });

  it('stays under 3 MB for 100,000 environments, in however many frames', async () => {
    writeMany('many.xyz', 25_000);
    const outcome = await run('many.xyz', '-k', '3', '-r', TRAIN, '-o', 'many.html', '--json');
    const { sets } = json(outcome) as Report;
    expect(sets[1]?.frames).toBe(25_000);
    expect(statSync(join(folder, 'many.html')).size).toBeLessThan(LARGEST);
  });
});
