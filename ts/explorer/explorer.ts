import type { Backend } from '../backend/backend.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { ANYTHING, FUNCTION, optional, record, TEXT } from '../base/kinds.js';
import { isLabelled } from '../base/species-mode.js';
import { backendOf, type Progress, type RunOptions } from '../run/run-options.js';
import { drawnFrame } from '../explore/drawn-frame.js';
import { EnvironmentMap } from '../explore/environment-map.js';
import { frameEntropies } from '../explore/frame-entropies.js';
import { atomNeighbours } from '../explore/atom-neighbours.js';
import { rangeOf } from '../explore/colouring.js';
import { distinctNames } from '../explore/distinct-names.js';
import {
  checkExploreSettings,
  type EarlyFindings,
  environmentsOf,
  explore,
  type Exploration,
  type ExploredSet,
  frameMeans,
  type ShownSet,
} from '../explore/exploration.js';
import { breathe } from '../run/job.js';
import { setWithFrame } from '../explore/explored-frame.js';
import { previewColours, previewSets } from '../explore/preview.js';
import { framePlaces } from '../explore/frame-places.js';
import { frameGroups } from '../explore/frame-groups.js';
import { keep, type KeptStructures } from '../explore/keep.js';
import { selectedFrames, selectedRows, selectionSummary } from '../explore/selection.js';
import { explorationFigures, frameEntropiesFigure } from '../report/exploration-figures.js';
import { keptFigure } from '../report/kept-figure.js';
import { pictureOf } from '../report/picture.js';
import { settingsRecord } from '../report/settings-record.js';
import type { PageContents } from '../report/living/linked-files.js';
import { StoredReference } from '../kernel/stored-reference.js';
import type { ReadNote } from '../io/structures/frames.js';
import { saidBy, type OpenSetFile, readSets } from './read-sets.js';
import type { ExploreReply, ExploreRequest, SetFiles, RunSettings } from './protocol.js';
import { answerMap, noColour } from './map-requests.js';
import { requestKind } from './request-kind.js';
import type { Explored } from './saved-exploration.js';
import { type Savable, savedFile } from './saved-file.js';

/** Values of δH of a set that have the first and the last colour. */
function rangeOfSet({ sets, ranges }: Looked, set: number): readonly [number, number] {
  ranges[set] ??= rangeOf(sets[set]?.dH ?? new Float64Array(0));
  return ranges[set];
}

/** Milliseconds between two reports of progress. */
const PATIENCE = 50;

/** Whoever opens files judges what stands for them. */
const REQUEST = requestKind(ANYTHING);

const BACKEND = optional(record('what loadBackend gives', { name: TEXT, core: record('a core', {}) }));

/** Why work was ended that nobody waits for any more. */
const SUPERSEDED = new DOMException('something else was asked for', 'AbortError');

/** What can be looked at: sets that are read, and what is selected of them. */
interface Looked {
  readonly sets: readonly ExploredSet[];
  readonly map: EnvironmentMap;
  selected: Uint32Array;
  /** The frame that was asked for last. */
  shown: { readonly set: number; readonly frame: number };
  kept: readonly number[];
  /** Values of δH of each set that have the first and the last colour, as far as asked for. */
  readonly ranges: (readonly [number, number])[];
}

/** What needs no numbers. */
type LookRequest = Extract<
  ExploreRequest<never>,
  { readonly do: 'map' | 'point' | 'select' | 'frame' | 'neighbours' }
>;

function isLook<F>(request: ExploreRequest<F>): request is LookRequest {
  return ['map', 'point', 'select', 'frame', 'neighbours'].includes(request.do);
}

/** What was computed last: all of it. */
type Present = Looked & Savable;

function lookedAt(sets: readonly ExploredSet[], map: EnvironmentMap): Looked {
  return {
    sets,
    map,
    selected: new Uint32Array(0),
    shown: { set: 0, frame: 0 },
    kept: [],
    ranges: [],
  };
}

/**
 * Answers what a page asks. Knows nothing of pages, workers and servers: whoever has one passes
 * requests in and replies on.
 *
 * @typeParam F what stands for a file in requests
 */
export class Explorer<F> {
  readonly #open: OpenSetFile<F>;
  readonly #send: (reply: ExploreReply) => void;
  readonly #backend: Backend | undefined;
  readonly #page: () => Promise<PageContents>;
  #looked: Looked | undefined;
  /** {@link #looked}, once all is computed. */
  #present: Present | undefined;
  /** References that the sets ask, whose files are open. */
  #asked: readonly StoredReference[] = [];
  #running: AbortController | undefined;
  /**
   * 0 for as many as there are. Workers that are there stay, unless another number is asked for.
   */
  #threads = 0;

