import { describe, expect, it } from 'vitest';
import {
  DescriptorMatrix,
  descriptors,
  entropy,
  estimateBandwidth,
  recommendBandwidth,
  type Structure,
} from '../../ts/node.js';
import { inBandwidths, recommendElementBandwidths } from '../../ts/faces/node/analysis.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { leaveOneOutDeltaEntropy } from '../../ts/kernel/leave-one-out.js';
import { withReference } from '../../ts/kernel/reference-set.js';
import { RandomStream } from '../../ts/statistics/random.js';
import { BACKENDS } from '../support/backends/backends.js';

const WIDTH = 4;

/** Rows of normal numbers in three dimensions, of elements that take turns. */
function rows(
  scales: Readonly<Record<string, number>>,
  turns: readonly string[],
  count: number,
): DescriptorMatrix {
  const random = new RandomStream(11);
  const data = Array.from({ length: count }, (_, row) => {
    const element = turns[row % turns.length] as string;
    return [labelOf(element), ...[0, 1, 2].map(() => (scales[element] as number) * random.normal())];
  }).flat();
  return new DescriptorMatrix(data, { width: WIDTH, species: 'full' });
}

/** The rows of one element, as if there were no others. */
function blockOf({ data }: DescriptorMatrix, element: string): DescriptorMatrix {
  const own: number[] = [];
  for (let at = 0; at < data.length; at += WIDTH)
    if (data[at] === labelOf(element)) own.push(...data.subarray(at + 1, at + WIDTH));
  return new DescriptorMatrix(own, { width: WIDTH - 1 });
}

/** −log Σ K over all other rows of the same element, as it is written down. */
function naive(
  { data, rows: count }: DescriptorMatrix,
  bandwidths: Readonly<Record<string, number>>,
): number[] {
  const h = new Map(Object.entries(bandwidths).map(([element, own]) => [labelOf(element), own]));
  return Array.from({ length: count }, (_, row) => {
    const own = data.subarray(row * WIDTH, (row + 1) * WIDTH);
    let sum = 0;
    for (let other = 0; other < count; other++) {
      if (other === row || data[other * WIDTH] !== own[0]) continue;
      let square = 0;
      for (let column = 1; column < WIDTH; column++)
        square += ((own[column] as number) - (data[other * WIDTH + column] as number)) ** 2;
      sum += Math.exp(-square / (2 * (h.get(own[0] as number) as number) ** 2));
    }
    return -Math.log(sum);
  });
}

/** Log likelihood of all rows at bandwidths of two elements, in three dimensions. */
function likelihood(x: DescriptorMatrix, bandwidths: Readonly<Record<string, number>>): number {
  const dH = naive(x, bandwidths);
  let sum = 0;
  for (const [element, h] of Object.entries(bandwidths)) {
    for (let row = 0; row < x.rows; row++) {
      if (x.data[row * WIDTH] === labelOf(element)) sum -= (dH[row] as number) + 3 * Math.log(h);
    }
  }
  return sum;
}

/** A crystal of a simple cubic lattice of 4 × 4 × 4 sites, a apart. */
function crystal(a: number, elements: readonly string[], seed: number): Structure {
  const random = new RandomStream(seed);
  const positions = Float64Array.from({ length: 3 * 64 }, (_, at) => {
    const site = Math.floor(at / 3);
    return (
      a * ([site % 4, Math.floor(site / 4) % 4, Math.floor(site / 16)][at % 3] as number) +
      0.2 * random.normal()
    );
  });
  const cell = [4 * a, 0, 0, 0, 4 * a, 0, 0, 0, 4 * a];
  return {
    positions,
    cell,
    species: Array.from({ length: 64 }, (_, at) => elements[at % elements.length] as string),
  };
}

