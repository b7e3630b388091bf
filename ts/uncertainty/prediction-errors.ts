import { QuestsError } from '../base/error.js';
import { energyOf, forcesOf, labelKey, labelValues } from '../model/labels.js';
import { type Structure, structureError } from '../model/structure.js';
import { mean } from '../statistics/moments.js';
import { isRoundedCopy } from '../statistics/rounded-copy.js';

/** What was predicted. */
export type PredictedProperty = 'forces' | 'energy';

/** Where the true values are, and the predicted ones. */
export interface PredictionErrorOptions {
  /** Default: forces. */
  readonly property?: PredictedProperty | undefined;
  /**
   * Column, or key of the energy, that holds the truth. Default: what its name says: `forces` or
   * `energy`, then those of reference methods (`REF_forces`, `dft_energy`), then others; never one
   * of a model (`MACE_forces`).
   */
  readonly truth?: string | undefined;
  /**
   * That of the prediction. Default, where predictions are structures of their own: one of a model
   * (`MACE_forces`), then `forces` or `energy`, and never a copy of the truth.
   */
  readonly prediction?: string | undefined;
  /**
   * The same structures, in the same order, that hold the predictions. Default: the structures of
   * the truth hold both.
   */
  readonly predictions?: readonly Structure[] | undefined;
}

/** Errors of predictions. */
export interface PredictionErrors {
  readonly property: PredictedProperty;
  /** Names of the columns or keys that were compared. */
  readonly truth: string;
  readonly prediction: string;
  /** |F_predicted − F_true| of each atom, one structure after the other; `null` for energies. */
  readonly perAtom: Float64Array | null;
  /** Of each structure: the mean of |F_predicted − F_true|; or |E_predicted − E_true|/N. */
  readonly perStructure: Float64Array;
}

/**
 * Coordinates that differ by more, in Å, are not those of the same structure: some files have three
 * decimals.
 */
const SAME_PLACE = 2e-3;

/**
 * Errors of predicted forces or energies, in the unit of the files.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: no truth or prediction where one is needed, or a name
 *   that no structure has, or several that may be meant, or a prediction that is a copy of the
 *   truth; INVALID_STRUCTURE: a structure without a value, or with one that is not finite;
 *   MISMATCH: predictions of other structures, or of another number of them; the message names
 *   file, frame and atom
 *
 * @example
 * const { perAtom } = predictionErrors(structures, { truth: 'forces', prediction: 'forces_mlip' });
 */
export function predictionErrors(
  structures: readonly Structure[],
  options: PredictionErrorOptions = {},
): PredictionErrors {
  const { property = 'forces', predictions = structures } = options;
  if (predictions.length !== structures.length) {
    const problem =
      `${predictions.length} structures with predictions for ${structures.length} with ` + 'the truth';
    throw new QuestsError('MISMATCH', problem);
  }
  const own = predictions === structures;
  if (!own) {
    structures.forEach((each, index) => {
      checkSame(each, predictions[index] as Structure, index);
    });
  }
  const { truth, prediction } = comparedNames(structures, predictions, { ...options, property });
  checkThere(structures, truth, property);
  checkThere(predictions, prediction, property);
  const perStructure = new Float64Array(structures.length);
  const atoms = structures.reduce((sum, { positions }) => sum + positions.length / 3, 0);
  const perAtom = property === 'forces' ? new Float64Array(atoms) : null;
  let first = 0;
  structures.forEach((structure, index) => {
    const other = predictions[index] as Structure;
    const count = structure.positions.length / 3;
    if (perAtom === null) {
      const [a, b] = [energyOf(structure, truth), energyOf(other, prediction)];
      perStructure[index] =
        Math.abs(need(b, other, prediction, index) - need(a, structure, truth, index)) / count;
      return;
    }
    const [a, b] = [forcesOf(structure, truth), forcesOf(other, prediction)];
    const norms = differences(need(a, structure, truth, index), need(b, other, prediction, index));
    const bad = norms.findIndex((norm) => !Number.isFinite(norm));
    if (bad !== -1) {
      const problem = `forces on atom ${bad} are not finite in ${truth} or ${prediction}`;
      throw structureError('INVALID_STRUCTURE', structure, problem, {
        name: `structure ${index}`,
        atom: bad,
      });
    }
    perAtom.set(norms, first);
    perStructure[index] = mean(norms);
    first += count;
  });
  return { property, truth, prediction, perAtom, perStructure };
}

