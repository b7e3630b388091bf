import { PAPER_EPSILON } from '../../base/constants.js';
import { DEFAULTS } from '../../base/defaults.js';
import { fixed, percent, significant } from '../../base/number-format.js';
import type { CompressionCoverage, CompressionCurve } from '../../faces/node/quests.js';
import type { LabelRanges } from '../../faces/node/analysis.js';
import { type Compressed, type CompressFlags, EPSILONS } from './compressed.js';
import type { DataSet } from './describer.js';
import { lostLabelLines } from './lost-labels.js';
import type { Session } from './session.js';

/** What is printed of a selection. */
export function compressedLines(found: Compressed, curve: CompressionCurve): string[] {
  const { structures, environments, kept, coverage, whole, withReference, candidates, labels } = found;
  const of = (value: number | undefined): string =>
    value === undefined ? '' : ` (whole set: ${fixed(value, 2)})`;
  const at = kept.frames - 1;
  const shares = ({ overlap }: CompressionCoverage): string =>
    EPSILONS.map((epsilon, i) => `${percent(overlap[i] ?? NaN)} (dH < ${significant(epsilon)})`).join(', ');
  return [
    `Method: ${found.selection.method}`,
    ...(candidates === undefined ? [] : [`Kept after chunks: ${candidates}, then selected among them`]),
    `# Structs: ${kept.frames} (out of ${structures})`,
    `# Envs: ${kept.rows} (out of ${environments})`,
    `Entropy: ${fixed(curve.entropy[at] ?? NaN, 2)} nats${of(whole?.entropy)}`,
    `Diversity: ${fixed(curve.diversity[at] ?? NaN, 2)} nats${of(whole?.diversity)}`,
    `Overlap: ${shares(coverage)}`,
    ...(found.random === undefined ? [] : [`Overlap of as many at random: ${shares(found.random)}`]),
    ...(withReference === undefined ? [] : [`Covered by kept + reference: ${shares(withReference)}`]),
    `dH of the whole set given what is kept: mean ${fixed(coverage.meanDH, 3)}, max ` +
      `${fixed(coverage.maxDH, 3)} (nats)`,
    ...(found.facts?.lines ?? []),
    ...(labels === undefined ? [] : lostLabelLines(labels.before, labels.after)),
  ];
}

/** What the JSON says of a selection. */
export function compressedRecord(
  session: Session,
  flags: CompressFlags,
  reference: DataSet | undefined,
  found: Compressed & { readonly curve: CompressionCurve },
): Readonly<Record<string, unknown>> {
  const { set, kept, selection, curve, coverage, whole, withReference, labels } = found;
  const { method, picks, gains, entropies } = selection;
  const at = kept.frames - 1;
  return {
    file: set.file,
    files: set.files,
    reference: reference?.file ?? null,
    reference_files: reference?.files ?? null,
    method,
    size:
      flags.size?.text ??
      (method === 'atom_msc' || flags.until !== undefined ? null : String(DEFAULTS.size.fraction)),
    seed: flags.seed,
    ...(method === 'atom_msc'
      ? {
          target_overlap: flags.targetOverlap ?? DEFAULTS.targetOverlap,
          target_eps: flags.eps ?? PAPER_EPSILON,
        }
      : {}),
    chunk_size: flags.chunkSize ?? null,
    chunk_candidates: found.candidates ?? null,
    k: kept.k,
    cutoff: kept.cutoff,
    bandwidth: flags.bandwidth,
    jobs: flags.jobs ?? null,
    descriptor_time: found.descriptorSeconds,
    compress_time: found.compressSeconds,
    metrics_time: (performance.now() - found.selectedAt) / 1000,
    orig_n_structs: found.structures,
    orig_n_envs: found.environments,
    orig_H: whole?.entropy ?? null,
    orig_D: whole?.diversity ?? null,
    comp_H: curve.entropy[at],
    comp_D: curve.diversity[at],
    comp_n_structs: kept.frames,
    comp_n_envs: kept.rows,
    overlap: coverage.overlap[0],
    overlap_1nat: coverage.overlap[1],
    mean_dH: coverage.meanDH,
    max_dH: coverage.maxDH,
    overlap_random: found.random?.overlap[0] ?? null,
    overlap_1nat_random: found.random?.overlap[1] ?? null,
    overlap_with_reference: withReference?.overlap[0] ?? null,
    overlap_1nat_with_reference: withReference?.overlap[1] ?? null,
    selected: Array.from(picks),
    selected_sources:
      kept.sources?.map((source) => source && { file: source.file, frame: source.frame }) ?? null,
    gains: Array.from(gains),
    entropies: entropies && Array.from(picks, (pick) => entropies[pick]),
    ...found.facts?.record,
    curve: {
      n_envs: Array.from(curve.environments),
      H: Array.from(curve.entropy),
      D: Array.from(curve.diversity),
      optimal: curve.optimal,
    },
    before: labels === undefined ? null : rangesRecord(labels.before),
    after: labels === undefined ? null : rangesRecord(labels.after),
    species: kept.species,
    skipped: session.skippedFrames.count,
    ...session.provenance,
  };
}

function rangesRecord({
  keys,
  energyPerAtom,
  force,
  configTypes,
}: LabelRanges): Readonly<Record<string, unknown>> {
  return {
    energy_key: keys.energy,
    forces_key: keys.forces,
    ...(keys.undecided?.energy && { energy_candidates: keys.undecided.energy }),
    ...(keys.undecided?.forces && { forces_candidates: keys.undecided.forces }),
    energy_per_atom: energyPerAtom,
    force,
    config_types: configTypes,
  };
}