describe.each(BACKENDS)('%s', (backend) => {
  const SCALES = { Cu: 1, Zr: 6 };

  it('is for each element what it is for its environments alone', async () => {
    const x = rows(SCALES, ['Cu', 'Zr', 'Zr'], 450);
    const { bandwidths, elements, all } = await recommendElementBandwidths(x, { backend });
    expect(all).toEqual(await recommendBandwidth(x, { backend }));
    expect(Object.keys(bandwidths)).toEqual(['Cu', 'Zr']);
    for (const element of ['Cu', 'Zr']) {
      const alone = await recommendBandwidth(blockOf(x, element), { backend });
      expect(elements[element], element).toEqual(alone);
      expect(bandwidths[element]).toBe(alone.bandwidth);
    }
    // Units of one element do not reach the other.
    const ratio = (bandwidths.Zr as number) / (bandwidths.Cu as number);
    expect(Math.abs(Math.log(ratio / 6))).toBeLessThan(Math.log(1.5));
  });

  it('maximises the likelihood of all, which is that of each element', async () => {
    const x = rows(SCALES, ['Cu', 'Zr'], 160);
    const { elements } = await recommendElementBandwidths(x, { backend });
    const [Cu, Zr] = [elements.Cu?.likelihood?.bandwidth, elements.Zr?.likelihood?.bandwidth] as [
      number,
      number,
    ];
    const best = likelihood(x, { Cu, Zr });
    // Whatever the h of the other element is, its own is best, and what it loses is the same.
    const losses: number[] = [];
    for (const other of [0.5, 1, 3]) {
      const at = likelihood(x, { Cu, Zr: other * Zr });
      for (const factor of [0.6, 0.8, 1.25, 1.6]) {
        const loss = at - likelihood(x, { Cu: factor * Cu, Zr: other * Zr });
        expect(loss).toBeGreaterThan(0);
        losses.push(loss);
      }
      expect(likelihood(x, { Cu: other * Cu, Zr })).toBeLessThanOrEqual(best);
    }
    losses.forEach((loss, at) => expect(loss).toBeCloseTo(losses[at % 4] as number, 8));
    // One h for both is likelier than none of them.
    for (const one of [Cu, Zr, Math.sqrt(Cu * Zr)]) {
      expect(likelihood(x, { Cu: one, Zr: one })).toBeLessThan(best);
    }
    const found = await withReference(inBandwidths(x, { Cu, Zr }), { backend }, (reference) =>
      leaveOneOutDeltaEntropy(reference, { backend, bandwidth: 1 }),
    );
    naive(x, { Cu, Zr }).forEach((value, row) => expect(found[row]).toBeCloseTo(value, 9));
  });

  it('is that of one element, to the last bit, where there is one', async () => {
    const structures = [1, 2, 3, 4].map((seed) => crystal(2.6, ['Cu'], seed));
    const x = await descriptors(structures, { backend, species: 'center' });
    const { bandwidths, elements, all } = await recommendElementBandwidths(x, { backend, structures });
    const one = await recommendBandwidth(x, { backend, structures });
    expect(one.thermal).not.toBeNull();
    expect(elements).toEqual({ Cu: one });
    expect(all).toEqual(one);
    expect(bandwidths).toEqual({ Cu: one.bandwidth });
  });

  it('is that of all where an element has too few environments, or copies of them', async () => {
    const x = rows(SCALES, [...Array<string>(9).fill('Cu'), 'Zr'], 490);
    const found = await recommendElementBandwidths(x, { backend });
    expect(found.elements.Zr).toBeNull();
    expect(found.elements.Cu).not.toBeNull();
    expect(found.bandwidths.Zr).toBe(found.all.bandwidth);
    const copies = new DescriptorMatrix(
      [...blockOf(x, 'Cu').data]
        .flatMap((value, at) => (at % 3 === 0 ? [labelOf('Cu'), value] : [value]))
        .concat(Array.from({ length: 120 }, () => [labelOf('Zr'), 1, 2, 3]).flat()),
      { width: WIDTH, species: 'full' },
    );
    expect((await recommendElementBandwidths(copies, { backend })).elements.Zr).toBeNull();
  });

  it('has the published fit of the structures with the element', async () => {
    const structures = [
      ...[1, 2].map((seed) => crystal(2.4, ['Cu'], seed)),
      ...[3, 4].map((seed) => crystal(2.8, ['Cu', 'Au'], seed)),
    ];
    const x = await descriptors(structures, { backend, species: 'center' });
    const { elements, all } = await recommendElementBandwidths(x, { backend, structures });
    for (const [element, volume] of [
      ['Au', 2.8 ** 3],
      ['Cu', (2.4 ** 3 + 2.8 ** 3) / 2],
    ] as const) {
      expect(elements[element]?.volume?.volume).toBeCloseTo(volume, 9);
      expect(elements[element]?.volume?.bandwidth).toBe(
        await estimateBandwidth(elements[element]?.volume?.volume as number, { backend }),
      );
      expect(elements[element]?.volume?.bandwidth).toBe(all.volume?.elements[element]?.bandwidth);
      expect(elements[element]?.volume?.elements).toEqual({});
    }
  });

  it('sees a simulation by all of its atoms', async () => {
    const structures = [1, 2, 3, 4].map((seed) => crystal(2.6, ['Cu', 'Au'], seed));
    const x = await descriptors(structures, { backend, species: 'full' });
    const { elements } = await recommendElementBandwidths(x, { backend, structures });
    expect(elements.Cu?.thermal?.environments).toBe(64);
    // Atoms of one element alone would be one.
    const unlike = structures.map((structure, at) =>
      at === 0
        ? { ...structure, species: structure.species?.map((one) => (one === 'Cu' ? 'Au' : 'Cu')) }
        : structure,
    ) as Structure[];
    const other = await descriptors(unlike, { backend, species: 'full' });
    const found = await recommendElementBandwidths(other, { backend, structures: unlike });
    expect(found.elements.Cu?.thermal).toBeNull();
  });

  it('refuses rows without labels', async () => {
    const plain = new DescriptorMatrix(new Float64Array(300), { width: 3 });
    await expect(recommendElementBandwidths(plain, { backend })).rejects.toMatchObject({ code: 'MISMATCH' });
  });

  it('leaves H of an element alone as it is where others have another h', async () => {
    const x = rows(SCALES, ['Cu', 'Zr'], 100);
    const H = async (bandwidths: Record<string, number>): Promise<number> =>
      entropy(inBandwidths(x, bandwidths), { backend, bandwidth: 1 });
    const own = async (element: string, bandwidth: number): Promise<number> =>
      entropy(blockOf(x, element), { backend, bandwidth });
    // H = Σ c (H of the element − log c).
    const expected = (await own('Cu', 0.4)) / 2 + (await own('Zr', 2)) / 2 + Math.log(2);
    expect(await H({ Cu: 0.4, Zr: 2 })).toBeCloseTo(expected, 10);
  });
});

describe('inBandwidths', () => {
  it('takes one h for elements that are not named, where it is given', () => {
    const x = rows({ Cu: 1, Zr: 1 }, ['Cu', 'Zr'], 20);
    expect(inBandwidths(x, { Cu: 2 }, 3).data).toEqual(inBandwidths(x, { Cu: 2, Zr: 3 }).data);
    expect(() => inBandwidths(x, { Cu: 2 }, 0)).toThrow('bandwidth of other elements');
    expect(() => inBandwidths(x, { Cu: 2 })).toThrow('no bandwidth for Zr');
  });
});
