import { describe, expect, it } from 'vitest';

import {
  cautionText,
  type Comparison,
  compressCommand,
  countOf,
  countText,
  decimalText,
  digitsText,
  type DrawnFrame,
  failureText,
  type Findings,
  framesCommand,
  frameText,
  gapReasonText,
  type GapRefusal,
  gapRefusalText,
  headlineTexts,
  keptShareText,
  keptText,
  LEAST_DELTA,
  methodsText,
  nextStepText,
  plainText,
  progressText,
  rangeTexts,
  reportDate,
  selectedFrameText,
  selectionText,
  type SetNumbers,
  setRecords,
  shortNames,
  verdictText,
} from '../../../ts/faces/node/explore.js';
import type { ModeOutcome } from '../../../ts/faces/node/analysis.js';

const SET: SetNumbers = {
  name: 'a.xyz',
  frames: 3,
  environments: 12_000,
  elements: ['Cu'],
  entropy: 5.938,
  entropyError: 0,
  efficiency: 0.632,
  diversity: 6.1,
  diversityError: 0,
  known: 12_000,
  gap: 0.25,
  gapRefusal: null,
  gapAtMost: null,
};

const COMPARISON: Comparison = {
  overlap: 0.95,
  novelty: 0.045,
  mean: -2.7,
  max: 8,
  beyond: 0,
  addedDiversity: 0.5,
  missing: [],
  missingEnvironments: null,
};

function findings(sets: readonly SetNumbers[], comparison: Comparison | null = null): Findings {
  return {
    settings: { bandwidth: 0.015, epsilon: 0.1 + 0.2, tolerance: 0, seed: 0 },
    sets,
    hasElements: false,
    comparison,
    suggestion: null,
    cautions: [],
  };
}

const meaningOf = (found: Findings, name: string): string | undefined =>
  headlineTexts(found).find((line) => line.name === name)?.meaning;

describe('numbers', () => {
  it('have commas between thousands', () => {
    expect([0, 999, 1000, 123_456, 1_234_567].map(countText)).toEqual([
      '0',
      '999',
      '1,000',
      '123,456',
      '1,234,567',
    ]);
    expect([countOf(1, 'atom'), countOf(1266, 'atom')]).toEqual(['1 atom', '1,266 atoms']);
  });

  it('have a minus, not a hyphen, and no sign where they round to 0', () => {
    expect(decimalText(-2.71, 1)).toBe('−2.7');
    expect(decimalText(-0.01, 1)).toBe('0.0');
    expect(decimalText(NaN, 1)).toBe('–');
    expect(digitsText(-0.01234, 3)).toBe('−0.0123');
  });

  it('have no digits of rounding', () => {
    expect([0.005000000000000001, 0.1 + 0.2, 1e-5, -1e-7].map(plainText)).toEqual([
      '0.005',
      '0.3',
      '0.00001',
      '−1e-7',
    ]);
  });
});

