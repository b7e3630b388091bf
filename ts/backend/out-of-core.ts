import { QuestsError } from '../base/error.js';
import type { Backend } from './backend.js';
import type { PieceModule } from './pieces.js';

/** Sums over sets that don't fit the memory, as shards compute them; on the native backend only. */
export interface OutOfCoreModule extends PieceModule {
  /** Σ log p of rows that come in parts: with those so far in `total`, 0 before the first. */
  logTotal(total: number, logSums: Float64Array): number;
  /** H from Σ log p of so many rows. */
  entropyOf(total: number, count: number): number;
  /** Σ p_min/p of rows that come in parts, log p_min the smallest of all. */
  inverseTotal(total: number, smallest: number, logSums: Float64Array): number;
  /** D from Σ p_min/p. */
  diversityOf(total: number, smallest: number): number;
}

/**
 * Sums out of core, if the backend has them.
 *
 * @throws {QuestsError} BACKEND_UNAVAILABLE for WebAssembly
 */
export function outOfCoreModule({ name, core }: Backend): OutOfCoreModule {
  if (name === 'native') return core as unknown as OutOfCoreModule;
  throw new QuestsError('BACKEND_UNAVAILABLE', `shards are computed by the native backend, not by ${name}`);
}
