import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../support/data/shared-data.js';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const HEATING = golden('heating_trajectory.xyz');

interface Event extends Record<string, unknown> {
  readonly frame: number;
  readonly jump: number;
  readonly kind: 'jump' | 'bend';
  readonly saturated: boolean;
  readonly transient: boolean;
  readonly rate_before: number;
  readonly rate_after: number;
}

interface Series {
  readonly series: string;
  readonly events: readonly Event[];
  readonly segments: readonly { first_frame: number; last_frame: number }[];
}

async function done(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const outcome = await quests(args, folder);
  expect(outcome.code, outcome.stderr).toBe(0);
  return outcome;
}

async function found(args: readonly string[]): Promise<Record<string, Series>> {
  const { stdout } = await done(['events', ...args, '--json']);
  const { series } = JSON.parse(stdout) as { series: Series[] };
  return Object.fromEntries(series.map((one) => [one.series, one]));
}

const largest = ({ events }: Series): Event | undefined =>
  [...events].filter(({ kind }) => kind === 'jump').sort((a, b) => Math.abs(b.jump) - Math.abs(a.jump))[0];

describe('events', () => {
  it('finds the same in a simulation as in what trajectory wrote of it', async () => {
    const options = ['--first', '2', '-b', '0.02'];
    await done(['trajectory', HEATING, ...options, '-o', 'rows.csv']);
    await done(['trajectory', HEATING, ...options, '-o', 'rows.json']);
    await done(['trajectory', HEATING, ...options, '-o', 'rows.parquet']);
    const direct = await found([HEATING, ...options]);
    expect(Object.keys(direct)).toEqual(['entropy', 'mean_dH']);
    for (const rows of ['rows.csv', 'rows.json', 'rows.parquet']) expect(await found([rows])).toEqual(direct);
  });

  it('leaves a perfect lattice at the beginning out, and says so; writes tables and pictures', async () => {
    const rows = Array.from({ length: 30 }, (_, frame) => {
      const H = frame === 0 ? 0 : (frame < 15 ? 3 : 4) + 0.01 * Math.sin(7 * frame * frame);
      return `${frame},${2 * frame},${300 + frame},${H},${H / Math.log(4000)}`;
    });
    writeFileSync(
      join(folder, 'made.csv'),
      `frame,time,temperature,entropy,efficiency\n${rows.join('\n')}\n`,
    );
    const { stdout, stderr } = await done(['events', 'made.csv', '-o', 'events.csv', '--plot', 'events.svg']);
    expect(stderr).toContain('note: frame 0, a perfect lattice, is skipped\n');
    expect(stdout).toMatch(/^H +15 +30\.000 +315\.0 +jump +\+0\.99\d +±0\.0\d+ .* sustained$/m);
    expect(stdout).toMatch(
      /^H: largest jump \+0\.99\d nats, at frame 15, 30\.000 ps, T = 315\.0 \(314\.0 in the frame before\)$/m,
    );
    const [head, ...lines] = readFileSync(join(folder, 'events.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toMatch(/^series,frame,time,temperature,kind,jump,jump_error,before,after,/);
    expect(lines).toHaveLength(1);
    expect(readFileSync(join(folder, 'events.svg'), 'utf8')).toMatch(/>\+0\.99<|>\+1\.00<\/text>/);
    writeFileSync(join(folder, 'flat.csv'), `frame,entropy\n${rows.map((_, at) => `${at},2`).join('\n')}\n`);
    expect((await done(['events', 'flat.csv'])).stdout).toBe('No events\n');
  });

  it.each([
    { args: ['short.csv'], code: 1, text: '3 frames with entropy, expected at least 6' },
    { args: ['other.csv'], code: 1, text: 'no entropy in the rows' },
    { args: ['short.csv', HEATING], code: 2, text: 'cannot be combined with structure files' },
    { args: ['short.csv', '-b', '0.03'], code: 2, text: '--bandwidth is for simulations' },
    {
      args: ['steps.csv', 'steps.csv'],
      code: 1,
      text: 'row 3: step 10 after 30, expected rows in the order of time',
    },
    { args: ['nowhere.csv'], code: 1, text: 'nowhere.csv' },
    { args: [HEATING, '--min-length', '0'], code: 2, text: 'from 1' },
  ])('refuses $args', async ({ args, code, text }) => {
    writeFileSync(join(folder, 'steps.csv'), 'step,entropy\n10,1\n20,2\n30,3\n');
    writeFileSync(join(folder, 'short.csv'), 'frame,entropy\n0,1\n1,2\n2,3\n');
    writeFileSync(join(folder, 'other.csv'), 'frame,energy\n0,1\n1,2\n2,3\n');
    const before = contents(folder);
    const outcome = await quests(['events', ...args], folder);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toContain(text);
    expect(contents(folder)).toEqual(before);
  });
});

it('prints rates per step with three digits', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => {
    const H = (at < 20 ? 2 : 3) + 1e-3 * at + 0.001 * Math.sin(9 * at * at);
    return `${at},${2500 * at},${H},0.5`;
  });
  writeFileSync(join(folder, 'slow.csv'), `frame,step,entropy,efficiency\n${rows.join('\n')}\n`);
  const { stdout } = await done(['events', 'slow.csv']);
  expect(stdout).toMatch(/\+[34]\.\d\de-7 +\+[34]\.\d\de-7 +sustained$/m);
});

