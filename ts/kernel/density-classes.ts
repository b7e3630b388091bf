/** What is known of log p of every row of a set within itself before it is summed. */
export interface LogBounds {
  /** Given number of each row, in an order in which rows that are near each other lie together. */
  readonly rows: Uint32Array;
  /** Lower bound of log p of each, in that order. */
  readonly low: Float64Array;
  /** Upper bound of log p of each, in that order. */
  readonly high: Float64Array;
}

/** Rows of about the same local density, and what log p of them can be. */
export interface DensityClass {
  /** Places of the rows in the order of the bounds, rising. */
  readonly places: Uint32Array;
  /** The least of the lower bounds. */
  readonly low: number;
  /** The largest of the upper bounds. */
  readonly high: number;
}

/** Bounds as the core gives them. */
export function logBoundsOf(numbers: Float64Array): LogBounds {
  const count = numbers.length / 3;
  return {
    rows: Uint32Array.from(numbers.subarray(0, count)),
    low: numbers.subarray(count, 2 * count),
    high: numbers.subarray(2 * count),
  };
}

/**
 * Classes of rows by their lower bounds, the sums over their own leaves: rows that are alone in
 * their leaf, rows with about one, three, seven others … Rare environments are a class of their
 * own, however few they are. Sums of copies are whole numbers; the limits between two classes,
 * √2·2ᵏ, are none, so that the last digit of a sum does not decide.
 */
export function densityClasses({ low, high }: LogBounds): DensityClass[] {
  const numbers = Uint8Array.from(low, (value) => Math.max(0, Math.floor(value / Math.LN2 + 0.5)));
  const sizes = new Uint32Array(256);
  for (const number of numbers) sizes[number] = (sizes[number] as number) + 1;
  const classes = Array.from(sizes, (size) => ({
    places: new Uint32Array(size),
    count: 0,
    low: Infinity,
    high: -Infinity,
  }));
  numbers.forEach((number, place) => {
    const own = classes[number] as (typeof classes)[number];
    own.places[own.count++] = place;
    own.low = Math.min(own.low, low[place] as number);
    own.high = Math.max(own.high, high[place] as number);
  });
  return classes.filter(({ count }) => count > 0);
}
