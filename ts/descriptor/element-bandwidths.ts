import { QuestsError } from '../base/error.js';
import { isLabelled, labelOf, symbolOf } from '../base/species-mode.js';
import { type DescriptorKind, DescriptorMatrix } from '../model/descriptor-matrix.js';

/** h of each central element, in 1/Å. */
export type ElementBandwidths = Readonly<Record<string, number>>;

/**
 * Environments of `center` or `full` in units of the bandwidth of their central element: with a
 * bandwidth of 1, each element then has a kernel of its own width, K(x, y) = exp(−|x − y|²/2h²)
 * with the h of the element of x and y. Environments of different elements never meet, so that
 * kernels of different widths do not, either. Compare only with what is in the same units.
 *
 * @param x rows that begin with the label of the central element
 * @param bandwidths h of each element that occurs, above 0
 * @param otherwise h of elements that are not among them. Default: such an element is refused
 * @throws {QuestsError} MISMATCH: rows without labels, an element without a bandwidth;
 *   INVALID_ARGUMENT: a bandwidth that is not above 0 or not finite
 *
 * @example
 * const scaled = inBandwidths(x, { Cu: 0.02, Zr: 0.03 });
 * const H = await entropy(scaled, { bandwidth: 1 });
 */
export function inBandwidths(
  x: DescriptorMatrix,
  bandwidths: ElementBandwidths,
  otherwise?: number,
): DescriptorMatrix {
  const { data, width, k, cutoff, species, frameOffsets, sources } = x;
  checkLabelled(x);
  const factors = new Map<number, number>();
  for (const [element, h] of Object.entries(bandwidths)) {
    checkBandwidth(h, element);
    factors.set(labelOf(element), 1 / h);
  }
  if (otherwise !== undefined) checkBandwidth(otherwise, 'other elements');
  const scaled = data.slice();
  const missing = new Set<string>();
  for (let at = 0; at < data.length; at += width) {
    const label = data[at] as number;
    const factor = factors.get(label) ?? (otherwise && 1 / otherwise);
    if (factor === undefined) {
      missing.add(symbolOf(label));
      continue;
    }
    for (let column = at + 1; column < at + width; column++)
      scaled[column] = (data[column] as number) * factor;
  }
  if (missing.size > 0) {
    const named = Object.keys(bandwidths).join(', ');
    const none = [...missing].sort().join(', ');
    throw new QuestsError('MISMATCH', `no bandwidth for ${none}: they are given for ${named}`);
  }
  return new DescriptorMatrix(scaled, { width, k, cutoff, species, frameOffsets, sources });
}

/**
 * Refuses descriptors that do not say the element of their atom: they have no bandwidth for each.
 *
 * @throws {QuestsError} MISMATCH
 */
export function checkLabelled({ species }: Pick<DescriptorKind, 'species'>): void {
  if (isLabelled(species)) return;
  const problem = 'descriptors of "center" or "full" have one, these have no labels of elements';
  throw new QuestsError('MISMATCH', `no bandwidth for each element: ${problem}`);
}

function checkBandwidth(h: number, of: string): void {
  if (h > 0 && h < Infinity) return;
  const problem = `expected a finite number above 0, got ${h}`;
  throw new QuestsError('INVALID_ARGUMENT', `bandwidth of ${of}: ${problem}`);
}
