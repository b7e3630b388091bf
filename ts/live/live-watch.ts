import { QuestsError } from '../base/error.js';
import { descriptors } from '../descriptor/descriptors.js';
import { structuresBlob } from '../io/files/blob.js';
import type { Environments } from '../kernel/reference-set.js';
import { frameState } from '../model/frame-state.js';
import type { Structure } from '../model/structure.js';
import type { DescriptorOptions } from '../descriptor/descriptor-options.js';
import { checkedFrame } from '../trajectory/checked-frame.js';
import { type WatchCheck, type Watcher, watcher, type WatcherOptions } from '../trajectory/watcher.js';
import { liveFrame } from './live-frame.js';
import { LiveHistory } from './live-history.js';
import type { LiveEnd, LiveLimit, LiveReply, LiveRequest, LiveRow } from './protocol.js';

/** Frames that make the reference where none is given. */
const FIRST = 5;

/** δH from which on a frame is kept, in nats, until somebody says another. */
const ABOVE = 10;

/** Atoms of all frames that are kept, at the most: some 100 MB. */
const MOST_KEPT = 1e6;

/**
 * Pairs of environments up to which H, or the mean δH, is computed where nobody says: some
 * hundredths of a second.
 */
const QUICK = 1e6;

/** Options of {@link LiveWatch}. */
export interface LiveOptions
  extends
    Pick<WatcherOptions, 'bandwidth' | 'backend' | 'signal'>,
    Pick<DescriptorOptions, 'k' | 'cutoff' | 'species'> {
  /** What is watched, for people. */
  readonly of: string;
  /** What is known, and its name. Default: the first frames. */
  readonly reference?: { readonly name: string; readonly x: Environments } | undefined;
  /** Frames that are the reference where none is given, at least 1. Default: 5. */
  readonly first?: number | undefined;
  /** Default: frames with an atom of 10 nats are kept, and the simulation goes on. */
  readonly limit?: LiveLimit | undefined;
  /** Whether H of each frame is computed. Default: up to 1,000 atoms. */
  readonly entropy?: boolean | undefined;
  /**
   * Whether the mean δH of each frame is computed. The largest is the same to the bit without it,
   * and found in a fraction of the time where most atoms are known. δH of every atom is then
   * computed of the frames that are shown or saved alone. Default: where atoms times environments
   * of the reference are at most a million.
   */
  readonly mean?: boolean | undefined;
  /** Whether the simulation can be stopped from here. */
  readonly canStop: boolean;
}

/** δH of every atom of a frame, and their mean. */
type EveryAtom = WatchCheck & { readonly mean: number; readonly dH: Float64Array };

/** A frame that was checked; δH of every atom is computed when it is asked for first. */
interface Checked {
  readonly structure: Structure;
  readonly row: LiveRow;
  readonly everyAtom: () => Promise<EveryAtom>;
}

/** What checks: as was asked for, and every atom of a frame. */
interface Guards {
  readonly asked: Watcher;
  readonly every: Watcher;
}

/** What is to be done after a frame. */
export interface LiveDecision {
  readonly decision: 'continue' | 'stop';
}

/**
 * A simulation that is checked frame by frame while pages look on: relative to a reference, or to
 * its own first frames. Frames in which an atom reaches the limit are kept. It knows nothing of
 * pages, files and simulations: who has one hands frames in, and replies on.
 */
export class LiveWatch {
  readonly #options: LiveOptions;
  readonly #first: number;
  readonly #history = new LiveHistory();
  readonly #listeners = new Set<(reply: LiveReply) => void>();
  /** The first frames, until they are the reference. */
  readonly #learned: Structure[] = [];
  #guards: Guards | undefined;
  #limit: LiveLimit;
  #checks = 0;
  #frames = 0;
  #last: Checked | undefined;
  #lowestMean = Infinity;
  readonly #kept: Checked[] = [];
  #keptAtoms = 0;
  #end: LiveEnd | null = null;

  constructor(options: LiveOptions) {
    const { first = FIRST, limit = { above: ABOVE, stops: false } } = options;
    if (!(Number.isSafeInteger(first) && first >= 1)) {
      throw new QuestsError('INVALID_ARGUMENT', `first is ${first}, expected a whole number of at least 1`);
    }
    this.#options = options;
    this.#first = first;
    this.#limit = checkedLimit(limit);
  }

