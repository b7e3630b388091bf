import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { contents, ended, said, start, temporaryFolder } from '../support/cli/cli.js';
import { golden, npy } from '../support/data/files.js';

const ENVIRONMENTS = 150_000;
/** So large, in 1/Å, that no pair is left out: the sums take many seconds on any machine. */
const BANDWIDTH = '1';
const folder = temporaryFolder();
writeFileSync(join(folder, 'large.npy'), npy(`(${ENVIRONMENTS}, 63)`, randomRows(1, ENVIRONMENTS, 63, 0.1)));
const before = contents(folder);

describe.each(BACKENDS)('an entropy of 150,000 environments on %s', (backend) => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'ends at %s in the middle, with nothing written',
    async (signal) => {
      const args = ['entropy', 'large.npy', '-b', BANDWIDTH, '-o', 'out.json', '--backend', backend];
      const child = start(args, folder);
      const end = ended(child);
      // The last note before the sums. How soon a step ends is counted in
      // test/contract/job.test.ts.
      await said(child, 'note: large.npy');
      child.kill(signal);
      const { code, stdout, stderr } = await end;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toMatch(/^note: large\.npy .*\ncancelled\n$/s);
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