describe('the verdict', () => {
  const SECOND = { ...SET, name: 'b.xyz' };
  const verdict = (novelty: number): [string, string] => {
    const { title, why } = verdictText(findings([SET, SECOND], { ...COMPARISON, novelty }));
    return [title, why];
  };

  it('says of one set how many environments are distinct, and what more data would add', () => {
    const one = (own: Partial<SetNumbers>): [string, string] => {
      const { title, why } = verdictText(findings([{ ...SET, gap: null, gapRefusal: null, ...own }]));
      return [title, why];
    };
    const [distinct, entropy] = ['about 379 distinct environments out of 12,000', 5.938];
    expect(one({ entropy, efficiency: 0.632 })).toEqual([
      `a.xyz is mostly redundant: ${distinct}.`,
      'Effective size e^H, with H = 5.938 nats, H / log N = 0.632.',
    ]);
    expect(one({ entropy, environments: 600, entropyError: 0.05, gap: 0.251 })).toEqual([
      'a.xyz: about 379 distinct environments out of 600.',
      expect.stringMatching(/H = 5\.938 ± 0\.050 nats, .* would add about 0\.25 nats\.$/),
    ]);
    expect(one({ gapRefusal: { is: 'flat' } })[1]).toMatch(/would add next to nothing\.$/);
    expect(one({ entropy, environments: 400, efficiency: 0.991 })).toEqual([
      'a.xyz is saturated: too few data or too narrow a bandwidth.',
      'Effective size: about 379 distinct environments out of 400 (e^H). H = 5.938 nats, ' +
        'H / log N = 0.991: above 0.9, H is limited by sample size.',
    ]);
    expect(one({ entropy: 0, environments: 1, efficiency: NaN })[0]).toBe(
      'a.xyz: about 1 distinct environment out of 1.',
    );
  });

  it('says for how much of a second set a model would extrapolate', () => {
    expect(verdict(0.045)).toEqual([
      '4.5 % of b.xyz is outside a.xyz.',
      'Of its 12,000 environments, 4.5 % are unlike any in a.xyz (δH ≥ 0.3) and 95.0 % are covered ' +
        '(δH < 0.3); mean δH is −2.7 nats. A model trained on a.xyz would extrapolate for 4.5 % of ' +
        "b.xyz's environments.",
    ]);
  });

  it.each([
    [0, 'b.xyz adds next to nothing to a.xyz.', 'a.xyz covers essentially all of b.xyz.'],
    [0.0099, 'b.xyz adds next to nothing to a.xyz.', 'a.xyz covers essentially all of b.xyz.'],
    [0.01, '1.0 % of b.xyz is outside a.xyz.', "extrapolate for 1.0 % of b.xyz's environments."],
    [0.995, '99.5 % of b.xyz is outside a.xyz.', "extrapolate for 99.5 % of b.xyz's environments."],
    [1, 'All of b.xyz is outside a.xyz.', "extrapolate for all of b.xyz's environments."],
  ])('of a novelty of %d', (novelty, title, end) => {
    const [first, why] = verdict(novelty);
    expect(first).toBe(title);
    expect(why.endsWith(end)).toBe(true);
  });
});

describe('the headlines', () => {
  it('have a line for what matters of one set, of two, and of a sample', () => {
    const names = (found: Findings): string[] => headlineTexts(found).map(({ name }) => name);
    const one = [
      'environments',
      'entropy H (nats)',
      'H / log N',
      'diversity D (nats)',
      'information gap (nats)',
    ];
    expect(names(findings([SET]))).toEqual(one);
    const two = ['overlap', 'novelty', 'δH, mean and largest (nats)', 'diversity added (nats)'];
    expect(names(findings([SET, SET], COMPARISON))).toEqual([...one, ...two]);
    const sampled = findings([{ ...SET, known: 2034, entropyError: 0.05 }]);
    expect(names(sampled)[1]).toBe('environments sampled');
    expect(headlineTexts(sampled)[2]?.values).toEqual(['5.938 ± 0.050']);
  });

  it('warn where a set is saturated, and say what to do', () => {
    const line = headlineTexts(findings([{ ...SET, efficiency: 0.956 }])).find(({ isWarning }) => isWarning);
    expect(line).toMatchObject({
      name: 'H / log N',
      values: ['0.956'],
      meaning: 'saturated (> 0.9): H is limited by sample size. Add data or widen the bandwidth',
    });
  });

  it('warn where elements are treated as one', () => {
    const found = findings([{ ...SET, elements: ['Cu', 'Au'] }]);
    expect(meaningOf(found, 'elements')).toBe(
      "Au, Cu: treated as one element. Turn on 'distinguish elements' (--species full) to include chemistry",
    );
  });

  it('say of which set a gap is not resolved', () => {
    const unresolved = { ...SET, gap: null, gapRefusal: { is: 'flat' } } as const;
    const meaning = 'how much H would still grow with more data of the same kind';
    const name = 'information gap (nats)';
    expect(meaningOf(findings([SET]), name)).toBe(meaning);
    expect(meaningOf(findings([unresolved]), name)).toBe(
      `${meaning}; not resolved: H is flat within scatter`,
    );
    expect(meaningOf(findings([{ ...unresolved, gapAtMost: 0.03 }]), name)).toBe(
      `${meaning}; not resolved, at most 0.030 nats: H is flat within scatter`,
    );
    expect(meaningOf(findings([SET, unresolved], COMPARISON), name)).toBe(
      `${meaning}; not resolved for the second set: H is flat within scatter`,
    );
  });

  it('say that a sample gives no added diversity', () => {
    const found = findings([SET, SET], { ...COMPARISON, addedDiversity: null });
    expect(headlineTexts(found).at(-1)).toMatchObject({
      values: ['', 'not computed'],
      meaning: 'D(both) − D(first); takes all environments of both',
    });
  });
});

