import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';

interface Record_ {
  readonly phases: readonly {
    name: string;
    n_states: number;
    surfaces: Record<string, { degree: number }>;
  }[];
  readonly along: string;
  readonly line: readonly Readonly<Record<string, number | null>>[];
  readonly gaps: readonly unknown[];
  readonly resamples: number;
}

const folder = temporaryFolder();
const STATES = fileURLToPath(new URL('../../examples/cu_states.csv', import.meta.url));
const FEW = ['--resamples', '40', '--quiet'];

/** What scripts/make-phase-line-example.mjs says: P in GPa, T in K, dT/dP in K/GPa. */
const TRUTH = [
  [0, 1324.0, 43.73],
  [5, 1526.8, 37.76],
  [10, 1704.3, 33.43],
  [15, 1862.8, 30.09],
  [20, 2006.3, 27.4],
] as const;

async function record(args: readonly string[]): Promise<Record_> {
  const { code, stdout, stderr } = await quests(['phase_line', ...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record_;
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

describe('phase_line', () => {
  it('finds the line that the example was made with, within 1 % and its band', async () => {
    const { phases, along, line, gaps, resamples } = await record([STATES, '--pressures', '0,5,10,15,20']);
    expect(phases.map(({ name, n_states }) => [name, n_states])).toEqual([
      ['solid', 25],
      ['liquid', 25],
    ]);
    expect([along, gaps, resamples]).toEqual(['pressure', [], 1000]);
    TRUTH.forEach(([P, T, slope], at) => {
      const point = line[at] ?? {};
      const value = (key: string): number => point[key] ?? NaN;
      expect(value('pressure')).toBe(P);
      expect(Math.abs(value('temperature') / T - 1)).toBeLessThan(0.01);
      expect(value('temperature_low')).toBeLessThan(T);
      expect(value('temperature_high')).toBeGreaterThan(T);
      expect(Math.abs(value('clausius_clapeyron') / slope - 1)).toBeLessThan(0.03);
      expect(value('slope_low')).toBeLessThan(slope);
      expect(value('slope_high')).toBeGreaterThan(slope);
      const kT = 8.617333262e-5 * value('temperature');
      expect(value('dU') + (P * value('dV')) / 160.21766208).toBeCloseTo(kT * value('dH'), 8);
    });
  });

  it('writes table, record and picture, by its other name, too; the same for the same seed', async () => {
    const args = ['phase-line', STATES, ...FEW, '--seed', '5'];
    const outcome = await quests([...args, '-o', 'line.csv', '--plot', 'line.svg'], folder);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [head, ...rows] = readFileSync(join(folder, 'line.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe(
      'pressure,temperature,temperature_low,temperature_high,slope,slope_low,slope_high,' +
        'clausius_clapeyron,clausius_clapeyron_low,clausius_clapeyron_high,dH,dV,dU,below',
    );
    expect(rows).toHaveLength(11);
    expect(rows[0]).toMatch(/^0,1\d{3}\.\d+,.*,solid$/);
    expect(readFileSync(join(folder, 'line.svg'), 'utf8')).toContain('slope dT/dP (K/GPa)');
    const again = await quests([...args, '-o', 'line.json'], folder);
    expect(again.stdout).toBe(outcome.stdout);
    const written = JSON.parse(readFileSync(join(folder, 'line.json'), 'utf8')) as Record_;
    expect(written.line).toHaveLength(11);
    expect(written).toHaveProperty('version');
    const refused = await quests([...args, '-o', 'line.csv'], folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
  });

  it('gives P(T), one pressure, states of several files, and two phases of more', async () => {
    const { line, along } = await record([STATES, ...FEW, '--temperatures', '1500,1900']);
    expect(along).toBe('temperature');
    expect(line.map(({ temperature }) => temperature)).toEqual([1500, 1900]);
    expect(Math.abs((line[0]?.pressure ?? 0) - 4.3)).toBeLessThan(0.5);

    const lines = readFileSync(STATES, 'utf8').trimEnd().split('\n');
    const ambient = lines.filter((row) => /,0,\d+,/.test(row));
    const solid = file('s.csv', `${lines[0]}\n${ambient.filter((row) => row.startsWith('s')).join('\n')}\n`);
    const liquid = file('l.csv', `${lines[0]}\n${ambient.filter((row) => row.startsWith('l')).join('\n')}\n`);
    const one = await quests(['phase_line', solid, liquid, '--plot', 'one.svg', ...FEW], folder);
    expect(one.code, one.stderr).toBe(0);
    expect(one.stdout).toMatch(/^ {2}0\.000 {2}13\d\d\.\d /m);
    expect(one.stdout).not.toContain('dT/dP');

    const more = file('more.csv', `${lines.join('\n')}\ngas,0,1300,50,-1,9\n`);
    const refused = await quests(['phase_line', more], folder);
    expect(refused).toMatchObject({
      code: 2,
      stderr: 'quests: 3 phases, solid, liquid, gas: expected two, as with --phases solid,liquid\n',
    });
    const turned = await record([more, ...FEW, '--phases', 'liquid,solid']);
    expect(turned.phases.map(({ name }) => name)).toEqual(['liquid', 'solid']);
    expect(turned.line[3]?.dH).toBeLessThan(0);
  });

  it('notes what may be wrong: units, states at one place, slopes that differ', async () => {
    const lines = readFileSync(STATES, 'utf8').trimEnd().split('\n');
    const twice = file('twice.csv', [...lines, 'solid,0,900,12.2,-3.42,3.63'].join('\n'));
    const averaged = await quests(['phase_line', twice, '--resamples', '40'], folder);
    expect(averaged.stderr).toContain('1 of 51 states repeat the same P and T and are averaged');
    const scaled = (column: number, factor: (row: readonly string[]) => number): string =>
      lines
        .map((row, at) => {
          const fields = row.split(',');
          if (at > 0) fields[column] = String(Number(fields[column]) * factor(fields));
          return fields.join(',');
        })
        .join('\n');
    const bar = await quests(
      [
        'phase_line',
        file(
          'bar.csv',
          scaled(1, () => 1e4),
        ),
      ],
      folder,
    );
    expect(bar.stderr).toContain('note: pressures up to 200000: taken as GPa (1 GPa = 10000 bar)');
    const other = file(
      'other.csv',
      scaled(5, ([phase, P]) => (phase === 'liquid' ? 1 + 0.0025 * Number(P) : 1)),
    );
    const apart = await quests(['phase_line', other, '--resamples', '40'], folder);
    expect(apart.code, apart.stderr).toBe(0);
    expect(apart.stderr).toMatch(
      /at P = [\d., ]+(…)? GPa, \d+ of \d+ points, the slope of the line and dV\/dS differ by more than 10 %/,
    );
  });

  it('says where the line is not among the states', async () => {
    const lines = readFileSync(STATES, 'utf8').trimEnd().split('\n');
    const cut = file('cut.csv', lines.filter((row) => !/^liquid,20,(1800|1950|2100)/.test(row)).join('\n'));
    const { code, stdout } = await quests(['phase_line', cut, ...FEW, '--pressures', '0,10,20'], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No transition at P = 20 GPa: the states of both phases have no T in common$/m);
  });

  it('refuses what it cannot use, in one line, and writes nothing', async () => {
    const head = 'phase,P,T,V,U,H\n';
    const rows = readFileSync(STATES, 'utf8').trimEnd().split('\n').slice(1);
    const few = file('few.csv', head + [...rows.slice(0, 3), ...rows.slice(25)].join('\n'));
    const single = file('single.csv', head + rows.slice(0, 25).join('\n'));
    const cold = file(
      'cold.csv',
      head + rows.filter((row) => !/^liquid,\d+,(1[1-9]|2)/.test(row)).join('\n'),
    );
    const frozen = file(
      'frozen.csv',
      head +
        rows
          .map((row) => {
            const [phase, P, T, V, U, H] = row.split(',');
            return [phase, P, T, V, Number(U) + (phase === 'liquid' ? 0.1 : 0), H].join(',');
          })
          .join('\n'),
    );
    const text = file('text.csv', `${head}solid,0,900,n/a,-3,4\n`);
    const names = file('names.csv', 'phase,P,T,V,PE\nsolid,0,900,12,-3\n');
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [[few], 1, /solid has 3 states of different P or T, expected at least/],
      [[single], 1, /one phase, solid, expected two/],
      [[cold], 1, /one phase|liquid has \d states/],
      [[frozen], 1, /no transition: solid is stable .* nearest to 0 is 0\.0\d+ eV per atom at P = /],
      [[text], 1, /text\.csv, line 2: V is "n\/a", expected a number/],
      [[names], 1, /names\.csv: no column U, H: expected .*; found "phase", "P", "T", "V", "PE"/],
      [['nowhere.csv'], 1, /nowhere\.csv/],
      [[STATES, '--pressures', '0,40'], 2, /pressure is 40, expected from 0 to 20 GPa/],
      [
        [STATES, '--pressures', '0', '--temperatures', '1500'],
        2,
        /--pressures and --temperatures cannot be combined/,
      ],
      [[STATES, '--phases', 'solid'], 2, /Expected two names/],
      [[STATES, '--phases', 'solid,gas'], 2, /no states of gas: expected two of solid, liquid/],
      [[STATES, '--resamples', '10'], 2, /resamples is 10, expected .* at least 40/],
      [[STATES, '--level', '1'], 2, /level is 1, expected a share above 0 and below 1/],
      [[STATES, '--seed', '-1'], 2, /--seed/],
      [[], 2, /missing required argument/],
    ];
    const before = contents(folder);
    for (const [args, code, message] of cases) {
      const found = await quests(['phase_line', ...args, '--quiet', '-o', 'refused.json'], folder);
      expect(found.stderr).toMatch(message);
      expect(found.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(found).toMatchObject({ code, stdout: '' });
    }
    expect(contents(folder)).toEqual(before);
  });
});
