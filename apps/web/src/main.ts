import {
  type ExplorePreview,
  type ExploreReply,
  type ExploreRequest,
  type ExploreResults,
  failureText,
  type Findings,
  type FrameValue,
  type Picture,
  progressText,
  type SelectedEnvironments,
} from 'quests/explore';
import { listenForAddresses, showAddresses } from './addresses.js';
import { BudgetSection } from './budget-section.js';
import { saveCard } from './card.js';
import { curveSelection } from './curve-selection.js';
import { Datasets } from './datasets.js';
import { listenForFiles } from './drop-zones.js';
import { buttonOf, element, save } from './element.js';
import { startEngine } from './engine-worker.js';
import { FigureView } from './figure-view.js';
import { fold, listenForFold, unfold } from './fold.js';
import { FrameList } from './frame-list.js';
import { Freshness } from './freshness.js';
import { offerKnownSets } from './known-ground.js';
import { keepForOffline } from './keep-offline.js';
import { LiveSection } from './live-section.js';
import { MapSection } from './map-section.js';
import type { PageFile } from './page-file.js';
import { numbersTable } from './numbers.js';
import { isOutlining, listenForOutline } from './outline-tool.js';
import { sampleFiles } from './samples.js';
import { SelectionSection } from './selection-section.js';
import { offerNamed, served } from './served.js';
import { settingsText, showSettings, takeSettings } from './settings.js';
import { listenForShare } from './share.js';
import { StructureSection } from './structure-section.js';
import { listenForTheme } from './theme.js';
import { Timeline } from './timeline.js';
import { VerdictSection } from './verdict-section.js';
import { listenForViews } from './views.js';

/** What a first visit shows. */
const EXAMPLE = 'train-test';

/** What a living report is to show: its script, living.ts, put it here. */
const { questsSaved: savedExploration } = globalThis as { readonly questsSaved?: Uint8Array };
const worker =
  served === null
    ? startEngine().worker
    : new Worker(new URL('./served.worker.ts', import.meta.url), { type: 'module' });
const ask = (request: ExploreRequest<PageFile>): void => {
  worker.postMessage(request);
};
const map = new MapSection(
  isOutlining,
  (request) => {
    if (request.do === 'select') opensSelected = request.selection.by === 'point';
    ask(request);
  },
  (set, frame) => structure.choose(set, frame),
);
const structure = new StructureSection(isOutlining, ask);
const verdict = new VerdictSection();
const timeline = new Timeline((frame) => structure.choose(shown?.set ?? sets - 1, frame));
const selection = new SelectionSection(ask, (set, frame) => structure.choose(set, frame));
const budget = new BudgetSection(
  ask,
  () => {
    isPicking = true;
    busy(true);
  },
  (frame) => structure.choose(sets - 1, frame),
);
const datasets = new Datasets(() => freshness.check());
const freshness = new Freshness(() => `${datasets.picks} ${settingsText()}`);
/** δH of each frame of the last set. */
let curve: FigureView | undefined;
/** The frame that is shown. */
let shown: { readonly set: number; readonly frame: number } | undefined;
/** Frames of its set in which something is selected. */
let selectedFrames: ArrayLike<number> = [];
/** Whether the frame of the environment that is being selected is to be shown. */
let opensSelected = false;
/** Whether the work under way selects structures. */
let isPicking = false;
let sample: string | null = null;
/** Whether the sample is that of a first visit, which nobody asked for. */
let isExample = false;
/** What is shown. */
let findings: Findings | undefined;
/** Sets that are shown, and frames of the last one. */
let sets = 0;
let frames: FrameList | undefined;
/** Frames of all sets, and the values that the last one has. */
let lists: readonly FrameList[] = [];
let values: Picture | undefined;

worker.onmessage = ({ data }: MessageEvent<ExploreReply>) => {
  take(data);
};
worker.onerror = ({ message }) => {
  showFailure(message || 'Could not load the compute module. Check the connection and reload.');
};

function take(reply: ExploreReply): void {
  switch (reply.is) {
    case 'progress':
      element('progress', HTMLProgressElement).value = reply.share;
      element('state').textContent = progressText(reply);
      if (isPicking) budget.progress(reply.share);
      return;
    case 'preview':
      showPreview(reply.preview);
      return;
    case 'early':
      verdict.showEarly(reply.findings, reply.notes);
      return;
    case 'results':
      busy(false);
      showResults(reply.results);
      return;
    case 'failure':
      busy(false);
      verdict.end();
      if (element('results').hidden) fold(false);
      structure.release();
      if (reply.cancelled) element('state').textContent = reply.message;
      else showFailure(failureText(reply.message, reply.code));
      return;
    case 'map':
    case 'placed':
    case 'filtered':
    case 'pointed':
      map.take(reply);
      return;
    case 'selected':
      showSelected(reply.selected);
      return;
    case 'frame':
      if (reply.drawn.set !== shown?.set) {
        selectedFrames = [];
        showTimeline(reply.drawn.set);
      }
      shown = reply.drawn;
      structure.take(reply.drawn);
      mark();
      return;
    case 'neighbours':
      structure.showNeighbours(reply.set, reply.frame, reply.neighbours);
      return;
    case 'frames': {
      busy(false);
      const view = framesView(reply.picture, reply.of);
      curve?.element.replaceWith(view.element);
      curve = view;
      values = reply.picture;
      element('timeline-value', HTMLSelectElement).value = reply.of;
      if (shown?.set === sets - 1) timeline.curve(values);
      mark();
      return;
    }
    case 'kept':
      if (reply.isDone) busy(false);
      budget.take(reply);
      return;
    case 'file':
      if (reply.what === 'report' || reply.what === 'living') busy(false);
      if (reply.what === 'map') map.saveFile(reply.name, reply.blob);
      else save(reply.name, reply.blob);
      return;
  }
}

