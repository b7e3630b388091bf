import { readFileSync } from 'node:fs';
import { type Argument, Command } from 'commander';
import { addActiveLearning } from './active-learning.js';
import { addApproxDH } from './approx-dh.js';
import { addAudit } from './audit.js';
import { addBandwidth } from './bandwidth.js';
import { addCompress } from './compress.js';
import type { Context } from './context.js';
import { addConvert } from './convert.js';
import { addCoverage } from './coverage.js';
import { addDH } from './dh.js';
import { addDHTraj } from './dh-traj.js';
import { addEntropy } from './entropy.js';
import { addEntropyDifference } from './entropy-difference.js';
import { addEntropySampler } from './entropy-sampler.js';
import { addExample } from './example.js';
import { addEvents } from './events.js';
import { EXIT, failureOf } from './failure.js';
import { addLearningCurve } from './learning-curve.js';
import { addMakeDescriptors } from './make-descriptors.js';
import { addMCMC } from './mcmc.js';
import { addMetrics } from './metrics.js';
import { addNuclei } from './nuclei.js';
import { addOverlap } from './overlap.js';
import { addPhaseLine } from './phase-line.js';
import { addReport } from './report.js';
import { addServe } from './serve.js';
import { cancelOnSignal } from './signals.js';
import { addShard } from './shard.js';
import { hyphenated, kebab } from './spelling.js';
import { addTrajectory } from './trajectory.js';
import { addUncertainty } from './uncertainty.js';

/**
 * Runs the command line.
 *
 * @param argv what follows the program's name: `['entropy', 'Si.xyz']`
 * @returns the exit code: 0 done, 1 bad input or refused, 2 wrong usage, 130 cancelled
 */
export async function run(argv: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  const { signal, release } = cancelOnSignal();
  try {
    const context = { signal, version: packageVersion(), argv: hyphenated(argv) };
    await program(context).parseAsync(context.argv, { from: 'user' });
    return EXIT.done;
  } catch (thrown) {
    const { code, line } = failureOf(thrown, signal);
    if (line !== undefined) process.stderr.write(`${line}\n`);
    return code;
  } finally {
    release();
  }
}

/** The commands; a new one is a file like the others and a line here. */
function program(context: Context): Command {
  const root = new Command('quests')
    .description('Information theory for atomistic simulation data')
    .version(context.version)
    .exitOverride()
    // Messages come from `failureOf`, one line each; the help that a missing command prints passes through.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(named)].join(' '),
    })
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText(
      'after',
      `
Names may be written with hyphens or underscores: make-descriptors, --batch_size.

Examples:
  quests example
  quests entropy train.xyz
  quests dH new.xyz train.xyz -o new_with_dH.xyz`,
    );
  addEntropy(root, context);
  addMetrics(root, context);
  addDH(root, context);
  addDHTraj(root, context);
  addApproxDH(root, context);
  addOverlap(root, context);
  addCoverage(root, context);
  addUncertainty(root, context);
  addAudit(root, context);
  addTrajectory(root, context);
  addEvents(root, context);
  addNuclei(root, context);
  addEntropyDifference(root, context);
  addPhaseLine(root, context);
  addLearningCurve(root, context);
  addEntropySampler(root, context);
  addMCMC(root, context);
  addActiveLearning(root, context);
  addCompress(root, context);
  addReport(root, context);
  addServe(root, context);
  addBandwidth(root, context);
  addMakeDescriptors(root, context);
  addConvert(root, context);
  addExample(root, context);
  addShard(root, context, async (argv, sharding) => {
    const own = hyphenated(argv);
    await program({ ...context, argv: own, sharding }).parseAsync(own, { from: 'user' });
  });
  for (const command of root.commands) {
    const alias = kebab(command.name());
    if (alias !== command.name()) command.alias(alias);
  }
  return root;
}

function named(argument: Argument): string {
  return `<${argument.name()}>`;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Whoever reads our output may stop reading (`quests … | head`): then there is nobody left to write for. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    process.stderr.write(`quests: cannot write to standard output: ${error.message}\n`);
    process.exit(EXIT.refused);
  });
}
