// node scripts/measure-archive.mjs [FOLDER] [GB, 3 unless given]: makes an archive with one file of
// extended xyz of that length, and a tenth of it, sends both through `quests dH`, and prints the
// peak of resident memory of each. Fails where the longer one takes more, by a twentieth of what it
// is longer; with less than some 0.3 GB the shorter one does not fill its buffers, and that says
// nothing. FOLDER, build/archive unless given, holds the archives meanwhile. Only on Linux:
// elsewhere the peak of a process is also that of its parent.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32, createDeflateRaw } from 'node:zlib';
import { congruential } from './random.mjs';

const BIN = resolve('bin/quests.js');
const LATTICE = 3.615;
/** Cubes along each edge: 256 atoms. */
const CUBES = 4;
const SITES = [
  [0, 0, 0],
  [0.5, 0.5, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
];
/** Frames that follow each other again and again. */
const FRAMES = 8;

/** Share of its bytes that a longer archive may take of memory: none, but for garbage. */
const MOST_GROWTH = 0.05;

const folder = resolve(process.argv[2] ?? 'build/archive');
const bytes = 1e9 * Number(process.argv[3] ?? 3);
mkdirSync(folder, { recursive: true });
const next = congruential(1);
const frames = Array.from({ length: FRAMES }, frame);
writeFileSync(join(folder, 'reference.xyz'), frames[0]);
const lengths = [bytes / 10, bytes];
const peaks = [];
for (const length of lengths) {
  const file = join(folder, 'run.extxyz.zip');
  const count = await archive(file, length);
  const began = performance.now();
  // The largest size that `getrusage` gives is inherited: it may be that of this process.
  const status = 'fs.readFileSync("/proc/self/status", "utf8").match(/VmHWM:\\s*(\\d+)/)[1]';
  const report = `import fs from "node:fs"; process.on("exit", () => console.error("peak", ${status}))`;
  const hook = `data:text/javascript,${encodeURIComponent(report)}`;
  const args = ['--import', hook, BIN, 'dH', file, join(folder, 'reference.xyz')];
  const { status: code, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (code !== 0) throw new Error(stderr);
  const seconds = (performance.now() - began) / 1000;
  const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
  peaks.push(peak);
  const gigabytes = (count) => (count / 1e9).toFixed(2);
  const sizes = `${gigabytes(length)} GB of extxyz, ${gigabytes(statSync(file).size)} GB zipped`;
  console.log(`${sizes}, ${count} frames: ${peak.toFixed(0)} MB, ${seconds.toFixed(0)} s`);
  rmSync(file);
}
rmSync(folder, { recursive: true });
const [growth, longer] = [peaks[1] - peaks[0], (lengths[1] - lengths[0]) / 1e6];
console.log(`${growth.toFixed(0)} MB more for ${longer.toFixed(0)} MB more of extxyz`);
if (!(growth <= MOST_GROWTH * longer)) process.exitCode = 1;

/** A rattled crystal, with forces, velocities and more columns of numbers. */
function frame() {
  const rows = [];
  const number = (scale) => (scale * (next() - 0.5)).toFixed(12);
  for (let x = 0; x < CUBES; x++) {
    for (let y = 0; y < CUBES; y++) {
      for (let z = 0; z < CUBES; z++) {
        for (const [u, v, w] of SITES) {
          const at = [x + u, y + v, z + w].map((site) => (LATTICE * site + 0.3 * next()).toFixed(12));
          const more = Array.from({ length: 15 }, () => number(4));
          rows.push(['Cu', ...at, ...more].join(' '));
        }
      }
    }
  }
  const edge = CUBES * LATTICE;
  const columns = 'species:S:1:pos:R:3:forces:R:3:velocities:R:3:virials:R:9';
  const lattice = `Lattice="${edge} 0 0 0 ${edge} 0 0 0 ${edge}"`;
  return `${rows.length}\n${lattice} Properties=${columns} energy=-1.5\n${rows.join('\n')}\n`;
}

/** Writes an archive of one file, deflated; says how many frames are in it. */
async function archive(path, length) {
  const pieces = frames.map((text) => Buffer.from(text));
  const name = Buffer.from('run.extxyz');
  const out = openSync(path, 'w');
  let at = 0;
  const write = (data) => {
    writeSync(out, data);
    at += data.length;
  };
  // Sizes and checksum follow the bytes.
  write(
    numbers(
      [4, 0x04034b50],
      [2, 45],
      [2, 8],
      [2, 8],
      [4, 0],
      [4, 0],
      [4, 0],
      [4, 0],
      [2, name.length],
      [2, 0],
    ),
  );
  write(name);
  const start = at;
  const deflate = createDeflateRaw({ level: 1 });
  deflate.on('data', write);
  let [size, sum, count] = [0, 0, 0];
  while (size < length) {
    const piece = pieces[count++ % pieces.length];
    size += piece.length;
    sum = crc32(piece, sum);
    if (!deflate.write(piece)) await new Promise((done) => deflate.once('drain', done));
  }
  deflate.end();
  await new Promise((done) => deflate.once('end', done));
  const compressed = at - start;
  const large = [8, size];
  const extra = numbers([2, 1], [2, 16], large, [8, compressed]);
  write(numbers([4, 0x08074b50], [4, sum], [8, compressed], large));
  const directory = at;
  write(
    numbers(
      [4, 0x02014b50],
      [2, 45],
      [2, 45],
      [2, 8],
      [2, 8],
      [4, 0],
      [4, sum],
      [4, 0xffffffff],
      [4, 0xffffffff],
    ),
  );
  write(numbers([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, 0]));
  write(name);
  write(extra);
  const end = at;
  const places = [
    [8, 1],
    [8, 1],
    [8, end - directory],
    [8, directory],
  ];
  write(numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], ...places));
  write(numbers([4, 0x07064b50], [4, 0], [8, end], [4, 1]));
  write(
    numbers(
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, 0xffff],
      [2, 0xffff],
      [4, 0xffffffff],
      [4, 0xffffffff],
      [2, 0],
    ),
  );
  closeSync(out);
  return count;
}

function numbers(...fields) {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const data = Buffer.alloc(width);
      if (width === 8) data.writeBigUInt64LE(BigInt(value));
      else data.writeUIntLE(value, 0, width);
      return data;
    }),
  );
}
