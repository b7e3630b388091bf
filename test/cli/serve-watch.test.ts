import type { ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'devalue';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveRequest } from '../../ts/faces/node/explore.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { serve as serveIn, type Served } from '../support/cli/served.js';
import { Visit } from '../support/cli/visit.js';
import { rattledFrames } from '../support/data/rattled.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
/** Bandwidth at which quiet frames are known, and an interstitial is not. */
const SETTINGS = ['-b', '0.04'];
writeFileSync(at('train.xyz'), rattledFrames(1000, 1020));

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function serve(...args: string[]): Promise<Served> {
  const served = await serveIn(args, folder);
  started.push(served.child);
  return served;
}

/** What a page asks of the simulation that is watched. */
function live(page: Visit, request: LiveRequest | object): Promise<Response> {
  return page.post('live', stringify(request));
}

describe('serve --watch', () => {
  it('sends each check as the file grows, and stops the simulation where a page says so', async () => {
    const { child, url, outcome } = await serve(
      '--watch',
      'run.xyz',
      '-r',
      'train.xyz',
      '--stop-file',
      'STOP',
      ...SETTINGS,
    );
    const page = await Visit.to(url);
    expect(await page.until('live')).toMatchObject({ of: 'run.xyz', relativeTo: 'train.xyz', canStop: true });
    writeFileSync(at('run.xyz'), rattledFrames(0, 3));
    for (const frame of [0, 1, 2]) {
      const { row } = await page.until('live-check');
      expect(row).toMatchObject({ frame, step: 10 * frame, environments: 32, isKept: false });
    }
    // What quests watch says of the same file.
    const { stdout } = await quests(
      ['watch', 'run.xyz', '-r', 'train.xyz', ...SETTINGS, '--idle', '0', '-o', 'checks.jsonl', '--json'],
      folder,
    );
    const { max_dH: most } = JSON.parse(stdout) as { max_dH: number };
    const lines = readFileSync(at('checks.jsonl'), 'utf8').trimEnd().split('\n');
    const late = await Visit.to(url);
    const { rows } = await late.until('live');
    expect(Math.max(...rows.map(({ maximum }) => maximum))).toBe(most);
    expect(rows.map(({ entropy, mean, atom }) => [entropy, mean, atom])).toEqual(
      lines.map((line) => {
        const { entropy, mean_dH: mean, atom } = JSON.parse(line) as Record<string, number>;
        return [entropy, mean, atom];
      }),
    );

    expect((await live(page, { do: 'limit', above: 20, stops: true })).status).toBe(204);
    expect(await late.until('live-limit')).toMatchObject({ above: 20, stops: true });
    appendFileSync(at('run.xyz'), rattledFrames(3, 6, 4));
    const { end } = await page.until('live-end');
    expect(end).toMatchObject({ by: 'limit', row: { frame: 4, isKept: true } });
    expect(readFileSync(at('STOP'), 'utf8')).toMatch(/^frame 4, atom \d+: δH [\d.]+ nats\n$/);

    await live(page, { do: 'save', what: 'kept' });
    const { name, id } = await page.until('live-download');
    const kept = await (await fetch(page.route('download', { id }))).text();
    expect([name, kept.split('\n')[0]]).toEqual(['kept.xyz', '33']);
    // The page is still there, until Ctrl-C.
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect(code).toBe(130);
    expect(stderr).toContain('waiting for run.xyz\n');
    expect(stderr).toContain('stop file written: STOP\n');
  });

  it('takes the first frames where there is no reference, and says what goes wrong', async () => {
    writeFileSync(at('broken.xyz'), `${rattledFrames(0, 6)}32\nno lattice\nCu 0 0 oops\n`);
    const { url } = await serve('--watch', 'broken.xyz', '--first', '4', '--no-entropy', ...SETTINGS);
    const page = await Visit.to(url);
    const state = await page.until('live');
    const end = state.end ?? (await page.until('live-end')).end;
    expect(end).toMatchObject({ by: 'failure', message: expect.stringContaining('broken.xyz') as string });
    const { rows, learned, canStop } = await (await Visit.to(url)).until('live');
    expect([learned, canStop, rows.map(({ frame, entropy }) => [frame, entropy])]).toEqual([
      4,
      false,
      [
        [4, null],
        [5, null],
      ],
    ]);
  });

  it('refuses requests that mean nothing, and any without a simulation', async () => {
    writeFileSync(at('quiet.xyz'), rattledFrames(0, 2));
    const { url } = await serve('--watch', 'quiet.xyz', '-r', 'train.xyz', ...SETTINGS);
    const page = await Visit.to(url);
    for (const [wrong, told] of [
      [{ do: 'limit', above: Infinity, stops: true }, 'request.above must be a finite number'],
      [{ do: 'limit', above: 1, stops: 'yes' }, 'request.stops must be true or false'],
      [{ do: 'run' }, 'request.do must be'],
      [{ do: 'save', what: '../STOP' }, 'request.what must be'],
    ] as const) {
      const refused = await live(page, wrong);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(told)]);
    }
    const other = await serve();
    const refused = await live(await Visit.to(other.url), { do: 'show', isDark: false });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('--watch')]);
  });

  it.each([
    [['-r', 'train.xyz'], '--reference needs --watch'],
    [['--stop-file', 'S'], '--stop-file needs --watch'],
    [['--no-mean'], '--no-mean needs --watch'],
    [['-k', '12'], '--nbrs needs --watch'],
    [['--watch', 'a.xyz', '-b', 'auto'], '--bandwidth auto needs --reference'],
    [['--watch', 'a.xyz', '-r', 'train.xyz', '--first', '2'], '--first cannot be combined with --reference'],
  ])('refuses %j', async (args, told) => {
    const { code, stderr } = await quests(['serve', ...args], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    expect(existsSync(at('S'))).toBe(false);
  });
});
