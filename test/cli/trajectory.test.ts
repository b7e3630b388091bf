import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parquetReadObjects } from 'hyparquet';
import { readStructures, type Structure, writeStructures } from '../../ts/node.js';
import { pairEntropy } from '../../ts/faces/node/analysis.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { random } from '../support/data/random.js';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { golden, json } from '../support/data/files.js';
import { killed } from '../support/cli/killed.js';

const folder = temporaryFolder();
const HEATING = golden('heating_trajectory.xyz');
const ALLOY = golden('agau_alloy.xyz');
const CU = golden('fcc_cu_periodic.xyz');

type Row = Record<string, number | string | boolean | null>;

async function frames(file: string): Promise<Structure[]> {
  const all: Structure[] = [];
  for await (const structure of readStructures(join(folder, file))) all.push(structure);
  return all;
}

async function done(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const outcome = await quests(args, folder);
  expect(outcome.code, outcome.stderr).toBe(0);
  return outcome;
}

/** Copper, rattled more from frame to frame: a dump with a log. */
async function heated(name: string, count: number, cells: number): Promise<void> {
  const next = random(7);
  const a = 3.6;
  const sites: number[] = [];
  for (let x = 0; x < cells; x++)
    for (let y = 0; y < cells; y++)
      for (let z = 0; z < cells; z++)
        for (const [i, j, k] of [
          [0, 0, 0],
          [0.5, 0.5, 0],
          [0.5, 0, 0.5],
          [0, 0.5, 0.5],
        ] as const)
          sites.push((x + i) * a, (y + j) * a, (z + k) * a);
  const made = Array.from({ length: count }, (_, at): Structure => {
    const rattle = 0.05 + 0.01 * at;
    return {
      positions: Float64Array.from(sites, (site) => site + rattle * (next() + next() + next() - 1.5)),
      cell: [cells * a, 0, 0, 0, cells * a, 0, 0, 0, cells * a],
      species: sites.slice(0, sites.length / 3).map(() => 'Cu'),
      info: { timestep: 100 * at },
    };
  });
  await writeStructures(join(folder, name), made, { overwrite: true });
}

function writeLog(name: string, steps: readonly number[]): void {
  const rows = steps.map((step) => `${step} ${300 + step} ${-1000 + step} 1.5`);
  writeFileSync(join(folder, name), `Step Temp PotEng Press\n${rows.join('\n')}\nLoop time of 1\n`);
}

