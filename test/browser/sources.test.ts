import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildReference,
  deltaEntropy,
  type DescriptorBatch,
  descriptorBatches,
  DescriptorMatrix,
  descriptors,
  openReference,
  readStructures,
  writeStructures,
} from '../../ts/node.js';
import { noveltySummary } from '../../ts/faces/node/analysis.js';
import { serve } from '../support/cli/served.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { EXAMPLES, OpenPage } from '../support/browser/open-page.js';
import type { Server } from '../support/browser/serve.js';
import { randomRows } from '../support/data/random.js';
import { zipOf } from '../support/data/zip.js';

const CRYSTAL = readFileSync(join(EXAMPLES, 'cu_crystal.xyz'));
const MELT = readFileSync(join(EXAMPLES, 'cu_melt.xyz'));

const FILES: Record<string, Uint8Array> = {
  'crystal.xyz': CRYSTAL,
  'melt.xyz.gz': gzipSync(MELT),
  'both.zip': zipOf([
    { name: 'a/crystal.xyz', data: CRYSTAL },
    { name: 'b/melt.xyz', data: MELT },
  ]),
};

/** A training set among very many environments that are like none in it. */
async function* largeReference(): AsyncGenerator<DescriptorBatch | DescriptorMatrix> {
  yield* descriptorBatches(readStructures(join(EXAMPLES, 'cu_train.xyz')));
  const [rows, width] = [10_000, 63];
  for (let part = 0; part < 15; part++) {
    const data = randomRows(part, rows, width, 0.01).map((value) => value + 2 + part);
    yield new DescriptorMatrix(data, { width, k: 32, cutoff: 5 });
  }
}

