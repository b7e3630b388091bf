import { RARE_SCATTER } from '../../base/constants.js';
import type { FirstPassage } from '../../faces/node/analysis.js';

/** Why a critical size from first-passage times may mean nothing; null where nothing says so. */
export function passageCaution({ critical, runs, scatter, sizes }: FirstPassage): string | null {
  if (scatter < RARE_SCATTER) {
    return (
      `Don't trust this n*: the times at which the ${runs} runs first have ${sizes.length} atoms, the most ` +
      `that all of them have, scatter by ${scatter.toPrecision(2)} of their mean, where those of waiting ` +
      'for a nucleus scatter by about 1. They may be how long the liquid takes to relax, or a nucleus to ' +
      'grow; a larger cell lets runs go on for longer'
    );
  }
  if (critical.low >= 1 || Number.isNaN(critical.low)) return null;
  return "Don't trust this n*: its interval reaches below one atom";
}