it.each<[GapRefusal, string]>([
  [{ is: 'too-few', needed: 20 }, 'a learning curve takes at least 20 environments'],
  [{ is: 'flat' }, 'H is already flat within scatter'],
  [{ is: 'not-above', limit: -0.5, entropy: 1 }, 'the extrapolated H_max (−0.500 nats) is not above H'],
  [{ is: 'unsaturated', efficiency: 0.97 }, 'H is limited by sample size: add data or widen the bandwidth'],
  [{ is: 'rising', slope: 0.4 }, 'the curve still rises, and its points do not show where that ends'],
  [{ is: 'unstable' }, 'the extrapolated H_max depends on individual points of the fit'],
  [{ is: 'uncertain', error: 542, gap: 0.2 }, 'uncertainty of H_max exceeds the gap'],
  [
    { is: 'far', environments: 123_456, multiple: 10 },
    'would extrapolate beyond 10× the data (≈ 120,000 environments)',
  ],
  [{ is: 'far', environments: Infinity, multiple: 10 }, 'would extrapolate beyond 10× the data'],
])('says why there is no information gap: %j', (refusal, text) => {
  expect(gapRefusalText(refusal)).toBe(text);
  expect(gapReasonText(refusal).split(' ').length).toBeLessThanOrEqual(5);
  expect(setRecords([SET, { ...SET, gapRefusal: refusal }]).map(({ gapRefusal }) => gapRefusal)).toEqual([
    null,
    text,
  ]);
});

describe('a frame', () => {
  const FRAME: DrawnFrame = {
    set: 0,
    frame: 4,
    positions: new Float32Array(9),
    colours: new Uint8Array(9),
    names: [],
    radii: new Float32Array(3),
    bonds: { atoms: new Uint32Array(0) },
    swatches: [],
    relativeTo: null,
    cell: Float32Array.of(3, 4, 0, 0, 6, 0, 0, 0, 7),
    dH: Float64Array.of(-1, 2.5, NaN),
    range: [0, 1],
    source: { file: 'a.xyz', frame: 4 },
    elements: [
      { symbol: 'Cu', atoms: 2 },
      { symbol: 'O', atoms: 1 },
    ],
    summary: { known: 2, lowest: -1, highest: 2.5, mean: 0.75, atoms: [1, 0] },
  };

  it('is said with its atoms, its cell and the highest δH', () => {
    expect(frameText(FRAME)).toBe(
      'a.xyz, frame 4: 3 atoms (2 Cu, 1 O), cell edges 5.00, 6.00, 7.00 Å; δH of the 2 sampled atoms ' +
        'from −1.00 to 2.50 nats, mean 0.75; highest at atoms 1 (2.50), 0 (−1.00).',
    );
  });

  it('is said with the set that δH is relative to', () => {
    expect(frameText({ ...FRAME, relativeTo: 'b.xyz' })).toContain(
      'δH of the 2 sampled atoms relative to b.xyz from −1.00 to 2.50 nats',
    );
  });

  it('is said with numbers of types, without what is not known', () => {
    const elements = [
      { symbol: '3', atoms: 1 },
      { symbol: '1', atoms: 2 },
    ];
    expect(frameText({ ...FRAME, elements, source: null, cell: null, summary: null })).toBe(
      'frame 4: 3 atoms (type 3: 1, type 1: 2), no periodic cell; δH is not known of any atom.',
    );
  });
});

