import { type Argument, Command } from 'commander';
import type { CliCommand } from '../session/command.js';
import { QuestsError } from '../../base/error.js';
import type { Context } from '../session/context.js';
import { addCommand, type MoreFlags, perform } from './add-command.js';
import type { OtherCommands } from '../commands/shard.js';
import { hyphenated, kebab } from './option-spelling.js';
import { UsageError } from '../session/usage-error.js';

type Load = () => Promise<CliCommand | CommandGroup>;

/** Commands of their own, under one name. */
type CommandGroup = (program: Command, context: Context) => void;

/**
 * The commands, in the order in which help lists them. Each is loaded when it is called, with what
 * it needs of the package: Node takes longer to load them all than one takes to compute. A new one
 * is a file like the others and a line here.
 */
const COMMANDS: Readonly<Record<string, Load>> = {
  entropy: async () => (await import('../commands/entropy.js')).entropyCommand,
  metrics: async () => (await import('../commands/metrics.js')).metricsCommand,
  dH: async () => (await import('../commands/dh.js')).dHCommand,
  dH_traj: async () => (await import('../commands/dh-traj.js')).dHTrajCommand,
  approx_dH: async () => (await import('../commands/approx-dh.js')).approxDHCommand,
  overlap: async () => (await import('../commands/overlap.js')).overlapCommand,
  coverage: async () => (await import('../commands/coverage.js')).coverageCommand,
  uncertainty: async () => (await import('../commands/uncertainty.js')).uncertaintyCommand,
  audit: async () => (await import('../commands/audit.js')).auditCommand,
  trajectory: async () => (await import('../commands/trajectory.js')).trajectoryCommand,
  watch: async () => (await import('../commands/watch.js')).watchCommand,
  carve: async () => (await import('../commands/carve.js')).carveCommand,
  events: async () => (await import('../commands/events.js')).eventsCommand,
  nuclei: async () => (await import('../commands/nuclei.js')).nucleiCommand,
  entropy_difference: async () =>
    (await import('../commands/entropy-difference.js')).entropyDifferenceCommand,
  states: async () => (await import('../commands/states.js')).statesCommand,
  phase_line: async () => (await import('../commands/phase-line.js')).phaseLineCommand,
  learning_curve: async () => (await import('../commands/learning-curve.js')).learningCurveCommand,
  entropy_sampler: async () => (await import('../commands/entropy-sampler.js')).entropySamplerCommand,
  mcmc: async () => (await import('../commands/mcmc.js')).mcmcCommand,
  active_learning: async () => (await import('../commands/active-learning.js')).activeLearningCommand,
  compress: async () => (await import('../commands/compress.js')).compressCommand,
  report: async () => (await import('../commands/report.js')).reportCommand,
  serve: async () => (await import('../commands/serve.js')).serveCommand,
  bandwidth: async () => (await import('../commands/bandwidth.js')).bandwidthCommand,
  make_descriptors: async () => (await import('../commands/make-descriptors.js')).makeDescriptorsCommand,
  reference: async () => {
    const { addReference } = await import('../commands/reference.js');
    return (program, context) => {
      addReference(program, (group, declared) => {
        addCommand(group, context, declared);
      });
    };
  },
  convert: async () => (await import('../commands/convert.js')).convertCommand,
  example: async () => (await import('../commands/example.js')).exampleCommand,
  shard: async () => {
    const { addShard } = await import('../commands/shard.js');
    return (program, context) => {
      addShard(program, context, othersOf(context));
    };
  },
};

/**
 * Does what was typed: a command, or help where there is none.
 *
 * @param more options that another command chose for it
 */
export async function runCommand(context: Context, more?: MoreFlags): Promise<void> {
  const [called = '', about, within] = context.argv;
  if (called === 'help' && about !== undefined && commandOf(about) === undefined) {
    throw new UsageError(`unknown command '${about}'`);
  }
  const own = commandOf(called);
  // Help lists all of them, as does what refuses an unknown one.
  const program = await programOf(context, own ? [own] : Object.values(COMMANDS), more);
  if (called === 'help' && about !== undefined && within !== undefined) {
    await helpWithin(await programOf(context, [commandOf(about) as Load]), about, within);
    return;
  }
  await program.parseAsync(context.argv, { from: 'user' });
}

/** Shows help for a command of a command: `help shard plan`. */
async function helpWithin(program: Command, about: string, within: string): Promise<void> {
  const known = program.commands[0]?.commands.some((command) => command.name() === within) ?? false;
  if (!known) throw new UsageError(`unknown command '${about} ${within}'`);
  await program.parseAsync([about, 'help', within], { from: 'user' });
}

function commandOf(called: string): Load | undefined {
  return Object.entries(COMMANDS).find(([name]) => name === called || kebab(name) === called)?.[1];
}

/** All commands, with their options. */
export async function allCommands(context: Context): Promise<readonly Command[]> {
  return (await programOf(context, Object.values(COMMANDS))).commands;
}

/** The commands that `shard` plans and merges. */
function othersOf(context: Context): OtherCommands {
  return {
    run: (argv, more) => runCommand({ ...context, argv: hyphenated(argv) }, more),
    perform: async (call, folder, sharding) => {
      const declared = await commandOf(call.name)?.();
      if (declared === undefined || typeof declared === 'function') {
        throw new QuestsError('INVALID_FILE', `the plan is of ${call.name}, which is no command`);
      }
      await perform(declared, call, { ...context, folder, sharding });
    },
    all: () => allCommands(context),
  };
}

async function programOf(context: Context, loads: readonly Load[], more?: MoreFlags): Promise<Command> {
  const root = new Command('quests')
    .description('Information theory for atomistic simulation data')
    .version(context.version)
    .exitOverride()
    // Messages come from `failureOf`, one line each; the help that a missing command prints passes
    // through.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
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
  for (const declared of await Promise.all(loads.map((load) => load()))) {
    if (typeof declared === 'function') declared(root, context);
    else addCommand(root, context, declared, more);
  }
  for (const command of root.commands) {
    const alias = kebab(command.name());
    if (alias !== command.name()) command.alias(alias);
  }
  return root;
}

function argumentTerm(argument: Argument): string {
  return `<${argument.name()}>`;
}
