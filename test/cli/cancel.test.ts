import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { contents, ended, start, temporaryFolder } from '../support/cli/cli.js';
import { golden, npy } from '../support/data/files.js';

const ENVIRONMENTS = 150_000;
/** So large, in 1/Å, that no pair is left out: the sums take many seconds on any machine. */
const BANDWIDTH = '1';
const folder = temporaryFolder();
writeFileSync(join(folder, 'large.npy'), npy(`(${ENVIRONMENTS}, 63)`, randomRows(1, ENVIRONMENTS, 63, 0.1)));
const before = contents(folder);

describe.each(BACKENDS)('an entropy of 150,000 environments on %s', (backend) => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends within a second of %s, with nothing written',
    async (signal) => {
      const child = start(
        ['entropy', 'large.npy', '-b', BANDWIDTH, '-o', 'out.json', '--backend', backend, '--quiet'],
        folder,
      );
      const end = ended(child);
      await sleep(1000);
      const sent = performance.now();
      child.kill(signal);
      const outcome = await end;
      expect(performance.now() - sent).toBeLessThan(1000);
      expect(outcome).toEqual({ code: 130, stdout: '', stderr: 'cancelled\n' });
      expect(contents(folder)).toEqual(before);
    },
  );
});

describe('a reader that goes away', () => {
  it('ends the program quietly', async () => {
    const child = start(['metrics', golden('fcc_cu_periodic.xyz'), '--json', '--quiet'], folder);
    child.stdout?.destroy();
    const outcome = await ended(child);
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
