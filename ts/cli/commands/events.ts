import { fixed } from '../../base/number-format.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { CHANGE_PENALTY } from '../../base/constants.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import * as io from '../../faces/node/io.js';
import type { SeriesEvents } from '../../faces/node/quests.js';
import type { ColumnTable } from '../../faces/node/io.js';
import type { SeriesEvent, TrajectoryRow } from '../../faces/node/analysis.js';
import { computedFrames } from '../runs/computed-frames.js';
import type { CliCommand } from '../session/command.js';
import { saturatedCount, tableOf } from '../session/frame-rows.js';
import { addFrameOptions, checkFrameFlags, type FrameFlags } from '../session/frame-options.js';
import { missingFrameKeys, missingFrameLines } from '../session/missing-in-frames.js';
import {
  addOutputOptions,
  addPlotOption,
  addRunOptions,
  MOST_COUNT,
  type OutputFlags,
  type PlotFlags,
  positive,
  wholeTo,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { type Column, tableLines } from '../../base/table.js';
import { referenceFiles } from '../session/trajectory-references.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends FrameFlags, OutputFlags, PlotFlags {
  readonly minLength: number;
  readonly penalty: number;
}

/** An event, and the series it is of. */
interface Line {
  readonly of: SeriesEvents;
  readonly event: SeriesEvent;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/** Digits of rates after the point, at least and at most; smaller ones are written with a power. */
const RATE_DIGITS = 4;
const MOST_RATE_DIGITS = 7;

/** What rates are per. */
const PER = { time: 'ps', step: 'step', frame: 'frame' } as const;

/** `quests events`: where a simulation changes. */
export const eventsCommand: CliCommand<Flags> = {
  name: 'events',
  description: 'change points of entropy and novelty along a simulation: melting, freezing, rare events',
  outputs: () => KINDS,
  check(flags) {
    checkFrameFlags(flags);
  },
  bandwidthFiles: (input, flags) => referenceFiles(flags) ?? input,
  declare(command) {
    command.argument(
      '<file...>',
      'output of quests trajectory (.csv, .json, .parquet), or the simulation itself',
    );
    command
      .addOption(
        new Option('--min-length <n>', 'minimum number of frames between two events')
          .default(DEFAULTS.minLength)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option('--penalty <c>', 'penalty per event, in units of log n; higher values find fewer events')
          .default(CHANGE_PENALTY)
          .argParser(positive),
      );
    addFrameOptions(command);
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'H and dH against time, with the events');
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { minLength, penalty } = flags;
  const { rows, settings, missing } = await rowsOf(session, input, flags);
  const found = quests.trajectoryEvents(rows, { minLength, penalty });
  noteEvents(session, rows, analysis.idealRows(rows));
  return {
    lines: [...eventLines(found), ...missing],
    json: {
      ...settings,
      n_frames: rows.length,
      method: 'straight lines, each with its own scatter',
      min_length: minLength,
      penalty,
      series: found.map(seriesRecord),
    },
    table: eventTable(found),
    figure: () => figures.eventsFigure(rows, found),
  };
}

/** Rows that were saved, or are computed now. */
async function rowsOf(
  session: Session,
  input: readonly string[],
  flags: Flags,
): Promise<{
  rows: readonly TrajectoryRow[];
  settings: Readonly<Record<string, unknown>>;
  /** Names elements that references lack. */
  missing: readonly string[];
}> {
  const { signal } = session;
  const tables = input.filter((path) => io.isTableName(path));
  if (tables.length === 0) {
    const { quantiles, save } = { quantiles: [], save: { output: undefined } };
    const { rows, settings } = await computedFrames(session, input, flags, { quantiles, save });
    const toldApart = settings.species !== null;
    return {
      rows,
      settings: { ...settings, ...missingFrameKeys(rows, toldApart) },
      missing: missingFrameLines(rows, toldApart),
    };
  }
  if (tables.length < input.length) {
    throw new UsageError(
      `${tables[0] ?? ''} holds trajectory rows, which cannot be combined with structure files`,
    );
  }
  const rows: TrajectoryRow[] = [];
  for (const path of tables) rows.push(...(await io.readRows(path, { signal })));
  return { rows, settings: { file: tables[0], files: tables }, missing: [] };
}

function noteEvents(session: Session, rows: readonly TrajectoryRow[], ideal: number): void {
  if (ideal > 0) {
    const frames =
      ideal === 1
        ? `frame ${rows[0]?.frame ?? 0}, a perfect lattice, is`
        : `the first ${ideal} frames, perfect lattices, are`;
    session.note(`note: ${frames} skipped`);
  }
  const saturated = saturatedCount(rows);
  if (saturated === 0) return;
  session.note(
    `note: H is saturated in ${saturated} of ${rows.length} frames and shows no changes between ` +
      `them; use dH or a wider bandwidth`,
  );
}

function eventLines(found: readonly SeriesEvents[]): string[] {
  const lines = linesOf(found);
  if (lines.length === 0) return ['No events'];
  const has = (name: string): boolean => lines.some(({ event }) => typeof event.row[name] === 'number');
  const axes = new Set(found.map(({ axis }) => PER[axis]));
  const per = axes.size === 1 ? [...axes].join('') : 'frame';
  const value = (name: string, title: string, digits: number): Column<Line>[] =>
    has(name) ? [{ title, text: ({ event }) => fixed(event.row[name], digits) }] : [];
  const rate = rateText(lines.flatMap(({ event }) => [event.rateBefore, event.rateAfter]));
  const columns: Column<Line>[] = [
    { title: 'series', text: ({ of }) => seriesTitle(of), align: 'left' },
    { title: 'frame', text: ({ event }) => String(event.row.frame ?? event.index) },
    ...(has('time') ? value('time', 'ps', 3) : value('step', 'step', 0)),
    ...value('temperature', 'T', 1),
    { title: 'kind', text: ({ event }) => event.kind, align: 'left' },
    { title: 'jump', text: ({ event }) => signed(event.jump, 3) },
    { title: 'error', text: ({ event }) => `±${fixed(event.error, 3)}`, align: 'left' },
    { title: 'before', text: ({ event }) => fixed(event.before, 3) },
    { title: 'after', text: ({ event }) => fixed(event.after, 3) },
    { title: `rate before (nats/${per})`, text: ({ event }) => rate(event.rateBefore) },
    { title: 'rate after', text: ({ event }) => rate(event.rateAfter) },
    { title: '', text: ({ event }) => remarks(event), align: 'left' },
  ];
  return [...tableLines(columns, lines), '', ...found.flatMap(largest)];
}

/** The largest jump of a series, in words. */
function largest(of: SeriesEvents): string[] {
  const jumps = of.events.filter(({ kind }) => kind === 'jump');
  if (jumps.length === 0) return [`${seriesTitle(of)}: no jump`];
  const event = jumps.reduce((most, each) => (Math.abs(each.jump) > Math.abs(most.jump) ? each : most));
  const { time, temperature, frame } = event.row;
  const before = of.rows[event.index - 1]?.temperature;
  const when = typeof time === 'number' ? `, ${fixed(time, 3)} ps` : '';
  const heat =
    typeof temperature === 'number'
      ? `, T = ${fixed(temperature, 1)}` +
        (typeof before === 'number' ? ` (${fixed(before, 1)} in the frame before)` : '')
      : '';
  return [
    `${seriesTitle(of)}: largest jump ${signed(event.jump, 3)} nats, at frame ` +
      `${String(frame ?? event.index)}${when}${heat}`,
  ];
}

function linesOf(found: readonly SeriesEvents[]): Line[] {
  return found.flatMap((of) => of.events.map((event) => ({ of, event })));
}

function seriesTitle({ series }: SeriesEvents): string {
  return series === 'entropy' ? 'H' : series.replace('mean_dH', 'mean dH').replace(':', ' ');
}

function remarks({ kind, transient, saturated }: SeriesEvent): string {
  const lasting = kind === 'jump' ? [transient ? 'transient' : 'sustained'] : [];
  return [...lasting, ...(saturated ? ['H is saturated'] : [])].join(', ');
}

/** Writes rates with the same digits, so many that the largest has three: steps make them small. */
function rateText(rates: readonly number[]): (rate: number) => string {
  const largest = Math.max(...rates.map(Math.abs));
  const digits = largest > 0 ? 2 - Math.floor(Math.log10(largest)) : 0;
  if (digits > MOST_RATE_DIGITS) return (rate) => `${rate < 0 ? '' : '+'}${rate.toExponential(2)}`;
  return (rate) => signed(rate, Math.max(RATE_DIGITS, digits));
}

function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.startsWith('-') ? text : `+${text}`;
}

