// All computing of the page, so that its own thread has nothing to do but to show.
import {
  bandwidthScan,
  compress,
  compressionCurve,
  DescriptorMatrix,
  descriptors,
  deltaEntropy,
  diversity,
  estimateBandwidth,
  figureSvg,
  bandwidthScanFigure,
  concatenated,
  fitLearningCurve,
  histogram,
  informationGap,
  learningCurve,
  learningCurveFigure,
  metrics,
  noveltySummary,
  type Progress,
  QuestsError,
  readStructures,
  type Structure,
  structuresBlob,
  volumePerAtom,
} from 'quests';
import { type Colouring, mapPicture, within } from './map-picture.js';
import { checkMemory } from './memory.js';
import { principalPlane } from './principal.js';
import type {
  Chosen,
  Comparison,
  Picture,
  Reply,
  Request,
  Results,
  SetNumbers,
  Settings,
} from './protocol.js';

/** One dataset, computed. */
interface DataSet {
  readonly name: string;
  readonly structures: readonly Structure[];
  readonly x: DescriptorMatrix;
  /** δH of each environment: against the first set for the second, within itself for the first. */
  readonly dH: Float64Array;
}

/** Environments of a learning curve at most, and of a scan of bandwidths; more would take as long as all the rest. */
const MOST_OF_CURVE = 5_000;

/** Lines of a list of frames. */
const LISTED = 12;

let sets: DataSet[] = [];
let results: Results | undefined;
let plane: Float32Array = new Float32Array(0);
let colourings: Record<string, Colouring> = {};
let chosen: Uint32Array = new Uint32Array(0);
let kept = new Set<number>();
let running: AbortController | undefined;

self.onmessage = ({ data }: MessageEvent<Request>) => {
  void answer(data).catch((thrown: unknown) => {
    fail(thrown);
  });
};

function send(reply: Reply): void {
  self.postMessage(reply);
}

function fail(thrown: unknown): void {
  const cancelled = thrown instanceof DOMException && thrown.name === 'AbortError';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  send({ is: 'failure', message: cancelled ? 'Cancelled.' : message, cancelled });
}

async function answer(request: Request): Promise<void> {
  switch (request.do) {
    case 'run':
      await run(request.sets, request.settings);
      return;
    case 'cancel':
      running?.abort();
      return;
    case 'map': {
      const colouring = colourings[request.colour];
      if (colouring === undefined) return;
      const range = rangeOf(colouring);
      const image = mapPicture(plane, colouring, range, request.view);
      send({ is: 'map', image, range: colouring.names.length > 0 ? null : range, names: colouring.names });
      return;
    }
    case 'compress':
      await keep(request.count);
      return;
    case 'choose':
      chosen = within(plane, request.polygon);
      send({ is: 'chosen', chosen: listed() });
      return;
    case 'save':
      await save(request.what);
      return;
  }
}

