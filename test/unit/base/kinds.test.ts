import { expect, it } from 'vitest';
import {
  either,
  kindOf,
  listOf,
  NUMBER,
  NUMBERS,
  oneField,
  oneOf,
  options,
  record,
  TEXT,
} from '../../../ts/base/kinds.js';
import { nearestName } from '../../../ts/base/nearest-name.js';
import { shownValue } from '../../../ts/base/shown-value.js';
import { QuestsError } from '../../../ts/base/error.js';

const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(QuestsError);
    expect((thrown as QuestsError).code).toBe('INVALID_ARGUMENT');
    return (thrown as QuestsError).message;
  }
  return 'accepted';
};

it.each([
  [null, 'null'],
  [undefined, 'undefined'],
  ['h', '"h"'],
  [Number.NaN, 'NaN'],
  [[], 'an empty array'],
  [[[1, 2], [3, 4], [5]], 'an array of 3 arrays'],
  [[1, '2'], 'an array of 2 different things'],
  [[1], 'an array of 1'],
  [new Float32Array(3), 'a Float32Array of 3 numbers'],
  [Promise.resolve(), 'a promise (is an await missing?)'],
  [new Map(), 'a Map'],
  [{}, 'an empty object'],
  [{ a: 1, b: 2 }, 'an object with a, b'],
  [shownValue, 'the function shownValue'],
])('%j is shown as %s', (value, text) => {
  expect(shownValue(value)).toBe(text);
});

it.each([
  ['bandwith', 'bandwidth'],
  ['Bandwidth', 'bandwidth'],
  ['cut_off', 'cutoff'],
  ['K', 'k'],
])('the known name nearest to %s is %s', (name, nearest) => {
  expect(nearestName(name, ['backend', 'bandwidth', 'cutoff', 'k', 'signal'])).toBe(nearest);
});

it('an unknown option is refused by name, a value of another kind with what was expected', () => {
  const kind = options<{ k?: number; cutoff?: number }>({ k: NUMBER, cutoff: NUMBER });
  expect(problemOf(() => kind.judge({ cutof: 5 }, 'options'))).toBe(
    'unknown option "cutof"; did you mean "cutoff"? Options are cutoff, k',
  );
  expect(problemOf(() => kind.judge({ k: '32' }, 'options'))).toBe('k must be a number; got "32"');
  expect(problemOf(() => kind.judge(null, 'options'))).toBe('options must be an object of options; got null');
  expect(problemOf(() => kind.judge([], 'options'))).toBe(
    'options must be an object of options; got an empty array',
  );
  expect(problemOf(() => kind.judge({ k: 3, cutoff: undefined }, 'options'))).toBe('accepted');
  expect(problemOf(() => kind.judge(undefined, 'options'))).toBe('accepted');
});

it('an option that is needed is asked for', () => {
  const kind = options<{ length: number }>({ length: NUMBER }, ['length']);
  expect(problemOf(() => kind.judge({}, 'options'))).toBe('length must be a number; got undefined');
  expect(problemOf(() => kind.judge(undefined, 'options'))).toMatch(/^options must be an object of options/);
});

it('what is inside is named by its place', () => {
  const points = listOf(record('a point { size }', { size: NUMBER }), 'points { size }');
  expect(problemOf(() => points.judge([{ size: 1 }, { size: 'two' }], 'points'))).toBe(
    'points[1].size must be a number; got "two"',
  );
  expect(problemOf(() => points.judge([5], 'points'))).toBe('points[0] must be a point { size }; got 5');
});

it('numbers are flat', () => {
  expect(problemOf(() => NUMBERS.judge([[1], [2]], 'x'))).toBe(
    'x must be numbers in one flat array; got an array of 2 arrays',
  );
  expect(problemOf(() => NUMBERS.judge(Float64Array.of(1), 'x'))).toBe('accepted');
  expect(problemOf(() => NUMBERS.judge(new DataView(new ArrayBuffer(8)), 'x'))).toContain('got a DataView');
  expect(problemOf(() => NUMBERS.judge(BigInt64Array.of(1n), 'x'))).toContain('got a BigInt64Array');
});

it('one of several words, fields or kinds', () => {
  expect(problemOf(() => oneOf('auto', 'wasm').judge('cuda', 'backend'))).toBe(
    'backend must be "auto" or "wasm"; got "cuda"',
  );
  const size = oneField('{ count } or { fraction }', { count: NUMBER, fraction: NUMBER });
  expect(problemOf(() => size.judge({ count: 1, fraction: 0.5 }, 'size'))).toContain(
    '{ count } or { fraction }',
  );
  expect(problemOf(() => size.judge({ count: 'all' }, 'size'))).toBe(
    'size.count must be a number; got "all"',
  );
  expect(problemOf(() => size.judge({ fraction: 0.5 }, 'size'))).toBe('accepted');
  const path = either(
    'a path',
    [(value) => typeof value === 'string', TEXT],
    [
      Array.isArray,
      listOf(
        kindOf('a path', (value) => typeof value === 'string'),
        'paths',
      ),
    ],
  );
  expect(problemOf(() => path.judge(5, 'file'))).toBe('file must be a path; got 5');
  expect(problemOf(() => path.judge(['a', 5], 'file'))).toBe('file[1] must be a path; got 5');
});
