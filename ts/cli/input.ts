import { QuestsError } from '../error.js';
import type { DescriptorMatrix, Structure } from '../node.js';
import { UsageError } from './failure.js';
import type { DescriptorFlags, OutputFlags } from './options.js';
import { outputFormat } from './result.js';
import { duration, type Session } from './session.js';

/** How to make descriptors, and what is known of those that were made before. */
export interface DescriptorSettings {
  readonly k: number;
  readonly cutoff: number;
  readonly species: boolean;
  /** Whether k comes from the command line, not from its default. */
  readonly givenK: boolean;
}

/** A data set, ready to be computed on. */
export interface DataSet {
  readonly file: string;
  readonly x: DescriptorMatrix;
  /** The structures the descriptors were made from; absent where the file held descriptors. */
  readonly structures: readonly Structure[] | undefined;
  /** Seconds that making the descriptors took. */
  readonly seconds: number;
}

/** A file that was named on the command line, read: structures, or descriptors made before. */
type Input =
  | { readonly file: string; readonly structures: readonly Structure[] }
  | { readonly file: string; readonly structures?: never; readonly x: DescriptorMatrix };

/** The settings that a command line asks for. */
export function descriptorSettings(
  flags: DescriptorFlags,
  command: { getOptionValueSource: (name: string) => string | undefined },
): DescriptorSettings {
  return {
    k: flags.nbrs,
    cutoff: flags.cutoff,
    species: flags.species ?? false,
    givenK: command.getOptionValueSource('nbrs') === 'cli',
  };
}

/**
 * Reads all files, then makes descriptors of those that hold structures: with one list of species for all.
 *
 * @param output where the result goes: structures are written only where the first file holds some
 */
export async function loadSets<const Files extends readonly string[]>(
  session: Session,
  files: Files,
  settings: DescriptorSettings,
  { output }: OutputFlags,
): Promise<{ [Index in keyof Files]: DataSet }> {
  const inputs: Input[] = [];
  for (const file of files) inputs.push(await readInput(session, file, settings));
  const [first] = inputs;
  if (output !== undefined && outputFormat(session.quests, output) === 'xyz' && !first?.structures) {
    throw new UsageError(`cannot write ${output}: ${first?.file ?? ''} holds descriptors, not structures`);
  }
  const elements = elementsOf(inputs);
  if (!settings.species && elements.length > 1) {
    const names = elements.join(', ');
    session.note(`note: ${names} count as one element: descriptors are blind to chemistry without --species`);
  }
  const sets: DataSet[] = [];
  for (const input of inputs) sets.push(await describe(session, input, settings, elements));
  return sets as { [Index in keyof Files]: DataSet };
}

/** A setting of two data sets, where both say it; they differ nowhere. */
export function known(test: number | null, reference: number | null): number | null {
  return test === null ? null : reference;
}

async function readInput(session: Session, file: string, settings: DescriptorSettings): Promise<Input> {
  const { quests, signal, onProgress } = session;
  const opened = await quests.openFile(file, { signal, onProgress });
  if (opened.holds === 'structures') {
    const structures: Structure[] = [];
    for await (const structure of opened.structures) structures.push(structure);
    return { file, structures };
  }
  const { k, species, givenK } = settings;
  const x = await quests.readDescriptors(opened, { k: species ? k : undefined });
  const multiple = x.width % (2 * k - 1) === 0;
  if (species ? !multiple : givenK && x.k !== k) {
    const expected = species ? `a multiple of ${2 * k - 1}` : String(2 * k - 1);
    throw new QuestsError('MISMATCH', `${file}: ${x.width} columns, but k = ${k} makes ${expected}`);
  }
  const found = x.k === null ? ', nor their k' : `; k = ${x.k} follows from their ${x.width} columns`;
  session.note(`note: ${file} does not say the cutoff of its descriptors${found}`);
  return { file, x };
}

async function describe(
  session: Session,
  input: Input,
  settings: DescriptorSettings,
  elements: readonly string[],
): Promise<DataSet> {
  const { file, structures } = input;
  if (structures === undefined) return { file, x: input.x, structures, seconds: 0 };
  const { k, cutoff } = settings;
  const species = settings.species && elements;
  const { value: x, seconds } = await session.timed(() =>
    session.quests.descriptors(structures, { ...session.options, k, cutoff, species }),
  );
  const frames = `${x.frames} frame${x.frames === 1 ? '' : 's'}`;
  session.note(`${file}: ${frames}, ${x.rows} environments; descriptors built in ${duration(seconds)}`);
  return { file, x, structures, seconds };
}

function elementsOf(inputs: readonly Input[]): string[] {
  const elements = new Set<string>();
  for (const { structures } of inputs) {
    for (const structure of structures ?? []) structure.species?.forEach((symbol) => elements.add(symbol));
  }
  return [...elements].sort();
}
