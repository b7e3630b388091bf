import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { deltaEntropy, descriptors, type Structure } from '../../ts/node.js';
import { spearman } from '../../ts/statistics/correlation.js';
import { random } from '../support/data/random.js';

/** Edge of a cell of 32 atoms of fcc, and where what is between them ends, in Å. */
const EDGE = 2 * 3.9;
const CUTOFF = 3.9;

const KINDS = ['Cu-Cu', 'Au-Cu', 'Au-Au'] as const;
const CENTRES = [2, 2.4, 2.8, 3.2, 3.6];

/**
 * r₀ of pairs in a potential of the second moment, E = Σ exp(−p x) − √Σ exp(−q x), x = r/r₀ − 1.
 */
const SIZES = { 'Cu-Cu': 2.56, 'Au-Cu': 2.6, 'Au-Au': 2.88 } as const;
const DEPTHS = { 'Cu-Cu': 1, 'Au-Cu': 1.5, 'Au-Au': 2.5 } as const;

interface Alloy extends Structure {
  readonly species: readonly string[];
}

/** Rattled fcc, L1₂ Cu₃Au, in which a share of the sites has any element. */
function alloy(next: () => number, share: number): Alloy {
  const positions: number[] = [];
  const species: string[] = [];
  for (let cell = 0; cell < 8; cell++) {
    const corner = [cell % 2, Math.floor(cell / 2) % 2, Math.floor(cell / 4)];
    for (const [at, site] of ['000', '110', '101', '011'].entries()) {
      corner.forEach((c, axis) => positions.push((EDGE / 2) * (c + Number(site[axis]) / 2) + 0.3 * next()));
      const isGold = next() < share ? next() < 0.5 : at === 0;
      species.push(isGold ? 'Au' : 'Cu');
    }
  }
  return { positions: Float64Array.from(positions), species, cell: [EDGE, 0, 0, 0, EDGE, 0, 0, 0, EDGE] };
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly kind: (typeof KINDS)[number];
  readonly r: number;
  /** From a to b, of length 1. */
  readonly unit: readonly number[];
}

function pairsOf({ positions, species }: Alloy): Pair[] {
  const pairs: Pair[] = [];
  for (let a = 0; a < species.length; a++) {
    for (let b = 0; b < a; b++) {
      const d = [0, 1, 2].map((axis) => {
        const difference = (positions[3 * b + axis] as number) - (positions[3 * a + axis] as number);
        return difference - EDGE * Math.round(difference / EDGE);
      });
      const r = Math.hypot(...d);
      if (r >= CUTOFF) continue;
      const kind = [species[a], species[b]].sort().join('-') as Pair['kind'];
      pairs.push({ a, b, kind, r, unit: d.map((x) => x / r) });
    }
  }
  return pairs;
}

/** Forces of an energy whose derivative by the distance of each pair is given. */
function forces(alloy: Alloy, slope: (pair: Pair) => number): Float64Array {
  const out = new Float64Array(alloy.positions.length);
  for (const pair of pairsOf(alloy)) {
    const value = slope(pair);
    pair.unit.forEach((x, axis) => {
      out[3 * pair.a + axis] = (out[3 * pair.a + axis] as number) + value * x;
      out[3 * pair.b + axis] = (out[3 * pair.b + axis] as number) - value * x;
    });
  }
  return out;
}

/** The truth: repulsion of pairs, and a band whose second moment is a sum over neighbours. */
function truth(alloy: Alloy): Float64Array {
  const bond = ({ kind, r }: Pair): number => DEPTHS[kind] * Math.exp(-5 * (r / SIZES[kind] - 1));
  const moments = new Float64Array(alloy.species.length);
  for (const pair of pairsOf(alloy)) {
    for (const atom of [pair.a, pair.b]) moments[atom] = (moments[atom] as number) + bond(pair);
  }
  return forces(alloy, (pair) => {
    const { a, b, kind, r } = pair;
    const repulsion = -((2 * 10 * 0.1) / SIZES[kind]) * DEPTHS[kind] * Math.exp(-10 * (r / SIZES[kind] - 1));
    const roots = 1 / Math.sqrt(moments[a] as number) + 1 / Math.sqrt(moments[b] as number);
    return repulsion + (roots * 5 * bond(pair)) / (2 * SIZES[kind]);
  });
}

/** A model: a sum over pairs, linear in functions of the distance, fitted to the forces of some. */
function fitted(training: readonly Alloy[]): (alloy: Alloy) => Float64Array {
  const functions = KINDS.flatMap((kind) => CENTRES.map((centre) => ({ kind, centre })));
  const slope =
    ({ kind, centre }: (typeof functions)[number]) =>
    (pair: Pair): number =>
      pair.kind === kind ? Math.exp(-(((pair.r - centre) / 0.3) ** 2)) : 0;
  const columns = functions.map((each) => training.flatMap((one) => Array.from(forces(one, slope(each)))));
  const rows = new Matrix(columns).transpose();
  const known = Matrix.columnVector(training.flatMap((one) => Array.from(truth(one))));
  const square = rows.transpose().mmul(rows).add(Matrix.eye(functions.length).mul(1e-6));
  const weights = solve(square, rows.transpose().mmul(known)).to1DArray();
  return (one) =>
    forces(one, (pair) =>
      functions.reduce((sum, each, at) => sum + (weights[at] as number) * slope(each)(pair), 0),
    );
}

describe('errors of a model that was fitted to ordered crystals', () => {
  it('go with δH of full, on alloys of more and more disorder, and not with that of ignore', async () => {
    const next = random(11);
    const training = Array.from({ length: 12 }, () => alloy(next, 0));
    const tests = Array.from({ length: 36 }, (_, at) => alloy(next, at / 36));
    const model = fitted(training);
    const errors = tests.flatMap((one) => {
      const [found, known] = [model(one), truth(one)];
      return one.species.map((_, atom) =>
        Math.hypot(
          ...[0, 1, 2].map((axis) => (found[3 * atom + axis] as number) - (known[3 * atom + axis] as number)),
        ),
      );
    });
    const found: Record<string, number> = {};
    for (const species of ['ignore', 'center', 'full'] as const) {
      const dH = await deltaEntropy(
        await descriptors(tests, { species }),
        await descriptors(training, { species }),
      );
      found[species] = spearman(dH, Float64Array.from(errors));
    }
    expect(found.full).toBeGreaterThan(0.5);
    expect(found.full).toBeGreaterThan((found.ignore as number) + 0.2);
  });
});
