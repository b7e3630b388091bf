import { best, type Measured, spread } from './result.js';

/** What is wanted of a case. */
export interface Target {
  readonly what: string;
  readonly unit: '×' | 's' | 'ms' | 'GB';
  readonly least: number;
  readonly aim: number;
  readonly better: 'more' | 'less';
  /** The number now; undefined where an engine it needs sat out. */
  readonly measure: (measured: readonly Measured[]) => number | undefined;
  /** What keeps it from its aim, by profile; shown where the aim is missed. */
  readonly limit: string;
}

/** Least and aim of a target, and what limits it. */
interface Wanted {
  readonly least: number;
  readonly aim: number;
  readonly limit: string;
}

/** How many times as fast one engine is as another, by the shortest times. */
export function speed(of: string, over: string, wanted: Wanted): Target {
  return {
    ...wanted,
    what: `${of} against ${over}`,
    unit: '×',
    better: 'more',
    measure: (measured) => ratio(best(measured, over), best(measured, of), (m) => spread(m).min),
  };
}

/** Seconds an engine takes. */
export function seconds(of: string, wanted: Wanted): Target {
  return {
    ...wanted,
    what: `${of}, time`,
    unit: 's',
    better: 'less',
    measure: (measured) => {
      const found = best(measured, of);
      return found && spread(found).min;
    },
  };
}

/** Milliseconds an engine takes beyond another. */
export function above(of: string, over: string, wanted: Wanted): Target {
  return {
    ...wanted,
    what: `${of} above ${over}`,
    unit: 'ms',
    better: 'less',
    measure: (measured) => {
      const [one, other] = [best(measured, of), best(measured, over)];
      return one && other && 1000 * (spread(one).min - spread(other).min);
    },
  };
}

/** Most memory of the whole process in one run, over the bytes of the result. */
export function memory(of: string, wanted: Wanted): Target {
  return {
    ...wanted,
    what: `${of}, peak memory over the matrix`,
    unit: '×',
    better: 'less',
    measure: (measured) => {
      const found = best(measured, of);
      return found && found.first.peak / found.first.bytes;
    },
  };
}

/** Whether a number meets what was wanted. */
export function verdict({ least, aim, better }: Target, value: number): 'aim met' | 'least met' | 'missed' {
  const meets = (wanted: number): boolean => (better === 'more' ? value >= wanted : value <= wanted);
  return meets(aim) ? 'aim met' : meets(least) ? 'least met' : 'missed';
}

function ratio(
  a: Measured | undefined,
  b: Measured | undefined,
  value: (measured: Measured) => number,
): number | undefined {
  return a && b && value(a) / value(b);
}
