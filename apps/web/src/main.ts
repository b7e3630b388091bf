import {
  type ExploreReply,
  type ExploreRequest,
  type ExploreResults,
  failureText,
  type FrameValue,
  keptText,
  noteText,
  type Picture,
  progressText,
  type SelectedEnvironments,
  selectedFrameText,
  selectionText,
  type SetFiles,
  verdictText,
} from 'quests/explore';
import { listenForAddresses, showAddresses } from './addresses.js';
import { colourScale } from './colour-scale.js';
import { listenForFiles } from './drop-zones.js';
import { buttonOf, element, save } from './element.js';
import { FigureView } from './figure-view.js';
import { Freshness } from './freshness.js';
import { MapCanvas } from './map.js';
import type { PageFile } from './page-file.js';
import { numbersTable } from './numbers.js';
import { offerNamed, served } from './served.js';
import { settingsText, showSettings, takeSettings } from './settings.js';
import { StructureSection } from './structure-section.js';

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  crystal: ['cu_crystal.xyz'],
  'crystal-melt': ['cu_crystal.xyz', 'cu_melt.xyz'],
  'train-test': ['cu_train.xyz', 'cu_test.xyz'],
};

const worker =
  served === null
    ? new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
    : new Worker(new URL('./served.worker.ts', import.meta.url), { type: 'module' });
const ask = (request: ExploreRequest<PageFile>): void => {
  worker.postMessage(request);
};
const isLasso = (): boolean => element('lasso').getAttribute('aria-pressed') === 'true';
const map = new MapCanvas(element('map', HTMLCanvasElement), isLasso, (request) => {
  if (request.do === 'select') opensSelected = request.selection.by === 'point';
  ask(request);
});
const structure = new StructureSection(isLasso, ask);
/** δH of each frame of the last set. */
let frames: FigureView | undefined;
/** The frame that is shown. */
let shown: { readonly set: number; readonly frame: number } | undefined;
/** Whether the frame of the environment that is being selected is to be shown. */
let opensSelected = false;
const pickedFiles: PageFile[][] = [[], []];
let sample: string | null = null;
/** How often files were picked: those of the same name may be others. */
let picks = 0;
const freshness = new Freshness(() => `${picks} ${settingsText()}`);
/** Sets that are shown. */
let sets = 0;
/** Whether δH is known of a sample of their environments alone. */
let isSampled = false;

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
      return;
    case 'results':
      busy(false);
      showResults(reply.results, reply.bounds);
      return;
    case 'failure':
      busy(false);
      if (reply.cancelled) element('state').textContent = reply.message;
      else showFailure(failureText(reply.message, reply.code));
      return;
    case 'map': {
      map.take(reply);
      const outside = isSampled && reply.range !== null ? '; grey: not in the sample' : '';
      element('scale').replaceChildren(...colourScale(reply), outside);
      return;
    }
    case 'selected':
      showSelected(reply.selected);
      return;
    case 'frame':
      shown = reply.drawn;
      structure.take(reply.drawn);
      return;
    case 'frames': {
      busy(false);
      const view = framesView(reply.picture, reply.of);
      frames?.element.replaceWith(view.element);
      frames = view;
      frames.mark(shown?.set === sets - 1 ? shown.frame : undefined, []);
      return;
    }
    case 'kept':
      if (reply.isDone) busy(false);
      element('kept').textContent = keptText(reply.kept);
      element('kept-plot').replaceChildren(new FigureView(reply.picture).element);
      element('kept-save').hidden = !reply.isDone;
      return;
    case 'file':
      if (reply.what === 'report') busy(false);
      save(reply.name, reply.blob);
      return;
  }
}

