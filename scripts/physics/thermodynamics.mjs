// One Gibbs energy of a phase from V and U of its states, in reduced units and without momenta: a
// polynomial whose derivatives are fitted to both. Its entropy lacks a constant, which the
// difference of two phases gets from one point where they coexist.
import { leastSquares } from './logs.mjs';

/** Where polynomials are centred, in the middle of the states. */
const [T0, P0] = [0.9, 3.5];

/** Powers of T − T₀ and P − P₀; the first of T alone is the constant of the entropy. */
const POWERS = [
  [0, 0],
  [2, 0],
  [3, 0],
  [0, 1],
  [1, 1],
  [2, 1],
  [0, 2],
  [1, 2],
  [2, 2],
  [0, 3],
  [1, 3],
  [0, 4],
];

const power = (x, n) => (n < 0 ? 0 : x ** n);

/** Terms of G(T, P), each with its entropy −∂G/∂T and volume ∂G/∂P. */
const TERMS = [
  // That of a harmonic crystal.
  [(T) => T * Math.log(T), (T) => -Math.log(T) - 1, () => 0],
  ...POWERS.map(([i, j]) => [
    (T, P) => power(T - T0, i) * power(P - P0, j),
    (T, P) => -i * power(T - T0, i - 1) * power(P - P0, j),
    (T, P) => j * power(T - T0, i) * power(P - P0, j - 1),
  ]),
];

/** @param states T, P, V, U and errors, reduced; V and U per atom */
export function gibbsEnergy(states) {
  const rows = [];
  const values = [];
  for (const { T, P, V, U, V_error, U_error } of states) {
    rows.push(TERMS.map(([, , volume]) => volume(T, P) / V_error));
    values.push(V / V_error);
    rows.push(
      TERMS.map(([energy, entropy, volume]) => {
        return (energy(T, P) + T * entropy(T, P) - P * volume(T, P)) / U_error;
      }),
    );
    values.push(U / U_error);
  }
  const found = leastSquares(rows, values);
  const sum = (which) => (T, P) =>
    TERMS.reduce((total, term, at) => total + found[at] * term[which](T, P), 0);
  const residuals = rows.map((row, at) => row.reduce((total, x, i) => total + x * found[i], 0) - values[at]);
  return {
    energy: sum(0),
    entropy: sum(1),
    volume: sum(2),
    chi: Math.sqrt(residuals.reduce((total, r) => total + r * r, 0) / (rows.length - TERMS.length)),
  };
}

/**
 * The line of two phases, and ΔS, from one point at which the second has `gibbs` more than the
 * first: 0 where they coexist.
 */
export function coexistence(solid, liquid, point, gibbs = 0) {
  const constant = (liquid.energy(point.T, point.P) - solid.energy(point.T, point.P) - gibbs) / point.T;
  const gap = (T, P) => liquid.energy(T, P) - solid.energy(T, P) - constant * T;
  return {
    entropy: (T, P) => liquid.entropy(T, P) - solid.entropy(T, P) + constant,
    pressure: (T, from, to) => bisect((P) => gap(T, P), from, to),
    temperature: (P, from, to) => bisect((T) => gap(T, P), from, to),
  };
}

/** The zero of a monotonic function. */
function bisect(of, from, to) {
  const sign = Math.sign(of(from));
  if (sign === Math.sign(of(to))) return NaN;
  let [low, high] = [from, to];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (Math.sign(of(middle)) === sign) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
