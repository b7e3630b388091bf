import {
  cautionText,
  type ExploreReply,
  type ExploreRequest,
  type ExploreResults,
  failureText,
  type Findings,
  type FrameValue,
  nextStepText,
  noteText,
  type Picture,
  progressText,
  type SelectedEnvironments,
  verdictText,
} from 'quests/explore';
import { listenForAddresses, showAddresses } from './addresses.js';
import { BudgetSection } from './budget-section.js';
import { saveCard } from './card.js';
import { curveSelection } from './curve-selection.js';
import { Datasets } from './datasets.js';
import { listenForFiles } from './drop-zones.js';
import { buttonOf, element, save } from './element.js';
import { FigureView } from './figure-view.js';
import { FrameList } from './frame-list.js';
import { Freshness } from './freshness.js';
import { offerKnownSets } from './known-ground.js';
import { keepForOffline } from './keep-offline.js';
import { LiveSection } from './live-section.js';
import { MapSection } from './map-section.js';
import type { PageFile } from './page-file.js';
import { numbersTable } from './numbers.js';
import { sampleFiles } from './samples.js';
import { SelectionSection } from './selection-section.js';
import { offerNamed, served } from './served.js';
import { settingsText, showSettings, takeSettings } from './settings.js';
import { listenForShare } from './share.js';
import { StructureSection } from './structure-section.js';
import { listenForTheme } from './theme.js';
import { listenForViews } from './views.js';

/** What a living report is to show: its script, living.ts, put it here. */
const { questsSaved: savedExploration } = globalThis as { readonly questsSaved?: Uint8Array };
const worker =
  served === null
    ? new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
    : new Worker(new URL('./served.worker.ts', import.meta.url), { type: 'module' });
const ask = (request: ExploreRequest<PageFile>): void => {
  worker.postMessage(request);
};
const isLasso = (): boolean => element('lasso').getAttribute('aria-pressed') === 'true';
const map = new MapSection(
  isLasso,
  (request) => {
    if (request.do === 'select') opensSelected = request.selection.by === 'point';
    ask(request);
  },
  (set, frame) => structure.open(set, frame),
);
const structure = new StructureSection(isLasso, ask);
const selection = new SelectionSection(ask, (set, frame) => structure.open(set, frame));
const budget = new BudgetSection(
  ask,
  () => {
    isPicking = true;
    busy(true);
  },
  (frame) => structure.open(sets - 1, frame),
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
/** What is shown. */
let findings: Findings | undefined;
/** Sets that are shown, and frames of the last one. */
let sets = 0;
let frames: FrameList | undefined;

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
    case 'results':
      busy(false);
      showResults(reply.results);
      return;
    case 'failure':
      busy(false);
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
      if (reply.drawn.set !== shown?.set) selectedFrames = [];
      shown = reply.drawn;
      structure.take(reply.drawn);
      mark();
      return;
    case 'frames': {
      busy(false);
      const view = framesView(reply.picture, reply.of);
      curve?.element.replaceWith(view.element);
      curve = view;
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
    structure.open(first.set, first.frame);
  }
  opensSelected = false;
}

/** Marks frames on the curve of the last set: the one that is shown, and selected ones. */
function mark(): void {
  if (frames === undefined) return;
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
  // What went wrong may have been asked for further down.
  element('error').scrollIntoView({ block: 'nearest' });
}

function showThrown(thrown: unknown): void {
  showFailure(thrown instanceof Error ? thrown.message : String(thrown));
}

function showResults(results: ExploreResults): void {
  const { title, why } = verdictText(results);
  element('verdict').textContent = title;
  element('why').textContent = why;
  showNotes([...results.notes.map(noteText), ...results.cautions.map(cautionText)]);
  element('next').textContent = nextStepText(results);
  const used = Object.entries(results.used).map(([name, value]) => `${name}: ${value}`);
  element('used').textContent = `Computed with ${used.join('; ')}.`;
  element('numbers').replaceChildren(numbersTable(results));
  findings = results;
  sets = results.sets.length;
  const lists = results.places.map((places) => new FrameList(places));
  frames = lists.at(-1);
  curve = undefined;
  shown = undefined;
  selectedFrames = [];
  const views = results.pictures.map((picture) => {
    if (picture.id !== 'frames') return new FigureView(picture);
    curve = framesView(picture, 'dH');
    return curve;
  });
  element('plots').replaceChildren(...views.map((view) => view.element));
  showSuggestion(results.suggestion);
  // There are no frames to write of descriptors.
  element('xyz').hidden = !results.hasStructures;
  selection.clear();
  budget.reset(results, savedExploration === undefined ? asked : results.places.map(({ files }) => files));
  element('results').hidden = false;
  freshness.show();
  // A task of its own, since both ask for the layout of all that is new.
  setTimeout(() => {
    map.show(results);
    structure.show(results, lists);
    element('state').textContent = 'Done.';
  });
}

/** What files and numbers may mean that is not seen in them. */
function showNotes(notes: readonly string[]): void {
  const items = notes.map((text) => {
    const item = document.createElement('li');
    item.textContent = `Note: ${text}`;
    return item;
  });
  element('notes').replaceChildren(...items);
  element('notes').hidden = items.length === 0;
}

/** The curve of frames of the last set: a click on it shows a frame. */
function framesView(picture: Picture, of: FrameValue): FigureView {
  const list = frames;
  const view = new FigureView(picture, {
    onPoint: (along) => structure.open(sets - 1, list?.at(along) ?? 0),
    name: (along) => list?.nameOf(list.at(along)) ?? '',
  });
  const select = document.createElement('select');
  select.append(new Option('mean δH', 'dH'), new Option('entropy H', 'entropy'));
  select.value = of;
  select.addEventListener('change', () => {
    busy(true);
    ask({ do: 'frames', of: select.value === 'dH' ? 'dH' : 'entropy' });
  });
  const label = document.createElement('label');
  label.append('show ', select);
  const fields = curveSelection(picture, sets - 1, list, ask);
  view.element.querySelector('figcaption')?.append(' ', label, fields);
  return view;
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

function pick(set: number, files: readonly PageFile[]): void {
  sample = null;
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
  const settings = takeSettings(sample);
  asked = named.map(({ files }) => files.map(({ name }) => name));
  freshness.ask();
  ask({ do: 'run', sets: named, settings });
}

async function runSample(name: string): Promise<void> {
  const loaded = await sampleFiles(name);
  if (loaded.length === 0) return;
  [0, 1].forEach((set) => {
    const file = loaded[set];
    element(`address-${set}`, HTMLInputElement).value = '';
    pick(set, file === undefined ? [] : [file]);
  });
  sample = name;
  run();
}

function startSample(name: string): void {
  runSample(name).catch(showThrown);
}

element('not-started').remove();
listenForTheme();
listenForFiles({ isEmpty: (set) => datasets.isEmpty(set), take: pick, compute: run, fail: showFailure });
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
element('lasso').addEventListener('click', () => {
  element('lasso').setAttribute('aria-pressed', String(!isLasso()));
});
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
  if (wanted !== null) startSample(wanted);
  else if (showAddresses()) run();
}
