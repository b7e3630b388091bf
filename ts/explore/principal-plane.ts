import { withoutLabels } from '../kernel/labelled-rows.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { isLabelled } from '../base/species-mode.js';

/** Rows that the directions are found from. */
const SAMPLE = 4096;

/**
 * Coordinates of all rows along the two directions in which they differ most: the leading principal
 * components.
 *
 * @param parts at least one, of the same width
 * @returns x y of one row after the other
 */
export async function principalPlane(
  given: readonly [DescriptorMatrix, ...DescriptorMatrix[]],
): Promise<Float32Array> {
  const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
  const [first] = given;
  // Labels of elements are no coordinates.
  const hasLabels = isLabelled(first.species);
  const width = hasLabels ? first.width - 1 : first.width;
  const parts = hasLabels
    ? given.map(({ data, rows, width: columns }) => ({ rows, data: withoutLabels(data, columns).matrix }))
    : given;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const stride = Math.max(1, Math.ceil(rows / SAMPLE));
  const sample: Float64Array[] = [];
  let row = 0;
  for (const { data: part } of parts) {
    for (let at = 0; at < part.length; at += width, row++) {
      if (row % stride === 0) sample.push(part.subarray(at, at + width));
    }
  }
  const origin = new Float64Array(width);
  for (const one of sample)
    one.forEach((value, at) => (origin[at] = (origin[at] as number) + value / sample.length));
  const centred = new Matrix(
    sample.map((one) => Array.from(one, (value, at) => value - (origin[at] as number))),
  );
  const { eigenvectorMatrix } = new EigenvalueDecomposition(centred.transpose().mmul(centred), {
    assumeSymmetric: true,
  });
  // Eigenvalues rise.
  const axes = [width - 1, Math.max(0, width - 2)].map((column) => eigenvectorMatrix.getColumn(column));
  const plane = new Float32Array(2 * rows);
  let out = 0;
  for (const { data: part } of parts) {
    for (let at = 0; at < part.length; at += width) {
      for (const axis of axes) {
        let along = 0;
        for (let i = 0; i < width; i++)
          along += ((part[at + i] as number) - (origin[i] as number)) * (axis[i] as number);
        plane[out++] = along;
      }
    }
  }
  return plane;
}
