import { QuestsError } from '../../base/error.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import * as quests from '../../faces/node/quests.js';
import type { Structure } from '../../faces/node/quests.js';
import type { PredictedProperty } from '../../faces/node/analysis.js';
import { Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import { openSets } from './open-sets.js';
import type { RunFlags } from './options.js';
import type { PairFiles, PairFlags } from './pair-options.js';
import { predictionKeys } from './prediction-keys.js';
import type { Result } from './result.js';
import { scoreComparisonKeys, scoreComparisonLines } from './score-comparison-lines.js';
import { scoreTitle } from './score-names.js';
import type { Session } from './session.js';
import { splitGroups, type SplitFlags } from './split-options.js';
import { UsageError } from './usage-error.js';

/** What a comparison of scores asks for. */
export interface ScoreComparisonFlags extends PairFlags, RunFlags, SplitFlags {
  readonly property: PredictedProperty;
  readonly truth?: string;
  readonly prediction?: string;
  readonly thresholds?: readonly number[];
  readonly spread?: readonly string[];
  readonly level: number;
  readonly seed: number;
}

/** Holds δH and other scores against the errors of the test set. */
export async function comparedScores(
  session: Session,
  files: PairFiles,
  flags: ScoreComparisonFlags,
  predictions: readonly Structure[] | undefined,
): Promise<Result> {
  const sets = await openSets(session, [files.test, files.reference], flags);
  const [test, referenceSet] = sets;
  if (test.opened.holds === 'matrix') {
    throw new UsageError(`expected structures with errors: ${test.file} holds descriptors`);
  }
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const reference = await describer.load(referenceSet, false);
  const { x, structures = [], seconds } = await describer.load(test, true);
  describer.noteBlindness();
  describer.noteMissing(test, [referenceSet]);
  const { property, truth, prediction, bandwidth, level, seed, thresholds, spread = [] } = flags;
  const errors = quests.predictionErrors(structures, { property, truth, prediction, predictions });
  const scores = Object.fromEntries(spread.map((name) => [name, spreadOf(structures, name)]));
  const { value: found, seconds: spent } = await session.timed(() =>
    analysis.compareUncertainties({ x, errors: errors.perAtom ?? errors.perStructure, scores }, reference.x, {
      ...session.options,
      bandwidth,
      level,
      seed,
      threshold: thresholds?.[0],
      groups: splitGroups(structures, flags, test.file),
    }),
  );
  const times = found.scores.flatMap(({ name, seconds: own }) =>
    own === null ? [] : [`${scoreTitle(name)} ${own.toFixed(2)} s`],
  );
  session.note(`scores computed: ${times.join('; ')} (${session.engine})`);
  return {
    lines: scoreComparisonLines(found, errors, { rows: x.rows, reference: reference.x.rows }),
    json: {
      ...predictionKeys({ test, reference, x, errors }, flags),
      seed,
      split_kind: flags.split ?? 'random',
      gap: flags.gap ?? null,
      ...scoreComparisonKeys(found),
      descriptor_time: seconds + reference.seconds,
      computation_time: spent,
      species: x.species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
    figure: () => figures.sparsificationFigure(found, scoreTitle),
  };
}

/**
 * The spread of an ensemble, from a column or a key: one number for each atom, or for each
 * structure. Of a column of three numbers, as the spread of forces, its length.
 */
export function spreadOf(structures: readonly Structure[], name: string): Float64Array {
  const values: number[] = [];
  let isOfAtoms: boolean | undefined;
  structures.forEach((structure, index) => {
    const place = structure.source ?? { file: `structure ${index}`, frame: index };
    const own = ofAtoms(structure, name) ?? ofStructure(structure, name);
    const refuse = (problem: string): never => {
      throw new QuestsError('INVALID_ARGUMENT', `${place.file}, frame ${place.frame}: ${problem}`);
    };
    if (own === undefined) return refuse(`no ${name} that could be a spread (--spread)`);
    if (isOfAtoms !== undefined && isOfAtoms !== own.isOfAtoms) {
      return refuse(`${name} is of atoms in some frames and of structures in others (--spread)`);
    }
    const bad = own.values.findIndex((value) => !Number.isFinite(value));
    if (bad !== -1) refuse(`${name} is not finite${own.isOfAtoms ? ` on atom ${bad}` : ''} (--spread)`);
    isOfAtoms = own.isOfAtoms;
    for (const value of own.values) values.push(value);
  });
  return Float64Array.from(values);
}

interface Spread {
  readonly values: readonly number[];
  readonly isOfAtoms: boolean;
}

function ofAtoms({ arrays }: Structure, name: string): Spread | undefined {
  const array = arrays?.[name];
  if (array === undefined || array.kind === 'S') return undefined;
  const { width, data } = array;
  const count = data.length / width;
  const values = Array.from({ length: count }, (_, atom) => {
    const own = Array.from({ length: width }, (__, at) => Number(data[atom * width + at]));
    return width === 1 ? (own[0] as number) : Math.hypot(...own);
  });
  return { values, isOfAtoms: true };
}

function ofStructure({ info }: Structure, name: string): Spread | undefined {
  const value = info?.[name];
  return typeof value === 'number' ? { values: [value], isOfAtoms: false } : undefined;
}

/** What is said where options do not go together. */
export function checkComparison(flags: {
  readonly compare?: boolean;
  readonly apply?: readonly string[];
  readonly thresholds?: readonly number[];
}): void {
  if (flags.compare !== true) return;
  if (flags.apply !== undefined) {
    throw new UsageError('--compare and --apply are two commands: the comparison makes no error bars');
  }
  if ((flags.thresholds?.length ?? 0) > 1) {
    throw new UsageError('--compare takes one threshold: --thresholds 0.1');
  }
}
