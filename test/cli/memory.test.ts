import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { BIN, ended, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();

it.runIf(process.platform === 'linux')('a limit on addresses is one line, with what helps', async () => {
  const args = ['entropy', golden('fcc_cu_periodic.xyz'), '--backend', 'wasm'];
  const limited = 'ulimit -v 8000000 && exec "$@"';
  const child = spawn('sh', ['-c', limited, 'sh', process.execPath, BIN, ...args], { cwd: folder });
  const { code, stdout, stderr } = await ended(child);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^quests: backend wasm: there is no memory for an instance of .*native.*\n$/);
});
