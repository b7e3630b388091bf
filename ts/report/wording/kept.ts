import type { LabelledMode } from '../../base/species-mode.js';
import type { KeptStructures } from '../../explore/keep.js';
import { shortNames } from './file-names.js';
import { countOf, countText, decimalText, percentText, plainText, thresholdText } from './numbers.js';

/** The structures that were selected to be kept, and what they hold. */
export function keptText(kept: KeptStructures): string {
  const { set, structures, entropyOfSet, reference, epsilon, frames, places, entropy, overlap } = kept;
  const H = decimalText(entropy.at(-1) ?? NaN, 3);
  const by = reference === null ? 'them' : `them and ${reference}`;
  const selected = `${countText(frames.length)} of ${countText(structures)} structures selected`;
  return (
    `${selected}, frames ${placesText(places)}: ` +
    `entropy ${H} nats (all structures: ${decimalText(entropyOfSet, 3)}); ` +
    `${percentText(overlap.at(-1) ?? NaN)} of the environments of ${set} are covered by ${by} ` +
    `(δH < ${thresholdText(epsilon)}).`
  );
}

/** What the first of the structures cover, beside as many at random. */
export function keptShareText(kept: KeptStructures, count: number): string {
  const { set, reference, entropy, epsilon } = kept;
  const { overlap, random } = sharesAt(kept, count);
  const by = reference === null ? '' : `, with ${reference},`;
  const beside = random === undefined ? '' : ` (${percentText(random)} by as many at random)`;
  return (
    `The first ${countOf(count, 'structure')}${by} ${count === 1 ? 'covers' : 'cover'} ` +
    `${percentText(overlap)} of the environments of ${set}${beside} at δH < ${thresholdText(epsilon)}; ` +
    `their entropy is ${decimalText(entropy[count - 1] ?? NaN, 3)} nats.`
  );
}

/** A quantity of the first structures, and of as many at random. */
export interface KeptQuantity {
  readonly name: string;
  readonly selected: string;
  /** A dash as long as it is not known. */
  readonly random: string;
}

/** The first of the structures beside as many at random. */
export function keptBesideRandom(kept: KeptStructures, count: number): readonly KeptQuantity[] {
  const { set, reference, epsilon, entropy, diversity, randomEntropy, randomDiversity } = kept;
  const { overlap, random } = sharesAt(kept, count);
  const by = reference === null ? '' : `, with ${reference}`;
  const nats = (values: Float64Array): string => decimalText(values[count - 1] ?? NaN, 3);
  return [
    {
      name: `environments of ${set} covered${by} (δH < ${thresholdText(epsilon)})`,
      selected: percentText(overlap),
      random: random === undefined ? decimalText(NaN, 1) : percentText(random),
    },
    { name: 'entropy H (nats)', selected: nats(entropy), random: nats(randomEntropy) },
    { name: 'diversity D (nats)', selected: nats(diversity), random: nats(randomDiversity) },
  ];
}

/** A sentence for the methods section of a paper. */
export function methodsText(kept: KeptStructures, count: number, used: KeptSettings): string {
  const { set, structures, reference, epsilon } = kept;
  const { overlap, random } = sharesAt(kept, count);
  const beyond = reference === null ? '' : ` relative to ${reference}`;
  const beside = random === undefined ? '' : `; as many at random cover ${percentText(random)}`;
  return (
    `${countOf(count, 'structure')} of the ${countText(structures)} of ${set} ` +
    `${count === 1 ? 'was' : 'were'} selected by minimum set coverage${beyond} (quests; arXiv 2511.10561) ` +
    `with k = ${used.k}, a cutoff of ${plainText(used.cutoff)} Å and a bandwidth of ` +
    `${plainText(used.bandwidth)} Å⁻¹; ${count === 1 ? 'it covers' : 'they cover'} ` +
    `${percentText(overlap)} of its environments (δH < ${thresholdText(epsilon)} nats)${beside}.`
  );
}

/** How structures were selected. */
export interface KeptSettings {
  readonly k: number;
  readonly cutoff: number;
  readonly bandwidth: number;
  /** Whether elements are distinguished, or how: `true` stands for blocks of each. */
  readonly species: boolean | LabelledMode;
  /** Frames, as in Python's slices; empty for all. */
  readonly select: string;
}

/** The shares of the largest number of structures that is not above a count. */
function sharesAt(
  { counts, overlap, random }: KeptStructures,
  count: number,
): { readonly overlap: number; readonly random: number | undefined } {
  const at = counts.findLastIndex((some) => some <= count);
  return { overlap: overlap[at] ?? NaN, random: random[at] };
}

/** Numbers of frames in their files, with the files where these are several. */
function placesText(places: KeptStructures['places']): string {
  const files = shortNames(places.map(({ file }) => file));
  return places
    .map(({ file, frame }) => (files.size < 2 ? String(frame) : `${frame} of ${files.get(file) ?? file}`))
    .join(', ');
}
