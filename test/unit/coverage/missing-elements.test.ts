import { describe, expect, it } from 'vitest';
import { novelEnvironments, novelStructures } from '../../../ts/node.js';
import {
  countedDeltas,
  environmentElements,
  missingElements,
  noveltyByGroup,
  noveltySummary,
  RunningNovelty,
} from '../../../ts/entries/node/analysis.js';

const atoms = (...species: string[]): { positions: Float64Array; species: string[] } => ({
  positions: new Float64Array(3 * species.length),
  species,
});

describe('elements that a reference lacks', () => {
  it('are those that none of several sets has', () => {
    expect(missingElements(['Si', 'C', 'Si', 'Ge'], [new Set(['C']), new Set(['Ge', 'C'])])).toEqual(['Si']);
  });

  it('are not known where a set does not say its elements', () => {
    expect(missingElements(['Si'], [])).toEqual([]);
    expect(missingElements(['Si'], [new Set(['C']), new Set()])).toEqual([]);
    expect(missingElements([''], [new Set(['C'])])).toEqual([]);
  });

  it('are those of central atoms', () => {
    const unsaid = { positions: new Float64Array(6) };
    expect(environmentElements([atoms('C', 'H'), unsaid])).toEqual(['C', 'H', '', '']);
  });

  it('are counted as new, and leave the mean as it is', async () => {
    const dH = Float64Array.of(-1, 2, -3, 0);
    const counted = countedDeltas(dH, ['C', 'C', 'Si', 'C'], ['Si']);
    expect([...counted]).toEqual([-1, 2, Infinity, 0]);
    expect(countedDeltas(dH, ['C', 'C', 'C', 'C'], ['Si'])).toBe(dH);
    const summary = { overlap: Float64Array.of(0.5, 0.75), novelty: 0.5, mean: -0.5, max: 2 };
    expect(await noveltySummary(dH, { counted, epsilon: [1, 3] })).toEqual({ environments: 4, ...summary });
    const groups = await noveltyByGroup(dH, ['a', 'a', 'b', 'b'], { counted, epsilon: 1 });
    expect(groups.get('b')).toMatchObject({ novelty: 0.5, mean: -1.5, max: 0 });
    const running = new RunningNovelty({ epsilon: 1 }).add(dH, counted);
    expect(running).toMatchObject({ novelty: 0.5, mean: -0.5, max: 2 });
  });

  it('are listed with their own δH', () => {
    const dH = Float64Array.of(-1, 2, -3, 0);
    const counted = Float64Array.of(-1, 2, Infinity, 0);
    const rows = { rows: 4, frames: 2, frameOffsets: Uint32Array.of(0, 2, 4), sources: null };
    const listed = novelEnvironments(rows, dH, { counted }).map(({ row, dH: own }) => [row, own]);
    expect(listed).toEqual([
      [1, 2],
      [2, -3],
    ]);
    expect(novelStructures(rows, dH, { counted })).toMatchObject([
      { frame: 0, uncovered: 1, max: 2 },
      { frame: 1, uncovered: 1, max: 0 },
    ]);
  });

  it('need a value to count by for each environment', async () => {
    const counted = new Float64Array(1);
    await expect(noveltySummary(new Float64Array(2), { counted })).rejects.toThrow(
      '1 values to count by for 2 environments',
    );
  });
});
