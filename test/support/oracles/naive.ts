import type { DescriptorMatrix } from '../../../ts/node.js';

/** −|y − x|²/2h² of a row of y and every row of x, by the definition. */
export function exponents(y: DescriptorMatrix, row: number, x: DescriptorMatrix, h: number): number[] {
  return Array.from({ length: x.rows }, (_, other) => {
    let square = 0;
    for (let column = 0; column < x.width; column++) {
      square +=
        ((y.data[row * y.width + column] as number) - (x.data[other * x.width + column] as number)) ** 2;
    }
    return -square / (2 * h * h);
  });
}

/** log Σ exp of the exponents. */
export function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** log p of every row of y. */
export function naiveLogSums(y: DescriptorMatrix, x: DescriptorMatrix, h: number): number[] {
  return Array.from({ length: y.rows }, (_, row) => logSumExp(exponents(y, row, x, h)));
}

/** Kernel-weighted mean for every row of y. */
export function naiveMeans(
  y: DescriptorMatrix,
  x: DescriptorMatrix,
  h: number,
  weights: readonly number[],
): number[] {
  return Array.from({ length: y.rows }, (_, row) => {
    const values = exponents(y, row, x, h);
    const largest = Math.max(...values);
    const shares = values.map((value) => Math.exp(value - largest));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.reduce((sum, share, other) => sum + share * (weights[other] as number), 0) / total;
  });
}
