import { mkdtemp, rm } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEMORY_SHARE } from '../../base/constants.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorMatrix, StoredReference, Structure } from '../../faces/node/quests.js';
import { Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import type { SetFacts } from './load-set.js';
import { openSets, type OpenSet, setTitle } from './open-sets.js';
import type { DescriptorFlags, KernelFlags, ReadFlags } from './options.js';
import type { Session } from './session.js';

/** A dataset in memory or in a file: what an estimate needs. */
export interface SampledData extends Omit<SetFacts, 'holds' | 'x'> {
  readonly x: DescriptorMatrix | StoredReference;
  /** Those that it is of, where it is in memory and its files held structures. */
  readonly structures?: readonly Structure[] | undefined;
}

type LoanFlags = Pick<ReadFlags, 'memory'> & Pick<KernelFlags, 'elementBandwidths'>;

/**
 * Lends a dataset for an estimate: in memory, or, where it is larger than `--memory`, as a stored
 * reference in a folder for temporary files, which goes with the loan. One that is stored already
 * is lent as it is.
 */
export async function withSetWithinMemory<T>(
  session: Session,
  input: readonly string[],
  flags: ReadFlags & DescriptorFlags & Pick<KernelFlags, 'elementBandwidths'>,
  use: (set: SampledData) => Promise<T>,
): Promise<T> {
  const [set] = await openSets(session, [input], flags);
  const describer = await Describer.of(session, [set], descriptorSettings(flags), flags);
  return lentWithinMemory(session, describer, set, flags, (data) => {
    describer.noteBlindness();
    return use(data);
  });
}

/**
 * The same for one of several datasets, which are opened.
 *
 * @param keepsStructures whether those of a set in memory are kept. Default: no
 */
export async function lentWithinMemory<T>(
  session: Session,
  describer: Describer,
  set: OpenSet,
  { elementBandwidths, memory = MEMORY_SHARE * freemem() }: LoanFlags,
  use: (set: SampledData) => Promise<T>,
  keepsStructures = false,
): Promise<T> {
  const { file, files, stored } = set;
  // In other units it is another set.
  if (stored !== undefined && elementBandwidths === undefined) {
    return use({ file, files, seconds: 0, x: stored });
  }
  const clock = { seconds: 0 };
  const batches = describer.batches(set, clock);
  const parts: DescriptorMatrix[] = [];
  let structures: Structure[] | undefined =
    set.opened.holds === 'structures' && keepsStructures ? [] : undefined;
  let bytes = 0;
  while (bytes <= memory) {
    const next = await batches.next();
    if (next.done === true) {
      return use({ file, files, seconds: clock.seconds, x: analysis.concatenated(parts), structures });
    }
    parts.push(next.value.x);
    structures?.push(...(next.value.structures ?? []));
    bytes += next.value.x.data.byteLength;
  }
  structures = undefined;
  async function* all(): AsyncGenerator<DescriptorMatrix, void, undefined> {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) yield part;
    for await (const { x } of batches) yield x;
  }
  const folder = await mkdtemp(join(tmpdir(), 'quests-set-'));
  try {
    const most = `${Math.ceil(memory / 2 ** 20)} MiB`;
    session.note(`${setTitle(set)}: more than ${most} of descriptors, which are put into ${folder}`);
    const path = join(folder, 'set.qref');
    const elements = (): Iterable<string> => describer.elementsOf(set);
    await quests.buildReference(all(), path, { ...session.options, elements });
    const { signal } = session;
    const x = await quests.openReference(path, { memory, signal });
    try {
      return await use({ file, files, seconds: clock.seconds, x });
    } finally {
      await x.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
