import { counted, percent, significant } from '../../base/number-format.js';
import type { CalibrationComparison, ErrorBar, FramedRows } from '../../faces/node/analysis.js';

/** A structure in which some points have no error bar. */
export interface BarelessStructure {
  readonly file: string;
  readonly frame: number;
  /** Points without, and all: environments, or the structure itself. */
  readonly without: number;
  readonly points: number;
}

const NEW_ELEMENTS = ', or of elements that the reference lacks';

/** Structures that are named, of those without some error bar. */
const NAMED = 3;

/** What new structures got: error bars, and how they compare with the calibration. */
export class AppliedBars {
  readonly #bareless: BarelessStructure[] = [];
  #frames = 0;
  #points = 0;
  #without = 0;

  /**
   * Takes in a batch.
   *
   * @param bars one for each environment, or for each frame; NaN where there is none
   * @param byFrame which of them
   */
  add(x: FramedRows, bars: Float64Array, byFrame: boolean): void {
    for (let frame = 0; frame < x.frames; frame++) {
      const [from, to] = byFrame ? [frame, frame + 1] : [x.frameOffsets[frame], x.frameOffsets[frame + 1]];
      const own = bars.subarray(from, to);
      const without = own.reduce((count, bar) => count + Number(Number.isNaN(bar)), 0);
      if (without > 0) {
        const { file = '', frame: at = this.#frames + frame } = x.sources?.[frame] ?? {};
        this.#bareless.push({ file, frame: at, without, points: own.length });
      }
      this.#points += own.length;
      this.#without += without;
    }
    this.#frames += x.frames;
  }

  /**
   * The report for people.
   *
   * @param isNew whether some points have no bar for their element
   */
  lines(bar: ErrorBar, comparison: CalibrationComparison | null, point: string, isNew: boolean): string[] {
    const [low, high] = bar.support;
    const range = `${significant(low, 4)} to ${significant(high, 4)} nats`;
    const named = this.#bareless
      .slice(0, NAMED)
      .map(({ file, frame, without, points }) =>
        [file, `frame ${frame}`, ...(points === 1 ? [] : [`(${without} of ${points})`])].join(' ').trim(),
      );
    const more = this.#bareless.length - named.length;
    const where = `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
    return [
      `New structures: ${this.#frames}; error bars at level ${bar.level} for ` +
        `${this.#points - this.#without} of ${counted(this.#points, point)}`,
      ...(this.#without === 0
        ? []
        : [
            `No error bar: ${this.#without} (${percent(this.#without / this.#points)}) with dH outside ` +
              `${range}, where the bars were made${isNew ? NEW_ELEMENTS : ''}; ${where}`,
          ]),
      ...(comparison === null ? [] : comparisonLines(comparison, bar.level)),
    ];
  }

  /** The keys of JSON. */
  record(bar: ErrorBar, comparison: CalibrationComparison | null): Record<string, unknown> {
    return {
      structures: this.#frames,
      points: this.#points,
      without_bar: this.#without,
      without_bar_in: this.#bareless,
      dH_range: bar.support,
      outside: comparison?.outside ?? null,
      outside_threshold: comparison?.threshold ?? null,
      ks_statistic: comparison?.statistic ?? null,
      ks_p: comparison?.pValue ?? null,
      unlike: comparison?.unlike ?? null,
    };
  }
}

function comparisonLines(
  { outside, threshold, statistic, pValue, unlike }: CalibrationComparison,
  level: number,
): string[] {
  return [
    `Outside the calibration: ${percent(outside)} of the new environments (dH with respect to the ` +
      `calibration structures above ${significant(threshold, 4)} nats; 5 % of the held-out ones)`,
    `Kolmogorov-Smirnov test of mean dH of structures, new against held-out: D = ` +
      `${significant(statistic, 3)}, p = ${significant(pValue, 2)}`,
    ...(unlike
      ? [
          `The new structures are unlike those that the bars were calibrated on: the bars may hold far ` +
            `fewer than ${percent(level)} of their errors`,
        ]
      : []),
  ];
}