function showSelected(selected: SelectedEnvironments): void {
  const { atoms, listed, framesOfSet } = selected;
  const list = document.createElement('ul');
  for (const one of listed) {
    const text = selectedFrameText(one);
    const item = document.createElement('li');
    item.append(
      buttonOf('show', () => structure.open(one.set, one.frame), `show ${text}`),
      ` ${text}`,
    );
    list.append(item);
  }
  const title = document.createElement('p');
  title.textContent = selectionText(selected);
  element('selected').replaceChildren(...(atoms > 0 ? [title, list] : []));
  element('export').hidden = atoms === 0;
  element('select-none').hidden = atoms === 0;
  structure.mark(selected);
  const isLast = shown?.set === sets - 1;
  frames?.mark(isLast ? shown?.frame : undefined, isLast ? framesOfSet : []);
  map.draw();
  const [first] = listed;
  if (opensSelected && first !== undefined && (first.set !== shown?.set || first.frame !== shown.frame)) {
    structure.open(first.set, first.frame);
  }
  opensSelected = false;
}

function busy(isBusy: boolean): void {
  element('cancel').hidden = !isBusy;
  element('progress').hidden = !isBusy;
  for (const id of ['run', 'report', 'compress']) element(id, HTMLButtonElement).disabled = isBusy;
  if (isBusy) element('error').hidden = true;
  else element('state').textContent = '';
}

function showFailure(message: string): void {
  element('error').textContent = message;
  element('error').hidden = false;
  // What went wrong may have been asked for further down.
  element('error').scrollIntoView({ block: 'nearest' });
}

function showResults(results: ExploreResults, bounds: readonly number[]): void {
  const { title, why } = verdictText(results);
  element('verdict').textContent = title;
  element('why').textContent = why;
  showNotes(results.notes.map(noteText));
  element('numbers').replaceChildren(numbersTable(results));
  sets = results.sets.length;
  const count = element('count', HTMLInputElement);
  count.value = String(Math.min(Number(count.value), results.sets.at(-1)?.frames ?? 1));
  isSampled = results.sets.some(({ known, environments }) => known < environments);
  frames = undefined;
  shown = undefined;
  const views = results.pictures.map((picture) => {
    if (picture.id !== 'frames') return new FigureView(picture);
    frames = framesView(picture, 'dH');
    return frames;
  });
  element('plots').replaceChildren(...views.map((view) => view.element));
  showSuggestion(results.suggestion);
  const select = element('colour', HTMLSelectElement);
  select.replaceChildren(...results.colours.map((name) => new Option(name, name)));
  const colour = results.colours.includes('set') ? 'set' : (results.colours[0] ?? '');
  select.value = colour;
  element('selected').replaceChildren();
  element('kept').textContent = '';
  element('kept-plot').replaceChildren();
  element('kept-save').hidden = true;
  element('export').hidden = true;
  element('select-none').hidden = true;
  element('results').hidden = false;
  freshness.show();
  // A task of its own, since both ask for the layout of all that is new.
  setTimeout(() => {
    map.show(bounds, colour);
    structure.show(results, mostNovel(results));
    element('state').textContent = 'Done.';
  });
}

/** What the files may mean that was not read of them. */
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
  const view = new FigureView(picture, (frame) => structure.open(sets - 1, Math.max(0, Math.round(frame))));
  const select = document.createElement('select');
  select.append(new Option('mean δH', 'dH'), new Option('entropy H', 'entropy'));
  select.value = of;
  select.addEventListener('change', () => {
    busy(true);
    ask({ do: 'frames', of: select.value === 'dH' ? 'dH' : 'entropy' });
  });
  const label = document.createElement('label');
  label.append('show ', select);
  view.element.querySelector('figcaption')?.append(' ', label);
  return view;
}

/** The frame with the highest mean δH. */
function mostNovel({ pictures }: ExploreResults): number {
  const [series] = pictures.find(({ id }) => id === 'frames')?.figure.panels[0]?.series ?? [];
  if (series === undefined || series.kind === 'bars') return 0;
  let [best, highest] = [0, -Infinity];
  Array.from(series.y).forEach((mean, at) => {
    if (mean > highest) [best, highest] = [series.x[at] as number, mean];
  });
  return best;
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
  pickedFiles[set] = [...files];
  const names = files.map((file) =>
    file instanceof File ? `${file.name} (${sizeOf(file)})` : shortName(file.name),
  );
  element(`files-${set}`).textContent = names.join(', ') || 'none';
  picks += 1;
  freshness.check();
}

