// Crystalline atoms by bond order, as P. J. Steinhardt, D. R. Nelson and M. Ronchetti (Phys. Rev. B
// 28, 784 (1983)) and P. R. ten Wolde, M. J. Ruiz-Montero and D. Frenkel (J. Chem. Phys. 104, 9932
// (1996)) have it: q6 of two neighbours is compared, and an atom with enough neighbours like it is
// of a crystal. Nothing of this is from `quests`: it is what its nuclei are held against.
import { readFileSync } from 'node:fs';

/** Frames of a LAMMPS dump with sorted atoms and an orthorhombic box. */
export function* dumpFrames(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let at = 0; at < lines.length;) {
    if (!lines[at].startsWith('ITEM: TIMESTEP')) {
      at++;
      continue;
    }
    const step = Number(lines[at + 1]);
    let [count, bounds] = [0, []];
    while (!lines[at].startsWith('ITEM: ATOMS')) {
      if (lines[at].startsWith('ITEM: NUMBER')) count = Number(lines[at + 1]);
      if (lines[at].startsWith('ITEM: BOX'))
        bounds = lines.slice(at + 1, at + 4).map((line) => line.split(' ').map(Number));
      at++;
    }
    const x = lines[at].split(' ').indexOf('x') - 2;
    const positions = new Float64Array(3 * count);
    for (let atom = 0; atom < count; atom++) {
      const fields = lines[at + 1 + atom].split(' ');
      for (let axis = 0; axis < 3; axis++)
        positions[3 * atom + axis] = Number(fields[x + axis]) - bounds[axis][0];
    }
    at += 1 + count;
    yield { step, positions, box: bounds.map(([low, high]) => high - low) };
  }
}

/** Neighbours of each atom within `cutoff`, with unit vectors to them. */
function neighbours({ positions, box }, cutoff) {
  const count = positions.length / 3;
  const bins = box.map((length) => Math.max(1, Math.floor(length / cutoff)));
  if (bins.some((one) => one < 3)) throw new Error('a box of less than three cutoffs');
  const binOf = (atom, axis) => {
    const share = positions[3 * atom + axis] / box[axis];
    return Math.min(bins[axis] - 1, Math.floor((share - Math.floor(share)) * bins[axis]));
  };
  const lists = new Map();
  const keyOf = (a, b, c) => (a * bins[1] + b) * bins[2] + c;
  for (let atom = 0; atom < count; atom++) {
    const key = keyOf(binOf(atom, 0), binOf(atom, 1), binOf(atom, 2));
    if (!lists.has(key)) lists.set(key, []);
    lists.get(key).push(atom);
  }
  return Array.from({ length: count }, (_, atom) => {
    const found = { atoms: [], vectors: [] };
    for (const a of [-1, 0, 1])
      for (const b of [-1, 0, 1])
        for (const c of [-1, 0, 1]) {
          const bin = [a, b, c].map((step, axis) => (binOf(atom, axis) + step + bins[axis]) % bins[axis]);
          for (const other of lists.get(keyOf(...bin)) ?? []) {
            if (other === atom) continue;
            const d = [0, 1, 2].map((axis) => {
              const raw = positions[3 * other + axis] - positions[3 * atom + axis];
              return raw - box[axis] * Math.round(raw / box[axis]);
            });
            const r = Math.hypot(...d);
            if (r > cutoff) continue;
            found.atoms.push(other);
            found.vectors.push(d[0] / r, d[1] / r, d[2] / r);
          }
        }
    return found;
  });
}

/** Legendre's polynomial of degree 6. */
function legendre6(c) {
  const s = c * c;
  return (((231 * s - 315) * s + 105) * s - 5) / 16;
}

/** Σ_m q6m(a) q6m*(b) but for a factor, by the addition theorem of spherical harmonics. */
function product(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 3)
    for (let j = 0; j < b.length; j += 3)
      sum += legendre6(a[i] * b[j] + a[i + 1] * b[j + 1] + a[i + 2] * b[j + 2]);
  return (9 * sum) / (a.length * b.length);
}

/**
 * Sizes of the clusters of crystalline atoms, the largest first.
 *
 * @param cutoff Å; 1.5 σ, about the first minimum of the liquid's g(r)
 * @param alike product of normalised q6 from which two neighbours are alike
 * @param fewest alike neighbours that a crystalline atom has
 */
export function crystalClusters(frame, { cutoff, alike = 0.5, fewest = 7 }) {
  const near = neighbours(frame, cutoff);
  const own = near.map(({ vectors }) => product(vectors, vectors));
  const bonds = new Uint8Array(near.length);
  near.forEach(({ atoms, vectors }, atom) => {
    for (const other of atoms) {
      if (other < atom) continue;
      const d = product(vectors, near[other].vectors) / Math.sqrt(own[atom] * own[other]);
      if (d <= alike) continue;
      bonds[atom]++;
      bonds[other]++;
    }
  });
  const seen = new Uint8Array(near.length);
  const sizes = [];
  for (let first = 0; first < near.length; first++) {
    if (seen[first] || bonds[first] < fewest) continue;
    seen[first] = 1;
    const open = [first];
    let size = 0;
    while (open.length > 0) {
      size++;
      for (const other of near[open.pop()].atoms) {
        if (seen[other] || bonds[other] < fewest) continue;
        seen[other] = 1;
        open.push(other);
      }
    }
    sizes.push(size);
  }
  return sizes.sort((a, b) => b - a);
}
