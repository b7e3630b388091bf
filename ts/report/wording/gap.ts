import { NO_EFFICIENCY } from '../../base/constants.js';
import type { SetNumbers } from '../../explore/exploration.js';
import type { GapRefusal } from '../../explore/set-curve.js';
import { countText, decimalText } from './numbers.js';

/** Why there is no information gap, in five words at the most. */
export function gapReasonText({ is }: GapRefusal): string {
  return REASONS[is];
}

const REASONS: Readonly<Record<GapRefusal['is'], string>> = {
  'too-few': 'too few environments',
  flat: 'H is flat within scatter',
  unsaturated: 'limited by sample size',
  rising: 'the curve still rises',
  'not-above': 'extrapolated H_max below H',
  unstable: 'depends on individual points',
  uncertain: 'uncertainty exceeds the gap',
  far: 'too far beyond the data',
  pending: 'the curve is being computed',
  asked: 'its environments are not read',
};

/** Why there is no information gap, in full. */
export function gapRefusalText(refusal: GapRefusal): string {
  switch (refusal.is) {
    case 'too-few':
      return `a learning curve takes at least ${countText(refusal.needed)} environments`;
    case 'flat':
      return 'H is already flat within scatter';
    case 'unsaturated':
      return 'H is limited by sample size: add data or widen the bandwidth';
    case 'rising':
      return 'the curve still rises, and its points do not show where that ends';
    case 'not-above':
      return `the extrapolated H_max (${decimalText(refusal.limit, 3)} nats) is not above H`;
    case 'unstable':
      return 'the extrapolated H_max depends on individual points of the fit';
    case 'uncertain':
      return 'uncertainty of H_max exceeds the gap';
    case 'pending':
      return 'the learning curve is being computed';
    case 'asked':
      return 'the set is only asked: its environments are not read';
    case 'far': {
      const text = `would extrapolate beyond ${refusal.multiple}× the data`;
      if (!Number.isFinite(refusal.environments)) return text;
      // Two digits: the number is a guess.
      return `${text} (≈ ${countText(Number(refusal.environments.toPrecision(2)))} environments)`;
    }
  }
}

/** Numbers of a set for a file. */
export type SetRecord = Omit<SetNumbers, 'gapRefusal'> & {
  readonly gapRefusal: string | null;
  /** Only where there is no efficiency. */
  readonly efficiencyReason?: string;
};

/** Numbers of sets for a file, with words for why there is no gap, or no efficiency. */
export function setRecords(sets: readonly SetNumbers[]): SetRecord[] {
  return sets.map((set) => ({
    ...set,
    ...(Number.isNaN(set.efficiency) && { efficiencyReason: NO_EFFICIENCY }),
    gapRefusal: set.gapRefusal === null ? null : gapRefusalText(set.gapRefusal),
  }));
}
