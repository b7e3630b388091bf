import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { bonds } from '../geometry/bonds.js';
import { cellVolume } from '../model/cell.js';
import { type Structure, structureError } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';

/** Options of {@link pairEntropy}. */
export interface PairEntropyOptions extends RunOptions {
  /** r_m: distance up to which pairs count, in Å, above 0. Default: 5. */
  readonly cutoff?: number | undefined;
  /** σ: width of the Gaussians that smooth g(r), in Å, above 0. Default: 0.15. */
  readonly width?: number | undefined;
}

/** What {@link pairEntropy} gives. */
export interface PairEntropy {
  /** S₂ from the g(r) of all atoms, in k_B per atom: at most 0. */
  readonly value: number;
  /** S₂ of each atom, from the g(r) about it: at most 0. */
  readonly atoms: Float64Array;
}

/** Points of g(r) for each width of a Gaussian. */
const POINTS = 6;

/** Widths of a Gaussian beyond which it is nothing: e^−18 of its height. */
const REACH = 6;

/**
 * Pair entropy S₂ of a structure and of each of its atoms, in k_B per atom: the first term of the
 * entropy in excess of that of an ideal gas of the same density,
 *
 * S₂ = −2πρ ∫₀^{r_m} [g ln g − g + 1] r² dr,
 *
 * g(r) = 1/(4πρr²) Σ_j G_σ(r − r_ij), ρ = N/V; for the structure g is the mean over its atoms. The
 * integral is a sum over steps of σ/6. Elements are not told apart.
 *
 * Below 0, and the lower the more ordered. g of a few atoms is rough, which looks like order: S₂
 * of an atom is below that of its structure, and both are for comparing structures with the same
 * options.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: cutoff or width not above 0; INVALID_STRUCTURE: a
 *   boundary is open, so that there is no density; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see P. M. Piaggi, M. Parrinello, J. Chem. Phys. 147, 114112 (2017)
 *
 * @example
 * const { value, atoms } = await pairEntropy(structure, { cutoff: 6 });
 */
export async function pairEntropy(
  structure: Structure,
  { cutoff = DEFAULTS.pairCutoff, width = DEFAULTS.pairWidth, ...options }: PairEntropyOptions = {},
): Promise<PairEntropy> {
  for (const [name, value] of Object.entries({ cutoff, width })) {
    if (value > 0 && value < Infinity) continue;
    throw new QuestsError('INVALID_ARGUMENT', `${name} is ${value}, expected a positive number of Å`);
  }
  const count = structure.positions.length / 3;
  const volume = cellVolume(structure);
  if (volume === undefined || !(volume > 0)) {
    const problem = 'a boundary is open, expected three periodic ones: S2 needs a density';
    throw structureError('INVALID_STRUCTURE', structure, problem);
  }
  const density = count / volume;
  const [pairs] = await bonds([structure], { ...options, length: cutoff + REACH * width });
  const steps = Math.ceil((POINTS * cutoff) / width);
  const step = cutoff / steps;
  // Σ_j G(r − r_ij) of each atom at r = step, 2 step, …; at 0 the integrand is 0.
  const sums = new Float64Array(count * steps);
  const { first, second, vectors } = pairs as NonNullable<typeof pairs>;
  const height = 1 / (Math.sqrt(2 * Math.PI) * width);
  for (let pair = 0; pair < first.length; pair++) {
    const part = (axis: number): number => vectors[3 * pair + axis] as number;
    const distance = Math.hypot(part(0), part(1), part(2));
    const from = Math.max(1, Math.ceil((distance - REACH * width) / step));
    const to = Math.min(steps, Math.floor((distance + REACH * width) / step));
    const [a, b] = [(first[pair] as number) * steps - 1, (second[pair] as number) * steps - 1];
    for (let at = from; at <= to; at++) {
      const value = height * Math.exp(-0.5 * ((at * step - distance) / width) ** 2);
      sums[a + at] = (sums[a + at] as number) + value;
      sums[b + at] = (sums[b + at] as number) + value;
    }
  }
  const whole = new Float64Array(steps);
  const atoms = new Float64Array(count);
  for (let atom = 0; atom < count; atom++) {
    const own = sums.subarray(atom * steps, (atom + 1) * steps);
    own.forEach((value, at) => (whole[at] = (whole[at] as number) + value / count));
    atoms[atom] = integral(own, step, density);
  }
  return { value: integral(whole, step, density), atoms };
}

/**
 * S₂ from a g(r) that is known, in k_B per atom: −2πρ ∫ [g ln g − g + 1] r² dr by trapezia.
 *
 * @param g at r = step, 2 step, …, up to the cutoff
 * @param density ρ, in 1/Å³
 */
export function pairEntropyOf(g: ArrayLike<number>, step: number, density: number): number {
  let sum = 0;
  for (let at = 0; at < g.length; at++) {
    const value = g[at] as number;
    const r = (at + 1) * step;
    const excess = value > 0 ? value * Math.log(value) - value + 1 : 1;
    sum += (at + 1 === g.length ? 0.5 : 1) * excess * r * r;
  }
  return -2 * Math.PI * density * step * sum;
}

/** S₂ from Σ_j G(r − r_ij). */
function integral(sums: Float64Array, step: number, density: number): number {
  return pairEntropyOf(
    sums.map((value, at) => value / (4 * Math.PI * density * ((at + 1) * step) ** 2)),
    step,
    density,
  );
}