it('says what is selected', () => {
  const frame = { set: 0, name: 'a', frame: 7, source: null, atoms: [1, 2], count: 2 };
  const all = {
    atoms: 1266,
    frames: 27,
    listed: [frame],
    ofShown: new Uint32Array(0),
    framesOfSet: new Uint32Array(0),
    places: [],
  };
  expect(selectionText(all)).toBe('1,266 atoms selected in 27 frames (first 1 shown)');
  expect(selectionText({ ...all, atoms: 1, frames: 1 })).toBe('1 atom selected in 1 frame');
  expect(selectedFrameText(frame)).toBe('a, frame 7: 2 atoms: 1 2');
  expect(selectedFrameText({ ...frame, source: { file: 'b.xyz', frame: 3 }, count: 1300 })).toBe(
    'b.xyz, frame 3: 1,300 atoms: 1 2 …',
  );
});

it('says what selected structures hold', () => {
  const kept = {
    set: 'b.xyz',
    structures: 1200,
    entropyOfSet: 4.532,
    reference: null,
    epsilon: 0.005000000000000001,
    frames: [3, 1],
    places: [
      { file: 'b.xyz', frame: 30 },
      { file: 'b.xyz', frame: 10 },
    ],
    entropy: Float64Array.of(1, 2.5),
    diversity: Float64Array.of(1, 2.6),
    counts: [1, 2],
    overlap: [0.5, 0.75],
    random: [0.25, 0.375],
    randomEntropy: Float64Array.of(1, 2.25),
    randomDiversity: Float64Array.of(1, 2.3),
  };
  const text =
    '2 of 1,200 structures selected, frames 30, 10: entropy 2.500 nats (all structures: 4.532); ' +
    '75.0 % of the environments of b.xyz are covered by them';
  expect(keptText(kept)).toBe(`${text} (δH < 0.005).`);
  expect(keptText({ ...kept, reference: 'a.xyz' })).toBe(`${text} and a.xyz (δH < 0.005).`);
  const places = [
    { file: 'runs/1/b.xyz', frame: 30 },
    { file: 'runs/2/b.xyz', frame: 10 },
  ];
  expect(keptText({ ...kept, places })).toContain('frames 30 of 1/b.xyz, 10 of 2/b.xyz: entropy');
  expect(keptShareText({ ...kept, reference: 'a.xyz' }, 1)).toBe(
    'The first 1 structure, with a.xyz, covers 50.0 % of the environments of b.xyz (25.0 % by as many at ' +
      'random) at δH < 0.005; their entropy is 1.000 nats.',
  );
  expect(methodsText(kept, 2, { k: 32, cutoff: 5, bandwidth: 0.015, species: false, select: '' })).toBe(
    '2 structures of the 1,200 of b.xyz were selected by minimum set coverage (quests; arXiv 2511.10561) ' +
      'with k = 32, a cutoff of 5 Å and a bandwidth of 0.015 Å⁻¹; they cover 75.0 % of its environments ' +
      '(δH < 0.005 nats); as many at random cover 37.5 %.',
  );
});

