import { bisect } from 'simple-statistics';

/** Steps in which a change of sign is looked for. */
const STEPS = 64;

/** Halvings that bring any step down to rounding. */
const HALVINGS = 60;

/** Share of the range that a zero is found to. */
const ACCURACY = 1e-11;

/**
 * Where a function changes its sign between two numbers: each within a step of a 64th, found by
 * halving.
 */
export function zerosBetween(f: (x: number) => number, low: number, high: number): number[] {
  const found: number[] = [];
  let [x, y] = [low, f(low)];
  if (y === 0) found.push(low);
  for (let step = 1; step <= STEPS && high > low; step++) {
    const next = step === STEPS ? high : low + ((high - low) * step) / STEPS;
    const value = f(next);
    if (value === 0) found.push(next);
    else if (y !== 0 && value > 0 !== y > 0) {
      found.push(bisect(f, x, next, HALVINGS, ACCURACY * (high - low)));
    }
    [x, y] = [next, value];
  }
  return found;
}

/** Where the value nearest to 0 is, of those that {@link zerosBetween} looks at. */
export function nearestToZero(
  f: (x: number) => number,
  low: number,
  high: number,
): { at: number; value: number } {
  const all = Array.from({ length: STEPS + 1 }, (_, step) => {
    const at = low + ((high - low) * step) / STEPS;
    return { at, value: f(at) };
  });
  return all.reduce((best, next) => (Math.abs(next.value) < Math.abs(best.value) ? next : best));
}
