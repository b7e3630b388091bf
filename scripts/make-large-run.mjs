// Makes a large LAMMPS dump to measure on: frames of examples/cu_run.lammpstrj.gz, its lattice left
// out, one after the other and again, each replicated 5 × 5 × 1 and every atom displaced by 0.05 Å
// at random (normal, seeded): 100,000 atoms a frame. Usage: node scripts/make-large-run.mjs
// FILE.lammpstrj [frames, 200 unless given]
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { readStructures } from 'quests';
import { fileURLToPath } from 'node:url';
import { congruential, normal } from './random.mjs';

const COPIES = [5, 5, 1];
const JITTER = 0.05;
/** Steps between frames. */
const STEPS = 1000;

const [file, count = '200'] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/make-large-run.mjs FILE.lammpstrj [frames]');
const run = fileURLToPath(new URL('../examples/cu_run.lammpstrj.gz', import.meta.url));
const frames = [];
for await (const frame of readStructures(run)) frames.push(frame);
frames.shift();

const out = createWriteStream(file);
const next = congruential(1);
for (let index = 0; index < Number(count); index++) {
  if (!out.write(dump(frames[index % frames.length], index * STEPS))) await once(out, 'drain');
}
out.end();
await once(out, 'finish');

function dump({ positions, cell }, step) {
  const atoms = (positions.length / 3) * COPIES.reduce((product, copies) => product * copies);
  const edges = COPIES.map((copies, axis) => copies * cell[4 * axis]);
  const lines = [`ITEM: TIMESTEP\n${step}\nITEM: NUMBER OF ATOMS\n${atoms}\nITEM: BOX BOUNDS pp pp pp`];
  for (const edge of edges) lines.push(`0 ${edge.toFixed(6)}`);
  lines.push('ITEM: ATOMS id type element x y z');
  let id = 0;
  for (let copy = 0; copy < COPIES[0] * COPIES[1] * COPIES[2]; copy++) {
    const at = [
      copy % COPIES[0],
      Math.floor(copy / COPIES[0]) % COPIES[1],
      Math.floor(copy / COPIES[0] / COPIES[1]),
    ];
    for (let start = 0; start < positions.length; start += 3) {
      const place = at.map(
        (cells, axis) => positions[start + axis] + cells * cell[4 * axis] + JITTER * normal(next, next()),
      );
      lines.push(`${++id} 1 Cu ${place.map((x) => x.toFixed(5)).join(' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