describe('commands', () => {
  const SETTINGS = { k: 32, cutoff: 5, bandwidth: 0.015, species: false, select: '' };

  it('select the same structures, with what differs from the defaults', () => {
    expect(compressCommand([['b.xyz']], 3, SETTINGS)).toBe('quests compress b.xyz -s 3 -o kept.xyz');
    const settings = { k: 16, cutoff: 4.5, bandwidth: 0.03, species: true, select: '::10' };
    expect(compressCommand([['a.xyz', 'more.xyz@:5'], ["it's b.xyz"]], 3, settings)).toBe(
      "quests compress 'it'\\''s b.xyz@::10' -r a.xyz@::10 -r more.xyz@:5 -s 3 -k 16 -c 4.5 -b 0.03 " +
        '--species blocks -o kept.xyz',
    );
  });

  it('write the same frames, runs of them as one, unless they are too many', () => {
    const places = [1, 2, 3, 7].map((frame) => ({ file: 'a.xyz', frame }));
    expect(framesCommand([...places, { file: 'b.xyz', frame: 0 }])).toBe(
      'quests convert a.xyz@1:4 a.xyz@7 b.xyz@0 -o selected.xyz',
    );
    expect(
      framesCommand(Array.from({ length: 61 }, (_, at) => ({ file: 'a', frame: 2 * at }))),
    ).toBeUndefined();
    expect(framesCommand([])).toBeUndefined();
  });
});

describe('elements that the first set lacks', () => {
  const B = { ...SET, name: 'b.xyz' };
  const told = (
    missing: readonly string[],
    missingEnvironments: number | null,
    novelty: number,
  ): { title: string; why: string } =>
    verdictText(findings([SET, B], { ...COMPARISON, novelty, missing, missingEnvironments }));

  it('come first, whatever the numbers are', () => {
    expect(told(['O'], null, 0).title).toBe(
      'a.xyz has no O. By positions alone, b.xyz adds next to nothing to a.xyz.',
    );
    expect(told(['O'], null, 0).why).toMatch(/^The numbers ignore chemistry: turn on 'distinguish elements'/);
    expect(told(['O'], null, 0).why).not.toContain('covers essentially all');
    expect(told(['O'], null, 0.5).why).toContain('would extrapolate for at least 50.0 % of');
    expect(told(['O', 'Zr'], 12, 1).title).toBe('a.xyz has no O, Zr. All of b.xyz is outside a.xyz.');
    expect(told(['O', 'Zr'], 12, 1).why).toMatch(
      /^12 environments of b\.xyz of these elements count as outside/,
    );
  });

  it('are named in full below where they are many', () => {
    const all = ['Ag', 'Al', 'As', 'Au', 'B', 'Ba', 'Be', 'Bi'];
    const { title, why } = told(all, 1, 0.5);
    expect(title).toMatch(/^a\.xyz has no Ag, Al, As, Au, B, Ba and 2 further elements\./);
    expect(why).toContain(`a.xyz has no ${all.join(', ')}.`);
  });
});

it('says what is to be known before the numbers are read', () => {
  expect(cautionText({ is: 'no-neighbours', set: 'a.xyz', cutoff: 5 })).toBe(
    'a.xyz: no environment has a neighbour within 5 Å; all look alike',
  );
  expect(cautionText({ is: 'saturated', set: 'a.xyz', efficiency: 0.98 })).toMatch(
    /^a\.xyz: saturated, H \/ log N is 0\.980, above 0\.9;/,
  );
  expect(cautionText({ is: 'unsaid', set: 'x.npy', missing: ['k', 'cutoff'] })).toMatch(
    /^x\.npy has no k or cutoff metadata/,
  );
  const outcome = (entropy: number, novelty: number | null): ModeOutcome => ({ entropy, novelty });
  const effect = { elements: ['Cu', 'Zr'], refused: [], environments: 1992, bandwidth: 0.015 };
  const full = outcome(5.184, 0.34);
  expect(
    cautionText({
      is: 'elements',
      set: 'a.xyz',
      second: 'b.xyz',
      effect: { ...effect, ignore: outcome(4.1, 0.02), full },
    }),
  ).toBe(
    'Cu, Zr are treated as one element: on a sample of 1,992 environments --species full gives ' +
      'H = 5.18 instead of 4.10 (h = 0.015), and finds 34.0 % of b.xyz novel relative to a.xyz instead ' +
      'of 2.0 % (novel: δH above that of 95 % of a.xyz within itself)',
  );
  const alone = { is: 'elements', set: 'a.xyz', second: null } as const;
  expect(cautionText({ ...alone, effect: { ...effect, ignore: outcome(4.1, 0.02), full } })).toMatch(
    /34.0 % of the second half of the frames novel relative to the first half instead of 2.0 %/,
  );
  expect(cautionText({ ...alone, effect: { ...effect, ignore: outcome(4.1, null), full } })).toMatch(
    /instead of 4.10 \(h = 0.015\)$/,
  );
  const refused = { ...effect, refused: ['1', ''], environments: 0, ignore: null, full: null };
  expect(cautionText({ ...alone, effect: refused })).toBe(
    'Cu, Zr are treated as one element; --species full needs elements up to Cm, not 1, atoms of no ' +
      'species: name types by --elements, e.g. Cu,Zr',
  );
});

