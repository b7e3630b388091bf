import { describe, expect, it } from 'vitest';
import { loadBackend } from '../../../ts/node.js';
import { failureText, instance, isOutOfMemory } from '../../../ts/backend/out-of-memory.js';
import { inCore, QuestsError } from '../../../ts/base/error.js';

const LINE = new RegExp(
  String.raw`^WebAssembly is out of memory: it has \d+\.\d GB of at most 4\.0, and (\d+\.\d) GB were to ` +
    String.raw`come; use the native backend, an estimate \(--tolerance\), or fewer environments$`,
);

describe('arrays that the memory of WebAssembly has no room for', () => {
  // The last one is 2³² bytes and a few more: in 32 bits, the few.
  it.each([
    ['2.3', 5_000_000],
    ['4.5', 9_500_000],
    ['4.0', 8_521_762],
  ])('are TOO_LARGE, with the size and what helps: %s GB', async (size, rows) => {
    const { core } = await loadBackend('wasm');
    // Zeros that are never touched take no memory of the machine.
    const matrix = new Float64Array(rows * 63);
    const refusal = (() => {
      try {
        inCore(() => core.reference(matrix, 63));
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(refusal).toBeInstanceOf(QuestsError);
    expect((refusal as QuestsError).code).toBe('TOO_LARGE');
    expect(LINE.exec((refusal as QuestsError).message)?.[1]).toBe(size);
  });
});

describe('errors of full memory', () => {
  it('are told from others', () => {
    expect(isOutOfMemory(new WebAssembly.RuntimeError('unreachable'))).toBe(true);
    expect(isOutOfMemory(new RangeError('Array buffer allocation failed'))).toBe(true);
    expect(isOutOfMemory(new RangeError('Maximum call stack size exceeded'))).toBe(false);
    expect(isOutOfMemory(new Error('INTERNAL: unreachable code'))).toBe(false);
  });

  it('of workers come with a code, others as they are', () => {
    expect(failureText(new WebAssembly.RuntimeError('unreachable'), 2 ** 31)).toMatch(
      /^TOO_LARGE: .* it has 2\.0 GB of at most 4\.0; use/,
    );
    expect(failureText(new Error('EMPTY: nothing'), 0)).toBe('EMPTY: nothing');
  });

  it('of instances say what helps', () => {
    const failing = (): never => {
      throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory');
    };
    expect(() => instance(failing)).toThrow(/^there is no memory for an instance of WebAssembly.*native/);
    expect(instance(() => 7)).toBe(7);
  });
});
