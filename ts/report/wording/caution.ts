import { SATURATION } from '../../base/constants.js';
import type { Caution } from '../../explore/cautions.js';
import { countOf, decimalText, percentText, plainText } from './numbers.js';

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
    case 'asked':
      return (
        `${caution.set} is only asked, not read: ${megabytes(caution.bytesRead)} of its ` +
        `${megabytes(caution.bytes)} MB were needed. Its own entropy is not computed, ` +
        'and the map shows some of its environments'
      );
    case 'unsaid':
      return (
        `${caution.set} has no ${caution.missing.join(' or ')} metadata; treated as external descriptors, ` +
        'which may need another bandwidth'
      );
    case 'elements':
      return elementsText(caution);
  }
}

function megabytes(bytes: number): string {
  return decimalText(bytes / 1e6, 1);
}

/** What telling elements apart would change, in one sentence. */
function elementsText({ set, second, effect }: Extract<Caution, { readonly is: 'elements' }>): string {
  const { elements, refused, environments, bandwidth, ignore, full } = effect;
  const named = elements.map((symbol) => symbol || 'no species').join(', ');
  const blind = `${named} are treated as one element`;
  if (ignore === null || full === null) {
    const which = refused.map((symbol) => symbol || 'atoms of no species').join(', ');
    const remedy = 'name types by --elements, e.g. Cu,Zr';
    return `${blind}; --species full needs elements up to Cm, not ${which}: ${remedy}`;
  }
  const novel = second ?? 'the second half of the frames';
  const known = second === null ? 'the first half' : set;
  const share =
    ignore.novelty === null || full.novelty === null
      ? ''
      : `, and finds ${percentText(full.novelty)} of ${novel} novel relative to ${known} instead of ` +
        `${percentText(ignore.novelty)} (novel: δH above that of 95 % of ${known} within itself)`;
  return (
    `${blind}: on a sample of ${countOf(environments, 'environment')} --species full gives ` +
    `H = ${decimalText(full.entropy, 2)} instead of ${decimalText(ignore.entropy, 2)} ` +
    `(h = ${plainText(bandwidth)})${share}`
  );
}
