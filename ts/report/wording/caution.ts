import { SATURATION } from '../../base/constants.js';
import type { Caution } from '../../explore/cautions.js';
import { decimalText, plainText } from './numbers.js';

/** What is to be known of a set before its numbers are read. */
export function cautionText(caution: Caution): string {
  switch (caution.is) {
    case 'no-neighbours':
      return (
        `${caution.set}: no environment has a neighbour within ${plainText(caution.cutoff)} Å; ` +
        'all look alike'
      );
    case 'saturated':
      return (
        `${caution.set}: saturated, H / log N is ${decimalText(caution.efficiency, 3)}, ` +
        `above ${SATURATION}; ` +
        'the data are too few or the bandwidth too narrow for H to mean anything'
      );
    case 'unsaid':
      return (
        `${caution.set} has no ${caution.missing.join(' or ')} metadata; treated as external descriptors, ` +
        'which may need another bandwidth'
      );
  }
}
