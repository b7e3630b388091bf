import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ended, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { alone, inShards } from '../support/cli/in-shards.js';
import { runsIn } from '../support/cli/records.js';

const folder = temporaryFolder();
const { done, refused, record } = runsIn(folder);
const EXAMPLES = [
  ...['cu_crystal', 'cu_melt', 'cu_train', 'cu_test'].map((name) => `examples/${name}.xyz`),
  ...['mixed_dataset', 'fcc_cu_periodic'].map((name) => `test/golden/data/${name}.xyz`),
];

beforeAll(async () => {
  for (const path of EXAMPLES) {
    copyFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), join(folder, basename(path)));
  }
  await done(['reference', 'build', 'cu_melt.xyz', '-o', 'melt.qref']);
  await done(['reference', 'build', 'cu_train.xyz', '-o', 'train.qref']);
  await done(['reference', 'build', 'cu_melt.xyz', '--species', 'center', '-o', 'copper.qref']);
  let atom = 0;
  const alloy = readFileSync(join(folder, 'mixed_dataset.xyz'), 'utf8').replaceAll(/^Cu /gm, () =>
    atom++ % 3 === 0 ? 'Au ' : 'Cu ',
  );
  writeFileSync(join(folder, 'alloy.xyz'), alloy);
});

describe('a stored reference', () => {
  it('says what it holds', async () => {
    const info = JSON.parse(await done(['reference', 'info', 'melt.qref', '--json'])) as Record<
      string,
      unknown
    >;
    expect(info).toMatchObject({ k: 32, cutoff: 5, width: 63, elements: ['Cu'], species: null });
    expect(info.sources).toEqual([
      { file: 'cu_melt.xyz', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    ]);
    expect(await done(['reference', 'info', 'melt.qref'])).toContain('k = 32, cutoff 5 Å');
  });

  it.each([
    [['dH', 'cu_crystal.xyz']],
    [['overlap', 'cu_crystal.xyz', '--eps', '1']],
    [['dH', 'cu_crystal.xyz', '--tolerance', '0.1']],
    [['dH', 'cu_melt.xyz', '-b', '0.1']],
    [['approx_dH', 'cu_crystal.xyz']],
    [['trajectory', 'cu_crystal.xyz', '-r']],
    [['compress', 'cu_crystal.xyz', '--size', '1', '-r']],
    [['mcmc', 'fcc_cu_periodic.xyz', '-n', '20', '-r']],
    [['active_learning', 'fcc_cu_periodic.xyz', '-n', '5', '-g', '2', '-s', '1', '-r']],
    [['carve', 'cu_crystal.xyz@0', '--steps', '0', '--cells', '1', '-r']],
  ])('gives what its files give: %s', async (args) => {
    expect(await record([...args, 'melt.qref'])).toEqual(await record([...args, 'cu_melt.xyz']));
  });

  it.each([
    ['dH', 'cu_crystal.xyz', 'melt.qref'],
    ['overlap', 'cu_crystal.xyz', 'melt.qref', '--eps', '1'],
    ['coverage', 'cu_crystal.xyz', 'melt.qref'],
    ['entropy', 'melt.qref'],
    ['trajectory', 'cu_crystal.xyz', '-r', 'melt.qref'],
  ])('gives in shards what one process gives: %s %s %s', async (...command) => {
    const differs = /^reference_bytes|^nearest_known$/;
    const plainly = (found: Record<string, unknown>): unknown =>
      Object.fromEntries(Object.entries(found).filter(([key]) => !differs.test(key)));
    expect(plainly(await inShards(folder, 2, command))).toEqual(plainly(await alone(folder, command)));
  });

  it('is a phase of nuclei', async () => {
    const args = ['nuclei', 'cu_melt.xyz@0', '-r', 'solid=cu_crystal.xyz'];
    expect(await record([...args, 'liquid=melt.qref'])).toEqual(
      await record([...args, 'liquid=cu_melt.xyz']),
    );
  });

  it.each([
    ['uncertainty', 'cu_test.xyz@::4', '--prediction', 'forces_fit'],
    ['uncertainty', 'cu_test.xyz@::4', '--prediction', 'forces_fit', '--compare'],
  ])('gives what its files give: %s', async (...args) => {
    const values = async (reference: string): Promise<unknown> => record([...args, '--reference', reference]);
    expect(await values('train.qref')).toEqual(await values('cu_train.xyz'));
  });

  it('is one of the sets of coverage', async () => {
    const [stored, given] = [
      await record(['coverage', 'cu_crystal.xyz', 'melt.qref']),
      await record(['coverage', 'cu_crystal.xyz', 'cu_melt.xyz']),
    ];
    expect(stored.overlap).toEqual(given.overlap);
  });

  it('is read within some memory', async () => {
    const args = ['dH', 'cu_melt.xyz', 'melt.qref'];
    expect(await record([...args, '--memory', '1K'])).toEqual(await record(args));
  });

  it('has its entropy estimated, and that of files which are larger than memory may be', async () => {
    const tolerance = ['--tolerance', '0.05'];
    const exact = await record(['entropy', 'cu_melt.xyz']);
    const entropyOf = async (args: readonly string[]): Promise<Record<string, unknown>> => {
      const { reference_bytes_read: read, ...found } = JSON.parse(
        await done(['entropy', ...args, ...tolerance, '--json']),
      ) as Record<string, unknown>;
      return { ...found, read };
    };
    const whole = await entropyOf(['melt.qref']);
    expect(whole.entropy).toBe((await record(['entropy', 'cu_melt.xyz', ...tolerance])).entropy);
    const small = ['--memory', '1M'];
    const [stored, given] = [
      await entropyOf(['melt.qref', ...small]),
      await entropyOf(['cu_melt.xyz', ...small]),
    ];
    expect(given.entropy).toBe(stored.entropy);
    expect(given.n_envs).toBe(12_000);
    expect(given.read).toBeGreaterThan(6e6);
    const [low, high] = given.entropy_interval as [number, number];
    expect(low).toBeLessThanOrEqual(exact.entropy as number);
    expect(high).toBeGreaterThanOrEqual(exact.entropy as number);
    expect(high - low).toBeLessThan(0.11);
    const { stderr } = await quests(['entropy', 'cu_melt.xyz', ...tolerance, ...small], folder);
    const [, place = ''] = /descriptors, which are put into (\S+)/.exec(stderr) ?? [];
    expect(place).not.toBe('');
    expect(existsSync(place)).toBe(false);
    expect(await refused(['entropy', 'cu_melt.xyz', ...small], 2)).toContain(
      'needs --shards, or --tolerance',
    );
  });

  it.each([
    [['metrics', 'cu_melt.xyz'], ['metrics', 'melt.qref'], 'entropy', 'diversity'],
    [
      ['entropy', 'cu_melt.xyz', '--species', 'center'],
      ['entropy', 'copper.qref'],
      'entropy',
      'entropy_interval',
    ],
    [['overlap', 'cu_melt.xyz', 'cu_crystal.xyz'], ['overlap', 'melt.qref', 'cu_crystal.xyz'], 'overlap'],
    [['overlap', 'cu_crystal.xyz', 'cu_melt.xyz'], ['overlap', 'cu_crystal.xyz', 'melt.qref'], 'overlap'],
    [['learning_curve', 'cu_melt.xyz'], ['learning_curve', 'melt.qref'], 'entropy', 'learning_curve'],
  ] as [string[], string[], ...string[]][])(
    'within some memory, %s gives what %s gives',
    async (ofFiles, ofStored, ...keys) => {
      const fewer = ofFiles[0] === 'learning_curve' ? ['-f', '0.5', '--num-runs', '1'] : [];
      const options = ['--tolerance', '0.05', '--memory', '1M', ...fewer, '--json'];
      const values = async (args: readonly string[]): Promise<unknown> => {
        const found = JSON.parse(await done([...args, ...options])) as Record<string, unknown>;
        expect(found).toMatchObject({ tolerance: 0.05, confidence: 0.95 });
        return keys.map((key) => JSON.stringify(found[key]).replace(/"entropies_times":\[[^\]]*\]/g, ''));
      };
      expect(await values(ofFiles)).toEqual(await values(ofStored));
    },
  );

  it('within some memory, is reported from a sample, as its files are', async () => {
    const options = ['--tolerance', '0.05', '--memory', '1M', '-r', 'cu_crystal.xyz', '-o', 'report.html'];
    const numbers = async (file: string): Promise<unknown> => {
      const { code, stdout, stderr } = await quests(
        ['report', file, ...options, '--overwrite', '--json'],
        folder,
      );
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/^note: \S+ is larger than memory: its map, its curve and its dH are of /m),
      ]);
      const { sets, comparison } = JSON.parse(stdout) as { sets: { name: string }[]; comparison: unknown };
      return [sets.map((set) => ({ ...set, name: '' })), comparison];
    };
    expect(await numbers('cu_melt.xyz')).toEqual(await numbers('melt.qref'));
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('a set larger than memory');
    const report = ['report', 'cu_melt.xyz', '--memory', '1M', '-o', 'x.html'];
    expect(await refused(report, 2)).toContain('--memory needs --tolerance');
    expect(await refused([...report, '--tolerance', '0.05', '--interactive'], 1)).toContain(
      'cu_melt.xyz: it is larger than --memory; --interactive writes all environments',
    );
  });

  it('takes half of the room in single precision', async () => {
    await done(['reference', 'build', 'cu_melt.xyz', '--precision', 'single', '-o', 'single.qref']);
    expect(await done(['reference', 'info', 'single.qref'])).toContain('Precision: single');
    const [single, double] = [
      await record(['dH', 'cu_crystal.xyz', 'single.qref']),
      await record(['dH', 'cu_crystal.xyz', 'melt.qref']),
    ].map(({ delta_entropy: dH }) => dH as number[]) as [number[], number[]];
    expect(Math.max(...single.map((value, at) => Math.abs(value - (double[at] as number))))).toBeLessThan(
      1e-5,
    );
    const size = (name: string): number => statSync(join(folder, name)).size;
    expect(size('single.qref')).toBeLessThan(0.52 * size('melt.qref'));
  });

  it('says how descriptors are made, and is not contradicted', async () => {
    await done(['reference', 'build', 'cu_melt.xyz', '-k', '12', '-c', '4', '-o', 'k12.qref']);
    const adopted = await record(['dH', 'cu_crystal.xyz', 'k12.qref']);
    expect(adopted).toMatchObject({ k: 12, cutoff: 4 });
    expect(adopted).toEqual(await record(['dH', 'cu_crystal.xyz', 'cu_melt.xyz', '-k', '12', '-c', '4']));
    expect(await record(['trajectory', 'cu_crystal.xyz', '-r', 'k12.qref'])).toEqual(
      await record(['trajectory', 'cu_crystal.xyz', '-r', 'cu_melt.xyz', '-k', '12', '-c', '4']),
    );
    expect(await refused(['dH', 'cu_crystal.xyz', 'k12.qref', '-k', '20'])).toContain(
      'k is 12 in the file, 20 is asked for',
    );
    expect(await refused(['dH', 'cu_crystal.xyz', 'k12.qref', '-c', '5'])).toContain(
      'cutoff is 4 Å in the file',
    );
    expect(await refused(['dH', 'cu_crystal.xyz', 'k12.qref', '--species'])).toContain('no species');
  });

  it('tells species apart where it was built so', async () => {
    await done(['reference', 'build', 'mixed_dataset.xyz', '--species', '-o', 'species.qref']);
    const args = ['dH', 'mixed_dataset.xyz', 'species.qref'];
    const [own, given] = [await record(args), await record([...args, '--species'])];
    expect(own.delta_entropy).toEqual(given.delta_entropy);
    const inMemory = await record(['dH', 'mixed_dataset.xyz', 'mixed_dataset.xyz', '--species']);
    expect(given.delta_entropy).toEqual(inMemory.delta_entropy);
  });

  it.each(['center', 'full'])(
    'tells the element of each atom apart where it was built so: %s',
    async (mode) => {
      const file = `${mode}.qref`;
      await done(['reference', 'build', 'alloy.xyz', '--species', mode, '-o', file]);
      const asked = ['--species', mode];
      for (const args of [
        ['dH', 'alloy.xyz@0'],
        ['overlap', 'alloy.xyz@:3', '--eps', '1'],
      ]) {
        const inMemory = await record([...args, 'alloy.xyz', ...asked]);
        expect(await record([...args, file])).toEqual(inMemory);
        expect(await record([...args, file, ...asked])).toEqual(inMemory);
      }
      expect(await record(['trajectory', 'alloy.xyz', '-r', file])).toEqual(
        await record(['trajectory', 'alloy.xyz', '-r', 'alloy.xyz', ...asked]),
      );
      expect(await done(['reference', 'info', file])).toMatch(
        new RegExp(`^Species told apart: --species ${mode}; around Au \\(\\d+\\), Cu \\(\\d+\\)$`, 'm'),
      );
      const byElement = ['-b', 'Cu=0.02,Au=0.03'];
      expect(await record(['dH', 'alloy.xyz@0', file, ...byElement])).toEqual(
        await record(['dH', 'alloy.xyz@0', 'alloy.xyz', ...asked, ...byElement]),
      );
      expect(await refused(['dH', 'cu_melt.xyz', file, '--species', 'ignore'])).toContain(
        `descriptors are those of --species ${mode}, but --species ignore was given`,
      );
    },
  );

  it('of several elements grows, and says what it lacks', async () => {
    const asked = ['--species', 'center'];
    await done(['reference', 'build', 'cu_melt.xyz', ...asked, '--merge', '1', '-o', 'merged-cu.qref']);
    const { stdout, stderr } = await quests(['dH', 'alloy.xyz', 'copper.qref'], folder);
    expect(stderr).toMatch(/copper\.qref has no Au, which alloy\.xyz has/);
    expect(stdout).toContain('counted as novel');
    expect(stdout).not.toContain('Nearest known environment');
    const both = await done(['dH', 'alloy.xyz', 'merged-cu.qref']);
    expect(both).toMatch(/^Merged reference: dH within -[\d.e-]+ … \+[\d.e-]+ of the full one$/m);
    await done(['reference', 'add', 'copper.qref', 'alloy.xyz', '--memory', '1K', '-o', 'grown.qref']);
    await done(['reference', 'build', 'cu_melt.xyz', 'alloy.xyz', ...asked, '-o', 'at-once.qref']);
    const args = ['dH', 'alloy.xyz'];
    expect(await record([...args, 'grown.qref'])).toEqual(await record([...args, 'at-once.qref']));
  });

  it('says which known environment is nearest to the most novel one', async () => {
    const text = await done(['dH', 'cu_crystal.xyz', 'melt.qref']);
    expect(text).toMatch(
      /^Nearest known environment to that: cu_melt\.xyz frame \d+, atom \d+ \(0\.\d+ 1\/Å away\)$/m,
    );
    const own = JSON.parse(await done(['dH', 'cu_melt.xyz@-1', 'melt.qref', '--json'])) as {
      delta_entropy: number[];
      nearest_known: { file: string; frame: number; atom: number; distance: number };
    };
    const { file, atom, distance } = own.nearest_known;
    const novel = own.delta_entropy.indexOf(Math.max(...own.delta_entropy));
    expect([file, atom, distance]).toEqual(['cu_melt.xyz', novel, 0]);
  });

  it('says the labels that it was asked to keep, also once it has grown', async () => {
    const label = (name: string, type: string, to: string): void => {
      const text = readFileSync(join(folder, name), 'utf8');
      let frame = 0;
      const labelled = text.replaceAll(
        /^.*Properties=.*$/gm,
        (line) => `${line} config_type=${type} run=${frame++}`,
      );
      writeFileSync(join(folder, to), labelled);
    };
    label('cu_melt.xyz', 'liquid', 'liquid.xyz');
    label('cu_crystal.xyz', 'solid', 'solid.xyz');
    await done(['reference', 'build', 'liquid.xyz', '--keep', 'config_type,run', '-o', 'liquid.qref']);
    expect(await done(['reference', 'info', 'liquid.qref'])).toContain(
      'Labels: config_type (of each frame), run (of each frame)',
    );
    expect(await done(['dH', 'cu_crystal.xyz', 'liquid.qref'])).toMatch(
      /^Nearest known environment to that: liquid\.xyz frame (\d), atom \d+, config_type=liquid, run=\1 \(/m,
    );
    await done(['reference', 'add', 'liquid.qref', 'solid.xyz', '-o', 'phases.qref']);
    const nearestOf = async (file: string): Promise<unknown> =>
      (
        JSON.parse(await done(['dH', file, 'phases.qref', '--json'])) as {
          nearest_known: { labels: unknown };
        }
      ).nearest_known.labels;
    expect(await nearestOf('cu_melt.xyz@1')).toEqual({ config_type: 'liquid', run: 1 });
    expect(await nearestOf('cu_crystal.xyz@2')).toEqual({ config_type: 'solid', run: 2 });
    // Of what is larger than memory, a frame at a time: the same file.
    await done(['reference', 'add', 'liquid.qref', 'solid.xyz', '--memory', '1K', '-o', 'slowly.qref']);
    const [slowly, atOnce] = ['slowly.qref', 'phases.qref'].map((name) => readFileSync(join(folder, name)));
    expect(slowly?.equals(atOnce as Buffer)).toBe(true);
    const args = ['reference', 'build', 'liquid.xyz', '--keep'];
    expect(await refused([...args, 'config', '-o', 'x.qref'])).toContain(
      'no structure has config: they have',
    );
  });

  it('names the elements that it lacks', async () => {
    const { stderr } = await quests(['dH', 'mixed_dataset.xyz', 'melt.qref'], folder);
    const { stderr: inMemory } = await quests(['dH', 'mixed_dataset.xyz', 'cu_melt.xyz'], folder);
    const lines = (text: string): string[] => text.split('\n').filter((line) => line.includes('lack'));
    expect(lines(stderr).map((line) => line.replace('melt.qref', 'cu_melt.xyz'))).toEqual(lines(inMemory));
  });

  it('grows into a new file', async () => {
    await done(['reference', 'add', 'melt.qref', 'cu_crystal.xyz', '-o', 'both.qref']);
    await done(['reference', 'build', 'cu_melt.xyz', 'cu_crystal.xyz', '-o', 'made.qref']);
    const args = ['dH', 'mixed_dataset.xyz'];
    expect(await record([...args, 'both.qref'])).toEqual(await record([...args, 'made.qref']));
    expect(await refused(['reference', 'add', 'cu_melt.xyz', 'cu_crystal.xyz', '-o', 'x.qref'], 2)).toContain(
      'is no stored reference',
    );
  });

  it('says how what is added to it is made', async () => {
    const help = (await done(['reference', 'add', '--help'])).replaceAll(/\s+/g, ' ');
    expect(help.match(/default: from the reference/g)).toHaveLength(4);
    await done(['reference', 'build', 'cu_melt.xyz', '-k', '16', '--precision', 'single', '-o', 'half.qref']);
    const add = ['reference', 'add', 'half.qref', 'cu_crystal.xyz', '-o', 'more.qref'];
    expect(await refused([...add, '--precision', 'double'])).toBe(
      'quests: half.qref: its precision is single, --precision double is asked for',
    );
    expect(await refused([...add, '-k', '32'])).toContain('k is 16 in the file, 32 is asked for');
    expect(await refused([...add, '-b', '0.02'], 2)).toContain('--bandwidth needs --merge');
    const { code, stderr } = await quests(add, folder);
    expect([code, stderr]).toEqual([0, expect.stringContaining('half.qref is in single precision')]);
    const info = JSON.parse(await done(['reference', 'info', 'more.qref', '--json'])) as unknown;
    expect(info).toMatchObject({ k: 16, precision: 'single' });
  });

  it('is refused with one line where it is damaged, and never replaced unasked', async () => {
    const bytes = readFileSync(join(folder, 'melt.qref'));
    writeFileSync(join(folder, 'cut.qref'), bytes.subarray(0, bytes.length - 100));
    expect(await refused(['dH', 'cu_crystal.xyz', 'cut.qref'])).toMatch(/^quests: cut\.qref: .* damaged\?$/);
    writeFileSync(join(folder, 'other.qref'), 'text');
    expect(await refused(['dH', 'cu_crystal.xyz', 'other.qref'])).toMatch(/^quests: other\.qref: .*$/);
    expect(await refused(['reference', 'build', 'cu_melt.xyz', '-o', 'melt.qref'])).toContain(
      'exists already',
    );
    expect(await refused(['reference', 'build', 'cu_melt.xyz', '-o', 'melt.npz'], 2)).toContain('.qref');
    expect(await refused(['dH', 'cu_crystal.xyz', 'melt.qref@0'], 2)).toContain('frames can be selected');
  });

  it('is read in ranges from an address, and moves little more than from the disk', async () => {
    // Larger than what is asked for first, and of leaves that are far from the queries.
    await done(['reference', 'build', 'cu_crystal.xyz', 'cu_melt.xyz', '-o', 'two.qref']);
    const bytes = readFileSync(join(folder, 'two.qref'));
    const asked: string[] = [];
    let sent = 0;
    const server = served(bytes, (range, part) => {
      asked.push(range);
      sent += part.length;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const address = `http://127.0.0.1:${port}/two.qref`;
      const args = ['dH', 'cu_crystal.xyz@0', '-b', '0.002'];
      const near = JSON.parse(await done([...args, address, '--json'])) as Record<string, unknown>;
      expect(near.reference_bytes_read).toBe(sent);
      expect(asked.filter((range) => range.startsWith('bytes=0-'))).toEqual(['bytes=0-65535']);
      const stored = JSON.parse(await done([...args, 'two.qref', '--json'])) as Record<string, unknown>;
      expect(near.delta_entropy).toEqual(stored.delta_entropy);
      expect(stored.reference_bytes_read).toBeLessThan(0.8 * bytes.length);
      expect(sent).toBeLessThan(1.5 * (stored.reference_bytes_read as number));
      expect(await record(['dH', 'cu_crystal.xyz', address])).toEqual(
        await record(['dH', 'cu_crystal.xyz', 'two.qref']),
      );
    } finally {
      server.close();
    }
  });

  it('is read as a whole where the server sends no ranges', async () => {
    const bytes = readFileSync(join(folder, 'melt.qref'));
    let sent = 0;
    const server = createServer((_, response) => {
      sent += bytes.length;
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const args = ['dH', 'cu_crystal.xyz', `http://127.0.0.1:${port}/melt.qref`];
      const { code, stdout, stderr } = await quests([...args, '--json'], folder);
      expect([code, sent]).toEqual([0, bytes.length]);
      expect(stderr).toContain('the server sends no ranges');
      const found = JSON.parse(stdout) as Record<string, unknown>;
      expect(found.reference_bytes_read).toBe(sent);
      const stored = await record(['dH', 'cu_crystal.xyz', 'melt.qref']);
      expect(found.delta_entropy).toEqual(stored.delta_entropy);
    } finally {
      server.close();
    }
  });

  it('merges environments, says what that changes, and is not merged again', async () => {
    await done(['reference', 'build', 'cu_melt.xyz', '-b', '0.1', '--merge', '0.5', '-o', 'merged.qref']);
    const info = JSON.parse(await done(['reference', 'info', 'merged.qref', '--json'])) as {
      n_envs: number;
      n_stored: number;
      merged: Record<string, number>;
    };
    expect(info.n_stored).toBeLessThan(0.9 * info.n_envs);
    expect(info.merged).toMatchObject({ share: 0.5, bandwidth: 0.1 });
    const text = await done(['reference', 'info', 'merged.qref']);
    expect(text).toMatch(
      /^Merged: within 0\.5 of the bandwidth 0\.1 1\/Å; .*\ndH at that bandwidth: lower /m,
    );
    expect(text).toContain('lower than that of all by 0.1');
    const args = ['dH', 'cu_crystal.xyz', 'merged.qref', '-b', '0.2'];
    const { stdout, stderr } = await quests(args, folder);
    expect(stderr).toContain('note: merged.qref: 12000 environments are merged into');
    const [, below = '', above = ''] =
      /^Merged reference: dH within -(\S+) … \+(\S+) of the full one$/m.exec(stdout) ?? [];
    const found = JSON.parse(await done([...args, '--json'])) as Record<string, number[]>;
    const keys = found.reference_merged as unknown as Record<string, number>;
    for (const [said, exactly] of [
      [below, keys.dH_below],
      [above, keys.dH_above],
    ] as const) {
      expect(Number(said)).toBeGreaterThanOrEqual(exactly as number);
      expect(Number(said)).toBeLessThan(1.01 * (exactly as number));
    }
    const share = ['overlap', 'cu_crystal.xyz', 'merged.qref', '-b', '0.2', '--tolerance', '0.1'];
    expect(await done(share)).toMatch(/^Merged reference: dH within -\S+ … \+\S+ of the full one$/m);
    expect(JSON.parse(await done([...share, '--json']))).toMatchObject({
      reference_merged: { dH_below: keys.dH_below as number },
    });
    const full = await record(['dH', 'cu_crystal.xyz', 'melt.qref', '-b', '0.2']);
    const exact = full.delta_entropy as number[];
    for (const [row, value] of (found.delta_entropy as number[]).entries()) {
      expect(value - (exact[row] as number)).toBeGreaterThanOrEqual(-(keys.dH_below as number));
      expect(value - (exact[row] as number)).toBeLessThanOrEqual(keys.dH_above as number);
    }
    expect(await refused(['reference', 'add', 'merged.qref', 'cu_crystal.xyz', '-o', 'x.qref'], 2)).toContain(
      'merged.qref: its environments are merged, nothing can be added',
    );
    expect(await refused(['dH', 'cu_crystal.xyz', 'merged.qref', '-b', 'Cu=0.02'])).toContain(
      'which bandwidths by element do not go with',
    );
    expect(await refused(['reference', 'build', 'cu_melt.xyz', '-b', '1', '-o', 'x.qref'], 2)).toContain(
      'needs --merge',
    );
    expect(await refused(['reference', 'build', 'cu_melt.xyz', '--merge', '2', '-o', 'x.qref'], 2)).toContain(
      'above 0, at most 1',
    );
  });

  it('leaves nothing that opens where its build is killed', async () => {
    const args = [
      'reference',
      'build',
      ...Array.from({ length: 40 }, () => 'cu_melt.xyz'),
      '-o',
      'killed.qref',
    ];
    const child = start(args, folder);
    const end = ended(child);
    while (!readdirSync(folder).some((name) => name.startsWith('.killed.qref.parts-'))) {
      if (child.exitCode !== null) throw new Error('the build ended before it could be killed');
      await sleep(2);
    }
    child.kill('SIGKILL');
    expect((await end).code).toBeNull();
    expect(readdirSync(folder)).not.toContain('killed.qref');
  });
});

/** A server of some bytes; `told` hears of each range that is asked for, and what is sent. */
function served(bytes: Buffer, told: (range: string, part: Buffer) => void): Server {
  return createServer((request, response) => {
    const [range = '', from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const end = Math.min(bytes.length, to === '' ? bytes.length : Number(to) + 1);
    const part = bytes.subarray(Number(from), end);
    told(range, part);
    response.writeHead(206, {
      'content-length': part.length,
      'content-range': `bytes ${from}-${end - 1}/${bytes.length}`,
      etag: '"1"',
    });
    response.end(part);
  });
}
