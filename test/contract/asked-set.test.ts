import { describe, expect, it } from 'vitest';
import { labelOf } from '../../ts/base/species-mode.js';
import { deltaEntropy, DescriptorMatrix, type Structure } from '../../ts/node.js';
import {
  cautionText,
  EnvironmentMap,
  explore,
  type ExploredSet,
  headlineTexts,
  livingReportHtml,
  nextStepText,
  reportHtml,
  verdictText,
} from '../../ts/faces/node/explore.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { oneBatch, type OpenedReference, referenceFolder } from '../support/data/stored-references.js';

const { stored: store } = referenceFolder();

const WIDTH = 7;
const FRAME = 50;
const SETTINGS = { bandwidth: 0.02, epsilon: 0, seed: 3 };

/** Rows in frames and in clusters far from each other; of an element each where there are some. */
function framed(seed: number, rows: number, clusters: number, elements: readonly string[] = []) {
  const data = randomRows(seed, rows, WIDTH, 0.03);
  for (let row = 0; row < rows; row++) {
    const label = elements[row % elements.length];
    if (label !== undefined) data[row * WIDTH] = labelOf(label);
    data[row * WIDTH + 1] = (data[row * WIDTH + 1] as number) + 3 * Math.floor((clusters * row) / rows);
  }
  return inFrames(data, elements.length > 0);
}

function inFrames(data: Float64Array, hasElements = false): DescriptorMatrix {
  const frames = data.length / WIDTH / FRAME;
  return new DescriptorMatrix(data, {
    width: WIDTH,
    k: 4,
    cutoff: 5,
    species: hasElements ? 'center' : null,
    frameOffsets: Array.from({ length: frames + 1 }, (_, frame) => frame * FRAME),
    sources: Array.from({ length: frames }, (_, frame) => ({ file: 'train.xyz', frame })),
  });
}

const ask = (x: OpenedReference) => ({ name: 'train', x, structures: [], isAsked: true });

/** Each row of a map, against the row of the set that it says it is. */
function expectDrawnFrom(whole: DescriptorMatrix, { x, drawn }: ExploredSet): void {
  const rows = Array.from(drawn?.rows ?? []);
  expect(rows.length).toBe(x.rows);
  expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
  for (const [at, row] of rows.entries()) {
    const given = whole.data.subarray(row * WIDTH, (row + 1) * WIDTH);
    expect(x.data.subarray(at * WIDTH, (at + 1) * WIDTH)).toEqual(given);
    expect(x.frameOf(at)).toBe(whole.frameOf(row));
    expect(drawn?.atoms[at]).toBe(row % FRAME);
  }
}

