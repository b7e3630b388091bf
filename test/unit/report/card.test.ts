import { describe, expect, it } from 'vitest';
import { cardText, type Findings, type SetNumbers, verdictText } from '../../../ts/faces/node/explore.js';

function set(name: string): SetNumbers {
  return {
    name,
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
}

const ONE: Findings = {
  settings: { bandwidth: 0.015, epsilon: 0, tolerance: 0, seed: 0 },
  sets: [set('runs/a (1).xyz')],
  hasElements: false,
  comparison: null,
  suggestion: null,
  cautions: [],
};
const TWO: Findings = {
  ...ONE,
  sets: [set('train.xyz'), set('https://example.org/new set.xyz')],
  comparison: {
    overlap: 0.75,
    novelty: 0.25,
    mean: 2,
    max: 8,
    beyond: 0,
    addedDiversity: 0.5,
    missing: [],
    missingEnvironments: null,
  },
};

describe('the words of a card', () => {
  it('are those of the verdict, with the numbers of each set', () => {
    expect(cardText(TWO)).toMatchObject(verdictText(TWO));
    expect(cardText(TWO).numbers).toEqual([
      { name: 'environments', values: ['12,000', '12,000'] },
      { name: 'entropy H (nats)', values: ['5.938', '5.938'] },
      { name: 'diversity D (nats)', values: ['6.100', '6.100'] },
    ]);
    expect(cardText(TWO).parts).toEqual({
      covered: 0.75,
      coveredText: '75.0 % covered',
      outsideText: '25.0 % outside',
    });
    expect(cardText(ONE).parts).toBeNull();
  });

  it('stand in a file whose name says the sets, in characters that every system takes', () => {
    expect(cardText(ONE).file).toBe('quests-runs-a-1-.xyz');
    expect(cardText(TWO).file).toBe('quests-https-example.org-new-set.xyz-relative-to-train.xyz');
    expect(cardText({ ...ONE, sets: [set('…')] }).file).toBe('quests-set');
    expect(cardText({ ...ONE, sets: [set('a'.repeat(300))] }).file.length).toBeLessThan(100);
  });
});
