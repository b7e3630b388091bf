/** A row of a column of lists of lists of numbers, all of one length. */
export class NumberRows {
  /** Numbers of an inner list. */
  readonly width: number;
  /** All numbers, one list after the other. */
  readonly data: Float64Array;

  constructor(width: number, data: Float64Array) {
    this.width = width;
    this.data = data;
  }

  /** The same as lists of lists. */
  nested(): number[][] {
    const { width, data } = this;
    return Array.from({ length: data.length / width }, (_, row) =>
      Array.from(data.subarray(row * width, (row + 1) * width)),
    );
  }
}
