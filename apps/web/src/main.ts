import {
  type ExploreReply,
  type ExploreRequest,
  type ExploreResults,
  KIND_COLOURS,
  type Picture,
  verdictOf,
} from 'quests';
import { MapCanvas } from './map.js';
import { numbersTable } from './numbers.js';
import { showSettings, takeSettings } from './settings.js';

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  crystal: ['cu_crystal.xyz'],
  'crystal-melt': ['cu_crystal.xyz', 'cu_melt.xyz'],
  'train-test': ['cu_train.xyz', 'cu_test.xyz'],
};

function element(id: string): HTMLElement;
function element<T extends HTMLElement>(id: string, kind: new () => T): T;
function element(id: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${id}`);
}

const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
const ask = (request: ExploreRequest): void => {
  worker.postMessage(request);
};
const map = new MapCanvas(element('map', HTMLCanvasElement), ask);
const chosenFiles: File[][] = [[], []];
let sample: string | null = null;

worker.onmessage = ({ data }: MessageEvent<ExploreReply>) => {
  take(data);
};
worker.onerror = ({ message }) => {
  showFailure(message || 'the part of this page that computes cannot be loaded; reload the page');
};

function take(reply: ExploreReply): void {
  switch (reply.is) {
    case 'progress':
      element('progress', HTMLProgressElement).value = reply.share;
      element('state').textContent = reply.phase;
      return;
    case 'results':
      busy(false);
      showResults(reply.results, reply.bounds);
      return;
    case 'failure':
      busy(false);
      if (reply.cancelled) element('state').textContent = reply.message;
      else showFailure(reply.message);
      return;
    case 'map': {
      map.take(reply);
      const { range, names } = reply;
      element('scale').textContent =
        range === null
          ? `Colours: ${names.map((name, at) => `${KIND_COLOURS[at % KIND_COLOURS.length]?.name ?? ''} ${name}`).join(', ')}`
          : `Colours: dark blue ${range[0].toPrecision(3)} or less, over green, to yellow ${range[1].toPrecision(3)} or more`;
      return;
    }
    case 'chosen': {
      const { atoms, frames, lines } = reply.chosen;
      const more = frames > lines.length ? `, the first ${lines.length}` : '';
      const title = document.createElement('p');
      title.textContent = `${atoms} environments chosen, in ${frames} frames${more}`;
      const list = document.createElement('ul');
      list.append(...lines.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
      element('chosen').replaceChildren(title, list);
      element('export').hidden = atoms === 0;
      return;
    }
    case 'kept':
      busy(false);
      element('kept').textContent = reply.text;
      element('kept-plot').replaceChildren(figureOf(reply.picture));
      element('kept-save').hidden = false;
      return;
    case 'file': {
      save(reply.name, reply.blob);
      return;
    }
  }
}

function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function busy(isBusy: boolean): void {
  element('cancel').hidden = !isBusy;
  element('progress').hidden = !isBusy;
  element('run', HTMLButtonElement).disabled = isBusy;
  if (isBusy) element('error').hidden = true;
  else element('state').textContent = '';
}

function showFailure(message: string): void {
  element('error').textContent = message;
  element('error').hidden = false;
}

function showResults(results: ExploreResults, bounds: readonly number[]): void {
  const { title, why } = verdictOf(results);
  element('verdict').textContent = title;
  element('why').textContent = why;
  element('numbers').replaceChildren(numbersTable(results));
  element('plots').replaceChildren(...results.pictures.map(figureOf));
  const { suggestion } = results;
  element('suggestion').textContent =
    suggestion === null
      ? ''
      : `Bandwidth by the volume per atom of the first frame: ${suggestion.toFixed(4)} 1/Å`;
  const select = element('colour', HTMLSelectElement);
  select.replaceChildren(...results.colours.map((name) => new Option(name, name)));
  const colour = results.colours.includes('set') ? 'set' : (results.colours[0] ?? '');
  select.value = colour;
  element('chosen').replaceChildren();
  element('kept').textContent = '';
  element('kept-plot').replaceChildren();
  element('kept-save').hidden = true;
  element('export').hidden = true;
  element('results').hidden = false;
  element('state').textContent = 'Done.';
  map.show(bounds, colour);
}

function figureOf({ title, svg }: Picture): HTMLElement {
  const figure = document.createElement('figure');
  const image = new Image();
  const blob = new Blob([svg], { type: 'image/svg+xml' });
  image.src = URL.createObjectURL(blob);
  image.alt = title;
  const name = title.replaceAll(/[^\p{L}\d]+/gu, '-');
  const svgButton = buttonOf(`SVG: ${title}`, 'SVG', () => save(`${name}.svg`, blob));
  const pngButton = buttonOf(`PNG: ${title}`, 'PNG', () => savePng(image, `${name}.png`));
  const caption = document.createElement('figcaption');
  caption.append(`${title} `, svgButton, ' ', pngButton);
  figure.append(image, caption);
  return figure;
}

function savePng(image: HTMLImageElement, name: string): void {
  const canvas = document.createElement('canvas');
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (blob === null) showFailure(`${name} cannot be drawn`);
    else save(name, blob);
  });
}

function buttonOf(label: string, text: string, act: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', act);
  return button;
}

function choose(set: number, files: readonly File[]): void {
  sample = null;
  chosenFiles[set] = [...files];
  element(`chosen-${set}`).textContent =
    files.map(({ name, size }) => `${name} (${(size / 1e6).toFixed(2)} MB)`).join(', ') || 'none';
}

function run(): void {
  const sets = chosenFiles
    .filter((files) => files.length > 0)
    .map((files) => ({ name: files.map((file) => file.name).join(', '), files }));
  if (sets.length === 0) {
    showFailure('choose a file, or a sample, first');
    return;
  }
  busy(true);
  ask({ do: 'run', sets, settings: takeSettings(sample) });
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
    choose(set, file === undefined ? [] : [file]);
  });
  sample = name;
  run();
}

function startSample(name: string): void {
  runSample(name).catch((thrown: unknown) => {
    showFailure(thrown instanceof Error ? thrown.message : String(thrown));
  });
}

for (const zone of document.querySelectorAll<HTMLElement>('.drop')) {
  const set = Number(zone.dataset.set);
  const input = zone.querySelector('input') as HTMLInputElement;
  input.addEventListener('change', () => choose(set, [...(input.files ?? [])]));
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    choose(set, [...(event.dataTransfer?.files ?? [])]);
  });
}
for (const button of document.querySelectorAll<HTMLElement>('[data-sample]')) {
  button.addEventListener('click', () => startSample(button.dataset.sample ?? ''));
}
element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
element('cancel').addEventListener('click', () => ask({ do: 'cancel' }));
element('whole').addEventListener('click', () => map.whole());
element('colour').addEventListener('change', () => map.colour(element('colour', HTMLSelectElement).value));
for (const what of ['json', 'csv', 'xyz'] as const) {
  element(what).addEventListener('click', () => ask({ do: 'save', what }));
}
element('export').addEventListener('click', () => ask({ do: 'save', what: 'chosen' }));
element('compress').addEventListener('click', () => {
  busy(true);
  ask({ do: 'compress', count: Number(element('count', HTMLInputElement).value) });
});
element('kept-save').addEventListener('click', () => ask({ do: 'save', what: 'kept' }));
showSettings();
const asked = new URLSearchParams(location.search).get('sample');
if (asked !== null) startSample(asked);
