/** A number with so many decimals; what rounds to 0 has no sign. */
export function decimals(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]+$)/, '');
}