function showSelected(selected: SelectedEnvironments): void {
  selection.show(selected);
  structure.mark(selected);
  selectedFrames = selected.framesOfSet;
  mark();
  map.draw();
  const [first] = selected.listed;
  if (opensSelected && first !== undefined && (first.set !== shown?.set || first.frame !== shown.frame)) {
    structure.choose(first.set, first.frame);
  }
  opensSelected = false;
}

/** Marks frames on the curve of the last set: the one that is shown, and selected ones. */
function mark(): void {
  if (frames === undefined) return;
  if (shown !== undefined) timeline.mark(shown.frame);
  timeline.select(selectedFrames);
  const list = frames;
  const isLast = shown?.set === sets - 1;
  curve?.mark(
    isLast && shown !== undefined ? list.along(shown.frame) : undefined,
    isLast ? Array.from(selectedFrames, (frame) => list.along(frame)) : [],
  );
}

function busy(isBusy: boolean): void {
  element('cancel').hidden = !isBusy;
  element('progress').hidden = !isBusy;
  for (const id of ['run', 'report', 'living']) element(id, HTMLButtonElement).disabled = isBusy;
  budget.busy(isBusy);
  // What was done before is no longer what is said.
  element('state').textContent = '';
  if (isBusy) element('error').hidden = true;
  else isPicking = false;
}

function showFailure(message: string): void {
  element('error').textContent = message;
  element('error').hidden = false;
  // Without results, what was chosen is to be mended.
  if (element('results').hidden) fold(false);
  // What went wrong may have been asked for further down.
  element('error').scrollIntoView({ block: 'nearest' });
}

function showThrown(thrown: unknown): void {
  showFailure(thrown instanceof Error ? thrown.message : String(thrown));
}

/** Shows map and structure, before any number. */
function showPreview(preview: ExplorePreview): void {
  verdict.wait(preview.sets);
  findings = undefined;
  showLists(preview.places.map((places) => new FrameList(places)));
  // Its room is taken at once.
  if (preview.hasStructures.at(-1) === true) showTimeline(sets - 1);
  element('plots').replaceChildren();
  element('numbers').replaceChildren();
  selection.clear();
  element('example').hidden = !isExample;
  element('structure-xyz', HTMLButtonElement).disabled = true;
  freshness.show();
  setTimeout(() => {
    map.preview(preview);
    structure.preview(preview, lists);
  });
}

/** Frames of other sets, of which none is shown. */
function showLists(next: readonly FrameList[]): void {
  lists = next;
  sets = next.length;
  frames = next.at(-1);
  curve = undefined;
  values = undefined;
  shown = undefined;
  selectedFrames = [];
}

/** Shows the frames of a set as a line, of the last one with values. */
function showTimeline(set: number): void {
  const list = lists[set];
  if (list === undefined) return;
  timeline.show(list);
  timeline.curve(set === sets - 1 ? values : undefined);
  element('timeline-value', HTMLSelectElement).disabled = set !== sets - 1 || values === undefined;
}

function showResults(results: ExploreResults): void {
  const wasEarly = verdict.isEarly;
  verdict.show(results);
  element('example').hidden = !isExample;
  element('numbers').replaceChildren(numbersTable(results));
  findings = results;
  showLists(results.places.map((places) => new FrameList(places)));
  const views = results.pictures.map((picture) => {
    if (picture.id !== 'frames') return new FigureView(picture);
    values = picture;
    curve = framesView(picture, 'dH');
    return curve;
  });
  element('timeline-value', HTMLSelectElement).value = 'dH';
  element('plots').replaceChildren(...views.map((view) => view.element));
  showSuggestion(results.suggestion);
  // There are no frames to write of descriptors.
  element('xyz').hidden = !results.hasStructures.includes(true);
  element('structure-xyz', HTMLButtonElement).disabled = false;
  if (!wasEarly) selection.clear();
  budget.reset(results, savedExploration === undefined ? asked : results.places.map(({ files }) => files));
  freshness.show();
  // A task of its own, since both ask for the layout of all that is new.
  setTimeout(() => {
    map.show(results, wasEarly);
    structure.show(results, lists);
    element('state').textContent = 'Done.';
  });
}

