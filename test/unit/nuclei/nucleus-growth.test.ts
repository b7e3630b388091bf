import { describe, expect, it } from 'vitest';
import {
  type NucleiOfFrame,
  nucleusGrowth,
  phaseCounts,
  type PhaseThreshold,
  sizeCounts,
  sizeRanges,
  UNKNOWN_PHASE,
  withThresholds,
} from '../../../ts/faces/analysis.js';

/** A frame with nuclei of these sizes; those of more than 90 atoms reach their own image. */
function frame(run: number, time: number | null, step: number | null, ...sizes: number[]): NucleiOfFrame {
  const nuclei = sizes.map((size) => ({
    size,
    sizeWithShell: 2 * size,
    center: null,
    radiusOfGyration: null,
    percolation: Number(size > 90),
  }));
  return { run, time, step, nuclei };
}

describe('growth of nuclei', () => {
  it('is the largest of each frame, run by run, over the best time that all frames have', () => {
    const frames = [frame(1, 0, 0, 5, 3), frame(0, 0, 0), frame(1, 2, 20, 7), frame(0, 2, 20, 4)];
    expect(nucleusGrowth(frames)).toEqual({
      axis: 'time',
      runs: [
        { times: [0, 2], largest: [5, 7] },
        { times: [0, 2], largest: [0, 4] },
      ],
    });
    const stepsOnly = [...frames, frame(0, null, 40, 9)];
    expect(nucleusGrowth(stepsOnly)).toMatchObject({ axis: 'step', runs: [{}, { times: [0, 20, 40] }] });
    const nothing = [...frames, frame(0, null, null, 9)];
    expect(nucleusGrowth(nothing)).toMatchObject({
      axis: 'frame',
      runs: [{ times: [0, 1] }, { times: [0, 1, 2] }],
    });
  });

  it('ends before a nucleus reaches its own image, and goes by the size that is asked for', () => {
    const frames = [frame(0, 0, 0, 5), frame(0, 1, 1, 95), frame(0, 2, 2, 50)];
    expect(nucleusGrowth(frames).runs).toEqual([{ times: [0], largest: [5] }]);
    expect(nucleusGrowth(frames, ({ sizeWithShell }) => sizeWithShell).runs).toEqual([
      { times: [0], largest: [10] },
    ]);
    // A run that begins so has one frame: it says that there is nothing to see.
    expect(nucleusGrowth(frames.slice(1)).runs).toEqual([{ times: [1], largest: [95] }]);
    expect(nucleusGrowth([])).toEqual({ runs: [], axis: 'time' });
  });
});

it('sizes are counted, and put into ranges that double', () => {
  const counts = sizeCounts([1, 1, 2, 3, 3, 3, 9]);
  expect(Array.from(counts)).toEqual([0, 2, 1, 3, 0, 0, 0, 0, 0, 1]);
  expect(sizeRanges(counts)).toEqual([
    { from: 1, to: 1, count: 2 },
    { from: 2, to: 3, count: 4 },
    { from: 4, to: 7, count: 0 },
    { from: 8, to: 15, count: 1 },
  ]);
  expect(sizeRanges(sizeCounts([]))).toEqual([]);
});

it('atoms of no phase are counted last', () => {
  expect(phaseCounts(Int32Array.of(0, 2, 2, UNKNOWN_PHASE, 0, 0), 3)).toEqual([3, 0, 2, 1]);
  for (const phase of [3, -2, 0.5, NaN]) {
    expect(() => phaseCounts([0, phase], 3)).toThrow(`phase ${phase} of 3, from 0`);
  }
  for (const count of [1e9, Infinity, -1, 0.5]) {
    expect(() => phaseCounts([0], count)).toThrow(`there are ${count} phases, expected a whole number`);
  }
});

it('thresholds are replaced by name, and follow the size of the reference', () => {
  const found = (name: string): PhaseThreshold => {
    const relative = 4;
    const threshold = relative - Math.log(100);
    return { name, environments: 100, own: 4, other: null, separated: false, relative, threshold };
  };
  const given = new Map([
    ['liquid', 6],
    ['gas', 1],
  ]);
  const [solid, liquid] = withThresholds([found('solid'), found('liquid')], given);
  expect(solid).toEqual(found('solid'));
  expect(liquid).toEqual({ ...found('liquid'), relative: 6, threshold: 6 - Math.log(100) });
});