  /** Tells a page all there is, and all that comes; the function that is returned ends that. */
  join(listener: (reply: LiveReply) => void): () => void {
    const { of, reference, canStop } = this.#options;
    listener({
      is: 'live',
      of,
      relativeTo: reference?.name ?? null,
      first: this.#first,
      learned: this.#learned.length,
      canStop,
      limit: this.#limit,
      rows: [...this.#history.rows],
      kept: this.#kept.length,
      end: this.#end,
    });
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Answers a request of a page; whatever goes wrong is a reply, too. */
  async answer(request: LiveRequest, send: (reply: LiveReply) => void): Promise<void> {
    try {
      await this.#answer(request, send);
    } catch (thrown) {
      send({ is: 'live-failure', message: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }

  async #answer(request: LiveRequest, send: (reply: LiveReply) => void): Promise<void> {
    if (request.do === 'limit') {
      const { above, stops } = request;
      this.#limit = checkedLimit({ above, stops });
      this.#tell({ is: 'live-limit', ...this.#limit });
      return;
    }
    const last = this.#last;
    if (last === undefined) throw new QuestsError('INVALID_ARGUMENT', 'no frame was checked yet');
    if (request.do === 'show') {
      const { structure, row } = last;
      const { dH } = await last.everyAtom();
      const { above } = this.#limit;
      const range: [number, number] = [Math.min(this.#lowestMean, above - 1), above];
      send({ is: 'live-frame', frame: liveFrame(structure, dH, row, { range, isDark: request.isDark }) });
      return;
    }
    const isKept = request.what === 'kept';
    if (isKept && this.#kept.length === 0) throw new QuestsError('EMPTY', 'no frame is kept yet');
    const frames: Structure[] = [];
    for (const { structure, everyAtom } of isKept ? [...this.#kept] : [last]) {
      frames.push(checkedFrame(structure, await everyAtom()));
    }
    const name = isKept ? 'kept.xyz' : `frame-${last.row.frame}.xyz`;
    send({ is: 'live-file', name, blob: await structuresBlob(frames) });
  }

  /**
   * Checks a frame, or learns it where it is one of the first.
   *
   * @throws {QuestsError} as `descriptors` and `deltaEntropy`
   */
  async check(structure: Structure): Promise<LiveDecision> {
    const frame = structure.source?.frame ?? this.#frames;
    this.#frames++;
    const guards = (this.#guards ??= await this.#made(structure));
    if (guards === undefined) return { decision: 'continue' };
    const found = await guards.asked.check(structure);
    const { step, time } = frameState(structure);
    const { above, stops } = this.#limit;
    const isAbove = found.maximum >= above;
    const hasRoom = this.#keptAtoms + found.environments <= MOST_KEPT;
    const row: LiveRow = {
      check: this.#checks++,
      frame,
      step: step ?? null,
      time: time ?? null,
      environments: found.environments,
      entropy: found.entropy ?? null,
      mean: found.mean ?? null,
      maximum: found.maximum,
      atom: found.atom,
      isKept: isAbove && hasRoom,
    };
    let all: Promise<EveryAtom> | undefined;
    const everyAtom = (): Promise<EveryAtom> => (all ??= this.#everyAtom(structure, found, guards));
    this.#last = { structure, row, everyAtom };
    if (row.isKept) {
      this.#kept.push(this.#last);
      this.#keptAtoms += found.environments;
    }
    this.#lowestMean = Math.min(this.#lowestMean, found.mean ?? Infinity);
    this.#history.add(row);
    this.#tell({ is: 'live-check', row, kept: this.#kept.length });
    return { decision: isAbove && stops ? 'stop' : 'continue' };
  }

  /** δH of every atom: that of the check where it has it, else computed now. */
  async #everyAtom(structure: Structure, found: WatchCheck, { every }: Guards): Promise<EveryAtom> {
    const all = (found.dH === undefined ? await every.check(structure) : found) as EveryAtom;
    this.#lowestMean = Math.min(this.#lowestMean, all.mean);
    return all;
  }

  /** What is watched. */
  get of(): string {
    return this.#options.of;
  }

  /** The last check; undefined before the first. */
  get last(): LiveRow | undefined {
    return this.#last?.row;
  }

  /** Says why there are no more checks. */
  end(end: LiveEnd): void {
    this.#end = end;
    this.#tell({ is: 'live-end', end });
  }

  /** Frees the memory of the core. */
  dispose(): void {
    // Both have one reference.
    this.#guards?.every.dispose();
  }

  /** What checks; undefined while the first frames are learned. */
  async #made(structure: Structure): Promise<Guards | undefined> {
    const { reference, bandwidth, backend, signal, k, cutoff, species } = this.#options;
    if (reference === undefined && this.#learned.length < this.#first) {
      this.#learned.push(structure);
      this.#tell({ is: 'live-learned', learned: this.#learned.length });
      return undefined;
    }
    const x = reference?.x ?? (await descriptors(this.#learned, { k, cutoff, species, backend, signal }));
    const settings = { bandwidth, backend, signal };
    const every = await watcher(x, { ...settings, entropy: false });
    const atoms = structure.positions.length / 3;
    const isQuick = (others: number): boolean => atoms * others <= QUICK;
    const { mean = isQuick(every.reference.rows), entropy = isQuick(atoms) } = this.#options;
    // Nobody asks how many atoms are new: without the mean, the largest δH alone is found.
    const epsilon = mean ? undefined : -Infinity;
    return { every, asked: await watcher(every.reference, { ...settings, mean, entropy, epsilon }) };
  }

  #tell(reply: LiveReply): void {
    for (const listener of this.#listeners) listener(reply);
  }
}

function checkedLimit(limit: LiveLimit): LiveLimit {
  if (Number.isFinite(limit.above)) return limit;
  const problem = `the limit is ${limit.above}, expected a number of nats`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
