import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();

/** 27 cells of fcc on a perfect lattice; the elements of its atoms, in turns. */
function lattice(elements: readonly string[]): string {
  const a = 3.8;
  const atoms: string[] = [];
  for (let cell = 0; cell < 27; cell++) {
    const corner = [cell % 3, Math.floor(cell / 3) % 3, Math.floor(cell / 9)];
    for (const site of ['0 0 0', '.5 .5 0', '.5 0 .5', '0 .5 .5']) {
      const place = site.split(' ').map((x, axis) => a * (Number(x) + (corner[axis] as number)));
      atoms.push(`${elements[atoms.length % elements.length]} ${place.join(' ')}`);
    }
  }
  const cell = `Lattice="${3 * a} 0 0 0 ${3 * a} 0 0 0 ${3 * a}" Properties=species:S:1:pos:R:3`;
  return `${atoms.length}\n${cell}\n${atoms.join('\n')}\n`;
}

writeFileSync(join(folder, 'copper.xyz'), lattice(['Cu']));
writeFileSync(join(folder, 'alloy.xyz'), lattice(['Cu', 'Au', 'Cu']));
writeFileSync(join(folder, 'types.xyz'), lattice(['1', '2']));

async function record(...args: string[]): Promise<Record<string, unknown>> {
  const outcome = await quests([...args, '--json'], folder);
  expect(outcome.code, outcome.stderr).toBe(0);
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

async function refused(code: number, ...args: string[]): Promise<string> {
  const outcome = await quests(args, folder);
  expect(outcome.code, outcome.stderr).toBe(code);
  return outcome.stderr;
}

const MIXING = -(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3);

describe('--species', () => {
  it('takes a mode, and is blocks without one', async () => {
    const blocks = await record('entropy', '--species', 'alloy.xyz');
    expect(blocks).toMatchObject({ species: ['Au', 'Cu'] });
    expect(await record('entropy', 'alloy.xyz', '--species')).toMatchObject({ entropy: blocks.entropy });
    expect(await record('entropy', '--species', 'blocks', 'alloy.xyz')).toMatchObject({
      species: ['Au', 'Cu'],
      entropy: blocks.entropy,
    });
    const ignored = await record('entropy', 'alloy.xyz');
    expect(ignored).toMatchObject({ species: null });
    expect(await record('entropy', '--species=ignore', 'alloy.xyz')).toMatchObject({
      species: null,
      entropy: ignored.entropy,
    });
    const center = await record('entropy', '--species', 'center', 'alloy.xyz');
    expect(center).toMatchObject({ species: 'center' });
    expect(center.entropy).toBeCloseTo(MIXING, 12);
    expect(await record('entropy', 'alloy.xyz', '--species=full')).toMatchObject({ species: 'full' });
    // Types are told apart as well as elements, but nothing is known of them.
    expect((await record('entropy', 'types.xyz', '--species', 'center')).entropy).toBeCloseTo(Math.LN2, 12);
    expect(await refused(1, 'entropy', 'types.xyz', '--species', 'full')).toMatch(
      /types\.xyz, frame 0: atom 0: species "\d": expected an element up to Cm/,
    );
    const blind = await quests(['entropy', 'types.xyz'], folder);
    expect(blind.stderr).toContain('; names of elements by --elements and --species full distinguish');
    expect(await refused(2, 'entropy', 'alloy.xyz', '--species=some')).toContain(
      'ignore, center, blocks, full',
    );
    expect(await refused(2, 'entropy', 'alloy.xyz', '--species', 'full', '--species', 'center')).toContain(
      'twice',
    );
  });

  it('keeps the mode in files, and refuses another', async () => {
    for (const [mode, file] of [
      ['center', 'center.npz'],
      ['full', 'full.parquet'],
    ] as const) {
      await record('make_descriptors', 'alloy.xyz', '--species', mode, '-o', file);
      const stored = await record('entropy', file);
      expect(stored).toMatchObject({ species: mode, k: 32, cutoff: 5 });
      const made = await record('entropy', 'alloy.xyz', '--species', mode);
      expect(stored.entropy).toBe(made.entropy);
      expect(await record('entropy', file, '--species', mode)).toMatchObject({ entropy: made.entropy });
      expect(await refused(1, 'entropy', file, '--species')).toContain(`are those of --species ${mode}`);
      expect(await refused(1, 'dH', 'alloy.xyz', file)).toContain('cannot be compared');
    }
    expect(await refused(1, 'overlap', 'center.npz', 'full.parquet')).toContain('species is center');
    expect(await refused(2, 'make_descriptors', 'alloy.xyz', '--species', 'full', '-o', 'x.npy')).toContain(
      'keeps the numbers alone',
    );
    await record('make_descriptors', 'alloy.xyz', '-o', 'plain.npz');
    expect(await refused(1, 'entropy', 'plain.npz', '--species', 'full')).toContain('have no species');
  });

  it('refuses a plan whose tasks would have other weights of elements', async () => {
    const plan = ['shard', 'plan', '--shards', '2', '-o', 'full-work', 'make_descriptors'];
    const made = await quests([...plan, 'copper.xyz', 'alloy.xyz', '--species', 'full'], folder);
    expect(made.code, made.stderr).toBe(0);
    const path = join(folder, 'full-work', 'manifest.json');
    const manifest = readFileSync(path, 'utf8');
    expect(manifest).toContain('"species": "full-2"');
    writeFileSync(path, manifest.replace('"full-2"', '"full"'));
    expect(await refused(1, 'shard', 'run', 'full-work', '-i', '0')).toContain(
      'was made with version 1 of the weights of elements, this is 2: make the plan again',
    );
    writeFileSync(path, manifest);
    for (const shard of ['0', '1']) await quests(['shard', 'run', 'full-work', '-i', shard], folder);
    expect((await quests(['shard', 'merge', 'full-work', '-o', 'shards.npz'], folder)).code).toBe(0);
    await record('make_descriptors', 'copper.xyz', 'alloy.xyz', '--species', 'full', '-o', 'alone.npz');
    expect(readFileSync(join(folder, 'shards.npz'))).toEqual(readFileSync(join(folder, 'alone.npz')));
  });

  it('counts environments of an element that is not there as new', async () => {
    for (const mode of ['center', 'full']) {
      const dH = await record('dH', 'alloy.xyz', 'copper.xyz', '--species', mode);
      expect(dH).toMatchObject({ missing_elements: ['Au'], missing_element_envs: 36, max_dH: null });
      expect(dH.novelty).toBeGreaterThanOrEqual(1 / 3);
      const overlap = await record('overlap', 'alloy.xyz', 'copper.xyz', '--species', mode);
      expect(overlap).toMatchObject({ missing_elements: ['Au'] });
    }
    expect(await record('overlap', 'alloy.xyz', 'copper.xyz', '--species', 'center')).toMatchObject({
      overlap: 2 / 3,
    });
    const kept = await record('compress', 'alloy.xyz', '--species', 'center', '-s', '1', '-o', 'kept.xyz');
    expect(kept).toMatchObject({ species: 'center' });
  });

  it('is not what tells the bandwidth of foreign descriptors', async () => {
    await record('make_descriptors', 'alloy.xyz', '-o', 'foreign.npy');
    const note = 'note: the bandwidth is 0.015, the default for descriptors of this package';
    expect((await quests(['entropy', 'foreign.npy'], folder)).stderr).toContain(note);
    expect((await quests(['entropy', 'foreign.npy', '-b', '0.1'], folder)).stderr).not.toContain(note);
    expect((await quests(['entropy', 'alloy.xyz'], folder)).stderr).not.toContain(note);
  });

  it('is said to change so much, where several elements are treated as one', async () => {
    const sentence =
      'Au, Cu are treated as one element: on a sample of 108 environments --species full gives';
    const audit = await quests(['audit', 'alloy.xyz', '--json'], folder);
    expect(JSON.parse(audit.stdout)).toMatchObject({
      elements_effect: { elements: ['Au', 'Cu'], environments: 108, ignore: { novelty: null } },
    });
    const lines = await quests(['audit', 'alloy.xyz'], folder);
    expect(lines.stdout).toContain(`Elements: ${sentence} H = `);
    const report = await quests(['report', 'alloy.xyz', '-o', 'alloy.html'], folder);
    expect(report.stdout).toContain(`elements: ${sentence} H = `);
    expect(readFileSync(join(folder, 'alloy.html'), 'utf8')).toContain(`Note: ${sentence} H = `);
    const types = await quests(['audit', 'types.xyz'], folder);
    expect(types.stdout).toContain(
      '--species full needs elements up to Cm, not 1, 2: name types by --elements',
    );
    for (const args of [['copper.xyz'], ['alloy.xyz', '--species', 'center']]) {
      const told = await record('audit', ...args);
      expect(told).not.toHaveProperty('elements_effect');
      expect(await record('report', ...args, '-o', 'none.html', '--overwrite')).not.toHaveProperty(
        'elements_effect',
      );
    }
  });
});
