/** Where xx, yy, zz, yz, xz, xy stand in the matrix, row by row. */
const VOIGT = [0, 5, 4, 5, 1, 3, 4, 3, 2];

/** The nine numbers of a symmetric matrix, of nine or six; undefined for other numbers of them. */
export function fullMatrix(numbers: readonly number[]): readonly number[] | undefined {
  if (numbers.length === 9) return numbers;
  return numbers.length === 6 ? VOIGT.map((at) => numbers[at] as number) : undefined;
}
