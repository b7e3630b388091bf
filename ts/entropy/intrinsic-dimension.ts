/** Which neighbours are compared: near copies of a row are nearer than these. */
export const NEIGHBORS: readonly [nearer: number, farther: number] = [5, 10];

/**
 * Dimension of the space that rows lie in, however many columns they have: in d dimensions as many
 * rows lie within r as grow with r to the power of d, whatever the density is, so that the mean of
 * log(r₁₀/r₅) is (1/5 + 1/6 + … + 1/9)/d.
 *
 * @param nearer distance of each row to its 5th nearest other row
 * @param farther to its 10th
 * The likelihood of wide kernels differs little from that of narrow ones in one dimension, so that
 * d has to be right to the digit there: it is a whole number.
 *
 * @returns d, at least 1; NaN where no row has so many others
 * @see doi.org/10.1038/s41598-022-20991-1
 */
export function intrinsicDimension(nearer: Float64Array, farther: Float64Array): number {
  const [from, to] = NEIGHBORS;
  let expected = 0;
  for (let rank = from; rank < to; rank++) expected += 1 / rank;
  const logs = nearer
    .map((distance, row) => Math.log((farther[row] as number) / distance))
    .filter(Number.isFinite);
  return Math.max(1, Math.round((expected * logs.length) / logs.reduce((sum, value) => sum + value, 0)));
}
