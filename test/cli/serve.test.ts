import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'devalue';
import { afterEach, describe, expect, it } from 'vitest';

import { deltaEntropy, descriptors, metrics, readStructures } from '../../ts/node.js';
import type { RunSettings, ServedFile } from '../../ts/faces/node/explore.js';
import { noveltySummary } from '../../ts/faces/node/analysis.js';
import { type Outcome, quests, temporaryFolder } from '../support/cli/cli.js';
import { serve as serveIn, type Served } from '../support/cli/served.js';
import { Visit } from '../support/cli/visit.js';

const folder = temporaryFolder();
const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const TRAIN = join(EXAMPLES, 'cu_train.xyz');
const TEST = join(EXAMPLES, 'cu_test.xyz');
const MELT = join(EXAMPLES, 'cu_melt.xyz');

const SETTINGS: RunSettings = {
  k: 32,
  cutoff: 5,
  bandwidth: 0.015,
  epsilon: 1e-5,
  species: false,
  select: '',
};

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function serve(...args: string[]): Promise<Served> {
  const served = await serveIn(args, folder);
  started.push(served.child);
  return served;
}

/** The status of a request that a browser would not make. */
function statusOf(
  url: URL,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/**
 * The answer to a request whose body comes in pieces, without a length, and the bytes until then:
 * `most` at the most.
 */
function sentInPieces(
  url: URL,
  path: string,
  most: number,
): Promise<{ status: number; text: string; bytes: number }> {
  return new Promise((resolve, reject) => {
    const headers = { host: url.host, 'transfer-encoding': 'chunked' };
    const sent = request({ host: url.hostname, port: url.port, path, method: 'POST', headers });
    const piece = Buffer.alloc(1e6, 'x');
    let bytes = 0;
    let isOver = false;
    const more = (): void => {
      if (isOver) return;
      if (bytes >= most) {
        sent.end();
        return;
      }
      bytes += piece.length;
      sent.write(piece, more);
    };
    sent.on('response', (response) => {
      isOver = true;
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, bytes }));
    });
    // Once the answer is there, the rest of the body may meet a closed connection.
    sent.on('error', (error) => {
      if (!isOver) reject(error);
    });
    more();
  });
}

