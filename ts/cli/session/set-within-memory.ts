import { freemem } from 'node:os';
import { join } from 'node:path';
import { MEMORY_SHARE } from '../../base/constants.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type {
  DescriptorBatch,
  DescriptorMatrix,
  ReferenceSet,
  StoredReference,
  Structure,
} from '../../faces/node/quests.js';
import type { InfoValue } from '../../faces/node/analysis.js';
import { type Batch, type DataSet, Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import type { SetFacts } from './load-set.js';
import { openSets, type OpenSet, setTitle } from './open-sets.js';
import type { DescriptorFlags, ReadFlags } from './options.js';
import { inScratch, scratchFolder } from './scratch-folder.js';
import type { Session } from './session.js';

/** A dataset in memory or in a file: what an estimate needs. */
export interface SampledData extends Omit<SetFacts, 'holds' | 'x'> {
  readonly x: DescriptorMatrix | StoredReference;
  /** Those that it is of, where it is in memory and its files held structures. */
  readonly structures?: readonly Structure[] | undefined;
  /** The first of them, also where it is in a file. */
  readonly firstFrame?: Structure | undefined;
}

/** A dataset that is summed over. */
export interface ReferenceData extends Pick<DataSet, 'file' | 'files' | 'seconds'> {
  readonly x: ReferenceSet | StoredReference;
}

/** What may be in memory of a set. */
interface WithinMemory {
  /** Bytes of descriptors. Default: a quarter of what is free. */
  readonly memory?: number | undefined;
  /**
   * Whether structures of a set in memory are kept; of one in a file, the first and the values of
   * frames. Default: no.
   */
  readonly keepsStructures?: boolean;
  /** Environments that are in memory however many bytes these are. Default: none. */
  readonly leastRows?: number;
}

const NONE = new Float64Array(0);

/** The one dataset of a command, see {@link setWithinMemory}. */
export async function loadWithinMemory(
  session: Session,
  input: readonly string[],
  flags: ReadFlags & DescriptorFlags,
): Promise<SampledData> {
  const [set] = await openSets(session, [input], flags);
  const describer = await Describer.of(session, [set], descriptorSettings(flags), flags);
  const found = await setWithinMemory(session, describer, set, flags);
  describer.noteBlindness();
  return found;
}

/**
 * A dataset that is summed over: as it is in its file, in memory, or, where it is larger than
 * `--memory`, as a stored reference that goes at the end of the session.
 */
export async function referenceWithinMemory(
  session: Session,
  describer: Describer,
  set: OpenSet,
  within: Pick<WithinMemory, 'memory'>,
): Promise<ReferenceData> {
  const { file, files, seconds, x } = await setWithinMemory(session, describer, set, within);
  const isStored = x instanceof quests.StoredReference;
  return { file, files, seconds, x: isStored ? x : await quests.referenceSet(x, session.options) };
}

/**
 * The environments of a dataset: in memory, or, where they are more than `--memory`, as a stored
 * reference in a folder for temporary files, which goes at the end of the session. One that is
 * stored already is given as it is.
 */
export async function setWithinMemory(
  session: Session,
  describer: Describer,
  set: OpenSet,
  { memory = MEMORY_SHARE * freemem(), keepsStructures = false, leastRows = 0 }: WithinMemory,
): Promise<SampledData> {
  const { file, files, stored } = set;
  // In other units it is another set.
  if (stored !== undefined && describer.settings.elementBandwidths === undefined) {
    return { file, files, seconds: 0, x: stored };
  }
  const clock = { seconds: 0 };
  const batches = describer.batches(set, clock);
  const first: Batch[] = [];
  for (let [bytes, rows] = [0, 0]; bytes <= memory || rows <= leastRows;) {
    const next = await batches.next();
    if (next.done === true) {
      const x = analysis.concatenated(first.map((batch) => batch.x));
      const isKept = keepsStructures && set.opened.holds === 'structures';
      const structures = isKept ? first.flatMap((batch) => batch.structures ?? []) : undefined;
      return { file, files, seconds: clock.seconds, x, structures };
    }
    const { x, structures } = next.value;
    first.push(keepsStructures ? { x, structures } : { x });
    bytes += x.data.byteLength;
    rows += x.rows;
  }
  const [firstFrame] = keepsStructures ? (first[0]?.structures ?? []) : [];
  const keep = keepsStructures ? valueNames(first) : [];
  const x = await storedForNow(session, { describer, set, memory, keep }, following(first, batches));
  return { file, files, seconds: clock.seconds, x, firstFrame };
}

/** Some batches, which are let go of, and those after them; of structures, values of frames. */
async function* following(
  first: Batch[],
  rest: AsyncGenerator<Batch, void, undefined>,
): AsyncGenerator<DescriptorBatch, void, undefined> {
  for (let batch = first.shift(); batch !== undefined; batch = first.shift()) yield withValues(batch);
  for await (const batch of rest) yield withValues(batch);
}

function withValues({ x, structures = [] }: Batch): DescriptorBatch {
  return { x, structures: structures.map((each) => ({ positions: NONE, info: singleValues(each) })) };
}

/** Values of a frame that are no lists. */
function singleValues({ info = {} }: Structure): Record<string, InfoValue> {
  return Object.fromEntries(Object.entries(info).filter(([, value]) => typeof value !== 'object'));
}

/** Names of values that frames of some batches have. */
function valueNames(batches: readonly Batch[]): string[] {
  const structures = batches.flatMap((batch) => batch.structures ?? []);
  return [...new Set(structures.flatMap((each) => Object.keys(singleValues(each))))];
}

/** Stores the environments of a dataset until the session ends. */
async function storedForNow(
  session: Session,
  {
    describer,
    set,
    memory,
    keep,
  }: { describer: Describer; set: OpenSet; memory: number; keep: readonly string[] },
  batches: AsyncIterable<DescriptorBatch>,
): Promise<StoredReference> {
  const folder = await scratchFolder(session);
  const [size, unit] = memory < 2 ** 20 ? [2 ** 10, 'KiB'] : [2 ** 20, 'MiB'];
  const most = `${Math.ceil(memory / size)} ${unit}`;
  session.note(`${setTitle(set)}: more than ${most} of descriptors, which are put into ${folder}`);
  session.noteOnce('note: quests reference build FILES -o NAME.qref does that once for all runs');
  const path = join(folder, 'set.qref');
  const elements = (): Iterable<string> => describer.elementsOf(set);
  const kept = keep.length === 0 ? undefined : keep;
  try {
    await quests.buildReference(batches, path, { ...session.options, elements, keep: kept });
  } catch (error) {
    throw inScratch(error, folder);
  }
  const x = await quests.openReference(path, { memory, signal: session.signal });
  // It is removed next, whether or not it can be closed.
  session.atEnd(() => x.close().catch(() => undefined));
  return x;
}
