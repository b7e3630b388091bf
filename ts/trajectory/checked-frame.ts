import { QuestsError } from '../base/error.js';
import type { Structure } from '../model/structure.js';
import type { WatchCheck } from './watcher.js';

/**
 * A frame with δH of each atom as the column `dH`, and `mean_dH` and `max_dH` of the whole.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: a check without δH of every atom
 */
export function checkedFrame(
  structure: Structure,
  { dH, mean, maximum }: Pick<WatchCheck, 'dH' | 'mean' | 'maximum'>,
): Structure {
  if (dH === undefined || mean === undefined) {
    throw new QuestsError('INVALID_ARGUMENT', 'the check has no δH of every atom: it was made without mean');
  }
  const { arrays, info } = structure;
  return {
    ...structure,
    arrays: { ...arrays, dH: { data: dH, kind: 'R', width: 1 } },
    info: { ...info, mean_dH: mean, max_dH: maximum },
  };
}
