// Makes examples/cu_states.csv: states of a crystal and its melt, with the noise that simulations
// have, for docs/phase-line.md; and prints the phase line that they have without it. No simulation:
// models of about copper, so that the line is known.
//
// Either phase is F(V, T) = E(V) + (3/2) kT − kT·S(V, T), without momenta: E of P. Vinet et al., J.
// Phys. C 19, L467 (1986), and S = s₀ + (3/2)(1 + ln(T/1000 K)) + 3γ ln(V/V₀), a classical harmonic
// crystal of constant γ. V follows from P = −∂F/∂V, U = E + (3/2) kT, G = F + PV, all consistent.
// Noise is drawn from a seeded generator. Usage: node scripts/make-phase-line-example.mjs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mulberry32, normal } from './random.mjs';

const BOLTZMANN = 8.617333262e-5;
const GIGAPASCALS = 160.21766208;

/** E in eV, V₀ in Å³, B in GPa, s₀ in nats. */
const CRYSTAL = {
  name: 'solid',
  energy: -3.54,
  volume: 11.7,
  bulk: 140,
  stiffening: 5.3,
  gamma: 2,
  entropy: 2,
};
const MELT = {
  name: 'liquid',
  energy: -3.425,
  volume: 12.1,
  bulk: 120,
  stiffening: 5.3,
  gamma: 2.1,
  entropy: 2.95,
};

/**
 * Standard deviations of V (Å³), U (eV) and H (nats): about those of 4000 atoms over some ten ps.
 */
const NOISE = { volume: 0.004, energy: 0.0006, entropy: 0.008 };

const PRESSURES = [0, 5, 10, 15, 20];
/** K from about the melting temperature. */
const AROUND = { solid: [-400, -250, -100, 50, 150], liquid: [-200, -50, 100, 250, 450] };

const next = mulberry32(20240412);
const rows = [CRYSTAL, MELT].flatMap((model) =>
  PRESSURES.flatMap((P) =>
    AROUND[model.name].map((shift) => {
      const T = 50 * Math.round(melting(P) / 50) + shift;
      const V = volume(model, P, T);
      const noisy = (value, sigma, digits) => (value + sigma * normal(next)).toFixed(digits);
      const { volume: v, energy: u, entropy: h } = NOISE;
      return [
        model.name,
        P,
        T,
        noisy(V, v, 4),
        noisy(cold(model, V)[0] + 1.5 * BOLTZMANN * T, u, 5),
        noisy(entropy(model, V, T), h, 4),
      ].join(',');
    }),
  ),
);
const file = fileURLToPath(new URL('../examples/cu_states.csv', import.meta.url));
writeFileSync(file, `phase,P,T,V,U,H\n${rows.join('\n')}\n`);
console.log('P (GPa)   T (K)  dT/dP (K/GPa)');
for (const P of PRESSURES) {
  const slope = (melting(P + 0.01) - melting(P - 0.01)) / 0.02;
  console.log(`${String(P).padStart(7)}  ${melting(P).toFixed(1)}  ${slope.toFixed(2).padStart(13)}`);
}

/** E(V), in eV, and −dE/dV, in GPa. */
function cold({ energy, volume: V0, bulk, stiffening }, V) {
  const x = Math.cbrt(V / V0);
  const eta = 1.5 * (stiffening - 1);
  const decay = Math.exp(eta * (1 - x));
  const depth = (9 * bulk * V0) / eta ** 2 / GIGAPASCALS;
  return [energy + depth * (1 - (1 - eta * (1 - x)) * decay), (3 * bulk * (1 - x) * decay) / x ** 2];
}

function entropy({ entropy: s0, gamma, volume: V0 }, V, T) {
  return s0 + 1.5 * (1 + Math.log(T / 1000)) + 3 * gamma * Math.log(V / V0);
}

/** V of a pressure, by halving. */
function volume(model, P, T) {
  return root((V) => cold(model, V)[1] + ((3 * model.gamma * BOLTZMANN * T) / V) * GIGAPASCALS - P, 7, 15);
}

function gibbs(model, P, T) {
  const V = volume(model, P, T);
  const U = cold(model, V)[0] + 1.5 * BOLTZMANN * T;
  return U - BOLTZMANN * T * entropy(model, V, T) + (P * V) / GIGAPASCALS;
}

function melting(P) {
  return root((T) => gibbs(MELT, P, T) - gibbs(CRYSTAL, P, T), 300, 4000);
}

/** Where a function that falls is 0. */
function root(f, low, high) {
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