/** A host of other origin that lets pages read, in ranges. */
async function dataHost(): Promise<Server> {
  const server = createServer((request, response) => {
    const bytes = FILES[(request.url ?? '').slice(1).replace(/\?.*/, '')];
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', 'content-range, etag');
    if (bytes === undefined || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const end = to === '' ? bytes.length : Math.min(bytes.length, Number(to) + 1);
    const part = bytes.subarray(Number(from), end);
    response
      .writeHead(206, {
        'content-length': part.length,
        'content-range': `bytes ${from}-${end - 1}/${bytes.length}`,
        etag: '"1"',
      })
      .end(part);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

describe.runIf(hasChromium || process.env.CI)(`where data come from in Chromium${withoutChromium}`, () => {
  const open = new OpenPage();
  let host: Server;

  beforeAll(async () => {
    host = await dataHost();
    open.host(host);
  });

  async function computed(): Promise<{ frames?: number; environments?: number; entropy: number }[]> {
    await open.page.locator('#run').click();
    await open.page.locator('#cancel').waitFor({ state: 'hidden' });
    await open.done();
    return (await open.json()).sets as never;
  }

  /** Drops a folder of the disk on the first dataset. */
  async function drop(...files: readonly string[]): Promise<void> {
    const box = await open.page.locator('.drop[data-set="0"]').boundingBox();
    if (box === null) throw new Error('no place');
    const session = await open.page.context().newCDPSession(open.page);
    const data = { items: [], files: [...files], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: box.x + 20, y: box.y + 20, data });
    }
    await session.detach();
  }

  it('may be addresses, also in that of the page: streamed, in ranges, selected', async () => {
    const { page } = open;
    await page.goto(
      `${open.url}?a=${host.url}crystal.xyz&b=${encodeURIComponent(`${host.url}melt.xyz.gz@0`)}`,
    );
    await open.done();
    const { sets } = await open.json();
    expect(sets).toMatchObject([{ frames: 3 }, { frames: 1 }]);
    await expectAccessible(page);
    expect(await page.locator('#files-1').textContent()).toBe(`${host.url}melt.xyz.gz@0`);
    // What was typed stays in the address of the page, until other data are chosen.
    await page.locator('#address-0').fill(`${host.url}both.zip//crystal*`);
    await page.locator('#address-1').fill('');
    expect(await computed()).toMatchObject([{ frames: 3, entropy: sets[0]?.entropy }]);
    expect(new URL(page.url()).searchParams.get('a')).toBe(`${host.url}both.zip//crystal*`);
    expect(new URL(page.url()).searchParams.has('b')).toBe(false);
  });

  it('may be an address beside the page', async () => {
    await open.page.goto(`${open.url}?a=samples/cu_crystal.xyz`);
    await open.done();
    await open.choose(0, join(EXAMPLES, 'cu_melt.xyz'));
    expect(await open.page.locator('#address-0').inputValue()).toBe('');
  });

  it('may be the address of a reference, which is the first dataset', async () => {
    const { page } = open;
    await page.goto(`${open.url}?reference=samples/cu_crystal.xyz`);
    await open.done();
    expect(await page.locator('#address-0').inputValue()).toBe('samples/cu_crystal.xyz');
    expect(new URL(page.url()).searchParams.get('a')).toBe('samples/cu_crystal.xyz');
  });

  it('may be those that the site offers, from a list beside the page', async () => {
    const { page } = open;
    await page.goto(open.empty);
    const known = page.locator('#known');
    await known.waitFor();
    expect(await known.locator('option').allTextContents()).toEqual([
      '–',
      'copper crystal (example) (MIT)',
      'copper, small training set (example) (MIT)',
    ]);
    await known.selectOption('samples/cu_train.xyz');
    await open.choose(1, join(EXAMPLES, 'cu_test.xyz'));
    expect(await computed()).toMatchObject([{ frames: 12 }, { frames: 120 }]);
    expect(new URL(page.url()).searchParams.get('a')).toBe('samples/cu_train.xyz');
    await expectAccessible(page);
    await open.choose(0, join(EXAMPLES, 'cu_crystal.xyz'));
    expect(await known.inputValue()).toBe('');
    await page.route('**/sets.json', (route) => route.fulfill({ json: [{ name: 'x', url: 'y' }] }));
    await page.reload();
    await page.locator('#error', { hasText: 'sets.json: expected a list of' }).waitFor();
  });

  it('may be a stored reference, also from that list: its own settings are taken', async () => {
    const { page } = open;
    const path = join(open.folder, 'known.qref');
    const frames = readStructures(join(EXAMPLES, 'cu_train.xyz'));
    await buildReference(descriptorBatches(frames, { k: 12, cutoff: 4 }), path);
    FILES['known.qref'] = readFileSync(path);
    const listed = [{ name: 'copper', url: `${host.url}known.qref`, licence: 'MIT' }];
    await page.route('**/sets.json', (route) => route.fulfill({ json: listed }));
    await page.goto(open.empty);
    await page.locator('#known').selectOption('copper (MIT)');
    await open.choose(1, join(EXAMPLES, 'cu_test.xyz'));
    await page.locator('#run').click();
    await page.locator('#used', { hasText: 'neighbours k: 12; cutoff (Å): 4;' }).waitFor();
    await page.unroute('**/sets.json');
    await page.goto(open.empty);
    await open.choose(0, path);
    await open.choose(1, join(EXAMPLES, 'cu_test.xyz'));
    await page.locator('#run').click();
    await page.locator('#used', { hasText: 'neighbours k: 12; cutoff (Å): 4;' }).waitFor();
    // What somebody typed is a contradiction.
    await page.locator('#form summary').click();
    await page.locator('#k').fill('20');
    await page.locator('#run').click();
    await page.locator('#error', { hasText: 'known.qref: k is 12 in the file, 20 is asked for' }).waitFor();
  });

  it('may be a reference that is too large to be moved: it is asked what is near', async () => {
    const path = join(open.folder, 'far.qref');
    await buildReference(largeReference(), path);
    const { length } = (FILES['far.qref'] = readFileSync(path));
    expect(length).toBeGreaterThan(1 << 26);
    let moved = 0;
    open.page.on('response', (response) => {
      if (response.url().endsWith('far.qref')) moved += Number(response.headers()['content-length'] ?? 0);
    });
    const { page } = open;
    await page.goto(`${open.url}?reference=${host.url}far.qref`);
    await page.locator('#verdict', { hasText: 'far.qref knows 150,' }).waitFor();
    await page.locator('#next', { hasText: 'Drop the structures' }).waitFor();
    await expectAccessible(page);
    await open.choose(1, join(EXAMPLES, 'cu_test.xyz'));
    await page.locator('#run').click();
    await page.locator('#verdict', { hasText: /of cu_test.xyz is outside / }).waitFor();
    await open.done();
    // Twice what is near, since it was asked alone before.
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(length / 3);
    const known = await openReference(path);
    const test = await descriptors(readStructures(join(EXAMPLES, 'cu_test.xyz')));
    // Beyond a bound nothing more is read.
    const dH = (await deltaEntropy(test, known)).map((value) => Math.min(value, 12 * Math.LN10));
    const { novelty } = await noveltySummary(dH);
    const mean = dH.reduce((sum, value) => sum + value, 0) / dH.length;
    await known.close();
    const numbers = await open.json();
    expect(numbers.comparison).toMatchObject({ novelty });
    expect((numbers.comparison as { mean: number }).mean).toBeCloseTo(mean, 6);
    expect(numbers.sets[0]).toMatchObject({ entropy: null, environments: known.rows });
    await page.locator('#notes', { hasText: 'far.qref is only asked, not read' }).waitFor();
    // Atoms of the second set are there to be looked at.
    await page.locator('#structure-text', { hasText: 'relative to' }).waitFor();
    await expectAccessible(page);
  });

  it('may be a folder of DeePMD-kit that is dropped, and an archive of many files', async () => {
    const frame = {
      positions: Float64Array.of(0, 0, 0, 2, 0.1, 0),
      species: ['Cu', 'Zr'],
      cell: [9, 0, 0, 0, 9, 0, 0, 0, 9],
    };
    const other = { ...frame, positions: Float64Array.of(0, 0, 0, 2.2, 0.3, 0), species: ['Cu', 'Cu'] };
    await writeStructures(`${join(open.folder, 'systems')}/`, [frame, other, frame]);
    await open.page.goto(open.empty);
    await drop(join(open.folder, 'systems'));
    await open.page.locator('#files-0', { hasText: /^systems \(\d+ files\), / }).waitFor();
    expect(await computed()).toMatchObject([{ frames: 3, environments: 6 }]);
    const archive = join(open.folder, 'many.zip');
    const one = '1\n\nCu 0 0 0\n';
    writeFileSync(archive, zipOf(Array.from({ length: 300 }, (_, at) => ({ name: `${at}.xyz`, data: one }))));
    await open.choose(0, archive);
    expect(await computed()).toMatchObject([{ frames: 300, environments: 300 }]);
  });

  it('may be a trajectory of CP2K with its cells and forces', async () => {
    const folder = join(open.folder, 'run');
    mkdirSync(folder, { recursive: true });
    const atoms = 'O 0 0 0\nH 1 0 0\n';
    writeFileSync(join(folder, 'w-pos-1.xyz'), `2\n i = 0, time = 0.0, E = -1.5\n${atoms}`);
    writeFileSync(join(folder, 'w-frc-1.xyz'), `2\n i = 0, time = 0.0, E = -1.5\n${atoms}`);
    writeFileSync(join(folder, 'w-1.cell'), '0 0.0 9 0 0 0 8 0 0 0 7 504\n');
    await open.page.goto(open.empty);
    await drop(folder);
    await open.page.locator('#files-0', { hasText: 'w-pos-1.xyz' }).waitFor();
    expect(await computed()).toMatchObject([{ frames: 1, environments: 2 }]);
    expect(await open.page.locator('#notes').textContent()).toContain(
      'read along: run/w-frc-1.xyz and run/w-1.cell',
    );
  });

  it('says of what is no address what is wrong', async () => {
    await open.page.goto(open.empty);
    await open.page.locator('#address-0').fill('file:///etc/passwd');
    await open.page.locator('#address-0').blur();
    await open.page.locator('#error', { hasText: 'file:///etc/passwd is no address' }).waitFor();
  });

  it('is read by quests serve where that has the page', async () => {
    const { url, close } = await serve([`${host.url}melt.xyz.gz`], open.folder);
    open.host({ url: url.href, close });
    await open.page.goto(url.href);
    await open.page.locator('.drop[data-set="0"] select').selectOption({ label: `${host.url}melt.xyz.gz` });
    await open.page.locator('#address-1').fill(`${host.url}crystal.xyz`);
    const sets = await computed();
    expect(sets).toHaveLength(2);
    // The page itself asks nobody but the server.
    expect(open.requests.filter((address) => address.startsWith(host.url))).toEqual([]);
  });
});
