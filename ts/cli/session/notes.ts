import { SATURATION } from '../../base/constants.js';
import { significant } from '../../base/number-format.js';
import type { Metrics } from '../../faces/node/quests.js';
import type { ReadFlags } from './options.js';
import type { Session } from './session.js';

/** Warns where the entropy says more about the number of environments than about them. */
export function noteSaturation(session: Session, { efficiency }: Pick<Metrics, 'efficiency'>): void {
  if (!(efficiency > SATURATION)) return;
  session.note(
    `note: saturated: H / log N is ${efficiency.toFixed(3)}, above ${SATURATION}; ` +
      'the data are too few or the bandwidth too narrow for H to mean anything; ' +
      'quests bandwidth recommends one',
  );
}

/**
 * Says how many frames come after the end of their log, of a run that was stopped before it wrote
 * the rest.
 */
export function noteBeyond(session: Session, frames: number, { log = [] }: Pick<ReadFlags, 'log'>): void {
  if (frames === 0) return;
  const whose = [log].flat().join(', ');
  session.note(
    `note: ${frames} frame${frames === 1 ? ' comes' : 's come'} after the last step of ${whose}, ` +
      `which has no data for them`,
  );
}

/** Says that a tolerance was given and nothing was estimated. */
export function noteExact(session: Session, tolerance: number | undefined, error: number): void {
  if (tolerance === undefined || error > 0) return;
  session.note(
    `note: all pairs were summed, the error is 0: an estimate to within ${significant(tolerance)} nats ` +
      'would take longer',
  );
}

/** Says that descriptors do not tell apart the species that were there. */
export function noteBlindness(session: Session, species: readonly string[]): void {
  if (species.length < 2) return;
  const all = [...species].sort().join(', ');
  const names = species.some((one) => /^\d+$/.test(one)) ? 'names of elements by --elements and ' : '';
  session.note(`note: ${all} are treated as one element; ${names}--species full distinguishes elements`);
}