  /**
   * @param open opens what requests name
   * @param send takes the replies; requests have none, one, or many
   * @param backend what computes. Default: as everywhere
   * @param page gives the files of the page, of which a report is made that stays alive; without it
   *   there are no such reports
   */
  constructor(
    open: OpenSetFile<F>,
    send: (reply: ExploreReply) => void,
    backend?: Backend,
    page: () => Promise<PageContents> = noPage,
  ) {
    FUNCTION.judge(open, 'open');
    FUNCTION.judge(send, 'send');
    BACKEND.judge(backend, 'backend');
    this.#open = open;
    this.#send = send;
    this.#backend = backend;
    FUNCTION.judge(page, 'page');
    this.#page = page;
  }

  /** Answers a request; whatever goes wrong is a reply, too. Done when the last reply was sent. */
  async answer(request: ExploreRequest<F>): Promise<void> {
    try {
      await this.#answer(request);
    } catch (thrown) {
      if (thrown === SUPERSEDED) return;
      const cancelled = thrown instanceof DOMException && thrown.name === 'AbortError';
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const code = thrown instanceof QuestsError ? thrown.code : null;
      this.#send({ is: 'failure', message: cancelled ? 'Cancelled.' : message, code, cancelled });
    }
  }

  async #answer(request: ExploreRequest<F>): Promise<void> {
    REQUEST.judge(request, 'request');
    if (request.do === 'run') {
      await this.#run(request.sets, request.settings);
      return;
    }
    if (request.do === 'open') {
      await this.#reopen(request.saved);
      return;
    }
    if (request.do === 'cancel') {
      this.#running?.abort();
      return;
    }
    const looked = this.#looked;
    if (looked === undefined) {
      throw new QuestsError('INVALID_ARGUMENT', 'nothing was computed yet: ask for a run first');
    }
    if (isLook(request)) {
      await this.#look(looked, request);
      return;
    }
    const present = this.#present;
    if (present === undefined) {
      throw new QuestsError('INVALID_ARGUMENT', 'the numbers are not computed yet: wait for the results');
    }
    checkRead(present.sets, request);
    switch (request.do) {
      case 'place':
      case 'filter':
      case 'save-map':
        this.#send(await answerMap(present, request, (set) => rangeOfSet(present, set)));
        return;
      case 'compress': {
        const { exploration } = present;
        const send = async (kept: KeptStructures, isDone: boolean): Promise<void> => {
          this.#send({ is: 'kept', kept, picture: await pictureOf(keptFigure(kept)), isDone });
        };
        const kept = await keep(exploration, request.count, this.#begin(), (some) => send(some, false));
        present.kept = kept.frames;
        await send(kept, true);
        return;
      }
      case 'frames': {
        const { exploration } = present;
        // Sets of a page are in memory, so that H of their frames is known.
        const entropies = request.of === 'dH' ? null : await frameEntropies(exploration, this.#begin());
        const figure =
          entropies === null
            ? explorationFigures(exploration).find(({ id }) => id === 'frames')
            : frameEntropiesFigure(exploration, entropies);
        if (figure === undefined) {
          throw new QuestsError('INVALID_ARGUMENT', 'there is one frame, expected several for a curve');
        }
        this.#send({ is: 'frames', of: request.of, picture: await pictureOf(figure) });
        return;
      }
      case 'save': {
        const { what } = request;
        const { count = present.kept.length } = request;
        checkKept(present, count);
        // Of all files only reports take work, which may be cancelled.
        const isReport = what === 'report' || what === 'living';
        const options = isReport ? this.#begin() : { backend: this.#backend };
        const kept = present.kept.slice(0, count);
        this.#send({
          is: 'file',
          what,
          ...(await savedFile({ ...present, kept }, what, this.#page, options)),
        });
        return;
      }
    }
  }

  /** Answers what is asked of sets and needs no numbers. */
  async #look(looked: Looked, request: LookRequest): Promise<void> {
    const { sets, map } = looked;
    switch (request.do) {
      case 'map':
      case 'point':
        this.#send(await answerMap(looked, request, (set) => rangeOfSet(looked, set)));
        return;
      case 'select':
        if (request.selection.by === 'kept') checkKept(looked, request.selection.count);
        looked.selected = selectedRows(sets, map, request.selection, looked.kept);
        this.#sendSelected(looked);
        return;
      case 'frame': {
        const { set, frame, isDark = false, colour = 'δH' } = request;
        const { name } = setWithFrame(sets, set, frame);
        const view = { set, frame, isDark, range: rangeOfSet(looked, set), colouring: undefined };
        const colouring = colour === 'δH' ? undefined : map.colouring(colour);
        if (colour !== 'δH' && colouring === undefined) throw noColour(colour, map);
        const drawn = await drawnFrame(sets, { ...view, colouring }, { backend: this.#backend });
        if (drawn === undefined) {
          throw new QuestsError(
            'INVALID_ARGUMENT',
            `${name} holds descriptors: there are no structures to draw`,
          );
        }
        looked.shown = { set, frame };
        this.#send({ is: 'frame', drawn });
        this.#sendSelected(looked);
        return;
      }
      case 'neighbours': {
        const { set, frame, atom } = request;
        const { name, x, structures } = setWithFrame(sets, set, frame);
        const structure = structures[frame];
        const atoms = (x.frameOffsets[frame + 1] as number) - (x.frameOffsets[frame] as number);
        if (structure === undefined || x.k === null || x.cutoff === null || atom >= atoms) {
          const problem = `${name}, frame ${frame}: there is no atom ${atom} with known neighbours`;
          throw new QuestsError('INVALID_ARGUMENT', problem);
        }
        const within = { k: x.k, cutoff: x.cutoff };
        const found = await atomNeighbours(structure, atom, within, { backend: this.#backend });
        this.#send({ is: 'neighbours', set, frame, neighbours: found });
        return;
      }
    }
  }

  #sendSelected({ sets, selected, shown }: Looked): void {
    const frames = selectedFrames(sets, selected);
    this.#send({ is: 'selected', selected: selectionSummary(frames, shown) });
  }

  /** Options of work that ends what was under way. */
  #begin(): RunOptions & { readonly signal: AbortSignal } {
    this.#running?.abort(SUPERSEDED);
    const controller = new AbortController();
    this.#running = controller;
    let last = 0;
    const onProgress = ({ done, total, phase, of }: Progress): void => {
      const now = performance.now();
      if (now - last < PATIENCE && done < total) return;
      last = now;
      this.#send({ is: 'progress', phase, of: of ?? null, share: total > 0 ? done / total : 0 });
    };
    return { backend: this.#backend, signal: controller.signal, onProgress };
  }

  async #run(files: readonly SetFiles<F>[], asked: RunSettings): Promise<void> {
    const options = this.#begin();
    const threads = asked.threads ?? 0;
    if (!(Number.isSafeInteger(threads) && threads >= 0)) {
      throw new QuestsError('INVALID_ARGUMENT', `threads is ${threads}, expected a whole number; 0 for all`);
    }
    if (threads !== this.#threads) (await backendOf(options)).core.setThreads(threads);
    this.#threads = threads;
    // What is there stays where the settings are wrong.
    await checkExploreSettings(asked, options);
    const notes = new Map<string, ReadNote>();
    const onNote = (note: ReadNote): void => {
      const key = `${note.kind} ${note.file}`;
      if (!notes.has(key)) notes.set(key, note);
    };
    const names = distinctNames(files.map(({ name }) => name));
    const told = files.map((set, at) => ({ ...set, name: names[at] ?? set.name }));
    const sets = await readSets(told, asked, this.#open, { ...options, onNote });
    const references = sets.flatMap(({ x }) => (x instanceof StoredReference ? [x] : []));
    const onRead = (seen: readonly ShownSet[]): Promise<void> => this.#preview(seen, options.signal);
    const onEarly = (findings: EarlyFindings): void => {
      options.signal.throwIfAborted();
      this.#send({ is: 'early', findings, notes: [...notes.values()] });
    };
    let exploration: Exploration;
    try {
      exploration = await explore(sets, asked, { ...options, onRead, onEarly });
    } catch (error) {
      for (const reference of references) reference.dispose();
      throw error;
    }
    for (const reference of this.#asked) reference.dispose();
    this.#asked = references;
    // What was selected while the numbers were computed stays.
    const selected = this.#looked?.selected;
    const explored = { exploration, select: asked.select, notes: [...notes.values()] };
    const made = madeBy(exploration, asked);
    await this.#show(explored, { ...asked, ...made, assumed: undefined }, options, selected);
  }

  /** Shows what needs no numbers; what was computed before is gone. */
  async #preview(sets: readonly ShownSet[], signal: AbortSignal): Promise<void> {
    this.#send({ is: 'progress', phase: 'map', of: null, share: 0 });
    // So that the report is read before the map takes this thread.
    await breathe();
    signal.throwIfAborted();
    const seen = previewSets(sets);
    const map = await EnvironmentMap.of(seen);
    await breathe();
    signal.throwIfAborted();
    this.#present = undefined;
    this.#looked = lookedAt(seen, map);
    const preview = {
      sets: sets.map((set) => ({ name: set.name, environments: environmentsOf(set) })),
      hasStructures: sets.map(({ structures }) => structures.length > 0),
      colours: previewColours(map.colours),
      placement: map.placement,
      places: sets.map(framePlaces),
    };
    this.#send({ is: 'preview', preview, bounds: map.bounds });
    // What is asked now, a picture of the map, is answered before the numbers begin.
    await breathe();
  }

  /** Shows what was explored before. */
  async #reopen(saved: Uint8Array): Promise<void> {
    const options = this.#begin();
    const { openedExploration } = await import('./saved-exploration.js');
    const explored = await openedExploration(saved, options);
    const made = madeBy(explored.exploration, DEFAULTS);
    const { settings } = explored.exploration.findings;
    await this.#show(explored, { ...settings, ...made, select: explored.select }, options);
  }

  async #show(
    { exploration, select, notes }: Explored,
    asked: RunSettings,
    options: RunOptions & { readonly signal: AbortSignal },
    selected: Uint32Array = new Uint32Array(0),
  ): Promise<void> {
    const settings = { ...asked, ...exploration.findings.settings };
    const pictures = [];
    for (const figure of explorationFigures(exploration)) pictures.push(await pictureOf(figure));
    this.#send({ is: 'progress', phase: 'map', of: null, share: 1 });
    const map = await EnvironmentMap.of(exploration.sets);
    options.signal.throwIfAborted();
    this.#present = { ...lookedAt(exploration.sets, map), selected, settings, notes, exploration };
    this.#looked = this.#present;
    const hasStructures = exploration.sets.map(({ structures }) => structures.length > 0);
    const results = {
      ...exploration.findings,
      settings,
      pictures,
      notes,
      hasStructures,
      colours: map.colours,
      axes: map.axes,
      placement: map.placement,
      groups: frameGroups(exploration.sets).map(({ key, names }) => ({ key, names })),
      places: exploration.sets.map(framePlaces),
      novelFrame: highest(frameMeans(exploration.sets.at(-1) as ExploredSet)),
      used: { frames: select === '' ? 'all' : select, ...settingsRecord(exploration) },
    };
    this.#send({ is: 'results', results, bounds: map.bounds });
  }
}

/** How the descriptors of an exploration were made, as a request says it. */
function madeBy(
  { sets }: Exploration,
  asked: Pick<RunSettings, 'k' | 'cutoff'>,
): Pick<RunSettings, 'k' | 'cutoff' | 'species'> {
  const matrices = sets.map(({ x }) => x);
  const species = saidBy(matrices, 'species') ?? null;
  return {
    k: saidBy(matrices, 'k') ?? asked.k,
    cutoff: saidBy(matrices, 'cutoff') ?? asked.cutoff,
    species: isLabelled(species) ? species : species !== null,
  };
}

/** Refuses what takes all environments of a set that is only asked. */
function checkRead(sets: readonly ExploredSet[], request: { readonly do: string }): void {
  const last = sets.at(-1);
  if (last?.isAsked !== true || !['compress', 'frames', 'save'].includes(request.do)) return;
  const problem = `${last.name} is only asked what it knows, its environments are not read`;
  throw new QuestsError('INVALID_ARGUMENT', `${problem}: give a second dataset`);
}

function noPage(): Promise<PageContents> {
  return Promise.reject(new QuestsError('INVALID_ARGUMENT', 'the files of the page are not known here'));
}

/** Refuses to take more structures than are kept. */
function checkKept({ kept }: Looked, count: number): void {
  if (count <= kept.length) return;
  const there = kept.length === 0 ? 'none is kept: ask for a choice first' : `${kept.length} are kept`;
  throw new QuestsError('INVALID_ARGUMENT', `the first ${count} structures were asked for, and ${there}`);
}

/** The index of the highest of some values; NaN is none of them. */
function highest(values: Float64Array): number {
  let best = 0;
  values.forEach((value, at) => {
    if (value > (values[best] as number) || Number.isNaN(values[best])) best = at;
  });
  return best;
}
