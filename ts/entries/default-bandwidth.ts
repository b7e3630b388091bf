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

/** Said once: a program that makes thousands of matrices makes them alike. */
let isSaid = false;

/**
 * Says that the default bandwidth is taken for descriptors that may be of another program.
 *
 * @param kinds those of the arguments of a call, in order
 * @param values its arguments
 */
export function noteDefaultBandwidth(kinds: readonly Kind[], values: readonly unknown[]): void {
  if (isSaid) return;
  const at = kinds.findIndex(({ options }) => options?.has('bandwidth'));
  if (at === -1) return;
  const given = values[at];
  const options: Readonly<Record<string, unknown>> = isRecord(given) ? given : {};
  if (options.bandwidth !== undefined) return;
  if (![...values, options.reference].some(holdsForeign)) return;
  isSaid = true;
  warn(CODE, TEXT);
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
