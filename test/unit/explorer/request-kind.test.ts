import { expect, it } from 'vitest';
import { ANYTHING } from '../../../ts/base/kinds.js';
import { Explorer } from '../../../ts/explorer/explorer.js';
import type { ExploreReply, ExploreRequest } from '../../../ts/explorer/protocol.js';
import { requestKind } from '../../../ts/explorer/request-kind.js';

const settings = { k: 8, cutoff: 5, bandwidth: 0.015, epsilon: 1e-5, species: false, select: '' };
const run = { do: 'run', sets: [{ name: 'a', files: [1] }], settings };
const view = { x: 0, y: 0, scale: 1, width: 300.5, height: 200 };

it.each([
  run,
  { ...run, settings: { ...settings, threads: null, tolerance: null, seed: 1 } },
  { do: 'cancel' },
  { do: 'map', view, colour: 'set' },
  { do: 'compress', count: 3 },
  { do: 'frames', of: 'entropy' },
  { do: 'frame', set: 0, frame: 1 },
  { do: 'select', selection: { by: 'lasso', polygon: new Float64Array(6) } },
  { do: 'select', selection: { by: 'point', point: [0, 1], reach: 2, colour: 'set', hidden: [0] } },
  { do: 'select', selection: { by: 'dH', low: -Infinity, high: Infinity } },
  { do: 'select', selection: { by: 'atoms', set: 0, frame: 0, atoms: new Uint32Array(0) } },
  { do: 'save', what: 'report' },
])('%j is a request', (request) => {
  expect(requestKind(ANYTHING).judge(request, 'request')).toBe(request);
});

it.each([
  [5, /^request must be an object whose do is "run" or /],
  [{ do: 'format' }, /^request\.do must be "run" or .*; got "format"$/],
  [{ do: 'run', settings }, 'request.sets must be an array of sets; got undefined'],
  [{ ...run, settings: { ...settings, select: 5 } }, 'select must be a string; got 5'],
  [{ ...run, settings: { ...settings, bandwidth: '0.1' } }, 'bandwidth must be a number; got "0.1"'],
  [{ ...run, settings: { ...settings, thread: 2 } }, /^unknown option "thread"; did you mean "threads"/],
  [
    { do: 'map', view: { ...view, width: 1e9 }, colour: 'set' },
    /^request\.view\.width must be a number from 0/,
  ],
  [
    { do: 'select', selection: { by: 'lasso', polygon: [0, 1] } },
    /^request\.selection\.polygon must be a Float64Array/,
  ],
  [
    { do: 'select', selection: { by: 'lasso', polygon: new Float64Array(5) } },
    /^request\.selection\.polygon must be a Float64Array, x y of one corner after the other; got/,
  ],
  [
    { do: 'select', selection: { by: 'lasso', polygon: Float64Array.of(0, NaN) } },
    /^request\.selection\.polygon must be a Float64Array, x y/,
  ],
  [
    { do: 'select', selection: { by: 'dH', low: NaN, high: 1 } },
    'request.selection.low must be a number; got NaN',
  ],
  [
    { do: 'select', selection: { by: 'point', point: [NaN, 1], reach: 1 } },
    /^request\.selection\.point\[0\] must be a number; got NaN/,
  ],
  [
    { do: 'select', selection: { by: 'lasso', polygon: new Float64Array(6), colour: 'set', hidden: [-1] } },
    /^request\.selection\.hidden\[0\] must be /,
  ],
  [{ do: 'filter', filter: { elements: 'Cu' } }, /^elements must be /],
  [{ do: 'save', what: '../x' }, /^request\.what must be "report" or /],
] as const)('%j is none, and says why', async (request, told) => {
  const replies: ExploreReply[] = [];
  const explorer = new Explorer<number>(
    () => Promise.reject(new Error('nothing is to be opened')),
    (reply) => replies.push(reply),
  );
  await explorer.answer(request as unknown as ExploreRequest<number>);
  expect(replies).toEqual([
    {
      is: 'failure',
      code: 'INVALID_ARGUMENT',
      cancelled: false,
      message: expect.stringMatching(told) as string,
    },
  ]);
});
