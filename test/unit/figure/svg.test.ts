import { describe, expect, it } from 'vitest';
import {
  type AxisPlace,
  drawnFigure,
  type Figure,
  figureSvg,
  type Panel,
  type Series,
} from '../../../ts/faces/figure.js';

const line: Series = { kind: 'line', name: 'H of "a < b" & c', x: [0, 5, 10], y: [1, 2, 4] };
const panel: Panel = {
  x: { name: 'time', unit: 'ps' },
  y: { name: 'entropy H', unit: 'nats' },
  series: [line],
};
const figure: Figure = { title: 'Copper <melts>', panels: [panel] };

/** Texts of an SVG, as they are read. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );
}

/** Ends of the paths with this colour and no fill, as numbers. */
function paths(svg: string, color: string): number[][] {
  const found = svg.matchAll(/<path d="([^"]*)" fill="none"[^>]*stroke="([^"]*)"/g);
  return [...found]
    .filter(([, , stroke]) => stroke === color)
    .map(([, d = '']) => d.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? []);
}

describe('figureSvg', () => {
  it('writes title, axes with their units and names of series as text, on white', async () => {
    const series: Series[] = [line, { ...line, name: 'second' }];
    const svg = await figureSvg({ ...figure, panels: [{ ...panel, series }] });
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'Copper <melts>',
        'time (ps)',
        'entropy H (nats)',
        'H of "a < b" & c',
        'second',
      ]),
    );
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toMatch(/<rect[^>]*fill="#ffffff"/);
    const sizes = [...svg.matchAll(/font-size:\s*(\d+)/g)].map(([, size]) => Number(size));
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
  });

  it('gives the same text for the same figure, with names of its own where these are asked for', async () => {
    const again = await figureSvg(figure);
    expect(await figureSvg(figure)).toBe(again);
    const other = await figureSvg(figure, { id: 'other' });
    expect(other.replaceAll('other-', 'figure-')).toBe(again);
    expect(other).toMatch(/id="other-\d+"/);
  });

  it('draws values to scale, a missing one as a gap', async () => {
    const gap: Series = { kind: 'line', name: 'g', x: [0, 1, 2, 3, 4], y: [0, 10, NaN, 10, 0] };
    const y = { name: 'y', range: [0, 10] as const };
    const x = { name: 'x', range: [0, 4] as const };
    const svg = await figureSvg({ title: '', panels: [{ x, y, series: [gap] }] });
    const [d = ''] = paths(svg, '#0072b2').map((numbers) => numbers.join(' '));
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x3 = 0, y3 = 0, x4 = 0, y4 = 0] = d.split(' ').map(Number);
    expect(d.split(' ')).toHaveLength(8);
    expect([y0, y1]).toEqual([y4, y3]);
    expect(y0 - y1).toBeGreaterThan(200);
    expect((x1 - x0) * 3).toBeCloseTo(x3 - x0, 0);
    expect(x4 - x3).toBeCloseTo(x1 - x0, 0);
  });

  it('has equal steps for equal factors on logarithmic axes, without what has no place there', async () => {
    const series: Series[] = [{ kind: 'line', name: 'l', x: [0, 1, 10, 100], y: [1, 1e-4, 1e-2, 1] }];
    const x = { name: 'x', scale: 'log' as const };
    const svg = await figureSvg({ title: '', panels: [{ x, y: { name: 'y', scale: 'log' }, series }] });
    const [numbers = []] = paths(svg, '#0072b2');
    expect(numbers).toHaveLength(6);
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = numbers;
    expect(x2 - x1).toBeCloseTo(x3 - x2, 0);
    expect(y1 - y2).toBeCloseTo(y2 - y3, 0);
    expect(texts(svg)).toEqual(expect.arrayContaining(['1', '10', '100', '1e-4', '0.01']));
  });

  it('draws a marker at its value, however small', async () => {
    const x = { name: 'h', scale: 'log', range: [0.001, 1] } as const;
    const series: Series[] = [{ ...line, x: [0.001, 0.1, 1] }];
    const markers = [0.006, 0.013].map((at) => ({ axis: 'x', at, label: '' }) as const);
    const drawn = await drawnFigure({ title: '', panels: [{ ...panel, x, series, markers }] });
    const place = drawn.panels[0]?.x as AxisPlace;
    const [from, to] = place.pixels;
    const places = paths(drawn.svg, '#555555').map(([first]) => first as number);
    for (const [index, { at }] of markers.entries()) {
      const expected = from + ((Math.log10(at) + 3) / 3) * (to - from);
      expect(Math.abs((places[index] as number) - expected)).toBeLessThan(1);
    }
  });

  it('draws bars, bands, error bars and markers', async () => {
    const range = { low: [0.5, 1.5, 3.5], high: [1.5, 2.5, 4.5] };
    const series: Series[] = [
      { ...line, error: range },
      { kind: 'points', name: 'p', x: [0, 5, 10], y: [1, 2, 4], error: range },
      { kind: 'bars', name: 'b', edges: [0, 2, 6], heights: [1, 3] },
    ];
    const markers = [
      { axis: 'x', at: 5, label: 'frame 8' },
      { axis: 'y', at: 3, label: 'threshold' },
    ] as const;
    const svg = await figureSvg({ title: '', panels: [{ ...panel, series, markers }] });
    expect(texts(svg)).toEqual(expect.arrayContaining(['frame 8', 'threshold', 'p', 'b']));
    const band = /<polygon points="([^"]*)" fill="#0072b2" fill-opacity="0\.2"/.exec(svg)?.[1] ?? '';
    expect(band.split(' ')).toHaveLength(12);
    // Each of three error bars is a line with two caps.
    expect(svg.match(/stroke="#d55e00" stroke-width="1\.2"/g)).toHaveLength(9);
    // Two bars, and one more in the legend.
    expect(svg.match(/fill="#009e73"[^>]*fill-opacity="0\.55"/g)).toHaveLength(3);
  });

  it('says where its values are', async () => {
    const x = { name: 'x', scale: 'log' as const };
    const series: Series[] = [{ kind: 'line', name: 'l', x: [1, 10, 100], y: [5, 1, 3] }];
    const { svg, panels } = await drawnFigure({ title: '', panels: [{ x, y: { name: 'y' }, series }] });
    expect(svg).toBe(await figureSvg({ title: '', panels: [{ x, y: { name: 'y' }, series }] }));
    const [place] = panels;
    if (place === undefined) throw new Error('there is no place');
    expect([place.x.scale, place.y.scale]).toEqual(['log', 'linear']);
    const pixel = ({ scale, values: [low, high], pixels: [from, to] }: AxisPlace, value: number): number => {
      const f = scale === 'log' ? Math.log : Number;
      return from + ((f(value) - f(low)) / (f(high) - f(low))) * (to - from);
    };
    const [points = []] = paths(svg, '#0072b2');
    [1, 10, 100].forEach((value, at) =>
      expect(Math.abs(pixel(place.x, value) - (points[2 * at] ?? NaN))).toBeLessThan(1),
    );
    [5, 1, 3].forEach((value, at) =>
      expect(Math.abs(pixel(place.y, value) - (points[2 * at + 1] ?? NaN))).toBeLessThan(1),
    );
    // Both ends of the axes, not of the data.
    expect(place.y.pixels[0]).toBeGreaterThan(380);
    expect(place.y.pixels[1]).toBeLessThan(60);
  });

  it('has colours of its own on dark pages, and is otherwise the same', async () => {
    const series: Series[] = Array.from({ length: 7 }, (_, at) => ({
      ...line,
      name: `${at}`,
      kind: 'points',
    }));
    const markers = [{ axis: 'y', at: 3, label: 'threshold' }] as const;
    const many: Figure = { title: 'T', panels: [{ ...panel, series, markers }] };
    const [light, dark] = await Promise.all([figureSvg(many), figureSvg(many, { theme: 'dark' })]);
    const colours = /#[\da-f]{3,8}\b/gi;
    expect(dark.replaceAll(colours, '')).toBe(light.replaceAll(colours, ''));
    expect(dark).toContain('height="440" x="0" y="0" fill="#16181b"');
    // What has a colour of light pages would not be seen, or would blind. The library gives one of
    // its own to lines that are not drawn.
    const coloursOf = (svg: string): string[] =>
      [...svg.matchAll(/(?:fill|stroke)="(#[\da-f]+)"/gi)]
        .map(([, colour = '']) => colour)
        .filter((colour) => colour !== '#5070dd');
    const kept = new Set(coloursOf(dark));
    expect(coloursOf(light).filter((colour) => kept.has(colour))).toEqual([]);
  });

  it('refuses what cannot be drawn', async () => {
    await expect(figureSvg({ title: '', panels: [] })).rejects.toMatchObject({ code: 'EMPTY' });
    const nothing = figureSvg({ title: '', panels: [{ ...panel, series: [] }] });
    await expect(nothing).rejects.toMatchObject({ code: 'EMPTY' });
    const short: Series = { ...line, y: [1] };
    const refused = figureSvg({ title: '', panels: [{ ...panel, series: [short] }] });
    await expect(refused).rejects.toThrow('the values of H of "a < b" & c do not go together: 3, 1');
  });
});
