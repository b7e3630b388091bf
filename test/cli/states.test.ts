import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descriptors, entropy, readStructures, type Structure } from '../../ts/node.js';
import { RandomStream } from '../../ts/statistics/random.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

const SITES = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((cell) =>
  [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ].map((site) => site.map((x, axis) => x + ((cell >> axis) & 1))),
);
const FRAMES = 10;

/** A run of a crystal: its edges and energies, and the file of its frames with their step. */
function run(
  name: string,
  seed: number,
  amplitude: number,
  says = true,
): { edges: number[]; energies: number[] } {
  const random = new RandomStream(seed);
  const edges = Array.from({ length: FRAMES }, () => 7.2 + 0.01 * random.normal());
  const energies = Array.from({ length: FRAMES }, () => -100 + random.normal());
  const frames = edges.map((edge, step) => {
    const rows = SITES.map(
      (site) => `Cu ${site.map((x) => (edge / 2) * x + amplitude * random.normal()).join(' ')}`,
    );
    const state = says
      ? `potential_energy=${energies[step]} temperature=${300 + step} pressure=${100 * step} `
      : '';
    const header = `Lattice="${edge} 0 0 0 ${edge} 0 0 0 ${edge}" ${state}timestep=${step}`;
    return `32\n${header} Properties=species:S:1:pos:R:3\n${rows.join('\n')}\n`;
  });
  writeFileSync(at(name), frames.join(''));
  return { edges, energies };
}

const cold = run('cold.xyz', 1, 0.05);
run('warm.xyz', 2, 0.1);
const bare = run('bare.xyz', 3, 0.1, false);
writeFileSync(
  at('bare.log'),
  [
    'Step Temp PotEng Press',
    ...bare.energies.map((energy, step) => `${step} 500 ${energy} 0`),
    'Loop time of 1',
    '',
  ].join('\n'),
);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('quests states', () => {
  it('writes the table that phase_line reads', async () => {
    const args = ['states', 'solid=cold.xyz', 'hot=warm.xyz', '-b', '0.03'];
    const settings = ['--pressures', '0', '--temperatures', '300,600'];
    const { code, stdout, stderr } = await quests([...args, ...settings, '-o', 'states.csv'], folder);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('means are taken') as string]);
    expect(stdout).toContain('N = 32 environments a frame, h = 0.03 1/Å');
    const [head = '', first = '', ...rest] = readFileSync(at('states.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('phase,P,T,V,U,H,V_error,U_error,H_error,frames,file');
    expect(rest).toHaveLength(1);
    const [phase, P, T, V, U, H, ...more] = first.split(',');
    expect([phase, P, T, more.slice(-2)]).toEqual(['solid', '0', '300', ['10', 'cold.xyz']]);
    expect(Number(V)).toBeCloseTo(mean(cold.edges.map((edge) => edge ** 3 / 32)), 10);
    expect(Number(U)).toBeCloseTo(mean(cold.energies) / 32, 12);
    const own: number[] = [];
    for await (const frame of readStructures(at('cold.xyz'))) {
      own.push(await entropy(await descriptors(frame), { bandwidth: 0.03 }));
    }
    expect(Number(H)).toBeCloseTo(mean(own), 10);
    for (const error of more.slice(0, 3)) expect(Number(error)).toBeGreaterThan(0);
    // Three temperatures are too few for a surface, so the table was read.
    const line = await quests(['phase_line', 'states.csv'], folder);
    expect(line.stderr).toContain('solid has 1 state');
  });

  it('makes samples of H of several frames', async () => {
    const args = ['states', 'solid=cold.xyz', '-b', '0.03', '--frames', '4', '--json', '--quiet'];
    const { stdout } = await quests(args, folder);
    const found = JSON.parse(stdout) as { sample: number; frames: number; states: { H: number }[] };
    expect([found.sample, found.frames]).toEqual([4 * 32, 4]);
    const structures: Structure[] = [];
    for await (const frame of readStructures(at('cold.xyz'))) structures.push(frame);
    const own: number[] = [];
    // The last two of ten frames make no sample.
    for (const first of [0, 4]) {
      own.push(await entropy(await descriptors(structures.slice(first, first + 4)), { bandwidth: 0.03 }));
    }
    expect(found.states[0]?.H).toBeCloseTo(mean(own), 10);
    const many = await quests(['states', 'solid=cold.xyz', '--frames', '11', '--quiet'], folder);
    expect([many.code, many.stderr]).toEqual([1, expect.stringContaining('10 frames, expected at least')]);
  });

  it('takes means, logs and units', async () => {
    const json = async (...args: string[]): Promise<Record<string, unknown>[]> => {
      const { code, stdout, stderr } = await quests(['states', ...args, '-b', '0.03', '--json'], folder);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      return (JSON.parse(stdout) as { states: Record<string, unknown>[] }).states;
    };
    const [metal] = await json('solid=cold.xyz');
    expect(metal).toMatchObject({ phase: 'solid', n_frames: FRAMES, T: 304.5 });
    // Mean 450 bar.
    expect(metal?.P).toBeCloseTo(0.045, 12);
    const [real] = await json('solid=cold.xyz', '--units', 'real');
    expect(Number(real?.U) * 23.060548).toBeCloseTo(Number(metal?.U), 9);
    expect(Number(real?.P)).toBeCloseTo(450 * 1.01325e-4, 12);
    const [logged] = await json('solid=bare.xyz@2:8', '--log', 'bare.log', '--pressures', '0');
    expect(logged).toMatchObject({ T: 500, P: 0, n_frames: 6 });
    expect(logged?.U).toBeCloseTo(mean(bare.energies.slice(2, 8)) / 32, 12);
  });

  it('says what is missing', async () => {
    const refused = async (...args: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await quests(['states', ...args, '--quiet'], folder);
      return [code, stderr.trim()];
    };
    expect(await refused('cold.xyz')).toEqual([2, expect.stringContaining('expected phase=file')]);
    expect(await refused('a=cold.xyz', 'b=warm.xyz', 'c=warm.xyz', '--pressures', '0,1')).toEqual([
      2,
      expect.stringContaining('2 pressures for 3 runs'),
    ]);
    expect(await refused('solid=bare.xyz')).toEqual([
      1,
      expect.stringMatching(/bare\.xyz, frame 0: no potential energy/),
    ]);
    const { stderr } = await quests(['states', 'solid=cold.xyz@:1', '-o', 'one.csv'], folder);
    expect(stderr).toContain('no errors are written');
    expect(readFileSync(at('one.csv'), 'utf8')).toMatch(/^phase,P,T,V,U,H,frames,file\n/);
  });
});