function seriesRecord({
  series,
  rows,
  axis,
  noise,
  correlation,
  segments,
  events,
}: SeriesEvents): Record<string, unknown> {
  const frameOf = (index: number): unknown => rows[index]?.frame ?? index;
  return {
    series,
    rates_per: PER[axis],
    noise,
    correlation,
    events: events.map(eventRecord),
    segments: segments.map(({ start, end, mean, slope }) => ({
      first_frame: frameOf(start),
      last_frame: frameOf(end - 1),
      n_frames: end - start,
      mean,
      rate: slope,
    })),
  };
}

function eventRecord({
  row,
  index,
  ...event
}: SeriesEvent): Record<string, number | string | boolean | null> {
  return {
    frame: row.frame ?? index,
    file: row.file ?? null,
    step: row.step ?? null,
    time: row.time ?? null,
    temperature: row.temperature ?? null,
    kind: event.kind,
    jump: event.jump,
    jump_error: event.error,
    before: event.before,
    after: event.after,
    rate_before: event.rateBefore,
    rate_after: event.rateAfter,
    transient: event.transient,
    saturated: event.saturated,
  };
}

function eventTable(found: readonly SeriesEvents[]): ColumnTable {
  const records = linesOf(found).map(({ of, event }) => ({ series: of.series, ...eventRecord(event) }));
  return tableOf(records, [
    'series',
    'frame',
    'time',
    'kind',
    'jump',
    'jump_error',
    'before',
    'after',
    'rate_before',
    'rate_after',
    'transient',
    'saturated',
  ]);
}
