import { quantileSorted } from 'simple-statistics';
import { CALIBRATION_QUANTILE, UNLIKE_PROBABILITY } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { ANYTHING, FUNCTION, kindOf, NUMBER_OR_NAN, options } from '../base/kinds.js';
import { deltaEntropy } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { ReferenceSet, referenceSet } from '../kernel/reference-set.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { perFrame } from '../model/frame-values.js';
import { kolmogorovSmirnov, type TwoSampleTest } from '../statistics/kolmogorov-smirnov.js';
import { mean } from '../statistics/moments.js';
import { splitStructures } from './split-structures.js';

/** How new structures compare with those that error bars were calibrated on. */
export interface CalibrationComparison extends TwoSampleTest {
  readonly structures: number;
  readonly environments: number;
  /** δH with respect to the calibration structures up to which 95 % of the held-out ones lie. */
  readonly threshold: number;
  /** Share of the new environments beyond it; 0.05 is expected of structures of the same kind. */
  readonly outside: number;
  /**
   * Whether the new structures are of another kind: the test of mean δH says so, or more than three
   * times as many environments are outside as expected. Error bars then hold no promise.
   */
  readonly unlike: boolean;
}

/** Options of {@link CalibrationRange.of}. */
export interface CalibrationRangeOptions extends KernelOptions {
  /** That of the split, as for `uncertainty`. Default: 0. */
  readonly seed?: number | undefined;
}

const MATRIX = kindOf('a DescriptorMatrix', (value) => value instanceof DescriptorMatrix);
const OPTIONS = options<CalibrationRangeOptions>({
  backend: ANYTHING,
  bandwidth: NUMBER_OR_NAN,
  onProgress: FUNCTION,
  seed: NUMBER_OR_NAN,
  signal: ANYTHING,
  tolerance: kindOf('left out: this sum is always exact', (value) => value === undefined),
});

/** Shares outside that are so many times the expected one are no chance. */
const FAR_MORE = 3;

/**
 * Compares new structures with those that error bars were calibrated on. Error bars hold what they
 * promise for structures of the same kind only. New and held-out structures are both taken with
 * respect to those that the bars were made from, δH(y|fit and calibration): of the same kind, both
 * have the same distribution. Structures come in parts and are not kept.
 *
 * @example
 * const range = await CalibrationRange.of(x, { seed });
 * for await (const { x: y } of descriptorBatches(structures)) await range.add(y);
 * console.log(range.comparison().outside);
 */
export class CalibrationRange {
  readonly #reference: ReferenceSet;
  readonly #options: KernelOptions;
  readonly #threshold: number;
  readonly #heldOut: Float64Array;
  readonly #means: number[] = [];
  #environments = 0;
  #outside = 0;

  private constructor(
    reference: ReferenceSet,
    options: KernelOptions,
    heldOut: { readonly means: Float64Array; readonly threshold: number },
  ) {
    // In plain JavaScript anybody may call this.
    if (!(reference instanceof ReferenceSet)) {
      throw new QuestsError('INVALID_ARGUMENT', 'a CalibrationRange is made by CalibrationRange.of(x)');
    }
    this.#reference = reference;
    this.#options = options;
    this.#heldOut = heldOut.means;
    this.#threshold = heldOut.threshold;
  }

  /**
   * Prepares the comparison.
   *
   * @param x environments of the structures with known errors, as for `uncertainty`
   * @throws {QuestsError} as `uncertainty`
   */
  static async of(x: DescriptorMatrix, given: CalibrationRangeOptions = {}): Promise<CalibrationRange> {
    MATRIX.judge(x, 'x');
    OPTIONS.judge(given, 'options');
    const { fit, calibration, heldOut } = splitStructures(x.frames, given.seed);
    const reference = await referenceSet(x.select([...fit, ...calibration]), given);
    const others = x.select(heldOut);
    const dH = await deltaEntropy(others, reference, given);
    const threshold = quantileSorted(
      Array.from(dH).sort((a, b) => a - b),
      CALIBRATION_QUANTILE,
    );
    return new CalibrationRange(reference, given, { means: perFrame(others, dH, mean), threshold });
  }

  /**
   * Takes in new structures.
   *
   * @param y environments, made as those with known errors
   * @throws {QuestsError} MISMATCH: made differently
   */
  async add(y: DescriptorMatrix): Promise<void> {
    MATRIX.judge(y, 'y');
    const dH = await deltaEntropy(y, this.#reference, this.#options);
    for (const value of dH) this.#outside += Number(value > this.#threshold);
    this.#environments += y.rows;
    for (const value of perFrame(y, dH, mean)) this.#means.push(value);
  }

  /** @throws {QuestsError} EMPTY: no structures yet */
  comparison(): CalibrationComparison {
    if (this.#environments === 0) throw new QuestsError('EMPTY', 'there are no new structures to compare');
    const outside = this.#outside / this.#environments;
    const test = kolmogorovSmirnov(this.#heldOut, this.#means);
    const expected = 1 - CALIBRATION_QUANTILE;
    return {
      ...test,
      structures: this.#means.length,
      environments: this.#environments,
      threshold: this.#threshold,
      outside,
      unlike: test.pValue < UNLIKE_PROBABILITY || outside > FAR_MORE * expected,
    };
  }

  /** Frees what the core holds. */
  dispose(): void {
    this.#reference.dispose();
  }
}