/** A name as messages have it: an address without what follows its path. */
function shortName(name: string): string {
  return /^https?:/i.test(name) ? name.replace(/[?#].*$/s, '') : name;
}

function sizeOf({ size }: File): string {
  return size < 1e5 ? `${Math.max(0.1, size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

/** Sets by the names of their files, without folders where these do not tell them apart. */
function setsOf(files: readonly (readonly PageFile[])[]): SetFiles<PageFile>[] {
  const present = files.filter((some) => some.length > 0);
  const nameOf = (some: readonly PageFile[], short: boolean): string =>
    some
      .map(({ name }) => shortName(name))
      .map((name) => (short ? name.slice(name.lastIndexOf('/') + 1) : name))
      .join(', ');
  const isTold = new Set(present.map((some) => nameOf(some, true))).size === present.length;
  return present.map((some) => ({ name: nameOf(some, isTold), files: some }));
}

function run(): void {
  const named = setsOf(pickedFiles);
  if (named.length === 0) {
    showFailure('Select a file or a sample first.');
    return;
  }
  busy(true);
  const settings = takeSettings(sample);
  freshness.ask();
  ask({ do: 'run', sets: named, settings });
}

async function runSample(name: string): Promise<void> {
  const files = SAMPLES[name];
  if (files === undefined) return;
  const loaded = await Promise.all(
    files.map(async (file) => {
      const response = await fetch(new URL(`samples/${file}`, document.baseURI));
      if (!response.ok) throw new Error(`${file}: ${response.status} ${response.statusText}`);
      return new File([await response.blob()], file);
    }),
  );
  [0, 1].forEach((set) => {
    const file = loaded[set];
    element(`address-${set}`, HTMLInputElement).value = '';
    pick(set, file === undefined ? [] : [file]);
  });
  sample = name;
  run();
}

function startSample(name: string): void {
  runSample(name).catch((thrown: unknown) => {
    showFailure(thrown instanceof Error ? thrown.message : String(thrown));
  });
}

listenForFiles({
  isEmpty: (set) => pickedFiles[set]?.length === 0,
  take: (set, files) => {
    element('error').hidden = true;
    pick(set, files);
  },
  fail: showFailure,
});
listenForAddresses((set, files) => {
  element('error').hidden = true;
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
element('whole').addEventListener('click', () => map.whole());
element('lasso').addEventListener('click', () => {
  element('lasso').setAttribute('aria-pressed', String(!isLasso()));
});
element('select-shown').addEventListener('click', () => map.selectShown());
element('select-dH').addEventListener('click', () => {
  const [low, high] = ['low', 'high'].map((id) => element(id, HTMLInputElement).valueAsNumber);
  map.clear();
  const end = (value: number | undefined, none: number): number =>
    value === undefined || Number.isNaN(value) ? none : value;
  ask({ do: 'select', selection: { by: 'dH', low: end(low, -Infinity), high: end(high, Infinity) } });
});
element('select-none').addEventListener('click', () => {
  map.clear();
  ask({ do: 'select', selection: { by: 'atoms', set: 0, frame: 0, atoms: new Uint32Array(0) } });
});
element('colour').addEventListener('change', () => map.colour(element('colour', HTMLSelectElement).value));
element('report').addEventListener('click', () => {
  busy(true);
  ask({ do: 'save', what: 'report' });
});
for (const what of ['json', 'csv', 'xyz'] as const) {
  element(what).addEventListener('click', () => ask({ do: 'save', what }));
}
element('export').addEventListener('click', () => ask({ do: 'save', what: 'selected' }));
element('compress').addEventListener('click', () => {
  busy(true);
  ask({ do: 'compress', count: Number(element('count', HTMLInputElement).value) });
});
element('kept-save').addEventListener('click', () => ask({ do: 'save', what: 'kept' }));
showSettings();
offerNamed((set, file) => pick(set, [file]));
const asked = new URLSearchParams(location.search).get('sample');
if (asked !== null) startSample(asked);
else if (showAddresses()) run();
