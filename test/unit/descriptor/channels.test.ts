import { describe, expect, it } from 'vitest';
import { CHANNELS, channelWeights, KNOWN_ELEMENTS } from '../../../ts/descriptor/channels.js';
import { crc32 } from '../../../ts/io/text/crc32.js';
import { CHANNELS_VERSION, labelOf, symbolOf } from '../../../ts/base/species-mode.js';

describe('weights in the channels', () => {
  it('are known up to curium', () => {
    expect(KNOWN_ELEMENTS).toHaveLength(96);
    expect(new Set(KNOWN_ELEMENTS).size).toBe(96);
    expect(['H', 'O', 'Cu', 'Au', 'Cm'].map((symbol) => KNOWN_ELEMENTS.indexOf(symbol) + 1)).toEqual([
      1, 8, 29, 79, 96,
    ]);
    expect(channelWeights(['D', 'T'])).toEqual(channelWeights(['H', 'H']));
    expect(() => channelWeights(['Lr'])).toThrow('species "Lr": expected an element up to Cm');
    expect(() => channelWeights(['1'])).toThrow('species "1": expected an element up to Cm');
  });

  it('have the version that is stored with descriptors: raise it where one changes', () => {
    const bytes = new Uint8Array(channelWeights(KNOWN_ELEMENTS).buffer);
    expect(CHANNELS_VERSION).toBe(2);
    expect(crc32(bytes).toString(16)).toBe('4ba2c064');
  });

  it('are four positive numbers of about the same length, and tell any two elements apart', () => {
    expect(CHANNELS).toBe(4);
    const weights = KNOWN_ELEMENTS.map((symbol) => Array.from(channelWeights([symbol])));
    for (const [at, one] of weights.entries()) {
      expect(one).toHaveLength(CHANNELS);
      expect(Math.min(...one)).toBeGreaterThan(0.02);
      const length = Math.hypot(...one);
      expect(length > 0.69 && length < 1.32, KNOWN_ELEMENTS[at]).toBe(true);
      for (const [to, other] of weights.slice(0, at).entries()) {
        const difference = Math.hypot(...one.map((weight, channel) => weight - (other[channel] as number)));
        // A tenth of a neighbour at the least.
        expect(difference, `${KNOWN_ELEMENTS[at]} ${KNOWN_ELEMENTS[to]}`).toBeGreaterThan(0.1);
      }
    }
  });

  it('differ by more than displacements among elements that stand near each other in the table', () => {
    for (const row of [
      'Cr Mn Fe Co Ni',
      'Mo Nb Ta V W',
      'B C N O F',
      'Na K Rb',
      'Cl Br I',
      'Ba Sr Ca',
      'Cu Au Ag',
    ]) {
      const elements = row.split(' ');
      for (const [at, one] of elements.entries()) {
        for (const other of elements.slice(0, at)) {
          const pair = channelWeights([one, other]);
          const difference = Math.hypot(
            ...[0, 1, 2, 3].map((c) => (pair[c] as number) - (pair[4 + c] as number)),
          );
          expect(difference, `${one} ${other}`).toBeGreaterThan(0.3);
        }
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