/** The curve of frames of the last set: a click on it shows a frame. */
function framesView(picture: Picture, of: FrameValue): FigureView {
  const list = frames;
  const view = new FigureView(picture, {
    onPoint: (along) => structure.choose(sets - 1, list?.at(along) ?? 0),
    name: (along) => list?.nameOf(list.at(along)) ?? '',
  });
  const select = document.createElement('select');
  select.append(new Option('mean δH', 'dH'), new Option('entropy H', 'entropy'));
  select.value = of;
  select.addEventListener('change', () => askFrames(select.value));
  const label = document.createElement('label');
  label.append('show ', select);
  const fields = curveSelection(picture, sets - 1, list, ask);
  view.element.querySelector('figcaption')?.append(' ', label, fields);
  return view;
}

function askFrames(of: string): void {
  busy(true);
  ask({ do: 'frames', of: of === 'dH' ? 'dH' : 'entropy' });
}

function showSuggestion(suggestion: number | null): void {
  element('suggestion').replaceChildren();
  if (suggestion === null) return;
  const bandwidth = suggestion.toFixed(4);
  element('suggestion').append(
    `Bandwidth suggested by the volume per atom of the first frame: ${bandwidth} 1/Å `,
    buttonOf(
      'Use',
      () => {
        element('bandwidth', HTMLInputElement).value = bandwidth;
        run();
      },
      `Use the bandwidth ${bandwidth} 1/Å and compute again`,
    ),
  );
}

/** @param set of the first dataset: what a sample had as the second goes with it */
function pick(set: number, files: readonly PageFile[]): void {
  if (sample !== null && set === 0) datasets.pick(1, []);
  sample = null;
  isExample = false;
  element('error').hidden = true;
  datasets.pick(set, files);
}

/** Names of the files of each set that was asked for. */
let asked: readonly (readonly string[])[] = [];

function run(): void {
  const named = datasets.sets();
  if (named.length === 0) {
    showFailure('Select a file or a sample first.');
    return;
  }
  busy(true);
  fold(true);
  const settings = takeSettings(sample);
  asked = named.map(({ files }) => files.map(({ name }) => name));
  freshness.ask();
  ask({ do: 'run', sets: named, settings });
}

async function runSample(name: string, asExample: boolean): Promise<void> {
  const loaded = await sampleFiles(name);
  // Files that were picked meanwhile are what somebody wants to see.
  if (loaded.length === 0 || (asExample && datasets.picks > 0)) return;
  [0, 1].forEach((set) => {
    const file = loaded[set];
    element(`address-${set}`, HTMLInputElement).value = '';
    pick(set, file === undefined ? [] : [file]);
  });
  sample = name;
  isExample = asExample;
  run();
}

function startSample(name: string, asExample = false): void {
  runSample(name, asExample).catch(showThrown);
}

element('not-started').remove();
listenForTheme();
listenForFold();
listenForFiles({
  // What is dropped takes the place of a sample.
  isEmpty: (set) => sample !== null || datasets.isEmpty(set),
  take: pick,
  compute: run,
  fail: (message) => {
    fold(false);
    showFailure(message);
  },
});
listenForAddresses((set, files) => {
  element(`file-${set}`, HTMLInputElement).value = '';
  pick(set, files);
}, showFailure);
for (const button of document.querySelectorAll<HTMLElement>('[data-sample]')) {
  button.addEventListener('click', () => startSample(button.dataset.sample ?? ''));
}
for (const change of ['input', 'change']) element('form').addEventListener(change, () => freshness.check());
element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
element('cancel').addEventListener('click', () => ask({ do: 'cancel' }));
listenForOutline();
for (const what of ['report', 'living'] as const) {
  element(what).addEventListener('click', () => {
    busy(true);
    ask({ do: 'save', what });
  });
}
element('card').addEventListener('click', () => {
  if (findings !== undefined) saveCard(findings).catch(showThrown);
});
for (const what of ['json', 'csv', 'xyz'] as const) {
  element(what).addEventListener('click', () => ask({ do: 'save', what }));
}
element('timeline-value').addEventListener('change', () => {
  askFrames(element('timeline-value', HTMLSelectElement).value);
});
listenForShare();
// A living report has no simulations.
if (savedExploration === undefined) {
  keepForOffline();
  const isWatched = (served?.watched ?? null) !== null;
  if (isWatched) location.hash = '#live';
  listenForViews(() => new LiveSection(isWatched ? worker : undefined));
}
showSettings();
offerNamed((set, file) => pick(set, [file]));
begin();

/** Shows what a living report holds, or what the address of the page names. */
function begin(): void {
  if (savedExploration !== undefined) {
    busy(true);
    freshness.ask();
    ask({ do: 'open', saved: savedExploration });
    return;
  }
  offerKnownSets().catch(showThrown);
  const wanted = new URLSearchParams(location.search).get('sample');
  // A first visit: nothing is asked for. `?empty` is for those who want none.
  const isFirst = location.search === '' && location.hash === '' && datasets.picks === 0;
  if (wanted !== null) startSample(wanted);
  else if (showAddresses()) run();
  else if (isFirst) startSample(EXAMPLE, true);
  else unfold();
}