describe('trajectory', () => {
  it('writes the same rows as JSON, CSV and Parquet, with time and what the log says', async () => {
    await heated('run.lammpstrj', 6, 3);
    writeLog('log.lammps', [0, 100, 200, 300, 400]);
    const args = [
      'trajectory',
      'run.lammpstrj',
      '--first',
      '2',
      '--timestep',
      '0.002',
      '--log',
      'log.lammps',
      '--window',
      '3',
    ];
    const { stdout, stderr } = await done([...args, '-o', 'rows.json']);
    expect(stderr).toContain('1 frame comes after the last step of log.lammps');
    const { frames: rows } = json(join(folder, 'rows.json')) as { frames: Row[] };
    expect(rows.map(({ frame, step, time, temperature }) => [frame, step, time, temperature])).toEqual([
      [0, 0, 0, 300],
      [1, 100, 0.2, 400],
      [2, 200, 0.4, 500],
      [3, 300, 0.6, 600],
      [4, 400, 0.8, 700],
      [5, 500, 1, null],
    ]);
    expect(stdout.split('\n')[0]).toMatch(
      /^frame +ps +T +H +mean H +H \/ log N +mean dH +running mean +max dH +dH >= 1e-5$/,
    );
    const [H0 = NaN, H1 = NaN, H2 = NaN] = rows.map(({ entropy }) => Number(entropy));
    expect(rows[1]?.entropy_avg).toBeCloseTo((H0 + H1 + H2) / 3, 12);
    expect(rows.map(({ in_reference }) => in_reference)).toEqual([true, true, false, false, false, false]);

    await done([...args, '-o', 'rows.csv']);
    const [head = '', ...lines] = readFileSync(join(folder, 'rows.csv'), 'utf8').trimEnd().split('\n');
    const names = head.split(',');
    expect(names).toEqual(
      expect.arrayContaining(['q05_dH', 'q50_dH', 'q95_dH', 'mean_dH', 'volume', 'mean_dH_avg']),
    );
    for (const [at, line] of lines.entries()) {
      for (const [column, field] of line.split(',').entries()) {
        const value = rows[at]?.[names[column] ?? ''] ?? NaN;
        expect(field).toBe(Number.isNaN(value) ? 'nan' : String(value));
      }
    }
    await done([...args, '-o', 'rows.parquet']);
    const bytes = readFileSync(join(folder, 'rows.parquet'));
    const objects = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    });
    expect(objects.map(({ entropy }) => entropy as number)).toEqual(rows.map(({ entropy }) => entropy));
    expect(contents(folder).filter((name) => name.endsWith('.run'))).toEqual([]);
  });

  it('agrees with entropy and dH, frame by frame', async () => {
    await done(['trajectory', HEATING, '-r', CU, '-b', '0.02', '-k', '20', '-o', 'held.json']);
    const { frames: rows } = json(join(folder, 'held.json')) as { frames: Row[] };
    for (const at of [2, 9]) {
      const common = ['-b', '0.02', '-k', '20', '--json'];
      const own = JSON.parse((await done(['entropy', `${HEATING}@${at}`, ...common])).stdout) as Row;
      const held = JSON.parse((await done(['dH', `${HEATING}@${at}`, CU, ...common])).stdout) as Row;
      for (const [found, expected] of [
        [rows[at]?.entropy, own.entropy],
        [rows[at]?.mean_dH, held.mean_dH],
        [rows[at]?.max_dH, held.max_dH],
        [rows[at]?.novelty, held.novelty],
      ]) {
        expectClose(Number(found), Number(expected), 1e-12);
      }
    }
  });

  it('writes δH of each atom, and the nearest of several references', async () => {
    const references = ['-r', `cold=${HEATING}@:3`, '-r', `hot=${HEATING}@10`, '-r', `hot=${HEATING}@11`];
    const args = ['trajectory', HEATING, ...references, '-b', '0.03', '--every', '4'];
    const { stdout } = await done([...args, '--atoms', 'atoms.lammpstrj', '-o', 'atoms.json']);
    expect(stdout.split('\n')[0]).toContain('mean dH cold  nearest cold  mean dH hot  nearest hot');
    const { frames: rows } = json(join(folder, 'atoms.json')) as { frames: Row[] };
    expect(rows.map(({ frame }) => frame)).toEqual([0, 4, 8]);
    const written = await frames('atoms.lammpstrj');
    expect(written).toHaveLength(3);
    for (const [at, { arrays = {}, positions }] of written.entries()) {
      const column = (name: string): Float64Array => Float64Array.from(arrays[name]?.data as Float64Array);
      const [cold, hot, nearest] = [column('dH_cold'), column('dH_hot'), column('nearest')];
      expect(cold).toHaveLength(positions.length / 3);
      const mean = cold.reduce((sum, value) => sum + value, 0) / cold.length;
      expectClose(mean, Number(rows[at]?.['cold:mean_dH']), 1e-12);
      nearest.forEach((number, atom) => {
        expect(number).toBe((hot[atom] as number) < (cold[atom] as number) ? 2 : 1);
      });
      const share = nearest.filter((number) => number === 2).length / nearest.length;
      expect(rows[at]?.['hot:share']).toBe(share);
    }
    await done([...args, '--atoms', 'atoms.xyz']);
    const [first] = await frames('atoms.xyz');
    expect(first?.info).toMatchObject({ references: 'cold hot', entropy: rows[0]?.entropy });
    expect(Object.keys(first?.arrays ?? {})).toEqual(
      expect.arrayContaining(['dH_cold', 'dH_hot', 'nearest']),
    );
  });

  it('killed in the middle goes on to the same bytes', async () => {
    await heated('long.lammpstrj', 24, 7);
    const args = ['trajectory', 'long.lammpstrj', '--first', '3', '-j', '1', '--average', '2'];
    for (const ending of ['csv', 'json']) {
      const atoms = ['--atoms', `atoms-${ending}.xyz`];
      await done([...args, '-o', `whole.${ending}`, ...atoms]);
      const expected = readFileSync(join(folder, `atoms-${ending}.xyz`));
      const stopped = [...args, '-o', `stopped.${ending}`, ...atoms, '--overwrite'];
      const many = (text: string): boolean => text.startsWith('frames.jsonl') && text.split('\n').length > 8;
      await killed(folder, stopped, many, `stopped.${ending}.run`);
      const saved = join(folder, `stopped.${ending}.run/frames.jsonl`);
      const text = readFileSync(saved, 'utf8');
      // As if it had been killed while it wrote a line.
      writeFileSync(saved, text.slice(0, -20));
      const kept = text.slice(0, -20).split('\n').length - 1;
      const outcome = await done([...stopped, '--resume']);
      expect(outcome.stderr).toContain(`continuing after ${kept} frames`);
      expect(readFileSync(join(folder, `stopped.${ending}`), 'utf8')).toBe(
        readFileSync(join(folder, `whole.${ending}`), 'utf8'),
      );
      expect(readFileSync(join(folder, `atoms-${ending}.xyz`)).equals(expected)).toBe(true);
    }
    expect(contents(folder).filter((name) => name.endsWith('.run'))).toEqual([]);
  });

  it('goes on with nothing but the same run', async () => {
    await heated('other.lammpstrj', 24, 7);
    const args = ['trajectory', 'other.lammpstrj', '-o', 'other.csv', '-j', '1'];
    const many = (text: string): boolean => text.startsWith('frames.jsonl') && text.split('\n').length > 7;
    await killed(folder, args, many, 'other.csv.run');
    const again = await quests(args, folder);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('--resume continues it, --overwrite starts anew');
    const wider = await quests([...args, '--resume', '-b', '0.03'], folder);
    expect(wider.stderr).toContain('bandwidth was 0.015, now it is 0.03');
    const text = readFileSync(join(folder, 'other.lammpstrj'), 'utf8').split('ITEM: TIMESTEP\n');
    text[4] = (text[5] ?? '').replace(/^400\n/, '300\n');
    writeFileSync(join(folder, 'other.lammpstrj'), text.join('ITEM: TIMESTEP\n'));
    const changed = await quests([...args, '--resume'], folder);
    expect(changed.code).toBe(1);
    expect(changed.stderr).toContain('frame 3 differs from the frame that other.csv.run was started with');
  });

  it('draws H, δH and T', async () => {
    await heated('run.lammpstrj', 6, 3);
    writeLog('log.lammps', [0, 100, 200, 300, 400, 500]);
    await done(['trajectory', 'run.lammpstrj', '--log', 'log.lammps', '--first', '2', '--plot', 'run.svg']);
    const svg = readFileSync(join(folder, 'run.svg'), 'utf8');
    for (const text of ['entropy H (nats)', 'δH (nats)', 'temperature T', 'step'])
      expect(svg).toContain(`>${text}</text>`);
  });

  it('tells species apart from the first frame on', async () => {
    const { stdout } = await done(['trajectory', ALLOY, '-r', ALLOY, '--species', '--json']);
    const record = JSON.parse(stdout) as { species: string[]; frames: Row[] };
    expect(record.species).toEqual(['Ag', 'Au']);
    const dH = JSON.parse((await done(['dH', ALLOY, ALLOY, '--species', '--json'])).stdout) as Row;
    expectClose(Number(record.frames[0]?.mean_dH), Number(dH.mean_dH), 1e-12);
    expect(record.frames[0]).toHaveProperty(['mean_dH:Au']);
    const blind = await done(['trajectory', ALLOY, '--first', '1']);
    expect(blind.stderr).toContain('Ag, Au are treated as one element');
  });

  it.each([
    { args: ['-r', ALLOY], code: 1, text: `${ALLOY}: a reference of Ag, Au, but the trajectory is of Cu` },
    { args: ['-r', CU, '--previous'], code: 2, text: 'not --reference and --previous' },
    { args: ['--log', 'none.lammps'], code: 1, text: 'none.lammps' },
    { args: ['--log', 'far.lammps'], code: 1, text: 'timestep 0 is not in the log far.lammps' },
    { args: ['--log', 'gap.lammps'], code: 1, text: 'frame 1: timestep 100 is not in the log gap.lammps' },
    { args: ['--average', '9'], code: 1, text: '6 frames, expected at least the 9' },
    { args: ['--first', '0'], code: 2, text: 'from 1' },
    { args: ['--quantiles', '2', '--json'], code: 2, text: 'quantile is 2' },
    { args: ['--atoms', 'a.npy'], code: 2, text: 'a.npy' },
    { args: ['--atoms', 'x.xyz', '-o', 'x.csv', '--plot', 'p.png'], code: 2, text: 'p.png' },
    { args: ['--resume'], code: 2, text: '--output' },
  ])('refuses $args', async ({ args, code, text }) => {
    await heated('run.lammpstrj', 6, 3);
    writeLog('far.lammps', [5000]);
    writeLog('gap.lammps', [0, 200, 500]);
    const before = contents(folder);
    const outcome = await quests(['trajectory', 'run.lammpstrj', ...args], folder);
    expect(outcome.stderr).toContain(text);
    expect(outcome.stderr.trim().split('\n').at(-1)).toMatch(/^quests: /);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(contents(folder)).toEqual(before);
  });

  it('says where --first asks for more frames than there are', async () => {
    await heated('run.lammpstrj', 6, 3);
    const note = /note: the reference is 6 frames, fewer than the first 9: all are in it\n/;
    const more = await quests(['trajectory', 'run.lammpstrj', '--first', '9'], folder);
    expect(more).toMatchObject({ code: 0, stderr: expect.stringMatching(note) as string });
    const all = await quests(['trajectory', 'run.lammpstrj', '--first', '6'], folder);
    expect(all.stderr).not.toContain('fewer');
  });

  it('takes a reference of other elements where it is told to', async () => {
    const { stdout } = await done(['trajectory', HEATING, '-r', ALLOY, '--any-element', '--json']);
    const { frames } = JSON.parse(stdout) as { frames: { mean_dH: number }[] };
    expect(frames).toHaveLength(12);
    // Copper is nowhere near silver and gold.
    for (const { mean_dH } of frames) expect(mean_dH).toBeGreaterThan(0);
  });
});