describe.skipIf(!hasSharedData)(`events of copper that melts and freezes${withoutSharedData}`, () => {
  const DUMP = `${SHARED_DATA}cu_melt/dump.cu_melt_xtal.lammpstrj`;
  const LOG = `${SHARED_DATA}cu_melt/log.lammps`;

  it.each([0.015, 0.025, 0.038])(
    'melting and freezing are found at h = %d',
    { timeout: 240_000 },
    async (h) => {
      const rows = `melt-${h}.csv`;
      const args = ['-b', String(h), '--first', '5', '--log', LOG, '--timestep', '0.002'];
      await done(['trajectory', DUMP, ...args, '-o', rows]);
      const { entropy, mean_dH: dH } = (await found([rows])) as { entropy: Series; mean_dH: Series };
      // The reference is frames 1 to 5: frame 0 is a perfect lattice.
      expect(readFileSync(join(folder, rows), 'utf8').split('\n')[1]).toMatch(
        /^[^,]*,0,.*,true,false,20000,/,
      );

      const melting = largest(dH);
      expect(Math.abs((melting?.frame ?? NaN) - 8)).toBeLessThanOrEqual(2);
      expect(melting).toMatchObject({ kind: 'jump', transient: false });
      expect(melting?.jump).toBeGreaterThan(1);
      expect(melting?.temperature).toBeGreaterThan(1600);
      const ofH = largest(entropy);
      if (h >= 0.025) {
        expect(Math.abs((ofH?.frame ?? NaN) - 8)).toBeLessThanOrEqual(2);
        expect(ofH?.jump).toBeGreaterThan(0.3);
        expect(entropy.events.map(({ saturated }) => saturated)).not.toContain(true);
      } else {
        // Saturated: nothing jumps there, and that is said.
        const there = entropy.events.filter(({ frame }) => Math.abs(frame - 8) <= 2);
        expect(there.map(({ kind, saturated }) => [kind, saturated])).toEqual([['bend', true]]);
        const { stderr } = await done(['events', rows]);
        expect(stderr).toContain('H is saturated in 23 of 42 frames');
      }
      for (const { events } of [entropy, dH]) {
        const freezing = events.filter(({ frame }) => frame >= 26 && frame <= 38);
        // It begins with a fall that is faster than before, and ends with one that is slower.
        expect(freezing).toHaveLength(2);
        const [begins, ends] = freezing as [Event, Event];
        expect(begins.rate_after).toBeLessThan(3 * begins.rate_before);
        expect(ends.rate_after).toBeGreaterThan(ends.rate_before / 2);
        expect(ends.frame).toBeGreaterThanOrEqual(29);
      }
    },
  );
});
