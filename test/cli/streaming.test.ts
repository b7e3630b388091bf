import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../support/data/random.js';
import { BIN, ended, temporaryFolder } from '../support/cli/cli.js';
import { frame } from '../support/data/files.js';
import { zipOf } from '../support/data/zip.js';

/** Megabytes of the long dump; QUESTS_LONG=2000 is what the promise speaks of. */
const LONG = Number(process.env.QUESTS_LONG ?? 100);

/**
 * V8 sweeps what arrays hold outside its heap only after that has grown by 64 MB; and heaps grow a
 * little, too.
 */
const SLACK = 96;

/**
 * Prints the peak of a process. Under Linux what `resourceUsage` gives begins with the memory of
 * the process that started it.
 */
const REPORT = encodeURIComponent(`
import { readFileSync } from 'node:fs';
process.on('exit', () => {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  console.error('peak', /^VmHWM:\\s*(\\d+)/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
});`);

const folder = temporaryFolder();

/** Snapshots of a rattled crystal of 4,000 atoms, as LAMMPS dumps them. */
const SNAPSHOTS = Array.from({ length: 8 }, (_, index) => {
  const next = random(index);
  const atoms: string[] = [];
  for (let x = 0; x < 10; x++) {
    for (let y = 0; y < 10; y++) {
      for (let z = 0; z < 10; z++) {
        for (const [u, v, w] of [
          [0, 0, 0],
          [0.5, 0.5, 0],
          [0.5, 0, 0.5],
          [0, 0.5, 0.5],
        ] as const) {
          const at = [x + u, y + v, z + w].map((site) => (3.615 * site + 0.3 * next()).toFixed(6));
          const velocity = [0, 1, 2].map(() => (next() - 0.5).toFixed(6));
          atoms.push(`${atoms.length + 1} 1 ${at.join(' ')} ${velocity.join(' ')}`);
        }
      }
    }
  }
  const header = [
    'ITEM: TIMESTEP',
    String(1000 * index),
    'ITEM: NUMBER OF ATOMS',
    String(atoms.length),
    'ITEM: BOX BOUNDS pp pp pp',
    ...['0.0 36.15', '0.0 36.15', '0.0 36.15'],
    'ITEM: ATOMS id type x y z vx vy vz',
  ];
  return Buffer.from(`${[...header, ...atoms].join('\n')}\n`);
});

/**
 * Sends a dump of so many MB through `dH - reference -o out.xyz`; gives the peak of the resident
 * memory, in MB.
 */
async function peak(megabytes: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${REPORT}`,
      BIN,
      'dH',
      '-',
      'reference.xyz',
      '-o',
      'out.xyz',
      '--overwrite',
    ],
    { cwd: folder, env: { ...process.env, QUESTS_BACKEND: '' } },
  );
  const outcome = ended(child);
  let sent = 0;
  let snapshots = 0;
  while (sent < megabytes * 1e6) {
    const snapshot = SNAPSHOTS[snapshots++ % SNAPSHOTS.length] as Buffer;
    sent += snapshot.length;
    if (!child.stdin.write(snapshot)) await Promise.race([once(child.stdin, 'drain'), outcome]);
  }
  child.stdin.end();
  const { code, stdout, stderr } = await outcome;
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`Environments: ${4000 * snapshots}, reference: 4\n`);
  expect(statSync(join(folder, 'out.xyz')).size).toBeGreaterThan(sent);
  rmSync(join(folder, 'out.xyz'));
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
}

/** One file in an archive, deflated: so many copies of a frame of 1,000 atoms. */
function archiveOf(copies: number): Buffer {
  const next = random(1);
  const rows = Array.from({ length: 1000 }, (_, atom) => {
    const at = [atom % 10, Math.floor(atom / 10) % 10, Math.floor(atom / 100)];
    const numbers = [...at.map((site) => 2.6 * site + 0.3 * next()), next(), next(), next()];
    return `Cu ${numbers.map((value) => value.toFixed(9)).join(' ')}`;
  });
  const columns = 'species:S:1:pos:R:3:forces:R:3';
  const text = `1000\nLattice="26 0 0 0 26 0 0 0 26" Properties=${columns}\n${rows.join('\n')}\n`;
  return zipOf([{ name: 'run.extxyz', data: text.repeat(copies) }]);
}

/** The peak of `dH` of an archive, in MB. */
async function peakOfArchive(copies: number): Promise<number> {
  writeFileSync(join(folder, 'run.zip'), archiveOf(copies));
  const args = ['--import', `data:text/javascript,${REPORT}`, BIN, 'dH', 'run.zip', 'reference.xyz'];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, QUESTS_BACKEND: '' } });
  const { code, stdout, stderr } = await ended(child);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`Environments: ${1000 * copies}, reference: 4\n`);
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
}

describe('a test set of any length', () => {
  it(
    `takes the same memory: a dump of ${LONG} MB on standard input`,
    async () => {
      writeFileSync(
        join(folder, 'reference.xyz'),
        frame(['Cu 0.1 0 0', 'Cu 2 2.1 0', 'Cu 2 0 2', 'Cu 0 2 2.05']),
      );
      const short = await peak(LONG / 10);
      const long = await peak(LONG);
      expect(long).toBeLessThan(short + SLACK);
    },
    Math.max(600_000, LONG * 6000),
  );

  it('takes the same memory in an archive', async () => {
    const reference = ['Cu 0.1 0 0', 'Cu 2 2.1 0', 'Cu 2 0 2', 'Cu 0 2 2.05'];
    writeFileSync(join(folder, 'reference.xyz'), frame(reference));
    const short = await peakOfArchive(60);
    // 140 MB of text.
    const long = await peakOfArchive(1800);
    expect(long).toBeLessThan(short + SLACK);
  });
});
