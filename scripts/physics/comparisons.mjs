// What quick.mjs holds against the stored tables: for each a value and its error, of the whole runs
// and of the short ones. They agree where they differ by no more than three of their errors.
import { readTable } from './tables.mjs';

/** Errors of a run ten times shorter, where a table has none of its own. */
const GROWN = Math.sqrt(10);
const mean = (values) => sum(values) / values.length;
const sum = (values) => values.reduce((total, value) => total + value, 0);
const sumOf = (rows, column) => sum(rows.map((row) => row[column]));

/** @returns rows of { what, stored: [value, error], now: [value, error], agrees } */
export function comparisons(storedFolder, folder) {
  const rows = [];
  const add = (what, stored, now, allowed = 0) => {
    const within = 3 * Math.hypot(stored[1], now[1]) + allowed;
    const agrees = Number.isFinite(within) && Math.abs(stored[0] - now[0]) <= within;
    rows.push({ what, stored, now, agrees });
  };
  const both = (name) => [readTable(name, storedFolder), readTable(name, folder)];

  // The same crystals and spheres, of the same seeds: the same numbers.
  {
    const [stored, now] = both('known.csv');
    const at = ({ system, state, k, N, h }) => [system, state, k, N, h].join(' ');
    const known = new Map(stored.map((row) => [at(row), row.H]));
    const apart = Math.max(...now.map((row) => Math.abs(row.H - known.get(at(row)))));
    add('map: largest difference of H', [0, 1e-5], [apart, 1e-5]);
  }

  // V and U of states: errors are of blocks; of 36 states some are further off than two of them.
  {
    const [stored, now] = both('lj-states.csv');
    const first = ({ k, N, h }) => k === stored[0].k && N === stored[0].N && h === stored[0].h;
    for (const column of ['V', 'U'])
      for (const phase of ['solid', 'liquid']) {
        const offs = now
          .filter((row) => row.phase === phase && first(row))
          .map((row) => {
            const one = stored.find(
              ({ phase: is, T, P, ...rest }) => is === phase && T === row.T && P === row.P && first(rest),
            );
            return [row[column] - one[column], Math.hypot(row[`${column}_error`], one[`${column}_error`])];
          });
        const error = Math.sqrt(mean(offs.map(([, one]) => one ** 2)) / offs.length);
        add(
          `melting: ${column} of ${phase}s, mean difference`,
          [0, 0],
          [mean(offs.map(([off]) => off)), error],
        );
      }
  }
  {
    const [stored, now] = both('lj-known-line.csv');
    // By V and U of both phases; the error of the whole runs is that of the fits to them.
    for (const row of now)
      if ([0.7, 0.9, 1.1].includes(row.T)) {
        const one = stored.find(({ T }) => T === row.T);
        add(`melting: dS at T = ${row.T}`, [one.dS, 0.01], [row.dS, 0.01 * GROWN]);
        add(`melting: P at T = ${row.T}`, [one.P, 0.02], [row.P, 0.02 * GROWN]);
      }
  }
  {
    const [stored, now] = both('lj-line.csv');
    const at = (table, T, k, N) =>
      atFourNats(table.filter((row) => row.T === T && row.k === k && row.N === N));
    for (const [k, N] of [
      [32, 1000],
      [32, 4000],
    ])
      for (const T of [0.8, 1.2])
        add(
          `melting: dH at 4 nats, T = ${T}, k = ${k}, N = ${N}`,
          [at(stored, T, k, N), 0.02],
          [at(now, T, k, N), 0.02 * GROWN],
        );
  }
  {
    const [stored, now] = both('lj-coexistence.csv');
    // The halves of a run say how far the interface is from rest.
    const value = (row) => [row.ratio, restError(row) / row.T_known];
    for (const row of now) {
      const one = stored.find(({ P }) => Math.abs(P - row.P) < 0.2);
      add(`side by side: T over the line's, P = ${one.P.toFixed(2)}`, value(one), value(row));
    }
  }
  {
    const [stored, now] = both('silicon-coexistence.csv');
    for (const row of now) {
      const one = stored.find(({ P }) => P === row.P);
      // 40 K, as docs/physics.md has it: a tenth of 90 ps is less than the interface takes to rest.
      add(`silicon: T at ${row.P} GPa`, [one.T, Math.max(40, restError(one))], [row.T, restError(row)]);
      add(`silicon: dS at ${row.P} GPa`, [one.dS, one.dS_error], [row.dS, row.dS_error]);
    }
  }
  {
    // Two runs are too few for a fit to sizes. The largest nucleus from 10 to 60 τ, run by run: the
    // scatter of twenty runs is the error of one.
    const [stored, now] = both('nucleation.csv');
    for (const method of ['dH_core', 'bond_order']) {
      const [all, few] = [stored, now].map((table) =>
        [...new Set(table.map(({ run }) => run))].map((run) =>
          mean(table.filter((row) => row.run === run && row.t >= 10 && row.t < 60).map((row) => row[method])),
        ),
      );
      const scatter = Math.sqrt(sum(all.map((one) => (one - mean(all)) ** 2)) / (all.length - 1));
      add(
        `nuclei: largest from 10 to 60 τ by ${method}`,
        [mean(all), scatter / Math.sqrt(all.length)],
        [mean(few), scatter / Math.sqrt(few.length)],
      );
    }
  }
  for (const [name, label] of [
    ['hops.csv', 'vacancy'],
    ['adatoms.csv', 'adatom'],
  ]) {
    const [stored, now] = both(name);
    // Not those that the page only says why they are not meant.
    const isMeant = ({ lasts, by }) => lasts !== 1 && by !== 'place';
    for (const row of now) {
      if (!isMeant(row)) continue;
      const one = stored.find((own) => own.run === row.run && isMeant(own));
      const share = row.frames / one.frames;
      // Counts of independent events.
      const expected = one.hops * share;
      add(
        `${label} ${row.run}: hops`,
        [expected, Math.sqrt(one.hops) * share],
        [row.hops, Math.sqrt(Math.max(expected, 1))],
      );
    }
    const rates = (table) => {
      const own = table.filter(isMeant);
      return [
        proportion(sumOf(own, 'matched'), sumOf(own, 'found')),
        proportion(sumOf(own, 'matched'), sumOf(own, 'hops')),
      ];
    };
    const [a, b] = [rates(stored), rates(now)];
    ['precision', 'recall'].forEach((what, at) => add(`${label}: ${what}`, a[at], b[at]));
  }
  {
    const [stored, now] = both('faults.csv');
    for (const row of now) {
      const one = stored.find(
        (own) => own.run === row.run && own.window === row.window && own.k === row.k && own.h === row.h,
      );
      if (row.window !== 20 || row.h !== 0.004) continue;
      // Atoms of one layer go together: errors are of what differs from run to run.
      add(
        `fault ${row.run}, averages of 20 τ: precision`,
        [one.precision, 0.01],
        [row.precision, 0.01 * GROWN],
      );
      add(`fault ${row.run}, averages of 20 τ: recall`, [one.recall, 0.02], [row.recall, 0.02 * GROWN]);
    }
  }
  {
    const [stored, now] = both('quiet.csv');
    const events = (table) => sumOf(table, 'events_H') + sumOf(table, 'events_dH');
    add('quiet crystal and liquid: events', [events(stored), 0], [events(now), 0]);
  }
  return rows;
}

/** ΔH where the mean of both H is 4 nats: between the points of a curve, which falls with h. */
function atFourNats(rows) {
  const at = rows.findIndex((row) => row.H_mean < 4);
  const [a, b] = [rows[at - 1], rows[at]];
  const share = (a.H_mean - 4) / (a.H_mean - b.H_mean);
  return a.dH + share * (b.dH - a.dH);
}

function restError(row) {
  return Math.max(row.T_error, Math.abs(row.T_first_half - row.T_second_half) / 2);
}

/** A share and its error, by Laplace's rule: never 0. */
function proportion(part, whole) {
  const p = (part + 1) / (whole + 2);
  return [part / whole, Math.sqrt((p * (1 - p)) / (whole + 3))];
}
