import { describe, expect, it } from 'vitest';
import { CHANNELS, channelWeights } from '../../../ts/descriptor/channels.js';
import { elementProperties, KNOWN_ELEMENTS } from '../../../ts/descriptor/element-properties.js';
import { labelOf, symbolOf } from '../../../ts/base/species-mode.js';

describe('properties of elements', () => {
  it('are known up to curium', () => {
    expect(KNOWN_ELEMENTS).toHaveLength(96);
    expect(new Set(KNOWN_ELEMENTS).size).toBe(96);
    for (const symbol of KNOWN_ELEMENTS) {
      const { electronegativity, valence, period, radius } = elementProperties(symbol);
      expect(electronegativity).toBeGreaterThanOrEqual(0.7);
      expect(electronegativity).toBeLessThan(5);
      expect(valence).toBeGreaterThanOrEqual(1);
      expect(valence).toBeLessThanOrEqual(15);
      expect(period).toBeGreaterThanOrEqual(1);
      expect(radius).toBeGreaterThan(0.2);
    }
    expect(elementProperties('Cu')).toEqual({
      electronegativity: 1.9,
      valence: 11,
      group: 11,
      period: 4,
      radius: 1.32,
    });
    expect(elementProperties('O')).toEqual({
      electronegativity: 3.44,
      valence: 6,
      group: 16,
      period: 2,
      radius: 0.66,
    });
    expect(elementProperties('D')).toBe(elementProperties('H'));
    expect(() => elementProperties('Lr')).toThrow('an element up to Cm');
    expect(() => elementProperties('1')).toThrow('an element up to Cm');
  });
});

describe('weights in the channels', () => {
  it('are four positive numbers, and tell any two elements apart', () => {
    expect(CHANNELS).toBe(4);
    const weights = KNOWN_ELEMENTS.map((symbol) => Array.from(channelWeights([symbol])));
    for (const [at, one] of weights.entries()) {
      expect(one).toHaveLength(CHANNELS);
      for (const weight of one) expect(weight > 0.1 && weight < 12).toBe(true);
      for (const [to, other] of weights.slice(0, at).entries()) {
        const ratios = one.map((weight, channel) => Math.abs(Math.log(weight / (other[channel] as number))));
        // A tenth of a neighbour at the least.
        expect(Math.max(...ratios), `${KNOWN_ELEMENTS[at]} ${KNOWN_ELEMENTS[to]}`).toBeGreaterThan(0.1);
      }
    }
  });
});

describe('labels', () => {
  it('say their symbols', () => {
    for (const symbol of [...KNOWN_ELEMENTS, '1', '12', 'C_sp3', 'é']) {
      expect(symbolOf(labelOf(symbol))).toBe(symbol);
    }
    expect(new Set(KNOWN_ELEMENTS.map(labelOf)).size).toBe(96);
    expect(() => labelOf('')).toThrow('1 to 6 letters');
    expect(() => labelOf('Carbon7')).toThrow('1 to 6 letters');
  });
});
