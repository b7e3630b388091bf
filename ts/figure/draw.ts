import { CustomChart, type CustomSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { BAR_OPACITY, bandSeries, barSeries, errorBarSeries } from './custom-series.js';
import type { Axis, Curve, Figure, Marker, Panel, Series } from './figure.js';
import { type SeriesStyle, seriesStyleOf, TEXT } from './series-style.js';
import type { AxisPlace, DrawnFigure, PanelPlace } from './place.js';

use([LineChart, CustomChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

type DrawnSeries = LineSeriesOption | CustomSeriesOption;

/** Pixels around the panels. */
const TITLE = 34;
const LEGEND = 26;
const MARGIN = 14;
/** Room for numbers and name of an axis. */
const BESIDE = 78;
const BELOW = 42;
/**
 * Rows that labels of upright markers take turns in, so that neighbours do not cover each other.
 */
const LABEL_ROWS = 3;
const LABEL_ROW = 14;
/** What keeps a label readable where lines run. */
const PAPER = { backgroundColor: '#ffffffcc', padding: [1, 3] };
/** Symbols are drawn on lines of at most so many points. */
const SYMBOLS = 60;

/**
 * Draws a figure that was checked. The only place, with the modules it imports, that knows the
 * library for plots.
 */
export function draw({ title, panels }: Figure, width: number, height: number): DrawnFigure {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    const each = (height - TITLE) / panels.length;
    const tops = panels.map((_, at) => TITLE + at * each);
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: TEXT,
      title: {
        text: title,
        left: 'center',
        top: 8,
        textStyle: { ...TEXT, fontSize: 15, fontWeight: 'bold' },
      },
      legend: panels.flatMap((panel, at) => legendOf(panel, tops[at] as number)),
      grid: panels.map((panel, at) => gridOf(panel, tops[at] as number, each, panels.length === 1)),
      xAxis: panels.map((panel, gridIndex) => ({ ...axisOf(panel.x, panel, 'x'), gridIndex })),
      yAxis: panels.map((panel, gridIndex) => ({
        ...axisOf(panel.y, panel, 'y'),
        gridIndex,
        // Bars stand on 0.
        scale: !panel.series.some(({ kind }) => kind === 'bars'),
      })),
      series: panels.flatMap(seriesOf),
    });
    return {
      svg: chart.renderToSVGString(),
      panels: panels.map((panel, at) => panelPlace(chart, panel, at)),
    };
  } finally {
    chart.dispose();
  }
}

/**
 * Where values of a panel are. The library tells of a pixel whether it is within, so its ends are
 * looked for.
 */
function panelPlace(chart: EChartsType, { x, y }: Panel, at: number): PanelPlace {
  const [width, height] = [chart.getWidth(), chart.getHeight()];
  const isWithin = (left: number, top: number): boolean => chart.containPixel({ gridIndex: at }, [left, top]);
  // A pixel in the middle of the panel's height, whatever is above and below it.
  const rows = Array.from({ length: height }, (_, top) => top).filter((top) => isWithin(width / 2, top));
  const middle = rows[Math.floor(rows.length / 2)] ?? 0;
  const columns = Array.from({ length: width }, (_, left) => left).filter((left) => isWithin(left, middle));
  const along = (axis: 'x' | 'y', pixels: readonly [number, number]): AxisPlace => ({
    scale: (axis === 'x' ? x : y).scale ?? 'linear',
    values: [0, 1].map((end) =>
      chart.convertFromPixel(axis === 'x' ? { xAxisIndex: at } : { yAxisIndex: at }, pixels[end] as number),
    ) as [number, number],
    pixels,
  });
  return {
    x: along('x', [columns[0] ?? 0, columns.at(-1) ?? width]),
    y: along('y', [rows.at(-1) ?? height, rows[0] ?? 0]),
  };
}

function hasLegend({ series }: Panel): boolean {
  return series.length > 1;
}

function legendOf(panel: Panel, top: number): LegendComponentOption[] {
  if (!hasLegend(panel)) return [];
  const data = panel.series.map(({ name, kind }, at) => {
    // The library does not know what a series looks like that draws itself.
    const itemStyle = { color: seriesStyleOf(at).color, opacity: BAR_OPACITY };
    return kind === 'bars' ? { name, itemStyle } : { name };
  });
  return [{ top, data, textStyle: TEXT, itemWidth: 44, itemGap: 24, selectedMode: false }];
}

function gridOf(panel: Panel, top: number, height: number, alone: boolean): GridComponentOption {
  const upright = (panel.markers ?? []).filter(({ axis }) => axis === 'x').length;
  const labels = Math.min(upright, LABEL_ROWS) * LABEL_ROW;
  const above = (hasLegend(panel) ? LEGEND : 8) + labels;
  const rest = height - above - MARGIN;
  const place = { top: top + above, right: 26 };
  if (alone)
    return { ...place, height: rest, left: MARGIN, outerBoundsMode: 'same', outerBoundsContain: 'all' };
  // Panels begin below each other, whatever stands beside their axes.
  return { ...place, height: rest - BELOW, left: BESIDE, outerBoundsMode: 'none' };
}

