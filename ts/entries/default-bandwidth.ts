import { NEAR_FRACTION } from '../base/constants.js';
import { DEFAULTS } from '../base/defaults.js';
import { isRecord, type Kind } from '../base/kinds.js';
import { warn } from '../base/warning.js';
import { ReferenceSet } from '../kernel/reference-set.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';

/** What the warning is called where it is switched off. */
const CODE = 'QUESTS_DEFAULT_BANDWIDTH';

const TEXT =
  `the bandwidth is ${DEFAULTS.bandwidth}, the default for descriptors of this package; those of a ` +
  'DescriptorMatrix without k and cutoff may need another: give bandwidth; recommendBandwidth(x) finds one';

const DISTANCE_TEXT =
  `the distances are 1e-6 and ${NEAR_FRACTION * DEFAULTS.bandwidth}, a tenth of the default bandwidth of ` +
  'this package; descriptors of a DescriptorMatrix without k and cutoff may need others: give distances';

/** Said once: a program that makes thousands of matrices makes them alike. */
let isSaid = false;

/** Options whose default is meant for descriptors of this package, and what is said of each. */
const ASSUMED = [
  ['bandwidth', TEXT],
  ['distances', DISTANCE_TEXT],
] as const;

/**
 * Says that the default bandwidth is taken for descriptors that may be of another program.
 *
 * @param kinds those of the arguments of a call, in order
 * @param values its arguments
 */
export function noteDefaultBandwidth(kinds: readonly Kind[], values: readonly unknown[]): void {
  if (isSaid) return;
  for (const [option, text] of ASSUMED) {
    const at = kinds.findIndex(({ options }) => options?.has(option));
    if (at === -1) continue;
    const given = values[at];
    const options: Readonly<Record<string, unknown>> = isRecord(given) ? given : {};
    if (options[option] !== undefined) return;
    if (![...values, options.reference].some(holdsForeign)) return;
    isSaid = true;
    warn(CODE, text);
    return;
  }
}

/** Whether a value is such descriptors, or a list of sets with some. */
function holdsForeign(value: unknown): boolean {
  if (!Array.isArray(value)) return isForeign(value);
  const sets: readonly unknown[] = value;
  return sets[0] instanceof DescriptorMatrix && sets.some(isForeign);
}

/** Whether descriptors do not say how they were made, as those of this package do. */
function isForeign(value: unknown): boolean {
  const isSet = value instanceof DescriptorMatrix || value instanceof ReferenceSet;
  return isSet && (value.k === null || value.cutoff === null);
}