async function run(files: readonly (readonly File[])[], settings: Settings): Promise<void> {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  const { signal } = controller;
  const { k, cutoff, bandwidth, epsilon, select } = settings;
  let last = 0;
  const progress =
    (what: string) =>
    ({ done, total, phase }: Progress): void => {
      const now = performance.now();
      if (now - last < 50 && done < total) return;
      last = now;
      send({ is: 'progress', phase: `${what}: ${phase}`, share: total > 0 ? done / total : 0 });
    };
  const read: { name: string; structures: Structure[] }[] = [];
  for (const some of files) {
    const name = some.map((file) => file.name).join(', ');
    const structures: Structure[] = [];
    const options = { signal, onProgress: progress(name), ...(select === '' ? {} : { select }) };
    for await (const structure of readStructures(some, options)) structures.push(structure);
    if (structures.length === 0)
      throw new QuestsError('EMPTY', `${name}: no frames are left of the selection ${select}`);
    read.push({ name, structures });
  }
  const elements = settings.species ? elementsOf(read.flatMap(({ structures }) => structures)) : false;
  checkMemory(
    read.flatMap(({ structures }) => structures),
    k,
    elements === false ? 0 : elements.length,
  );
  const found: DataSet[] = [];
  const numbers: SetNumbers[] = [];
  const pictures: Picture[] = [];
  let comparison: Comparison | null = null;
  for (const { name, structures } of read) {
    const options = { signal, onProgress: progress(name) };
    const x = await descriptors(structures, { ...options, k, cutoff, species: elements });
    const own = await metrics(x, { ...options, bandwidth });
    const { gap, picture } = await curveOf(x, own.entropy, bandwidth, options);
    if (picture !== undefined)
      pictures.push({ title: `Learning curve of ${name}${sampled(x)}`, svg: picture });
    const { entropy, efficiency, diversity: D } = own;
    numbers.push({
      name,
      frames: structures.length,
      environments: x.rows,
      entropy,
      efficiency,
      diversity: D,
      gap,
    });
    const [first] = found;
    const dH = first === undefined ? own.dH : await deltaEntropy(x, first.x, { ...options, bandwidth });
    if (first !== undefined) {
      const both = await diversity(concatenated([first.x, x]), { ...options, bandwidth });
      const { overlap, novelty, mean, max } = await noveltySummary(dH, { epsilon });
      comparison = {
        overlap: overlap[0] as number,
        novelty,
        mean,
        max,
        addedDiversity: both - (numbers[0]?.diversity ?? NaN),
      };
    }
    found.push({ name, structures, x, dH });
  }
  pictures.unshift(...(await overview(found)));
  const [first] = found as [DataSet];
  const scanned = await bandwidthScan(sampleOf(first.x), { signal, onProgress: progress('bandwidths') });
  pictures.push({
    title: `Entropy of ${first.name} against the bandwidth${sampled(first.x)}`,
    svg: await figureSvg(bandwidthScanFigure(scanned, Math.min(first.x.rows, MOST_OF_CURVE)), { id: 'scan' }),
  });
  send({ is: 'progress', phase: 'map', share: 1 });
  plane = principalPlane(
    found.map(({ x }) => x.data),
    first.x.width,
  );
  sets = found;
  chosen = new Uint32Array(0);
  colourings = colouringsOf(found);
  results = {
    settings,
    sets: numbers,
    comparison,
    pictures,
    colours: Object.keys(colourings),
    suggestion: await suggestionFor(first.structures[0]),
  };
  send({ is: 'results', results, bounds: boundsOf(plane) });
}

/** Picks structures of the last set: those that add most to the first, where there are two. */
async function keep(count: number): Promise<void> {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  const { signal } = controller;
  const set = sets.at(-1);
  if (set === undefined || results === undefined) return;
  const { bandwidth } = results.settings;
  const onProgress = ({ done, total, phase }: Progress): void => {
    send({ is: 'progress', phase, share: total > 0 ? done / total : 0 });
  };
  const options = { signal, onProgress, bandwidth };
  const [first] = sets;
  const reference = first !== undefined && first !== set ? { reference: first.x } : {};
  const { picks } = await compress(set.x, { ...options, ...reference, size: { count } });
  const { entropy, diversity: D } = await compressionCurve(set.x, picks, options);
  const x = Array.from(picks, (_, at) => at + 1);
  const title = `Entropy of the structures kept of ${set.name}`;
  const svg = await figureSvg(
    {
      title,
      panels: [
        {
          x: { name: 'structures kept' },
          y: { name: 'entropy', unit: 'nats' },
          series: [
            { kind: 'line', name: 'entropy H', x, y: entropy },
            { kind: 'line', name: 'diversity D', x, y: D },
          ],
        },
      ],
    },
    { id: 'kept' },
  );
  kept = new Set(picks);
  const H = entropy.at(-1) ?? NaN;
  const whole = results.sets.at(-1)?.entropy ?? NaN;
  const text = `${picks.length} of ${set.structures.length} structures kept, frames ${Array.from(picks).join(', ')}: entropy ${H.toFixed(3)} nats, of all ${whole.toFixed(3)}.`;
  send({ is: 'kept', picture: { title, svg }, text });
}

/** Rows of a matrix that is not too long for work that is repeated: every nth. */
function sampleOf(x: DescriptorMatrix): DescriptorMatrix {
  if (x.rows <= MOST_OF_CURVE) return x;
  const data = new Float64Array(MOST_OF_CURVE * x.width);
  for (let row = 0; row < MOST_OF_CURVE; row++) {
    const at = Math.floor((row * x.rows) / MOST_OF_CURVE) * x.width;
    data.set(x.data.subarray(at, at + x.width), row * x.width);
  }
  return new DescriptorMatrix(data, { width: x.width });
}

/** Says where a picture shows a part only. */
function sampled({ rows }: DescriptorMatrix): string {
  return rows > MOST_OF_CURVE ? `, from ${MOST_OF_CURVE} of its ${rows} environments` : '';
}

