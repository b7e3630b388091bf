import { KERNEL_AIM } from '../base/constants.js';
import { describeRows } from './rows.js';
import { deltaEntropy } from '../entropy/entropy.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Environments } from '../kernel/reference-set.js';
import type { Structure } from '../model/structure.js';
import type { CarveSettings } from './settings.js';

/** What a cell is worth. */
export interface Judgement {
  /** K of its first environment and the one that it was cut out for. */
  readonly kernel: number;
  /** Environments that neither the reference nor the surroundings have. */
  readonly further: number;
  /** δH with respect to the reference, in nats. */
  readonly dH: Float64Array;
  readonly x: DescriptorMatrix;
}

/** What a cell is held against. */
export interface Known {
  readonly reference: Environments;
  /** Environments around the centre, in the frame. */
  readonly local: DescriptorMatrix;
  /** That of the centre. */
  readonly center: DescriptorMatrix;
}

/** How well a cell stands for the environment of its first atom. */
export async function judge(structure: Structure, known: Known, settings: CarveSettings): Promise<Judgement> {
  const { reference, local, center } = known;
  const { bandwidth, backend, signal } = settings;
  const options = { bandwidth, backend, signal };
  const x = await describeRows(structure, settings);
  const dH = await deltaEntropy(x, reference, options);
  const ofLocal = await deltaEntropy(x, local, options);
  const [toCenter = Infinity] = await deltaEntropy(x.frame(0), center, options);
  const limit = knownBelow(settings);
  const further = dH.filter((value, at) => joined(value, ofLocal[at] as number) >= limit).length;
  return { kernel: Math.exp(-toCenter), further, dH, x };
}

/** δH below which a carved environment is known: that of a copy as good as is aimed at. */
export function knownBelow({ epsilon }: Pick<CarveSettings, 'epsilon'>): number {
  return Math.max(epsilon, -Math.log(KERNEL_AIM));
}

/** δH with respect to two sets together: −log(e^−a + e^−b). */
export function joined(a: number, b: number): number {
  const least = Math.min(a, b);
  return least === Infinity ? Infinity : least - Math.log1p(Math.exp(least - Math.max(a, b)));
}

/** Whether a cell is all that is aimed at. */
export function isGood({ kernel, further }: Judgement): boolean {
  return kernel >= KERNEL_AIM && further === 0;
}

/** Whether one is better than another: first its centre counts, then what it brings in. */
export function isBetter(one: Judgement, other: Judgement): boolean {
  const [first, second] = [one, other].map(({ kernel }) => Math.min(kernel, KERNEL_AIM)) as [number, number];
  return first === second ? one.further < other.further : first > second;
}
