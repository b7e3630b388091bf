import { InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { CONFIDENCE, SLOPE_SHARE } from '../../base/constants.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import type { PhaseLine } from '../../faces/node/quests.js';
import type { StatePoint } from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import {
  addOutputOptions,
  addPlotOption,
  addRunOptions,
  addSeedOption,
  MOST_COUNT,
  type OutputFlags,
  type PlotFlags,
  positive,
  positives,
  reals,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import { gapLines, lineLines, surfaceLines } from '../session/phase-line-lines.js';
import { phaseLineRecord, phaseLineTable } from '../session/phase-line-records.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends RunFlags, OutputFlags, PlotFlags {
  readonly phases?: readonly string[];
  readonly pressures?: readonly number[];
  readonly temperatures?: readonly number[];
  readonly resamples: number;
  readonly level: number;
  readonly seed: number;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/** GPa, and Å³ per atom, that no table of atoms under pressure has: other units are likelier. */
const FAR_PRESSURE = 1e3;
const FAR_VOLUME = 200;

/** Places that a note names. */
const MOST_PLACES = 5;

/** `quests phase_line`: where two phases have the same Gibbs energy. */
export const phaseLineCommand: CliCommand<Flags> = {
  name: 'phase_line',
  description: 'coexistence line of two phases in P and T, from P, T, V, U and H of states of both',
  outputs: () => KINDS,
  check(flags) {
    if (flags.pressures !== undefined && flags.temperatures !== undefined) {
      throw new UsageError('--pressures and --temperatures cannot be combined');
    }
  },
  declare(command) {
    command
      .argument(
        '<file...>',
        'tables (.csv, .json, .parquet) with columns phase, P (GPa), T (K), V (Å³ per atom), U ' +
          '(eV per atom), H (nats per atom)',
      )
      .addOption(
        new Option(
          '--pressures <GPa,...>',
          'find T at these pressures (default: 11 values that both phases cover)',
        ).argParser(reals),
      )
      .addOption(
        new Option(
          '--temperatures <K,...>',
          'find P at these temperatures, instead of T at pressures',
        ).argParser(positives),
      )
      .addOption(
        new Option(
          '--phases <A,B>',
          'the two phases to compare, in this order, if the table has more',
        ).argParser(two),
      )
      .addOption(
        new Option('--resamples <n>', 'number of bootstrap resamples for the intervals')
          .default(DEFAULTS.resamples)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option('--level <share>', 'confidence level of the intervals')
          .default(CONFIDENCE)
          .argParser(positive),
      );
    addSeedOption(command, 'seed of the draws');
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'the line with its band and the states, and its slopes');
    addRunOptions(command);
  },
  run,
};

function two(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.length !== 2 || names.includes('') || names[0] === names[1]) {
    throw new InvalidArgumentError('Expected two names, as in solid,liquid.');
  }
  return names;
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { signal, onProgress } = session;
  const all: StatePoint[] = [];
  for (const file of input) all.push(...(await io.readStatePoints(file, { signal })));
  const points = chosen(all, flags);
  noteUnits(session, points);
  const { pressures, temperatures, resamples, level, seed } = flags;
  const { value: line, seconds } = await session.timed(() =>
    quests.phaseLine(points, { signal, onProgress, pressures, temperatures, resamples, level, seed }),
  );
  noteAverages(session, points, line);
  noteSlopes(session, line);
  noteOrder(session, line);
  return {
    lines: [...surfaceLines(line), '', ...lineLines(line), ...gapLines(line)],
    json: {
      file: input[0],
      files: input,
      ...phaseLineRecord(line, (point) => analysis.slopesAgree(point)),
      computation_time: seconds,
      jobs: flags.jobs ?? null,
      ...session.provenance,
    },
    table: phaseLineTable(line),
    figure: () => figures.phaseLineFigure(line),
  };
}

/** The states of two phases, the first named first. */
function chosen(points: readonly StatePoint[], { phases }: Flags): StatePoint[] {
  const names = [...new Set(points.map(({ phase }) => phase))];
  if (phases === undefined) {
    if (names.length <= 2) return [...points];
    throw new UsageError(
      `${names.length} phases, ${names.join(', ')}: expected two, as with --phases ` +
        names.slice(0, 2).join(','),
    );
  }
  const wrong = phases.find((name) => !names.includes(name));
  if (wrong !== undefined) {
    throw new UsageError(`no states of ${wrong}: expected two of ${names.join(', ')}`);
  }
  return phases.flatMap((name) => points.filter(({ phase }) => phase === name));
}

function noteUnits(session: Session, points: readonly StatePoint[]): void {
  const pressure = Math.max(...points.map((point) => Math.abs(point.pressure)));
  if (pressure > FAR_PRESSURE) {
    session.note(`note: pressures up to ${pressure}: taken as GPa (1 GPa = 10000 bar)`);
  }
  const volume = Math.max(...points.map((point) => point.volume));
  if (volume > FAR_VOLUME) {
    session.note(`note: volumes up to ${volume}: taken as Å³ per atom, and energies as eV per atom`);
  }
}

function noteAverages(session: Session, points: readonly StatePoint[], { phases }: PhaseLine): void {
  const averaged = points.length - phases.reduce((sum, { places }) => sum + places.length, 0);
  if (averaged === 0) return;
  session.note(`note: ${averaged} of ${points.length} states repeat the same P and T and are averaged`);
}

function noteSlopes(session: Session, { points, along }: PhaseLine): void {
  const apart = points.filter((point) => !analysis.slopesAgree(point));
  if (apart.length === 0) return;
  const [name, unit] = along === 'pressure' ? ['P', 'GPa'] : ['T', 'K'];
  const where = apart.slice(0, MOST_PLACES).map((point) => Number(point[along].toPrecision(5)));
  const more = apart.length > where.length ? ' …' : '';
  session.note(
    `note: at ${name} = ${where.join(', ')}${more} ${unit}, ${apart.length} of ${points.length} ` +
      `points, the slope of the line and dV/dS differ by more than ${100 * SLOPE_SHARE} %: ` +
      'V, U and H are not of one free energy there, or noise and the ends of the surfaces show',
  );
}

function noteOrder(session: Session, line: PhaseLine): void {
  const wrong = line.points.filter((point) => !analysis.orderAgrees(line, point));
  if (wrong.length === 0) return;
  const [of, side] = line.along === 'pressure' ? ['higher H', 'T'] : ['smaller V', 'P'];
  session.note(
    `note: at ${wrong.length} of ${line.points.length} points the phase of ${of} is stable at lower ` +
      `${side}, so these are no transitions: H of a phase does not follow its entropy from state to ` +
      'state. Another h may do, or one pair of states: see docs/physics.md',
  );
}
