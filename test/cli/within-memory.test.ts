import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { contents, ended, quests, said, start, temporaryFolder } from '../support/cli/cli.js';
import { runsIn } from '../support/cli/records.js';

const folder = temporaryFolder();
/** Where the program puts what is larger than memory. */
const scratch = join(folder, 'scratch');
const ENV = { TMPDIR: scratch };
const { done, refused, record } = runsIn(folder, ENV);
/** 12,000 environments have 6 MB of descriptors. */
const SMALL = ['--memory', '1M'];

beforeAll(async () => {
  mkdirSync(scratch);
  for (const name of ['cu_crystal.xyz', 'cu_melt.xyz', 'cu_train.xyz', 'cu_test.xyz']) {
    copyFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), join(folder, name));
  }
  for (const name of ['melt.npz', 'melt.npy']) await done(['make_descriptors', 'cu_melt.xyz', '-o', name]);
  let atom = 0;
  const alloy = readFileSync(join(folder, 'cu_melt.xyz'), 'utf8').replaceAll(/^Cu /gm, () =>
    atom++ % 3 === 0 ? 'Au ' : 'Cu ',
  );
  writeFileSync(join(folder, 'alloy.xyz'), alloy);
});

/** The bits of a result must not depend on where the reference is. */
async function same(args: readonly string[]): Promise<void> {
  const { code, stderr } = await quests([...args, ...SMALL], folder, ENV);
  expect([code, stderr]).toEqual([0, expect.stringContaining(`which are put into ${scratch}`)]);
  expect(
    stderr.match(/quests reference build FILES -o NAME\.qref does that once for all runs/g),
  ).toHaveLength(1);
  expect(await record([...args, ...SMALL])).toEqual(await record(args));
  expect(contents(scratch)).toEqual([]);
}

describe('a reference larger than --memory', () => {
  it.each([
    ['dH', 'cu_crystal.xyz', 'cu_melt.xyz'],
    ['dH', 'cu_crystal.xyz', 'melt.npz'],
    ['dH', 'cu_crystal.xyz', 'melt.npy'],
    ['dH', '--test', 'cu_crystal.xyz', '--reference', 'cu_melt.xyz', 'cu_train.xyz'],
    ['dH', 'cu_melt.xyz@-1', 'alloy.xyz', '--species', 'center'],
    ['dH', 'cu_melt.xyz@-1', 'alloy.xyz', '--species', 'full', '-b', 'Cu=0.02,Au=0.05'],
    ['dH', 'cu_melt.xyz@-1', 'alloy.xyz', '--species', 'blocks'],
    ['overlap', 'cu_crystal.xyz', 'cu_melt.xyz', '--eps', '1'],
    ['trajectory', 'cu_crystal.xyz', '-r', 'cu_melt.xyz'],
    ['trajectory', 'cu_crystal.xyz', '-r', 'hot=cu_melt.xyz', '-r', 'cold=alloy.xyz', '--any-element'],
  ])('has the bits of the same in memory: %s %s %s', async (...args) => {
    await same(args);
  });

  it('has the exact δH where one within a tolerance was asked for', async () => {
    const args = ['dH', 'cu_crystal.xyz', 'cu_melt.xyz'];
    const found = await record([...args, '--tolerance', '0.1', ...SMALL]);
    const exact = await record(args);
    expect(found.delta_entropy).toEqual(exact.delta_entropy);
    expect(found.mean_dH_error).toBe(0);
  });

  it('is summed in double precision, and says so', async () => {
    const args = ['dH', 'cu_crystal.xyz', 'cu_melt.xyz'];
    const single = [...args, ...SMALL, '--precision', 'single'];
    expect(await record(single)).toEqual(await record(args));
    expect((await quests(single, folder, ENV)).stderr).toContain(
      'note: cu_melt.xyz is read from the disk: its sums are in double precision\n',
    );
  });

  it('says which environment is the nearest', async () => {
    expect(await done(['dH', 'cu_crystal.xyz', 'cu_melt.xyz', ...SMALL])).toMatch(
      /^Nearest known environment to that: cu_melt\.xyz frame \d+, atom \d+ /m,
    );
  });

  it('needs a reference, and is not for levels, which need all of it', async () => {
    expect(await refused(['trajectory', 'cu_melt.xyz', ...SMALL], 2)).toContain('--memory needs');
    const level = ['--novel-level', '0.05'];
    expect(await refused(['dH', 'cu_crystal.xyz', 'cu_melt.xyz', ...SMALL, ...level], 2)).toContain(
      '--memory has no effect with --novel-level',
    );
  });
});

