import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DescriptorMatrix, writeDescriptors } from '../../ts/node.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { alone, inShards } from '../support/cli/in-shards.js';
import { alloyText } from '../support/data/alloy.js';
import { golden, json } from '../support/data/files.js';
import { random } from '../support/data/random.js';

const folder = temporaryFolder();
const ALLOY = golden('agau_alloy.xyz');
const CU = join(import.meta.dirname, '../../examples/cu_train.xyz');

beforeAll(async () => {
  const next = random(3);
  // Sums of three numbers, in units of thousands.
  const data = Float64Array.from({ length: 300 * 8 }, () => 1000 * (next() + next() + next()));
  await writeDescriptors(join(folder, 'external.npy'), new DescriptorMatrix(data, { width: 8 }));
});

/** Keys of JSON that hold what was computed. */
const RESULTS = ['entropy', 'delta_entropy', 'frames'];

async function record(...args: string[]): Promise<Record<string, unknown>> {
  const outcome = await quests([...args, '--json'], folder);
  expect(outcome.code, outcome.stderr).toBe(0);
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

describe('quests bandwidth FILE', () => {
  it('recommends a bandwidth, says why, and draws it', async () => {
    const outcome = await quests(['bandwidth', CU, '--plot', 'h.svg'], folder);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/^Published fit: V = 11\.\d\d Å\^3\/atom -> h = 0\.06/m);
    expect(outcome.stdout).toMatch(/^Leave-one-out likelihood: h = \S+ \(95 % interval: \S+ to \S+\)/m);
    expect(outcome.stdout).toMatch(/^H leaves log N at h = \S+ and collapses at h = \S+/m);
    expect(outcome.stdout).toMatch(/^Recommended: h = /m);
    expect(outcome.stdout).toMatch(/^They disagree by a factor of /m);
    const svg = await readFile(join(folder, 'h.svg'), 'utf8');
    expect(svg).toContain('(taken)');
  });

  it('has a scale of its own for external descriptors', async () => {
    const found = await record('bandwidth', 'external.npy');
    expect(found.bandwidth as number).toBeGreaterThan(50);
    expect(found.bandwidth as number).toBeLessThan(2000);
    expect(found).toMatchObject({ n_envs: 300, looked_at: 300, volume: null, thermal: null });
    expect((found.scan as unknown[]).length).toBeGreaterThan(10);
  });

  it('refuses what it cannot take', async () => {
    const words = await quests(['bandwidth', 'large'], folder);
    expect(words).toMatchObject({ code: 2 });
    expect((await quests(['bandwidth', 'none.xyz'], folder)).code).toBe(1);
    const plot = await quests(['bandwidth', '12', '--plot', 'x.svg'], folder);
    expect(plot.code).toBe(2);
    expect(plot.stderr).toContain('--plot has no effect here');
  });
});