function axisOf({ name, unit, scale, range }: Axis, panel: Panel, along: 'x' | 'y'): Record<string, unknown> {
  // Left to itself, a logarithmic axis ends with whole powers of ten, or of a thousand.
  const [min, max] = range ?? (scale === 'log' ? logRange(panel, along) : []);
  // Frames and counts have no halves.
  const isWhole =
    scale !== 'log' && panel.series.every((one) => valuesOf(one, along).every(Number.isInteger));
  return {
    type: scale === 'log' ? 'log' : 'value',
    name: unit === undefined ? name : `${name} (${unit})`,
    nameLocation: 'middle',
    nameGap: 8,
    nameTextStyle: { ...TEXT, fontSize: 13 },
    min,
    max,
    scale: true,
    splitNumber: 6,
    ...(isWhole ? { minInterval: 1 } : {}),
    axisLine: { show: true, onZero: false, lineStyle: { color: TEXT.color } },
    axisTick: { show: true, inside: true, lineStyle: { color: TEXT.color } },
    axisLabel: { ...TEXT, hideOverlap: true, formatter: tickText },
    splitLine: { lineStyle: { color: '#e4e4e4' } },
  };
}

/** Where a logarithmic axis begins and ends: at 1, 2 or 5 times a power of ten. */
function logRange({ series, markers = [] }: Panel, along: 'x' | 'y'): readonly [number, number] | [] {
  const values = series
    .flatMap((one) => valuesOf(one, along))
    .concat(markers.filter(({ axis }) => axis === along).map(({ at }) => at))
    .filter((value) => value > 0 && Number.isFinite(value));
  if (values.length === 0) return [];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const steps = (value: number): number[] => {
    const power = 10 ** Math.floor(Math.log10(value));
    return [0.5, 1, 2, 5, 10, 20].map((step) => step * power);
  };
  const slack = 1 + 1e-9;
  return [
    steps(low).findLast((step) => step <= low * slack) ?? low,
    steps(high).find((step) => step >= high / slack && step > low) ?? high,
  ];
}

function valuesOf(series: Series, along: 'x' | 'y'): number[] {
  if (series.kind === 'bars') return Array.from(along === 'x' ? series.edges : series.heights);
  if (along === 'x') return Array.from(series.x);
  return [series.y, series.error?.low ?? [], series.error?.high ?? []].flatMap((values) =>
    Array.from(values),
  );
}

/** A number on an axis, however large or small. */
function tickText(value: number): string {
  const size = Math.abs(value);
  const isShort = size === 0 || (size >= 1e-3 && size < 1e6);
  const text = isShort
    ? String(Number(value.toPrecision(9)))
    : Number(value.toPrecision(6)).toExponential().replace('e+', 'e');
  return text.replace(/^-/, '−');
}

function seriesOf(panel: Panel, index: number): DrawnSeries[] {
  const place = { xAxisIndex: index, yAxisIndex: index };
  const drawn = panel.series.flatMap((series, at) => drawnSeries(series, seriesStyleOf(at), panel));
  return [...drawn, markersOf(panel.markers ?? [])].map((series) => ({ ...series, ...place }));
}

function drawnSeries(series: Series, style: SeriesStyle, panel: Panel): DrawnSeries[] {
  if (series.kind === 'bars') return [barSeries(series, style)];
  const { error } = series;
  if (error === undefined) return [curveSeries(series, style, panel)];
  const as = error.as ?? (series.kind === 'line' ? 'band' : 'bars');
  const drawError = as === 'band' ? bandSeries : errorBarSeries;
  return [drawError(series, error, style), curveSeries(series, style, panel)];
}

function curveSeries({ kind, name, x, y }: Curve, style: SeriesStyle, panel: Panel): LineSeriesOption {
  const place = (value: number, { scale }: Axis): number | string =>
    Number.isFinite(value) && (scale !== 'log' || value > 0) ? value : '-';
  return {
    type: 'line',
    name,
    data: Array.from(x, (value, at) => [place(value, panel.x), place(y[at] as number, panel.y)]),
    symbol: style.symbol,
    symbolSize: 7,
    showSymbol: kind === 'points' || x.length <= SYMBOLS,
    showAllSymbol: true,
    itemStyle: { color: style.color },
    lineStyle:
      kind === 'points' ? { width: 0, opacity: 0 } : { width: 1.8, type: style.dash, color: style.color },
    z: 3,
  };
}

/** Markers belong to a series that draws nothing else. */
function markersOf(markers: readonly Marker[]): LineSeriesOption {
  const upright = markers.filter(({ axis }) => axis === 'x').sort((a, b) => a.at - b.at);
  const level = markers.filter(({ axis }) => axis === 'y');
  const rows = Math.min(upright.length, LABEL_ROWS);
  return {
    type: 'line',
    data: [],
    silent: true,
    markLine: {
      symbol: 'none',
      // Not rounded: the library would put 0.006 and 0.013 at 0.01.
      precision: -1,
      lineStyle: { color: '#555555', type: [5, 3], width: 1 },
      data: [
        ...upright.map(({ at, label }, index) => ({
          xAxis: at,
          label: {
            ...TEXT,
            formatter: label,
            position: 'end' as const,
            distance: 3 + (index % rows) * LABEL_ROW,
          },
        })),
        ...level.map(({ at, label }) => ({
          yAxis: at,
          label: { ...TEXT, ...PAPER, formatter: label, position: 'insideEndTop' as const },
        })),
      ],
    },
    z: 4,
  };
}
