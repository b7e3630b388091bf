import { collect, descriptorBatches, describeFrames } from './batches.js';
import { type DescriptorOptions, describedSpecies, type Structures } from './descriptor-options.js';
import { QuestsError } from '../base/error.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';

/**
 * Descriptors of all atomic environments, one row per atom, in the order of the structures.
 *
 * A row is [X1, X2], 2k − 1 numbers in 1/Å, from the k nearest neighbours under the boundary
 * conditions: X1_j = w(r_j)/r_j in order of distance; X2 is the mean over the neighbours of their
 * sorted sqrt(w_j w_l)/r_jl, the smallest of each row left out; w(r) = (1 − (min(r,
 * cutoff)/cutoff)²)². Zeros stand where there are fewer than k neighbours within the cutoff.
 * Invariant to rotation, translation and the order of atoms.
 *
 * How elements enter, `species` says:
 *
 * - `blocks`: one such block for all atoms and one for each species, sorted by symbol:
 *   (S + 1)(2k − 1) numbers; the block of a species is made of its atoms alone and is zero for the
 *   others.
 * - `center`: the row begins with the label of the element of the atom itself, 2k numbers. Kernels
 *   between rows of different labels are 0.
 * - `full`: a label, and four such blocks, in which neighbours have weights that set their elements
 *   apart, see docs/chemistry.md: 4(2k − 1) + 1 numbers for any number of elements.
 *
 * Structures that are still being read are computed on while the next are read, and none is kept;
 * with `blocks` all are collected first.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: k, cutoff or species unusable, an array of the wrong
 *   length; INVALID_STRUCTURE: coordinates that are not finite, atoms on top of each other, a
 *   singular cell; EMPTY: no structures or no atoms; TOO_LARGE; BACKEND_UNAVAILABLE. The message
 *   names the frame, by file where it is known.
 * @see arXiv 2404.12367, Methods
 *
 * @example
 * const x = await descriptors(readStructures('train.xyz'), { k: 32, cutoff: 5 });
 */
export async function descriptors(
  structures: Structures,
  options: DescriptorOptions = {},
): Promise<DescriptorMatrix> {
  const { species = false, signal } = options;
  if ('positions' in structures || Array.isArray(structures) || species === true || species === 'blocks') {
    const frames = await collect(structures, signal);
    return (await describeFrames(frames, describedSpecies(species, frames), options)).x ?? none();
  }
  const parts: DescriptorMatrix[] = [];
  for await (const { x } of descriptorBatches(structures, { ...options, species })) parts.push(x);
  return parts.length === 0 ? none() : concatenated(parts);
}

function none(): never {
  throw new QuestsError('EMPTY', 'no structures that can have descriptors');
}