describe.each(BACKENDS)('a set that is only asked (%s)', (backend) => {
  it.each([
    ['one element', framed(1, 40_000, 20), framed(2, 1000, 1)],
    ['elements', framed(3, 20_000, 10, ['Cu', 'Zr']), framed(4, 800, 1, ['Cu', 'Zr', 'Ag', 'Zr'])],
    ['copies', repeated(framed(5, 15_000, 10)), framed(6, 600, 1)],
  ])('gives δH and novelty of a second set as one in memory: %s', async (name, x, y) => {
    const known = await store(oneBatch(x), name === 'elements' ? { elements: () => ['Cu', 'Zr'] } : {});
    const structures = name === 'elements' ? structuresOf(y, ['Cu', 'Zr', 'Ag', 'Zr']) : [];
    const second = { name: 'new', x: y, structures };
    const { findings, sets, scan } = await explore([ask(known), second], SETTINGS, { backend });
    // Small files are mostly what the map shows.
    expect(known.bytesRead).toBeLessThan(known.facts.bytes * (name === 'one element' ? 0.5 : 1));
    const whole = await explore([{ name: 'train', x, structures: [] }, second], SETTINGS, { backend });
    const { overlap, novelty, mean, max } = whole.findings.comparison ?? {};
    expect(findings.comparison).toMatchObject({ overlap, novelty, mean, max, addedDiversity: null });
    // What elements the first has is known of the file alone.
    const [missing, missingEnvironments] = name === 'elements' ? [['Ag'], 200] : [[], null];
    expect(findings.comparison).toMatchObject({ missing, missingEnvironments });
    expect(sets[1]?.dH).toEqual(whole.sets[1]?.dH);
    expect(findings.sets[1]).toEqual(whole.findings.sets[1]);
    expect(findings.sets[0]).toMatchObject({ entropy: null, efficiency: null, diversity: null, known: 0 });
    expect(findings.sets[0]).toMatchObject({ environments: x.rows, frames: x.frames, gap: null });
    expect(scan).toEqual([]);
    expectDrawnFrom(x, sets[0] as ExploredSet);
    await known.close();
  });

  it('tells δH up to a bound, beyond which nothing is read', async () => {
    const x = framed(11, 40_000, 20);
    // Some near, some farther and farther from all.
    const y = framed(12, 1000, 1);
    y.data.forEach((value, at) => (y.data[at] = value + (at % WIDTH === 2 ? at / 3e4 : 0)));
    const known = await store(oneBatch(x));
    const second = { name: 'new', x: y, structures: [] };
    const exact = await deltaEntropy(y, x, { backend, bandwidth: SETTINGS.bandwidth });
    const bound = 12 * Math.LN10;
    const beyond = exact.filter((value) => value > bound).length;
    const within = exact.filter((value) => value < bound && value > bound / 2).length;
    expect(Math.min(beyond, within)).toBeGreaterThan(20);
    const { findings, sets } = await explore([ask(known), second], SETTINGS, { backend });
    exact.forEach((value, row) => {
      const told = sets[1]?.dH[row] as number;
      expect(Math.abs(told - Math.min(value, bound))).toBeLessThan(1e-6);
      if (value < bound / 2) expect(told).toBe(value);
    });
    expect(findings.comparison).toMatchObject({ beyond, max: bound });
    expect(known.bytesRead).toBeLessThan(known.facts.bytes * 0.6);
    const dH = headlineTexts(findings).find(({ name }) => name.startsWith('δH'));
    expect(dH?.values[1]).toMatch(/^≥ \d+\.\d, ≥ 27\.6$/);
    expect(dH?.meaning).toContain(`of ${beyond} environments only known to be 27.6 or more`);
    expect(verdictText(findings).why).toContain('mean δH is at least');
    await known.close();
  });

  it('says so wherever its numbers would stand', async () => {
    const x = framed(7, 40_000, 20);
    const known = await store(oneBatch(x));
    const sets = [ask(known), { name: 'new', x: framed(8, 500, 1), structures: [] }] as const;
    const exploration = await explore(sets, SETTINGS, { backend });
    const { findings } = exploration;
    const texts = headlineTexts(findings).map(({ name, values }) => [name, ...values]);
    expect(texts.filter((text) => text[1] === 'not computed').map(([name]) => name)).toEqual([
      'entropy H (nats)',
      'H / log N',
      'diversity D (nats)',
      'information gap (nats)',
    ]);
    expect(findings.cautions.map(cautionText)[0]).toMatch(
      /^train is only asked, not read: \d\.\d of its 2\.\d MB were needed\./,
    );
    expect(findings.settings).toMatchObject({ tolerance: 0 });
    const text = (await reportHtml(exploration, {}, { backend })).replaceAll(/\s+/g, ' ');
    expect(text).toContain('of 40,000 atoms of train, a set only asked');
    expect(text).toContain('all pairs (exact)');
    await expect(livingReportHtml({ exploration, select: '', notes: [] }, new Map())).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('train is only asked, an interactive report') as unknown,
    });
    const map = await EnvironmentMap.of(exploration.sets);
    expect(map.axes).toContain('PC 1');
    await known.close();
  });

  it('says what to do where it is alone, and cannot be the second', async () => {
    const known = await store(oneBatch(framed(9, 20_000, 10)));
    const { findings, sets } = await explore([ask(known)], SETTINGS, { backend });
    expect(sets[0]?.isAsked).toBe(true);
    expect(verdictText(findings).title).toBe('train knows 20,000 environments.');
    expect(nextStepText(findings)).toBe('Drop the structures that you want to hold against train.');
    const other = { name: 'x', x: framed(10, 100, 1), structures: [] };
    await expect(explore([other, ask(known)], SETTINGS, { backend })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'isAsked is true of the second set, expected of the first',
    });
    await known.close();
  });
});

/** Frames of atoms whose elements come in turn. */
function structuresOf({ frames }: DescriptorMatrix, elements: readonly string[]): Structure[] {
  return Array.from({ length: frames }, (_, frame) => ({
    positions: new Float64Array(3 * FRAME),
    species: Array.from(
      { length: FRAME },
      (_atom, at) => elements[(frame * FRAME + at) % elements.length] as string,
    ),
  }));
}

/** All rows, then all again in other frames. */
function repeated({ data }: DescriptorMatrix): DescriptorMatrix {
  const twice = new Float64Array(2 * data.length);
  twice.set(data);
  twice.set(data, data.length);
  return inFrames(twice);
}
