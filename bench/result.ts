import type { EngineFacts, Prepared } from './task.js';

/** What was measured of one engine on one case. */
export interface Measured {
  readonly engine: string;
  readonly facts: EngineFacts;
  /** Seconds of every run, sorted. */
  readonly seconds: readonly number[];
  readonly first: Prepared;
  /** How times were extrapolated; empty where they were measured. */
  readonly extrapolated: string;
}

/** Shortest, median and longest time. */
export function spread({ seconds }: Measured): { min: number; median: number; max: number } {
  const at = (share: number): number => seconds[Math.round(share * (seconds.length - 1))] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** The quickest of the engines whose name begins so, by its shortest time. */
export function best(measured: readonly Measured[], name: string): Measured | undefined {
  const found = measured.filter(({ engine }) => engine === name || engine.startsWith(`${name}, batches`));
  return found.sort((a, b) => spread(a).min - spread(b).min)[0];
}