async function curveOf(
  x: DescriptorMatrix,
  H: number,
  bandwidth: number,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
): Promise<{ gap: number | null; picture?: string }> {
  if (x.rows < 20) return { gap: null };
  const curve = await learningCurve(sampleOf(x), { ...options, bandwidth });
  const fit = await fitLearningCurve(curve).catch((thrown: unknown) => {
    // A curve that is straight, or flat, has no limit to tell; the picture shows it all the same.
    if (thrown instanceof QuestsError) return null;
    throw thrown;
  });
  const picture = await figureSvg(learningCurveFigure(curve, fit), { id: `curve-${String(x.rows)}` });
  const answered = fit === null ? null : informationGap(fit, H);
  const gap =
    answered !== null && 'value' in answered && typeof answered.value === 'number' ? answered.value : null;
  return { gap, picture };
}

async function overview(found: readonly DataSet[]): Promise<Picture[]> {
  const [first, second] = found as [DataSet, DataSet?];
  const shown = second ?? first;
  const of =
    second === undefined
      ? `of ${first.name} within itself`
      : `of ${second.name} for one who knows ${first.name}`;
  const bars = await figureSvg(
    {
      title: `δH ${of}`,
      panels: [
        {
          x: { name: 'δH', unit: 'nats' },
          y: { name: 'environments' },
          series: [histogram('δH', shown.dH)],
          markers: second === undefined ? [] : [{ axis: 'x', at: 0, label: 'new from here on' }],
        },
      ],
    },
    { id: 'histogram' },
  );
  const pictures = [{ title: `δH ${of}`, svg: bars }];
  if (shown.structures.length > 1) {
    const offsets = shown.x.frameOffsets;
    const means = shown.structures.map((_, frame) => {
      const values = shown.dH.subarray(offsets[frame], offsets[frame + 1]);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    const svg = await figureSvg(
      {
        title: `Mean δH of each frame ${of}`,
        panels: [
          {
            x: { name: 'frame' },
            y: { name: 'mean δH', unit: 'nats' },
            series: [{ kind: 'line', name: 'mean δH', x: means.map((_, at) => at), y: means }],
          },
        ],
      },
      { id: 'frames' },
    );
    pictures.push({ title: `Mean δH of each frame ${of}`, svg });
  }
  return pictures;
}

async function suggestionFor(structure: Structure | undefined): Promise<number | null> {
  if (structure?.cell === undefined) return null;
  try {
    return await estimateBandwidth(volumePerAtom(structure));
  } catch (thrown) {
    // An open or a flat cell has no volume: there is nothing to suggest then.
    if (thrown instanceof QuestsError) return null;
    throw thrown;
  }
}

function elementsOf(structures: readonly Structure[]): string[] {
  return [...new Set(structures.flatMap(({ species = [] }) => species))].sort();
}

function colouringsOf(found: readonly DataSet[]): Record<string, Colouring> {
  const rows = found.reduce((sum, { x }) => sum + x.rows, 0);
  const structures = found.flatMap((set) => set.structures);
  const filled = (values: (set: DataSet, at: number) => ArrayLike<number>): Float32Array => {
    const out = new Float32Array(rows);
    let row = 0;
    found.forEach((set, at) => {
      out.set(values(set, at), row);
      row += set.x.rows;
    });
    return out;
  };
  const all: Record<string, Colouring> = { δH: { values: filled(({ dH }) => dH), names: [] } };
  if (found.length > 1) {
    all.set = {
      values: filled(({ x }, at) => new Float32Array(x.rows).fill(at)),
      names: found.map(({ name }) => name),
    };
  }
  const elements = elementsOf(structures);
  if (structures.every(({ species }) => species !== undefined)) {
    const number = new Map(elements.map((element, at) => [element, at]));
    const values = Float32Array.from(
      structures.flatMap(({ species = [] }) => species.map((one) => number.get(one) ?? 0)),
    );
    all.element = { values, names: elements };
  }
  for (const [name, { width, kind }] of Object.entries(structures[0]?.arrays ?? {})) {
    if (kind === 'S' || name in all) continue;
    const columns = structures.map(({ arrays }) => arrays?.[name]);
    if (!columns.every((column) => column?.width === width && column.kind !== 'S')) continue;
    const values = new Float32Array(rows);
    let row = 0;
    // Vectors by their length.
    for (const column of columns) {
      const data = column?.data as ArrayLike<number>;
      for (let at = 0; at < data.length; at += width) {
        values[row++] =
          width === 1
            ? (data[at] as number)
            : Math.hypot(...Array.from({ length: width }, (_, i) => data[at + i] as number));
      }
    }
    all[width === 1 ? name : `|${name}|`] = { values, names: [] };
  }
  return all;
}

/** Where colours begin and end: without the outermost hundredth, which would leave the rest one colour. */
function rangeOf({ values }: Colouring): readonly [number, number] {
  const sorted = values.filter(Number.isFinite).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return [at(0.01), at(0.99)];
}

function boundsOf(points: Float32Array): number[] {
  const bounds = [Infinity, -Infinity, Infinity, -Infinity];
  points.forEach((value, at) => {
    const low = at % 2 === 0 ? 0 : 2;
    bounds[low] = Math.min(bounds[low] as number, value);
    bounds[low + 1] = Math.max(bounds[low + 1] as number, value);
  });
  return bounds;
}

/** The frames of the chosen environments, by set. */
function chosenFrames(): { set: DataSet; frame: number; atoms: Set<number> }[] {
  const frames = new Map<string, { set: DataSet; frame: number; atoms: Set<number> }>();
  const firsts = sets.map((_, at) => sets.slice(0, at).reduce((sum, { x }) => sum + x.rows, 0));
  for (const row of chosen) {
    const at = firsts.findLastIndex((first) => first <= row);
    const set = sets[at] as DataSet;
    const own = row - (firsts[at] as number);
    const frame = set.x.frameOf(own);
    const key = `${at} ${frame}`;
    const known = frames.get(key) ?? { set, frame, atoms: new Set<number>() };
    frames.set(key, known);
    known.atoms.add(own - (set.x.frameOffsets[frame] as number));
  }
  return [...frames.values()];
}

function listed(): Chosen {
  const frames = chosenFrames();
  const lines = frames.slice(0, LISTED).map(({ set, frame, atoms }) => {
    const { source } = set.structures[frame] as Structure;
    const place = source === undefined ? set.name : `${source.file}, frame ${source.frame}`;
    const numbers = [...atoms].slice(0, LISTED).join(' ');
    return `${place}: ${atoms.size} atoms: ${numbers}${atoms.size > LISTED ? ' …' : ''}`;
  });
  return { atoms: chosen.length, frames: frames.length, lines };
}

async function save(what: 'json' | 'csv' | 'xyz' | 'chosen' | 'kept'): Promise<void> {
  if (what === 'json') {
    const { settings, sets: numbers, comparison, suggestion } = results as Results;
    const rest = { settings, sets: numbers, comparison, suggestion };
    send({ is: 'file', name: 'quests.json', blob: new Blob([`${JSON.stringify(rest, null, 2)}\n`]) });
    return;
  }
  if (what === 'csv') {
    const lines = sets.flatMap(({ name, x, dH }, set) =>
      Array.from(dH, (value, row) => {
        const frame = x.frameOf(row);
        return `${set},"${name.replaceAll('"', '""')}",${frame},${row - (x.frameOffsets[frame] as number)},${value}\n`;
      }),
    );
    send({ is: 'file', name: 'quests.csv', blob: new Blob(['set,file,frame,atom,dH\n', ...lines]) });
    return;
  }
  if (what === 'kept') {
    const set = sets.at(-1) as DataSet;
    const blob = await structuresBlob([...kept].map((frame) => withColumns(set, frame)));
    send({ is: 'file', name: 'kept.xyz', blob });
    return;
  }
  const structures =
    what === 'xyz'
      ? sets.flatMap((set) => set.structures.map((_, frame) => withColumns(set, frame)))
      : chosenFrames().map(({ set, frame, atoms }) => withColumns(set, frame, atoms));
  send({
    is: 'file',
    name: what === 'xyz' ? 'quests.xyz' : 'chosen.xyz',
    blob: await structuresBlob(structures),
  });
}

/** A frame with the δH of its atoms, and with which of them were chosen. */
function withColumns({ structures, x, dH }: DataSet, frame: number, atoms?: ReadonlySet<number>): Structure {
  const structure = structures[frame] as Structure;
  const data = dH.slice(x.frameOffsets[frame], x.frameOffsets[frame + 1]);
  const marks = atoms && Uint8Array.from(data, (_, atom) => Number(atoms.has(atom)));
  return {
    ...structure,
    arrays: {
      ...structure.arrays,
      dH: { data, kind: 'R', width: 1 },
      ...(marks ? { chosen: { data: marks, kind: 'L', width: 1 } } : {}),
    },
  };
}
