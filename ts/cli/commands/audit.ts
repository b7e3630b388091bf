import { fixed, percent, significant } from '../../base/number-format.js';
import { Option } from 'commander';
import { CONTACT_FRACTION, NEAR_FRACTION, OUTER_FENCE } from '../../base/constants.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import { cautionText } from '../../faces/node/explore.js';
import type { Audit } from '../../faces/node/quests.js';
import type {
  AtomPlace,
  CopyOf,
  DuplicateFindings,
  LabelContradiction,
  StructurePlace,
  ValueRange,
} from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import { openSets } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  type DescriptorFlags,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  positive,
  type ReadFlags,
  real,
  type RunFlags,
  STRUCTURE_FILES,
  wholeTo,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';
import { noteBlindness } from '../session/notes.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {
  readonly contactFraction: number;
  readonly near: number;
  readonly outlier?: number;
  readonly energy?: string;
  readonly forces?: string;
  readonly show: number;
}

const KINDS: readonly OutputKind[] = ['json'];

/** Findings of a kind that are shown, unless told otherwise. */
const SHOWN = 5;

/** `quests audit`: what is wrong, double or odd in a dataset. */
export const auditCommand: CliCommand<Flags> = {
  name: 'audit',
  description:
    'check a dataset before training: duplicates, short contacts, isolated atoms, outliers, ' +
    'missing or contradicting energies and forces, ranges of volume and composition',
  outputs: () => KINDS,
  declare(command) {
    command.argument('<file...>', STRUCTURE_FILES);
    command
      .addOption(
        new Option(
          '--contact-fraction <f>',
          'atoms closer than this times the sum of their covalent radii are too close',
        )
          .default(CONTACT_FRACTION)
          .argParser(positive),
      )
      .addOption(
        new Option('--near <h>', 'environments nearer than this many bandwidths are near duplicates')
          .default(NEAR_FRACTION)
          .argParser(positive),
      )
      .addOption(
        new Option(
          '--outlier <nats>',
          `environments with a dH to all others above this are outliers (default: ${OUTER_FENCE} ` +
            `interquartile ranges ` +
            'above the upper quartile, at least 0)',
        ).argParser(real),
      )
      .option('--energy <key>', 'key of the energy (default: energy, REF_energy, …)')
      .option('--forces <column>', 'column of the forces (default: forces, REF_forces, fx fy fz, …)')
      .addOption(
        new Option('--show <n>', 'number of findings to print of each kind; the JSON has all')
          .default(SHOWN)
          .argParser(wholeTo(MOST_COUNT)),
      );
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { bandwidth, cutoff, nbrs: k, near, contactFraction, outlier, energy, forces } = flags;
  const [set] = await openSets(session, [input], flags);
  const { file, files, opened } = set;
  if (opened.holds === 'matrix') {
    throw new UsageError(`expected structures: ${file} holds descriptors`);
  }
  const { value: found, seconds } = await session.timed(() =>
    quests.audit(opened.structures(), {
      ...session.options,
      k,
      cutoff,
      species: flags.species,
      bandwidth,
      near,
      contactFraction,
      outlierThreshold: outlier,
      energy,
      forces,
    }),
  );
  const count = `${found.structures} structure${found.structures === 1 ? '' : 's'}`;
  session.note(`${count} checked in ${duration(seconds)} (${session.engine})`);
  if (!flags.species) noteBlindness(session, Object.keys(found.species));
  if (found.quartilesOf > 0 && found.quartilesOf < (found.x?.rows ?? 0)) {
    session.note(
      `note: the threshold of outliers follows from the dH of ${found.quartilesOf} environments, evenly ` +
        'spread over all; --outlier sets it',
    );
  }
  const { elements } = found;
  const effect = elements && cautionText({ is: 'elements', set: file, second: null, effect: elements });
  return {
    lines: [...auditLines(found, flags), ...(effect === null ? [] : [`Elements: ${effect}`])],
    json: {
      file,
      files,
      n_structures: found.structures,
      n_envs: found.environments,
      k,
      cutoff,
      bandwidth,
      jobs: flags.jobs ?? null,
      atoms_per_species: found.species,
      compositions: found.compositions,
      volume_per_atom: ranged(found.volumePerAtom),
      energy: found.energy && {
        key: found.energy.key,
        per_atom: ranged(found.energy.perAtom),
        missing: found.energy.missing,
      },
      forces: found.forces && {
        key: found.forces.key,
        largest: ranged(found.forces.largest),
        missing: found.forces.missing,
      },
      unusable: found.unusable,
      contact_fraction: contactFraction,
      contacts: found.contacts.map(({ otherSpecies, ...contact }) => ({
        ...contact,
        other_species: otherSpecies,
      })),
      without_radius: found.withoutRadius,
      isolated_atoms: found.isolated,
      duplicate_distance: found.exact.distance,
      duplicate_structures: found.exact.structures,
      duplicate_environments: found.exact.environments,
      contradicting_duplicates: found.contradictions.map(({ energyPerAtom, force, ...one }) => ({
        ...one,
        energy_per_atom: energyPerAtom,
        force_difference: force,
      })),
      near_distance: found.near.distance,
      near_duplicate_structures: found.near.structures,
      near_duplicate_environments: found.near.environments,
      novel_environments: analysis.isolatedEnvironments(found.dH, near),
      outlier_threshold: found.outlierThreshold,
      quartiles_of: found.quartilesOf,
      outliers: found.outliers,
      // Of one element there is nothing to say.
      ...(elements === null ? {} : { elements_effect: elements }),
      computation_time: seconds,
      species: found.x?.species ?? null,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

/** The report for people. */
function auditLines(found: Audit, { show, cutoff, near: nearest }: Flags): string[] {
  const files = new Set(found.x?.sources?.map((source) => source?.file)).size;
  const list = <T>(title: string, items: readonly T[], line: (item: T) => string): string[] => [
    `${title}: ${items.length === 0 ? 'none' : items.length}`,
    ...items.slice(0, show).map((item) => `  ${line(item)}`),
    ...(items.length > show ? [`  … and ${items.length - show} more`] : []),
  ];
  const place = ({ file, frame }: StructurePlace): string =>
    files > 1 ? `${file}, frame ${frame}` : `frame ${frame}`;
  const atom = (at: AtomPlace): string => `${place(at)}, atom ${at.atom}${inBrackets(at.species)}`;
  const copy = ({ of, ...own }: CopyOf<StructurePlace>): string => `${place(own)} is ${place(of)}`;
  const contradiction = ({ of, energyPerAtom, force, ...own }: LabelContradiction): string => {
    const energies = energyPerAtom?.map((value) => fixed(value, 4)).join(' and ');
    const parts = [
      ...(energies === undefined ? [] : [`energies per atom ${energies}`]),
      ...(force === null ? [] : [`forces differ by up to ${significant(force, 3)}`]),
    ];
    return `${place(own)} is ${place(of)}: ${parts.join('; ')}`;
  };
  const { exact, near, compositions, withoutRadius } = found;
  const common = compositions
    .slice(0, show)
    .map(({ formula, structures }) => `${formula || '?'} (${structures})`);
  const rest = compositions.length > show ? ', …' : '';
  return [
    `Structures: ${found.structures}, environments: ${found.environments}`,
    `Atoms: ${
      Object.entries(found.species)
        .map(([symbol, count]) => `${symbol} ${count}`)
        .join(', ') || 'of no species'
    }`,
    `Compositions: ${compositions.length}; ${common.join(', ')}${rest}`,
    rangeLine(
      'Volume per atom',
      found.volumePerAtom,
      'Å^3',
      place,
      'no structure is periodic in all directions',
    ),
    rangeLine(
      `Energy per atom${keyed(found.energy)}`,
      found.energy?.perAtom ?? null,
      '',
      place,
      found.energy ? 'none is a number' : 'no energies',
    ),
    ...(found.energy ? list('Structures without an energy', found.energy.missing, place) : []),
    rangeLine(
      `Largest force${keyed(found.forces)}`,
      found.forces?.largest ?? null,
      '',
      place,
      found.forces ? 'none is a number' : 'no forces',
    ),
    ...(found.forces ? list('Structures without forces', found.forces.missing, place) : []),
    ...list('Structures without descriptors', found.unusable, (item) => `${place(item)}: ${item.problem}`),
    ...list(
      `Contacts below ${found.contactFraction} of the covalent radii`,
      found.contacts,
      ({ other, otherSpecies, distance, allowed, ...at }) =>
        `${atom(at)} and ${other}${inBrackets(otherSpecies)}: ${fixed(distance, 3)} Å, below ` +
        `${fixed(allowed, 3)} Å`,
    ),
    ...(withoutRadius.length === 0
      ? []
      : [
          `  not checked: atoms of ${withoutRadius.map((symbol) => symbol || 'no species').join(', ')}, ` +
            'which have no radius; name elements by --elements, e.g. Cu,Zr',
        ]),
    ...list(`Isolated atoms (no other within ${cutoff} Å)`, found.isolated, atom),
    ...list('Duplicate structures', exact.structures, copy),
    ...(found.contradictions.length === 0
      ? []
      : list('Duplicates whose labels contradict each other', found.contradictions, contradiction)),
    ...list(`Near duplicate structures ${within(near)}`, near.structures, copy),
    `Duplicate environments: ${countAndShare(exact.environments.length, found.environments)}`,
    `Near duplicate environments ${within(near)}: ` +
      countAndShare(near.environments.length, found.environments),
    `Isolated environments (leave-one-out dH > ${significant(analysis.isolationThreshold(nearest))}): ` +
      countAndShare(analysis.isolatedEnvironments(found.dH, nearest), found.environments),
    ...list(
      `Outliers (dH to all others above ${fixed(found.outlierThreshold, 3)} nats)`,
      found.outliers,
      (outlier) => `${atom(outlier)}: dH ${fixed(outlier.dH, 3)}`,
    ),
  ];
}

function inBrackets(species: string): string {
  return species === '' ? '' : ` (${species})`;
}

function keyed(property: { readonly key: string } | null): string {
  return property === null ? '' : ` (${property.key})`;
}

function within({ distance }: DuplicateFindings): string {
  return `(descriptors within ${Number(distance.toPrecision(3))} 1/Å)`;
}

function countAndShare(count: number, all: number): string {
  return count === 0 ? 'none' : `${count} (${percent(count / all)})`;
}

function rangeLine(
  title: string,
  range: ValueRange | null,
  unit: string,
  place: (at: StructurePlace) => string,
  nothing: string,
): string {
  if (range === null) return `${title}: ${nothing}`;
  const { min, max, mean, minAt, maxAt } = range;
  const digits = (value: number): string =>
    value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(2) : fixed(value, 3);
  const number = (value: number): string => `${digits(value)}${unit && ` ${unit}`}`;
  return (
    `${title}: ${number(min)} (${place(minAt)}) to ${number(max)} (${place(maxAt)}), mean ` + number(mean)
  );
}

/** A range, with the keys of JSON. */
function ranged(range: ValueRange | null): Record<string, unknown> | null {
  if (range === null) return null;
  const { minAt, maxAt, ...numbers } = range;
  return { ...numbers, min_at: minAt, max_at: maxAt };
}