describe('serve', () => {
  it('prints one address, computes by the addon, and ends with Ctrl-C while work is under way', async () => {
    const { child, url, outcome } = await serve(TRAIN, TEST, MELT);
    const visit = await Visit.to(url);
    const sets = [0, 1].map((named) => ({ name: ['train', 'test'][named] ?? '', files: [{ named }] }));
    await visit.ask({ do: 'run', sets, settings: SETTINGS });
    const { results } = await visit.next('results', 'failure').then((reply) => {
      if (reply.is === 'failure') throw new Error(reply.message);
      return reply;
    });
    const [x, y] = await Promise.all([TRAIN, TEST].map((file) => descriptors(readStructures(file))));
    if (x === undefined || y === undefined) throw new Error('there are no examples');
    const { entropy, diversity } = await metrics(x);
    expect(results.sets[0]).toMatchObject({ entropy, diversity, environments: x.rows });
    const { novelty, mean, max } = await noveltySummary(await deltaEntropy(y, x));
    expect(results.comparison).toMatchObject({ novelty, mean, max });

    await visit.ask({ do: 'save', what: 'csv' });
    const { name, id } = await visit.next('download');
    expect(name).toBe('quests.csv');
    const text = await (await fetch(visit.route('download', { id }))).text();
    expect(text.trimEnd().split('\n')).toHaveLength(1 + x.rows + y.rows);
    // Once.
    expect((await fetch(visit.route('download', { id }))).status).toBe(404);

    await visit.ask({ do: 'run', sets: [{ name: 'melt', files: [{ named: 2 }] }], settings: SETTINGS });
    await visit.next('progress');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    expect({ code, stdout }).toEqual({ code: 130, stdout: `${url.href}\n` });
    expect(stderr).toMatch(/^the page runs until Ctrl-C and computes here \(native, .*\)\ncancelled\n$/);
  });

  it.skipIf(process.platform === 'win32')('opens the page in the browser of the person', async () => {
    const [program, seen] = [join(folder, 'browser.sh'), join(folder, 'opened')];
    writeFileSync(program, `#!/bin/sh\nprintf %s "$1" > "${seen}.part" && mv "${seen}.part" "${seen}"\n`);
    chmodSync(program, 0o755);
    process.env.BROWSER = program;
    try {
      const { url, child, outcome } = await serve(TRAIN, '--open');
      await expect
        .poll(() => existsSync(seen) && readFileSync(seen, 'utf8'), { timeout: 60_000 })
        .toBe(url.href);
      child.kill('SIGINT');
      await outcome;
      process.env.BROWSER = join(folder, 'no-such-browser');
      const other = await serve(TRAIN, '--open');
      expect((await fetch(other.url)).status).toBe(200);
      other.child.kill('SIGINT');
      expect((await other.outcome).stderr).toMatch(
        /^note: no browser was opened \(.*\): open the address above$/m,
      );
    } finally {
      delete process.env.BROWSER;
    }
  });

  it('cancels, and goes on', async () => {
    const { url } = await serve(MELT);
    const visit = await Visit.to(url);
    const run = { do: 'run', sets: [{ name: 'melt', files: [{ named: 0 }] }], settings: SETTINGS } as const;
    await visit.ask(run);
    await visit.next('progress');
    await visit.ask({ do: 'cancel' });
    expect(await visit.next('failure', 'results')).toMatchObject({ message: 'Cancelled.', cancelled: true });
    await visit.ask({ ...run, settings: { ...SETTINGS, select: ':1' } });
    expect((await visit.next('results')).results.sets[0]?.frames).toBe(1);
  });

  it('takes files that a page sends, and says what is wrong with them', async () => {
    const { url } = await serve();
    const visit = await Visit.to(url);
    const bad = '2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu 1 oops 0\n';
    const sent = await (await visit.post('files', bad, { name: 'bad.xyz' })).text();
    const run = (file: ServedFile): Promise<void> =>
      visit.ask({ do: 'run', sets: [{ name: 'x', files: [file] }], settings: SETTINGS });
    await run({ sent });
    expect((await visit.next('failure')).message).toMatch(/^bad\.xyz.*line 4/);
    // It was read: it is not kept.
    await run({ sent });
    expect((await visit.next('failure')).message).toBe('the file was not sent');
    await run({ named: 0 });
    expect((await visit.next('failure')).message).toContain('there is no set');
    for (const named of [-1, '../../etc/passwd', '__proto__']) {
      const sets = [{ name: 'x', files: [{ named }] }];
      expect((await visit.post('ask', stringify({ do: 'run', sets, settings: SETTINGS }))).status).toBe(400);
    }
    await run({ sent: '/etc/passwd' });
    expect((await visit.next('failure')).message).toBe('the file was not sent');
  });

  it('refuses whoever lacks the token, other hosts and other origins', async () => {
    const { url } = await serve(TRAIN);
    const root = url.pathname;
    const own = { host: url.host };
    expect(await statusOf(url, root, own)).toBe(200);
    expect(await statusOf(url, root, { host: `localhost:${url.port}` })).toBe(200);
    expect(await statusOf(url, root, { ...own, origin: url.origin })).toBe(200);
    const token = root.slice(1, -1);
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const path of [
      '/',
      '//',
      `/${wrong}/`,
      `/${token.slice(1)}/`,
      `/x${root}`,
      '/index.html',
      '/api/replies',
    ]) {
      expect(await statusOf(url, path, own), path).toBe(403);
    }
    for (const host of [
      'evil.example',
      `evil.example:${url.port}`,
      '127.0.0.1',
      `127.0.0.1.evil.example:${url.port}`,
    ]) {
      expect(await statusOf(url, root, { host }), host).toBe(403);
    }
    for (const origin of [
      'null',
      'http://evil.example',
      `https://${url.host}`,
      `http://127.0.0.1:1`,
      `${url.origin}.evil.example`,
    ]) {
      for (const path of [root, `${root}api/replies`]) {
        expect(await statusOf(url, path, { ...own, origin }), origin).toBe(403);
      }
    }
    // Loopback only.
    expect(url.hostname).toBe('127.0.0.1');
  });

  it('has no path but those of the page, no method but theirs, and reads no endless bodies', async () => {
    const { url } = await serve(TRAIN);
    const root = url.pathname;
    const own = { host: url.host };
    for (const path of [
      '../package.json',
      '..%2fpackage.json',
      'assets/../../package.json',
      'assets/%2e%2e/%2e%2e/package.json',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      `..${TRAIN}`,
      'index.html/',
      'api/download?id=1',
      'api/ask',
    ]) {
      expect(await statusOf(url, `${root}${path}`, own), path).toBe(404);
    }
    for (const method of ['PUT', 'DELETE', 'POST', 'OPTIONS', 'HEAD']) {
      expect(await statusOf(url, root, own, method), method).toBe(404);
    }
    // Nobody who has not come.
    expect(await statusOf(url, `${root}api/ask?visitor=x`, own, 'POST')).toBe(404);
    const visit = await Visit.to(url);
    for (const body of ['', 'x', '[]', '{"do":"run"}', '[1]']) {
      expect((await visit.post('ask', body)).status, body).toBe(400);
    }
    // Requests that are not what they must be are refused before anything runs.
    const run = { do: 'run', sets: [{ name: 'train', files: [{ named: 0 }] }], settings: SETTINGS };
    for (const [wrong, told] of [
      [{ ...run, settings: { ...SETTINGS, select: 5 } }, 'select must be a string; got 5'],
      [{ ...run, settings: { ...SETTINGS, k: '32' } }, 'k must be a number; got "32"'],
      [{ ...run, settings: { ...SETTINGS, kk: 32 } }, /^unknown option "kk"; did you mean "k"/],
      [
        { ...run, sets: [{ name: 'train', files: ['/etc/passwd'] }] },
        /^request\.sets\[0\]\.files\[0\] must be/,
      ],
      [
        { ...run, sets: [{ name: 'train', files: [{ named: 'constructor' }] }] },
        /^request\.sets\[0\]\.files\[0\]\.named must be a whole number/,
      ],
      [{ do: 'frame', set: 'a', frame: 0 }, 'request.set must be a whole number of at least 0; got "a"'],
    ] as const) {
      const refused = await visit.post('ask', stringify(wrong));
      expect(refused.status).toBe(400);
      expect(await refused.text()).toMatch(told);
    }
    const { pathname, search } = visit.route('files', { name: 'large.xyz' });
    const large = { ...own, 'content-length': '600000000' };
    expect(await statusOf(url, `${pathname}${search}`, large, 'POST')).toBe(413);
    // Nor one without a length: it is refused as soon as it is too long.
    const asked = visit.route('ask');
    const endless = await sentInPieces(url, `${asked.pathname}${asked.search}`, 200e6);
    expect(endless).toMatchObject({
      status: 413,
      text: 'more than 50 MB in one request: select fewer atoms',
    });
    expect(endless.bytes).toBeLessThan(100e6);
    // It is still there.
    await visit.ask({ do: 'run', sets: [{ name: 'train', files: [{ named: 0 }] }], settings: SETTINGS });
    expect((await visit.next('results')).results.sets[0]?.frames).toBe(12);
  });

  it('starts no more threads than the machine can use, and is still there', async () => {
    const { url, child } = await serve(TRAIN);
    const visit = await Visit.to(url);
    const settings = { ...SETTINGS, threads: 1e9 };
    await visit.ask({ do: 'run', sets: [{ name: 'train', files: [{ named: 0 }] }], settings });
    expect((await visit.next('results')).results.sets[0]?.frames).toBe(12);
    if (process.platform === 'linux') {
      const threads = readdirSync(`/proc/${child.pid}/task`).length;
      expect(threads).toBeLessThan(64 + 4 * availableParallelism());
    }
    expect((await fetch(url)).status).toBe(200);
  });

  it('answers no more than some pages at once, and one more when another has gone', async () => {
    const { url } = await serve(TRAIN);
    const leave = new AbortController();
    const open = async (): Promise<number> =>
      (await fetch(new URL('api/replies', url), { signal: leave.signal })).status;
    for (let page = 0; page < 16; page++) expect(await open()).toBe(200);
    expect(await open()).toBe(503);
    leave.abort();
    await expect
      .poll(async () => (await fetch(new URL('api/replies', url))).status, { timeout: 10_000 })
      .toBe(200);
  });

  it('counts what is being sent among what all pages may send', async () => {
    const { url } = await serve();
    const visit = await Visit.to(url);
    const { pathname, search } = visit.route('files', { name: 'a.xyz' });
    const host = { host: url.hostname, port: url.port, path: `${pathname}${search}`, method: 'POST' };
    // Bodies that never come.
    const stalled = Array.from({ length: 4 }, () => {
      const one = request({ ...host, headers: { host: url.host, 'content-length': '500000000' } });
      one.on('error', () => undefined);
      one.flushHeaders();
      return one;
    });
    const sent = async (): Promise<[number, string]> => {
      const response = await visit.post('files', 'small', { name: 'b.xyz' });
      return [response.status, await response.text()];
    };
    await expect.poll(sent, { timeout: 10_000 }).toEqual([413, expect.stringContaining('are being sent')]);
    for (const one of stalled) one.destroy();
    await expect.poll(async () => (await sent())[0], { timeout: 10_000 }).toBe(200);
  });

  it('says in one line why it does not start', async () => {
    const run = (...args: string[]): Promise<Outcome> => quests(['serve', ...args], folder);
    const { url } = await serve();
    expect(await run('--port', url.port)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `quests: port ${url.port} is in use; without --port a free one is taken\n`,
    });
    const absent = await run('no-such.xyz');
    expect(absent).toMatchObject({ code: 1, stdout: '' });
    expect(absent.stderr).toMatch(/^quests: .*no-such\.xyz.*\n$/);
    expect((await run('--port', '70000')).code).toBe(2);
  });
});
