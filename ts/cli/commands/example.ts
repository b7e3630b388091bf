import { type Column, tableLines } from '../../base/table.js';
import { fixed, percent, significant } from '../../base/number-format.js';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DEFAULTS } from '../../base/defaults.js';
import { SATURATION } from '../../base/constants.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Metrics } from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import { type DataSet, Describer } from '../session/describer.js';
import { openSets } from '../session/open-sets.js';
import { addOutputOptions, addRunOptions, type OutputFlags, type RunFlags } from '../session/options.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { PACKAGE_ROOT } from '../package-root.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends RunFlags, OutputFlags {}

/** What is known of one of the two datasets. */
interface Part {
  readonly set: DataSet;
  readonly metrics: Metrics;
}

const KINDS: readonly OutputKind[] = ['json'];
const READING = { onError: 'fail' } as const;
const SETTINGS = {
  k: DEFAULTS.k,
  cutoff: DEFAULTS.cutoff,
  species: 'ignore' as const,
  givenSpecies: false,
  assumesBandwidth: false,
  givenK: false,
  givenCutoff: false,
};

/** `quests example`: the main job on the data that come with the package, as a small report. */
export const exampleCommand: CliCommand<Flags> = {
  name: 'example',
  description: 'first look: entropy of a crystal and its melt, from data that come with the package',
  outputs: () => KINDS,
  sessionFlags: (flags) => ({ ...flags, quiet: true }),
  declare(command) {
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(_input: readonly string[], _flags: Flags, session: Session): Promise<Result | undefined> {
  const { options } = session;
  const { value, seconds } = await session.timed(async () => {
    const files = [[exampleFile('cu_crystal.xyz')], [exampleFile('cu_melt.xyz')]] as const;
    const sets = await openSets(session, files, READING);
    const describer = await Describer.of(session, sets, SETTINGS, READING);
    const crystal = await describer.load(sets[0], false);
    const melt = await describer.load(sets[1], false);
    const dH = await quests.deltaEntropy(melt.x, crystal.x, options);
    const parts: [Part, Part] = [
      { set: crystal, metrics: await quests.metrics(crystal.x, options) },
      { set: melt, metrics: await quests.metrics(melt.x, options) },
    ];
    return {
      parts,
      novelty: new analysis.RunningNovelty().add(dH),
      overlap: await analysis.overlapOf(dH, options),
    };
  });
  const { parts, novelty, overlap } = value;
  const [crystal, melt] = parts;
  return {
    lines: exampleLines(parts, novelty, overlap, `${session.engine}, ${duration(seconds)}`),
    json: {
      crystal: partRecord(crystal),
      melt: partRecord(melt),
      dH: { mean: novelty.mean, min: novelty.min, max: novelty.max, novelty: novelty.novelty },
      eps: DEFAULTS.epsilon,
      overlap,
      k: DEFAULTS.k,
      cutoff: DEFAULTS.cutoff,
      bandwidth: DEFAULTS.bandwidth,
      time: seconds,
      ...session.provenance,
    },
  };
}

function exampleLines(
  parts: readonly [Part, Part],
  novelty: analysis.RunningNovelty,
  overlap: number,
  engine: string,
): string[] {
  const isSaturated = parts.some(({ metrics }) => analysis.isSaturated(metrics.efficiency));
  const rows: readonly (readonly [string, (part: Part) => string, string?])[] = [
    ['atomic environments N', ({ set }) => String(set.x.rows)],
    ['entropy H (nats)', ({ metrics }) => fixed(metrics.entropy, 3)],
    [
      'H / log N',
      ({ metrics }) => fixed(metrics.efficiency, 3),
      isSaturated ? `(saturated above ${SATURATION})` : '',
    ],
    ['diversity D (nats)', ({ metrics }) => fixed(metrics.diversity, 3)],
  ];
  const [crystal, melt] = parts;
  const columns: Column<(typeof rows)[number]>[] = [
    { title: '', text: ([name]) => name, align: 'left' },
    { title: 'crystal', text: ([, value]) => value(crystal) },
    { title: 'melt', text: ([, value]) => value(melt) },
    { title: '', text: ([, , note = '']) => note, align: 'left' },
  ];
  return [
    'Copper in molecular dynamics: a crystal that is heated, and its melt',
    '',
    ...tableLines(columns, rows).map((line) => `  ${line}`),
    '',
    'The melt relative to the crystal:',
    `  novel environments (δH ≥ ${significant(DEFAULTS.epsilon)}) ${percent(novelty.novelty)}`,
    `  δH (nats)                      mean ${fixed(novelty.mean, 1)}, max ${fixed(novelty.max, 1)}`,
    `  overlap (δH < ${significant(DEFAULTS.epsilon)})             ${fixed(overlap, 4)}`,
    '',
    engine,
  ];
}

function partRecord({ set, metrics }: Part): Record<string, number> {
  const { entropy, maxEntropy, efficiency, diversity } = metrics;
  return {
    n_frames: set.x.frames,
    n_envs: set.x.rows,
    entropy,
    max_entropy: maxEntropy,
    efficiency,
    diversity,
  };
}

/** Where the data are: in a checkout, or with the page in an installed package. */
const FOLDERS = ['examples', 'dist/page/samples'];

function exampleFile(name: string): string {
  const paths = FOLDERS.map((folder) => fileURLToPath(new URL(`${folder}/${name}`, PACKAGE_ROOT)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new QuestsError('FILE_ACCESS', `${name} is not part of this installation`);
  return found;
}