describe('--bandwidth auto', () => {
  it('takes what is recommended, says so, and gives the same numbers', async () => {
    const { bandwidth, by } = await record('bandwidth', 'external.npy');
    const own = await record('entropy', 'external.npy', '--bandwidth', 'auto');
    expect(own).toMatchObject({ bandwidth, bandwidth_by: by });
    const typed = await record('entropy', 'external.npy', '-b', String(bandwidth));
    expect(own.entropy).toBe(typed.entropy);
    expect(typed).not.toHaveProperty('bandwidth_by');
    const lines = await quests(['entropy', 'external.npy', '-b', 'auto', '--quiet'], folder);
    expect(lines.stdout).toMatch(/^Bandwidth: h = \S+ 1\/Å \(.+\)\n/);
  });

  it('looks at the reference, for every command that has one', async () => {
    const { bandwidth } = await record('bandwidth', CU);
    const other = join(import.meta.dirname, '../../examples/cu_test.xyz');
    expect((await record('dH', other, CU, '-b', 'auto')).bandwidth).toBe(bandwidth);
    expect((await record('overlap', other, CU, '-b', 'auto')).bandwidth).toBe(bandwidth);
    expect((await record('coverage', CU, other, '-b', 'auto')).bandwidth).toBe(bandwidth);
    expect((await record('trajectory', other, '-r', `train=${CU}`, '-b', 'auto')).bandwidth).toBe(bandwidth);
    expect((await record('compress', CU, '-b', 'auto', '-o', 'small.xyz')).bandwidth).toBe(bandwidth);
  });

  it('is refused where files are read once', async () => {
    const piped = await quests(['entropy', '-', '-b', 'auto'], folder);
    expect(piped).toMatchObject({ code: 2 });
    expect((await quests(['entropy', CU, '-b', 'wide'], folder)).code).toBe(2);
  });

  it('is found once for all shards, whose results are those of one machine', async () => {
    const other = join(import.meta.dirname, '../../examples/cu_test.xyz');
    for (const command of [
      ['entropy', CU],
      ['dH', other, CU],
      ['trajectory', other, '-r', `train=${CU}`],
    ]) {
      const alone = await record(...command, '-b', 'auto');
      const [first] = (await quests([...command, '-b', 'auto'], folder)).stdout.split('\n');
      for (const shards of command[0] === 'entropy' ? [1, 3] : [3]) {
        const work = `auto-${command[0] ?? ''}-${shards}`;
        const plan = ['shard', 'plan', '--shards', String(shards), '-o', work];
        const planned = await quests([...plan, ...command, '-b', 'auto'], folder);
        expect(planned.code, planned.stderr).toBe(0);
        expect(planned.stderr).toMatch(/Bandwidth: h = \S+ 1\/Å \(/);
        const { command: kept } = json(join(folder, work, 'manifest.json')) as {
          command: { options: Record<string, unknown> };
        };
        expect(kept.options.bandwidth).toBe(alone.bandwidth);
        for (let at = 0; at < shards; at++) {
          expect((await quests(['shard', 'run', work, '-i', String(at)], folder)).code).toBe(0);
        }
        const merged = await record('shard', 'merge', work);
        const same = ['bandwidth', 'bandwidth_by', 'bandwidth_disagreement', ...RESULTS].filter(
          (key) => key in alone,
        );
        for (const key of same) expect(merged[key], `${command[0] ?? ''} ${key}`).toEqual(alone[key]);
        const lines = await quests(['shard', 'merge', work], folder);
        expect(lines.stdout.split('\n')[0]).toBe(first);
      }
    }
  });

  it('external descriptors never have the default without a word', async () => {
    const { stderr } = await quests(['entropy', 'external.npy'], folder);
    expect(stderr).toContain('the bandwidth is 0.015, the default for descriptors of this package');
    expect(stderr).toContain('quests bandwidth recommends one');
    const stated = await quests(['entropy', 'external.npy', '-b', '300'], folder);
    expect(stated.stderr).not.toContain('the bandwidth is');
  });
});

describe('--bandwidth auto by element', () => {
  /** An alloy whose gold moves more; one with a rare element; another one. */
  const WIDER = (element: string): number => (element === 'Au' ? 0.6 : 0.2);
  beforeAll(() => {
    const turns = ['Cu', 'Cu', 'Au', 'Pt', 'Cu', 'Au'];
    writeFileSync(join(folder, 'alloy.xyz'), alloyText(6, 4, turns, 1, WIDER));
    const rare = [...Array<string>(40).fill('Cu'), ...Array<string>(20).fill('Au'), 'Pt'];
    writeFileSync(join(folder, 'rare.xyz'), alloyText(6, 3, rare, 4, WIDER));
    writeFileSync(join(folder, 'other.xyz'), alloyText(5, 2, ['Cu', 'Zr'], 3, WIDER));
  });

  it.each(['center', 'full'])('is what bandwidth shows and can be typed: --species %s', async (mode) => {
    const species = ['--species', mode];
    const { bandwidths, elements, bandwidth } = (await record('bandwidth', 'alloy.xyz', ...species)) as {
      bandwidths: Record<string, number>;
      elements: Record<string, { bandwidth: number; by: string; environments: number }>;
      bandwidth: number;
    };
    expect(Object.keys(bandwidths)).toEqual(['Au', 'Cu', 'Pt']);
    const by = Object.fromEntries(Object.entries(elements).map(([element, one]) => [element, one.by]));
    expect(bandwidths).toEqual(
      Object.fromEntries(Object.entries(elements).map(([element, one]) => [element, one.bandwidth])),
    );
    expect(Object.values(elements).reduce((sum, { environments }) => sum + environments, 0)).toBe(864);
    const typed = Object.entries(bandwidths).map(([element, h]) => `${element}=${h}`);
    const { stdout } = await quests(['bandwidth', 'alloy.xyz', ...species], folder);
    expect(stdout).toMatch(/\nFor each central element:\nelement +published fit .*\nAu .*\nCu .*\nPt .*\n/);
    expect(stdout).toContain(`\nRecommended by element: -b ${typed.join(',')}\n`);

    const own = await record('entropy', 'alloy.xyz', ...species, '-b', 'auto');
    expect(own).toMatchObject({ bandwidth: bandwidths, bandwidth_by: by, bandwidth_others: bandwidth });
    const given = await record('entropy', 'alloy.xyz', ...species, '-b', typed.join(','));
    expect(own.entropy).toBe(given.entropy);
    expect(given.bandwidth).toEqual(bandwidths);
    expect(given).not.toHaveProperty('bandwidth_by');
    const said = await quests(['entropy', 'alloy.xyz', ...species, '-b', 'auto'], folder);
    expect(said.stdout).toMatch(/^Bandwidth by element: .*Cu 0\.\d+.* 1\/Å \(.+\)\n/);
    if (mode === 'full') expect(bandwidths.Au).not.toBe(bandwidths.Cu);
  });

  it('is one number, as without labels, where there is one element, and in other modes', async () => {
    const plain = await record('entropy', CU, '-b', 'auto');
    const center = await record('entropy', CU, '-b', 'auto', '--species', 'center');
    for (const key of ['bandwidth', 'bandwidth_by', 'bandwidth_disagreement', 'entropy'])
      expect(center[key]).toEqual(plain[key]);
    for (const mode of ['ignore', 'blocks']) {
      const found = await record('entropy', 'alloy.xyz', '-b', 'auto', '--species', mode);
      expect(typeof found.bandwidth).toBe('number');
      const shown = await record('bandwidth', 'alloy.xyz', '--species', mode);
      expect(found.bandwidth).toBe(shown.bandwidth);
      expect(shown).not.toHaveProperty('elements');
    }
  });

  it('is that of all for a rare element, and for one that the reference lacks', async () => {
    const { bandwidth } = await record('bandwidth', 'rare.xyz', '--species', 'full');
    const args = ['dH', 'other.xyz', 'rare.xyz', '--species', 'full', '-b', 'auto'];
    const found = await record(...args);
    expect(found).toMatchObject({
      bandwidth: { Pt: bandwidth },
      bandwidth_by: { Pt: 'all' },
      bandwidth_others: bandwidth,
      missing_elements: ['Zr'],
    });
    const { stdout, stderr } = await quests(args, folder);
    const all = `Pt ${String(bandwidth)} 1/Å (that of all elements: too few environments)\n`;
    expect(stdout.slice(0, stdout.indexOf('\n') + 1)).toContain(all);
    expect(stderr).toContain(
      `note: the reference has no Zr: the bandwidth for it is that of all elements of the reference, ` +
        `${String(bandwidth)} 1/Å\n`,
    );
    const finite = (found.delta_entropy as (number | null)[]).filter((value) => value !== null);
    expect(finite).toHaveLength(250 - (found.missing_element_envs as number));
    expect((await quests(['bandwidth', 'rare.xyz', '--species', 'full'], folder)).stdout).toMatch(
      /^Pt .* that of all elements: too few environments$/m,
    );
    // Two sets that meet at the element that the first lacks.
    const met = await record(
      'coverage',
      'rare.xyz',
      'other.xyz',
      'other.xyz',
      '--species',
      'full',
      '-b',
      'auto',
    );
    expect(met).toMatchObject({ bandwidth: { Pt: bandwidth }, bandwidth_others: bandwidth });
  });

  it('is one for all where a command takes one', async () => {
    const { bandwidth } = await record('bandwidth', 'alloy.xyz', '--species', 'full');
    for (const command of [
      ['audit'],
      ['entropy', '--bandwidth-scan'],
      ['compress', '-o', 'few.xyz', '--overwrite'],
    ]) {
      const [name = '', ...more] = command;
      const args = [name, 'alloy.xyz', '--species', 'full', '-b', 'auto', ...more];
      expect((await record(...args)).bandwidth, name).toBe(bandwidth);
      const { stdout } = await quests(args, folder);
      expect(stdout, name).toMatch(/^Bandwidth: h = .+\), one for all elements\n/);
    }
  });

  it('is found from a stored reference; merged environments have one for all', async () => {
    const build = ['reference', 'build', 'alloy.xyz', '--species', 'full', '--overwrite'];
    await quests([...build, '-o', 'whole.qref'], folder);
    await quests([...build, '-o', 'merged.qref', '--merge', '0.9', '-b', '0.1'], folder);
    const files = await record('dH', 'rare.xyz', 'alloy.xyz', '--species', 'full', '-b', 'auto');
    const stored = await record('dH', 'rare.xyz', 'whole.qref', '-b', 'auto');
    for (const key of ['bandwidth', 'bandwidth_by', 'delta_entropy']) expect(stored[key]).toEqual(files[key]);
    const merged = await record('dH', 'rare.xyz', 'merged.qref', '-b', 'auto');
    expect(typeof merged.bandwidth).toBe('number');
  });

  it('is found once for all shards', async () => {
    for (const command of [
      ['entropy', 'alloy.xyz', '--species', 'full', '-b', 'auto'],
      ['dH', 'other.xyz', 'rare.xyz', '--species', 'full', '-b', 'auto'],
    ]) {
      const one = await alone(folder, command);
      expect(one).toHaveProperty('bandwidth_by');
      expect(await inShards(folder, 2, command)).toEqual(one);
      const plan = ['shard', 'plan', '--shards', '1', '-o', 'by-element', '--overwrite', ...command];
      expect((await quests(plan, folder)).stderr).toContain('Bandwidth by element: Au ');
    }
  });
});