it('says what one does next', () => {
  expect(nextStepText(findings([{ ...SET, efficiency: 0.95 }]))).toMatch(/^Add data or widen the bandwidth/);
  expect(nextStepText(findings([SET]))).toContain('quests compress');
  const two = (novelty: number): string => nextStepText(findings([SET, SET], { ...COMPARISON, novelty }));
  expect(two(0)).toMatch(/^There is little to gain/);
  expect(two(0.5)).toMatch(/^Label the structures of/);
  const blind = { ...COMPARISON, missing: ['O'], missingEnvironments: null };
  expect(nextStepText(findings([SET, SET], blind))).toMatch(
    /^Turn on 'distinguish elements' \(--species full\)/,
  );
});

describe('names of files', () => {
  it('are the shortest ends of paths that tell them apart', () => {
    const paths = ['/home/me/runs/1/train.xyz', '/home/me/runs/2/train.xyz', 'C:\\data\\melt.xyz'];
    expect([...shortNames(paths).values()]).toEqual(['1/train.xyz', '2/train.xyz', 'melt.xyz']);
    expect([...shortNames(['/a/x.xyz', 'x.xyz']).values()]).toEqual(['a/x.xyz', 'x.xyz']);
    expect([...shortNames(['https://host/a/x.xyz?token=1']).values()]).toEqual(['https://host/a/x.xyz']);
  });
});

it.each<[readonly [number, number], readonly [string, string]]>([
  [
    [-4.888, 62.94],
    ['−4.9', '62.9'],
  ],
  [
    [-8.31e-10, 50],
    ['0.0', '50.0'],
  ],
  [
    [-8.31e-10, -8.31e-10],
    ['0', '0'],
  ],
  [
    [1.5e-6, 2e-6],
    ['0.00000150', '0.00000200'],
  ],
  [
    [0, 0],
    ['0', '0'],
  ],
  [
    [-0.00512, 0.2],
    ['−0.005', '0.200'],
  ],
  [
    [1, 2.5e7],
    ['1.00', '2.50e+7'],
  ],
])('writes the ends of a scale %j', (range, texts) => {
  expect(rangeTexts(range, LEAST_DELTA)).toEqual(texts);
  // Other quantities may be small.
  expect(rangeTexts([0, 8e-19])).toEqual(['0.00', '8.00e-19']);
});

it('dates a report', () => {
  expect(reportDate('1735689600')).toBe('2025-01-01');
  expect(reportDate()).toMatch(/^\d{4}-\d\d-\d\d$/);
});

it('says what is being done', () => {
  expect(progressText({ phase: 'kernel sums', of: 'a.xyz' })).toBe('a.xyz: computing entropy…');
  expect(progressText({ phase: 'map', of: null })).toBe('drawing the map…');
  // What has no words of its own keeps the library's.
  expect(progressText({ phase: 'bonds', of: null })).toBe('bonds…');
});

it('says what to do where the module cannot be loaded', () => {
  const message = 'no backend can be loaded: native: not for this environment; wasm: Failed to fetch';
  expect(failureText(message, 'BACKEND_UNAVAILABLE')).toBe(
    'Could not load the compute module. Check the connection and reload.',
  );
  expect(failureText('x.xyz, line 4: not a number', 'INVALID_FILE')).toBe('x.xyz, line 4: not a number');
});