describe('what is put on the disk', () => {
  it('goes where the run is cancelled', async () => {
    const child = start(['dH', 'cu_crystal.xyz', 'cu_melt.xyz', ...SMALL], folder, ENV);
    const end = ended(child);
    await said(child, 'which are put into');
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 130, stdout: '' });
    expect(contents(scratch)).toEqual([]);
  });

  it('goes where the reference turns out to be damaged', async () => {
    copyFileSync(join(folder, 'cu_melt.xyz'), join(folder, 'cut.xyz'));
    appendFileSync(join(folder, 'cut.xyz'), '4\nProperties=species:S:1:pos:R:3\nCu 0 0 0\n');
    const stderr = await refused(['dH', 'cu_crystal.xyz', 'cut.xyz', ...SMALL]);
    expect(stderr).toContain('which are put into');
    expect(stderr.split('\n').at(-1)).toMatch(/^quests: cut\.xyz, frame \d+/);
    expect(contents(scratch)).toEqual([]);
  });

  it('goes where the test set turns out to be damaged', async () => {
    const stderr = await refused(['dH', 'cut.xyz', 'cu_melt.xyz', ...SMALL]);
    expect(stderr.split('\n').at(-1)).toMatch(/^quests: cut\.xyz, frame \d+/);
    expect(contents(scratch)).toEqual([]);
  });

  it('needs a folder, which is named where it is not there', async () => {
    const { refused: refusedThere } = runsIn(folder, { TMPDIR: join(folder, 'nowhere') });
    const line = await refusedThere(['dH', 'cu_crystal.xyz', 'cu_melt.xyz', ...SMALL]);
    expect(line).toMatch(/quests: cannot write \S+nowhere: no such file or folder; /);
    expect(line).toMatch(/; TMPDIR names another folder for temporary files$/);
  });
});

describe('a report of a set larger than memory', () => {
  it('has the entropy of each frame, values of frames and a suggested bandwidth, as in memory', async () => {
    const report = async (options: readonly string[]): Promise<{ html: string; suggested: unknown }> => {
      const args = ['report', 'cu_melt.xyz', '--tolerance', '0.05', '-o', 'melt.html', '--json'];
      const { suggested_bandwidth: suggested } = JSON.parse(await done([...args, ...options])) as Record<
        string,
        unknown
      >;
      const html = readFileSync(join(folder, 'melt.html'), 'utf8');
      rmSync(join(folder, 'melt.html'));
      return { html, suggested };
    };
    const [small, whole] = [await report(['--memory', '3M']), await report([])];
    expect(small.html).toContain('a set larger than memory');
    expect(small.suggested).toBe(whole.suggested);
    expect(small.suggested).toBeGreaterThan(0);
    expect(small.html).toMatch(/<td>[^<]*temperature_K=2\d\d\d/);
    const picture = ({ html }: typeof small): string =>
      /srcset="([^"]*)"\s*\/>\s*<img[^>]*alt="entropy H of each frame/i.exec(html)?.[1] ?? '';
    expect(picture(small)).not.toBe('');
    expect(picture(small)).toBe(picture(whole));
    // A frame of 4,000 atoms has 2 MB.
    const tiny = await report(SMALL);
    expect(tiny.html.replaceAll(/\s+/g, ' ')).toContain('The entropy of each frame is left out');
    expect(contents(scratch)).toEqual([]);
  });
});

it('names no folder of this machine in a result', async () => {
  const found = JSON.parse(await done(['dH', 'cu_crystal.xyz', 'cu_melt.xyz', ...SMALL, '--json'])) as Record<
    string,
    unknown
  >;
  expect(JSON.stringify(found)).not.toContain(basename(scratch) + '/');
  expect(found.reference_file).toBe('cu_melt.xyz');
});