/** Names of the truth and of the prediction: those given, else what the names and values say. */
function comparedNames(
  structures: readonly Structure[],
  predictions: readonly Structure[],
  options: PredictionErrorOptions & { readonly property: PredictedProperty },
): { truth: string; prediction: string } {
  const { property, prediction: given } = options;
  const own = predictions === structures;
  const is = (name: string): boolean => own && name === given;
  const truth =
    options.truth ??
    labelKey(structures, property, { use: 'truth', option: 'truth', except: is }) ??
    // Named below as both, if there is no other.
    labelKey(structures, property, { use: 'truth', option: 'truth' });
  if (truth === undefined) throw missing(`no true ${property} found`, structures, property);
  if (own && truth === given) {
    throw new QuestsError('INVALID_ARGUMENT', `truth and prediction are both ${truth}`);
  }
  const values = labelValues(structures, truth, property);
  const isCopy = (name: string): boolean => isRoundedCopy(values, labelValues(predictions, name, property));
  const use = { use: 'prediction', option: 'prediction' } as const;
  const prediction = given ?? (own ? undefined : labelKey(predictions, property, { ...use, except: isCopy }));
  if (prediction === undefined) {
    const copied = own ? undefined : labelKey(predictions, property, use);
    if (copied !== undefined) throw copy(copied, truth);
    throw missing(`no predicted ${property} named`, predictions, property);
  }
  if (given !== undefined && isCopy(given)) throw copy(given, truth);
  return { truth, prediction };
}

function copy(prediction: string, truth: string): QuestsError {
  const problem = `the prediction, ${prediction}, is a copy of the truth, ${truth}: expected another column`;
  return new QuestsError('INVALID_ARGUMENT', problem);
}

function differences(a: Float64Array, b: Float64Array): Float64Array {
  const part = (at: number): number => (a[at] as number) - (b[at] as number);
  return Float64Array.from({ length: a.length / 3 }, (_, atom) =>
    Math.hypot(part(3 * atom), part(3 * atom + 1), part(3 * atom + 2)),
  );
}

/** Refuses a name that no structure has: it was mistyped. */
function checkThere(structures: readonly Structure[], name: string, property: PredictedProperty): void {
  const has = (structure: Structure): boolean =>
    property === 'energy' ? structure.info?.[name] !== undefined : forcesOf(structure, name) !== undefined;
  if (structures.length > 0 && !structures.some(has)) {
    throw missing(`no structure has ${property} ${name}`, structures, property);
  }
}

function need<T>(value: T | undefined, structure: Structure, key: string, index: number): T {
  if (value !== undefined) return value;
  throw structureError('INVALID_STRUCTURE', structure, `no usable ${key}`, { name: `structure ${index}` });
}

/** Says what there is, so that it can be named. */
function missing(
  problem: string,
  structures: readonly Structure[],
  property: PredictedProperty,
): QuestsError {
  const [{ arrays = {}, info = {} } = {}] = structures;
  const columns = Object.keys(arrays).filter((key) => arrays[key]?.width === 3);
  const keys = Object.keys(info).filter((key) => typeof info[key] === 'number');
  const there = property === 'forces' ? columns : keys;
  const kind = property === 'forces' ? 'columns of three numbers' : 'numbers';
  return new QuestsError(
    'INVALID_ARGUMENT',
    `${problem}; ${kind} in the first structure: ${there.join(', ') || 'none'}`,
  );
}

/** @throws {QuestsError} MISMATCH unless two structures have the same atoms in the same places */
function checkSame(a: Structure, b: Structure, index: number): void {
  const refuse = (problem: string): never => {
    const both = `${nameOf(a, index)} and ${nameOf(b, index)}`;
    throw new QuestsError('MISMATCH', `${both} are not the same structure: ${problem}`);
  };
  const atoms = a.positions.length / 3;
  if (b.positions.length !== a.positions.length) refuse(`${atoms} and ${b.positions.length / 3} atoms`);
  if (a.species !== undefined && b.species !== undefined) {
    const at = a.species.findIndex((symbol, atom) => symbol !== b.species?.[atom]);
    if (at !== -1) refuse(`atom ${at} is ${a.species[at]} in one, ${b.species[at]} in the other`);
  }
  const at = a.positions.findIndex(
    (value, i) => !(Math.abs(value - (b.positions[i] as number)) <= SAME_PLACE),
  );
  if (at !== -1) refuse(`atom ${Math.floor(at / 3)} is in another place`);
}

function nameOf({ source }: Structure, index: number): string {
  return source === undefined ? `structure ${index}` : `${source.file}, frame ${source.frame}`;
}
