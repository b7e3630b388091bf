// Repeatable random numbers for the scripts that make examples and large inputs.

/** Numbers in [0, 1), by mulberry32. */
export function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers in (0, 1), by a linear congruential generator: for millions of them. */
export function congruential(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** A normal number by Box and Muller, from `next`; `first` is in (0, 1]. */
export function normal(next, first = 1 - next()) {
  return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * next());
}
