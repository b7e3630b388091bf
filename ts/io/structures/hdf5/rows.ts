import type { FilePlace } from '../../text/fault.js';
import type { Dataset } from './dataset.js';

/** Bytes of a dataset that are read at once. */
const BLOCK = 1 << 22;

/** Rows of a dataset, one after the other, some of which are read at once. */
export class Rows {
  readonly dataset: Dataset;
  private readonly atOnce: number;
  private block: { readonly first: number; readonly numbers: Float64Array } = {
    first: 0,
    numbers: new Float64Array(0),
  };

  constructor(dataset: Dataset) {
    this.dataset = dataset;
    this.atOnce = Math.max(1, Math.floor(BLOCK / Math.max(1, dataset.rowBytes)));
  }

  /** The numbers of a row, times a factor; a copy. */
  async row(index: number, factor: number, place: FilePlace): Promise<Float64Array> {
    const { dataset, atOnce } = this;
    let at = index - this.block.first;
    const width = dataset.shape.slice(1).reduce((product, extent) => product * extent, 1);
    if (at < 0 || (at + 1) * width > this.block.numbers.length) {
      const numbers = await dataset.numbers(index, Math.min(atOnce, dataset.rows - index), place);
      this.block = { first: index, numbers };
      at = 0;
    }
    const row = this.block.numbers.slice(at * width, (at + 1) * width);
    if (factor !== 1)
      for (let column = 0; column < width; column++) row[column] = (row[column] as number) * factor;
    return row;
  }
}
