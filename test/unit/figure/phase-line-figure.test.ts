import { describe, expect, it } from 'vitest';
import { phaseLine } from '../../../ts/node.js';
import { type Curve, figureSvg, phaseLineFigure } from '../../../ts/faces/figure.js';
import type { StatePoint } from '../../../ts/faces/node/analysis.js';
import { LIQUID, SOLID, state } from '../../support/oracles/phase-models.js';

const places = [0, 10, 20].flatMap((P) => [-200, 0, 200].map((shift) => [P, 1340 + 41 * P + shift] as const));
const points: StatePoint[] = places.flatMap(([P, T]) => [state(SOLID, P, T), state(LIQUID, P, T)]);

describe('phaseLineFigure', () => {
  it('shows the line with its band among the states, and both slopes', async () => {
    const line = await phaseLine(points, { resamples: 40 });
    const figure = phaseLineFigure(line);
    const [main, slopes] = figure.panels;
    expect([main?.x.name, main?.y.name]).toEqual(['pressure P', 'temperature T']);
    expect(main?.series.map(({ name }) => name)).toEqual(['line', 'states, solid', 'states, liquid']);
    const [drawn, solid] = main?.series as Curve[];
    expect(drawn?.y).toEqual(line.points.map(({ temperature }) => temperature));
    expect(Array.from(drawn?.error?.low ?? [])).toHaveLength(11);
    expect(solid?.x).toHaveLength(9);
    expect(slopes?.series.map(({ name }) => name)).toEqual(['dT/dP of the line', 'ΔV/ΔS']);
    const svg = await figureSvg(figure);
    for (const text of ['pressure P (GPa)', 'temperature T (K)', 'slope dT/dP (K/GPa)', 'states, solid']) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it('draws open ends of a band to where the states end', async () => {
    const line = await phaseLine(points, { resamples: 40 });
    const open = line.points.map((point) => ({ ...point, band: { low: -Infinity, high: Infinity } }));
    const [drawn] = phaseLineFigure({ ...line, points: open }).panels[0]?.series as Curve[];
    const temperatures = places.map(([, T]) => T);
    expect(new Set(Array.from(drawn?.error?.low ?? []))).toEqual(new Set([Math.min(...temperatures)]));
    expect(new Set(Array.from(drawn?.error?.high ?? []))).toEqual(new Set([Math.max(...temperatures)]));
  });

  it('turns the axes where P was looked for, and shows several zeros one by one', async () => {
    const line = await phaseLine(points, { resamples: 40, temperatures: [1500, 1700, 1900] });
    const turned = phaseLineFigure(line).panels[0];
    expect([turned?.x.name, turned?.y.name]).toEqual(['temperature T', 'pressure P']);
    const twice = line.points.flatMap((point) => [point, { ...point, pressure: point.pressure + 1 }]);
    const names = phaseLineFigure({ ...line, points: twice }).panels[0]?.series.map(({ name }) => name);
    expect(names?.slice(0, 2)).toEqual(['line', 'line, zero 2 of ΔG']);
  });

  it('shows ΔG about a single point', async () => {
    const line = await phaseLine(points, { resamples: 40, pressures: [10] });
    const { panels } = phaseLineFigure(line);
    expect(panels).toHaveLength(1);
    const [panel] = panels;
    expect(panel?.y.name).toBe('G(liquid) − G(solid)');
    const T = line.points[0]?.temperature ?? NaN;
    expect(panel?.markers?.[1]).toMatchObject({ axis: 'x', at: T });
    const [curve] = panel?.series as Curve[];
    const values = Array.from(curve?.y ?? []);
    expect(values[0]).toBeGreaterThan(0);
    expect(values.at(-1)).toBeLessThan(0);
    // The curve crosses 0 where the marker stands.
    const x = Array.from(curve?.x ?? []);
    const after = values.findIndex((value) => value <= 0);
    expect(T).toBeGreaterThan(x[after - 1] ?? NaN);
    expect(T).toBeLessThanOrEqual(x[after] ?? NaN);
    expect(await figureSvg({ title: '', panels })).toContain('eV per atom');
  });
});
