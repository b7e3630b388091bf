/** Rows that span the largest volume, and what expresses others in them. */
export interface ActiveSet {
  readonly width: number;
  /** Numbers of the rows, as many as there are columns. */
  readonly rows: Uint32Array;
  /** Inverse of the matrix of these rows, row-major. */
  readonly inverse: Float64Array;
}

/** A coefficient above this is worth a swap: the volume grows by it. */
const WORTH = 1.001;

/** Swaps per column at most; each makes the volume larger, so that they end by themselves. */
const MOST_SWAPS = 100;

/**
 * As many rows as there are columns, whose determinant no exchange of a single row makes larger by
 * more than 0.1 %: all rows are then combinations of these with coefficients of at most 1.001
 * (MaxVol; S. Goreinov et al., How to find a good submatrix, 2010).
 *
 * @param data row-major, of full column rank
 */
export async function activeSet(data: Float64Array, width: number): Promise<ActiveSet> {
  const { inverse, Matrix } = await import('ml-matrix');
  const count = data.length / width;
  const rows = pivots(data, width);
  const inverseOf = (): Float64Array => {
    const square = new Matrix(width, width);
    rows.forEach((row, at) => square.setRow(at, [...data.subarray(row * width, (row + 1) * width)]));
    return Float64Array.from(inverse(square).to1DArray());
  };
  const coefficients = times(data, inverseOf(), width);
  for (let swap = 0; swap < MOST_SWAPS * width; swap++) {
    let largest = 0;
    for (let at = 1; at < coefficients.length; at++) {
      if (Math.abs(coefficients[at] as number) > Math.abs(coefficients[largest] as number)) largest = at;
    }
    const pivot = coefficients[largest] as number;
    if (!(Math.abs(pivot) > WORTH)) break;
    const [entering, leaving] = [Math.floor(largest / width), largest % width];
    // C − C[:, j] (C[i, :] − e_j) / C[i, j]: the coefficients in the rows after the exchange.
    const change = coefficients.slice(entering * width, (entering + 1) * width);
    change[leaving] = (change[leaving] as number) - 1;
    for (let row = 0; row < count; row++) {
      const share = (coefficients[row * width + leaving] as number) / pivot;
      if (share === 0) continue;
      for (let i = 0; i < width; i++) {
        const at = row * width + i;
        coefficients[at] = (coefficients[at] as number) - share * (change[i] as number);
      }
    }
    rows[leaving] = entering;
  }
  // Anew: the updates have added up rounding.
  return { width, rows, inverse: inverseOf() };
}

/**
 * Extrapolation grade of each row: its largest coefficient, without the sign, in the rows of the
 * active set. By as much the determinant would grow if the row took the place of one of these: up
 * to 1 a linear model interpolates, above it extrapolates.
 *
 * @param data row-major, columns as those of the active set
 */
export function extrapolationGrades(data: Float64Array, { width, inverse }: ActiveSet): Float64Array {
  const coefficients = times(data, inverse, width);
  const grades = new Float64Array(data.length / width);
  for (let row = 0, at = 0; row < grades.length; row++) {
    let largest = 0;
    for (let i = 0; i < width; i++, at++) largest = Math.max(largest, Math.abs(coefficients[at] as number));
    grades[row] = largest;
  }
  return grades;
}

/** Rows that Gaussian elimination with pivots takes. */
function pivots(data: Float64Array, width: number): Uint32Array {
  const rest = data.slice();
  const count = data.length / width;
  const isTaken = new Uint8Array(count);
  const rows = new Uint32Array(width);
  for (let column = 0; column < width; column++) {
    let best = -1;
    for (let row = 0; row < count; row++) {
      if (isTaken[row] === 1) continue;
      const own = Math.abs(rest[row * width + column] as number);
      if (best === -1 || own > Math.abs(rest[best * width + column] as number)) best = row;
    }
    isTaken[best] = 1;
    rows[column] = best;
    const pivot = rest[best * width + column] as number;
    for (let row = 0; row < count; row++) {
      if (isTaken[row] === 1) continue;
      const share = (rest[row * width + column] as number) / pivot;
      if (share === 0) continue;
      for (let i = column; i < width; i++) {
        const at = row * width + i;
        rest[at] = (rest[at] as number) - share * (rest[best * width + i] as number);
      }
    }
  }
  return rows;
}

function times(data: Float64Array, square: Float64Array, width: number): Float64Array {
  const product = new Float64Array(data.length);
  for (let first = 0; first < data.length; first += width) {
    for (let k = 0; k < width; k++) {
      const own = data[first + k] as number;
      if (own === 0) continue;
      for (let i = 0; i < width; i++) {
        product[first + i] = (product[first + i] as number) + own * (square[k * width + i] as number);
      }
    }
  }
  return product;
}
