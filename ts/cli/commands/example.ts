import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { SATURATION } from '../../base/constants.js';
import * as quests from '../../node.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Metrics } from '../../node.js';
import type { Context } from '../program/context.js';
import { type DataSet, Describer, openSets } from '../session/input.js';
import { addOutputOptions, addRunOptions, type OutputFlags, type RunFlags } from '../session/options.js';
import { emit, type OutputKind } from '../session/result.js';
import { duration, Session } from '../session/session.js';
import { percent, threshold } from '../session/wording.js';
import { PACKAGE_ROOT } from '../package-root.js';

interface Flags extends RunFlags, OutputFlags {}

/** What is known of one of the two data sets. */
interface Part {
  readonly set: DataSet;
  readonly metrics: Metrics;
}

const KINDS: readonly OutputKind[] = ['json'];
const READING = { onError: 'fail' } as const;
const SETTINGS = {
  k: DEFAULTS.k,
  cutoff: DEFAULTS.cutoff,
  species: false,
  givenK: false,
  givenCutoff: false,
};

/** `quests example`: the main job on the data that come with the package, as a small report. */
export function addExample(program: Command, context: Context): void {
  const command = program
    .command('example')
    .description(
      'a first look: the entropy of a crystal and its melt, from the data that come with the package',
    )
    .action(async (flags: Flags) => {
      await Session.run({ ...flags, quiet: true }, KINDS, context, (session) => run(session, flags));
    });
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(session: Session, flags: Flags): Promise<void> {
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
  await emit(session, flags, session.output, {
    lines: report(parts, novelty, overlap, `${session.engine}, ${duration(seconds)}`),
    json: {
      crystal: figures(crystal),
      melt: figures(melt),
      dH: { mean: novelty.mean, min: novelty.min, max: novelty.max, novelty: novelty.novelty },
      eps: DEFAULTS.epsilon,
      overlap,
      k: DEFAULTS.k,
      cutoff: DEFAULTS.cutoff,
      bandwidth: DEFAULTS.bandwidth,
      time: seconds,
      ...session.provenance,
    },
  });
}

function report(
  parts: readonly [Part, Part],
  novelty: analysis.RunningNovelty,
  overlap: number,
  engine: string,
): string[] {
  const row = (name: string, value: (part: Part) => string): string =>
    `  ${name.padEnd(26)}${parts.map((part) => value(part).padStart(10)).join('')}`;
  const isSaturated = parts.some(({ metrics }) => analysis.isSaturated(metrics.efficiency));
  const saturated = isSaturated ? `  (saturated above ${SATURATION})` : '';
  return [
    'Copper in molecular dynamics: a crystal that is heated, and its melt',
    '',
    `  ${''.padEnd(26)}${'crystal'.padStart(10)}${'melt'.padStart(10)}`,
    row('atomic environments N', ({ set }) => String(set.x.rows)),
    row('entropy H (nats)', ({ metrics }) => metrics.entropy.toFixed(3)),
    row('H / log N', ({ metrics }) => metrics.efficiency.toFixed(3)) + saturated,
    row('diversity D (nats)', ({ metrics }) => metrics.diversity.toFixed(3)),
    '',
    'The melt, for one who knows the crystal:',
    `  new environments (δH ≥ 0)   ${percent(novelty.novelty)}`,
    `  δH (nats)                   mean ${novelty.mean.toFixed(1)}, max ${novelty.max.toFixed(1)}`,
    `  overlap (δH < ${threshold(DEFAULTS.epsilon)})          ${overlap.toFixed(4)}`,
    '',
    engine,
  ];
}

function figures({ set, metrics }: Part): Record<string, number> {
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

function exampleFile(name: string): string {
  return fileURLToPath(new URL(`examples/${name}`, PACKAGE_ROOT));
}
