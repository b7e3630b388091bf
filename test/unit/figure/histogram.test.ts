import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram } from '../../../ts/faces/figure.js';

describe('histogram', () => {
  it('counts every value once, in bins of equal width over their range', () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 200 }), (values) => {
        const { edges, heights } = histogram('dH', values);
        expect(Array.from(heights).reduce((sum, height) => sum + height, 0)).toBe(values.length);
        expect(edges).toHaveLength(heights.length + 1);
        const [low = NaN, high = NaN] = [edges[0], edges[edges.length - 1]];
        expect(low).toBeLessThanOrEqual(Math.min(...values));
        expect(high).toBeGreaterThanOrEqual(Math.max(...values));
        expect(high).toBeGreaterThan(low);
      }),
    );
  });

  it('puts values where they belong, the largest into the last bin', () => {
    const values = Array.from({ length: 80 }, (_, at) => at);
    const { edges, heights } = histogram('dH', values, true);
    expect([edges[0], edges[edges.length - 1]]).toEqual([0, 79]);
    // Freedman–Diaconis: 2·39.5/∛80 = 18.3 wide, which makes 5 bins; there are at least 8.
    expect(Array.from(heights)).toEqual(Array(8).fill(expect.closeTo(1 / 8, 12)));
  });

  it('refuses no values, and values without a place', () => {
    expect(() => histogram('dH', [])).toThrow('at least one value');
    expect(() => histogram('dH', [1, NaN])).toThrow('finite');
    expect(() => histogram('dH', [1, Infinity])).toThrow('finite');
  });
});