describe('--bandwidth by element', () => {
  it('is the one bandwidth where all are the same', async () => {
    const own = await record('entropy', ALLOY, '--species', 'center', '-b', 'Ag=0.02,Au=0.02');
    const one = await record('entropy', ALLOY, '--species', 'center', '-b', '0.02');
    expect(own.bandwidth).toEqual({ Ag: 0.02, Au: 0.02 });
    expect(own.entropy).toBeCloseTo(one.entropy as number, 10);
    const other = await record('entropy', ALLOY, '--species', 'center', '-b', 'Ag=0.02,Au=0.05');
    expect(other.entropy as number).toBeLessThan(one.entropy as number);
  });

  it('is refused without labels, for an element that has none, and where it has no meaning', async () => {
    const NEEDS = 'quests: a bandwidth for each element needs --species center or --species full\n';
    const cases: [string[], number, string][] = [
      [['entropy', ALLOY, '-b', 'Ag=0.02,Au=0.05'], 2, NEEDS],
      [['entropy', ALLOY, '--species', '-b', 'Ag=0.02,Au=0.05'], 2, NEEDS],
      [['entropy', 'external.npy', '-b', 'Ag=0.02,Au=0.05'], 2, NEEDS],
      [['entropy', ALLOY, '--species', 'full', '-b', 'Ag=0.02'], 1, 'no bandwidth for Au'],
      [['entropy', ALLOY, '--species', 'full', '-b', 'Ag=0.02,Ag=0.03'], 2, 'Expected a number'],
      [['entropy', ALLOY, '--species', 'full', '-b', 'Ag=0.1,Au=1', '--bandwidth-scan'], 2, 'scan'],
      [['audit', ALLOY, '--species', 'full', '-b', 'Ag=0.02,Au=0.05'], 2, 'audit takes one bandwidth'],
    ];
    for (const [args, code, words] of cases) {
      const outcome = await quests(args, folder);
      expect(outcome.code, args.join(' ')).toBe(code);
      expect(outcome.stderr).toContain(words);
    }
  });

  it('is said not to be used where no atom is of the element', async () => {
    const args = ['entropy', ALLOY, '--species', 'full', '-b', 'Ag=0.02,Au=0.05,Zr=0.1,Cu=0.3'];
    const { code, stderr } = await quests(args, folder);
    expect(code).toBe(0);
    expect(stderr).toContain('note: no atom is Zr, Cu: the bandwidth given for it was not used\n');
    const both = await quests(['entropy', ALLOY, '--species', 'full', '-b', 'Ag=0.02,Au=0.05'], folder);
    expect(both.stderr).not.toContain('was not used');
  });
});
