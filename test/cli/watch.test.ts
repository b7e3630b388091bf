import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contents, ended, quests, said, start, temporaryFolder } from '../support/cli/cli.js';
import { alloyText } from '../support/data/alloy.js';
import {
  RATTLED_CELL as A,
  rattledFrame as frame,
  rattledFrames as frames,
} from '../support/data/rattled.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../support/data/shared-data.js';
import { readStructures, type Structure, writeStructures } from '../../ts/node.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');

/** Bandwidth at which quiet frames are known, and an interstitial is not. */
const SETTINGS = ['-b', '0.04'];
writeFileSync(at('train.xyz'), frames(1000, 1020));
writeFileSync(at('quiet.xyz'), frames(0, 12));
writeFileSync(at('poisoned.xyz'), frames(0, 80, 57));

const watch = (...args: string[]): ReturnType<typeof quests> =>
  quests(['watch', ...args, '-r', 'train.xyz', ...SETTINGS], folder);

describe('quests watch', () => {
  it('stops a simulation at the frame that leaves known ground', async () => {
    const { code, stdout, stderr } = await watch(
      'poisoned.xyz',
      ...['--stop-above', '20', '--stop-file', 'STOP', '--on-stop', 'echo told > told.txt'],
      ...['--save-above', '10', '--save-to', 'new.xyz', '--on-save', 'cp "$1" copied.xyz; true'],
      ...['-o', 'checks.csv', '--plot', 'watch.svg'],
    );
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('stop file written: STOP') as string,
    });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^Stopped: frame 57, atom \d+: δH [\d.]+ nats$/);
    expect(lines.at(-2)).toBe('Checks: 58, saved: 1');
    expect(lines.at(-3)).toMatch(/^ {5}57 {7}570 {4}57.000 .* stop {2}saved$/);
    const rows = text('checks.csv').trimEnd().split('\n');
    expect(rows).toHaveLength(59);
    expect(rows.at(-1)).toMatch(/^57,57,570,57,33,.*,stop,true$/);
    expect(text('STOP')).toContain('frame 57');
    expect(text('told.txt')).toBe('told\n');
    expect(text('new.xyz')).toMatch(/^33\n.*dH:R:1.*max_dH=/);
    expect(text('copied.xyz')).toBe(text('new.xyz'));
    expect(text('watch.svg')).toContain('<svg');
  });

  it('takes a stored reference that tells elements apart, and its mode', async () => {
    writeFileSync(at('alloy.xyz'), alloyText(4, 5, ['Cu', 'Au'], 1));
    writeFileSync(at('alloy-run.xyz'), alloyText(4, 3, ['Cu', 'Au'], 2));
    writeFileSync(at('nickel-run.xyz'), alloyText(4, 2, ['Cu', 'Ni'], 3));
    for (const mode of ['center', 'full', 'blocks']) {
      const build = ['reference', 'build', 'alloy.xyz', '--species', mode, '-o', 'alloy.qref', '--overwrite'];
      expect((await quests(build, folder)).code).toBe(0);
      const of = async (...args: string[]): Promise<{ rows: string; stdout: string; stderr: string }> => {
        const all = ['watch', ...args, '--idle', '0', '-b', '0.08', '-o', 'alloy.jsonl', '--overwrite'];
        const outcome = await quests(all, folder);
        expect(outcome.code, outcome.stderr).toBe(0);
        return { ...outcome, rows: text('alloy.jsonl') };
      };
      // Blocks are those of the elements of the reference: another one is refused.
      for (const run of mode === 'blocks' ? ['alloy-run.xyz'] : ['alloy-run.xyz', 'nickel-run.xyz']) {
        const stored = await of(run, '-r', 'alloy.qref');
        const described = await of(run, '-r', 'alloy.xyz', '--species', mode);
        expect(stored.stdout, `${mode} ${run}`).toBe(described.stdout);
        expect(stored.rows).toBe(described.rows);
        const lacks = stored.stderr.includes('note: alloy.qref has no Ni, which nickel-run.xyz has');
        expect(lacks).toBe(run === 'nickel-run.xyz');
      }
      const other = mode === 'full' ? 'center' : 'full';
      const refused = await quests(
        ['watch', 'alloy-run.xyz', '-r', 'alloy.qref', '--species', other],
        folder,
      );
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('alloy.qref: ') as string });
    }
  });

  it('says which bandwidth it took of the reference', async () => {
    const { bandwidth } = JSON.parse((await quests(['bandwidth', 'train.xyz', '--json'], folder)).stdout) as {
      bandwidth: number;
    };
    const args = ['watch', 'quiet.xyz', '-r', 'train.xyz', '-b', 'auto', '--idle', '0'];
    const { stdout, stderr } = await quests(args, folder);
    expect(stderr).toMatch(/^Bandwidth: h = \S+ 1\/Å \(.+\)$/m);
    expect(stdout).toMatch(/^Bandwidth: h = \S+ 1\/Å \(.+\)\nChecks: 12/m);
    const found = JSON.parse((await quests([...args, '--json'], folder)).stdout) as Record<string, unknown>;
    expect(found).toMatchObject({ bandwidth, bandwidth_by: expect.any(String) as string });
  });

  it('leaves out the mean, and decides alike', async () => {
    const options = ['--stop-above', '20', '--save-above', '10', '--save-to'];
    const all = await watch('poisoned.xyz', ...options, 'all.xyz', '-o', 'all.csv');
    const few = await watch(
      'poisoned.xyz',
      ...options,
      ...['few.xyz', '-o', 'few.csv', '--no-mean', '--plot', 'few.svg'],
    );
    expect([few.code, all.code]).toEqual([3, 3]);
    expect(text('few.xyz')).toBe(text('all.xyz'));
    const [titles = '', ...rows] = text('all.csv').trimEnd().split('\n');
    const mean = titles.split(',').indexOf('mean_dH');
    const without = (row: string): string =>
      row
        .split(',')
        .map((field, column) => (column === mean && !row.endsWith('true') ? '' : field))
        .join(',');
    expect(text('few.csv').trimEnd().split('\n')).toEqual([titles, ...rows.map(without)]);
    expect(few.stdout.trimEnd().split('\n').at(-3)).toMatch(/ 57 .* stop {2}saved$/);
    expect(text('few.svg')).toContain('largest');
  });

  it.skipIf(!hasSharedData)(
    `stops molecular dynamics of carbon at the frame with an interstitial${withoutSharedData}`,
    async () => {
      // Frames 0 to 199 are known; 257 gets an atom in the middle of the first two.
      const md: Structure[] = [];
      for await (const each of readStructures(join(SHARED_DATA, 'carbon_md/carbon.lammpstrj'))) md.push(each);
      const { positions, cell } = md[257] as Structure;
      const middle = [0, 1, 2].map((axis) => ((positions[axis] ?? NaN) + (positions[3 + axis] ?? NaN)) / 2);
      const species = Array<string>(positions.length / 3 + 1).fill('C');
      md[257] = { positions: Float64Array.from([...positions, ...middle]), cell: cell ?? [], species };
      await writeStructures(at('carbon.xyz'), md);
      await writeStructures(at('md.xyz'), md.slice(200, 280));
      const { code, stdout } = await quests(
        ['watch', 'md.xyz', '-r', 'carbon.xyz@:200', '--stop-above', '20', '--no-entropy', '--quiet'],
        folder,
      );
      const lines = stdout.trimEnd().split('\n');
      expect([code, lines.at(-2)]).toEqual([3, 'Checks: 58, saved: 0']);
      expect(lines.at(-1)).toMatch(/^Stopped: frame 57, atom \d+: δH [\d.]+ nats$/);
    },
  );

  it('checks frames as they are written, and goes on after it was killed as if it had not been', async () => {
    const all = [
      ...['--save-above', '10', '--save-to', 'whole.xyz', '-o', 'whole.jsonl'],
      '--learn',
      '--idle',
      '0',
    ];
    const text80 = frames(0, 30, 7) + frames(30, 40, 33);
    writeFileSync(at('run.xyz'), text80);
    expect((await watch('run.xyz', ...all)).code).toBe(0);

    writeFileSync(at('grows.xyz'), frames(0, 20, 7));
    const args = ['--save-above', '10', '--save-to', 'part.xyz', '-o', 'part.jsonl', '--learn'];
    const child = start(['watch', 'grows.xyz', '-r', 'train.xyz', ...SETTINGS, ...args], folder);
    const end = ended(child);
    child.stdout?.on('data', (lines: string) => {
      if (/^ +19 /m.test(lines)) child.kill('SIGKILL');
    });
    await end;
    // As if it had been killed within a row, and within a frame that has no row.
    appendFileSync(at('part.jsonl'), '{"check":20,');
    appendFileSync(at('part.xyz'), frame(7).slice(0, 200));
    appendFileSync(at('grows.xyz'), frames(20, 30) + frames(30, 40, 33));
    const { code, stderr } = await watch('grows.xyz', ...args, '--resume', '--idle', '0');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('continuing after frame 19') as string,
    });
    expect(text('part.jsonl')).toBe(text('whole.jsonl'));
    expect(text('part.xyz')).toBe(text('whole.xyz'));
    const rows = text('part.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { saved: boolean });
    // What was learned of the first interstitial makes the second known.
    expect([rows.length, rows.filter(({ saved }) => saved).length]).toEqual([40, 1]);
  });

  it('waits for a file, takes standard input, and ends at a signal', async () => {
    const child = start(['watch', 'later.xyz', '-r', 'train.xyz', ...SETTINGS], folder);
    const end = ended(child);
    await said(child, 'waiting for later.xyz');
    writeFileSync(at('later.xyz'), frames(0, 2));
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (lines: string) => {
        if (/^ +1 /m.test(lines)) resolve();
      });
    });
    child.kill('SIGTERM');
    const { code: ending, stderr } = await end;
    expect([ending, stderr.match(/waiting/g)?.length]).toEqual([130, 1]);

    const absent = ['never.xyz', '--idle', '0'];
    expect((await watch(...absent)).stderr).toContain('waiting for never.xyz\n');
    expect((await watch(...absent, '--quiet')).stderr).not.toContain('waiting');
    expect((await watch('quiet.xyz', '--idle', '0')).stderr).not.toContain('waiting');

    const piped = start(['watch', '-', '-r', 'train.xyz', ...SETTINGS, '--json', '--no-entropy'], folder);
    piped.stdin?.end(frames(0, 5));
    const { code, stdout } = await ended(piped);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ checks: 5, saved: 0, passed_over: 0, stopped: null });
  });

  it('checks every n-th frame, by the share of atoms that it is told', async () => {
    const args = ['--check-every', '5', '--share', '0.5', '-o', 'share.csv', '--idle', '0'];
    expect((await watch('quiet.xyz', ...args)).code).toBe(0);
    const [, ...rows] = text('share.csv').trimEnd().split('\n');
    expect(rows.map((row) => row.split(',')[1])).toEqual(['0', '5', '10']);
    for (const row of rows) {
      const [, , , , , , , max, , , score] = row.split(',').map(Number);
      expect(score).toBeLessThan(max ?? NaN);
    }
    const before = text('share.csv');
    const again = await watch('quiet.xyz', ...args);
    expect([again.code, again.stderr, text('share.csv')]).toEqual([
      1,
      expect.stringContaining('exists'),
      before,
    ]);
  });

  it('draws its picture again where a run is continued', async () => {
    const args = ['-o', 'drawn.csv', '--plot', 'drawn.svg', '--idle', '0'];
    expect((await watch('quiet.xyz', ...args)).code).toBe(0);
    const before = text('drawn.svg');
    appendFileSync(at('quiet.xyz'), frames(12, 14));
    const { code, stderr } = await watch('quiet.xyz', ...args, '--resume');
    expect([code, stderr]).toEqual([0, expect.stringContaining('plot written to drawn.svg')]);
    expect(text('drawn.svg')).not.toBe(before);
  });

  it('follows what VASP and GPUMD write, and waits for a frame that is half there', async () => {
    const places = (number: number): number[][] => {
      const rows = frame(number).trimEnd().split('\n').slice(2);
      return rows.map((row) => row.split(' ').slice(1).map(Number));
    };
    // VASP: the header once, then fractional coordinates under a line for each step.
    const header = `unknown system\n 1\n ${2 * A} 0 0\n 0 ${2 * A} 0\n 0 0 ${2 * A}\n Cu\n 32\n`;
    const configuration = (number: number): string =>
      `Direct configuration= ${String(number).padStart(5)}\n` +
      places(number)
        .map((place) => ` ${place.map((x) => (x / (2 * A)).toFixed(8)).join(' ')}\n`)
        .join('');
    const steps = [1, 2, 3].map(configuration).join('');
    writeFileSync(at('XDATCAR'), header + steps + configuration(4).slice(0, 400));
    const vasp = await watch('XDATCAR', '--idle', '0', '-o', 'vasp.csv');
    expect([vasp.code, vasp.stdout]).toEqual([0, expect.stringContaining('Checks: 3')]);
    expect(vasp.stderr).toContain('not checked');
    // GPUMD: extended xyz with velocities, and the time in femtoseconds.
    const exyz = (number: number): string =>
      `32\nTime=${number}.00000000 pbc="T T T" Lattice="${2 * A} 0 0 0 ${2 * A} 0 0 0 ${2 * A}" ` +
      'Properties=species:S:1:pos:R:3:vel:R:3\n' +
      places(number)
        .map((place) => `Cu ${place.map((x) => x.toFixed(10)).join(' ')} 0.01 -0.02 0.0\n`)
        .join('');
    writeFileSync(at('dump.xyz'), [1, 2, 3].map(exyz).join('') + exyz(4).slice(0, 400));
    const gpumd = await watch('dump.xyz', '--idle', '0', '-o', 'gpumd.csv');
    expect([gpumd.code, gpumd.stdout]).toEqual([0, expect.stringContaining('Checks: 3')]);
    const maxima = (name: string): number[] =>
      text(name)
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => Number(row.split(',')[7]));
    // The same frames, to the digits that each program writes.
    maxima('vasp.csv').forEach((value, row) => {
      expect(value).toBeCloseTo(maxima('gpumd.csv')[row] ?? NaN, 3);
    });
  });

  it('neither keeps nor learns what has exploded', async () => {
    const args = ['--save-above', '10', '--reject-above', '10.5', '--save-to', 'none.xyz', '--idle', '0'];
    const { code, stdout } = await watch('poisoned.xyz', ...args, '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ checks: 80, saved: 0 })]);
    expect(text('none.xyz')).toBe('');
  });

  it('stops where coordinates are no numbers any more', async () => {
    writeFileSync(at('nan.xyz'), frames(0, 3) + frame(3).replace(/Cu \S+/, 'Cu nan') + frames(4, 6));
    const { code, stdout } = await watch('nan.xyz', '--stop-above', '20', '--idle', '0');
    expect([code, stdout]).toEqual([3, expect.stringMatching(/Stopped: nan.xyz, frame 3,.*nan/)]);
    const { code: plain, stderr } = await watch('nan.xyz', '--idle', '0');
    expect([plain, stderr]).toEqual([1, expect.stringContaining('nan.xyz, frame 3')]);
    const skipped = await watch('nan.xyz', '--idle', '0', '--on-error', 'skip');
    expect([skipped.code, skipped.stdout]).toEqual([0, expect.stringContaining('Checks: 5')]);
  });

  it('refuses what has no effect, or stands in the way', async () => {
    const refused = async (...args: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await watch('quiet.xyz', '--idle', '0', ...args);
      return [code, stderr.trim()];
    };
    expect(await refused('--save-above', '1')).toEqual([
      2,
      'quests: --save-above needs --save-to, or --learn',
    ]);
    expect(await refused('--save-to', 'a.xyz')).toEqual([2, 'quests: --save-to needs --save-above']);
    expect(await refused('--stop-file', 'S')).toEqual([2, 'quests: --stop-file needs --stop-above']);
    expect(await refused('--resume')).toEqual([2, expect.stringContaining('--resume needs --output')]);
    expect(await refused('-o', 'a.json')).toEqual([2, expect.stringContaining('ends in .csv, .jsonl')]);
    expect(await refused('--save-above', '1', '--save-to', 'a.dump')).toEqual([
      2,
      expect.stringContaining('ends in .xyz'),
    ]);
    const selected = await watch('quiet.xyz@2:', '--idle', '0');
    expect([selected.code, selected.stderr.trim()]).toEqual([
      2,
      'quests: cannot follow quiet.xyz@2:: expected a file without a selection of frames, quiet.xyz',
    ]);
    writeFileSync(at('HALT'), '');
    expect(await refused('--stop-above', '1', '--stop-file', 'HALT')).toEqual([
      1,
      expect.stringContaining('HALT is there already'),
    ]);
    writeFileSync(at('other.csv'), 'a,b\n1,2\n');
    expect(await refused('-o', 'other.csv', '--resume')).toEqual([1, expect.stringContaining('columns')]);
    expect(text('other.csv')).toBe('a,b\n1,2\n');
    expect(existsSync(at('a.xyz'))).toBe(false);
    expect(contents(folder).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});