describe('trajectory --s2', () => {
  it('gives S2 of each frame and each atom, and goes on with it', async () => {
    await heated('s2.xyz', 6, 2);
    const args = ['trajectory', 's2.xyz', '--s2', '--atoms', 's2-atoms.xyz', '--json', '--overwrite'];
    const { frames: rows } = JSON.parse((await done(args)).stdout) as { frames: { s2: number }[] };
    const structures = await frames('s2.xyz');
    const written = await frames('s2-atoms.xyz');
    for (const [at, structure] of structures.entries()) {
      const { value, atoms } = await pairEntropy(structure);
      expect(rows[at]?.s2).toBe(value);
      expect(written[at]?.info?.s2).toBe(value);
      expectClose(written[at]?.arrays?.s2?.data as Float64Array, atoms, 1e-12);
    }
    const { stdout } = await done(['trajectory', 's2.xyz', '--s2']);
    expect(stdout.split('\n')[0]).toContain('S2');
    const plain = JSON.parse((await done(['trajectory', 's2.xyz', '--json'])).stdout) as { frames: Row[] };
    expect(plain.frames[0]).not.toHaveProperty('s2');
  });

  it('says which frame has no density', async () => {
    const open = (await frames('s2.xyz')).map((structure): Structure => ({
      ...structure,
      pbc: [true, true, false],
    }));
    await writeStructures(join(folder, 's2-open.xyz'), open, { overwrite: true });
    const { code, stderr } = await quests(['trajectory', 's2-open.xyz', '--s2'], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/s2-open\.xyz, frame 0: a boundary is open/);
  });
});
