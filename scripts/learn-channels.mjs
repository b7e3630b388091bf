// node scripts/learn-channels.mjs: learns what elements weigh in the channels of `full`
// descriptors, from the periodic table alone, and prints the table of ts/descriptor/channels.ts.
// Needs the build; takes a minute.
//
// Where an atom a becomes b, X1 of a channel changes as its sorted values move up or down from v_a
// to v_b past those of the other elements there: by the sum of the squares of the steps between
// them. Displacements change it in proportion to the mean of v². So each pair of elements, alone
// and among others, adds w exp(−change/(τ mean)) to a sum, which simulated annealing makes small.
import { KNOWN_ELEMENTS } from '../dist/descriptor/channels.js';
import { mulberry32 } from './random.mjs';

const CHANNELS = 4;
const STEPS = 60_000;
const SEED = 1;
const TEMPERATURE = 0.3;
/** Changes that are well seen, as a share of the mean of v². */
const TAU = 0.1;
/** The same for any two elements, however far from each other in the table. */
const NEVER = 0.03;
/** Least weight in a channel; lengths of the four weights of an element. */
const LEAST = 0.03;
const LENGTHS = [0.7, 1.3];
/** Of each pair: alone, and among one to four others, so many times. */
const AMONG_OTHERS = 2;
const MOST_OTHERS = 4;

const list = (text) => new Set(text.split(' '));
const RARE = list('He Ne Ar Kr Xe Rn Tc Pm Po At Fr Ra Ac Pa Np Pu Am Cm');
const F_BLOCK = list('La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Ac Th Pa U Np Pu Am Cm');
const NONMETALS = list('H B C N O F Si P S Cl Ge As Se Br Te I');
const ROWS = [2, 8, 8, 18, 18, 32, 10];
const COUNT = KNOWN_ELEMENTS.length;
const ELEMENTS = KNOWN_ELEMENTS.map((symbol, number) => {
  const { group, period } = placeOf(number);
  const use = RARE.has(symbol) ? 0.03 : F_BLOCK.has(symbol) ? 0.3 : 1;
  return { symbol, group: F_BLOCK.has(symbol) ? 3 : group, period, use, isMetal: !NONMETALS.has(symbol) };
});

/** Where an element stands in the table, by how many are before it. */
function placeOf(number) {
  let at = number;
  let row = 0;
  for (; at >= ROWS[row]; row++) at -= ROWS[row];
  const skipped = { 8: 10, 32: -14 }[ROWS[row]] ?? 0;
  return { group: at < 2 ? at + 1 : at + 1 + skipped, period: row + 1 };
}

/** How much it matters that two elements are told apart: most for neighbours in the table. */
function importance(a, b) {
  const [one, other] = [ELEMENTS[a], ELEMENTS[b]];
  const near = (one.group - other.group) ** 2 / 50 + (one.period - other.period) ** 2 / 2.88;
  return one.use * other.use * (0.2 + Math.exp(-near) + (one.isMetal === other.isMetal ? 0.3 : 0));
}

/** Other elements, drawn by how much they matter beside a and b. */
function drawn(a, b, count, next) {
  const others = [];
  while (others.length < count) {
    const shares = ELEMENTS.map((_, at) =>
      at === a || at === b || others.includes(at) ? 0 : Math.min(importance(a, at), importance(b, at)),
    );
    let left = next() * shares.reduce((sum, share) => sum + share, 0);
    let at = 0;
    while (at < COUNT - 1 && (left -= shares[at]) >= 0) at++;
    others.push(at);
  }
  return others;
}

function environments() {
  const next = mulberry32(77);
  const all = [];
  for (let a = 0; a < COUNT; a++) {
    for (let b = 0; b < a; b++) {
      for (let time = 0; time <= AMONG_OTHERS; time++) {
        const size = time === 0 ? 0 : 1 + Math.floor(next() * MOST_OTHERS);
        all.push({ a, b, others: drawn(a, b, size, next), weight: importance(a, b) });
      }
    }
  }
  return all;
}

const square = (weights) => weights.reduce((sum, v) => sum + v * v, 0);

/** Weights of a length that is allowed. */
function fitted(weights) {
  const length = Math.sqrt(square(weights));
  const wanted = Math.min(LENGTHS[1], Math.max(LENGTHS[0], length));
  return weights.map((v) => Math.max(LEAST, (v * wanted) / length));
}

/** Steps from one value to another, past those between. */
function steps(from, to, others, out) {
  const [low, high] = from < to ? [from, to] : [to, from];
  let count = 0;
  for (const v of others) {
    if (v <= low || v >= high) continue;
    let at = count++;
    for (; at > 0 && out[at - 1] > v; at--) out[at] = out[at - 1];
    out[at] = v;
  }
  out[count] = high;
  for (let at = count; at > 0; at--) out[at] -= out[at - 1];
  out[0] -= low;
  return count + 1;
}

function learned() {
  const next = mulberry32(SEED);
  const all = environments();
  const having = ELEMENTS.map(() => []);
  for (const one of all) for (const at of [one.a, one.b, ...one.others]) having[at].push(one);
  const draw = (value) => fitted(Array.from({ length: CHANNELS }, value));
  const weights = ELEMENTS.map(() => draw(() => 1.5 * next() ** 2));
  const squares = weights.map(square);
  const moves = new Float64Array(MOST_OTHERS + 1);
  const values = new Float64Array(MOST_OTHERS);
  const set = (at, those) => {
    weights[at] = those;
    squares[at] = square(those);
  };
  const confusion = ({ a, b, others, weight }) => {
    let mean = (squares[a] + squares[b]) / 2;
    for (const at of others) mean += squares[at];
    mean /= 1 + others.length;
    let seen = 0;
    for (let channel = 0; channel < CHANNELS; channel++) {
      others.forEach((at, place) => (values[place] = weights[at][channel]));
      const here = values.subarray(0, others.length);
      const count = steps(weights[a][channel], weights[b][channel], here, moves);
      for (let at = 0; at < count; at++) seen += moves[at] ** 2;
    }
    const alike = others.length === 0 ? Math.exp(-seen / (NEVER * mean)) : 0;
    return weight * Math.exp(-seen / (TAU * mean)) + 2 * alike;
  };
  const sum = (environments) => environments.reduce((total, one) => total + confusion(one), 0);
  for (let step = 0; step < STEPS; step++) {
    const left = 1 - step / STEPS;
    const at = Math.floor(next() * COUNT);
    const [old, before] = [weights[at], sum(having[at])];
    const moved = (v) => (next() < 0.5 ? v : Math.abs(v + (0.7 * left + 0.03) * (next() - 0.5)));
    set(at, next() < 0.3 ? draw(() => 1.5 * next() ** 3 + 1e-3) : fitted(old.map(moved)));
    if (sum(having[at]) > before + TEMPERATURE * left ** 2 * -Math.log(1 - next())) set(at, old);
  }
  const share = sum(all) / all.reduce((total, { weight }) => total + weight, 0);
  return { weights, share };
}

const { weights, share } = learned();
console.log(`// what is left of the sum: ${share.toFixed(4)}`);
ELEMENTS.forEach(({ symbol }, at) => {
  console.log(`${symbol} ${weights[at].map((v) => Number(v.toFixed(2))).join(' ')}`);
});
