// Makes examples/cu_crystal.xyz and examples/cu_melt.xyz: whole frames of our own molecular
// dynamics of copper, three of the crystal while it is heated and three of the melt while it cools.
// Frame 0 is left out: a perfect lattice, whose ties say nothing about real data. And
// examples/cu_run.lammpstrj.gz and cu_run.log: the dump up to the end of the log, heating, melting
// and cooling, with four decimals of the cell in place of six; and
// examples/cu_freezing.lammpstrj.gz, the melt after that, held at 750 K, up to where it has frozen.
// Usage: node scripts/make-example.mjs [folder of the run]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = process.argv[2] ?? join(root, '..', 'shared', 'data', 'cu_melt');
const examples = { cu_crystal: [1, 2, 3], cu_melt: [10, 12, 14] };

const thermo = readThermo(readFileSync(join(run, 'log.lammps'), 'utf8'));
const frames = readFileSync(join(run, 'dump.cu_melt_xtal.lammpstrj'), 'utf8')
  .split('ITEM: TIMESTEP\n')
  .slice(1);

mkdirSync(join(root, 'examples'), { recursive: true });
for (const [name, chosen] of Object.entries(examples)) {
  const text = chosen.map((index) => extxyz(frames[index], index)).join('');
  writeFileSync(join(root, 'examples', `${name}.xyz`), text);
}

const last = Math.max(...thermo.keys());
const dumps = {
  cu_run: frames.filter((frame) => Number(frame.split('\n')[0]) <= last),
  cu_freezing: frames.slice(18, 36),
};
for (const [name, chosen] of Object.entries(dumps)) {
  const text = chosen.map(rounded).join('');
  writeFileSync(join(root, 'examples', `${name}.lammpstrj.gz`), gzipSync(text, { level: 9 }));
}
writeFileSync(join(root, 'examples', 'cu_run.log'), readFileSync(join(run, 'log.lammps'), 'utf8'));

/** Time in ps, temperature in K, by timestep: the lines of numbers in the log. */
function readThermo(log) {
  const rows = new Map();
  for (const line of log.split('\n')) {
    const numbers = line.trim().split(/\s+/).map(Number);
    if (numbers.length === 6 && numbers.every(Number.isFinite)) {
      const [step, time, temperature] = numbers;
      rows.set(step, { time, temperature });
    }
  }
  return rows;
}

/**
 * One frame of the dump: orthogonal box, columns id type element xs ys zs. The origin moves to a
 * corner of the box.
 */
function extxyz(frame, index) {
  const lines = frame.trimEnd().split('\n');
  const timestep = Number(lines[0]);
  const [x, y, z] = lines.slice(4, 7).map((bounds) => {
    const [low, high] = bounds.split(' ').map(Number);
    return high - low;
  });
  const atoms = lines.slice(8).map((line) => {
    const [, , element, ...scaled] = line.split(' ');
    // The dump's six decimals of a cell of 37 Å are worth four to five in Å.
    return [element, ...[x, y, z].map((length, axis) => (length * Number(scaled[axis])).toFixed(5))].join(
      ' ',
    );
  });
  const { time, temperature } = thermo.get(timestep);
  const comment = [
    `Lattice="${x} 0 0 0 ${y} 0 0 0 ${z}"`,
    'Properties=species:S:1:pos:R:3',
    'pbc="T T T"',
    `frame=${index}`,
    `timestep=${timestep}`,
    `time_ps=${time}`,
    `temperature_K=${temperature.toFixed(1)}`,
  ].join(' ');
  return `${atoms.length}\n${comment}\n${atoms.join('\n')}\n`;
}

/** A frame of a dump of columns id, element, xs, ys, zs: 0.002 Å off at most. */
function rounded(frame) {
  const lines = frame.trimEnd().split('\n');
  const header = lines.slice(0, 7).map((line) => {
    const isBounds = /^\S+e[+-]\d+ /.test(line);
    return isBounds
      ? line
          .split(' ')
          .map((bound) => Number(bound).toFixed(6))
          .join(' ')
      : line;
  });
  const atoms = lines.slice(8).map((line) => {
    const [id, , element, ...scaled] = line.split(' ');
    return [id, element, ...scaled.map((each) => Number(each).toFixed(4))].join(' ');
  });
  return ['ITEM: TIMESTEP', ...header, 'ITEM: ATOMS id element xs ys zs', ...atoms, ''].join('\n');
}
