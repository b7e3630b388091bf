import type { EarlyFindings } from '../../explore/exploration.js';
import { decimalText, percentText } from './numbers.js';
import { verdictText, type VerdictText } from './verdict.js';

/** What numbers come to that are not all there, and what of them is not final. */
export interface EarlyText extends VerdictText {
  /** What is not final, and why. */
  readonly pending: string;
}

/** The verdict of numbers that are not all there, which says so. */
export function earlyText(findings: EarlyFindings): EarlyText {
  const { title, why } = verdictText(findings);
  if (findings.pending === 'curves') {
    return { title, why, pending: 'These numbers are final. Learning curves are being computed.' };
  }
  const { sets, noveltyError } = findings;
  const errors = sets.flatMap(({ name, entropyError }) =>
    entropyError === 0 ? [] : [`H of ${name} is within ± ${decimalText(entropyError, 3)} nats`],
  );
  const share = noveltyError === 0 ? [] : [`shares are within ± ${percentText(noveltyError)}`];
  const within = [...errors, ...share].join(', ');
  return {
    title: `${title.replace(/\.$/, '')} (not final)${title.endsWith('.') ? '.' : ''}`,
    why,
    pending: `Not final, from a sample: ${within} (95 %). Better numbers are being computed.`,
  };
}
